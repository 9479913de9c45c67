// SPDX-License-Identifier: Apache-2.0
/* Models of exceptions: requests as the one table, one request with its history, its form. */
#include <stdio.h>
#include <string.h>

#include "message/message.h"
#include "web/page_int.h"

static void
state_cell(const struct page_request *r, json_t *cell, const char *state)
{
	page_put(cell, "tag", page_value_word(r, "ui_exception", state));
	page_put(cell, "mark", strcmp(state, "requested") == 0 ? "open" : "");
}

static void
rows_table(const struct page_request *r, json_t *page, const json_t *rows, bool filtered)
{
	json_t *table = table_new(page, "table", page_word(r, filtered ? "ui_register_empty_found" : "ui_exceptions_empty"), filtered ? "" : page_word(r, "ui_exceptions_empty_why"));
	const json_t *one;
	size_t i;

	table_column(table, page_word(r, "ui_exception_clause"));
	table_column(table, page_word(r, "ui_exception_kind"));
	table_column(table, page_word(r, "ui_exception_state"));
	table_column(table, page_word(r, "ui_exception_when"));
	table_column(table, page_word(r, "ui_exception_until"));
	table_column(table, page_word(r, "ui_control"));
	each(rows, i, one) {
		struct str title = arena_f(r->arena, "%s %s", html_member(one, "clause"), html_member(one, "clause_title"));
		json_t *row = table_row_of(table, one), *cell = table_cell(table, row, title.n ? title.p : "");

		cell_link(cell, "exception", html_member(one, "id"));
		table_cell(table, row, page_value_word(r, "ui_exception_kind", html_member(one, "kind")));
		state_cell(r, table_cell(table, row, ""), html_member(one, "state"));
		cell_time(table_cell(table, row, ""), json_object_get(one, "since"));
		table_cell(table, row, html_member(one, "until_date"));
		cell = table_cell(table, row, *html_member(one, "control") ? html_member(one, "control_name") : page_word(r, "ui_exception_whole"));
		page_put(cell, "note", html_member(one, "subject_text"));
	}
	(void)json_object_set_new(table, "clear", json_boolean(filtered));
	table_pager(r, table);
	table_counted(r, page, table, html_number(json_object_get(r->answer, "total")), NULL);
}

void
view_exceptions(const struct page_request *r, json_t *page)
{
	const json_t *rows = json_object_get(r->answer, "rows");
	json_t *chips = json_array();

	rows_table(r, page, rows, *page_query(r, "state") || *page_query(r, "clause"));
	page_chip(r, chips, page_word(r, "ui_chip_all"), "state", NULL);
	page_chip(r, chips, page_word(r, "ui_exception_requested"), "state", "requested");
	page_chip(r, chips, page_word(r, "ui_exception_approved"), "state", "approved");
	page_chip(r, chips, page_word(r, "ui_exception_chip_over"), "state", "over");
	(void)json_object_set_new(page, "chips", chips);
	page_put(page, "export", "exception");
}

static void
pair(const struct page_request *r, json_t *list, const char *key, const char *text)
{
	json_t *item = json_object();

	page_put(item, "label", page_word(r, key));
	page_put(item, "text", text);
	(void)json_array_append_new(list, item);
}

void
view_exception(const struct page_request *r, json_t *page)
{
	const json_t *d = r->answer, *steps = json_object_get(d, "steps"), *one;
	json_t *list = json_array(), *table = table_new(page, "history", "", "");
	char number[24];

	pair(r, list, "ui_exception_kind", page_value_word(r, "ui_exception_kind", html_member(d, "kind")));
	pair(r, list, "ui_control", *html_member(d, "control") ? html_member(d, "control_name") : page_word(r, "ui_exception_whole"));
	if (*html_member(d, "subject"))
		pair(r, list, "ui_subject", html_member(d, "subject_text"));
	pair(r, list, "ui_exception_reason", html_member(d, "reason"));
	pair(r, list, "ui_exception_instead", html_member(d, "instead"));
	pair(r, list, "ui_exception_until", html_member(d, "until_date"));
	(void)json_object_set_new(page, "values", list);
	table_column(table, page_word(r, "ui_exception_step"));
	table_column(table, page_word(r, "ui_exception_when"));
	table_column(table, page_word(r, "ui_exception_who"));
	table_column(table, page_word(r, "ui_exception_reason"));
	table_column(table, page_word(r, "ui_exception_entry"));
	for (size_t i = json_array_size(steps); i > 0; i--) {
		json_t *row = table_row(table);

		one = json_array_get(steps, i - 1);
		table_cell(table, row, page_value_word(r, "ui_exception", html_member(one, "step")));
		cell_time(table_cell(table, row, ""), json_object_get(one, "at"));
		table_cell(table, row, html_member(one, "who"));
		table_cell(table, row, html_member(one, "reason"));
		cell_entry(table_cell(table, row, ""), json_object_get(one, "leaf"));
	}
	(void)snprintf(number, sizeof(number), "%lld", (long long)html_number(json_object_get(d, "leaf"))); /* fits */
	page_put(page, "leaf", number);
}

/* What is typed stays only when the form is shown again: page_register_again() asks for that. */
void
view_exception_form(const struct page_request *r, json_t *page)
{
	view_fields(r, page, NULL, NULL);
}

/* ---- on other pages: what is permitted, and when it ends */

/* "2027-03-31まで（あと30日）"; in the last days as people say it. */
static json_t *
when_text(const struct page_request *r, const json_t *span)
{
	json_int_t left = html_number(json_object_get(span, "days_left"));
	enum msg m = left == 0 ? MSG_UI_EXCEPTION_TODAY : left == 1 ? MSG_UI_EXCEPTION_TOMORROW : MSG_UI_EXCEPTION_LEFT;
	struct buf text = BUF(256);
	json_t *ret = NULL;

	if (message_text(m, r->english ? LANG_EN : LANG_JA, MSG_ARGS(MSG_S("date", str_of(html_member(span, "until_date"))), MSG_N("days", left)), &text) == RC_OK)
		ret = json_string(buf_cstr(&text));
	rc_trail_clear();
	buf_free(&text);
	return ret ? ret : json_string(html_member(span, "until_date"));
}

json_t *
exceptions_told(const struct page_request *r, const json_t *spans, bool unmet, size_t max)
{
	json_t *list = json_array(), *copy;
	const json_t *one;
	size_t i;

	each(spans, i, one) {
		if (i == max)
			break;
		copy = json_copy((json_t *)(uintptr_t)one);
		(void)json_object_set_new(copy, "when", when_text(r, one));
		page_put(copy, "sentence", page_word(r, unmet ? "ui_exception_answers" : "ui_exception_in_force"));
		(void)json_array_append_new(list, copy);
	}
	return list;
}

/* The one that answers for a finding about this subject: the first to end. */
const char *
exception_answer(const struct page_request *r, const json_t *told, const char *subject)
{
	const json_t *one;
	size_t i;

	each(told, i, one)
		if (!*html_member(one, "subject") || strcmp(html_member(one, "subject"), subject) == 0) {
			struct str text = arena_f(r->arena, "%s: %s %s", html_member(one, "clause"), page_value_word(r, "ui_exception_kind", html_member(one, "kind")), html_member(one, "when"));

			return text.n ? text.p : "";
		}
	return "";
}

#define ENDING_SHOWN 5

void
exceptions_ending(const struct page_request *r, json_t *page)
{
	const json_t *list = json_object_get(r->answer, "exceptions_ending"), *one;
	bool urgent = false;
	size_t i;

	each(list, i, one)
		urgent |= json_is_true(json_object_get(one, "urgent"));
	(void)json_object_set_new(page, "ending", exceptions_told(r, list, false, ENDING_SHOWN));
	(void)json_object_set_new(page, "ending_n", json_integer((json_int_t)json_array_size(list)));
	(void)json_object_set_new(page, "ending_more", json_boolean(json_array_size(list) > ENDING_SHOWN));
	(void)json_object_set_new(page, "ending_soon", json_boolean(urgent));
}
