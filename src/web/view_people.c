// SPDX-License-Identifier: Apache-2.0
/* Models of what is found about accounts, and of the time from unneeded to removed. */
#include <stdio.h>
#include <string.h>

#include "web/page_int.h"

void
view_found(const struct page_request *r, json_t *page)
{
	const json_t *rows = json_object_get(r->answer, "rows"), *one;
	json_t *table = table_new(page, "table", page_word(r, "ui_found_empty"), "");
	size_t i;

	table_column(table, page_word(r, "ui_found_name"));
	table_column(table, page_word(r, "ui_found_kind"));
	table_column(table, page_word(r, "ui_found_since"));
	table_column(table, page_word(r, "ui_found_why"));
	each(rows, i, one) {
		json_t *row = table_row_of(table, one), *cell = table_cell(table, row, html_member(one, "name"));

		cell_link(cell, html_member(one, "link"), html_member(one, "segment"));
		cell = table_cell(table, row, "");
		page_put(cell, "tag", page_value_word(r, "ui_found", html_member(one, "kind")));
		page_put(cell, "mark", "open");
		cell_time(table_cell(table, row, ""), json_object_get(one, "since"));
		table_cell(table, row, html_member(one, "sentence"));
	}
	table_list(r, page, table, "ui_found_search");
	page_put(page, "export", "account-found");
}

/* How many within each band, as bars beside their numbers. */
static void
bands(const struct page_request *r, json_t *page)
{
	const json_t *chart = json_object_get(r->answer, "chart"), *one;
	json_t *list = json_array();
	int64_t most = 1;
	size_t i;

	each(chart, i, one)
		most = html_number(json_object_get(one, "n")) > most ? html_number(json_object_get(one, "n")) : most;
	each(chart, i, one) {
		json_t *item = json_object();

		page_put(item, "text", page_value_word(r, "ui_band", html_member(one, "band")));
		(void)json_object_set(item, "n", json_object_get(one, "n"));
		(void)json_object_set_new(item, "most", json_integer((json_int_t)most));
		(void)json_array_append_new(list, item);
	}
	(void)json_object_set_new(page, "bands", list);
}

void
view_removals(const struct page_request *r, json_t *page)
{
	const json_t *rows = json_object_get(r->answer, "rows"), *one, *name;
	json_t *table = table_new(page, "table", page_word(r, "ui_removals_empty"), "");
	char number[24];
	size_t i, k;

	table_column(table, page_word(r, "ui_removal_person"));
	table_column(table, page_word(r, "ui_removal_state"));
	table_column(table, page_word(r, "ui_removal_due"));
	table_column(table, page_word(r, "ui_removal_done"));
	table_column(table, page_word(r, "ui_removal_hours"));
	table_column(table, page_word(r, "ui_removal_left"));
	each(rows, i, one) {
		const json_t *left = json_object_get(one, "left");
		json_t *row = table_row_of(table, one), *cell = table_cell(table, row, html_member(one, "number"));
		struct str names = STR_NONE;

		cell_link(cell, "register-row", html_member(one, "id"));
		page_put(cell, "note", html_member(one, "name"));
		cell = table_cell(table, row, "");
		page_put(cell, "tag", page_value_word(r, "ui_removal", html_member(one, "state")));
		page_put(cell, "mark", strcmp(html_member(one, "state"), "removed") == 0 ? "" : "open");
		cell_time(table_cell(table, row, ""), json_object_get(one, "due_at"));
		cell_time(table_cell(table, row, ""), json_object_get(one, "removed_at"));
		(void)snprintf(number, sizeof(number), "%lld", (long long)html_number(json_object_get(one, "hours"))); /* fits */
		table_cell(table, row, number);
		each(left, k, name)
			names = arena_f(r->arena, "%s%s%s", names.n ? names.p : "", names.n ? (r->english ? ", " : "、") : "", html_string(name));
		table_cell(table, row, names.n ? names.p : "");
	}
	table_list(r, page, table, "ui_removals_search");
	bands(r, page);
	page_put(page, "export", "removal");
}
