// SPDX-License-Identifier: Apache-2.0
/* Lists as CSV (RFC 4180, UTF-8 with BOM, CRLF) or as a document for a workbook: the rows and filters of the page, and no cell a spreadsheet would run. */
#include <string.h>

#include "base/time_text.h"
#include "document/document.h"
#include "message/message.h"
#include "web/page_int.h"

enum cell { CELL_TEXT, CELL_TIME, CELL_WORD, CELL_LIST };
struct column { const char *key, *member, *under; enum cell cell; const char *words; };

static const struct column board[] = {
	{ "ui_number", "id" }, { "ui_contract", "contract" }, { "ui_clause", "title" }, { "ui_strength", "strength", NULL, CELL_WORD, "strength" },
	{ "ui_status", "status", NULL, CELL_WORD, "status" }, { "ui_since_when", "since", NULL, CELL_TIME }, { "ui_as_of_short", "as_of", NULL, CELL_TIME }, { "ui_stale", "stale" },
	{ "ui_route", "routes", NULL, CELL_LIST, "route" }, { "ui_turn", "turn", NULL, CELL_WORD, "side" }, { "ui_missing", "missing" }, { "ui_own_pass", "pass", "own" }, { "ui_own_fail", "fail", "own" },
	{ "ui_own_unknown", "unknown", "own" }, { NULL },
};
static const struct column control_list[] = {
	{ "ui_number", "id" }, { "ui_control", "name" }, { "ui_status", "verdict", NULL, CELL_WORD, "status" }, { "ui_route", "route", NULL, CELL_WORD, "route" }, { "ui_subject", "subject" },
	{ "ui_last_look", "at", NULL, CELL_TIME }, { "ui_valid_until", "valid_until", NULL, CELL_TIME }, { "ui_interval_s", "every_s" }, { "ui_result", "message" },
	{ "ui_turn", "turn", NULL, CELL_WORD, "side" }, { "ui_clauses", "clauses", NULL, CELL_LIST }, { NULL },
};
static const struct column ledger[] = {
	{ "ui_number", "index" }, { "ui_claimed_at_long", "claimed_at", NULL, CELL_TIME }, { "ui_received_at_long", "received_at", NULL, CELL_TIME }, { "ui_ledger_type", "type_text" },
	{ "ui_ledger_source", "source" }, { "ui_what", "name_text" }, { "ui_who", "actor_text" }, { "ui_subject", "subject" }, { "ui_on_what", "object_text" }, { "ui_result", "verdict", NULL, CELL_WORD, "outcome" }, { "ui_covered", "covered" }, { NULL },
};
static const struct column processes[] = {
	{ "ui_process", "name" }, { "ui_status", "state", NULL, CELL_WORD, "ui_state" }, { "ui_since_when", "started_at", NULL, CELL_TIME }, { "ui_restarts", "restarts" },
	{ "ui_separated", "separated", NULL, CELL_LIST, "ui_wall" }, { "ui_not_separated", "not_separated", NULL, CELL_LIST, "ui_wall" }, { NULL },
};
static const struct column accounts[] = {
	{ "ui_name", "name" }, { "ui_display_name", "display" }, { "ui_role", "roles", NULL, CELL_LIST, "role" }, { "ui_side", "side", NULL, CELL_WORD, "side" }, { "ui_enrolled", "enrolled" },
	{ "ui_created", "created_at", NULL, CELL_TIME }, { "ui_last_sign_in", "last_sign_in_at", NULL, CELL_TIME }, { NULL },
};
static const struct column numbers[] = {
	{ "ui_subject", "subject" }, { "ui_what", "key" }, { "ui_from_when", "at", NULL, CELL_TIME }, { "ui_value", "n" }, { "ui_least", "low" }, { "ui_most", "high" }, { NULL },
};
static const struct column exceptions[] = {
	{ "ui_number", "clause" }, { "ui_exception_clause", "clause_title" }, { "ui_exception_kind", "kind", NULL, CELL_WORD, "ui_exception_kind" }, { "ui_exception_state", "state", NULL, CELL_WORD, "ui_exception" },
	{ "ui_exception_when", "since", NULL, CELL_TIME }, { "ui_exception_until", "until_date" }, { "ui_control", "control_name" }, { "ui_subject", "subject_text" }, { "ui_exception_reason", "reason" },
	{ "ui_exception_instead", "instead" }, { NULL },
};
static const struct column approvals[] = {
	{ "ui_approval_act", "act_text" }, { "ui_approval_state", "state", NULL, CELL_WORD, "ui_approval" }, { "ui_approval_asked_by", "who" }, { "ui_approval_asked_at", "asked_at", NULL, CELL_TIME },
	{ "ui_approval_due", "due_at", NULL, CELL_TIME }, { "ui_guard_reason", "reason" }, { "ui_guard_ticket", "ticket" }, { "ui_approval_number", "hash" }, { "ui_exception_entry", "leaf" }, { NULL },
};
static const struct column operations[] = {
	{ "ui_operation_name", "name" }, { "ui_operation_system", "system", NULL, CELL_WORD, "ui_system" }, { "ui_operation_danger", "danger", NULL, CELL_WORD, "ui_danger" }, { "ui_operation_procedure", "procedure" },
	{ "ui_guardword_procedure", "version" }, { "ui_operation_who", "who" }, { "ui_operation_alert", "alert", NULL, CELL_WORD, "ui_alert" }, { "ui_guard_reason", "alert_note" },
	{ "ui_operation_read", "read_at", NULL, CELL_TIME }, { NULL },
};
static const struct column delegations[] = {
	{ "ui_delegation_from", "from" }, { "ui_delegation_to", "to_text" }, { "ui_delegation_roles", "roles", NULL, CELL_LIST, "role" }, { "ui_delegation_state", "state", NULL, CELL_WORD, "ui_delegation" },
	{ "ui_exception_when", "since", NULL, CELL_TIME }, { "ui_delegation_until", "until_date" }, { "ui_guard_reason", "reason" }, { "ui_exception_entry", "leaf" }, { NULL },
};
static const struct column found[] = { { "ui_found_name", "name" }, { "ui_found_kind", "kind" }, { "ui_found_since", "since", NULL, CELL_TIME }, { "ui_found_why", "sentence" }, { NULL } };
static const struct column generators[] = {
	{ "ui_generator_serial", "serial" }, { "ui_generator_holder", "account" }, { "ui_generator_assigned", "assigned_at", NULL, CELL_TIME }, { "ui_generator_proven", "proven_at", NULL, CELL_TIME },
	{ "ui_generator_digits", "digits" }, { "ui_generator_period", "period" }, { "ui_generator_algorithm", "algorithm" }, { NULL },
};
static const struct column evidence[] = {
	{ "ui_evidence_number", "number" }, { "ui_when", "at", NULL, CELL_TIME }, { "ui_who", "who" }, { "ui_evidence_recipient", "recipient" }, { "ui_evidence_state", "state", NULL, CELL_WORD, "ui_evidence_is" },
	{ "ui_evidence_entries", "entries", "bundle" }, { "ui_evidence_shown", "shown", "bundle" }, { "ui_evidence_omitted", "omitted", "bundle" }, { "ui_evidence_manifest", "manifest", "bundle" }, { "ui_exception_entry", "seal", "bundle" }, { NULL },
};
static const struct column questions[] = {
	{ "ui_number", "id" }, { "ui_question_clause", "clause" }, { "ui_question_text", "text" }, { "ui_who", "who" }, { "ui_when", "at", NULL, CELL_TIME }, { "ui_question_to", "to", NULL, CELL_WORD, "side" },
	{ "ui_question_due", "due", NULL, CELL_TIME }, { "ui_question_state", "state", NULL, CELL_WORD, "ui_question" }, { "ui_exception_entry", "leaf" }, { NULL },
};
static const struct column mails[] = {
	{ "ui_exception_when", "at", NULL, CELL_TIME }, { "ui_mail_to", "to" }, { "ui_mail_subject", "subject" }, { "ui_mail_state", "state", NULL, CELL_WORD, "ui_mail" }, { "ui_mail_tries", "tries" }, { "ui_mail_trouble", "trouble" },
	{ "ui_exception_entry", "leaf" }, { NULL },
};
static const struct column months[] = {
	{ "ui_month", "month" }, { "ui_contract", "contract_name" }, { "ui_month_state", "state", NULL, CELL_WORD, "ui_month" }, { "ui_month_version", "version" }, { "ui_exception_when", "since", NULL, CELL_TIME },
	{ "ui_turn", "turn", NULL, CELL_WORD, "side" }, { "ui_month_hash", "hash" }, { "ui_exception_entry", "leaf" }, { NULL },
};
static const struct column month_clauses[] = {
	{ "ui_number", "id" }, { "ui_clause", "title" }, { "ui_strength", "strength", NULL, CELL_WORD, "strength" }, { "ui_month_verdict", "verdict", NULL, CELL_WORD, "status" }, { "ui_month_fail", "fail_min" }, { "ui_month_unknown", "unknown_min" },
	{ "ui_month_pass", "pass_min" }, { "ui_month_other", "other_min" }, { "ui_month_before", "before_min" }, { "ui_month_worst", "worst", NULL, CELL_WORD, "status" }, { "ui_month_end", "end", NULL, CELL_WORD, "status" },
	{ "ui_month_tolerance", "fail_tolerance" }, { NULL },
};
static const struct column contracts[] = {
	{ "ui_number", "id" }, { "ui_contract_name", "name" }, { "ui_contract_version", "version" }, { "ui_contract_client", "client" }, { "ui_contract_contractor", "contractor" }, { "ui_contract_clauses", "clauses" },
	{ "ui_contract_taken", "taken" }, { "ui_exception_when", "at", NULL, CELL_TIME }, { "ui_who", "who" }, { "ui_exception_entry", "leaf" }, { NULL },
};
static const struct column acceptances[] = {
	{ "ui_number", "id" }, { "ui_acceptance_clause", "title" }, { "ui_register_what", "text" }, { "ui_acceptance_do", "do" }, { "ui_acceptance_expect", "expect" },
	{ "ui_acceptance_saw", "status", NULL, CELL_WORD, "status" }, { "ui_missing", "missing" }, { "ui_since_when", "since", NULL, CELL_TIME }, { "ui_acceptance_inspected", "inspected" }, { "ui_acceptance_signed", "signed" }, { NULL },
};
static const struct column removals[] = {
	{ "ui_removal_person", "number" }, { "ui_removal_state", "state" }, { "ui_removal_due", "due_at", NULL, CELL_TIME }, { "ui_removal_done", "removed_at", NULL, CELL_TIME }, { "ui_removal_hours", "hours" }, { NULL },
};
static const struct column reviews[] = {
	{ "ui_review_name", "name" }, { "ui_review_state", "state", NULL, CELL_WORD, "ui_review" }, { "ui_review_opened", "opened_on" }, { "ui_review_progress", "progress" }, { "ui_review_reviewer", "reviewer" },
	{ "ui_review_closed", "closed_on" }, { "ui_review_answered", "answered_on" }, { "ui_review_answered_by", "answered_by" }, { "ui_review_hash", "sha256" }, { NULL },
};
static const struct column review_items[] = {
	{ "ui_review_account", "account" }, { "ui_review_kind", "kind", NULL, CELL_WORD, "ui_review_kind" }, { "ui_review_person", "person" }, { "ui_review_place", "place" },
	{ "ui_review_decision", "decision", NULL, CELL_WORD, "ui_review_decision" }, { "ui_review_reason", "reason" }, { "ui_review_decided", "decided_on" }, { NULL },
};
static const struct column containments[] = {
	{ "ui_approval_act", "act_text" }, { "ui_approval_object", "object" }, { "ui_approval_state", "state", NULL, CELL_WORD, "ui_containment" }, { "ui_exception_who", "who" },
	{ "ui_exception_when", "done_at", NULL, CELL_TIME }, { "ui_containment_due", "due_at", NULL, CELL_TIME }, { "ui_exception_entry", "leaf" }, { NULL },
};
static const struct column holds[] = {
	{ "ui_hold_kind", "words" }, { "ui_hold_state", "state", NULL, CELL_WORD, "ui_hold" }, { "ui_hold_since", "since", NULL, CELL_TIME }, { "ui_hold_until", "until", NULL, CELL_TIME }, { "ui_exception_who", "who" },
	{ "ui_guard_reason", "reason" }, { "ui_exception_entry", "leaf" }, { NULL },
};
static const struct column permissions[] = {
	{ "ui_approval_act", "text" }, { "ui_name", "act" }, { "ui_role", "roles", NULL, CELL_LIST, "role" }, { "ui_permission_needs", "guards", NULL, CELL_LIST, "ui_guardword" },
	{ "ui_operation_danger", "danger", NULL, CELL_WORD, "ui_danger" }, { NULL },
};
static const struct column papers[] = {
	{ "ui_name", "id" }, { "ui_paper_form", "name" }, { "ui_paper_writes", "writes", NULL, CELL_WORD, "side" }, { "ui_paper_closes", "closes", NULL, CELL_LIST, "ui_closing" },
	{ "ui_paper_in_force", "in-force" }, { "ui_paper_waiting", "waiting" }, { "ui_paper_returned", "returned" }, { "ui_paper_expired", "expired" }, { NULL },
};
static const struct column papers_of_form[] = {
	{ "ui_register_row_id", "id" }, { "ui_paper_title", "title" }, { "ui_paper_state", "state", NULL, CELL_WORD, "ui_paper" }, { "ui_paper_turn", "turn", NULL, CELL_WORD, "side" }, { "ui_paper_version_csv", "version" },
	{ "ui_paper_filed", "filed", NULL, CELL_TIME }, { "ui_paper_from", "from", NULL, CELL_TIME }, { "ui_paper_until", "until", NULL, CELL_TIME }, { "ui_paper_review", "review", NULL, CELL_TIME }, { "ui_exception_entry", "leaf" }, { NULL },
};
static const struct column incidents[] = {
	{ "ui_register_row_id", "id" }, { "ui_incident_name", "name" }, { "ui_incident_csv_kind", "kind" }, { "ui_incident_state", "state" }, { "ui_incident_drill", "drill" }, { "ui_incident_noticed", "noticed", NULL, CELL_TIME },
	{ "ui_incident_told_at", "told", NULL, CELL_TIME }, { "ui_incident_step_contain", "contained", NULL, CELL_TIME }, { "ui_incident_minutes", "minutes" }, { NULL },
};
static const struct column deadlines[] = {
	{ "ui_deadline_due", "due", NULL, CELL_TIME }, { "ui_deadline_title", "title" }, { "ui_deadline_of", "of" }, { "ui_deadline_kind", "kind", NULL, CELL_WORD, "ui_deadline_kind" }, { "ui_name", "what" },
	{ "ui_turn", "side", NULL, CELL_WORD, "side" }, { "ui_deadline_who", "owner" }, { "ui_deadline_deputy", "deputy" }, { "ui_deadline_state", "state", NULL, CELL_WORD, "ui_deadline" }, { NULL },
};
static const struct column registers[] = {
	{ "ui_name", "id" }, { "ui_registers_title", "name" }, { "ui_register_rows", "rows" }, { "ui_register_writes", "writes", NULL, CELL_WORD, "side" }, { NULL },
};
static const struct column access_log[] = {
	{ "ui_number", "index" }, { "ui_when", "at", NULL, CELL_TIME }, { "ui_who", "who" }, { "ui_access_kind", "kind", NULL, CELL_WORD, "ui_access" }, { "ui_what", "act_text" }, { "ui_on_what", "object_text" }, { "ui_access_count", "n" },
	{ "ui_access_address", "address" }, { "ui_access_host", "host" }, { "ui_access_purpose", "purpose" }, { "ui_result", "result", NULL, CELL_WORD, "outcome" }, { NULL },
};
static const struct column alerts[] = {
	{ "ui_number", "id" }, { "ui_when", "at", NULL, CELL_TIME }, { "ui_who", "who" }, { "ui_watch_why", "why" }, { "ui_watch_urgent", "urgent" }, { "ui_access_address", "address" }, { "ui_access_host", "host" },
	{ "ui_watch_open", "open" }, { "ui_exception_entry", "entry" }, { NULL },
};
static void
view_account_list(const struct page_request *r, json_t *page)
{
	view_accounts(r, page, NULL, "", NULL);
}

/* `view`: the page's own, whose table says which rows stand and in what order. */
static const struct { enum act act; const struct column *columns; const char *rows; void (*view)(const struct page_request *, json_t *); } tables[] = {
	{ ACT_CONTROL_SHOW, numbers, NULL, NULL }, { ACT_BOARD_SHOW, board, NULL, NULL }, { ACT_STATUS_SHOW, processes, "processes", NULL }, { ACT_REGISTER_LIST, registers, NULL, view_registers },
	{ ACT_EXCEPTION_LIST, exceptions, NULL, view_exceptions }, { ACT_CONTROL_LIST, control_list, NULL, view_controls }, { ACT_LEDGER_SHOW, ledger, NULL, view_ledger },
	{ ACT_WATCH_SHOW, alerts, "rows", NULL },
	{ ACT_ACCESS_SHOW, access_log, "rows", NULL }, { ACT_ACCESS_OWN, access_log, "rows", NULL },
	{ ACT_ACCOUNT_LIST, accounts, NULL, view_account_list }, { ACT_APPROVAL_LIST, approvals, NULL, view_approvals },
	{ ACT_OPERATION_LIST, operations, NULL, view_operations }, { ACT_DELEGATION_LIST, delegations, NULL, view_delegations }, { ACT_CONTAINMENT_LIST, containments, NULL, view_containments }, { ACT_HOLD_LIST, holds, NULL, view_holds },
	{ ACT_ACCOUNT_FOUND, found, NULL, view_found }, { ACT_GENERATOR_LIST, generators, NULL, view_generators }, { ACT_REMOVAL_LIST, removals, NULL, view_removals },
	{ ACT_EVIDENCE_LIST, evidence, NULL, view_evidence },
	{ ACT_QUESTION_LIST, questions, NULL, view_questions },
	{ ACT_MAIL_LIST, mails, NULL, view_mails }, { ACT_MONTH_LIST, months, NULL, view_months }, { ACT_MONTH_SHOW, month_clauses, NULL, view_month },
	{ ACT_CONTRACT_LIST, contracts, NULL, view_contracts }, { ACT_CONTRACT_SHOW, acceptances, NULL, view_contract },
	{ ACT_REVIEW_LIST, reviews, NULL, view_reviews }, { ACT_REVIEW_SHOW, review_items, NULL, view_review },
	{ ACT_PERMISSION_SHOW, permissions, NULL, view_permissions },
	{ ACT_INCIDENT_LIST, incidents, NULL, view_incidents },
	{ ACT_DEADLINE_LIST, deadlines, NULL, view_deadlines },
	{ ACT_PAPER_LIST, papers, NULL, view_papers }, { ACT_PAPER_FORM_SHOW, papers_of_form, "rows", NULL },
};

/* Also in full width, which a Japanese spreadsheet reads as the same sign, and behind spaces, which some of them drop. */
static bool
starts_formula(struct str s)
{
	static const char *const signs[] = { "=", "+", "-", "@", "＝", "＋", "－", "＠" };
	struct str at = str_trim(s);

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (str_starts(at, str_of(signs[i])))
			return true;
	return s.n && strchr("\t\r\n", s.p[0]);
}

/* Where cells go: to the lines of a CSV, or to the rows of a document whose columns are known at its end. */
struct export { struct buf *csv, rows; struct arena *arena; bool head; enum doc_cell kind; struct doc_column columns[DOC_COLUMNS_MAX]; size_t columns_n, at; };

/* What a column holds throughout; text when it is not one thing. */
static enum rc
document_cell(struct export *e, struct str s, bool first)
{
	struct doc_column *c;
	enum rc rc = RC_OK;

	e->at = first ? 0 : e->at + 1;
	if (e->at >= (e->head ? DOC_COLUMNS_MAX : e->columns_n))
		return FAIL(RC_LIMIT, "more than %d columns", DOC_COLUMNS_MAX);
	c = &e->columns[e->at];
	if (e->head) {
		c->text = arena_dup(e->arena, s);
		e->columns_n = e->at + 1;
		return RC_OK;
	}
	if (s.n && c->cell != DOC_CELL_TEXT)
		c->cell = c->cell == 0 || c->cell == e->kind ? e->kind : DOC_CELL_TEXT;
	if (first)
		TRY(put_u8(&e->rows, DOC_ROW));
	TRY(put_str(&e->rows, s));
out:
	return rc;
}

/* Quoted always; what starts a formula gets an apostrophe before it. In a document it is text as it stands. */
static enum rc
cell_add(struct export *e, struct str s, bool first)
{
	struct buf *out = e->csv;
	enum rc rc = RC_OK;

	if (!out)
		return document_cell(e, s, first);
	TRY(buf_add_c(out, first ? "\"" : ",\""));
	if (starts_formula(s))
		TRY(buf_add_c(out, "'"));
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			TRY(buf_add_c(out, "\""));
		TRY(buf_add_byte(out, (uint8_t)s.p[i]));
	}
	TRY(buf_add_c(out, "\""));
out:
	return rc;
}

static enum rc
row_end(struct export *e)
{
	e->head = false;
	return e->csv ? buf_add_c(e->csv, "\r\n") : RC_OK;
}

static enum doc_cell
kind_of(enum cell cell, const json_t *v)
{
	return !json_is_integer(v) ? DOC_CELL_TEXT : cell == CELL_TIME ? DOC_CELL_TIME : DOC_CELL_NUMBER;
}

static const char *
word_or_value(const struct page_request *r, const char *prefix, const char *value)
{
	struct str key = arena_f(r->arena, "%s_%s", prefix ? prefix : "", value);
	const char *word;

	for (size_t i = 0; i < key.n; i++) {
		char *c = (char *)(uintptr_t)&key.p[i]; /* the arena's bytes are ours */

		*c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c == '-' || *c == '.' || *c == ':' ? '_' : *c;
	}
	word = prefix && key.p ? ui_word(r->english, key.p) : NULL;
	if (word == NULL && prefix && strcmp(prefix, "outcome") == 0)
		return word_or_value(r, "status", value); /* an entry has either */
	return word ? word : value;
}

static enum rc
value_text(const struct page_request *r, const struct column *c, const json_t *v, struct buf *out)
{
	enum rc rc = RC_OK;

	if (c->cell == CELL_TIME && json_is_integer(v)) {
		struct civil t = time_civil(json_integer_value(v));

		TRY(buf_addf(out, "%d-%02d-%02d %02d:%02d:%02d", t.year, t.month, t.day, t.hour, t.minute, t.second));
	} else if (c->cell == CELL_LIST) {
		for (size_t i = 0; i < json_array_size(v); i++) {
			if (i)
				TRY(buf_add_c(out, " "));
			TRY(buf_add_c(out, word_or_value(r, c->words, html_string(json_array_get(v, i)))));
		}
	} else if (json_is_string(v)) {
		TRY(buf_add_c(out, c->cell == CELL_WORD ? word_or_value(r, c->words, html_string(v)) : html_string(v)));
	} else if (json_is_integer(v)) {
		TRY(buf_addf(out, "%lld", (long long)json_integer_value(v)));
	} else if (json_is_boolean(v)) {
		TRY(buf_add_c(out, page_word(r, json_is_true(v) ? "ui_yes" : "ui_no")));
	}
out:
	return rc;
}

static enum rc
row_add(const struct page_request *r, const struct column *columns, const json_t *row, struct export *out)
{
	struct buf text = BUF(1u << 20);
	struct text clean;
	enum rc rc = RC_OK;

	for (const struct column *c = columns; c->key; c++) {
		const json_t *from = c->under ? json_object_get(row, c->under) : row;

		buf_reset(&text);
		TRY(value_text(r, c, json_object_get(from, c->member), &text));
		if (utf8_check_lines(buf_str(&text), &clean) != RC_OK) {
			rc_trail_clear();
			clean = utf8_mend(r->arena, buf_str(&text));
		}
		out->kind = kind_of(c->cell, json_object_get(from, c->member));
		TRY(cell_add(out, clean.s, c == columns));
	}
	TRY(row_end(out));
out:
	buf_free(&text);
	return rc;
}

/* The board's rows stand in groups and sections, in the order the page shows. */
static enum rc
board_rows(const struct page_request *r, const json_t *page, struct export *out)
{
	const json_t *groups = json_object_get(page, "groups");
	enum rc rc = RC_OK;

	for (size_t g = 0; g < json_array_size(groups); g++) {
		const json_t *sections = json_object_get(json_array_get(groups, g), "sections");

		for (size_t s = 0; s < json_array_size(sections); s++) {
			const json_t *rows = json_object_get(json_array_get(sections, s), "rows");

			for (size_t i = 0; i < json_array_size(rows); i++)
				TRY(row_add(r, board, json_array_get(rows, i), out));
		}
	}
out:
	return rc;
}

static enum rc
list_rows(const struct page_request *r, const struct column *columns, const json_t *rows, struct export *out)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < json_array_size(rows); i++)
		TRY(row_add(r, columns, json_array_get(rows, i), out));
out:
	return rc;
}

/* What each row of the page's table was made from. */
static enum rc
table_rows(const struct page_request *r, const struct column *columns, const json_t *rows, struct export *out)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < json_array_size(rows); i++)
		TRY(row_add(r, columns, json_object_get(json_array_get(rows, i), "of"), out));
out:
	return rc;
}

/* Every point of every chart of the control's page; a cell left empty: nobody knew. */
static enum rc
numbers_rows(const struct page_request *r, struct export *out)
{
	const json_t *list = json_object_get(r->answer, "numbers");
	enum rc rc = RC_OK;

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i), *points = json_object_get(one, "points");

		for (size_t k = 0; k < json_array_size(points) && rc == RC_OK; k++) {
			json_t *row = json_copy(json_array_get(points, k));

			(void)json_object_set(row, "key", json_object_get(one, "key")); /* a member less is an empty cell */
			(void)json_object_set(row, "subject", json_object_get(r->answer, "shown_text"));
			rc = row_add(r, numbers, row, out);
			json_decref(row);
		}
	}
	return rc;
}

static enum rc
register_cell(const struct page_request *r, const json_t *field, const json_t *values, bool first, struct export *out)
{
	const char *type = html_string(json_object_get(field, "type"));

	out->kind = strcmp(type, "number") == 0 || strcmp(type, "port") == 0 ? DOC_CELL_NUMBER : strcmp(type, "date") == 0 ? DOC_CELL_DATE : DOC_CELL_TEXT;
	return cell_add(out, str_of(register_value(r, field, values)), first);
}

/* A register's fields as columns, so that what was exported can be imported; what the export adds is passed over then. */
static enum rc
register_csv(const struct page_request *r, struct export *out)
{
	static const char *const added[] = { "ui_register_since_csv", "ui_register_by", "ui_register_row_id" };
	const json_t *fields = json_object_get(r->answer, "fields"), *rows = json_object_get(r->answer, "rows");
	enum rc rc = RC_OK;

	for (size_t k = 0; k < json_array_size(fields); k++)
		TRY(cell_add(out, str_of(html_string(json_object_get(json_array_get(fields, k), "label"))), k == 0));
	for (size_t k = 0; k < 3; k++)
		TRY(cell_add(out, str_of(page_word(r, added[k])), false));
	TRY(row_end(out));
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		const struct column since = { "", "since", NULL, CELL_TIME };
		struct buf text = BUF(64);

		for (size_t k = 0; k < json_array_size(fields); k++)
			TRY(register_cell(r, json_array_get(fields, k), json_object_get(row, "values"), k == 0, out));
		out->kind = DOC_CELL_TIME;
		rc = value_text(r, &since, json_object_get(row, "since"), &text);
		if (rc == RC_OK)
			rc = cell_add(out, buf_str(&text), false);
		buf_free(&text);
		TRY(rc);
		out->kind = DOC_CELL_TEXT;
		TRY(cell_add(out, str_of(html_string(json_object_get(row, "who"))), false));
		TRY(cell_add(out, str_of(html_string(json_object_get(row, "id"))), false));
		TRY(row_end(out));
	}
out:
	return rc;
}

/* Not every row is in it: what is missing is said where the next one would stand. */
static enum rc
cut_said(const struct page_request *r, struct export *out)
{
	const json_t *next = json_object_get(r->answer, "next"), *total = json_object_get(r->answer, "total");
	struct buf text = BUF(1024);
	enum rc rc = RC_OK;

	if (next == NULL || json_is_null(next))
		return RC_OK;
	TRY(message_text(MSG_UI_EXPORT_CUT, r->english ? LANG_EN : LANG_JA, MSG_ARGS(MSG_N("n", (int64_t)json_array_size(json_object_get(r->answer, "rows"))), MSG_N("total", html_number(total))), &text));
	out->kind = DOC_CELL_TEXT;
	TRY(cell_add(out, buf_str(&text), true));
	TRY(row_end(out));
out:
	buf_free(&text);
	return rc;
}

/* The rows of the page's own list. */
static enum rc
list_of(const struct page_request *r, enum act act, struct export *out)
{
	json_t *page = NULL;
	enum rc rc = RC_OK;
	size_t i = 0;

	if (act == ACT_REGISTER_SHOW)
		return register_csv(r, out);
	while (i < sizeof(tables) / sizeof(tables[0]) && tables[i].act != act)
		i++;
	if (i == sizeof(tables) / sizeof(tables[0]))
		return FAIL(RC_NOTFOUND, "no CSV for this act");
	page = json_object();
	for (const struct column *c = tables[i].columns; c->key; c++) {
		struct str head = c->cell == CELL_TIME ? arena_f(r->arena, "%s (JST)", page_word(r, c->key)) : str_of(page_word(r, c->key));

		TRY(cell_add(out, head, c == tables[i].columns));
	}
	TRY(row_end(out));
	if (act == ACT_BOARD_SHOW) {
		view_board(r, page);
		TRY(board_rows(r, page, out));
	} else if (act == ACT_CONTROL_SHOW) {
		TRY(numbers_rows(r, out));
	} else if (tables[i].view) {
		tables[i].view(r, page);
		TRY(table_rows(r, tables[i].columns, json_object_get(json_object_get(page, "table"), "rows"), out));
	} else {
		TRY(list_rows(r, tables[i].columns, json_object_get(r->answer, tables[i].rows), out));
	}
	TRY(cut_said(r, out));
out:
	json_decref(page);
	return rc;
}

enum rc
page_csv(const struct page_request *r, enum act act, struct buf *out)
{
	struct export e = { .csv = out, .head = true };
	enum rc rc = RC_OK;

	TRY(buf_add_c(out, "\xef\xbb\xbf"));
	TRY(list_of(r, act, &e));
out:
	return rc;
}

enum rc
page_document(const struct page_request *r, enum act act, struct buf *ret_tape)
{
	const char *name = html_string(json_object_get(json_object_get(r->answer, "register"), "name"));
	struct doc_head head = { .english = r->english, .landscape = true, .title = str_of(*name ? name : act == ACT_REVIEW_SHOW ? page_word(r, "ui_review_paper") : word_act(act, r->english ? LANG_EN : LANG_JA)) };
	struct export e = { .rows = BUF(DOC_TAPE_MAX - (1u << 20)), .arena = r->arena, .head = true };
	enum rc rc = RC_OK;

	if (act == ACT_PAPER_SHOW)
		return view_paper_document(r, ret_tape);
	if (act == ACT_MONTH_SHOW)
		return view_month_document(r, ret_tape);
	TRY(list_of(r, act, &e));
	for (size_t i = 0; i < e.columns_n; i++)
		if (e.columns[i].cell == 0)
			e.columns[i].cell = DOC_CELL_TEXT;
	TRY(doc_head(ret_tape, &head));
	if (act == ACT_REVIEW_SHOW)
		TRY(view_review_head(r, ret_tape));
	TRY(doc_table(ret_tape, head.title, e.columns, e.columns_n));
	TRY(buf_add(ret_tape, buf_str(&e.rows)));
out:
	buf_free(&e.rows);
	return rc;
}
