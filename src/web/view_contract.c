// SPDX-License-Identifier: Apache-2.0
/* Models of contracts: those in force, drafts to be taken up, and the acceptance table of one. */
#include <stdio.h>
#include <string.h>

#include "base/time_text.h"
#include "message/message.h"
#include "web/page_int.h"

static void
number_cell(const json_t *table, json_t *row, const json_t *n)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%lld", (long long)html_number(n)); /* fits */
	table_cell(table, row, text);
}

/* A sentence of core's in both languages: the half of this page. */
static const char *
own_half(const struct page_request *r, const char *sentence)
{
	struct str s = str_of(sentence), half;
	size_t strokes = 0, middle = 0, k = 0;

	for (size_t i = 0; i + 3 <= s.n; i++)
		strokes += memcmp(s.p + i, " / ", 3) == 0;
	for (size_t i = 0; i + 3 <= s.n && strokes % 2; i++)
		if (memcmp(s.p + i, " / ", 3) == 0 && k++ == strokes / 2)
			middle = i;
	if (middle == 0)
		return sentence;
	half = r->english ? str_sub(s, middle + 3, s.n) : str_sub(s, 0, middle);
	return arena_cstr(r->arena, half);
}

static void
drafts(const struct page_request *r, json_t *page)
{
	const json_t *rows = json_object_get(r->answer, "drafts"), *one;
	json_t *table = table_new(page, "drafts", page_word(r, "ui_drafts_none"), ""), *decide = json_array();
	size_t i;

	table_column(table, page_word(r, "ui_contract_name"));
	table_column(table, page_word(r, "ui_draft_state"));
	table_column(table, page_word(r, "ui_contract_clauses"));
	table_column(table, page_word(r, "ui_draft_statements"));
	each(rows, i, one) {
		const char *state = html_member(one, "state");
		json_t *row = table_row_of(table, one), *cell = table_cell(table, row, html_member(one, "name"));

		page_put(cell, "note", html_member(one, "id"));
		cell = table_cell(table, row, "");
		page_put(cell, "tag", page_value_word(r, "ui_draft", state));
		page_put(cell, "mark", strcmp(state, "wrong") == 0 ? "open" : "");
		page_put(cell, "error", own_half(r, html_member(one, "problem")));
		number_cell(table, row, json_object_get(one, "clauses"));
		number_cell(table, row, json_object_get(one, "statements"));
		if (json_is_true(json_object_get(r->answer, "can_decide")) && (strcmp(state, "new") == 0 || strcmp(state, "changed") == 0))
			(void)json_array_append(decide, (json_t *)(uintptr_t)one);
	}
	(void)json_object_set_new(page, "decide", decide);
}

void
view_contracts(const struct page_request *r, json_t *page)
{
	const json_t *rows = json_object_get(r->answer, "rows"), *one;
	json_t *table = table_new(page, "table", page_word(r, "ui_contracts_empty"), ""), *ends = json_array();
	size_t i;

	table_column(table, page_word(r, "ui_contract_name"));
	table_column(table, page_word(r, "ui_contract_version"));
	table_column(table, page_word(r, "ui_contract_client"));
	table_column(table, page_word(r, "ui_contract_contractor"));
	table_column(table, page_word(r, "ui_contract_clauses"));
	table_column(table, page_word(r, "ui_contract_source"));
	each(rows, i, one) {
		bool taken = json_is_true(json_object_get(one, "taken"));
		json_t *row = table_row_of(table, one), *cell = table_cell(table, row, html_member(one, "name"));

		cell_link(cell, "contract", html_member(one, "id"));
		table_cell(table, row, html_member(one, "version"));
		table_cell(table, row, html_member(one, "client"));
		table_cell(table, row, html_member(one, "contractor"));
		number_cell(table, row, json_object_get(one, "clauses"));
		cell = table_cell(table, row, "");
		if (taken)
			cell_entry(cell, json_object_get(one, "leaf"));
		else
			page_put(cell, "text", page_word(r, "ui_contract_of_file"));
		page_put(cell, "note", taken ? arena_f(r->arena, "%s: %s", page_word(r, "ui_contract_taken"), html_member(one, "who")).p : "");
		if (taken && json_is_true(json_object_get(r->answer, "can_decide")))
			(void)json_array_append(ends, (json_t *)(uintptr_t)one);
	}
	table_list(r, page, table, "ui_contracts_search");
	(void)json_object_set_new(page, "ends", ends);
	page_put(page, "export", "contract");
	drafts(r, page);
}

void
view_contract(const struct page_request *r, json_t *page)
{
	const json_t *rows = json_object_get(r->answer, "rows"), *one;
	json_t *table = table_new(page, "table", page_word(r, "ui_contracts_empty"), "");
	size_t i;

	table_column(table, page_word(r, "ui_acceptance_clause"));
	table_column(table, page_word(r, "ui_acceptance_do"));
	table_column(table, page_word(r, "ui_acceptance_expect"));
	table_column(table, page_word(r, "ui_acceptance_saw"));
	each(rows, i, one) {
		struct str name = arena_f(r->arena, "%s %s", html_member(one, "id"), html_member(one, "title"));
		json_t *row = table_row_of(table, one), *cell = table_cell(table, row, name.n ? name.p : "");

		cell_link(cell, "clause", html_member(one, "id"));
		page_put(cell, "note", html_member(one, "text"));
		table_cell(table, row, html_member(one, "do"));
		table_cell(table, row, html_member(one, "expect"));
		cell = table_cell(table, row, "");
		page_put(cell, "status", html_member(one, "status"));
		page_put(cell, "note", html_member(one, "missing"));
	}
	table_list(r, page, table, "ui_acceptance_search");
	page_put(page, "export", "contract");
	page_put(page, "export_of", html_member(json_object_get(r->answer, "contract"), "id"));
}

/* ---- questions about a clause */

static const char *
due_day(const struct page_request *r, const json_t *q)
{
	const json_t *due = json_object_get(q, "due");
	struct civil t = time_civil(json_is_integer(due) ? json_integer_value(due) - 1 : 0);
	struct str text = json_is_integer(due) ? arena_f(r->arena, "%d-%02d-%02d", t.year, t.month, t.day) : STR_NONE;

	return text.n ? text.p : "";
}

void
view_clause_questions(const struct page_request *r, json_t *page)
{
	json_t *one;
	size_t i;

	json_array_foreach(json_object_get(r->answer, "questions"), i, one)
		page_put(one, "due_day", due_day(r, one)); /* the answer is this page's own */
	(void)json_object_set_new(page, "asking", json_boolean(r->typed && pairs_has(r->typed, "text")));
	page_put(page, "question", r->typed ? arena_cstr(r->arena, pairs_get(r->typed, "text")) : "");
	page_put(page, "question_due", r->typed ? arena_cstr(r->arena, pairs_get(r->typed, "due")) : "");
}

void
view_questions(const struct page_request *r, json_t *page)
{
	const json_t *rows = json_object_get(r->answer, "rows"), *one;
	json_t *table = table_new(page, "table", page_word(r, "ui_questions_empty"), "");
	size_t i;

	table_column(table, page_word(r, "ui_question_clause"));
	table_column(table, page_word(r, "ui_question_text"));
	table_column(table, page_word(r, "ui_question_to"));
	table_column(table, page_word(r, "ui_question_due"));
	table_column(table, page_word(r, "ui_question_state"));
	table_column(table, page_word(r, "ui_exception_entry"));
	each(rows, i, one) {
		struct str name = arena_f(r->arena, "%s %s", html_member(one, "clause"), html_member(one, "clause_title"));
		json_t *row = table_row_of(table, one), *cell = table_cell(table, row, name.n ? name.p : "");

		cell_link(cell, "clause", html_member(one, "clause"));
		cell = table_cell(table, row, html_member(one, "text"));
		page_put(cell, "note", html_member(one, "who"));
		table_cell(table, row, page_side(r, html_member(one, "to")));
		cell = table_cell(table, row, due_day(r, one));
		if (json_is_true(json_object_get(one, "overdue")))
			page_put(cell, "error", page_word(r, "ui_question_overdue"));
		cell = table_cell(table, row, "");
		page_put(cell, "tag", page_value_word(r, "ui_question", html_member(one, "state")));
		page_put(cell, "mark", strcmp(html_member(one, "state"), "open") == 0 ? "open" : "");
		cell_entry(table_cell(table, row, ""), json_object_get(one, "leaf"));
	}
	table_list(r, page, table, "ui_questions_search");
	page_put(page, "export", "question");
}

/* ---- orders of evidence */

void
view_evidence(const struct page_request *r, json_t *page)
{
	const json_t *rows = json_object_get(r->answer, "rows"), *one;
	json_t *table = table_new(page, "table", page_word(r, "ui_evidence_none"), ""), *receive = json_array();
	size_t i;

	table_column(table, page_word(r, "ui_evidence_number"));
	table_column(table, page_word(r, "ui_when"));
	table_column(table, page_word(r, "ui_evidence_recipient"));
	table_column(table, page_word(r, "ui_evidence_state"));
	table_column(table, page_word(r, "ui_evidence_entries"));
	table_column(table, page_word(r, "ui_evidence_omitted"));
	table_column(table, page_word(r, "ui_evidence_file"));
	table_column(table, page_word(r, "ui_evidence_manifest"));
	each(rows, i, one) {
		const json_t *bundle = json_object_get(one, "bundle"), *done = json_object_get(one, "done"), *total = json_object_get(one, "total");
		const char *state = html_member(one, "state");
		json_t *row = table_row_of(table, one), *cell = table_cell(table, row, html_member(one, "number"));
		json_int_t parts = html_number(json_object_get(one, "parts"));

		cell_link(cell, "register-row", html_member(one, "id"));
		page_put(cell, "note", html_member(one, "who"));
		cell_time(table_cell(table, row, ""), json_object_get(one, "at"));
		table_cell(table, row, html_member(one, "recipient"));
		cell = table_cell(table, row, "");
		page_put(cell, "tag", page_value_word(r, "ui_evidence_is", state));
		page_put(cell, "mark", strcmp(state, "wrong") == 0 ? "open" : "");
		page_put(cell, "error", own_half(r, html_member(one, "error")));
		if (strcmp(state, "making") == 0)
			page_put(cell, "note", arena_f(r->arena, "%lld / %lld", (long long)html_number(done), (long long)html_number(total)).p);
		if (json_is_object(bundle)) {
			number_cell(table, row, json_object_get(bundle, "entries"));
			number_cell(table, row, json_object_get(bundle, "omitted"));
		} else {
			table_cell(table, row, "");
			table_cell(table, row, "");
		}
		cell = table_cell(table, row, "");
		for (json_int_t k = 1; k <= parts; k++) {
			struct str link = arena_f(r->arena, "%s.%lld", html_member(one, "id"), (long long)k), text = arena_f(r->arena, "%lld / %lld", (long long)k, (long long)parts);

			cell_more(cell, "evidence-file", link.n ? link.p : "", text.n ? text.p : "");
		}
		cell = table_cell(table, row, "");
		page_put(cell, "whole", html_member(bundle, "manifest"));
		if (json_is_true(json_object_get(one, "can_receive")))
			(void)json_array_append(receive, (json_t *)(uintptr_t)one);
	}
	table_list(r, page, table, "ui_evidence_search");
	(void)json_object_set_new(page, "receive", receive);
	page_put(page, "export", "evidence");
}
