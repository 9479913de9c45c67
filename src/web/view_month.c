// SPDX-License-Identifier: Apache-2.0
/* Models of months: all of them; one with its clauses, what happened, what changed; and the same on paper, two pages and an annex. */
#include <stdio.h>
#include <string.h>

#include "base/time_text.h"
#include "document/document.h"
#include "web/page_int.h"

#define SHOWN_INTERVALS 3
#define SUMMARY_ROWS    20 /* of clauses that do not conform: with the rest of it two pages */

static const char *
number_text(const struct page_request *r, const json_t *n)
{
	struct str s = arena_f(r->arena, "%lld", (long long)html_number(n));

	return s.n ? s.p : "";
}

static const char *
status_word(const struct page_request *r, const char *status)
{
	return page_value_word(r, "status", status);
}

static const char *
minute_text(const struct page_request *r, const json_t *at)
{
	struct civil t = time_civil(html_number(at));
	struct str s = arena_f(r->arena, "%d-%02d-%02d %02d:%02d", t.year, t.month, t.day, t.hour, t.minute);

	return html_number(at) && s.n ? s.p : "";
}

static json_t *
heads(const struct page_request *r, json_t *table, const char *const *keys)
{
	for (; *keys; keys++)
		table_column(table, page_word(r, *keys));
	return table;
}

/* ---- all of them */

void
view_months(const struct page_request *r, json_t *page)
{
	static const char *const keys[] = { "ui_month", "ui_contract", "ui_month_state", "ui_month_version", "ui_turn", "ui_month_verdict", NULL };
	const json_t *one;
	json_t *table = heads(r, table_new(page, "table", page_word(r, "ui_months_empty"), ""), keys);
	size_t i;

	each(json_object_get(r->answer, "rows"), i, one) {
		const char *state = html_member(one, "state"), *status;
		json_t *row = table_row_of(table, one), *cell = table_cell(table, row, html_member(one, "month")), *n;
		struct str counts = STR_NONE;

		cell_link(cell, "month", html_member(one, "id"));
		table_cell(table, row, html_member(one, "contract_name"));
		cell = table_cell(table, row, "");
		page_put(cell, "tag", page_value_word(r, "ui_month", state));
		page_put(cell, "mark", strcmp(state, "accepted") == 0 ? "" : "open");
		table_cell(table, row, number_text(r, json_object_get(one, "version")));
		table_cell(table, row, *html_member(one, "turn") ? page_side(r, html_member(one, "turn")) : "");
		json_object_foreach(json_object_get(one, "counts"), status, n)
			counts = arena_f(r->arena, STR_FMT "%s%s %lld", STR_ARG(counts), counts.n ? r->english ? ", " : "、" : "", status_word(r, status), (long long)html_number(n));
		table_cell(table, row, counts.n ? counts.p : "");
	}
	table_list(r, page, table, "ui_months_search");
	page_put(page, "export", "month");
}

/* ---- one */

static const char *
interval_text(const struct page_request *r, const json_t *one)
{
	struct str s = arena_f(r->arena, "%s – %s %s", minute_text(r, json_array_get(one, 0)), minute_text(r, json_array_get(one, 1)), status_word(r, html_string(json_array_get(one, 2))));

	return s.n ? s.p : "";
}

/* The first few of them; how many more there are. */
static const char *
intervals_note(const struct page_request *r, const json_t *row)
{
	const json_t *list = json_object_get(row, "intervals"), *one;
	size_t n = json_array_size(list) + (size_t)html_number(json_object_get(row, "intervals_left")), i;
	struct str s = STR_NONE;

	each(list, i, one)
		if (i < SHOWN_INTERVALS)
			s = arena_f(r->arena, STR_FMT "%s%s", STR_ARG(s), i ? "\n" : "", interval_text(r, one));
	if (n > SHOWN_INTERVALS)
		s = arena_f(r->arena, r->english ? STR_FMT "\nand %zu more" : STR_FMT "\nほか%zu回", STR_ARG(s), n - SHOWN_INTERVALS);
	return s.n ? s.p : "";
}

static void
minutes_cell(const struct page_request *r, const json_t *table, json_t *row, const json_t *one, const char *key, const char *tolerance)
{
	json_t *cell = table_cell(table, row, number_text(r, json_object_get(one, key)));
	struct str s = arena_f(r->arena, "%s %lld", page_word(r, "ui_month_tolerance"), (long long)html_number(json_object_get(one, tolerance)));

	(void)json_object_set(cell, "sort", json_object_get(one, key));
	if (html_number(json_object_get(one, key)))
		page_put(cell, "note", s.n ? s.p : "");
}

static bool
conforms(const json_t *row)
{
	const char *verdict = html_member(row, "verdict");

	return strcmp(verdict, "FAIL") != 0 && strcmp(verdict, "UNKNOWN") != 0 && strcmp(verdict, "EXPIRED") != 0;
}

static void
clauses(const struct page_request *r, json_t *page)
{
	static const struct { const char *key, *id; } columns[] = { { "ui_clause", "id" }, { "ui_month_verdict", "verdict" }, { "ui_month_fail", "fail" }, { "ui_month_unknown", "unknown" }, { "ui_month_worst", "worst" }, { "ui_month_end", "end" },
		{ "ui_month_intervals", "" } };
	json_t *table = table_new(page, "table", page_word(r, "ui_month_none"), ""), *chips = json_array();
	const json_t *one;
	size_t i;

	for (i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		json_t *column = table_column(table, page_word(r, columns[i].key));

		if (*columns[i].id)
			column_sorts(r, column, columns[i].id, i == 0);
	}
	each(json_object_get(r->answer, "rows"), i, one) {
		json_t *row, *cell;
		struct str name = arena_f(r->arena, "%s %s", html_member(one, "id"), html_member(one, "title"));

		if (*page_query(r, "show") && conforms(one))
			continue;
		row = table_row_of(table, one);
		cell = table_cell(table, row, name.n ? name.p : "");
		cell_link(cell, "clause", html_member(one, "id"));
		cell = table_cell(table, row, "");
		page_put(cell, "status", html_member(one, "verdict"));
		name = arena_f(r->arena, "%s %lld", page_word(r, "ui_month_before"), (long long)html_number(json_object_get(one, "before_min")));
		if (html_number(json_object_get(one, "before_min")))
			page_put(cell, "note", name.n ? name.p : "");
		minutes_cell(r, table, row, one, "fail_min", "fail_tolerance");
		minutes_cell(r, table, row, one, "unknown_min", "unknown_tolerance");
		page_put(table_cell(table, row, ""), "status", html_member(one, "worst"));
		page_put(table_cell(table, row, ""), "status", html_member(one, "end"));
		table_cell(table, row, intervals_note(r, one));
	}
	page_chip(r, chips, page_word(r, "ui_chip_all"), "show", NULL);
	page_chip(r, chips, page_word(r, "ui_month_counted"), "show", "open");
	(void)json_object_set_new(page, "chips", chips);
	table_list(r, page, table, "ui_search");
}

static const char *
difference_word(const struct page_request *r, const json_t *one)
{
	static const struct { const char *what, *key; } words[] = { { "verdict", "ui_month_verdict" }, { "fail_min", "ui_month_fail" }, { "unknown_min", "ui_month_unknown" }, { "pass_min", "ui_month_pass" }, { "other_min", "ui_month_other" },
		{ "before_min", "ui_month_before" }, { "worst", "ui_month_worst" }, { "end", "ui_month_end" }, { "fail_tolerance", "ui_month_tolerance" }, { "unknown_tolerance", "ui_month_tolerance" }, { "seen", "ui_month_hosts" }, { "total", "ui_month_hosts" },
		{ "exceptions", "ui_exceptions_title" }, { "incidents", "ui_incidents_title" }, { "drills", "ui_month_drills" }, { "privileged", "ui_month_privileged" }, { "changes", "ui_month_changes" }, { "inspections", "ui_month_last" } };
	const char *what = html_member(one, "what"), *id = html_member(one, "id");

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].what, strcmp(what, "count") == 0 ? id : what) == 0)
			return page_word(r, words[i].key);
	return what;
}

static const char *
value_text(const struct page_request *r, const json_t *v)
{
	return json_is_string(v) ? status_word(r, html_string(v)) : json_is_integer(v) ? number_text(r, v) : "";
}

/* A part of the report as rows of text: the page and the paper show the same. */
typedef void emit(void *context, const char *const *cells);
struct part { const char *title; const char *const *heads; size_t columns; void (*rows)(const struct page_request *, emit *, void *); };

#define CELLS(...) (const char *const[]){ __VA_ARGS__ }

static const json_t *
report(const struct page_request *r, const char *key)
{
	return json_object_get(json_object_get(r->answer, "report"), key);
}

static json_t *
tallied(const struct page_request *r)
{
	return (json_t *)(uintptr_t)report(r, "counts"); /* only read */
}

static void
exception_rows(const struct page_request *r, emit *e, void *context)
{
	const json_t *one;
	size_t i;

	each(report(r, "exceptions"), i, one)
		e(context, CELLS(html_member(one, "clause"), page_value_word(r, "ui_exception_kind", html_member(one, "kind")), minute_text(r, json_object_get(one, "from")), minute_text(r, json_object_get(one, "until"))));
}

static void
incident_rows(const struct page_request *r, emit *e, void *context)
{
	const json_t *one;
	size_t i;

	each(report(r, "incidents"), i, one)
		e(context, CELLS(html_member(one, "name"), page_word(r, json_is_true(json_object_get(one, "drill")) ? "ui_yes" : "ui_no"), minute_text(r, json_object_get(one, "noticed")), minute_text(r, json_object_get(one, "told")),
		    minute_text(r, json_object_get(one, "ended"))));
}

static void
drill_rows(const struct page_request *r, emit *e, void *context)
{
	const json_t *one;
	size_t i;

	each(report(r, "drills"), i, one)
		e(context, CELLS(html_member(one, "held_on"), html_member(one, "name"), page_word(r, strcmp(html_member(one, "success"), "yes") == 0 ? "ui_yes" : "ui_no")));
}

static void
count_rows(const struct page_request *r, const char *key, emit *e, void *context)
{
	const json_t *one;
	size_t i;

	each(report(r, key), i, one)
		e(context, CELLS(html_member(one, "name"), number_text(r, json_object_get(one, "n"))));
}

static void
privileged_rows(const struct page_request *r, emit *e, void *context)
{
	count_rows(r, "privileged", e, context);
}

static void
change_rows(const struct page_request *r, emit *e, void *context)
{
	count_rows(r, "changes", e, context);
}

/* What was said, and what became of it: last month's inspection first, then the client's records. */
static void
remark_rows(const struct page_request *r, emit *e, void *context)
{
	const json_t *last = report(r, "last"), *answers = json_object_get(last, "answers"), *newest = json_array_get(answers, json_array_size(answers) ? json_array_size(answers) - 1 : 0), *one;
	size_t i;

	each(json_object_get(last, "remarks"), i, one)
		e(context, CELLS(minute_text(r, json_object_get(one, "at")), html_member(one, "text"), html_member(newest, "text")));
	each(report(r, "inspections"), i, one)
		e(context, CELLS(html_member(one, "held_on"), html_member(one, "findings"), html_member(one, "corrective")));
}

static void
difference_rows(const struct page_request *r, emit *e, void *context)
{
	const json_t *one;
	size_t i;

	each(json_object_get(r->answer, "difference"), i, one)
		e(context, CELLS(strcmp(html_member(one, "what"), "count") == 0 || strcmp(html_member(one, "id"), "hosts") == 0 ? "" : html_member(one, "id"), difference_word(r, one), value_text(r, json_object_get(one, "before")), value_text(r, json_object_get(one, "after"))));
}

static void
step_rows(const struct page_request *r, emit *e, void *context)
{
	const json_t *one;
	size_t i;

	each(json_object_get(r->answer, "steps"), i, one) {
		struct str who = *html_member(one, "inspector") ? arena_f(r->arena, "%s / %s", html_member(one, "who"), html_member(one, "inspector")) : str_of(html_member(one, "who")), leaf = arena_f(r->arena, "#%lld", (long long)html_number(json_object_get(one, "leaf")));

		e(context, CELLS(minute_text(r, json_object_get(one, "at")), page_value_word(r, "ui_month_step", html_member(one, "step")),
		    number_text(r, json_object_get(one, "version")), who.n ? who.p : "", html_member(one, "text"), leaf.n ? leaf.p : ""));
	}
}

static void
version_rows(const struct page_request *r, emit *e, void *context)
{
	const json_t *one;
	size_t i;

	each(json_object_get(r->answer, "versions"), i, one) {
		struct str leaf = arena_f(r->arena, "#%lld", (long long)html_number(json_object_get(one, "leaf")));

		e(context, CELLS(number_text(r, json_object_get(one, "version")), minute_text(r, json_object_get(one, "at")), html_member(one, "who"), html_member(one, "reason"), html_member(one, "hash"), leaf.n ? leaf.p : ""));
	}
}

static const struct part parts[] = {
	{ "ui_exceptions_title", CELLS("ui_number", "ui_exception_kind", "ui_from_when", "ui_exception_until"), 4, exception_rows },
	{ "ui_incidents_title", CELLS("ui_incident_name", "ui_incident_drill", "ui_incident_noticed", "ui_incident_told_at", "ui_incident_is_closed"), 5, incident_rows },
	{ "ui_month_drills", CELLS("ui_when", "ui_what", "ui_month_worked"), 3, drill_rows },
	{ "ui_month_privileged", CELLS("ui_what", "ui_month_count"), 2, privileged_rows },
	{ "ui_month_changes", CELLS("ui_registers_title", "ui_month_count"), 2, change_rows },
	{ "ui_month_last", CELLS("ui_when", "ui_month_remarks", "ui_month_answer"), 3, remark_rows },
	{ "ui_month_difference", CELLS("ui_number", "ui_what", "ui_month_was", "ui_month_now"), 4, difference_rows },
	{ "ui_exception_history", CELLS("ui_exception_when", "ui_exception_step", "ui_month_version", "ui_who", "ui_month_remarks", "ui_exception_entry"), 6, step_rows },
	{ "ui_month_version", CELLS("ui_month_version", "ui_when", "ui_who", "ui_guard_reason", "ui_month_hash", "ui_exception_entry"), 6, version_rows },
};
#define PARTS (sizeof(parts) / sizeof(parts[0]))

struct onto_page { json_t *table; size_t columns; };

static void
emit_page(void *context, const char *const *cells)
{
	struct onto_page *to = context;
	json_t *row = table_row(to->table);

	for (size_t i = 0; i < to->columns; i++)
		table_cell(to->table, row, cells[i]);
}

void
view_month(const struct page_request *r, json_t *page)
{
	const char *state = html_member(r->answer, "state");
	json_t *list = json_array(), *tally = json_array(), *n;
	const char *status;

	clauses(r, page);
	for (size_t i = 0; i < PARTS; i++) {
		json_t *part = json_object(), *table = table_new(part, "table", page_word(r, "ui_month_none"), "");
		struct onto_page to = { table, parts[i].columns };

		page_put(part, "title", page_word(r, parts[i].title));
		for (size_t k = 0; k < parts[i].columns; k++)
			table_column(table, page_word(r, parts[i].heads[k]));
		parts[i].rows(r, emit_page, &to);
		(void)json_array_append_new(list, part);
	}
	(void)json_object_set_new(page, "parts", list);
	json_object_foreach(tallied(r), status, n)
		(void)json_array_append_new(tally, json_pack("{s:s, s:I}", "status", status, "n", html_number(n)));
	(void)json_object_set_new(page, "tally", tally);
	page_put(page, "tag", page_value_word(r, "ui_month", state));
	page_put(page, "mark", strcmp(state, "accepted") == 0 ? "" : "open");
	page_put(page, "export", "month");
	page_put(page, "export_of", html_member(r->answer, "id"));
	(void)json_object_set_new(page, "pdf", json_true());
}

/* ---- on paper and as a workbook: the summary, then everything */

struct onto_paper { struct buf *tape; size_t columns; enum rc rc; };

static void
emit_paper(void *context, const char *const *cells)
{
	struct onto_paper *to = context;
	struct str list[8];

	for (size_t i = 0; i < to->columns; i++)
		list[i] = str_of(cells[i]);
	if (to->rc == RC_OK)
		to->rc = doc_row(to->tape, list, to->columns);
}

static enum rc
clause_table(const struct page_request *r, struct buf *tape, const char *title, bool all)
{
	static const char *const keys[] = { "ui_number", "ui_clause", "ui_month_verdict", "ui_month_fail", "ui_month_unknown", "ui_month_pass", "ui_month_other", "ui_month_before", "ui_month_worst", "ui_month_end" };
	static const uint8_t widths[] = { 8, 36, 9, 9, 9, 8, 8, 12, 9, 9 };
	static const char *const minutes[] = { "fail_min", "unknown_min", "pass_min", "other_min", "before_min" };
	struct doc_column columns[10];
	const json_t *one;
	size_t i, n = 0;
	enum rc rc = RC_OK;

	for (i = 0; i < 10; i++)
		columns[i] = (struct doc_column){ i >= 3 && i <= 7 ? DOC_CELL_NUMBER : DOC_CELL_TEXT, widths[i], str_of(page_word(r, keys[i])) };
	TRY(doc_table(tape, str_of(title), columns, 10));
	each(json_object_get(r->answer, "rows"), i, one) {
		struct str cells[10] = { str_of(html_member(one, "id")), str_of(html_member(one, "title")), str_of(status_word(r, html_member(one, "verdict"))) };

		if (!all && (conforms(one) || n++ >= SUMMARY_ROWS))
			continue;
		for (size_t k = 0; k < 5; k++)
			cells[3 + k] = str_of(number_text(r, json_object_get(one, minutes[k])));
		cells[8] = str_of(status_word(r, html_member(one, "worst")));
		cells[9] = str_of(status_word(r, html_member(one, "end")));
		TRY(doc_row(tape, cells, 10));
	}
out:
	return rc;
}

static enum rc
intervals_table(const struct page_request *r, struct buf *tape)
{
	static const char *const keys[] = { "ui_number", "ui_from_when", "ui_exception_until", "ui_status" };
	struct doc_column columns[4];
	const json_t *one, *at;
	size_t i, k;
	enum rc rc = RC_OK;

	for (i = 0; i < 4; i++)
		columns[i] = (struct doc_column){ DOC_CELL_TEXT, 0, str_of(page_word(r, keys[i])) };
	TRY(doc_table(tape, str_of(page_word(r, "ui_month_intervals")), columns, 4));
	each(json_object_get(r->answer, "rows"), i, one)
		each(json_object_get(one, "intervals"), k, at)
			TRY(doc_row(tape, (struct str[]){ str_of(html_member(one, "id")), str_of(minute_text(r, json_array_get(at, 0))), str_of(minute_text(r, json_array_get(at, 1))), str_of(status_word(r, html_string(json_array_get(at, 2)))) }, 4));
out:
	return rc;
}

static enum rc
summary(const struct page_request *r, struct buf *tape)
{
	const json_t *hosts = report(r, "hosts");
	json_t *n;
	const char *status;
	struct str counts = STR_NONE;
	enum rc rc = RC_OK;

	json_object_foreach(tallied(r), status, n)
		counts = arena_f(r->arena, STR_FMT "%s%s %lld", STR_ARG(counts), counts.n ? r->english ? ", " : "、" : "", status_word(r, status), (long long)html_number(n));
	TRY(doc_pair(tape, str_of(page_word(r, "ui_month")), str_of(html_member(r->answer, "month"))));
	TRY(doc_pair(tape, str_of(page_word(r, "ui_month_state")), arena_f(r->arena, r->english ? "%s (version %lld)" : "%s（第%lld版）", page_value_word(r, "ui_month", html_member(r->answer, "state")), (long long)html_number(json_object_get(r->answer, "shown_version")))));
	TRY(doc_pair(tape, str_of(page_word(r, "ui_month_verdict")), counts));
	TRY(doc_pair(tape, str_of(page_word(r, "ui_month_hosts")), arena_f(r->arena, "%lld / %lld", (long long)html_number(json_object_get(hosts, "seen")), (long long)html_number(json_object_get(hosts, "total")))));
	for (size_t i = 0; i < 6; i++) {
		static const char *const keys[] = { "exceptions", "incidents", "drills", "privileged", "changes", "inspections" };

		TRY(doc_pair(tape, str_of(page_word(r, parts[i].title)), arena_f(r->arena, "%zu", json_array_size(report(r, keys[i])))));
	}
	TRY(doc_pair(tape, str_of(page_word(r, "ui_month_hash")), str_of(html_member(json_array_get(json_object_get(r->answer, "versions"), json_array_size(json_object_get(r->answer, "versions")) - (size_t)html_number(json_object_get(r->answer, "shown_version"))), "hash"))));
	TRY(clause_table(r, tape, page_word(r, "ui_month_counted"), false));
out:
	return rc;
}

enum rc
view_month_document(const struct page_request *r, struct buf *tape)
{
	struct doc_head head = { .english = r->english, .landscape = true, .title = arena_f(r->arena, "%s %s", page_word(r, "ui_months_title"), html_member(r->answer, "name")) };
	struct civil t = time_civil(html_number(report(r, "made")));
	enum rc rc = RC_OK;

	head.date = arena_f(r->arena, "%d-%02d-%02d", t.year, t.month, t.day);
	head.to = str_of(html_string(report(r, "client")));
	head.from = str_of(html_string(report(r, "contractor")));
	TRY(doc_head(tape, &head));
	TRY(summary(r, tape));
	TRY(clause_table(r, tape, page_word(r, "ui_month_clauses"), true));
	TRY(intervals_table(r, tape));
	for (size_t i = 0; i < PARTS; i++) {
		struct onto_paper to = { tape, parts[i].columns, RC_OK };
		struct doc_column columns[8];

		for (size_t k = 0; k < parts[i].columns; k++)
			columns[k] = (struct doc_column){ DOC_CELL_TEXT, 0, str_of(page_word(r, parts[i].heads[k])) };
		TRY(doc_table(tape, str_of(page_word(r, parts[i].title)), columns, parts[i].columns));
		parts[i].rows(r, emit_paper, &to);
		TRY(to.rc);
	}
out:
	return rc;
}
