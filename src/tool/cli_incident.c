// SPDX-License-Identifier: Apache-2.0
/* Incidents as lines: which are open, one with its clocks and what was done. */
#include "tool/cli.h"

#include <stdio.h>
#include <string.h>

static const struct cli_word_of whats[] = { { "call", MSG_UI_INCIDENT_WHAT_CALL }, { "first", MSG_UI_INCIDENT_WHAT_FIRST }, { "prompt", MSG_UI_INCIDENT_WHAT_PROMPT }, { "full", MSG_UI_INCIDENT_WHAT_FULL }, { NULL, 0 } };
static const struct cli_word_of states[] = { { "open", MSG_UI_INCIDENT_IS_OPEN }, { "closed", MSG_UI_INCIDENT_IS_CLOSED }, { "done", MSG_UI_INCIDENT_CLOCK_DONE }, { "late", MSG_UI_INCIDENT_CLOCK_LATE },
	{ "overdue", MSG_UI_INCIDENT_CLOCK_OVERDUE }, { "running", MSG_UI_INCIDENT_CLOCK_RUNNING }, { NULL, 0 } };
static const struct cli_word_of kinds[] = { { "noticed", MSG_UI_INCIDENT_STEP_NOTICED }, { "facts", MSG_UI_INCIDENT_STEP_FACTS }, { "told", MSG_UI_INCIDENT_STEP_TOLD }, { "call", MSG_UI_INCIDENT_STEP_CALL },
	{ "contain", MSG_UI_INCIDENT_STEP_CONTAIN }, { "preserve", MSG_UI_INCIDENT_STEP_PRESERVE }, { "restore", MSG_UI_INCIDENT_STEP_RESTORE }, { "person", MSG_UI_INCIDENT_STEP_PERSON },
	{ "publish", MSG_UI_INCIDENT_STEP_PUBLISH }, { "other", MSG_UI_INCIDENT_STEP_OTHER }, { "received", MSG_UI_INCIDENT_STEP_RECEIVED }, { "reached", MSG_UI_INCIDENT_STEP_REACHED }, { "acknowledge", MSG_UI_INCIDENT_STEP_ACKNOWLEDGE }, { "notice", MSG_UI_INCIDENT_STEP_NOTICE }, { NULL, 0 } };

enum code
show_incidents(struct cli *c, const json_t *o)
{
	struct grid g = { .arena = &c->arena };
	size_t i;
	json_t *row;

	GRID_ROW(&g, str_of(cli_word(c, MSG_CLI_COL_ID)), str_of(cli_word(c, MSG_UI_INCIDENT_NAME)), str_of(cli_word(c, MSG_UI_INCIDENT_STATE)), str_of(cli_word(c, MSG_UI_INCIDENT_NOTICED)), str_of(cli_word(c, MSG_UI_INCIDENT_NEXT)));
	json_array_foreach(json_object_get(o, "rows"), i, row) {
		const json_t *next = json_object_get(row, "next");

		GRID_ROW(&g, cli_member(c, row, "id"), cli_member(c, row, "name"), cli_member_word(c, row, "state", states), cli_instant_of(c, row, "noticed"), json_is_object(next) ? cli_member_word(c, next, "what", whats) : STR("-"));
	}
	if (g.rows > 1)
		grid_print(&g);
	else
		puts(cli_word(c, MSG_UI_INCIDENTS_EMPTY));
	return CODE_CONFORMING;
}

enum code
show_incident(struct cli *c, const json_t *o)
{
	struct grid clocks = { .arena = &c->arena }, steps = { .arena = &c->arena };
	size_t i;
	json_t *row;

	printf(STR_FMT "\n\n", STR_ARG(cli_member(c, o, "name")));
	cli_print(c, cli_word(c, MSG_CLI_COL_ID), cli_member(c, o, "id"));
	cli_print(c, cli_word(c, MSG_UI_INCIDENT_STATE), cli_member_word(c, o, "state", states));
	cli_print(c, cli_word(c, MSG_UI_INCIDENT_NOTICED), cli_instant_of(c, o, "noticed"));
	cli_print(c, cli_word(c, MSG_UI_INCIDENT_TAKEN), *json_string_value(json_object_get(o, "taker")) ? cli_member(c, o, "taker") : str_of(cli_word(c, MSG_UI_INCIDENT_NOT_TAKEN)));
	putchar('\n');
	GRID_ROW(&clocks, str_of(cli_word(c, MSG_UI_INCIDENT_CLOCK)), str_of(cli_word(c, MSG_UI_INCIDENT_DUE)), str_of(cli_word(c, MSG_UI_INCIDENT_STATE)), str_of(cli_word(c, MSG_UI_INCIDENT_DONE)));
	json_array_foreach(json_object_get(o, "clocks"), i, row)
		GRID_ROW(&clocks, cli_member_word(c, row, "what", whats), cli_instant_of(c, row, "due"), cli_member_word(c, row, "state", states), cli_instant_of(c, row, "done"));
	grid_print(&clocks);
	putchar('\n');
	GRID_ROW(&steps, str_of(cli_word(c, MSG_UI_INCIDENT_WHEN)), str_of(cli_word(c, MSG_UI_INCIDENT_NOTE_KIND)), str_of(cli_word(c, MSG_UI_INCIDENT_WHO)), str_of(cli_word(c, MSG_UI_INCIDENT_TEXT)));
	json_array_foreach(json_object_get(o, "steps"), i, row)
		GRID_ROW(&steps, cli_instant_of(c, row, "at"), cli_member_word(c, row, "kind", kinds), cli_member(c, row, "who"), cli_member(c, row, "text"));
	grid_print(&steps);
	return CODE_CONFORMING;
}
