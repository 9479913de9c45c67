// SPDX-License-Identifier: Apache-2.0
/* The model of hardware tokens: who has which, and a list before it is imported, with what is wrong in each of its rows. */
#include <string.h>

#include "templates.h"
#include "web/page_int.h"

#define SHOWN_MAX 200 /* of a list that is checked; the wrong ones first */

static void
columns(const struct page_request *r, json_t *table)
{
	table_column(table, page_word(r, "ui_generator_digits"));
	table_column(table, page_word(r, "ui_generator_period"));
	table_column(table, page_word(r, "ui_generator_algorithm"));
}

static void
number(const struct page_request *r, json_t *table, json_t *row, const json_t *n)
{
	table_cell(table, row, json_integer_value(n) ? arena_cstr(r->arena, arena_f(r->arena, "%lld", (long long)json_integer_value(n))) : ""); /* 0: could not be read */
}

static void
kind(const struct page_request *r, json_t *table, json_t *row, const json_t *one)
{
	number(r, table, row, json_object_get(one, "digits"));
	number(r, table, row, json_object_get(one, "period"));
	table_cell(table, row, html_member(one, "algorithm"));
}

/* What is wrong is said in both languages; the reader's half. */
static const char *
own_words(const struct page_request *r, const char *sentence)
{
	const char *stroke = strstr(sentence, " / ");

	if (stroke == NULL)
		return sentence;
	return r->english ? stroke + 3 : arena_cstr(r->arena, (struct str){ sentence, (size_t)(stroke - sentence) });
}

static void
code_field(const struct page_request *r, json_t *page, const char *error)
{
	struct page_field code[] = { { STEP_UP_FIELD, "text", "one-time-code", "ui_code", "ui_help_step_up_code", "", error, false, true, 8 } };

	(void)json_object_set_new(page, "code_fields", page_fields(r, code, 1));
}

void
view_generators(const struct page_request *r, json_t *page)
{
	const json_t *rows = json_object_get(r->answer, "rows"), *one;
	json_t *table = table_new(page, "table", page_word(r, "ui_generators_empty"), ""), *list = json_array(), *all = json_array();
	size_t i;

	column_sorts(r, table_column(table, page_word(r, "ui_generator_serial")), "serial", true);
	column_sorts(r, table_column(table, page_word(r, "ui_generator_holder")), "holder", false);
	table_column(table, page_word(r, "ui_generator_assigned"));
	table_column(table, page_word(r, "ui_generator_proven"));
	columns(r, table);
	each(rows, i, one) {
		const char *holder = html_member(one, "account");
		json_t *row = table_row_of(table, one), *cell;

		table_cell(table, row, html_member(one, "serial"));
		cell = table_cell(table, row, holder);
		if (*holder)
			cell_link(cell, "account", holder);
		cell_time(table_cell(table, row, ""), json_object_get(one, "assigned_at"));
		cell = table_cell(table, row, "");
		if (html_number(json_object_get(one, "proven_at"))) {
			cell_time(cell, json_object_get(one, "proven_at"));
		} else if (*holder) {
			page_put(cell, "tag", page_word(r, "ui_generator_unproven"));
			page_put(cell, "mark", "open");
		}
		kind(r, table, row, one);
		(void)json_array_append(*holder ? all : list, (json_t *)(uintptr_t)one); /* only read */
	}
	(void)json_object_set_new(page, "free", list);
	(void)json_object_set_new(page, "held", all);
	table_list(r, page, table, "ui_generators_search");
	page_put(page, "export", "generator");
	code_field(r, page, NULL);
}

static void
checked_row(const struct page_request *r, json_t *table, const json_t *one)
{
	json_t *row = table_row(table);

	number(r, table, row, json_object_get(one, "line"));
	table_cell(table, row, html_member(one, "serial"));
	kind(r, table, row, one);
	table_cell(table, row, own_words(r, html_member(one, "error")));
}

enum rc
page_generators(const struct page_request *r, const json_t *checked, const char *field, const char *error, struct buf *out)
{
	json_t *page = page_new(r, ACT_GENERATOR_LIST, (struct text){ str_of(page_word(r, "ui_generators_title")) }), *table;
	const json_t *rows = json_object_get(checked, "rows"), *one;
	size_t i, shown = 0;
	enum rc rc;

	view_generators(r, page);
	if (strcmp(field, STEP_UP_FIELD) == 0)
		code_field(r, page, error);
	if (checked) {
		(void)json_object_set(page, "checked", (json_t *)(uintptr_t)checked); /* only read */
		(void)json_object_set_new(page, "count", json_integer((json_int_t)json_array_size(rows)));
		table = table_new(page, "rows", "", "");
		table_column(table, page_word(r, "ui_generator_line"));
		table_column(table, page_word(r, "ui_generator_serial"));
		columns(r, table);
		table_column(table, page_word(r, "ui_generator_wrong"));
		for (int good = 0; good < 2; good++) {
			each(rows, i, one) {
				if ((*html_member(one, "error") == '\0') == good && shown < SHOWN_MAX) {
					checked_row(r, table, one);
					shown++;
				}
			}
		}
		page_put(page, "cut", json_array_size(rows) > shown ? "yes" : "");
	}
	rc = page_write(r, page, tpl_generators, out);
	json_decref(page);
	return rc;
}
