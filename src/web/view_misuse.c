// SPDX-License-Identifier: Apache-2.0
/* Models of the misuse watch: alarms and months as tables, one alarm with what was decided. */
#include <stdio.h>
#include <string.h>

#include "message/message.h"
#include "web/page_int.h"

static void
state_cell(const struct page_request *r, json_t *cell, const json_t *alert)
{
	bool open = json_is_true(json_object_get(alert, "open")), urgent = json_is_true(json_object_get(alert, "urgent"));

	page_put(cell, "tag", page_word(r, !open ? "ui_watch_closed" : urgent ? "ui_watch_urgent" : "ui_watch_open"));
	page_put(cell, "mark", open ? "open" : "");
}

static void
number_text(const json_t *n, char ret[24])
{
	(void)snprintf(ret, 24, "%lld", (long long)html_number(n)); /* fits */
}

static void
alerts_table(const struct page_request *r, json_t *page)
{
	const json_t *rows = json_object_get(r->answer, "rows"), *one;
	json_t *table = table_new(page, "table", page_word(r, "ui_watch_empty"), page_word(r, "ui_watch_empty_why"));
	char number[24];
	size_t i;

	table_column(table, page_word(r, "ui_when"));
	table_column(table, page_word(r, "ui_watch_state"));
	table_column(table, page_word(r, "ui_who"));
	table_column(table, page_word(r, "ui_watch_why"));
	table_column(table, page_word(r, "ui_access_from"));
	table_column(table, page_word(r, "ui_exception_entry"));
	each(rows, i, one) {
		json_t *row = table_row(table), *cell = table_cell(table, row, "");

		(void)json_object_set(cell, "second", json_object_get(one, "at"));
		state_cell(r, table_cell(table, row, ""), one);
		table_cell(table, row, html_member(one, "who"));
		number_text(json_object_get(one, "id"), number);
		cell_link(table_cell(table, row, html_member(one, "why")), "watch", number);
		page_put(table_cell(table, row, html_member(one, "address")), "note", html_member(one, "host"));
		cell_entry(table_cell(table, row, ""), json_object_get(one, "entry"));
	}
}

static void
months_table(const struct page_request *r, json_t *page)
{
	const json_t *rows = json_object_get(r->answer, "months"), *one;
	json_t *table = table_new(page, "months", "", ""), *waiting = json_array();
	char number[24];
	size_t i;

	table_column(table, page_word(r, "ui_watch_month"));
	table_column(table, page_word(r, "ui_watch_alerts"));
	table_column(table, page_word(r, "ui_watch_open"));
	table_column(table, page_word(r, "ui_watch_decision"));
	each(rows, i, one) {
		const json_t *review = json_object_get(one, "review");
		bool signed_now = json_is_object(review), running = json_is_true(json_object_get(one, "running"));
		json_t *row = table_row(table), *cell;

		table_cell(table, row, html_member(one, "month"));
		number_text(json_object_get(one, "alerts"), number);
		table_cell(table, row, number);
		number_text(json_object_get(one, "open"), number);
		table_cell(table, row, number);
		cell = table_cell(table, row, signed_now ? html_member(review, "words") : page_word(r, running ? "ui_watch_running" : "ui_watch_not_signed"));
		if (signed_now)
			page_put(cell, "note", html_member(review, "who"));
		if (!signed_now && !running && html_number(json_object_get(one, "open")) == 0)
			(void)json_array_append_new(waiting, json_string(html_member(one, "month")));
	}
	(void)json_object_set_new(page, "unsigned", waiting);
}

void
view_watch(const struct page_request *r, json_t *page)
{
	const json_t *next = json_object_get(r->answer, "next");
	json_t *chips = json_array();
	char number[24];

	alerts_table(r, page);
	months_table(r, page);
	page_chip(r, chips, page_word(r, "ui_watch_open"), "show", NULL);
	page_chip(r, chips, page_word(r, "ui_watch_digest"), "show", "digest");
	page_chip(r, chips, page_word(r, "ui_watch_all"), "show", "all");
	(void)json_object_set_new(page, "chips", chips);
	page_put(page, "export", "watch");
	if (json_is_integer(next)) {
		number_text(next, number);
		(void)json_object_set_new(page, "older", page_query_with(r, "before", number));
		(void)json_object_set_new(page, "newest", page_query_with(r, "before", NULL));
	}
}

static const char *
verdict_word(const struct page_request *r, const char *verdict)
{
	static const struct { const char *id, *key; } words[] = { { "work", "ui_watch_verdict_work" }, { "mistake", "ui_watch_verdict_mistake" }, { "false-alarm", "ui_watch_verdict_false_alarm" }, { "misuse", "ui_watch_verdict_misuse" } };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].id, verdict) == 0)
			return page_word(r, words[i].key);
	return verdict;
}

void
view_alert(const struct page_request *r, json_t *page)
{
	const json_t *steps = json_object_get(r->answer, "steps"), *one;
	json_t *table = table_new(page, "steps", "", "");
	char number[24];
	size_t i;

	table_column(table, page_word(r, "ui_watch_decision"));
	table_column(table, page_word(r, "ui_exception_when"));
	table_column(table, page_word(r, "ui_exception_who"));
	table_column(table, page_word(r, "ui_exception_reason"));
	table_column(table, page_word(r, "ui_exception_entry"));
	each(steps, i, one) {
		json_t *row = table_row(table);

		table_cell(table, row, verdict_word(r, html_member(one, "verdict")));
		cell_time(table_cell(table, row, ""), json_object_get(one, "at"));
		table_cell(table, row, html_member(one, "who"));
		table_cell(table, row, html_member(one, "words"));
		cell_entry(table_cell(table, row, ""), json_object_get(one, "leaf"));
	}
	(void)json_object_set_new(page, "decided", json_boolean(json_array_size(steps) > 0));
	number_text(json_object_get(r->answer, "id"), number);
	page_put(page, "id", number);
	number_text(json_object_get(r->answer, "entry"), number);
	page_put(page, "entry", number);
}
