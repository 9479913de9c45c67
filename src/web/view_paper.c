// SPDX-License-Identifier: Apache-2.0
/* Models of papers: whose turn it is, the papers of a form, one paper with its versions and steps, its form. */
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "base/time_text.h"
#include "document/document.h"
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

/* One date of one paper: its field stands in the column of its use. */
static json_t *
renewal_date(const struct page_request *r, const json_t *one, const char *use, const char *head)
{
	json_t *cell = json_object();
	const json_t *field;
	size_t i;

	page_put(cell, "head", page_word(r, head));
	each(json_object_get(one, "fields"), i, field)
		if (strcmp(html_member(field, "use"), use) == 0) {
			struct str name = arena_f(r->arena, "v.%s.%s", html_member(one, "id"), html_member(field, "id")), label = arena_f(r->arena, "%s: %s", html_member(one, "title"), html_member(field, "label"));

			page_put(cell, "name", name.n ? name.p : "");
			page_put(cell, "label", label.n ? label.p : "");
			page_put(cell, "value", html_member(field, "value"));
			page_put(cell, "error", html_member(field, "error"));
		}
	return cell;
}

/* The papers of one's side that run out or want a look, each with the dates of its next version. */
void
view_paper_renewal(const struct page_request *r, json_t *page)
{
	const json_t *rows = json_object_get(r->answer, "rows"), *one;
	const char *filed = page_query(r, "filed");
	struct civil by = time_civil(html_number(json_object_get(r->answer, "by")));
	struct str day = arena_f(r->arena, "%04d-%02d-%02d", by.year, by.month, by.day);
	json_t *list = json_array(), *date;
	bool wrong = false;
	int64_t count;
	size_t i, k;

	each(rows, i, one) {
		json_t *row = json_object(), *dates = json_array(), *tag = json_object();

		page_put(row, "id", html_member(one, "id"));
		page_put(row, "form", html_member(one, "form"));
		page_put(row, "title", html_member(one, "title"));
		page_put(row, "leaf", html_member(one, "leaf"));
		page_put(row, "error", html_member(one, "error"));
		wrong |= *html_member(one, "error") != '\0';
		page_put(row, "attached", json_is_true(json_object_get(one, "attached")) ? "yes" : "");
		(void)json_object_set(row, "ticked", json_object_get(one, "ticked"));
		(void)json_object_set(row, "until", json_object_get(one, "until"));
		(void)json_object_set(row, "review", json_object_get(one, "review"));
		state_cell(r, tag, one);
		(void)json_object_set_new(row, "state", tag);
		(void)json_array_append_new(dates, renewal_date(r, one, "from", "ui_paper_from"));
		(void)json_array_append_new(dates, renewal_date(r, one, "until", "ui_paper_until"));
		(void)json_array_append_new(dates, renewal_date(r, one, "review", "ui_paper_review"));
		each(dates, k, date)
			wrong |= *html_member(date, "error") != '\0';
		(void)json_object_set_new(row, "dates", dates);
		(void)json_array_append_new(list, row);
	}
	if (wrong && r->problem && *r->problem) /* said at each row */
		page_put(page, "problem", page_word(r, "ui_renewal_wrong"));
	page_put(page, "any", json_array_size(list) ? "yes" : "");
	(void)json_object_set_new(page, "rows", list);
	page_put(page, "by", day.n ? day.p : "");
	page_put(page, "can_renew", json_is_true(json_object_get(r->answer, "can_renew")) ? "yes" : "");
	page_put(page, "more", html_number(json_object_get(r->answer, "more")) ? "yes" : "");
	if (num_parse(str_of(filed), 1, 1000, &count) == RC_OK)
		(void)json_object_set_new(page, "filed", json_integer(count));
	rc_trail_clear(); /* nothing was filed just now */
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

/* One value as its field shows it. */
static const char *
value_shown(const struct page_request *r, const json_t *field, const json_t *value)
{
	json_t *values = json_object();
	const char *shown;

	(void)json_object_set(values, html_member(field, "id"), (json_t *)(uintptr_t)value); /* only counted */
	shown = register_value(r, field, values);
	json_decref(values);
	return *shown ? shown : "—";
}

/* Old and new side by side, of each version against the one it follows; the newest first. */
static void
changes(const struct page_request *r, json_t *page)
{
	static const char *const heads[] = { "ui_paper_compared", "ui_paper_item", "ui_paper_old", "ui_paper_new_value" };
	const json_t *steps = json_object_get(r->answer, "steps"), *fields = json_object_get(r->answer, "fields"), *one, *field;
	json_t *table = table_new(page, "changes", "", ""), *step;
	size_t i, k, f;
	bool any = false;

	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		table_column(table, page_word(r, heads[i]));
	for (i = json_array_size(steps); i > 0; i--) {
		step = json_array_get(steps, i - 1);
		each(json_object_get(step, "differs"), k, one) {
			struct str versions = arena_f(r->arena, r->english ? "v%lld → v%lld" : "第%lld版 → 第%lld版", (long long)html_number(json_object_get(one, "from")), (long long)html_number(json_object_get(step, "version")));
			const char *label = page_word(r, "ui_paper_files"), *old = html_member(one, "old"), *new = html_member(one, "new");
			json_t *row = table_row(table);

			each(fields, f, field)
				if (strcmp(html_member(field, "id"), html_member(one, "id")) == 0) {
					label = html_member(field, "label");
					old = value_shown(r, field, json_object_get(one, "old"));
					new = value_shown(r, field, json_object_get(one, "new"));
				}
			table_cell(table, row, versions.n ? versions.p : "");
			table_cell(table, row, label);
			table_cell(table, row, *old ? old : "—");
			table_cell(table, row, *new ? new : "—");
			any = true;
		}
	}
	page_put(page, "differs", any ? "yes" : "");
}

static void
history(const struct page_request *r, json_t *page)
{
	static const char *const heads[] = { "ui_exception_step", "ui_exception_when", "ui_exception_who", "ui_paper_note", "ui_exception_entry" };
	const json_t *steps = json_object_get(r->answer, "steps"), *one;
	json_t *table = table_new(page, "history", "", "");
	size_t i;

	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		table_column(table, page_word(r, heads[i]));
	for (i = json_array_size(steps); i > 0; i--) {
		json_t *row = table_row(table), *cell;
		struct str what;

		one = json_array_get(steps, i - 1);
		what = *html_member(one, "stage") ? str_of(html_member(one, "stage")) : strcmp(html_member(one, "step"), "closed") == 0 ? str_of(closings(r, json_object_get(one, "closing"))) : str_of(page_value_word(r, "ui_paper_step", html_member(one, "step")));
		what = arena_f(r->arena, r->english ? STR_FMT " (v%lld)" : STR_FMT "（第%lld版）", STR_ARG(what), (long long)html_number(json_object_get(one, "version")));
		table_cell(table, row, what.n ? what.p : "");
		cell_time(table_cell(table, row, ""), json_object_get(one, "at"));
		cell = table_cell(table, row, html_member(one, "who"));
		page_put(cell, "note", page_side(r, html_member(one, "side")));
		table_cell(table, row, html_member(one, "reason"));
		cell_entry(table_cell(table, row, ""), json_object_get(one, "leaf"));
	}
}

/* Who does which stage, and who did. */
static void
stages(const struct page_request *r, json_t *page)
{
	static const char *const heads[] = { "ui_paper_stage", "ui_role", "ui_paper_state", "ui_exception_who", "ui_exception_when" };
	json_t *table = table_new(page, "stages", "", "");
	const json_t *one;
	size_t i;

	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		table_column(table, page_word(r, heads[i]));
	each(json_object_get(r->answer, "stages"), i, one) {
		json_t *row = table_row(table), *cell = table_cell(table, row, html_member(one, "name"));

		table_cell(table, row, page_value_word(r, "role", html_member(one, "role")));
		cell = table_cell(table, row, "");
		page_put(cell, "tag", page_value_word(r, "ui_paper_stage", html_member(one, "state")));
		page_put(cell, "mark", strcmp(html_member(one, "state"), "open") == 0 ? "open" : "");
		table_cell(table, row, html_member(one, "who"));
		cell_time(table_cell(table, row, ""), json_object_get(one, "at"));
	}
	page_put(page, "staged", json_array_size(json_object_get(r->answer, "stages")) ? "yes" : "");
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
	const json_t *d = r->answer;
	json_t *tag = json_object();
	char number[24];

	values_put(r, page);
	state_cell(r, tag, d);
	(void)json_object_set_new(page, "state", tag);
	page_put(page, "turn_text", strcmp(html_member(d, "turn"), "none") == 0 ? "" : page_side(r, html_member(d, "turn")));
	page_put(page, "receive", closings(r, json_object_get(d, "receive_word")));
	page_put(page, "approve", closings(r, json_object_get(d, "approve_word")));
	(void)snprintf(number, sizeof(number), "%lld", (long long)html_number(json_object_get(d, "shown_leaf"))); /* fits */
	page_put(page, "leaf", number);
	page_put(page, "attached", html_member(d, "attached"));
	attachments(r, page);
	stages(r, page);
	changes(r, page);
	history(r, page);
}

/* ---- gates */

void
view_gates(const struct page_request *r, json_t *page)
{
	static const char *const heads[] = { "ui_gate_name", "ui_gate_state", "ui_gate_missing", "ui_gate_closes", "ui_gate_stops" };
	json_t *table = table_new(page, "table", page_word(r, "ui_gates_empty"), "");
	const json_t *one, *what;
	size_t i, k;

	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		table_column(table, page_word(r, heads[i]));
	each(json_object_get(r->answer, "rows"), i, one) {
		json_t *row = table_row_of(table, one), *cell = table_cell(table, row, html_member(one, "name"));
		struct str stops = STR_NONE;

		page_put(cell, "note", html_member(one, "about"));
		cell = table_cell(table, row, "");
		page_put(cell, "tag", page_value_word(r, "ui_gate", html_member(one, "state")));
		page_put(cell, "mark", strcmp(html_member(one, "state"), "open") == 0 ? "" : "open");
		cell = table_cell(table, row, json_array_size(json_object_get(one, "missing")) ? "" : page_word(r, "ui_gate_nothing"));
		each(json_object_get(one, "missing"), k, what) {
			struct str text = arena_f(r->arena, r->english ? "%s (%s)%s" : "%s（%s）%s", html_member(what, "name"), page_side(r, html_member(what, "turn")), json_is_true(json_object_get(what, "on_its_way")) ? page_word(r, "ui_gate_way") : "");

			cell_more(cell, "control", html_member(what, "control"), text.n ? text.p : "");
		}
		cell_time(table_cell(table, row, ""), json_object_get(one, "closes"));
		each(json_object_get(one, "acts"), k, what)
			stops = arena_f(r->arena, STR_FMT "%s%s", STR_ARG(stops), k ? r->english ? ", " : "、" : "", strcmp(html_string(what), "export") == 0 ? page_word(r, "ui_gate_export") : word_act(act_of(str_of(html_string(what))), r->english ? LANG_EN : LANG_JA));
		table_cell(table, row, stops.n ? stops.p : page_word(r, "ui_gate_no_act"));
	}
	table_list(r, page, table, "ui_gate_search");
}

/* ---- on paper */

/* 2026年11月23日, as letters are dated. */
static struct str
date_of(const struct page_request *r, const json_t *at)
{
	struct civil t = time_civil(html_number(at));

	if (html_number(at) == 0)
		return STR_NONE;
	return r->english ? arena_f(r->arena, "%d-%02d-%02d", t.year, t.month, t.day) : arena_f(r->arena, "%d年%d月%d日（令和%d年）", t.year, t.month, t.day, t.year - 2018);
}

static enum rc
files_on_paper(const struct page_request *r, struct buf *tape)
{
	const struct doc_column columns[] = { { DOC_CELL_TEXT, 0, str_of(page_word(r, "ui_paper_file_name")) }, { DOC_CELL_TEXT, 0, str_of(page_word(r, "ui_paper_file_hash")) } };
	const json_t *files = json_object_get(r->answer, "files"), *one;
	size_t i;
	enum rc rc = RC_OK;

	if (json_array_size(files) == 0)
		goto out;
	TRY(doc_table(tape, str_of(page_word(r, "ui_paper_files")), columns, 2));
	each(files, i, one)
		TRY(doc_row(tape, (struct str[]){ str_of(html_member(one, "name")), str_of(html_member(one, "sha256")) }, 2));
out:
	return rc;
}

/* What each side did about it, with the ledger's number of each. */
static enum rc
steps_on_paper(const struct page_request *r, struct buf *tape)
{
	static const char *const heads[] = { "ui_exception_when", "ui_exception_step", "ui_exception_who", "ui_exception_entry" };
	struct doc_column columns[4];
	const json_t *one;
	size_t i;
	enum rc rc = RC_OK;

	for (i = 0; i < 4; i++)
		columns[i] = (struct doc_column){ i == 0 ? DOC_CELL_TIME : DOC_CELL_TEXT, 0, str_of(page_word(r, heads[i])) };
	TRY(doc_table(tape, str_of(page_word(r, "ui_exception_history")), columns, 4));
	each(json_object_get(r->answer, "steps"), i, one) {
		const char *step = strcmp(html_member(one, "step"), "closed") == 0 ? closings(r, json_object_get(one, "closing")) : page_value_word(r, "ui_paper_step", html_member(one, "step"));
		struct civil t = time_civil(html_number(json_object_get(one, "at")));

		TRY(doc_row(tape, (struct str[]){ arena_f(r->arena, "%04d-%02d-%02d %02d:%02d:%02d", t.year, t.month, t.day, t.hour, t.minute, t.second),
		    arena_f(r->arena, r->english ? "%s (v%lld)" : "%s（第%lld版）", step, (long long)html_number(json_object_get(one, "version"))),
		    arena_f(r->arena, r->english ? "%s (%s)" : "%s（%s）", html_member(one, "who"), page_side(r, html_member(one, "side"))), arena_f(r->arena, "#%lld", (long long)html_number(json_object_get(one, "leaf"))) }, 4));
	}
out:
	return rc;
}

enum rc
view_paper_document(const struct page_request *r, struct buf *tape)
{
	const json_t *d = r->answer, *fields = json_object_get(d, "fields"), *values = json_object_get(d, "values"), *one;
	const char *number = html_member(values, "number"), *writes = html_member(json_object_get(d, "form_info"), "writes"), *state = page_value_word(r, "ui_paper", html_member(d, "state"));
	bool contractor = strcmp(writes, "contractor") == 0;
	struct doc_head head = { .english = r->english, .title = str_of(html_member(d, "title")), .date = date_of(r, json_object_get(d, "filed")) };
	size_t i;
	enum rc rc = RC_OK;

	if (*number)
		head.number = arena_f(r->arena, "%s %s", page_word(r, "ui_paper_number"), number);
	head.to = arena_f(r->arena, r->english ? "%s" : "%s 様", page_side(r, contractor ? "client" : "contractor"));
	head.from = str_of(page_side(r, writes));
	TRY(doc_head(tape, &head));
	TRY(doc_heading(tape, str_of(page_word(r, "ui_paper_below"))));
	each(fields, i, one) {
		const char *value = register_value(r, one, values), *unit = html_member(one, "unit");

		if (*value && strcmp(html_member(one, "id"), "number") != 0)
			TRY(doc_pair(tape, str_of(html_member(one, "label")), *unit ? arena_f(r->arena, "%s %s", value, unit) : str_of(value)));
	}
	TRY(doc_pair(tape, str_of(page_word(r, "ui_paper_state")), arena_f(r->arena, r->english ? "%s (v%lld, ledger #%lld)" : "%s（第%lld版、台帳 #%lld）", state,
	    (long long)html_number(json_object_get(d, "shown_version")), (long long)html_number(json_object_get(d, "shown_leaf")))));
	TRY(files_on_paper(r, tape));
	TRY(steps_on_paper(r, tape));
out:
	return rc;
}
