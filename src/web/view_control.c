// SPDX-License-Identifier: Apache-2.0
/* Models of the controls' list and of one control's page: facts as tables, subjects, charts. */
#include <stdio.h>
#include <string.h>

#include "base/time_text.h"
#include "web/page_int.h"

/* "1時間": how often it looks. */
static const char *
span_text(const struct page_request *r, json_int_t seconds)
{
	struct html h = { .arena = r->arena, .english = r->english };

	return seconds ? arena_cstr(r->arena, html_span_text(&h, seconds).s) : "";
}

static void
control_row(const struct page_request *r, json_t *table, const json_t *one)
{
	json_t *row = table_row_of(table, one), *cell = table_cell(table, row, html_member(one, "name"));
	const json_t *clauses = json_object_get(one, "clauses"), *clause;
	size_t i;

	cell_link(cell, "control", html_member(one, "id"));
	page_put(cell, "note", *html_member(one, "message") ? html_member(one, "message") : page_word(r, json_is_true(json_object_get(one, "written")) ? "ui_never_looked" : "ui_not_written"));
	cell_status(table_cell(table, row, ""), html_member(one, "verdict"));
	cell = table_cell(table, row, "");
	cell_time(cell, json_object_get(one, "at"));
	(void)json_object_set(cell, "stale", json_object_get(one, "stale"));
	cell = table_cell(table, row, span_text(r, html_number(json_object_get(one, "every_s"))));
	(void)json_object_set(cell, "sort", json_object_get(one, "every_s"));
	page_put(table_cell(table, row, ""), "route", html_member(one, "route"));
	table_cell(table, row, page_side(r, html_member(one, "turn")));
	cell = table_cell(table, row, "");
	each(clauses, i, clause)
		cell_more(cell, "clause", html_string(clause), html_string(clause));
}

void
view_controls(const struct page_request *r, json_t *page)
{
	static const struct { const char *key, *sort; } columns[] = {
		{ "ui_control", "name" }, { "ui_status", "status" }, { "ui_last_look", "at" }, { "ui_interval", "every" }, { "ui_route", NULL }, { "ui_turn", "turn" }, { "ui_clauses", NULL },
	};
	bool filtered = r->query && r->query->n;
	json_t *table = table_new(page, "table", page_word(r, "ui_controls_empty"), page_word(r, filtered ? "ui_board_empty_filtered" : "ui_board_empty_catalogue"));
	const json_t *rows = json_object_get(r->answer, "rows"), *one;
	json_t *chips = json_array();
	size_t i;

	for (i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		json_t *column = table_column(table, page_word(r, columns[i].key));

		if (columns[i].sort)
			column_sorts(r, column, columns[i].sort, false);
	}
	each(rows, i, one)
		if ((!*page_query(r, "open") || page_status_open(html_member(one, "verdict"))) && (!*page_query(r, "written") || json_is_true(json_object_get(one, "written"))))
			control_row(r, table, one);
	page_chip(r, chips, page_word(r, "ui_chip_written"), "written", "1");
	page_chip(r, chips, page_word(r, "ui_chip_open"), "open", "1");
	(void)json_object_set_new(page, "chips", chips);
	page_put(page, "export", "control");
	page_narrow(r, page);
	table_list(r, page, table, "ui_controls_search");
}

/* What a key's number counts: its name ends with it. Thousandths are read as whole ones. */
static const char *
key_unit(const char *key, int *ret_divisor)
{
	static const struct { const char *end, *unit; int divisor; } units[] = { { "_mc", "℃", 1000 }, { "_mp", "%", 1000 }, { "_mv", "V", 1000 }, { "_us", "ms", 1000 } };
	struct str k = str_of(key);

	*ret_divisor = 1;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (str_ends(k, str_of(units[i].end))) {
			*ret_divisor = units[i].divisor;
			return units[i].unit;
		}
	return "";
}

/* A fact's value as a person reads it. */
static json_t *
fact_shown(const struct page_request *r, const json_t *fact)
{
	const json_t *value = json_object_get(fact, "value"), *text = json_object_get(fact, "text");
	int divisor;
	const char *unit = key_unit(html_member(fact, "key"), &divisor);
	struct str word = json_is_string(value) ? arena_f(r->arena, "ui_value_%s", html_string(value)) : STR_NONE;

	if (json_is_string(text))
		return json_incref((json_t *)(uintptr_t)text);
	if (strcmp(html_member(fact, "kind"), "time") == 0 && json_is_integer(value)) {
		struct civil d = time_civil(html_number(value));

		return d.hour || d.minute ? json_sprintf("%d/%02d/%02d %02d:%02d", d.year, d.month, d.day, d.hour, d.minute) : json_sprintf("%d/%02d/%02d", d.year, d.month, d.day);
	}
	if (json_is_boolean(value))
		return json_string(page_word(r, json_is_true(value) ? "ui_yes" : "ui_no"));
	if (*unit && json_is_integer(value))
		return json_sprintf("%.6g %s", (double)html_number(value) / divisor, unit);
	for (size_t i = 0; i < word.n; i++)
		if (word.p[i] == '-')
			((char *)(uintptr_t)word.p)[i] = '_'; /* the arena's bytes are ours */
	if (word.n && ui_word(r->english, word.p))
		return json_string(ui_word(r->english, word.p));
	return json_incref((json_t *)(uintptr_t)value);
}

static size_t
key_at(json_t *keys, const json_t *fact)
{
	json_t *one;
	size_t i;

	each(keys, i, one)
		if (strcmp(html_member(one, "key"), html_member(fact, "key")) == 0)
			return i;
	one = json_object();
	page_put(one, "key", html_member(fact, "key"));
	page_put(one, "label", html_member(fact, "label"));
	(void)json_array_append_new(keys, one);
	return i;
}

/* A line per row, a column per key. Row 0 is about the whole: its facts stand apart as pairs. */
static void
fact_put(const struct page_request *r, json_t *table, const json_t *fact)
{
	json_t *rows = json_object_get(table, "rows"), *row = NULL, *one, *cells;
	const json_t *name = json_object_get(fact, "row");
	size_t column, i;

	if (html_number(name) == 0) {
		one = json_object();
		page_put(one, "key", html_member(fact, "key"));
		page_put(one, "label", html_member(fact, "label"));
		(void)json_object_set_new(one, "value", fact_shown(r, fact));
		(void)json_object_set_new(one, "shown", json_boolean(!json_is_string(json_object_get(one, "value")) || *html_member(one, "value")));
		(void)json_array_append_new(json_object_get(table, "whole"), one);
		return;
	}
	column = key_at(json_object_get(table, "keys"), fact);
	each(rows, i, one)
		if (json_equal(json_object_get(one, "row"), name))
			row = one;
	if (!row) {
		row = json_object();
		(void)json_object_set(row, "row", (json_t *)(uintptr_t)name);
		(void)json_object_set_new(row, "cells", json_array());
		(void)json_array_append_new(rows, row);
	}
	cells = json_object_get(row, "cells");
	while (json_array_size(cells) <= column)
		(void)json_array_append_new(cells, json_string(""));
	(void)json_array_set_new(cells, column, fact_shown(r, fact));
}

#define TABLE_ROWS 60 /* of a chart's numbers on the page; all of them are in the CSV */

/* The numbers of a row as the chart's axis has them. */
static void
readable(json_t *row, int divisor)
{
	static const char *const members[] = { "n", "low", "high" };

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		const json_t *n = json_object_get(row, members[i]);

		if (json_is_integer(n))
			(void)json_object_set_new(row, members[i], json_sprintf("%.6g", (double)html_number(n) / divisor));
	}
}

/* What a chart says, in rows, the newest first. */
static void
numbers_rows(const json_t *numbers, const json_t *facts)
{
	const json_t *one, *fact;
	size_t i, m;

	each(numbers, i, one) {
		const json_t *points = json_object_get(one, "points");
		json_t *rows = json_array();
		int divisor;
		const char *unit = key_unit(html_member(one, "key"), &divisor);

		for (size_t k = json_array_size(points); k-- > 0 && json_array_size(rows) < TABLE_ROWS;) {
			json_t *row = json_copy(json_array_get(points, k));

			(void)json_object_set_new(row, "known", json_boolean(json_is_integer(json_object_get(row, "n"))));
			page_put(row, "status", "UNKNOWN"); /* the word where there is no value */
			readable(row, divisor);
			(void)json_array_append_new(rows, row);
		}
		(void)json_object_set_new((json_t *)(uintptr_t)one, "rows", rows); /* the answer is this page's own */
		each(facts, m, fact)
			if (strcmp(html_member(fact, "key"), html_member(one, "key")) == 0 && strcmp(html_member(fact, "kind"), "bool") == 0)
				(void)json_object_set_new((json_t *)(uintptr_t)one, "yes_no", json_true());
		(void)json_object_set_new((json_t *)(uintptr_t)one, "divisor", json_integer(divisor));
		page_put((json_t *)(uintptr_t)one, "unit", unit);
	}
}

static void
control_chart(const struct page_request *r, json_t *page)
{
	static const char *const days[] = { "1", "30", "366", "1830" };
	json_t *chips = json_array();
	char key[24];

	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		(void)snprintf(key, sizeof(key), "ui_days_%s", days[i]); /* short */
		page_chip(r, chips, page_word(r, key), "days", days[i]);
		if (i == 1 && !*page_query(r, "days"))
			(void)json_object_set_new(json_array_get(chips, i), "on", json_true()); /* what is shown unasked */
	}
	(void)json_object_set_new(page, "chips", chips);
	page_put(page, "export", "control");
	page_put(page, "export_of", html_member(r->answer, "id"));
	(void)json_object_set_new(page, "several", json_boolean(html_number(json_object_get(r->answer, "subjects_total")) > 1));
	numbers_rows(json_object_get(r->answer, "numbers"), json_object_get(r->answer, "facts"));
	page_kept(r, page);
}

/* Its subjects, the worst first, a page of them. */
static void
control_subjects(const struct page_request *r, json_t *page)
{
	const json_t *list = json_object_get(r->answer, "subjects"), *told = json_object_get(page, "answered"), *one;
	json_t *table = table_new(page, "subjects", page_word(r, "ui_facts_empty"), ""), *row, *cell;
	size_t i;

	table_column(table, page_word(r, "ui_subject"));
	table_column(table, page_word(r, "ui_status"));
	table_column(table, page_word(r, "ui_route"));
	table_column(table, page_word(r, "ui_last_look"));
	each(list, i, one) {
		row = table_row(table);
		cell = table_cell(table, row, html_member(one, "text"));
		(void)json_object_set_new(cell, "query", page_query_with(r, "subject", html_member(one, "subject")));
		page_put(cell, "note", html_member(one, "message"));
		(void)json_object_set(cell, "statement", json_object_get(one, "statement"));
		cell = table_cell(table, row, "");
		cell_status(cell, html_member(one, "verdict"));
		if (page_status_open(html_member(one, "verdict")))
			page_put(cell, "note", exception_answer(r, told, html_member(one, "subject")));
		cell = table_cell(table, row, "");
		(void)json_object_set(cell, "route", json_object_get(one, "route"));
		cell = table_cell(table, row, "");
		cell_time(cell, json_object_get(one, "at"));
		(void)json_object_set(cell, "stale", json_object_get(one, "stale"));
	}
	table_pager(r, table);
}

void
view_control(const struct page_request *r, json_t *page)
{
	const json_t *facts = json_object_get(r->answer, "facts"), *fact;
	json_t *tables = json_array(), *table, *one;
	size_t i, k, m;

	each(facts, i, fact) { /* what was seen first, then what was declared, a table for each register */
		if (strcmp(html_member(fact, "key"), "subject") == 0)
			continue; /* it stands in the heading, by its name */
		table = NULL;
		each(tables, k, one)
			if (strcmp(html_member(one, "register"), html_member(fact, "register")) == 0)
				table = one;
		if (!table) {
			table = json_object();
			page_put(table, "register", html_member(fact, "register"));
			(void)json_object_set_new(table, "whole", json_array());
			(void)json_object_set_new(table, "keys", json_array());
			(void)json_object_set_new(table, "rows", json_array());
			(void)json_array_append_new(tables, table);
		}
		fact_put(r, table, fact);
	}
	each(tables, k, table) /* every row as wide as the head */
		each(json_object_get(table, "rows"), m, one)
			while (json_array_size(json_object_get(one, "cells")) < json_array_size(json_object_get(table, "keys")))
				(void)json_array_append_new(json_object_get(one, "cells"), json_string(""));
	(void)json_object_set_new(page, "facts", tables);
	(void)json_object_set_new(page, "facts_shown", json_integer((json_int_t)json_array_size(facts)));
	(void)json_object_set_new(page, "facts_cut", json_boolean(html_number(json_object_get(r->answer, "facts_total")) > (json_int_t)json_array_size(facts)));
	(void)json_object_set_new(page, "answered", exceptions_told(r, json_object_get(r->answer, "exceptions"), page_status_open(html_member(r->answer, "verdict")), SIZE_MAX));
	control_subjects(r, page);
	control_chart(r, page);
}
