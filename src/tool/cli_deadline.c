// SPDX-License-Identifier: Apache-2.0
/* What is due as lines: all of it, and one person's today. */
#include "tool/cli.h"

#include <stdio.h>
#include <string.h>

#include "base/time_text.h"

static const struct cli_word_of states[] = { { "overdue", MSG_UI_DEADLINE_OVERDUE }, { "today", MSG_UI_DEADLINE_TODAY }, { "week", MSG_UI_DEADLINE_WEEK }, { "month", MSG_UI_DEADLINE_MONTH }, { "later", MSG_UI_DEADLINE_LATER },
	{ "never", MSG_UI_DEADLINE_NEVER }, { "waiting", MSG_UI_DEADLINE_WAITING }, { "done", MSG_UI_DEADLINE_DONE }, { NULL, 0 } };
static const struct cli_word_of kinds[] = { { "first", MSG_UI_DEADLINE_KIND_FIRST }, { "again", MSG_UI_DEADLINE_KIND_AGAIN }, { "period", MSG_UI_DEADLINE_KIND_PERIOD }, { "close", MSG_UI_DEADLINE_KIND_CLOSE },
	{ "renew", MSG_UI_DEADLINE_KIND_RENEW }, { "review", MSG_UI_DEADLINE_KIND_REVIEW }, { "row", MSG_UI_DEADLINE_KIND_ROW }, { "rotate", MSG_UI_DEADLINE_KIND_ROTATE }, { "exception", MSG_UI_DEADLINE_KIND_EXCEPTION }, { NULL, 0 } };

static struct str
day(struct cli *c, const json_t *one)
{
	const json_t *due = json_object_get(one, "due");
	struct civil t;

	if (!json_is_integer(due))
		return STR("-");
	t = time_civil(json_integer_value(due));
	return arena_f(&c->arena, "%d-%02d-%02d", t.year, t.month, t.day);
}

static void
rows_print(struct cli *c, const json_t *rows, enum msg empty)
{
	struct grid g = { .arena = &c->arena };
	size_t i;
	json_t *one;

	GRID_ROW(&g, str_of(cli_word(c, MSG_UI_DEADLINE_DUE)), str_of(cli_word(c, MSG_UI_DEADLINE_STATE)), str_of(cli_word(c, MSG_UI_DEADLINE_KIND)), str_of(cli_word(c, MSG_UI_DEADLINE_TITLE)), str_of(cli_word(c, MSG_UI_DEADLINE_WHO)));
	json_array_foreach(rows, i, one) {
		struct str of = cli_member(c, one, "of"), title = cli_member(c, one, "title");

		GRID_ROW(&g, day(c, one), cli_member_word(c, one, "state", states), cli_member_word(c, one, "kind", kinds), of.n && !str_eq_c(of, "-") ? arena_f(&c->arena, STR_FMT " (" STR_FMT ")", STR_ARG(title), STR_ARG(of)) : title,
		    cli_side(c, one, "side"));
	}
	if (g.rows > 1)
		grid_print(&g);
	else
		puts(cli_word(c, empty));
}

enum code
show_deadlines(struct cli *c, const json_t *o)
{
	rows_print(c, json_object_get(o, "rows"), MSG_UI_DEADLINES_EMPTY);
	return CODE_CONFORMING;
}

enum code
show_today(struct cli *c, const json_t *o)
{
	static const struct { const char *key; enum msg head, empty; } parts[] = { { "rows", MSG_UI_TODAY_DUE, MSG_UI_TODAY_NONE_DUE }, { "waiting", MSG_UI_TODAY_WAITING, MSG_UI_TODAY_NONE_WAITING }, { "never", MSG_UI_TODAY_NEVER, MSG_UI_TODAY_NONE_NEVER } };

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (i)
			putchar('\n');
		puts(cli_word(c, parts[i].head));
		rows_print(c, json_object_get(o, parts[i].key), parts[i].empty);
	}
	return CODE_CONFORMING;
}
