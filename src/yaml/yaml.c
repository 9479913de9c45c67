// SPDX-License-Identifier: Apache-2.0
/* From libyaml's events to nodes; every ceiling is met while reading, not after. */
#include "yaml/yaml.h"

#include <stdio.h>
#include <string.h>
#include <yaml.h>

#include "base/num.h"
#include "base/utf8.h"

struct reader {
	yaml_parser_t     parser;
	const char       *file;
	struct arena     *arena;
	size_t            nodes, depth;
	struct yaml_node *open[YAML_DEPTH_MAX]; /* lists and maps not closed yet */
	struct str        key;                  /* read, its value not yet      */
	int               key_line;
	bool              has_key;
	struct yaml_node *root;
	bool              document;
};

enum rc
yaml_fail(const char *file, int line, const char *ja, const char *en, ...)
{
	char a[360], b[360];
	struct arena mend = ARENA(8192);
	struct str ja_text, en_text;
	va_list ap;
	enum rc rc;

	va_start(ap, en);
	(void)vsnprintf(a, sizeof(a), ja, ap); /* a cut sentence is still a sentence */
	va_end(ap);
	va_start(ap, en);
	(void)vsnprintf(b, sizeof(b), en, ap);
	va_end(ap);
	ja_text = utf8_mend(&mend, str_of(a)).s;
	en_text = utf8_mend(&mend, str_of(b)).s;
	rc = FAIL(RC_SYNTAX, "%s:%d: " STR_FMT " / " STR_FMT, file, line, STR_ARG(ja_text), STR_ARG(en_text));
	arena_free(&mend);
	return rc;
}

static int
line_of(yaml_mark_t mark)
{
	return (int)mark.line + 1;
}

/* libyaml takes any code point it can; we take what a person can read, and say on which line it was not. */
static enum rc
check_text(const char *file, struct str bytes)
{
	struct str line;
	struct text t;
	int n = 0;

	if (bytes.n > YAML_BYTES_MAX)
		return yaml_fail(file, 1, "ファイルが大きすぎます（上限 %d バイト）", "the file is larger than %d bytes", YAML_BYTES_MAX);
	while (str_line(&bytes, &line)) {
		n++;
		if (utf8_check_lines(line, &t) != RC_OK)
			return yaml_fail(file, n, "UTF-8 でないか、使えない文字があります", "not UTF-8, or a character that is not allowed");
	}
	return RC_OK;
}

static enum rc
place(struct reader *r, const yaml_event_t *e, enum yaml_kind kind, struct yaml_node **ret)
{
	struct yaml_node *n, *parent = r->depth ? r->open[r->depth - 1] : NULL;
	int line = line_of(e->start_mark);

	if (++r->nodes > YAML_NODES_MAX)
		return yaml_fail(r->file, line, "項目が多すぎます（上限 %d）", "more than %d values", YAML_NODES_MAX);
	n = arena_get(r->arena, sizeof(*n));
	if (n == NULL)
		return yaml_fail(r->file, line, "ファイルが大きすぎます", "the file needs too much memory");
	*n = (struct yaml_node){ .kind = kind, .line = line, .file = r->file };
	if (parent == NULL) {
		r->root = n;
	} else {
		n->key = r->key;
		n->key_line = r->key_line;
		if (parent->last)
			parent->last->next = n;
		else
			parent->first = n;
		parent->last = n;
		parent->count++;
	}
	r->has_key = false;
	r->key = STR_NONE;
	*ret = n;
	return RC_OK;
}

static bool
wants_key(const struct reader *r)
{
	return r->depth && r->open[r->depth - 1]->kind == YAML_MAP && !r->has_key;
}

static enum rc
scalar(struct reader *r, const yaml_event_t *e)
{
	struct str s = { (const char *)e->data.scalar.value, e->data.scalar.length };
	struct yaml_node *n;
	struct text t;
	int line = line_of(e->start_mark);
	enum rc rc = RC_OK;

	if (e->data.scalar.anchor || e->data.scalar.tag)
		return yaml_fail(r->file, line, "アンカー（&）とタグ（!）は使えません", "anchors (&) and tags (!) are not allowed");
	if (s.n > YAML_SCALAR_MAX)
		return yaml_fail(r->file, line, "文字列が長すぎます（上限 %d バイト）", "text longer than %d bytes", YAML_SCALAR_MAX);
	if (utf8_check_lines(s, &t) != RC_OK) /* an escape such as "\0" */
		return yaml_fail(r->file, line, "使えない文字があります", "a character that is not allowed");
	s = arena_dup(r->arena, s);
	if (s.p == NULL)
		return yaml_fail(r->file, line, "ファイルが大きすぎます", "the file needs too much memory");
	if (wants_key(r)) {
		const struct yaml_node *map = r->open[r->depth - 1];

		if (s.n == 0)
			return yaml_fail(r->file, line, "キーが空です", "an empty key");
		if (map->count == YAML_KEYS_MAX)
			return yaml_fail(r->file, line, "キーが多すぎます（上限 %d）", "more than %d keys in one map", YAML_KEYS_MAX);
		for (const struct yaml_node *c = map->first; c; c = c->next)
			if (str_eq(c->key, s))
				return yaml_fail(r->file, line, "キー '%s' が2回あります（最初は %d 行目）", "key '%s' stands twice (first on line %d)", s.p, c->key_line);
		r->key = s;
		r->key_line = line;
		r->has_key = true;
		return RC_OK;
	}
	TRY(place(r, e, YAML_SCALAR, &n));
	n->text = s;
	n->plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
out:
	return rc;
}

static enum rc
enter(struct reader *r, const yaml_event_t *e, enum yaml_kind kind, bool marked)
{
	struct yaml_node *n;
	int line = line_of(e->start_mark);
	enum rc rc = RC_OK;

	if (marked)
		return yaml_fail(r->file, line, "アンカー（&）とタグ（!）は使えません", "anchors (&) and tags (!) are not allowed");
	if (wants_key(r))
		return yaml_fail(r->file, line, "キーは1行の文字列でなければなりません", "a key must be plain text");
	if (r->depth == YAML_DEPTH_MAX)
		return yaml_fail(r->file, line, "入れ子が深すぎます（上限 %d）", "nested deeper than %d", YAML_DEPTH_MAX);
	TRY(place(r, e, kind, &n));
	r->open[r->depth++] = n;
out:
	return rc;
}

static enum rc
event(struct reader *r, const yaml_event_t *e, bool *done)
{
	int line = line_of(e->start_mark);

	switch (e->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (r->document)
			return yaml_fail(r->file, line, "文書は1つだけです（2つ目の ---）", "only one document is allowed (a second ---)");
		if (e->data.document_start.version_directive || e->data.document_start.tag_directives.start != e->data.document_start.tag_directives.end)
			return yaml_fail(r->file, line, "%% で始まる指示は使えません", "directives (%%) are not allowed");
		r->document = true;
		return RC_OK;
	case YAML_ALIAS_EVENT:
		return yaml_fail(r->file, line, "エイリアス（*）は使えません", "aliases (*) are not allowed");
	case YAML_SCALAR_EVENT:
		return scalar(r, e);
	case YAML_SEQUENCE_START_EVENT:
		return enter(r, e, YAML_LIST, e->data.sequence_start.anchor || e->data.sequence_start.tag);
	case YAML_MAPPING_START_EVENT:
		return enter(r, e, YAML_MAP, e->data.mapping_start.anchor || e->data.mapping_start.tag);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		r->depth--;
		return RC_OK;
	case YAML_STREAM_END_EVENT:
		*done = true;
		return RC_OK;
	default:
		return RC_OK; /* stream start, document end, and the empty event */
	}
}


static enum rc
not_yaml(const struct reader *r)
{
	const yaml_parser_t *p = &r->parser;

	if (p->error == YAML_MEMORY_ERROR)
		return FAIL(RC_LIMIT, "%s: out of memory", r->file);
	return yaml_fail(r->file, line_of(p->problem_mark), "YAML として読めません（%s）", "not YAML (%s)", p->problem ? p->problem : "?");
}

enum rc
yaml_parse(const char *file, struct str bytes, struct arena *arena, const struct yaml_node **ret)
{
	struct reader r = { .file = file, .arena = arena };
	bool done = false;
	enum rc rc = RC_OK;

	if (str_starts(bytes, STR("\xef\xbb\xbf"))) /* what some editors put first */
		bytes = str_sub(bytes, 3, bytes.n);
	TRY(check_text(file, bytes));
	r.file = arena_cstr(arena, str_of(file));
	if (r.file == NULL || !yaml_parser_initialize(&r.parser))
		return FAIL(RC_LIMIT, "%s: out of memory", file);
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r.parser, (const unsigned char *)(bytes.n ? bytes.p : ""), bytes.n);
	while (rc == RC_OK && !done) {
		yaml_event_t e;

		if (!yaml_parser_parse(&r.parser, &e)) {
			rc = not_yaml(&r);
			break;
		}
		rc = event(&r, &e, &done);
		yaml_event_delete(&e);
	}
	yaml_parser_delete(&r.parser);
	if (rc == RC_OK && r.root == NULL)
		rc = yaml_fail(file, 1, "ファイルが空です", "the file is empty");
	if (rc == RC_OK)
		*ret = r.root;
out:
	return rc;
}

const struct yaml_node *
yaml_get(const struct yaml_node *map, const char *key)
{
	if (map && map->kind == YAML_MAP)
		for (const struct yaml_node *c = map->first; c; c = c->next)
			if (str_eq_c(c->key, key))
				return c;
	return NULL;
}

enum rc
yaml_is(const struct yaml_node *n, enum yaml_kind kind)
{
	const char *name = n->key.n ? n->key.p : "-";

	if (n->kind == kind)
		return RC_OK;
	if (kind == YAML_SCALAR)
		return YAML_FAIL(n, "'%s' は値でなければなりません", "'%s' must be a single value", name);
	if (kind == YAML_LIST)
		return YAML_FAIL(n, "'%s' は一覧（- で始まる行、または [ ]）でなければなりません", "'%s' must be a list (lines with -, or [ ])", name);
	return YAML_FAIL(n, "'%s' はキーと値の組でなければなりません", "'%s' must be a map of keys and values", name);
}

enum rc
yaml_need(const struct yaml_node *map, const char *key, const struct yaml_node **ret)
{
	const struct yaml_node *n = yaml_get(map, key);
	enum rc rc = RC_OK;

	TRY(yaml_is(map, YAML_MAP));
	if (n == NULL)
		return YAML_FAIL(map, "'%s' がありません", "'%s' is missing", key);
	*ret = n;
out:
	return rc;
}

enum rc
yaml_only(const struct yaml_node *map, const char *const *keys)
{
	enum rc rc = RC_OK;

	TRY(yaml_is(map, YAML_MAP));
	for (const struct yaml_node *c = map->first; c; c = c->next) {
		size_t i = 0;

		while (keys[i] && !str_eq_c(c->key, keys[i]))
			i++;
		if (keys[i] == NULL)
			return yaml_fail(c->file, c->key_line, "知らないキー '%s'", "unknown key '%s'", c->key.p);
	}
out:
	return rc;
}

enum rc
yaml_text(const struct yaml_node *n, struct str *ret)
{
	struct str s;
	enum rc rc = RC_OK;

	TRY(yaml_is(n, YAML_SCALAR));
	s = str_trim(n->text);
	if (s.n == 0)
		return n->key.n ? YAML_FAIL(n, "'%s' が空です", "'%s' is empty", n->key.p) : YAML_FAIL(n, "値が空です", "an empty value");
	*ret = s;
out:
	return rc;
}

enum rc
yaml_int(const struct yaml_node *n, int64_t min, int64_t max, int64_t *ret)
{
	enum rc rc = RC_OK;

	TRY(yaml_is(n, YAML_SCALAR));
	if (!n->plain || num_parse(n->text, INT64_MIN, INT64_MAX, ret) != RC_OK || *ret < min || *ret > max)
		return YAML_FAIL(n, "'%s' は %lld から %lld までの整数でなければなりません（'%.60s'）", "'%s' must be a whole number from %lld to %lld (not '%.60s')",
		    n->key.n ? n->key.p : "-", (long long)min, (long long)max, n->text.p);
out:
	return rc;
}

enum rc
yaml_word(const struct yaml_node *n, const char *const *words, int *ret)
{
	char all[256] = "";
	size_t at = 0;
	enum rc rc = RC_OK;

	TRY(yaml_is(n, YAML_SCALAR));
	for (int i = 0; words[i]; i++) {
		if (str_eq_c(n->text, words[i])) {
			*ret = i;
			return RC_OK;
		}
		if (at < sizeof(all)) /* a cut list still helps */
			at += (size_t)snprintf(all + at, sizeof(all) - at, "%s%s", i ? ", " : "", words[i]);
	}
	return YAML_FAIL(n, "'%.60s' は使えません（%s のいずれか）", "'%.60s' is none of %s", n->text.p, all);
out:
	return rc;
}
