// SPDX-License-Identifier: Apache-2.0
/* Hardware tokens on the command line. */
#include "tool/cli.h"

#include <stdio.h>

enum code
show_generators(struct cli *c, const json_t *o)
{
	struct grid g = { .arena = &c->arena };
	json_t *row;
	size_t i;

	GRID_ROW(&g, str_of(cli_word(c, MSG_UI_GENERATOR_SERIAL)), str_of(cli_word(c, MSG_UI_GENERATOR_DIGITS)), str_of(cli_word(c, MSG_UI_GENERATOR_PERIOD)), str_of(cli_word(c, MSG_UI_GENERATOR_ALGORITHM)),
	    str_of(cli_word(c, MSG_UI_GENERATOR_HOLDER)), str_of(cli_word(c, MSG_UI_GENERATOR_PROVEN)));
	json_array_foreach(json_object_get(o, "rows"), i, row)
		GRID_ROW(&g, cli_member(c, row, "serial"), cli_member(c, row, "digits"), cli_member(c, row, "period"), cli_member(c, row, "algorithm"), cli_member(c, row, "account"),
		    json_integer_value(json_object_get(row, "proven_at")) ? cli_instant_of(c, row, "proven_at") : STR(""));
	grid_print(&g);
	return CODE_CONFORMING;
}

enum code
show_generator_check(struct cli *c, const json_t *o)
{
	struct grid g = { .arena = &c->arena };
	bool wrong = json_integer_value(json_object_get(o, "wrong")) > 0;
	json_t *row;
	size_t i;

	GRID_ROW(&g, str_of(cli_word(c, MSG_UI_GENERATOR_LINE)), str_of(cli_word(c, MSG_UI_GENERATOR_SERIAL)), str_of(cli_word(c, MSG_UI_GENERATOR_DIGITS)), str_of(cli_word(c, MSG_UI_GENERATOR_PERIOD)),
	    str_of(cli_word(c, MSG_UI_GENERATOR_ALGORITHM)), str_of(cli_word(c, MSG_UI_GENERATOR_WRONG)));
	json_array_foreach(json_object_get(o, "rows"), i, row)
		GRID_ROW(&g, cli_member(c, row, "line"), cli_member(c, row, "serial"), cli_member(c, row, "digits"), cli_member(c, row, "period"), cli_member(c, row, "algorithm"), cli_member(c, row, "error"));
	grid_print(&g);
	if (wrong)
		printf("%s\n", cli_word(c, MSG_CLI_GENERATOR_NOTHING_KEPT));
	else
		printf("%s\n  tsujiban generator import " STR_FMT "\n", cli_word(c, MSG_CLI_GENERATOR_IMPORT_BY), STR_ARG(cli_member(c, o, "digest")));
	return wrong ? CODE_NOT_CONFORMING : CODE_CONFORMING;
}
