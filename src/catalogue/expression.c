// SPDX-License-Identifier: Apache-2.0
/* A hand-written descent over six kinds of token. */
#include "catalogue/expression.h"

#define OPERANDS_MAX 64

struct parser {
	const struct yaml_node *where;
	struct str              rest;
	struct arena           *arena;
	int                     depth;
};

static enum rc parse_whole(struct parser *, struct node **ret);

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

/* The next token without taking it; empty at the end. */
static struct str
peek(struct parser *p)
{
	size_t n = 0;

	p->rest = str_trim(p->rest);
	while (n < p->rest.n && is_word(p->rest.p[n]))
		n++;
	if (n == 0 && p->rest.n) /* a parenthesis or something strange; a whole character of UTF-8 */
		for (n = 1; n < p->rest.n && ((unsigned char)p->rest.p[n] & 0xc0) == 0x80; n++)
			;
	return str_sub(p->rest, 0, n);
}

static void
skip(struct parser *p, struct str token)
{
	p->rest = str_sub(p->rest, token.n, p->rest.n);
}

static enum node_kind
operator_of(struct str token)
{
	if (str_eq_c(token, "and"))
		return NODE_AND;
	if (str_eq_c(token, "or"))
		return NODE_OR;
	if (str_eq_c(token, "unless"))
		return NODE_UNLESS;
	return 0;
}

static enum rc
parse_operand(struct parser *p, struct node **ret)
{
	struct str token = peek(p);
	enum rc rc = RC_OK;

	if (token.n == 0)
		return YAML_FAIL(p->where, "論理式が途中で終わっています", "the expression ends too early");
	if (str_eq_c(token, "(")) {
		skip(p, token);
		TRY(parse_whole(p, ret));
		token = peek(p);
		if (!str_eq_c(token, ")"))
			return YAML_FAIL(p->where, "論理式の括弧が閉じていません", "a parenthesis is not closed");
		skip(p, token);
		return RC_OK;
	}
	if (!is_word(token.p[0]) || operator_of(token))
		return YAML_FAIL(p->where, "論理式の '%.*s' の位置には確認項目の id か ( が必要です", "in the expression a control id or ( must stand where '%.*s' is", STR_ARG(token));
	*ret = arena_get(p->arena, sizeof(**ret));
	if (*ret == NULL)
		return FAIL(RC_LIMIT, "%s: out of memory", p->where->file);
	(*ret)->kind = NODE_CONTROL;
	(*ret)->control = arena_dup(p->arena, token);
	skip(p, token);
out:
	return rc;
}

static enum rc
parse_whole(struct parser *p, struct node **ret)
{
	struct node *operands[OPERANDS_MAX], *node;
	struct str first, token;
	size_t n = 0;
	enum rc rc = RC_OK;

	if (++p->depth > EXPRESSION_DEPTH_MAX)
		return YAML_FAIL(p->where, "論理式の括弧が深すぎます（上限 %d）", "parentheses deeper than %d", EXPRESSION_DEPTH_MAX);
	TRY(parse_operand(p, &operands[n++]));
	for (first = token = peek(p); operator_of(token); token = peek(p)) {
		if (operator_of(token) != operator_of(first) || (n == 2 && operator_of(first) == NODE_UNLESS))
			return YAML_FAIL(p->where, "'%.*s' と '%.*s' を並べるときは括弧で順序を示してください", "'%.*s' and '%.*s' side by side need parentheses",
			    STR_ARG(first), STR_ARG(token));
		if (n == OPERANDS_MAX)
			return YAML_FAIL(p->where, "論理式の項が多すぎます（上限 %d）", "more than %d operands", OPERANDS_MAX);
		skip(p, token);
		TRY(parse_operand(p, &operands[n++]));
	}
	p->depth--;
	if (n == 1) {
		*ret = operands[0];
		return RC_OK;
	}
	node = arena_get(p->arena, sizeof(*node));
	if (node)
		node->children = arena_get(p->arena, n * sizeof(*node->children));
	if (node == NULL || node->children == NULL)
		return FAIL(RC_LIMIT, "%s: out of memory", p->where->file);
	node->kind = operator_of(first);
	node->count = n;
	for (size_t i = 0; i < n; i++)
		node->children[i] = operands[i];
	*ret = node;
out:
	return rc;
}

enum rc
expression_parse(const struct yaml_node *where, struct str s, struct arena *arena, struct node **ret)
{
	struct parser p = { where, s, arena, 0 };
	struct node *node = NULL;
	struct str left;
	enum rc rc = RC_OK;

	if (s.n > EXPRESSION_BYTES_MAX)
		return YAML_FAIL(where, "論理式が長すぎます（上限 %d バイト）", "the expression is longer than %d bytes", EXPRESSION_BYTES_MAX);
	TRY(parse_whole(&p, &node));
	left = peek(&p);
	if (left.n)
		return YAML_FAIL(where, "論理式に余分な '%.*s' があります", "'%.*s' is left over in the expression", STR_ARG(left));
	*ret = node;
out:
	return rc;
}

bool
expression_names(const struct node *node, struct str control)
{
	bool found = node->kind == NODE_CONTROL && str_eq(node->control, control);

	for (size_t i = 0; i < node->count && !found; i++)
		found = expression_names(node->children[i], control);
	return found;
}

enum rc
expression_text(const struct node *node, struct buf *b)
{
	static const char *const words[] = { [NODE_AND] = "and", [NODE_OR] = "or", [NODE_UNLESS] = "unless" };
	enum rc rc = RC_OK;

	if (node->kind == NODE_CONTROL)
		return buf_add(b, node->control);
	for (size_t i = 0; i < node->count; i++) {
		bool inner = node->children[i]->kind != NODE_CONTROL;

		if (i)
			TRY(buf_addf(b, " %s ", words[node->kind]));
		TRY(buf_add_c(b, inner ? "(" : ""));
		TRY(expression_text(node->children[i], b));
		TRY(buf_add_c(b, inner ? ")" : ""));
	}
out:
	return rc;
}
