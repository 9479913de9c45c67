// SPDX-License-Identifier: Apache-2.0
/* What a guarded act is asked with, and requests for approval as lines. */
#include "tool/cli.h"

#include <stdio.h>
#include <string.h>

const struct guard_option guard_option[GUARD_OPTIONS] = {
	{ GUARD_PURPOSE, "purpose", "purpose" },
	{ GUARD_REASON, "reason", "reason" },
	{ GUARD_TICKET, "ticket", "ticket" },
	{ GUARD_CONFIRM, "confirm", "words" },
};

static struct str
word_at(struct cli *c, const json_t *o, const char *key)
{
	static const struct { const char *id; enum msg word; } words[] = { { "waiting", MSG_UI_APPROVAL_WAITING }, { "window", MSG_UI_APPROVAL_WINDOW }, { "lapsed", MSG_UI_APPROVAL_LAPSED },
		{ "running", MSG_UI_APPROVAL_RUNNING }, { "interrupted", MSG_UI_APPROVAL_INTERRUPTED }, { "done", MSG_UI_APPROVAL_DONE }, { "failed", MSG_UI_APPROVAL_FAILED }, { "changed", MSG_UI_APPROVAL_CHANGED },
		{ "refused", MSG_UI_APPROVAL_REFUSED }, { "cancelled", MSG_UI_APPROVAL_CANCELLED }, { "asked", MSG_UI_APPROVAL_ASKED }, { "approved", MSG_UI_APPROVAL_APPROVED },
		{ "started", MSG_UI_APPROVAL_STARTED }, { "remark", MSG_UI_APPROVAL_REMARK }, { "account", MSG_UI_CHANGE_ACCOUNT }, { "roles", MSG_UI_CHANGE_ROLES }, { "state", MSG_UI_CHANGE_STATE },
		{ "contracts", MSG_UI_CHANGE_CONTRACTS }, { "clauses", MSG_UI_CHANGE_CLAUSES }, { "clauses-gone", MSG_UI_CHANGE_CLAUSES_GONE }, { "clauses-new", MSG_UI_CHANGE_CLAUSES_NEW },
		{ "registers", MSG_UI_CHANGE_REGISTERS }, { "digest", MSG_UI_CHANGE_DIGEST }, { "accounts", MSG_UI_CHANGE_ACCOUNTS }, { "door-card", MSG_UI_CHANGE_DOOR_CARD }, { "key", MSG_UI_CHANGE_KEY },
		{ "os-account", MSG_UI_CHANGE_OS_ACCOUNT }, { "special-account", MSG_UI_CHANGE_SPECIAL_ACCOUNT }, { "in-use", MSG_UI_STATE_IN_USE }, { "suspended", MSG_UI_STATE_SUSPENDED }, { "not-enrolled", MSG_UI_STATE_NOT_ENROLLED }, { "removed", MSG_UI_STATE_REMOVED } };
	const char *id = json_string_value(json_object_get(o, key));

	for (size_t i = 0; id && i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].id, id) == 0)
			return str_of(cli_word(c, words[i].word));
	return cli_member(c, o, key);
}

static struct str
value_at(struct cli *c, const json_t *row, const char *key)
{
	const json_t *v = json_object_get(row, key), *one;
	const char *kind = json_string_value(json_object_get(row, "kind"));
	struct str list = STR_NONE;
	size_t i;

	if (kind && strcmp(kind, "state") == 0)
		return word_at(c, row, key);
	if (json_is_integer(v))
		return arena_f(&c->arena, "%lld", (long long)json_integer_value(v));
	if (!json_is_array(v))
		return cli_member(c, row, key);
	json_array_foreach(v, i, one)
		list = arena_f(&c->arena, STR_FMT "%s" STR_FMT, STR_ARG(list), list.n ? "," : "", STR_ARG(cli_text(c, str_of(json_string_value(one)))));
	return list.n ? list : STR("-");
}

enum code
show_changes(struct cli *c, const json_t *preview)
{
	struct grid g = { .arena = &c->arena };
	size_t i;
	json_t *row;

	GRID_ROW(&g, str_of(cli_word(c, MSG_UI_GUARD_CHANGES)), str_of(cli_word(c, MSG_UI_GUARD_NOW)), str_of(cli_word(c, MSG_UI_GUARD_AFTER)));
	json_array_foreach(json_object_get(preview, "rows"), i, row)
		GRID_ROW(&g, word_at(c, row, "what"), value_at(c, row, "before"), value_at(c, row, "after"));
	if (g.rows > 1)
		grid_print(&g);
	return CODE_CONFORMING;
}

/* What would change is asked for first: the words typed are for exactly that. */
static bool
confirmed(struct cli *c, json_t *arguments, json_t *guard)
{
	json_t *ask = json_pack("{s:s, s:s, s:O}", "act", act_row(c->verb->act)->id, "lang", lang_name(c->lang), "arguments", arguments), *answer = NULL;
	const char *words;
	bool good = false;

	switch (online_act(c, act_row(ACT_ACT_PREVIEW)->id, ask, &answer)) {
	case ONLINE_DONE:
		break;
	case ONLINE_NOT_RUNNING:
		cli_say(c, CODE_ERROR, MSG_CLI_NOT_RUNNING, MSG_ARGS(MSG_S("root", str_of(c->root))));
		goto out;
	case ONLINE_FAILED:
		goto out;
	}
	words = json_string_value(json_object_get(json_object_get(answer, "preview"), "words"));
	if (!c->json)
		show_changes(c, json_object_get(answer, "preview"));
	good = c->said[3] && words && strcmp(c->said[3], words) == 0;
	if (!good)
		cli_say(c, CODE_ERROR, MSG_CLI_GUARD_CONFIRM, MSG_ARGS(MSG_S("words", cli_text(c, str_of(words)))));
	else
		json_object_set(guard, "seen", json_object_get(answer, "seen"));
out:
	json_decref(ask);
	json_decref(answer);
	return good;
}

uint32_t
guards_possible(enum act act)
{
	return act_row(act)->guards | (act == ACT_ACCOUNT_ADD ? act_row(ACT_ACCOUNT_ROLES)->guards : 0);
}

bool
guard_options(struct cli *c, json_t *arguments)
{
	uint32_t guards = c->said[1] || c->said[3] ? guards_possible(c->verb->act) : act_row(c->verb->act)->guards; /* whoever says a reason means it */
	json_t *guard = json_object();
	bool good = true;

	for (size_t i = 0; i < GUARD_OPTIONS && good; i++) {
		if (!(guards & GUARD_BIT(guard_option[i].guard)))
			continue;
		if (c->said[i] && json_object_set_new(guard, guard_option[i].member, json_string(c->said[i])) != 0) {
			cli_say(c, CODE_USAGE, MSG_CLI_ARGUMENT_BAD, MSG_ARGS(MSG_S("argument", str_of(guard_option[i].name)), MSG_S("given", str_of(c->said[i]))));
			good = false;
		} else if (!c->said[i] && guard_option[i].guard != GUARD_CONFIRM) {
			cli_say(c, CODE_ERROR, MSG_CLI_GUARD_MISSING, MSG_ARGS(MSG_S("option", str_of(guard_option[i].name))));
			good = false;
		}
	}
	if (good && (guards & GUARD_BIT(GUARD_CONFIRM)))
		good = confirmed(c, arguments, guard);
	if (good && json_object_size(guard))
		json_object_set(arguments, "guard", guard);
	json_decref(guard);
	return good;
}

enum code
show_approvals(struct cli *c, const json_t *o)
{
	struct grid g = { .arena = &c->arena };
	size_t i;
	json_t *row;

	GRID_ROW(&g, str_of(cli_word(c, MSG_CLI_COL_ID)), str_of(cli_word(c, MSG_UI_APPROVAL_ACT)), str_of(cli_word(c, MSG_UI_APPROVAL_OBJECT)), str_of(cli_word(c, MSG_UI_APPROVAL_STATE)),
	    str_of(cli_word(c, MSG_UI_APPROVAL_ASKED_BY)), str_of(cli_word(c, MSG_UI_APPROVAL_DUE)));
	json_array_foreach(json_object_get(o, "rows"), i, row)
		GRID_ROW(&g, cli_member(c, row, "id"), cli_member(c, row, "act_text"), cli_member(c, json_object_get(row, "preview"), "object"), word_at(c, row, "state"), cli_member(c, row, "who"), cli_instant_of(c, row, "due_at"));
	if (g.rows > 1)
		grid_print(&g);
	else
		puts(cli_word(c, MSG_UI_APPROVALS_EMPTY));
	return CODE_CONFORMING;
}

enum code
show_approval(struct cli *c, const json_t *o)
{
	struct str number = str_sub(str_of(json_string_value(json_object_get(o, "hash"))), 0, 12);
	struct grid g = { .arena = &c->arena };
	size_t i;
	json_t *row;

	printf(STR_FMT "  " STR_FMT "\n\n", STR_ARG(cli_member(c, o, "act_text")), STR_ARG(cli_member(c, json_object_get(o, "preview"), "object")));
	cli_print(c, cli_word(c, MSG_CLI_COL_ID), cli_member(c, o, "id"));
	cli_print(c, cli_word(c, MSG_UI_APPROVAL_NUMBER), cli_text(c, number));
	cli_print(c, cli_word(c, MSG_UI_APPROVAL_STATE), word_at(c, o, "state"));
	cli_print(c, cli_word(c, MSG_UI_APPROVAL_ASKED_BY), cli_member(c, o, "who"));
	cli_print(c, cli_word(c, MSG_UI_GUARD_REASON), cli_member(c, o, "reason"));
	cli_print(c, cli_word(c, MSG_UI_GUARD_TICKET), cli_member(c, o, "ticket"));
	cli_print(c, cli_word(c, MSG_UI_APPROVAL_DUE), cli_instant_of(c, o, "due_at"));
	putchar('\n');
	show_changes(c, json_object_get(o, "preview"));
	putchar('\n');
	GRID_ROW(&g, str_of(cli_word(c, MSG_UI_APPROVAL_STATE)), str_of(cli_word(c, MSG_UI_EXCEPTION_WHEN)), str_of(cli_word(c, MSG_UI_EXCEPTION_WHO)), str_of(cli_word(c, MSG_UI_EXCEPTION_ENTRY)), str_of(cli_word(c, MSG_UI_RESULT)));
	json_array_foreach(json_object_get(o, "steps"), i, row)
		GRID_ROW(&g, word_at(c, row, "step"), cli_instant_of(c, row, "at"), cli_member(c, row, "who"), arena_f(&c->arena, "#%lld", (long long)json_integer_value(json_object_get(row, "leaf"))),
		    json_is_object(json_object_get(row, "result")) ? cli_member(c, json_object_get(row, "result"), "sentence") : cli_member(c, row, "reason"));
	grid_print(&g);
	return CODE_CONFORMING;
}
