// SPDX-License-Identifier: Apache-2.0
/* Contracts and their drafts as lines; lists of clauses from elsewhere as the CSV a register takes. */
#include "tool/cli.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/num.h"
#include "form/csv_map.h"
#include "form/oscal_list.h"
#include "os/file.h"

#define LIST_BYTES_MAX (4 << 20)

enum code
show_contracts(struct cli *c, const json_t *o)
{
	struct grid g = { .arena = &c->arena }, d = { .arena = &c->arena };
	const json_t *row;
	size_t i;

	GRID_ROW(&g, str_of(cli_word(c, MSG_CLI_COL_ID)), str_of(cli_word(c, MSG_UI_CONTRACT_NAME)), str_of(cli_word(c, MSG_UI_CONTRACT_VERSION)), str_of(cli_word(c, MSG_UI_CONTRACT_CLAUSES)), str_of(cli_word(c, MSG_UI_CONTRACT_SOURCE)));
	json_array_foreach(json_object_get(o, "rows"), i, row)
		GRID_ROW(&g, cli_member(c, row, "id"), cli_member(c, row, "name"), cli_member(c, row, "version"), arena_f(&c->arena, "%lld", (long long)json_integer_value(json_object_get(row, "clauses"))),
		    str_of(cli_word(c, json_is_true(json_object_get(row, "taken")) ? MSG_UI_CONTRACT_TAKEN : MSG_UI_CONTRACT_OF_FILE)));
	grid_print(&g);
	GRID_ROW(&d, str_of(cli_word(c, MSG_UI_DRAFTS_TITLE)), str_of(cli_word(c, MSG_UI_DRAFT_STATE)), str_of(cli_word(c, MSG_UI_CONTRACT_CLAUSES)), str_of(cli_word(c, MSG_UI_DRAFT_STATEMENTS)), STR("hash"), STR(""));
	json_array_foreach(json_object_get(o, "drafts"), i, row)
		GRID_ROW(&d, cli_member(c, row, "id"), cli_member(c, row, "state"), arena_f(&c->arena, "%lld", (long long)json_integer_value(json_object_get(row, "clauses"))),
		    arena_f(&c->arena, "%lld", (long long)json_integer_value(json_object_get(row, "statements"))), cli_member(c, row, "hash"), cli_member(c, row, "problem"));
	if (d.rows > 1) {
		puts("");
		grid_print(&d);
	}
	return CODE_CONFORMING;
}

enum code
show_contract(struct cli *c, const json_t *o)
{
	struct grid g = { .arena = &c->arena };
	const json_t *row;
	size_t i;

	GRID_ROW(&g, str_of(cli_word(c, MSG_UI_ACCEPTANCE_CLAUSE)), str_of(cli_word(c, MSG_UI_ACCEPTANCE_SAW)), STR(""));
	json_array_foreach(json_object_get(o, "rows"), i, row)
		GRID_ROW(&g, cli_member(c, row, "id"), cli_member(c, row, "status"), cli_member(c, row, "title"));
	grid_print(&g);
	return CODE_CONFORMING;
}

/* A catalog of OSCAL, or any CSV with its columns assigned, on standard output. */
enum code
cli_register_convert(struct cli *c)
{
	const char *columns = cli_value(c, "columns"), *line = cli_value(c, "heading");
	struct buf bytes = BUF(LIST_BYTES_MAX), table = BUF(LIST_BYTES_MAX), out = BUF(LIST_BYTES_MAX);
	struct csv_column chosen[CSV_MAP_MAX];
	enum code code = CODE_CONFORMING;
	int64_t n = 0;
	size_t count, heading = 0;
	const char *name;
	struct csv t;
	int folder = -1;
	enum rc rc = RC_OK;

	TRY(file_open_place(cli_value(c, "file"), &folder, &name));
	TRY(file_read(folder, name, LIST_BYTES_MAX, &bytes));
	if (oscal_looks_like(buf_str(&bytes)))
		TRY(oscal_list(buf_str(&bytes), &table));
	else
		TRY(buf_add(&table, buf_str(&bytes)));
	TRY(csv_parse(buf_str(&table), &c->arena, &t));
	heading = csv_heading(&t);
	if (line && num_parse(str_of(line), 1, CSV_ROWS_MAX, &n) == RC_OK)
		for (heading = 0; heading + 1 < t.count && t.rows[heading].line < (size_t)n; heading++)
			;
	if (columns) {
		TRY(csv_columns(str_of(columns), &t, heading, chosen, &count));
		TRY(csv_map(&t, heading, chosen, count, &out));
	} else {
		TRY(buf_add(&out, buf_str(&table)));
	}
	fwrite(out.p ? out.p : "", 1, out.n, stdout);
out:
	if (rc != RC_OK)
		code = cli_say(c, CODE_ERROR, MSG_CLI_REFUSED, MSG_ARGS(MSG_S("reason", str_of(rc_trail()))));
	if (folder >= 0)
		(void)close(folder); /* only read */
	buf_free(&bytes);
	buf_free(&table);
	buf_free(&out);
	return code;
}

enum code
show_questions(struct cli *c, const json_t *o)
{
	struct grid g = { .arena = &c->arena };
	const json_t *row;
	size_t i;

	GRID_ROW(&g, str_of(cli_word(c, MSG_CLI_COL_ID)), str_of(cli_word(c, MSG_UI_QUESTION_CLAUSE)), str_of(cli_word(c, MSG_UI_QUESTION_TO)), str_of(cli_word(c, MSG_UI_QUESTION_STATE)), str_of(cli_word(c, MSG_UI_QUESTION_DUE)), str_of(cli_word(c, MSG_UI_QUESTION_TEXT)));
	json_array_foreach(json_object_get(o, "rows"), i, row)
		GRID_ROW(&g, cli_member(c, row, "id"), cli_member(c, row, "clause"), cli_member(c, row, "to"), cli_member(c, row, "state"), cli_instant(c, (int64_t)json_integer_value(json_object_get(row, "due"))), cli_member(c, row, "text"));
	if (g.rows > 1)
		grid_print(&g);
	else
		puts(cli_word(c, MSG_UI_QUESTIONS_EMPTY));
	return CODE_CONFORMING;
}

enum code
show_evidence(struct cli *c, const json_t *o)
{
	struct grid g = { .arena = &c->arena };
	const json_t *row;
	size_t i;

	GRID_ROW(&g, str_of(cli_word(c, MSG_CLI_COL_ID)), str_of(cli_word(c, MSG_UI_EVIDENCE_NUMBER)), str_of(cli_word(c, MSG_UI_EVIDENCE_STATE)), str_of(cli_word(c, MSG_UI_EVIDENCE_ENTRIES)), str_of(cli_word(c, MSG_UI_EVIDENCE_FILE)), STR(""));
	json_array_foreach(json_object_get(o, "rows"), i, row)
		GRID_ROW(&g, cli_member(c, row, "id"), cli_member(c, row, "number"), cli_member(c, row, "state"), arena_f(&c->arena, "%lld", (long long)json_integer_value(json_object_get(json_object_get(row, "bundle"), "entries"))),
		    arena_f(&c->arena, "%lld", (long long)json_integer_value(json_object_get(row, "parts"))), cli_member(c, row, "error"));
	if (g.rows > 1)
		grid_print(&g);
	else
		puts(cli_word(c, MSG_UI_EVIDENCE_NONE));
	return CODE_CONFORMING;
}

/* The bytes themselves, for a file: `tsujiban evidence get ID > bundle.cms`. */
enum code
show_evidence_part(struct cli *c, const json_t *o)
{
	struct buf bytes = BUF(16u << 20);
	enum code code = CODE_CONFORMING;

	if (base64_decode(str_of(json_string_value(json_object_get(o, "content"))), &bytes) != RC_OK || fwrite(bytes.p ? bytes.p : "", 1, bytes.n, stdout) != bytes.n)
		code = cli_say(c, CODE_ERROR, MSG_CLI_REFUSED, MSG_ARGS(MSG_S("reason", str_of(rc_trail()))));
	buf_free(&bytes);
	return code;
}
