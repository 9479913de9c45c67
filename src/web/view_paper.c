// SPDX-License-Identifier: Apache-2.0
/* Models of papers: whose turn it is, the papers of a form, one paper with its versions and steps, its form. */
#include <stdio.h>
#include <string.h>

#include "message/message.h"
#include "web/page_int.h"

/* "承認、受理": the closing acts of a list. */
static const char *
closings(const struct page_request *r, const json_t *list)
{
	struct str text = STR_NONE;
	const json_t *one;
	size_t i;

	each(list, i, one)
		text = arena_f(r->arena, STR_FMT "%s%s", STR_ARG(text), i ? r->english ? ", " : "・" : "", page_value_word(r, "ui_closing", html_string(one)));
	return text.n ? text.p : "";
}

static void
state_cell(const struct page_request *r, json_t *cell, const json_t *one)
{
	const char *state = html_member(one, "state");

	page_put(cell, "tag", page_value_word(r, "ui_paper", state));
	page_put(cell, "mark", strcmp(state, "waiting") == 0 || strcmp(state, "returned") == 0 || strcmp(state, "expired") == 0 ? "open" : "");
	if (json_is_true(json_object_get(one, "renewal")))
		page_put(cell, "note", page_word(r, "ui_paper_renewal"));
}

static void
row_cells(const struct page_request *r, json_t *table, const json_t *one)
{
	json_t *row = table_row_of(table, one), *cell = table_cell(table, row, html_member(one, "title"));

	cell_link(cell, "paper", html_member(one, "id"));
	state_cell(r, table_cell(table, row, ""), one);
	table_cell(table, row, strcmp(html_member(one, "turn"), "none") == 0 ? "" : page_side(r, html_member(one, "turn")));
	cell_time(table_cell(table, row, ""), json_object_get(one, "filed"));
	cell_time(table_cell(table, row, ""), json_object_get(one, "from"));
	cell_time(table_cell(table, row, ""), json_object_get(one, "until"));
}

static json_t *
rows_table(const struct page_request *r, json_t *page, const char *key, const json_t *rows, const char *empty, const char *why)
{
	static const char *const heads[] = { "ui_paper_title", "ui_paper_state", "ui_paper_turn", "ui_paper_filed", "ui_paper_from", "ui_paper_until" };
	json_t *table = table_new(page, key, empty, why);
	const json_t *one;
	size_t i;

	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		table_column(table, page_word(r, heads[i]));
	each(rows, i, one)
		row_cells(r, table, one);
	return table;
}

static void
count_cell(json_t *table, json_t *row, json_int_t n)
{
	char number[24];

	(void)snprintf(number, sizeof(number), "%lld", (long long)n); /* fits */
	table_cell(table, row, n ? number : "");
}

void
view_papers(const struct page_request *r, json_t *page)
{
	static const char *const heads[] = { "ui_paper_form", "ui_paper_writes", "ui_paper_closes", "ui_paper_in_force", "ui_paper_waiting", "ui_paper_expired" };
	const json_t *forms = json_object_get(r->answer, "rows"), *one;
	json_t *table = table_new(page, "table", page_word(r, "ui_register_empty_found"), "");
	size_t i;

	rows_table(r, page, "mine", json_object_get(r->answer, "mine"), page_word(r, "ui_paper_none_mine"), "");
	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		table_column(table, page_word(r, heads[i]));
	each(forms, i, one) {
		json_t *row = table_row_of(table, one), *cell = table_cell(table, row, html_member(one, "name"));

		cell_link(cell, "paper-form", html_member(one, "id"));
		page_put(cell, "note", html_member(one, "about"));
		table_cell(table, row, page_side(r, html_member(one, "writes")));
		table_cell(table, row, closings(r, json_object_get(one, "closes")));
		count_cell(table, row, html_number(json_object_get(one, "in-force")));
		count_cell(table, row, html_number(json_object_get(one, "waiting")) + html_number(json_object_get(one, "returned")));
		count_cell(table, row, html_number(json_object_get(one, "expired")));
	}
	table_list(r, page, table, "ui_paper_search");
	page_put(page, "export", "paper");
}

void
view_paper_form(const struct page_request *r, json_t *page)
{
	const json_t *d = r->answer, *form = json_object_get(d, "form");
	json_t *table = rows_table(r, page, "table", json_object_get(d, "rows"), page_word(r, "ui_paper_empty"), "");

	table_pager(r, table);
	table_counted(r, page, table, html_number(json_object_get(d, "total")), NULL);
	page_put(page, "closes", closings(r, json_object_get(form, "closes")));
	page_put(page, "writes", page_side(r, html_member(form, "writes")));
	page_put(page, "add", json_is_true(json_object_get(form, "can_file")) ? page_word(r, "ui_paper_new") : "");
	page_put(page, "export", "paper-form");
	page_put(page, "export_of", html_member(form, "id"));
}

/* What is typed stays when the form is shown again; a new version begins with the one before it. */
void
view_paper_draft(const struct page_request *r, json_t *page, const struct pairs *typed)
{
	char number[24];

	view_fields(r, page, typed, json_object_get(r->answer, "values"));
	(void)snprintf(number, sizeof(number), "%lld", (long long)html_number(json_object_get(r->answer, "leaf"))); /* fits */
	page_put(page, "leaf", *html_member(r->answer, "from") ? number : "");
}

static const char *
label_of(const json_t *fields, const char *id)
{
	const json_t *one;
	size_t i;

	each(fields, i, one)
		if (strcmp(html_member(one, "id"), id) == 0)
			return html_member(one, "label");
	return id;
}

static void
history(const struct page_request *r, json_t *page)
{
	static const char *const heads[] = { "ui_exception_step", "ui_exception_when", "ui_exception_who", "ui_paper_note", "ui_exception_entry" };
	const json_t *steps = json_object_get(r->answer, "steps"), *fields = json_object_get(r->answer, "fields"), *one, *id;
	json_t *table = table_new(page, "history", "", "");
	size_t i, k;

	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		table_column(table, page_word(r, heads[i]));
	for (i = json_array_size(steps); i > 0; i--) {
		json_t *row = table_row(table), *cell;
		struct str what, note = STR_NONE;

		one = json_array_get(steps, i - 1);
		what = strcmp(html_member(one, "step"), "closed") == 0 ? str_of(closings(r, json_object_get(one, "closing"))) : str_of(page_value_word(r, "ui_paper_step", html_member(one, "step")));
		what = arena_f(r->arena, r->english ? STR_FMT " (v%lld)" : STR_FMT "（第%lld版）", STR_ARG(what), (long long)html_number(json_object_get(one, "version")));
		each(json_object_get(one, "differs"), k, id)
			note = arena_f(r->arena, STR_FMT "%s%s", STR_ARG(note), k ? r->english ? ", " : "、" : page_word(r, "ui_paper_differs"), label_of(fields, html_string(id)));
		table_cell(table, row, what.n ? what.p : "");
		cell_time(table_cell(table, row, ""), json_object_get(one, "at"));
		cell = table_cell(table, row, html_member(one, "who"));
		page_put(cell, "note", page_side(r, html_member(one, "side")));
		table_cell(table, row, *html_member(one, "reason") ? html_member(one, "reason") : note.n ? note.p : "");
		cell_entry(table_cell(table, row, ""), json_object_get(one, "leaf"));
	}
}

/* Each with its hash, which the closing acts are bound to. */
static void
attachments(const struct page_request *r, json_t *page)
{
	static const char *const heads[] = { "ui_paper_file_name", "ui_paper_file_size", "ui_paper_file_scan", "ui_paper_file_hash" };
	json_t *table = table_new(page, "files", "", "");
	const json_t *one;
	size_t i;

	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		table_column(table, page_word(r, heads[i]));
	each(json_object_get(r->answer, "files"), i, one) {
		json_t *row = table_row(table), *cell = table_cell(table, row, html_member(one, "name"));
		struct str id = arena_f(r->arena, "%lld-%zu", (long long)html_number(json_object_get(r->answer, "shown_leaf")), i);
		struct str size = arena_f(r->arena, "%lld KB", (long long)(html_number(json_object_get(one, "size")) + 1023) / 1024);

		cell_link(cell, "paper-file", id.n ? id.p : "");
		table_cell(table, row, size.n ? size.p : "");
		table_cell(table, row, page_value_word(r, "ui_paper_scan", html_member(one, "scan")));
		table_cell(table, row, html_member(one, "sha256"));
	}
}

void
view_paper(const struct page_request *r, json_t *page)
{
	const json_t *d = r->answer, *fields = json_object_get(d, "fields"), *one;
	json_t *list = json_array(), *tag = json_object();
	char number[24];
	size_t i;

	each(fields, i, one) {
		const char *value = register_value(r, one, json_object_get(d, "values")), *unit = html_member(one, "unit");
		struct str whole = *value && *unit ? arena_f(r->arena, "%s %s", value, unit) : str_of(value);
		json_t *item = json_object();

		page_put(item, "label", html_member(one, "label"));
		page_put(item, "text", whole.n ? whole.p : "");
		(void)json_array_append_new(list, item);
	}
	(void)json_object_set_new(page, "values", list);
	state_cell(r, tag, d);
	(void)json_object_set_new(page, "state", tag);
	page_put(page, "turn_text", strcmp(html_member(d, "turn"), "none") == 0 ? "" : page_side(r, html_member(d, "turn")));
	page_put(page, "receive", closings(r, json_object_get(d, "receive_word")));
	page_put(page, "approve", closings(r, json_object_get(d, "approve_word")));
	(void)snprintf(number, sizeof(number), "%lld", (long long)html_number(json_object_get(d, "shown_leaf"))); /* fits */
	page_put(page, "leaf", number);
	page_put(page, "attached", html_member(d, "attached"));
	attachments(r, page);
	history(r, page);
}
