// SPDX-License-Identifier: Apache-2.0
/* The model of changes on trial: those one may confirm on top, all of them as the one table. */
#include <stdio.h>
#include <string.h>

#include "web/page_int.h"

#define REFRESH "5" /* seconds: a countdown without script */

void
view_trials(const struct page_request *r, json_t *page)
{
	const json_t *rows = json_object_get(r->answer, "rows"), *one;
	json_t *own = json_array(), *table = table_new(page, "table", page_word(r, "ui_trials_empty"), "");
	bool waiting = false;
	size_t i;

	table_column(table, page_word(r, "ui_trial_register"));
	table_column(table, page_word(r, "ui_trial_state"));
	table_column(table, page_word(r, "ui_trial_who"));
	table_column(table, page_word(r, "ui_trial_at"));
	table_column(table, page_word(r, "ui_trial_until"));
	table_column(table, page_word(r, "ui_trial_ended"));
	table_column(table, page_word(r, "ui_trial_ender"));
	table_column(table, page_word(r, "ui_trial_entry"));
	each(rows, i, one) {
		bool open = strcmp(html_member(one, "state"), "waiting") == 0;
		json_t *row = table_row_of(table, one), *cell = table_cell(table, row, html_member(one, "register_name"));

		cell_link(cell, "register", html_member(one, "register"));
		cell = table_cell(table, row, "");
		page_put(cell, "tag", page_value_word(r, "ui_trial", html_member(one, "state")));
		page_put(cell, "mark", open ? "open" : "");
		table_cell(table, row, html_member(one, "who"));
		cell_time(table_cell(table, row, ""), json_object_get(one, "at"));
		cell_time(table_cell(table, row, ""), json_object_get(one, "until"));
		cell_time(table_cell(table, row, ""), json_object_get(one, "ended"));
		table_cell(table, row, html_member(one, "ender"));
		cell_entry(table_cell(table, row, ""), json_object_get(one, "change"));
		waiting |= open;
		if (json_is_true(json_object_get(one, "own"))) {
			char left[16];

			(void)snprintf(left, sizeof(left), "%lld", (long long)html_number(json_object_get(one, "left_s")) % 1000); /* fits */
			page_put((json_t *)(uintptr_t)one, "left", left);
			(void)json_array_append(own, (json_t *)(uintptr_t)one);
		}
	}
	(void)json_object_set_new(page, "own", own);
	if (waiting)
		page_put(page, "refresh", REFRESH);
}
