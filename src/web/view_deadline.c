// SPDX-License-Identifier: Apache-2.0
/* Models of what is due: the whole list with the load of a year, and one person's today. */
#include <stdio.h>
#include <string.h>

#include "base/time_text.h"
#include "web/page_int.h"

static bool
is(const json_t *one, const char *key, const char *value)
{
	return strcmp(html_member(one, key), value) == 0;
}

/* The day, and how far it is from today, for whom it is near. */
static void
due_cell(const struct page_request *r, json_t *cell, const json_t *one)
{
	const json_t *due = json_object_get(one, "due");
	json_int_t left = html_number(json_object_get(one, "left"));
	bool done = is(one, "state", "done");
	struct civil t;
	struct str text;

	(void)json_object_set_new(cell, "sort", json_integer(json_is_integer(due) ? json_integer_value(due) : 0));
	if (!json_is_integer(due)) {
		page_put(cell, "text", page_word(r, "ui_deadline_no_day"));
		return;
	}
	t = time_civil(json_integer_value(due));
	text = arena_f(r->arena, "%d-%02d-%02d", t.year, t.month, t.day);
	page_put(cell, "text", text.n ? text.p : "");
	if (done || left > 30)
		return;
	if (left == 0)
		text = str_of(page_word(r, "ui_deadline_is_today"));
	else if (r->english)
		text = arena_f(r->arena, left < 0 ? "%lld days over" : "in %lld days", (long long)(left < 0 ? -left : left));
	else
		text = arena_f(r->arena, left < 0 ? "%lld日過ぎています" : "あと%lld日", (long long)(left < 0 ? -left : left));
	page_put(cell, "note", text.n ? text.p : "");
}

static void
row_cells(const struct page_request *r, json_t *table, const json_t *one)
{
	bool open = is(one, "state", "overdue") || is(one, "state", "today") || is(one, "state", "never");
	json_t *row = table_row_of(table, one), *cell = table_cell(table, row, "");
	const char *of = html_member(one, "of"), *deputy = html_member(one, "deputy");
	struct str title = *of ? arena_f(r->arena, r->english ? "%s (%s)" : "%s（%s）", html_member(one, "title"), of) : str_of(html_member(one, "title"));

	due_cell(r, cell, one);
	cell = table_cell(table, row, title.n ? title.p : "");
	cell_link(cell, html_member(one, "base"), html_member(one, "link"));
	cell = table_cell(table, row, page_value_word(r, "ui_deadline_kind", html_member(one, "kind")));
	page_put(cell, "note", html_member(one, "what"));
	cell = table_cell(table, row, page_side(r, html_member(one, "side")));
	if (*html_member(one, "owner")) {
		title = *deputy ? arena_f(r->arena, r->english ? "%s (deputy: %s)" : "%s（代わり: %s）", html_member(one, "owner"), deputy) : str_of(html_member(one, "owner"));
		page_put(cell, "note", title.n ? title.p : "");
	}
	cell = table_cell(table, row, "");
	page_put(cell, "tag", page_value_word(r, "ui_deadline", html_member(one, "state")));
	page_put(cell, "mark", open ? "open" : "");
}

static json_t *
table_of(const struct page_request *r, json_t *page, const char *key, const json_t *rows, const char *empty, const char *state)
{
	static const struct { const char *word, *id; } heads[] = { { "ui_deadline_due", "due" }, { "ui_deadline_title", "title" }, { "ui_deadline_kind", "kind" }, { "ui_deadline_who", "who" }, { "ui_deadline_state", "state" } };
	json_t *table = table_new(page, key, page_word(r, empty), ""), *column;
	const json_t *one;
	size_t i;

	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		column = table_column(table, page_word(r, heads[i].word));
		if (state)
			column_sorts(r, column, heads[i].id, i == 0);
	}
	each(rows, i, one)
		if (!state || !*state || is(one, "state", state) || (strcmp(state, "soon") == 0 && (is(one, "state", "overdue") || is(one, "state", "today") || is(one, "state", "week") || is(one, "state", "month"))))
			row_cells(r, table, one);
	return table;
}

void
view_deadlines(const struct page_request *r, json_t *page)
{
	static const char *const states[] = { "soon", "overdue", "never", "waiting", "done" };
	json_t *chips = json_array(), *table = table_of(r, page, "table", json_object_get(r->answer, "rows"), "ui_deadlines_empty", page_query(r, "state"));

	page_chip(r, chips, page_word(r, "ui_chip_all"), "state", NULL);
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		page_chip(r, chips, page_value_word(r, "ui_deadline", states[i]), "state", states[i]);
	(void)json_object_set_new(page, "chips", chips);
	table_list(r, page, table, "ui_deadlines_search");
	page_put(page, "export", "deadline");
}

void
view_today(const struct page_request *r, json_t *page)
{
	table_of(r, page, "due", json_object_get(r->answer, "rows"), "ui_today_none_due", NULL);
	table_of(r, page, "waiting", json_object_get(r->answer, "waiting"), "ui_today_none_waiting", NULL);
	table_of(r, page, "never", json_object_get(r->answer, "never"), "ui_today_none_never", NULL);
}
