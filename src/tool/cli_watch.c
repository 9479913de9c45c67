// SPDX-License-Identifier: Apache-2.0
/* Alarms of the misuse watch, and changes on trial, as lines. */
#include "tool/cli.h"

#include <stdio.h>
#include <string.h>

static struct str
alert_state(struct cli *c, const json_t *alert)
{
	bool open = json_is_true(json_object_get(alert, "open")), urgent = json_is_true(json_object_get(alert, "urgent"));

	return str_of(cli_word(c, !open ? MSG_UI_WATCH_CLOSED : urgent ? MSG_UI_WATCH_URGENT : MSG_UI_WATCH_OPEN));
}

static struct str
number(struct cli *c, const json_t *o, const char *key)
{
	return arena_f(&c->arena, "%lld", (long long)json_integer_value(json_object_get(o, key)));
}

static struct str
word_of(struct cli *c, const char *id)
{
	static const struct { const char *id; enum msg word; } words[] = { { "work", MSG_UI_WATCH_VERDICT_WORK }, { "mistake", MSG_UI_WATCH_VERDICT_MISTAKE }, { "false-alarm", MSG_UI_WATCH_VERDICT_FALSE_ALARM },
		{ "misuse", MSG_UI_WATCH_VERDICT_MISUSE }, { "waiting", MSG_UI_TRIAL_WAITING }, { "confirmed", MSG_UI_TRIAL_CONFIRMED }, { "undone", MSG_UI_TRIAL_UNDONE } };

	for (size_t i = 0; id && i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].id, id) == 0)
			return str_of(cli_word(c, words[i].word));
	return STR("-");
}

enum code
show_alerts(struct cli *c, const json_t *o)
{
	struct grid g = { .arena = &c->arena }, months = { .arena = &c->arena };
	size_t i;
	json_t *row;

	GRID_ROW(&g, str_of(cli_word(c, MSG_CLI_COL_ID)), str_of(cli_word(c, MSG_UI_WHEN)), str_of(cli_word(c, MSG_UI_WATCH_STATE)), str_of(cli_word(c, MSG_UI_WHO)), str_of(cli_word(c, MSG_UI_WATCH_WHY)));
	json_array_foreach(json_object_get(o, "rows"), i, row)
		GRID_ROW(&g, number(c, row, "id"), cli_instant_of(c, row, "at"), alert_state(c, row), cli_member(c, row, "who"), cli_member(c, row, "why"));
	if (g.rows > 1)
		grid_print(&g);
	else
		puts(cli_word(c, MSG_UI_WATCH_EMPTY));
	putchar('\n');
	GRID_ROW(&months, str_of(cli_word(c, MSG_UI_WATCH_MONTH)), str_of(cli_word(c, MSG_UI_WATCH_ALERTS)), str_of(cli_word(c, MSG_UI_WATCH_OPEN)), str_of(cli_word(c, MSG_UI_WATCH_DECISION)));
	json_array_foreach(json_object_get(o, "months"), i, row) {
		const json_t *review = json_object_get(row, "review");
		bool running = json_is_true(json_object_get(row, "running"));

		GRID_ROW(&months, cli_member(c, row, "month"), number(c, row, "alerts"), number(c, row, "open"),
		    json_is_object(review) ? arena_f(&c->arena, STR_FMT ": " STR_FMT, STR_ARG(cli_member(c, review, "who")), STR_ARG(cli_member(c, review, "words"))) :
		    str_of(cli_word(c, running ? MSG_UI_WATCH_RUNNING : MSG_UI_WATCH_NOT_SIGNED)));
	}
	grid_print(&months);
	return CODE_CONFORMING;
}

enum code
show_alert(struct cli *c, const json_t *o)
{
	struct grid g = { .arena = &c->arena };
	size_t i;
	json_t *row;

	printf("#" STR_FMT "  " STR_FMT "\n\n", STR_ARG(number(c, o, "id")), STR_ARG(cli_member(c, o, "why")));
	cli_print(c, cli_word(c, MSG_UI_WATCH_STATE), alert_state(c, o));
	cli_print(c, cli_word(c, MSG_UI_WHEN), cli_instant_of(c, o, "at"));
	cli_print(c, cli_word(c, MSG_UI_WHO), cli_member(c, o, "who"));
	cli_print(c, cli_word(c, MSG_UI_ACCESS_FROM), cli_member(c, o, "address"));
	cli_print(c, cli_word(c, MSG_UI_EXCEPTION_ENTRY), arena_f(&c->arena, "#" STR_FMT, STR_ARG(number(c, o, "entry"))));
	if (json_array_size(json_object_get(o, "steps")) == 0)
		return CODE_CONFORMING;
	putchar('\n');
	GRID_ROW(&g, str_of(cli_word(c, MSG_UI_WATCH_DECISION)), str_of(cli_word(c, MSG_UI_EXCEPTION_WHEN)), str_of(cli_word(c, MSG_UI_EXCEPTION_WHO)), str_of(cli_word(c, MSG_UI_EXCEPTION_REASON)));
	json_array_foreach(json_object_get(o, "steps"), i, row)
		GRID_ROW(&g, word_of(c, json_string_value(json_object_get(row, "verdict"))), cli_instant_of(c, row, "at"), cli_member(c, row, "who"), cli_member(c, row, "words"));
	grid_print(&g);
	return CODE_CONFORMING;
}

/* A decision takes effect when its entry is read back: the entry is what stands. */
enum code
show_noted(struct cli *c, const json_t *o)
{
	(void)o;
	puts(cli_word(c, MSG_CLI_NOTED));
	return CODE_CONFORMING;
}

enum code
show_trials(struct cli *c, const json_t *o)
{
	struct grid g = { .arena = &c->arena };
	size_t i;
	json_t *row;

	GRID_ROW(&g, str_of(cli_word(c, MSG_CLI_COL_ID)), str_of(cli_word(c, MSG_UI_TRIAL_REGISTER)), str_of(cli_word(c, MSG_UI_TRIAL_STATE)), str_of(cli_word(c, MSG_UI_TRIAL_WHO)), str_of(cli_word(c, MSG_UI_TRIAL_UNTIL)),
	    str_of(cli_word(c, MSG_UI_TRIAL_ENDED)));
	json_array_foreach(json_object_get(o, "rows"), i, row)
		GRID_ROW(&g, cli_member(c, row, "id"), cli_member(c, row, "register_name"), word_of(c, json_string_value(json_object_get(row, "state"))), cli_member(c, row, "who"), cli_instant_of(c, row, "until"),
		    cli_instant_of(c, row, "ended"));
	if (g.rows > 1)
		grid_print(&g);
	else
		puts(cli_word(c, MSG_UI_TRIALS_EMPTY));
	return CODE_CONFORMING;
}
