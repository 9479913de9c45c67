// SPDX-License-Identifier: Apache-2.0
/* Requests for an exception as lines: all of them, one with its history. */
#include "tool/cli.h"

#include <stdio.h>
#include <string.h>

static struct str
state_at(struct cli *c, const json_t *o, const char *key)
{
	static const struct { const char *id; enum msg word; } words[] = { { "asked", MSG_UI_EXCEPTION_ASKED }, { "requested", MSG_UI_EXCEPTION_REQUESTED }, { "approved", MSG_UI_EXCEPTION_APPROVED }, { "refused", MSG_UI_EXCEPTION_REFUSED },
		{ "withdrawn", MSG_UI_EXCEPTION_WITHDRAWN }, { "revoked", MSG_UI_EXCEPTION_REVOKED }, { "ended", MSG_UI_EXCEPTION_ENDED }, { "exception", MSG_UI_EXCEPTION_KIND_EXCEPTION },
		{ "not-applicable", MSG_UI_EXCEPTION_KIND_NOT_APPLICABLE } };
	const char *id = json_string_value(json_object_get(o, key));

	for (size_t i = 0; id && i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].id, id) == 0)
			return str_of(cli_word(c, words[i].word));
	return STR("-");
}

enum code
show_exceptions(struct cli *c, const json_t *o)
{
	struct grid g = { .arena = &c->arena };
	struct buf b = BUF(512);
	size_t i;
	json_t *row;

	GRID_ROW(&g, str_of(cli_word(c, MSG_CLI_COL_ID)), str_of(cli_word(c, MSG_UI_EXCEPTION_CLAUSE)), str_of(cli_word(c, MSG_UI_EXCEPTION_KIND)), str_of(cli_word(c, MSG_UI_EXCEPTION_STATE)),
	    str_of(cli_word(c, MSG_UI_EXCEPTION_WHEN)), str_of(cli_word(c, MSG_UI_EXCEPTION_UNTIL)));
	json_array_foreach(json_object_get(o, "rows"), i, row)
		GRID_ROW(&g, cli_member(c, row, "id"), cli_member(c, row, "clause"), state_at(c, row, "kind"), state_at(c, row, "state"), cli_instant_of(c, row, "since"), cli_member(c, row, "until_date"));
	if (g.rows > 1)
		grid_print(&g);
	if (message_text(MSG_UI_LIST_SHOWN, c->lang, MSG_ARGS(MSG_N("n", (int64_t)json_array_size(json_object_get(o, "rows"))), MSG_N("total", json_integer_value(json_object_get(o, "total")))), &b) == RC_OK)
		puts(buf_cstr(&b));
	buf_free(&b);
	return CODE_CONFORMING;
}

enum code
show_exception(struct cli *c, const json_t *o)
{
	struct grid g = { .arena = &c->arena };
	size_t i;
	json_t *row;

	printf(STR_FMT "  " STR_FMT "\n\n", STR_ARG(cli_member(c, o, "clause")), STR_ARG(cli_member(c, o, "clause_title")));
	cli_print(c, cli_word(c, MSG_CLI_COL_ID), cli_member(c, o, "id"));
	cli_print(c, cli_word(c, MSG_UI_EXCEPTION_STATE), state_at(c, o, "state"));
	cli_print(c, cli_word(c, MSG_UI_EXCEPTION_KIND), state_at(c, o, "kind"));
	cli_print(c, cli_word(c, MSG_UI_CONTROL), cli_member(c, o, "control_name"));
	cli_print(c, cli_word(c, MSG_UI_SUBJECT), cli_member(c, o, "subject_text"));
	cli_print(c, cli_word(c, MSG_UI_EXCEPTION_REASON), cli_member(c, o, "reason"));
	cli_print(c, cli_word(c, MSG_UI_EXCEPTION_INSTEAD), cli_member(c, o, "instead"));
	cli_print(c, cli_word(c, MSG_UI_EXCEPTION_UNTIL), cli_member(c, o, "until_date"));
	putchar('\n');
	GRID_ROW(&g, str_of(cli_word(c, MSG_UI_EXCEPTION_STEP)), str_of(cli_word(c, MSG_UI_EXCEPTION_WHEN)), str_of(cli_word(c, MSG_UI_EXCEPTION_WHO)), str_of(cli_word(c, MSG_UI_EXCEPTION_ENTRY)),
	    str_of(cli_word(c, MSG_UI_EXCEPTION_REASON)));
	json_array_foreach(json_object_get(o, "steps"), i, row)
		GRID_ROW(&g, state_at(c, row, "step"), cli_instant_of(c, row, "at"), cli_member(c, row, "who"),
		    arena_f(&c->arena, "#%lld", (long long)json_integer_value(json_object_get(row, "leaf"))), cli_member(c, row, "reason"));
	grid_print(&g);
	return CODE_CONFORMING;
}
