// SPDX-License-Identifier: Apache-2.0
/* Models of incidents: the list with what is due next, one with its clocks, whom to call and what was done. */
#include <stdio.h>
#include <string.h>

#include "message/message.h"
#include "web/page_int.h"

static bool
is(const json_t *one, const char *key, const char *value)
{
	return strcmp(html_member(one, key), value) == 0;
}

static void
elapsed(const struct page_request *r, json_t *cell, json_int_t minutes)
{
	struct buf text = BUF(64);
	enum rc rc = minutes >= 1440 ? message_text(MSG_UI_INCIDENT_DAYS, r->english ? LANG_EN : LANG_JA, MSG_ARGS(MSG_N("d", minutes / 1440), MSG_N("h", minutes % 1440 / 60)), &text)
	    : message_text(MSG_UI_INCIDENT_HOURS, r->english ? LANG_EN : LANG_JA, MSG_ARGS(MSG_N("h", minutes / 60), MSG_N("m", minutes % 60)), &text);

	if (rc == RC_OK)
		page_put(cell, "text", buf_cstr(&text));
	(void)json_object_set_new(cell, "sort", json_integer(minutes));
	buf_free(&text);
}

static void
state_of(const struct page_request *r, const json_t *one, json_t *cell)
{
	bool drill = json_is_true(json_object_get(one, "drill"));

	page_put(cell, "tag", page_word(r, is(one, "state", "open") ? "ui_incident_is_open" : "ui_incident_is_closed"));
	page_put(cell, "mark", is(one, "state", "open") && !drill ? "open" : "");
	if (is(one, "state", "open") && !json_is_integer(json_object_get(one, "taken")))
		page_put(cell, "note", page_word(r, "ui_incident_not_taken_tag"));
	if (drill)
		page_put(cell, "note", page_word(r, "ui_incident_drill"));
}

void
view_incidents(const struct page_request *r, json_t *page)
{
	static const char *const heads[] = { "ui_incident_name", "ui_incident_state", "ui_incident_noticed", "ui_incident_elapsed", "ui_incident_next", "ui_incident_told_at" };
	const json_t *rows = json_object_get(r->answer, "rows"), *one;
	json_t *table = table_new(page, "table", page_word(r, "ui_incidents_empty"), "");
	size_t i;

	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		table_column(table, page_word(r, heads[i]));
	each(rows, i, one) {
		const json_t *next = json_object_get(one, "next");
		json_t *row = table_row_of(table, one), *cell = table_cell(table, row, html_member(one, "name"));

		cell_link(cell, "incident", html_member(one, "id"));
		state_of(r, one, table_cell(table, row, ""));
		cell_time(table_cell(table, row, ""), json_object_get(one, "noticed"));
		elapsed(r, table_cell(table, row, ""), html_number(json_object_get(one, "minutes")));
		cell = table_cell(table, row, "");
		if (json_is_object(next)) {
			cell_time(cell, json_object_get(next, "due"));
			page_put(cell, is(next, "state", "overdue") ? "error" : "note", page_value_word(r, "ui_incident_what", html_member(next, "what")));
		}
		cell_time(table_cell(table, row, ""), json_object_get(one, "told"));
	}
	table_list(r, page, table, "ui_incidents_search");
	page_put(page, "export", "incident");
}

static void
clocks(const struct page_request *r, json_t *page)
{
	static const char *const heads[] = { "ui_incident_clock", "ui_incident_due", "ui_incident_state", "ui_incident_done" };
	json_t *table = table_new(page, "clocks", "", "");
	const json_t *one;
	size_t i;

	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		table_column(table, page_word(r, heads[i]));
	each(json_object_get(r->answer, "clocks"), i, one) {
		json_t *row = table_row(table), *cell = table_cell(table, row, page_value_word(r, "ui_incident_what", html_member(one, "what")));

		if (*html_member(one, "paper"))
			cell_link(cell, "paper", html_member(one, "paper"));
		cell_time(table_cell(table, row, ""), json_object_get(one, "due"));
		cell = table_cell(table, row, "");
		page_put(cell, "tag", page_value_word(r, "ui_incident_clock", html_member(one, "state")));
		page_put(cell, "mark", is(one, "state", "overdue") || is(one, "state", "late") ? "open" : "");
		cell_time(table_cell(table, row, ""), json_object_get(one, "done"));
	}
}

static const char *
called(const struct page_request *r, json_int_t n)
{
	struct buf text = BUF(128);
	const char *ret = "";

	if (message_text(MSG_UI_INCIDENT_NOTICE_STEP, r->english ? LANG_EN : LANG_JA, MSG_ARGS(MSG_N("n", n)), &text) == RC_OK)
		ret = arena_cstr(r->arena, buf_str(&text));
	buf_free(&text);
	return ret;
}

static void
steps(const struct page_request *r, json_t *page)
{
	static const char *const heads[] = { "ui_incident_note_kind", "ui_incident_when", "ui_incident_who", "ui_incident_text", "ui_incident_entry" };
	json_t *table = table_new(page, "steps", "", "");
	const json_t *one;
	size_t i;

	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		table_column(table, page_word(r, heads[i]));
	each(json_object_get(r->answer, "steps"), i, one) {
		json_t *row = table_row(table);

		table_cell(table, row, page_value_word(r, "ui_incident_step", html_member(one, "kind")));
		cell_time(table_cell(table, row, ""), json_object_get(one, "at"));
		table_cell(table, row, html_member(one, "who"));
		table_cell(table, row, json_is_integer(json_object_get(one, "step")) ? called(r, html_number(json_object_get(one, "step"))) : html_member(one, "text"));
		cell_entry(table_cell(table, row, ""), json_object_get(one, "leaf"));
	}
}

static void
ladder(const struct page_request *r, json_t *page)
{
	json_t *table = table_new(page, "ladder", page_word(r, "ui_incident_ladder_none"), "");
	const json_t *one;
	size_t i;

	table_column(table, page_word(r, "ui_turn"));
	table_column(table, page_word(r, "ui_incident_day"));
	table_column(table, page_word(r, "ui_incident_night"));
	each(json_object_get(r->answer, "ladder"), i, one) {
		json_t *row = table_row(table);

		table_cell(table, row, page_value_word(r, "ui_incident_ladder", html_member(one, "of")));
		table_cell(table, row, html_member(one, "day"));
		table_cell(table, row, html_member(one, "night"));
	}
}

void
view_incident(const struct page_request *r, json_t *page)
{
	static const char *const kinds[] = { "told", "call", "contain", "preserve", "restore", "person", "publish", "other", "reached" };
	const json_t *d = r->answer;
	json_t *tag = json_object(), *options = json_array();
	const char *law = json_is_true(json_object_get(d, "reportable_business")) ? "ui_incident_law_both" : json_is_true(json_object_get(d, "reportable_office")) ? "ui_incident_law_office" : "ui_incident_law_none";
	size_t i;

	values_put(r, page);
	state_of(r, d, tag);
	(void)json_object_set_new(page, "state", tag);
	page_put(page, "law", page_word(r, law));
	elapsed(r, tag, html_number(json_object_get(d, "minutes")));
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		json_t *option = json_object();

		page_put(option, "value", kinds[i]);
		page_put(option, "text", page_value_word(r, "ui_incident_step", kinds[i]));
		(void)json_object_set_new(option, "on", json_boolean(r->typed && str_eq_c(pairs_get(r->typed, "kind"), kinds[i])));
		(void)json_array_append_new(options, option);
	}
	(void)json_object_set_new(page, "kinds", options);
	page_put(page, "text", r->typed ? arena_cstr(r->arena, pairs_get(r->typed, "text")) : "");
	clocks(r, page);
	ladder(r, page);
	steps(r, page);
}
