// SPDX-License-Identifier: Apache-2.0
/* Models of registers: rows become the one table, fields the one form. */
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "form/csv_map.h"
#include "message/message.h"
#include "web/page_int.h"

#define COLUMNS_MAX 6 /* of a list; the page of a row shows the rest */

/* ---- values */

const char *
register_value(const struct page_request *r, const json_t *field, const json_t *values)
{
	const char *value = html_member(values, html_member(field, "id"));
	const json_t *choices = json_object_get(field, "choices"), *one;
	size_t i;

	each(choices, i, one)
		if (*value && strcmp(html_member(one, "id"), value) == 0)
			return html_member(one, "word");
	if (*value && strcmp(html_member(field, "type"), "row") == 0 && *html_member(json_object_get(r->answer, "words"), value)) /* there are too many to choose from */
		return html_member(json_object_get(r->answer, "words"), value);
	if (*value && strcmp(html_member(field, "type"), "yes-no") == 0)
		return page_word(r, strcmp(value, "yes") == 0 ? "ui_yes" : "ui_no");
	return value;
}

/* "60 ℃", as a list and a row show it. */
static const char *
with_unit(const struct page_request *r, const json_t *field, const char *value)
{
	const char *unit = html_member(field, "unit");
	struct str both = *value && *unit ? arena_f(r->arena, "%s %s", value, unit) : STR_NONE;

	return both.n ? both.p : value;
}

void
values_put(const struct page_request *r, json_t *page)
{
	const json_t *field;
	json_t *list = json_array();
	size_t i;

	each(json_object_get(r->answer, "fields"), i, field) {
		json_t *item = json_object();

		page_put(item, "label", html_member(field, "label"));
		page_put(item, "text", with_unit(r, field, register_value(r, field, json_object_get(r->answer, "values"))));
		(void)json_array_append_new(list, item);
	}
	(void)json_object_set_new(page, "values", list);
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
		json_t *row = table_row_of(table, one), *cell = table_cell(table, row, html_member(one, "name"));

		cell_link(cell, "register", html_member(one, "id"));
		page_put(cell, "note", html_member(one, "about"));
		(void)snprintf(number, sizeof(number), "%lld", (long long)html_number(json_object_get(one, "rows"))); /* fits */
		table_cell(table, row, number);
		(void)snprintf(key, sizeof(key), strcmp(html_member(one, "writes"), "either") == 0 ? "ui_side_%.40s" : "side_%.40s", html_member(one, "writes")); /* our own short words */
		table_cell(table, row, page_word(r, key));
	}
	table_list(r, page, table, "ui_registers_search");
	page_put(page, "export", "register");
}

/* ---- the rows of one */

/* The query without the numbers that an import brought here, which are said once. */
static void
said_once(const struct pairs *query, struct pairs *ret)
{
	ret->n = 0;
	for (size_t i = 0; query && i < query->n; i++)
		if (!str_eq_c(query->at[i].name, "added") && !str_eq_c(query->at[i].name, "changed"))
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
	    searched || ended ? "" : html_member(json_object_get(d, "register"), "about"));
	json_t *chips = json_array();
	size_t i, k;

	said_once(request->query, &query);
	here.query = &query;
	each(fields, k, field)
		if (k < COLUMNS_MAX)
			column_sorts(r, table_column(table, html_member(field, "label")), html_member(field, "id"), strcmp(html_member(json_object_get(d, "register"), "key"), html_member(field, "id")) == 0);
	column_sorts(r, table_column(table, page_word(r, ended ? "ui_register_ended_at" : "ui_register_since")), "since", false);
	table_column(table, page_word(r, "ui_register_by"));
	each(rows, i, one) {
		json_t *row = table_row(table), *cell;

		each(fields, k, field) {
			if (k >= COLUMNS_MAX)
				break;
			cell = table_cell(table, row, with_unit(r, field, register_value(r, field, json_object_get(one, "values"))));
			if (k == 0)
				cell_link(cell, "register-row", html_member(one, "id"));
		}
		cell_time(table_cell(table, row, ""), json_object_get(one, ended ? "ended_at" : "since"));
		table_cell(table, row, html_member(one, ended ? "ended_who" : "who"));
	}
	(void)json_object_set_new(table, "clear", json_boolean(searched));
	table_pager(r, table);
	page_chip(r, chips, page_word(r, "ui_register_chip_ended"), "ended", "yes");
	(void)json_object_set_new(page, "chips", chips);
	imported(request, page);
	table_counted(r, page, table, html_number(json_object_get(d, "total")), "ui_register_search");
	page_put(page, "add", json_is_true(json_object_get(json_object_get(d, "register"), "can_write")) ? page_word(r, "ui_register_add") : "");
	page_put(page, "export", "register");
	page_put(page, "export_of", html_member(json_object_get(d, "register"), "id"));
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
		option_add(list, html_member(one, "id"), html_member(one, "word"), now);
	if (strcmp(html_member(field, "type"), "yes-no") == 0) {
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
		if (strcmp(html_member(field, "type"), list[i].type) == 0)
			return page_word(r, list[i].key);
	return "";
}

/* What a link to a form fills in ("?v.FIELD=…"): nobody typed it, so nothing is wrong with it yet. NULL: nothing. */
static const struct pairs *
given_pairs(const struct page_request *r)
{
	for (size_t i = 0; r->query && i < r->query->n; i++)
		if (str_starts(r->query->at[i].name, STR("v.")))
			return r->query;
	return NULL;
}

/* `typed`: as it was sent, kept; else `values`, as they stand. */
void
view_fields(const struct page_request *r, json_t *page, const struct pairs *typed, const json_t *values)
{
	const struct pairs *given = typed ? NULL : given_pairs(r);
	const json_t *fields = json_object_get(r->answer, "fields"), *errors = json_object_get(r->answer, "errors"), *field;
	json_t *list = json_array();
	size_t i;

	each(fields, i, field) {
		struct str name = arena_f(r->arena, "v.%s", html_member(field, "id"));
		const char *type = html_member(field, "type"), *value = typed || given ? arena_cstr(r->arena, pairs_get(typed ? typed : given, name.n ? name.p : "")) : html_member(values, html_member(field, "id"));
		bool chosen = strcmp(type, "choice") == 0 || strcmp(type, "yes-no") == 0 || (strcmp(type, "row") == 0 && json_array_size(json_object_get(field, "choices")));
		bool digits = strcmp(type, "port") == 0 || strcmp(type, "number") == 0;
		struct str label = arena_f(r->arena, *html_member(field, "unit") ? "%s (%s)" : "%s", html_member(field, "label"), html_member(field, "unit"));
		json_t *item = json_object();

		value = value ? value : "";
		page_put(item, "name", name.n ? name.p : "");
		page_put(item, "type", strcmp(type, "date") == 0 ? "date" : "text");
		page_put(item, "autocomplete", "off");
		page_put(item, "label", label.n ? label.p : "");
		page_put(item, "help", *html_member(field, "help") ? html_member(field, "help") : type_help(r, field));
		page_put(item, "value", value);
		page_put(item, "error", given ? "" : html_member(errors, html_member(field, "id")));
		if (strcmp(html_member(item, "error"), html_member(item, "help")) == 0)
			page_put(item, "help", ""); /* said once */
		(void)json_object_set_new(item, "required", json_boolean(json_is_true(json_object_get(field, "required"))));
		(void)json_object_set_new(item, "lines", json_boolean(strcmp(type, "note") == 0 || strcmp(type, "names") == 0 || strcmp(type, "logic") == 0));
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
			rc = buf_addf(out, "%s%s: %s → %s", out->n ? "\n" : "", html_member(field, "label"), *a ? a : "—", *b ? b : "—");
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
		table_cell(table, row, html_member(one, "ended_who"));
		table_cell(table, row, page_word(r, "ui_register_ended"));
		cell_entry(table_cell(table, row, ""), json_object_get(one, "ended_leaf"));
	}
	each(history, i, one) {
		const json_t *before = json_array_get(history, i + 1);
		json_t *row = table_row(table);
		struct buf text = BUF(65536);

		cell_time(table_cell(table, row, ""), json_object_get(one, "since"));
		table_cell(table, row, html_member(one, "who"));
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
	json_t *table = table_new(page, "findings", "", "");
	char number[24];
	size_t i;

	values_put(r, page);
	table_column(table, page_word(r, "ui_control"));
	table_column(table, page_word(r, "ui_status"));
	table_column(table, page_word(r, "ui_last_look"));
	each(findings, i, one) {
		json_t *row = table_row(table), *cell = table_cell(table, row, html_member(one, "name"));

		cell_link(cell, "control", html_member(one, "control"));
		page_put(cell, "note", json_is_string(json_object_get(one, "message")) ? html_member(one, "message") : page_word(r, "ui_never_looked"));
		page_put(table_cell(table, row, ""), "status", html_member(one, "verdict"));
		cell_time(table_cell(table, row, ""), json_object_get(one, "at"));
	}
	(void)snprintf(number, sizeof(number), "%lld", (long long)html_number(json_object_get(d, "version"))); /* fits */
	page_put(page, "version", number);
	(void)json_object_set_new(page, "removable", json_boolean(json_is_true(json_object_get(d, "can_write")) && strcmp(html_member(json_object_get(d, "register"), "id"), "person") == 0));
	(void)json_object_set_new(page, "lockable", json_boolean(json_is_true(json_object_get(d, "lockable"))));
	(void)json_object_set_new(page, "unlockable", json_boolean(json_is_true(json_object_get(d, "unlockable"))));
	page_put(page, "account", html_member(json_object_get(d, "values"), "account"));
	each(fields, i, field)
		if (strcmp(html_member(field, "id"), html_member(json_object_get(d, "register"), "key")) == 0)
			page_put(page, "name", register_value(r, field, json_object_get(d, "values")));
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
		if (*html_member(json_object_get(one, "values"), id) || *html_member(json_object_get(one, "errors"), id))
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
		if (k < sizeof(shown) && (shown[k] = told(rows, html_member(field, "id"))))
			table_column(table, html_member(field, "label"));
	each(rows, i, one) {
		const char *state = html_member(one, "state");
		json_t *row = table_row(table), *cell;

		(void)snprintf(number, sizeof(number), "%lld", (long long)html_number(json_object_get(one, "line"))); /* fits */
		table_cell(table, row, number);
		(void)snprintf(key, sizeof(key), "ui_register_state_%.20s", state); /* our own short words */
		cell = table_cell(table, row, "");
		page_put(cell, "tag", page_word(r, key));
		page_put(cell, "mark", strcmp(state, "wrong") == 0 ? "open" : "");
		page_put(cell, "error", html_member(one, "sentence"));
		each(fields, k, field) {
			if (k >= sizeof(shown) || !shown[k])
				continue;
			cell = table_cell(table, row, register_value(r, field, json_object_get(one, "values")));
			page_put(cell, "error", html_member(json_object_get(one, "errors"), html_member(field, "id")));
		}
	}
	keep_csv(r, page, csv);
}

/* ---- which column of a table is which field */

#define SAMPLE_ROWS  6
#define HEADINGS_MAX 12

static const char *
chosen_text(const struct page_request *r, const struct pairs *chosen, const char *prefix, const char *id)
{
	struct str key = arena_f(r->arena, "%s.%s", prefix, id);
	const char *s = chosen && key.n ? arena_cstr(r->arena, pairs_get(chosen, key.p)) : NULL;

	return s ? s : "";
}

size_t
map_heading(const struct csv *t, const struct pairs *chosen)
{
	int64_t line = 0;

	if (!pairs_has(chosen, "heading"))
		return csv_heading(t);
	if (num_parse(pairs_get(chosen, "heading"), 0, (int64_t)t->count - 1, &line) != RC_OK) {
		rc_trail_clear();
		return csv_heading(t);
	}
	return (size_t)line;
}

/* The columns by letter and heading, as a spreadsheet calls them; `on`: counted from 1. */
static json_t *
column_options(const struct page_request *r, const struct csv_row *heading, size_t widest, size_t on)
{
	json_t *list = json_array();
	char value[24];

	for (size_t i = 0; i < widest; i++) {
		struct str cell = i < heading->count ? str_trim(heading->cells[i]) : STR_NONE, text = arena_f(r->arena, "%s%c: " STR_FMT, i >= 26 ? (const char *[]){ "A", "B", "C" }[(i / 26 - 1) % 3] : "", (char)('A' + i % 26), STR_ARG(cell));
		char now[24];

		(void)snprintf(value, sizeof(value), "%zu", i + 1); /* fits */
		(void)snprintf(now, sizeof(now), "%zu", on);        /* fits */
		option_add(list, value, text.n ? text.p : value, now);
	}
	return list;
}

/* The column that was chosen; none was yet: the one whose heading is the field's. */
static size_t
column_of(const struct page_request *r, const json_t *field, const struct csv_row *heading, const struct pairs *chosen)
{
	const char *id = html_member(field, "id"), *said = chosen_text(r, chosen, "col", id);
	int64_t n = 0;

	if (*said) {
		if (num_parse(str_of(said), 0, CSV_CELLS_MAX, &n) != RC_OK)
			rc_trail_clear();
		return (size_t)n;
	}
	for (size_t i = 0; i < heading->count; i++) {
		struct str cell = str_trim(heading->cells[i]);

		if (str_eq_c(cell, id) || str_eq_c(cell, html_member(field, "label")))
			return i + 1;
	}
	return 0;
}

static json_t *
map_row(const struct page_request *r, const json_t *field, const struct csv_row *heading, size_t widest, const struct pairs *chosen)
{
	const char *id = html_member(field, "id"), *type = html_member(field, "type"), *fixed = chosen_text(r, chosen, "fix", id);
	json_t *o = json_object();

	page_put(o, "id", id);
	page_put(o, "label", html_member(field, "label"));
	(void)json_object_set_new(o, "required", json_boolean(json_is_true(json_object_get(field, "required"))));
	(void)json_object_set_new(o, "columns", column_options(r, heading, widest, column_of(r, field, heading, chosen)));
	(void)json_object_set_new(o, "down", json_boolean(*chosen_text(r, chosen, "down", id)));
	page_put(o, "fixed", fixed);
	if (strcmp(type, "choice") == 0 || strcmp(type, "yes-no") == 0 || json_array_size(json_object_get(field, "choices")))
		(void)json_object_set_new(o, "options", options(r, field, fixed));
	return o;
}

enum rc
view_register_map(const struct page_request *r, json_t *page, struct str csv, const struct pairs *chosen)
{
	const json_t *fields = json_object_get(r->answer, "fields"), *field;
	json_t *map = json_array(), *headings = json_array(), *sample;
	size_t heading, widest = 0, i;
	struct csv t;
	enum rc rc = RC_OK;

	(void)json_object_set_new(page, "map", map);
	(void)json_object_set_new(page, "headings", headings);
	TRY(csv_parse(csv, r->arena, &t));
	if (t.count == 0)
		TRY(FAIL(RC_SYNTAX, "表が空です / the table is empty"));
	heading = map_heading(&t, chosen);
	for (i = 0; i < t.count; i++)
		widest = t.rows[i].count > widest ? t.rows[i].count : widest;
	for (i = 0; i < t.count && i < HEADINGS_MAX; i++) {
		struct str first = STR_NONE, text;
		char value[24], now[24];

		for (size_t k = 0; k < t.rows[i].count && first.n == 0; k++)
			first = str_trim(t.rows[i].cells[k]);
		text = arena_f(r->arena, "%zu: " STR_FMT, t.rows[i].line, STR_ARG(first));
		(void)snprintf(value, sizeof(value), "%zu", i);       /* fits */
		(void)snprintf(now, sizeof(now), "%zu", heading);     /* fits */
		option_add(headings, value, text.n ? text.p : value, now);
	}
	each(fields, i, field)
		(void)json_array_append_new(map, map_row(r, field, &t.rows[heading], widest, chosen));
	sample = table_new(page, "sample", "", "");
	table_column(sample, page_word(r, "ui_register_line"));
	for (i = 0; i < widest; i++)
		table_column(sample, html_member(json_array_get(json_object_get(json_array_get(map, 0), "columns"), i), "text"));
	for (i = heading + 1; i < t.count && i <= heading + SAMPLE_ROWS; i++) {
		json_t *row = table_row(sample);
		struct str line = arena_f(r->arena, "%zu", t.rows[i].line);

		table_cell(sample, row, line.n ? line.p : "");
		for (size_t k = 0; k < widest; k++) {
			const char *text = k < t.rows[i].count ? arena_cstr(r->arena, t.rows[i].cells[k]) : "";

			table_cell(sample, row, text ? text : "");
		}
	}
	keep_csv(r, page, csv);
out:
	return rc;
}
