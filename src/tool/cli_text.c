// SPDX-License-Identifier: Apache-2.0
/* Lines for a terminal: Japanese takes two columns a letter, and nothing from outside reaches it unmended. */
#include "tool/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/time_text.h"

size_t
text_width(struct str s)
{
	size_t width = 0;

	for (size_t i = 0; i < s.n;) {
		utf8proc_int32_t cp;
		utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)s.p + i, (utf8proc_ssize_t)(s.n - i), &cp);

		if (n <= 0) {
			i++;
			width++;
			continue;
		}
		i += (size_t)n;
		width += (size_t)utf8proc_charwidth(cp);
	}
	return width;
}

struct str
cli_text(struct cli *c, struct str s)
{
	return utf8_mend(&c->arena, s).s;
}

struct str
cli_instant(struct cli *c, int64_t at_us)
{
	struct buf b = BUF(64);
	struct str s = STR("-");

	if (at_us != 0 && time_minute(&b, at_us) == RC_OK)
		s = arena_dup(&c->arena, buf_str(&b));
	buf_free(&b);
	return s;
}

const char *
cli_word(const struct cli *c, enum msg m)
{
	return message_plain(m, c->lang);
}

enum code
cli_say(const struct cli *c, enum code code, enum msg m, const struct finding_arg *args, size_t count)
{
	struct arena arena = ARENA(65536);
	struct buf b = BUF(8192);

	if (message_line(m, c->lang, args, count, &b) == RC_OK)
		fprintf(stderr, STR_FMT "\n", STR_ARG(utf8_mend(&arena, buf_str(&b)).s));
	buf_free(&b);
	arena_free(&arena);
	return code;
}

enum code
cli_fail(const struct cli *c, enum rc rc)
{
	const char *trail = rc_trail();
	enum code code = rc == RC_TAMPERED ? CODE_NOT_CONFORMING : CODE_ERROR;

	return cli_say(c, code, MSG_CLI_REFUSED, MSG_ARGS(MSG_S("reason", str_of(*trail ? trail : rc_name(rc)))));
}

void
cli_print(const struct cli *c, const char *label, struct str value)
{
	size_t width = text_width(str_of(label));

	(void)c;
	printf("%s%*s" STR_FMT "\n", label, (int)(width < 16 ? 18 - width : 2), "", STR_ARG(value));
}

void
grid_row(struct grid *g, size_t columns, const struct str *cells)
{
	if (g->rows == g->room) {
		size_t room = g->room ? g->room * 2 : 64;
		struct str (*more)[GRID_COLUMNS_MAX] = arena_get(g->arena, room * sizeof(*more));

		if (more == NULL)
			return; /* more lines than a person reads */
		if (g->rows)
			memcpy(more, g->cells, g->rows * sizeof(*more));
		g->cells = more;
		g->room = room;
	}
	g->columns = columns > g->columns ? columns : g->columns;
	memcpy(g->cells[g->rows++], cells, columns * sizeof(*cells));
}

void
grid_print(const struct grid *g)
{
	size_t widths[GRID_COLUMNS_MAX] = { 0 };

	for (size_t r = 0; r < g->rows; r++)
		for (size_t k = 0; k < g->columns; k++) {
			size_t width = text_width(g->cells[r][k]);

			widths[k] = width > widths[k] ? width : widths[k];
		}
	for (size_t r = 0; r < g->rows; r++) {
		size_t last = g->columns;

		while (last && g->cells[r][last - 1].n == 0)
			last--;
		for (size_t k = 0; k < last; k++) {
			struct str cell = g->cells[r][k];

			printf(STR_FMT "%*s", STR_ARG(cell), k + 1 < last ? (int)(widths[k] - text_width(cell) + 2) : 0, "");
		}
		putchar('\n');
	}
}

struct str
cli_member(struct cli *c, const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	if (json_string_length(v))
		return cli_text(c, (struct str){ json_string_value(v), json_string_length(v) });
	return json_is_integer(v) ? arena_f(&c->arena, "%" JSON_INTEGER_FORMAT, json_integer_value(v)) : STR("-");
}

struct str
cli_instant_of(struct cli *c, const json_t *o, const char *key)
{
	return cli_instant(c, (int64_t)json_integer_value(json_object_get(o, key)));
}

struct str
cli_side(struct cli *c, const json_t *o, const char *key)
{
	struct str s = cli_member(c, o, key);

	return str_eq_c(s, "client") ? str_of(word_side(SIDE_CLIENT, c->lang)) : str_eq_c(s, "contractor") ? str_of(word_side(SIDE_CONTRACTOR, c->lang)) : STR("-");
}

struct str
cli_member_word(struct cli *c, const json_t *o, const char *key, const struct cli_word_of *words)
{
	const char *id = json_string_value(json_object_get(o, key));

	for (; id && words->id; words++)
		if (strcmp(words->id, id) == 0)
			return str_of(cli_word(c, words->word));
	return cli_member(c, o, key);
}
