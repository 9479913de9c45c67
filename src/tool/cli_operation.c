// SPDX-License-Identifier: Apache-2.0
/* Operations, delegations, containments and the permission matrix as lines. */
#include "tool/cli.h"

#include <stdio.h>
#include <string.h>

struct column { enum msg head; const char *key; bool instant; };

static struct str
cell(struct cli *c, const json_t *row, const struct column *column)
{
	const json_t *v = json_object_get(row, column->key), *one;
	struct str list = STR_NONE;
	size_t i;

	if (column->instant)
		return cli_instant(c, (int64_t)json_integer_value(v));
	if (json_is_array(v)) {
		json_array_foreach(v, i, one)
			list = arena_f(&c->arena, STR_FMT "%s" STR_FMT, STR_ARG(list), list.n ? "," : "", STR_ARG(cli_text(c, str_of(json_string_value(one)))));
		return list.n ? list : STR("-");
	}
	return json_string_length(v) ? cli_text(c, (struct str){ json_string_value(v), json_string_length(v) }) : STR("-");
}

static enum code
rows(struct cli *c, const json_t *o, const struct column *columns, size_t n, enum msg empty)
{
	struct grid g = { .arena = &c->arena };
	struct str cells[GRID_COLUMNS_MAX];
	size_t i;
	json_t *row;

	for (size_t k = 0; k < n; k++)
		cells[k] = str_of(cli_word(c, columns[k].head));
	grid_row(&g, n, cells);
	json_array_foreach(json_object_get(o, "rows"), i, row) {
		for (size_t k = 0; k < n; k++)
			cells[k] = cell(c, row, &columns[k]);
		grid_row(&g, n, cells);
	}
	if (g.rows > 1)
		grid_print(&g);
	else
		puts(cli_word(c, empty));
	return CODE_CONFORMING;
}

enum code
show_operations(struct cli *c, const json_t *o)
{
	static const struct column columns[] = { { MSG_CLI_COL_ID, "row", false }, { MSG_UI_OPERATION_NAME, "name", false }, { MSG_UI_OPERATION_DANGER, "danger", false }, { MSG_UI_OPERATION_PROCEDURE, "procedure", false },
		{ MSG_UI_GUARDWORD_PROCEDURE, "version", false }, { MSG_UI_OPERATION_WHO, "who", false }, { MSG_UI_OPERATION_ALERT, "alert", false }, { MSG_UI_OPERATION_READ, "read_at", true } };

	return rows(c, o, columns, sizeof(columns) / sizeof(columns[0]), MSG_UI_OPERATIONS_EMPTY);
}

enum code
show_delegations(struct cli *c, const json_t *o)
{
	static const struct column columns[] = { { MSG_CLI_COL_ID, "id", false }, { MSG_UI_DELEGATION_FROM, "from", false }, { MSG_UI_DELEGATION_TO, "to", false }, { MSG_UI_DELEGATION_ROLES, "roles", false },
		{ MSG_UI_DELEGATION_STATE, "state", false }, { MSG_UI_DELEGATION_UNTIL, "until_date", false }, { MSG_UI_GUARD_REASON, "reason", false } };

	return rows(c, o, columns, sizeof(columns) / sizeof(columns[0]), MSG_UI_DELEGATIONS_EMPTY);
}

enum code
show_containments(struct cli *c, const json_t *o)
{
	static const struct column columns[] = { { MSG_CLI_COL_ID, "id", false }, { MSG_UI_APPROVAL_ACT, "act_text", false }, { MSG_UI_APPROVAL_OBJECT, "object", false }, { MSG_UI_APPROVAL_STATE, "state", false },
		{ MSG_UI_EXCEPTION_WHO, "who", false }, { MSG_UI_EXCEPTION_WHEN, "done_at", true }, { MSG_UI_CONTAINMENT_DUE, "due_at", true } };

	return rows(c, o, columns, sizeof(columns) / sizeof(columns[0]), MSG_UI_CONTAINMENTS_EMPTY);
}

enum code
show_holds(struct cli *c, const json_t *o)
{
	static const struct column columns[] = { { MSG_CLI_COL_ID, "id", false }, { MSG_UI_HOLD_KIND, "words", false }, { MSG_UI_HOLD_STATE, "state", false }, { MSG_UI_HOLD_SINCE, "since", true }, { MSG_UI_HOLD_UNTIL, "until", true },
		{ MSG_UI_EXCEPTION_WHO, "who", false }, { MSG_UI_GUARD_REASON, "reason", false } };

	return rows(c, o, columns, sizeof(columns) / sizeof(columns[0]), MSG_UI_HOLDS_EMPTY);
}

enum code
show_reviews(struct cli *c, const json_t *o)
{
	static const struct column columns[] = { { MSG_CLI_COL_ID, "id", false }, { MSG_UI_REVIEW_NAME, "name", false }, { MSG_UI_REVIEW_STATE, "state", false }, { MSG_UI_REVIEW_PROGRESS, "progress", false },
		{ MSG_UI_REVIEW_REVIEWER, "reviewer", false }, { MSG_UI_REVIEW_CLOSED, "closed_on", false } };

	return rows(c, o, columns, sizeof(columns) / sizeof(columns[0]), MSG_UI_REVIEWS_EMPTY);
}

enum code
show_review(struct cli *c, const json_t *o)
{
	static const struct column columns[] = { { MSG_UI_REVIEW_ROW, "ref", false }, { MSG_UI_REVIEW_ACCOUNT, "account", false }, { MSG_UI_REVIEW_PERSON, "person", false }, { MSG_UI_REVIEW_PLACE, "place", false },
		{ MSG_UI_REVIEW_DECISION, "decision", false }, { MSG_UI_REVIEW_REASON, "reason", false } };
	static const struct { enum msg head; const char *key; } pairs[] = { { MSG_CLI_COL_ID, "id" }, { MSG_UI_REVIEW_STATE, "state" }, { MSG_UI_REVIEW_PROGRESS, "progress" }, { MSG_UI_REVIEW_REVIEWER, "reviewer" },
		{ MSG_UI_REVIEW_CLOSED, "closed_on" }, { MSG_UI_REVIEW_ANSWERED, "answered_on" }, { MSG_UI_REVIEW_HASH, "hash" } };

	printf(STR_FMT "\n\n", STR_ARG(cli_member(c, o, "name")));
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		cli_print(c, cli_word(c, pairs[i].head), cli_member(c, o, pairs[i].key));
	putchar('\n');
	return rows(c, o, columns, sizeof(columns) / sizeof(columns[0]), MSG_UI_REVIEW_ITEMS_EMPTY);
}

enum code
show_found(struct cli *c, const json_t *o)
{
	static const struct column columns[] = { { MSG_UI_FOUND_NAME, "name", false }, { MSG_UI_FOUND_KIND, "kind", false }, { MSG_UI_FOUND_SINCE, "since", true }, { MSG_UI_FOUND_WHY, "sentence", false } };

	return rows(c, o, columns, sizeof(columns) / sizeof(columns[0]), MSG_UI_FOUND_EMPTY);
}

enum code
show_removals(struct cli *c, const json_t *o)
{
	static const struct column columns[] = { { MSG_UI_REMOVAL_PERSON, "number", false }, { MSG_UI_REMOVAL_DUE, "due_at", true }, { MSG_UI_REMOVAL_DONE, "removed_at", true }, { MSG_UI_REMOVAL_STATE, "state", false } };

	return rows(c, o, columns, sizeof(columns) / sizeof(columns[0]), MSG_UI_REMOVALS_EMPTY);
}

enum code
show_permissions(struct cli *c, const json_t *o)
{
	static const struct column columns[] = { { MSG_CLI_COL_ID, "act", false }, { MSG_UI_APPROVAL_ACT, "text", false }, { MSG_UI_PERMISSION_NEEDS, "guards", false }, { MSG_UI_ROLE, "roles", false } };

	return rows(c, o, columns, sizeof(columns) / sizeof(columns[0]), MSG_UI_OPERATIONS_EMPTY);
}

enum code
show_os_account(struct cli *c, const json_t *o)
{
	const json_t *ended = json_object_get(o, "ended");
	bool locked = strcmp(json_string_value(json_object_get(o, "state")), "locked") == 0;
	struct str account = cli_text(c, str_of(json_string_value(json_object_get(o, "id"))));

	return cli_say(c, CODE_CONFORMING, !locked ? MSG_CLI_OS_ACCOUNT_UNLOCKED : json_is_null(ended) ? MSG_CLI_OS_ACCOUNT_LOCKED_HIDDEN : MSG_CLI_OS_ACCOUNT_LOCKED,
	    MSG_ARGS(MSG_S("account", account), MSG_N("count", json_integer_value(ended))));
}
