// SPDX-License-Identifier: Apache-2.0
/*
 * The one list of the console: columns and rows of cells for web/templates/table.html.
 *
 * A list whose rows are all in the answer is searched, sorted, counted and cut into pages by table_list(); a list too
 * long for that comes in pages of core's, which searches and sorts it: column_sorts(), table_pager(), table_counted().
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "message/message.h"
#include "web/page_int.h"

#define PAGE_ROWS 100

json_t *
table_new(json_t *page, const char *key, const char *empty, const char *why)
{
	json_t *table = json_object();

	(void)json_object_set_new(table, "columns", json_array());
	(void)json_object_set_new(table, "rows", json_array());
	page_put(table, "empty", empty);
	page_put(table, "empty_why", why);
	(void)json_object_set_new(page, key, table);
	return table;
}

json_t *
table_column(json_t *table, const char *text)
{
	json_t *column = json_object();

	page_put(column, "text", text);
	(void)json_array_append_new(json_object_get(table, "columns"), column);
	return column;
}

json_t *
table_row_of(json_t *table, const json_t *of)
{
	json_t *row = json_object();

	(void)json_object_set_new(row, "cells", json_array());
	(void)json_object_set(row, "of", (json_t *)(uintptr_t)of); /* shared, only read */
	(void)json_array_append_new(json_object_get(table, "rows"), row);
	return row;
}

json_t *
table_row(json_t *table)
{
	return table_row_of(table, NULL);
}

/* The next cell of a row; its label is the column's, its first one names the row. */
json_t *
table_cell(const json_t *table, json_t *row, const char *text)
{
	json_t *cells = json_object_get(row, "cells"), *cell = json_object();
	size_t at = json_array_size(cells);

	page_put(cell, "label", html_member(json_array_get(json_object_get(table, "columns"), at), "text"));
	page_put(cell, "text", text);
	(void)json_object_set_new(cell, "head", json_boolean(at == 0));
	(void)json_array_append_new(cells, cell);
	return cell;
}

void
cell_link(json_t *cell, const char *base, const char *id)
{
	page_put(cell, "base", base);
	page_put(cell, "link", id);
}

void
cell_time(json_t *cell, const json_t *at)
{
	if (json_is_integer(at))
		(void)json_object_set(cell, "time", (json_t *)(uintptr_t)at);
}

void
cell_entry(json_t *cell, const json_t *index)
{
	char number[24];

	if (!json_is_integer(index))
		return;
	(void)snprintf(number, sizeof(number), "%lld", (long long)html_number(index)); /* fits */
	page_put(cell, "entry", number); /* a string: entry 0 is an entry too */
	(void)json_object_set(cell, "number", (json_t *)(uintptr_t)index);
}

/* Sorted by what asks for somebody first. */
void
cell_status(json_t *cell, const char *status)
{
	page_put(cell, "status", status);
	(void)json_object_set_new(cell, "sort", json_integer(page_urgency(status)));
}

void
cell_more(json_t *cell, const char *base, const char *id, const char *text)
{
	json_t *links = json_object_get(cell, "links"), *one = json_object();

	if (!links)
		(void)json_object_set_new(cell, "links", links = json_array());
	page_put(one, "base", base);
	page_put(one, "link", id);
	page_put(one, "text", text);
	(void)json_array_append_new(links, one);
}

/* ---- order and pages */

/* A heading that sorts: once up, once more down. */
void
column_sorts(const struct page_request *r, json_t *column, const char *id, bool plain)
{
	const char *now = page_query(r, "sort");
	bool up = strcmp(now, id) == 0 || (plain && !*now), down = now[0] == '-' && strcmp(now + 1, id) == 0;
	struct str other = arena_f(r->arena, "%s%s", up ? "-" : "", id);

	page_put(column, "id", id);
	(void)json_object_set_new(column, "query", page_query_anew(r, "sort", other.n ? other.p : id));
	(void)json_object_set_new(column, "on", json_boolean(up || down));
	(void)json_object_set_new(column, "down", json_boolean(down));
}

static void
pager(const struct page_request *r, json_t *table, json_int_t page, json_int_t pages)
{
	char number[24];
	struct buf place = BUF(128);

	if (pages < 2)
		return;
	(void)json_object_set_new(table, "pager", json_true());
	(void)snprintf(number, sizeof(number), "%lld", (long long)page - 1); /* fits */
	if (page > 1)
		(void)json_object_set_new(table, "previous", page_query_with(r, "page", number));
	(void)snprintf(number, sizeof(number), "%lld", (long long)page + 1); /* fits */
	if (page < pages)
		(void)json_object_set_new(table, "next", page_query_with(r, "page", number));
	if (message_text(MSG_UI_REGISTER_PLACE, r->english ? LANG_EN : LANG_JA, MSG_ARGS(MSG_N("page", page), MSG_N("pages", pages)), &place) == RC_OK)
		page_put(table, "place", buf_cstr(&place));
	buf_free(&place);
}

void
table_pager(const struct page_request *r, json_t *table)
{
	pager(r, table, html_number(json_object_get(r->answer, "page")), html_number(json_object_get(r->answer, "pages")));
}

void
table_counted(const struct page_request *r, json_t *page, json_t *table, json_int_t total, const char *search_key)
{
	page_put(table, "search", search_key ? page_word(r, search_key) : "");
	(void)json_object_set_new(table, "shown", json_integer((json_int_t)json_array_size(json_object_get(table, "rows"))));
	(void)json_object_set_new(table, "total", json_integer(total));
	page_kept(r, page);
}

static bool
row_holds(const json_t *row, const char *q)
{
	static const char *const texts[] = { "text", "note", "tag", "link" };
	const json_t *cells = json_object_get(row, "cells"), *cell, *link;
	size_t i, k;

	each(cells, i, cell) {
		for (k = 0; k < sizeof(texts) / sizeof(texts[0]); k++)
			if (page_contains(html_member(cell, texts[k]), q))
				return true;
		each(json_object_get(cell, "links"), k, link)
			if (page_contains(html_member(link, "text"), q))
				return true;
	}
	return false;
}

struct order { size_t column; int sign; };

static int
row_order(const void *a, const void *b, void *context)
{
	const struct order *o = context;
	const json_t *x = json_array_get(json_object_get(*(json_t *const *)a, "cells"), o->column), *y = json_array_get(json_object_get(*(json_t *const *)b, "cells"), o->column);
	const json_t *m = json_object_get(x, json_object_get(x, "sort") ? "sort" : "time"), *n = json_object_get(y, json_object_get(y, "sort") ? "sort" : "time");

	if (m || n)
		return (html_number(m) < html_number(n) ? -1 : html_number(m) > html_number(n)) * o->sign;
	return strcmp(html_member(x, "text"), html_member(y, "text")) * o->sign;
}

/* By the column that ?sort names; as core told them when it names none. Stable, as glibc's sort merges. */
static void
rows_sort(const struct page_request *r, const json_t *table, json_t *rows)
{
	const char *by = page_query(r, "sort");
	struct order order = { .sign = *by == '-' ? -1 : 1 };
	const json_t *columns = json_object_get(table, "columns");
	size_t n = json_array_size(rows);
	json_t **list;

	by += *by == '-';
	while (order.column < json_array_size(columns) && (!*by || strcmp(html_member(json_array_get(columns, order.column), "id"), by) != 0))
		order.column++;
	list = order.column < json_array_size(columns) ? calloc(n + 1, sizeof(json_t *)) : NULL;
	if (!list)
		return;
	for (size_t i = 0; i < n; i++)
		list[i] = json_incref(json_array_get(rows, i));
	qsort_r(list, n, sizeof(json_t *), row_order, &order);
	(void)json_array_clear(rows);
	for (size_t i = 0; i < n; i++)
		(void)json_array_append_new(rows, list[i]);
	free(list);
}

void
table_list(const struct page_request *r, json_t *page, json_t *table, const char *search_key)
{
	const char *q = page_query(r, "q");
	json_t *all = json_object_get(table, "rows"), *found = json_array(), *rows = json_array(), *row;
	json_int_t total = (json_int_t)json_array_size(all);
	int64_t at = 1;
	size_t i, pages;

	each(all, i, row)
		if (!*q || row_holds(row, q))
			(void)json_array_append(found, row);
	rows_sort(r, table, found);
	pages = (json_array_size(found) + PAGE_ROWS - 1) / PAGE_ROWS;
	if (num_parse(str_of(page_query(r, "page")), 0, 1000000, &at) != RC_OK || at > (int64_t)pages) {
		rc_trail_clear(); /* most times none was asked for */
		at = 1;
	}
	each(found, i, row) /* page 0: all of them, for exports */
		if (at == 0 || i / PAGE_ROWS == (size_t)at - 1)
			(void)json_array_append(rows, row);
	(void)json_object_set_new(table, "rows", rows);
	(void)json_object_set_new(table, "clear", json_boolean(r->query && r->query->n));
	if (at)
		pager(r, table, at, (json_int_t)pages);
	json_decref(found);
	table_counted(r, page, table, total, search_key);
}
