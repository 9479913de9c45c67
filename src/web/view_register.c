// SPDX-License-Identifier: Apache-2.0
/* Models of registers: rows become the one table, fields the one form. */
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "message/message.h"
#include "web/page_int.h"

#define each(array, i, one) for (i = 0; i < json_array_size(array) && ((one) = json_array_get((array), i)); i++)
#define COLUMNS_MAX 6 /* of a list; the page of a row shows the rest */

static const char *
member(const json_t *o, const char *key)
{
	return html_string(json_object_get(o, key));
}

/* ---- table */

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
table_row(json_t *table)
{
	json_t *row = json_object();

	(void)json_object_set_new(row, "cells", json_array());
	(void)json_array_append_new(json_object_get(table, "rows"), row);
	return row;
}

/* The next cell of a row; its label is the column's, its first one names the row. */
json_t *
table_cell(const json_t *table, json_t *row, const char *text)
{
	json_t *cells = json_object_get(row, "cells"), *cell = json_object();
	size_t at = json_array_size(cells);

	page_put(cell, "label", member(json_array_get(json_object_get(table, "columns"), at), "text"));
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
	page_put(cell, "entry", number);
}

/* ---- values */

const char *
register_value(const struct page_request *r, const json_t *field, const json_t *values)
{
	const char *value = member(values, member(field, "id"));
	const json_t *choices = json_object_get(field, "choices"), *one;
	size_t i;

	each(choices, i, one)
		if (*value && strcmp(member(one, "id"), value) == 0)
			return member(one, "word");
	if (*value && strcmp(member(field, "type"), "yes-no") == 0)
		return page_word(r, strcmp(value, "yes") == 0 ? "ui_yes" : "ui_no");
	return value;
}

/* "60 ℃", as a list and a row show it. */
static const char *
with_unit(const struct page_request *r, const json_t *field, const char *value)
{
	const char *unit = member(field, "unit");
	struct str both = *value && *unit ? arena_f(r->arena, "%s %s", value, unit) : STR_NONE;

	return both.n ? both.p : value;
}

/* ---- which registers there are */

void
view_registers(const struct page_request *r, json_t *page)
{
	const json_t *rows = json_object_get(r->answer, "rows"), *one;
	json_t *table = table_new(page, "table", page_word(r, "ui_register_empty"), "");
	char number[24], key[64];
	size_t i;

	table_column(table, page_word(r, "ui_registers_title"));
	table_column(table, page_word(r, "ui_register_rows"));
	table_column(table, page_word(r, "ui_register_writes"));
	each(rows, i, one) {
		json_t *row = table_row(table), *cell = table_cell(table, row, member(one, "name"));

		cell_link(cell, "register", member(one, "id"));
		page_put(cell, "note", member(one, "about"));
		(void)snprintf(number, sizeof(number), "%lld", (long long)html_number(json_object_get(one, "rows"))); /* fits */
		table_cell(table, row, number);
		(void)snprintf(key, sizeof(key), "side_%.40s", member(one, "writes")); /* our own short words */
		table_cell(table, row, page_word(r, key));
	}
	page_put(page, "export", "register");
}

/* ---- the rows of one */

/* A heading that sorts: once up, once more down. */
static void
sorting(const struct page_request *r, json_t *column, const char *id, bool plain)
{
	const char *now = page_query(r, "sort");
	bool up = strcmp(now, id) == 0 || (plain && !*now), down = now[0] == '-' && strcmp(now + 1, id) == 0;
	struct str other = arena_f(r->arena, "%s%s", up ? "-" : "", id);

	(void)json_object_set_new(column, "query", page_query_with(r, "sort", other.n ? other.p : id));
	(void)json_object_set_new(column, "on", json_boolean(up || down));
}

void
table_pager(const struct page_request *r, json_t *table)
{
	json_int_t page = html_number(json_object_get(r->answer, "page")), pages = html_number(json_object_get(r->answer, "pages"));
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

/* The query without what no link keeps: the page, and the numbers that an import brought here, which are said once. */
static void
said_once(const struct pairs *query, struct pairs *ret)
{
	ret->n = 0;
	for (size_t i = 0; query && i < query->n; i++)
		if (!str_eq_c(query->at[i].name, "added") && !str_eq_c(query->at[i].name, "changed") && !str_eq_c(query->at[i].name, "page"))
			ret->at[ret->n++] = query->at[i];
}

static void
imported(const struct page_request *r, json_t *page)
{
	int64_t added, changed;
	struct buf text = BUF(256);

	if (num_parse(str_of(page_query(r, "added")), 0, 1000000, &added) == RC_OK && num_parse(str_of(page_query(r, "changed")), 0, 1000000, &changed) == RC_OK &&
	    message_text(MSG_UI_REGISTER_IMPORTED, r->english ? LANG_EN : LANG_JA, MSG_ARGS(MSG_N("added", added), MSG_N("changed", changed)), &text) == RC_OK)
		page_put(page, "imported", buf_cstr(&text));
	rc_trail_clear(); /* most times nothing was imported */
	buf_free(&text);
}

void
view_register(const struct page_request *request, json_t *page)
{
	struct pairs query;
	struct page_request here = *request;
	const struct page_request *r = &here;
	const json_t *d = r->answer, *fields = json_object_get(d, "fields"), *rows = json_object_get(d, "rows"), *one, *field;
	bool ended = json_is_true(json_object_get(d, "ended")), searched = *page_query(r, "q") != '\0';
	json_t *table = table_new(page, "table", page_word(r, searched ? "ui_register_empty_found" : ended ? "ui_register_empty_ended" : "ui_register_empty"),
	    searched || ended ? "" : member(json_object_get(d, "register"), "about"));
	json_t *chips = json_array();
	size_t i, k;

	said_once(request->query, &query);
	here.query = &query;
	each(fields, k, field)
		if (k < COLUMNS_MAX)
			sorting(r, table_column(table, member(field, "label")), member(field, "id"), strcmp(member(json_object_get(d, "register"), "key"), member(field, "id")) == 0);
	sorting(r, table_column(table, page_word(r, ended ? "ui_register_ended_at" : "ui_register_since")), "since", false);
	table_column(table, page_word(r, "ui_register_by"));
	each(rows, i, one) {
		json_t *row = table_row(table), *cell;

		each(fields, k, field) {
			if (k >= COLUMNS_MAX)
				break;
			cell = table_cell(table, row, with_unit(r, field, register_value(r, field, json_object_get(one, "values"))));
			if (k == 0)
				cell_link(cell, "register-row", member(one, "id"));
		}
		cell_time(table_cell(table, row, ""), json_object_get(one, ended ? "ended_at" : "since"));
		table_cell(table, row, member(one, ended ? "ended_who" : "who"));
	}
	(void)json_object_set_new(table, "clear", json_boolean(searched));
	table_pager(r, table);
	page_chip(r, chips, page_word(r, "ui_register_chip_ended"), "ended", "yes");
	(void)json_object_set_new(page, "chips", chips);
	(void)json_object_set_new(page, "shown", json_integer((json_int_t)json_array_size(rows)));
	imported(request, page);
	page_kept(r, page);
}

/* ---- the one form, from fields */

static void
option_add(json_t *list, const char *value, const char *text, const char *now)
{
	json_t *item = json_object();

	page_put(item, "value", value);
	page_put(item, "text", text);
	(void)json_object_set_new(item, "on", json_boolean(strcmp(value, now) == 0));
	(void)json_array_append_new(list, item);
}

/* A choice that may be left open has an empty one first; one that must be made begins with it too, so that nothing is chosen by accident. */
static json_t *
options(const struct page_request *r, const json_t *field, const char *now)
{
	const json_t *choices = json_object_get(field, "choices"), *one;
	json_t *list = json_array();
	size_t i;

	option_add(list, "", page_word(r, "ui_register_none_chosen"), now);
	each(choices, i, one)
		option_add(list, member(one, "id"), member(one, "word"), now);
	if (strcmp(member(field, "type"), "yes-no") == 0) {
		option_add(list, "yes", page_word(r, "ui_yes"), now);
		option_add(list, "no", page_word(r, "ui_no"), now);
	}
	return list;
}

/* How a value of this type is written, where it is not plain. */
static const char *
type_help(const struct page_request *r, const json_t *field)
{
	static const struct { const char *type, *key; } list[] = { { "address", "ui_form_address" }, { "prefix", "ui_form_prefix" }, { "host-name", "ui_form_host_name" }, { "port", "ui_form_port" },
		{ "path", "ui_form_path" }, { "name", "ui_form_name" } };

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		if (strcmp(member(field, "type"), list[i].type) == 0)
			return page_word(r, list[i].key);
	return "";
}

/* `typed`: as it was sent, kept; else `values`, as they stand. */
void
view_fields(const struct page_request *r, json_t *page, const struct pairs *typed, const json_t *values)
{
	const json_t *fields = json_object_get(r->answer, "fields"), *errors = json_object_get(r->answer, "errors"), *field;
	json_t *list = json_array();
	size_t i;

	each(fields, i, field) {
		struct str name = arena_f(r->arena, "v.%s", member(field, "id"));
		const char *type = member(field, "type"), *value = typed ? arena_cstr(r->arena, pairs_get(typed, name.n ? name.p : "")) : member(values, member(field, "id"));
		bool chosen = strcmp(type, "choice") == 0 || strcmp(type, "yes-no") == 0 || strcmp(type, "row") == 0;
		bool digits = strcmp(type, "port") == 0 || strcmp(type, "number") == 0;
		struct str label = arena_f(r->arena, *member(field, "unit") ? "%s (%s)" : "%s", member(field, "label"), member(field, "unit"));
		json_t *item = json_object();

		value = value ? value : "";
		page_put(item, "name", name.n ? name.p : "");
		page_put(item, "type", strcmp(type, "date") == 0 ? "date" : "text");
		page_put(item, "autocomplete", "off");
		page_put(item, "label", label.n ? label.p : "");
		page_put(item, "help", *member(field, "help") ? member(field, "help") : type_help(r, field));
		page_put(item, "value", value);
		page_put(item, "error", member(errors, member(field, "id")));
		if (strcmp(member(item, "error"), member(item, "help")) == 0)
			page_put(item, "help", ""); /* said once */
		(void)json_object_set_new(item, "required", json_boolean(json_is_true(json_object_get(field, "required"))));
		(void)json_object_set_new(item, "lines", json_boolean(strcmp(type, "note") == 0 || strcmp(type, "names") == 0));
		(void)json_object_set_new(item, "digits", json_boolean(digits));
		if (json_is_integer(json_object_get(field, "max")) && !digits)
			(void)json_object_set(item, "max", json_object_get(field, "max"));
		if (chosen)
			(void)json_object_set_new(item, "options", options(r, field, value));
		(void)json_array_append_new(list, item);
	}
	(void)json_object_set_new(page, "fields", list);
}

/* ---- one row */

/* What a version changed, in words: "Port: 443 → 8443". */
static void
changes(const struct page_request *r, const json_t *now, const json_t *before, struct buf *out)
{
	const json_t *fields = json_object_get(r->answer, "fields"), *field;
	enum rc rc = RC_OK;
	size_t i;

	each(fields, i, field) {
		const char *a = register_value(r, field, json_object_get(before, "values")), *b = register_value(r, field, json_object_get(now, "values"));

		if (rc == RC_OK && strcmp(a, b) != 0)
			rc = buf_addf(out, "%s%s: %s → %s", out->n ? "\n" : "", member(field, "label"), *a ? a : "—", *b ? b : "—");
	}
	rc_trail_clear(); /* a cut line; the versions themselves are complete */
}

static void
row_history(const struct page_request *r, json_t *page)
{
	const json_t *history = json_object_get(r->answer, "history"), *one;
	json_t *table = table_new(page, "history", "", "");
	size_t i;

	table_column(table, page_word(r, "ui_register_since"));
	table_column(table, page_word(r, "ui_register_by"));
	table_column(table, page_word(r, "ui_register_what_changed"));
	table_column(table, page_word(r, "ui_register_entry"));
	if (!json_is_true(json_object_get(r->answer, "in_force"))) {
		json_t *row = table_row(table);

		one = json_array_get(history, 0);
		cell_time(table_cell(table, row, ""), json_object_get(one, "ended_at"));
		table_cell(table, row, member(one, "ended_who"));
		table_cell(table, row, page_word(r, "ui_register_ended"));
		cell_entry(table_cell(table, row, ""), json_object_get(one, "ended_leaf"));
	}
	each(history, i, one) {
		const json_t *before = json_array_get(history, i + 1);
		json_t *row = table_row(table);
		struct buf text = BUF(65536);

		cell_time(table_cell(table, row, ""), json_object_get(one, "since"));
		table_cell(table, row, member(one, "who"));
		if (before)
			changes(r, one, before, &text);
		table_cell(table, row, before ? buf_cstr(&text) : page_word(r, "ui_register_first"));
		cell_entry(table_cell(table, row, ""), json_object_get(one, "leaf"));
		buf_free(&text);
	}
}

void
view_register_row(const struct page_request *r, json_t *page, const struct pairs *typed)
{
	const json_t *d = r->answer, *fields = json_object_get(d, "fields"), *field, *findings = json_object_get(d, "findings"), *one;
	json_t *list = json_array(), *table = table_new(page, "findings", "", "");
	char number[24];
	size_t i;

	each(fields, i, field) {
		json_t *item = json_object();

		page_put(item, "label", member(field, "label"));
		page_put(item, "text", with_unit(r, field, register_value(r, field, json_object_get(d, "values"))));
		(void)json_array_append_new(list, item);
	}
	(void)json_object_set_new(page, "values", list);
	table_column(table, page_word(r, "ui_control"));
	table_column(table, page_word(r, "ui_status"));
	table_column(table, page_word(r, "ui_last_look"));
	each(findings, i, one) {
		json_t *row = table_row(table), *cell = table_cell(table, row, member(one, "name"));

		cell_link(cell, "control", member(one, "control"));
		page_put(cell, "note", json_is_string(json_object_get(one, "message")) ? member(one, "message") : page_word(r, "ui_never_looked"));
		page_put(table_cell(table, row, ""), "status", member(one, "verdict"));
		cell_time(table_cell(table, row, ""), json_object_get(one, "at"));
	}
	(void)snprintf(number, sizeof(number), "%lld", (long long)html_number(json_object_get(d, "version"))); /* fits */
	page_put(page, "version", number);
	page_put(page, "name", member(json_object_get(d, "values"), member(json_object_get(d, "register"), "key")));
	view_fields(r, page, typed, json_object_get(d, "values"));
	row_history(r, page);
}

/* ---- a table before it is imported */

/* Back in the page, for the import itself: as lines, which is all that a field of a page can hold. */
static void
keep_csv(const struct page_request *r, json_t *page, struct str csv)
{
	char *to = arena_get(r->arena, csv.n + 1);
	size_t n = 0;

	if (str_starts(csv, STR("\xef\xbb\xbf")))
		csv = str_sub(csv, 3, csv.n);
	for (size_t i = 0; to && i < csv.n; i++)
		if (csv.p[i] != '\r')
			to[n++] = csv.p[i];
	(void)json_object_set_new(page, "csv", json_stringn(to ? to : "", n));
}

/* A field that no line of the table has is no column of the preview. */
static bool
told(const json_t *rows, const char *id)
{
	const json_t *one;
	size_t i;

	each(rows, i, one)
		if (*member(json_object_get(one, "values"), id) || *member(json_object_get(one, "errors"), id))
			return true;
	return false;
}

void
view_register_preview(const struct page_request *r, json_t *page, struct str csv)
{
	const json_t *fields = json_object_get(r->answer, "fields"), *rows = json_object_get(r->answer, "rows"), *one, *field;
	json_t *table = table_new(page, "table", "", "");
	char number[24], key[64];
	bool shown[64];
	size_t i, k;

	table_column(table, page_word(r, "ui_register_line"));
	table_column(table, page_word(r, "ui_status"));
	each(fields, k, field)
		if (k < sizeof(shown) && (shown[k] = told(rows, member(field, "id"))))
			table_column(table, member(field, "label"));
	each(rows, i, one) {
		const char *state = member(one, "state");
		json_t *row = table_row(table), *cell;

		(void)snprintf(number, sizeof(number), "%lld", (long long)html_number(json_object_get(one, "line"))); /* fits */
		table_cell(table, row, number);
		(void)snprintf(key, sizeof(key), "ui_register_state_%.20s", state); /* our own short words */
		cell = table_cell(table, row, "");
		page_put(cell, "tag", page_word(r, key));
		page_put(cell, "mark", strcmp(state, "wrong") == 0 ? "open" : "");
		page_put(cell, "error", member(one, "sentence"));
		each(fields, k, field) {
			if (k >= sizeof(shown) || !shown[k])
				continue;
			cell = table_cell(table, row, register_value(r, field, json_object_get(one, "values")));
			page_put(cell, "error", member(json_object_get(one, "errors"), member(field, "id")));
		}
	}
	keep_csv(r, page, csv);
}
