// SPDX-License-Identifier: Apache-2.0
/* Months as lines: all of them, and one with the minutes of each clause. */
#include "tool/cli.h"

#include <stdio.h>
#include <string.h>

static const struct cli_word_of states[] = { { "made", MSG_UI_MONTH_MADE }, { "reviewed", MSG_UI_MONTH_REVIEWED }, { "submitted", MSG_UI_MONTH_SUBMITTED }, { "accepted", MSG_UI_MONTH_ACCEPTED }, { "returned", MSG_UI_MONTH_RETURNED }, { NULL, 0 } };

static struct str
number(struct cli *c, const json_t *row, const char *key)
{
	return arena_f(&c->arena, "%lld", (long long)json_integer_value(json_object_get(row, key)));
}

enum code
show_months(struct cli *c, const json_t *o)
{
	struct grid g = { .arena = &c->arena };
	const json_t *row;
	size_t i;

	GRID_ROW(&g, str_of(cli_word(c, MSG_CLI_COL_ID)), str_of(cli_word(c, MSG_UI_MONTH_STATE)), str_of(cli_word(c, MSG_UI_MONTH_VERSION)), str_of(cli_word(c, MSG_UI_MONTH_HASH)));
	json_array_foreach(json_object_get(o, "rows"), i, row)
		GRID_ROW(&g, cli_member(c, row, "id"), cli_member_word(c, row, "state", states), number(c, row, "version"), cli_member(c, row, "hash"));
	if (g.rows > 1)
		grid_print(&g);
	else
		puts(cli_word(c, MSG_UI_MONTHS_EMPTY));
	return CODE_CONFORMING;
}

enum code
show_month(struct cli *c, const json_t *o)
{
	struct grid g = { .arena = &c->arena }, d = { .arena = &c->arena };
	const json_t *row, *report = json_object_get(o, "report"), *hosts = json_object_get(report, "hosts");
	size_t i;

	GRID_ROW(&g, str_of(cli_word(c, MSG_CLI_COL_ID)), cli_member(c, o, "id"));
	GRID_ROW(&g, str_of(cli_word(c, MSG_UI_MONTH_STATE)), cli_member_word(c, o, "state", states));
	GRID_ROW(&g, str_of(cli_word(c, MSG_UI_MONTH_VERSION)), number(c, o, "shown_version"));
	GRID_ROW(&g, str_of(cli_word(c, MSG_UI_MONTH_HASH)), cli_member(c, o, "hash"));
	GRID_ROW(&g, str_of(cli_word(c, MSG_UI_MONTH_HOSTS)), arena_f(&c->arena, STR_FMT " / " STR_FMT, STR_ARG(number(c, hosts, "seen")), STR_ARG(number(c, hosts, "total"))));
	grid_print(&g);
	puts("");
	GRID_ROW(&d, str_of(cli_word(c, MSG_CLI_COL_ID)), str_of(cli_word(c, MSG_UI_MONTH_VERDICT)), str_of(cli_word(c, MSG_UI_MONTH_FAIL)), str_of(cli_word(c, MSG_UI_MONTH_UNKNOWN)), str_of(cli_word(c, MSG_UI_MONTH_WORST)),
	    str_of(cli_word(c, MSG_UI_MONTH_END)), str_of(cli_word(c, MSG_CLI_COL_TITLE)));
	json_array_foreach(json_object_get(o, "rows"), i, row)
		GRID_ROW(&d, cli_member(c, row, "id"), cli_member(c, row, "verdict"), number(c, row, "fail_min"), number(c, row, "unknown_min"), cli_member(c, row, "worst"), cli_member(c, row, "end"), cli_member(c, row, "title"));
	grid_print(&d);
	return CODE_CONFORMING;
}
