// SPDX-License-Identifier: Apache-2.0
/* Registers as lines: which there are, rows, one row with its history, a table before it is imported. */
#include "tool/cli.h"

#include <stdio.h>
#include <string.h>

/* A value as people read it: the word of a choice. */
static struct str
shown(struct cli *c, const json_t *field, const json_t *values)
{
	const char *value = json_string_value(json_object_get(values, json_string_value(json_object_get(field, "id"))));
	const json_t *choices = json_object_get(field, "choices"), *one;

	for (size_t i = 0; value && i < json_array_size(choices) && (one = json_array_get(choices, i)); i++)
		if (strcmp(json_string_value(json_object_get(one, "id")) ? json_string_value(json_object_get(one, "id")) : "", value) == 0)
			return cli_member(c, one, "word");
	if (value && strcmp(json_string_value(json_object_get(field, "type")) ? json_string_value(json_object_get(field, "type")) : "", "yes-no") == 0)
		return str_of(cli_word(c, strcmp(value, "yes") == 0 ? MSG_UI_YES : MSG_UI_NO));
	return value ? cli_text(c, str_of(value)) : STR("-");
}

enum code
show_registers(struct cli *c, const json_t *o)
{
	struct grid g = { .arena = &c->arena };
	size_t i;
	json_t *row;

	GRID_ROW(&g, str_of(cli_word(c, MSG_CLI_COL_ID)), str_of(cli_word(c, MSG_UI_REGISTER_ROWS)), str_of(cli_word(c, MSG_CLI_COL_NAME)));
	json_array_foreach(json_object_get(o, "rows"), i, row)
		GRID_ROW(&g, cli_member(c, row, "id"), cli_member(c, row, "rows"), cli_member(c, row, "name"));
	grid_print(&g);
	return CODE_CONFORMING;
}

#define FIELDS_SHOWN 5

static void
print_rows(struct cli *c, const json_t *o, bool preview)
{
	const json_t *fields = json_object_get(o, "fields");
	struct grid g = { .arena = &c->arena };
	struct str cells[GRID_COLUMNS_MAX];
	size_t i, n, k;
	json_t *row;

	n = 0;
	cells[n++] = str_of(cli_word(c, preview ? MSG_UI_REGISTER_LINE : MSG_UI_REGISTER_ROW_ID));
	for (k = 0; k < json_array_size(fields) && k < FIELDS_SHOWN; k++)
		cells[n++] = cli_member(c, json_array_get(fields, k), "label");
	cells[n++] = str_of(cli_word(c, preview ? MSG_UI_STATUS : MSG_UI_REGISTER_SINCE));
	grid_row(&g, n, cells);
	json_array_foreach(json_object_get(o, "rows"), i, row) {
		n = 0;
		cells[n++] = cli_member(c, row, preview ? "line" : "id");
		for (k = 0; k < json_array_size(fields) && k < FIELDS_SHOWN; k++)
			cells[n++] = shown(c, json_array_get(fields, k), json_object_get(row, "values"));
		cells[n++] = preview ? cli_member(c, row, "state") : cli_instant_of(c, row, "since");
		grid_row(&g, n, cells);
	}
	grid_print(&g);
}

enum code
show_register(struct cli *c, const json_t *o)
{
	const json_t *imported = json_object_get(o, "imported"), *form = json_object_get(o, "register");
	struct buf b = BUF(512);

	printf(STR_FMT "\n\n", STR_ARG(cli_member(c, form, "name")));
	if (imported && message_text(MSG_UI_REGISTER_IMPORTED, c->lang, MSG_ARGS(MSG_N("added", json_integer_value(json_object_get(imported, "added"))),
	    MSG_N("changed", json_integer_value(json_object_get(imported, "changed")))), &b) == RC_OK)
		puts(buf_cstr(&b));
	buf_reset(&b);
	if (json_array_size(json_object_get(o, "rows")))
		print_rows(c, o, false);
	else
		printf(STR_FMT "\n", STR_ARG(cli_member(c, form, "about")));
	if (message_text(MSG_UI_LIST_SHOWN, c->lang, MSG_ARGS(MSG_N("n", (int64_t)json_array_size(json_object_get(o, "rows"))), MSG_N("total", json_integer_value(json_object_get(o, "total")))), &b) == RC_OK)
		puts(buf_cstr(&b));
	buf_free(&b);
	return CODE_CONFORMING;
}

enum code
show_register_row(struct cli *c, const json_t *o)
{
	const json_t *fields = json_object_get(o, "fields");
	struct grid g = { .arena = &c->arena };
	size_t i;
	json_t *row;

	printf(STR_FMT "  " STR_FMT "\n\n", STR_ARG(cli_member(c, json_object_get(o, "register"), "name")), STR_ARG(cli_member(c, o, "id")));
	json_array_foreach((json_t *)(uintptr_t)fields, i, row)
		cli_print(c, json_string_value(json_object_get(row, "label")), shown(c, row, json_object_get(o, "values")));
	putchar('\n');
	GRID_ROW(&g, str_of(cli_word(c, MSG_CLI_COL_VERSION)), str_of(cli_word(c, MSG_UI_REGISTER_SINCE)), str_of(cli_word(c, MSG_UI_REGISTER_BY)), str_of(cli_word(c, MSG_UI_REGISTER_ENDED_AT)),
	    str_of(cli_word(c, MSG_UI_REGISTER_ENDED_BY)));
	json_array_foreach(json_object_get(o, "history"), i, row)
		GRID_ROW(&g, cli_member(c, row, "version"), cli_instant_of(c, row, "since"), cli_member(c, row, "who"), cli_instant_of(c, row, "ended_at"), cli_member(c, row, "ended_who"));
	grid_print(&g);
	return CODE_CONFORMING;
}

enum code
show_register_preview(struct cli *c, const json_t *o)
{
	const json_t *fields = json_object_get(o, "fields"), *counts = json_object_get(o, "counts");
	struct buf b = BUF(512);
	size_t i, k;
	json_t *row, *field;

	print_rows(c, o, true);
	json_array_foreach(json_object_get(o, "rows"), i, row) {
		json_array_foreach((json_t *)(uintptr_t)fields, k, field) {
			const char *wrong = json_string_value(json_object_get(json_object_get(row, "errors"), json_string_value(json_object_get(field, "id"))));

			if (wrong)
				printf("%lld: " STR_FMT ": %s\n", (long long)json_integer_value(json_object_get(row, "line")), STR_ARG(cli_member(c, field, "label")), wrong);
		}
		if (json_is_string(json_object_get(row, "sentence")))
			printf("%lld: " STR_FMT "\n", (long long)json_integer_value(json_object_get(row, "line")), STR_ARG(cli_member(c, row, "sentence")));
	}
	if (message_text(MSG_UI_REGISTER_PREVIEW_COUNTS, c->lang, MSG_ARGS(MSG_N("add", json_integer_value(json_object_get(counts, "add"))), MSG_N("change", json_integer_value(json_object_get(counts, "change"))),
	    MSG_N("same", json_integer_value(json_object_get(counts, "same"))), MSG_N("wrong", json_integer_value(json_object_get(counts, "wrong")))), &b) == RC_OK)
		puts(buf_cstr(&b));
	buf_free(&b);
	return code_of(ACT_REGISTER_PREVIEW, o);
}
