// SPDX-License-Identifier: Apache-2.0
/* Papers as lines: the forms and whose turn it is, the papers of a form, one with its steps. */
#include "tool/cli.h"

#include <stdio.h>
#include <string.h>

static const struct cli_word_of states[] = { { "waiting", MSG_UI_PAPER_WAITING }, { "returned", MSG_UI_PAPER_RETURNED }, { "withdrawn", MSG_UI_PAPER_WITHDRAWN }, { "not-yet", MSG_UI_PAPER_NOT_YET },
	{ "in-force", MSG_UI_PAPER_IN_FORCE }, { "expired", MSG_UI_PAPER_EXPIRED }, { "ended", MSG_UI_PAPER_ENDED }, { "filed", MSG_UI_PAPER_STEP_FILED }, { "closed", MSG_UI_PAPER_STEP_CLOSED }, { "passed", MSG_UI_PAPER_STEP_PASSED }, { NULL, 0 } };

static struct str
leaf_at(struct cli *c, const json_t *o, const char *key)
{
	return arena_f(&c->arena, "%lld", (long long)json_integer_value(json_object_get(o, key)));
}

static void
papers(struct cli *c, const json_t *rows)
{
	struct grid g = { .arena = &c->arena };
	size_t i;
	json_t *row;

	GRID_ROW(&g, str_of(cli_word(c, MSG_CLI_COL_ID)), str_of(cli_word(c, MSG_UI_PAPER_TITLE)), str_of(cli_word(c, MSG_UI_PAPER_STATE)), str_of(cli_word(c, MSG_UI_PAPER_FILED)), str_of(cli_word(c, MSG_UI_PAPER_FROM)),
	    str_of(cli_word(c, MSG_UI_PAPER_UNTIL)));
	json_array_foreach(rows, i, row)
		GRID_ROW(&g, cli_member(c, row, "id"), cli_member(c, row, "title"), cli_member_word(c, row, "state", states), cli_instant_of(c, row, "filed"), cli_instant_of(c, row, "from"), cli_instant_of(c, row, "until"));
	if (g.rows > 1)
		grid_print(&g);
	else
		puts(cli_word(c, MSG_UI_PAPER_NONE_MINE));
}

enum code
show_papers(struct cli *c, const json_t *o)
{
	struct grid g = { .arena = &c->arena };
	size_t i;
	json_t *row;

	puts(cli_word(c, MSG_UI_PAPERS_MINE));
	papers(c, json_object_get(o, "mine"));
	putchar('\n');
	GRID_ROW(&g, str_of(cli_word(c, MSG_CLI_COL_ID)), str_of(cli_word(c, MSG_UI_PAPER_FORM)), str_of(cli_word(c, MSG_UI_PAPER_IN_FORCE)), str_of(cli_word(c, MSG_UI_PAPER_WAITING)), str_of(cli_word(c, MSG_UI_PAPER_EXPIRED)));
	json_array_foreach(json_object_get(o, "rows"), i, row)
		GRID_ROW(&g, cli_member(c, row, "id"), cli_member(c, row, "name"), leaf_at(c, row, "in-force"), leaf_at(c, row, "waiting"), leaf_at(c, row, "expired"));
	grid_print(&g);
	return CODE_CONFORMING;
}

enum code
show_paper_form(struct cli *c, const json_t *o)
{
	puts(arena_cstr(&c->arena, cli_member(c, json_object_get(o, "form"), "name")));
	papers(c, json_object_get(o, "rows"));
	return CODE_CONFORMING;
}

enum code
show_paper(struct cli *c, const json_t *o)
{
	const json_t *values = json_object_get(o, "values");
	struct grid g = { .arena = &c->arena };
	size_t i;
	json_t *row;

	printf(STR_FMT "\n\n", STR_ARG(cli_member(c, o, "title")));
	cli_print(c, cli_word(c, MSG_CLI_COL_ID), cli_member(c, o, "id"));
	cli_print(c, cli_word(c, MSG_UI_PAPER_STATE), cli_member_word(c, o, "state", states));
	cli_print(c, cli_word(c, MSG_UI_PAPER_FROM), cli_instant_of(c, o, "from"));
	cli_print(c, cli_word(c, MSG_UI_PAPER_UNTIL), cli_instant_of(c, o, "until"));
	if (json_is_string(json_object_get(o, "stage")))
		cli_print(c, cli_word(c, MSG_UI_PAPER_STAGE), arena_f(&c->arena, STR_FMT " (--stage " STR_FMT ")", STR_ARG(cli_member(c, o, "stage")), STR_ARG(cli_member(c, o, "stage_id"))));
	cli_print(c, "leaf", leaf_at(c, o, "shown_leaf"));
	json_array_foreach(json_object_get(o, "fields"), i, row)
		cli_print(c, arena_cstr(&c->arena, cli_member(c, row, "label")), cli_member(c, values, json_string_value(json_object_get(row, "id"))));
	putchar('\n');
	GRID_ROW(&g, str_of(cli_word(c, MSG_UI_EXCEPTION_STEP)), str_of(cli_word(c, MSG_UI_EXCEPTION_WHEN)), str_of(cli_word(c, MSG_UI_EXCEPTION_WHO)), str_of(cli_word(c, MSG_UI_EXCEPTION_ENTRY)),
	    str_of(cli_word(c, MSG_UI_EXCEPTION_REASON)));
	json_array_foreach(json_object_get(o, "steps"), i, row)
		GRID_ROW(&g, cli_member_word(c, row, "step", states), cli_instant_of(c, row, "at"), cli_member(c, row, "who"), leaf_at(c, row, "leaf"), cli_member(c, row, "reason"));
	grid_print(&g);
	return CODE_CONFORMING;
}

/* What is renewed together, each with the number to name it by and the dates of its next version. */
enum code
show_renewal(struct cli *c, const json_t *o)
{
	struct grid g = { .arena = &c->arena };
	size_t i, k;
	json_t *row, *field;

	GRID_ROW(&g, str_of(cli_word(c, MSG_CLI_COL_ID)), str_of(cli_word(c, MSG_UI_PAPER_TITLE)), str_of(cli_word(c, MSG_UI_PAPER_STATE)), str_of(cli_word(c, MSG_UI_PAPER_UNTIL)), str_of(cli_word(c, MSG_UI_PAPER_REVIEW)));
	json_array_foreach(json_object_get(o, "rows"), i, row) {
		GRID_ROW(&g, arena_f(&c->arena, STR_FMT "=" STR_FMT, STR_ARG(cli_member(c, row, "id")), STR_ARG(cli_member(c, row, "leaf"))), cli_member(c, row, "title"), cli_member_word(c, row, "state", states), cli_instant_of(c, row, "until"), cli_instant_of(c, row, "review"));
		json_array_foreach(json_object_get(row, "fields"), k, field)
			GRID_ROW(&g, arena_f(&c->arena, STR_FMT "." STR_FMT "=" STR_FMT, STR_ARG(cli_member(c, row, "id")), STR_ARG(cli_member(c, field, "id")), STR_ARG(cli_member(c, field, "value"))), cli_member(c, field, "error"), STR(""), STR(""), STR(""));
	}
	if (g.rows > 1)
		grid_print(&g);
	else
		puts(cli_word(c, MSG_UI_RENEWAL_NONE));
	return CODE_CONFORMING;
}

enum code
show_renewed(struct cli *c, const json_t *o)
{
	json_t *row;
	size_t i;

	json_array_foreach(json_object_get(o, "rows"), i, row)
		puts(json_string_value(row));
	return CODE_CONFORMING;
}

/* A line for each gate, and one for each thing that is missing behind it. */
enum code
show_gates(struct cli *c, const json_t *o)
{
	static const struct cli_word_of gates[] = { { "open", MSG_UI_GATE_OPEN }, { "grace", MSG_UI_GATE_GRACE }, { "closed", MSG_UI_GATE_CLOSED }, { NULL, 0 } };
	struct grid g = { .arena = &c->arena };
	enum code code = CODE_CONFORMING;
	json_t *row, *one;
	size_t i, k;

	GRID_ROW(&g, str_of(cli_word(c, MSG_UI_GATE_NAME)), str_of(cli_word(c, MSG_UI_GATE_STATE)), str_of(cli_word(c, MSG_UI_GATE_CLOSES)), str_of(cli_word(c, MSG_UI_GATE_MISSING)));
	json_array_foreach(json_object_get(o, "rows"), i, row) {
		const char *state = json_string_value(json_object_get(row, "state"));

		if (state && strcmp(state, "closed") == 0)
			code = CODE_NOT_CONFORMING;
		GRID_ROW(&g, cli_member(c, row, "name"), cli_member_word(c, row, "state", gates), cli_instant_of(c, row, "closes"), STR(""));
		json_array_foreach(json_object_get(row, "missing"), k, one)
			GRID_ROW(&g, STR(""), STR(""), STR(""), cli_member(c, one, "name"));
	}
	grid_print(&g);
	return code;
}
