// SPDX-License-Identifier: Apache-2.0
/* The model of mail: how the server stands, what was sent and what could not be, the destinations. */
#include <string.h>

#include "web/page_int.h"

static void
rows(const struct page_request *r, json_t *page)
{
	static const char *const keys[] = { "ui_exception_when", "ui_mail_to", "ui_mail_subject", "ui_mail_state", "ui_exception_entry" };
	json_t *table = table_new(page, "table", page_word(r, "ui_mails_empty"), "");
	const json_t *one;
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		table_column(table, page_word(r, keys[i]));
	each(json_object_get(r->answer, "rows"), i, one) {
		const char *state = html_member(one, "state");
		json_t *row = table_row_of(table, one), *cell = table_cell(table, row, "");

		cell_time(cell, json_object_get(one, "at"));
		table_cell(table, row, html_member(one, "to"));
		table_cell(table, row, html_member(one, "subject"));
		cell = table_cell(table, row, "");
		page_put(cell, "tag", page_value_word(r, "ui_mail", state));
		page_put(cell, "mark", strcmp(state, "sent") == 0 ? "" : "open");
		page_put(cell, "note", html_member(one, "trouble"));
		cell_entry(table_cell(table, row, ""), json_object_get(one, "leaf"));
	}
	table_list(r, page, table, "ui_mails_search");
}

void
view_mails(const struct page_request *r, json_t *page)
{
	static const char *const keys[] = { "ui_name", "ui_mail_to", "ui_mail_urgent", "ui_mail_digest" };
	const json_t *places = json_object_get(r->answer, "destinations"), *one;
	json_t *table, *tests = json_array();
	size_t i;

	rows(r, page);
	table = table_new(page, "destinations", page_word(r, "ui_mail_no_destinations"), "");
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		table_column(table, page_word(r, keys[i]));
	each(places, i, one) {
		bool good = json_is_true(json_object_get(one, "good"));
		json_t *row = table_row_of(table, one), *cell = table_cell(table, row, html_member(one, "name"));

		cell_link(cell, "register-row", html_member(one, "id"));
		cell = table_cell(table, row, html_member(one, "address"));
		page_put(cell, "error", good ? "" : page_word(r, "ui_mail_bad"));
		table_cell(table, row, page_word(r, strcmp(html_member(one, "urgent"), "yes") == 0 ? "ui_yes" : "ui_no"));
		table_cell(table, row, page_word(r, strcmp(html_member(one, "digest"), "yes") == 0 ? "ui_yes" : "ui_no"));
		if (good && json_is_true(json_object_get(r->answer, "can_test")))
			(void)json_array_append(tests, (json_t *)(uintptr_t)one); /* only read */
	}
	(void)json_object_set_new(page, "tests", tests);
	page_put(page, "server", page_value_word(r, "ui_mail_server", html_member(json_object_get(r->answer, "sending"), "state")));
	page_put(page, "hook", page_value_word(r, "ui_mail_server", html_member(json_object_get(r->answer, "hook"), "state")));
	page_put(page, "export", "mail");
}
