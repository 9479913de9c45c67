// SPDX-License-Identifier: Apache-2.0
/* Which names an act takes from the browser, and of what kind. */
#include "web/arguments.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/time_text.h"

enum kind { KIND_TEXT, KIND_LINES, KIND_INDEX, KIND_DAY_BEGIN, KIND_DAY_END, KIND_YES, KIND_VALUES /* all "v.NAME" as members of an object */, KIND_FILE, KIND_FILES /* all "fileN" with their names */ };

static const struct argument { enum act act; const char *name; enum kind kind; bool segment; size_t bytes_max; } table[] = {
	{ ACT_BOARD_SHOW, "subject", KIND_TEXT, false, 48 },
	{ ACT_BOARD_SHOW, "system", KIND_TEXT, false, 320 },
	{ ACT_CONTROL_LIST, "subject", KIND_TEXT, false, 48 },
	{ ACT_CONTROL_LIST, "system", KIND_TEXT, false, 320 },
	{ ACT_CLAUSE_SHOW, "id", KIND_TEXT, true, 64 },
	{ ACT_CONTROL_SHOW, "id", KIND_TEXT, true, 64 },
	{ ACT_CONTROL_SHOW, "subject", KIND_TEXT, false, 48 },
	{ ACT_CONTROL_SHOW, "days", KIND_INDEX, false, 4 },
	{ ACT_CONTROL_SHOW, "page", KIND_INDEX, false, 6 },
	{ ACT_CONTROL_RUN, "id", KIND_TEXT, true, 64 },
	{ ACT_LEDGER_SHOW, "q", KIND_TEXT, false, 320 },
	{ ACT_LEDGER_SHOW, "type", KIND_TEXT, false, 32 },
	{ ACT_LEDGER_SHOW, "source", KIND_TEXT, false, 32 },
	{ ACT_LEDGER_SHOW, "from", KIND_DAY_BEGIN, false, 10 },
	{ ACT_LEDGER_SHOW, "to", KIND_DAY_END, false, 10 },
	{ ACT_LEDGER_SHOW, "before", KIND_INDEX, false, 20 },
	{ ACT_ENTRY_SHOW, "index", KIND_INDEX, true, 20 },
	{ ACT_PROOF_GET, "index", KIND_INDEX, true, 20 },
	{ ACT_ACCOUNT_ADD, "name", KIND_TEXT, false, 64 },
	{ ACT_ACCOUNT_ADD, "display", KIND_TEXT, false, 256 },
	{ ACT_ACCOUNT_ADD, "role", KIND_TEXT, false, 32 },
	{ ACT_ACCOUNT_ADD, "person", KIND_TEXT, false, 256 },
	{ ACT_ACCOUNT_PERSON, "id", KIND_TEXT, true, 64 },
	{ ACT_ACCOUNT_PERSON, "person", KIND_TEXT, false, 256 },
	{ ACT_ACCOUNT_RESET, "id", KIND_TEXT, true, 64 },
	{ ACT_ACCOUNT_REMOVE, "id", KIND_TEXT, true, 64 },
	{ ACT_PERSON_REMOVE, "id", KIND_TEXT, true, 64 },
	{ ACT_OS_ACCOUNT_LOCK, "id", KIND_TEXT, true, 64 },
	{ ACT_OS_ACCOUNT_UNLOCK, "id", KIND_TEXT, true, 64 },
	{ ACT_GENERATOR_IMPORT, "id", KIND_TEXT, false, 64 },
	{ ACT_GENERATOR_ASSIGN, "id", KIND_TEXT, false, 64 },
	{ ACT_GENERATOR_ASSIGN, "name", KIND_TEXT, false, 64 },
	{ ACT_GENERATOR_END, "id", KIND_TEXT, false, 64 },
	{ ACT_GLASS_SEAL, "role", KIND_TEXT, false, 256 },
	{ ACT_GLASS_SEAL, "minutes", KIND_TEXT, false, 6 },
	{ ACT_ACCOUNT_SHOW, "id", KIND_TEXT, true, 64 },
	{ ACT_ACCOUNT_UNLOCK, "id", KIND_TEXT, true, 64 },
	{ ACT_ACCOUNT_SUSPEND, "id", KIND_TEXT, true, 64 },
	{ ACT_ACCOUNT_RESUME, "id", KIND_TEXT, true, 64 },
	{ ACT_ACCOUNT_SESSIONS_END, "id", KIND_TEXT, true, 64 },
	{ ACT_ACCOUNT_ROLES, "id", KIND_TEXT, true, 64 },
	{ ACT_ACCOUNT_ROLES, "role_administrator", KIND_YES, false, 3 },
	{ ACT_ACCOUNT_ROLES, "role_security-lead", KIND_YES, false, 3 },
	{ ACT_ACCOUNT_ROLES, "role_operator", KIND_YES, false, 3 },
	{ ACT_ACCOUNT_ROLES, "role_client-officer", KIND_YES, false, 3 },
	{ ACT_ACCOUNT_ROLES, "role_client-auditor", KIND_YES, false, 3 },
	{ ACT_ACCOUNT_ROLES, "role_supervisor", KIND_YES, false, 3 },
	{ ACT_ACCOUNT_ROLES, "role_maintainer", KIND_YES, false, 3 },
	{ ACT_ACCOUNT_ROLES, "role_on-call", KIND_YES, false, 3 },
	{ ACT_ACCOUNT_ROLES, "role_auditor", KIND_YES, false, 3 },
	{ ACT_ACCOUNT_ROLES, "role_client-approver", KIND_YES, false, 3 },
	{ ACT_ACCOUNT_ROLES, "role_client-security", KIND_YES, false, 3 },
	{ ACT_ACCOUNT_ROLES, "role_client-department", KIND_YES, false, 3 },
	{ ACT_REVIEW_SHOW, "id", KIND_TEXT, true, 64 },
	{ ACT_REVIEW_SHOW, "show", KIND_TEXT, false, 16 },
	{ ACT_REVIEW_OPEN, "name", KIND_TEXT, false, 160 },
	{ ACT_REVIEW_DECIDE, "id", KIND_TEXT, true, 64 },
	{ ACT_REVIEW_DECIDE, "decision", KIND_TEXT, false, 8 },
	{ ACT_REVIEW_DECIDE, "reason", KIND_TEXT, false, 4096 },
	{ ACT_REVIEW_DECIDE, "values", KIND_VALUES, false, 20 },
	{ ACT_REVIEW_SIGN, "id", KIND_TEXT, true, 64 },
	{ ACT_REVIEW_SIGN, "hash", KIND_TEXT, false, 64 },
	{ ACT_REVIEW_ANSWER, "id", KIND_TEXT, true, 64 },
	{ ACT_REVIEW_ANSWER, "hash", KIND_TEXT, false, 64 },
	{ ACT_REVIEW_ANSWER, "decision", KIND_TEXT, false, 8 },
	{ ACT_REVIEW_ANSWER, "reason", KIND_LINES, false, 4096 },
	{ ACT_DECLARE_EVENT, "id", KIND_TEXT, true, 64 },
	{ ACT_DECLARE_EVENT, "text", KIND_LINES, false, 1600 },
	{ ACT_DECLARE_EVENT, "happened", KIND_YES, false, 3 },
	{ ACT_REGISTER_SHOW, "id", KIND_TEXT, true, 32 },
	{ ACT_REGISTER_SHOW, "q", KIND_TEXT, false, 320 },
	{ ACT_REGISTER_SHOW, "sort", KIND_TEXT, false, 33 },
	{ ACT_REGISTER_SHOW, "ended", KIND_YES, false, 3 },
	{ ACT_REGISTER_SHOW, "page", KIND_INDEX, false, 6 },
	{ ACT_REGISTER_FORM, "id", KIND_TEXT, true, 32 },
	{ ACT_REGISTER_FORM, "values", KIND_VALUES, false, 8192 },
	{ ACT_REGISTER_ADD, "id", KIND_TEXT, true, 32 },
	{ ACT_REGISTER_ADD, "values", KIND_VALUES, false, 8192 },
	{ ACT_REGISTER_PREVIEW, "id", KIND_TEXT, true, 32 },
	{ ACT_REGISTER_PREVIEW, "csv", KIND_FILE, false, CSV_BYTES_MAX },
	{ ACT_REGISTER_IMPORT, "id", KIND_TEXT, true, 32 },
	{ ACT_REGISTER_IMPORT, "csv", KIND_FILE, false, CSV_BYTES_MAX },
	{ ACT_REGISTER_ROW, "id", KIND_TEXT, true, 32 },
	{ ACT_REGISTER_ROW, "values", KIND_VALUES, false, 8192 },
	{ ACT_REGISTER_CHANGE, "id", KIND_TEXT, true, 32 },
	{ ACT_REGISTER_CHANGE, "version", KIND_INDEX, false, 18 },
	{ ACT_REGISTER_CHANGE, "values", KIND_VALUES, false, 8192 },
	{ ACT_REGISTER_END, "id", KIND_TEXT, true, 32 },
	{ ACT_REGISTER_END, "version", KIND_INDEX, false, 18 },
	{ ACT_OSCAL_GET, "id", KIND_TEXT, true, 16 },
	{ ACT_INCIDENT_SHOW, "id", KIND_TEXT, true, 32 },
	{ ACT_INCIDENT_NOTE, "id", KIND_TEXT, true, 32 },
	{ ACT_INCIDENT_NOTE, "kind", KIND_TEXT, false, 16 },
	{ ACT_INCIDENT_NOTE, "text", KIND_LINES, false, 8192 },
	{ ACT_INCIDENT_ACKNOWLEDGE, "id", KIND_TEXT, true, 32 },
	{ ACT_INCIDENT_RECEIVE, "id", KIND_TEXT, true, 32 },
	{ ACT_WATCH_SHOW, "show", KIND_TEXT, false, 16 },
	{ ACT_WATCH_SHOW, "before", KIND_INDEX, false, 20 },
	{ ACT_ALERT_SHOW, "id", KIND_TEXT, true, 20 },
	{ ACT_ALERT_DISPOSE, "id", KIND_TEXT, true, 20 },
	{ ACT_ALERT_DISPOSE, "verdict", KIND_TEXT, false, 16 },
	{ ACT_ALERT_DISPOSE, "reason", KIND_LINES, false, 4096 },
	{ ACT_WATCH_REVIEW, "month", KIND_TEXT, false, 10 },
	{ ACT_WATCH_REVIEW, "reason", KIND_LINES, false, 4096 },
	{ ACT_ACCESS_SHOW, "person", KIND_TEXT, false, 256 },
	{ ACT_ACCESS_SHOW, "act", KIND_TEXT, false, 48 },
	{ ACT_ACCESS_SHOW, "address", KIND_TEXT, false, 64 },
	{ ACT_ACCESS_SHOW, "host", KIND_TEXT, false, 256 },
	{ ACT_ACCESS_SHOW, "object", KIND_TEXT, false, 256 },
	{ ACT_ACCESS_SHOW, "result", KIND_TEXT, false, 16 },
	{ ACT_ACCESS_SHOW, "from", KIND_DAY_BEGIN, false, 10 },
	{ ACT_ACCESS_SHOW, "to", KIND_DAY_END, false, 10 },
	{ ACT_ACCESS_SHOW, "before", KIND_TEXT, false, 48 },
	{ ACT_ACCESS_OWN, "act", KIND_TEXT, false, 48 },
	{ ACT_ACCESS_OWN, "address", KIND_TEXT, false, 64 },
	{ ACT_ACCESS_OWN, "host", KIND_TEXT, false, 256 },
	{ ACT_ACCESS_OWN, "object", KIND_TEXT, false, 256 },
	{ ACT_ACCESS_OWN, "result", KIND_TEXT, false, 16 },
	{ ACT_ACCESS_OWN, "from", KIND_DAY_BEGIN, false, 10 },
	{ ACT_ACCESS_OWN, "to", KIND_DAY_END, false, 10 },
	{ ACT_ACCESS_OWN, "before", KIND_TEXT, false, 48 },
	{ ACT_PAPER_FORM_SHOW, "id", KIND_TEXT, true, 32 },
	{ ACT_PAPER_FORM_SHOW, "page", KIND_INDEX, false, 6 },
	{ ACT_PAPER_DRAFT, "id", KIND_TEXT, true, 32 },
	{ ACT_PAPER_DRAFT, "from", KIND_TEXT, false, 32 },
	{ ACT_PAPER_DRAFT, "values", KIND_VALUES, false, 16384 },
	{ ACT_PAPER_FILE, "id", KIND_TEXT, true, 32 },
	{ ACT_PAPER_FILE, "leaf", KIND_INDEX, false, 18 },
	{ ACT_PAPER_FILE, "values", KIND_VALUES, false, 16384 },
	{ ACT_PAPER_FILE, "files", KIND_FILES, false, 655360 },
	{ ACT_PAPER_RENEWAL, "by", KIND_TEXT, false, 10 },
	{ ACT_PAPER_RENEWAL, "values", KIND_VALUES, false, 32 },
	{ ACT_PAPER_RENEW, "by", KIND_TEXT, false, 10 },
	{ ACT_PAPER_RENEW, "values", KIND_VALUES, false, 32 },
	{ ACT_PAPER_ATTACHMENT, "id", KIND_TEXT, true, 32 },
	{ ACT_PAPER_SHOW, "id", KIND_TEXT, true, 32 },
	{ ACT_PAPER_RECEIVE, "id", KIND_TEXT, true, 32 },
	{ ACT_PAPER_RECEIVE, "leaf", KIND_INDEX, false, 18 },
	{ ACT_PAPER_RECEIVE, "attached", KIND_TEXT, false, 64 },
	{ ACT_PAPER_RECEIVE, "stage", KIND_TEXT, false, 32 },
	{ ACT_PAPER_RECEIVE, "reason", KIND_LINES, false, 4096 },
	{ ACT_PAPER_APPROVE, "id", KIND_TEXT, true, 32 },
	{ ACT_PAPER_APPROVE, "leaf", KIND_INDEX, false, 18 },
	{ ACT_PAPER_APPROVE, "attached", KIND_TEXT, false, 64 },
	{ ACT_PAPER_APPROVE, "reason", KIND_LINES, false, 4096 },
	{ ACT_PAPER_ENTER, "id", KIND_TEXT, true, 32 },
	{ ACT_PAPER_ENTER, "leaf", KIND_INDEX, false, 18 },
	{ ACT_PAPER_ENTER, "attached", KIND_TEXT, false, 64 },
	{ ACT_PAPER_ENTER, "number", KIND_TEXT, false, 256 },
	{ ACT_PAPER_ENTER, "reason", KIND_LINES, false, 4096 },
	{ ACT_PAPER_ENTER, "files", KIND_FILES, false, 655360 },
	{ ACT_PAPER_RETURN, "id", KIND_TEXT, true, 32 },
	{ ACT_PAPER_RETURN, "leaf", KIND_INDEX, false, 18 },
	{ ACT_PAPER_RETURN, "reason", KIND_LINES, false, 4096 },
	{ ACT_PAPER_WITHDRAW, "id", KIND_TEXT, true, 32 },
	{ ACT_PAPER_WITHDRAW, "leaf", KIND_INDEX, false, 18 },
	{ ACT_PAPER_WITHDRAW, "reason", KIND_LINES, false, 4096 },
	{ ACT_PAPER_END, "id", KIND_TEXT, true, 32 },
	{ ACT_PAPER_END, "leaf", KIND_INDEX, false, 18 },
	{ ACT_PAPER_END, "reason", KIND_LINES, false, 4096 },
	{ ACT_EXCEPTION_LIST, "state", KIND_TEXT, false, 16 },
	{ ACT_EXCEPTION_LIST, "clause", KIND_TEXT, false, 64 },
	{ ACT_EXCEPTION_LIST, "page", KIND_INDEX, false, 6 },
	{ ACT_EXCEPTION_SHOW, "id", KIND_TEXT, true, 32 },
	{ ACT_EXCEPTION_FORM, "id", KIND_TEXT, true, 64 },
	{ ACT_EXCEPTION_FORM, "values", KIND_VALUES, false, 8192 },
	{ ACT_EXCEPTION_REQUEST, "id", KIND_TEXT, true, 64 },
	{ ACT_EXCEPTION_REQUEST, "values", KIND_VALUES, false, 8192 },
	{ ACT_EXCEPTION_DECIDE, "id", KIND_TEXT, true, 32 },
	{ ACT_EXCEPTION_DECIDE, "leaf", KIND_INDEX, false, 18 },
	{ ACT_EXCEPTION_DECIDE, "decision", KIND_TEXT, false, 8 },
	{ ACT_EXCEPTION_DECIDE, "reason", KIND_LINES, false, 4096 },
	{ ACT_EXCEPTION_WITHDRAW, "id", KIND_TEXT, true, 32 },
	{ ACT_EXCEPTION_WITHDRAW, "leaf", KIND_INDEX, false, 18 },
	{ ACT_EXCEPTION_WITHDRAW, "reason", KIND_LINES, false, 4096 },
	{ ACT_PROCEDURE_READ, "id", KIND_TEXT, true, 32 },
	{ ACT_PROCEDURE_READ, "version", KIND_TEXT, false, 256 },
	{ ACT_DELEGATION_ADD, "to", KIND_TEXT, false, 64 },
	{ ACT_DELEGATION_ADD, "until", KIND_TEXT, false, 10 },
	{ ACT_DELEGATION_ADD, "reason", KIND_LINES, false, 4096 },
	{ ACT_DELEGATION_ADD, "role_administrator", KIND_YES, false, 3 },
	{ ACT_DELEGATION_ADD, "role_security-lead", KIND_YES, false, 3 },
	{ ACT_DELEGATION_ADD, "role_operator", KIND_YES, false, 3 },
	{ ACT_DELEGATION_ADD, "role_client-officer", KIND_YES, false, 3 },
	{ ACT_DELEGATION_ADD, "role_client-auditor", KIND_YES, false, 3 },
	{ ACT_DELEGATION_ADD, "role_supervisor", KIND_YES, false, 3 },
	{ ACT_DELEGATION_ADD, "role_maintainer", KIND_YES, false, 3 },
	{ ACT_DELEGATION_ADD, "role_on-call", KIND_YES, false, 3 },
	{ ACT_DELEGATION_ADD, "role_auditor", KIND_YES, false, 3 },
	{ ACT_DELEGATION_ADD, "role_client-approver", KIND_YES, false, 3 },
	{ ACT_DELEGATION_ADD, "role_client-security", KIND_YES, false, 3 },
	{ ACT_DELEGATION_ADD, "role_client-department", KIND_YES, false, 3 },
	{ ACT_HOLD_BEGIN, "kind", KIND_TEXT, false, 16 },
	{ ACT_HOLD_BEGIN, "address", KIND_TEXT, false, 64 },
	{ ACT_HOLD_BEGIN, "hours", KIND_TEXT, false, 4 },
	{ ACT_HOLD_BEGIN, "incident", KIND_TEXT, false, 32 },
	{ ACT_HOLD_BEGIN, "reason", KIND_LINES, false, 4096 },
	{ ACT_HOLD_END, "id", KIND_TEXT, true, 24 },
	{ ACT_DELEGATION_END, "id", KIND_TEXT, true, 24 },
	{ ACT_TRIAL_CONFIRM, "id", KIND_TEXT, true, 20 },
	{ ACT_TRIAL_ROLLBACK, "id", KIND_TEXT, true, 20 },
	{ ACT_WITNESS_IMPORT, "answer", KIND_LINES, false, 16000 },
	{ ACT_CONTAINMENT_REVIEW, "id", KIND_TEXT, true, 24 },
	{ ACT_CONTAINMENT_REVIEW, "reason", KIND_LINES, false, 4096 },
	{ ACT_APPROVAL_LIST, "state", KIND_TEXT, false, 16 },
	{ ACT_APPROVAL_SHOW, "id", KIND_TEXT, true, 32 },
	{ ACT_APPROVAL_APPROVE, "id", KIND_TEXT, true, 32 },
	{ ACT_APPROVAL_APPROVE, "hash", KIND_TEXT, false, 64 },
	{ ACT_APPROVAL_APPROVE, "reason", KIND_LINES, false, 4096 },
	{ ACT_APPROVAL_REFUSE, "id", KIND_TEXT, true, 32 },
	{ ACT_APPROVAL_REFUSE, "reason", KIND_LINES, false, 4096 },
	{ ACT_APPROVAL_CANCEL, "id", KIND_TEXT, true, 32 },
	{ ACT_APPROVAL_CANCEL, "reason", KIND_LINES, false, 4096 },
	{ ACT_APPROVAL_RESULT, "id", KIND_TEXT, true, 32 },
	{ ACT_APPROVAL_RESULT, "reason", KIND_LINES, false, 4096 },
	{ ACT_EVIDENCE_GET, "id", KIND_TEXT, true, 40 },
	{ ACT_EVIDENCE_RECEIVE, "id", KIND_TEXT, true, 32 },
	{ ACT_QUESTION_ASK, "id", KIND_TEXT, true, 64 },
	{ ACT_QUESTION_ASK, "to", KIND_TEXT, false, 16 },
	{ ACT_QUESTION_ASK, "text", KIND_LINES, false, 8192 },
	{ ACT_QUESTION_ASK, "due", KIND_TEXT, false, 10 },
	{ ACT_QUESTION_ANSWER, "id", KIND_TEXT, true, 20 },
	{ ACT_QUESTION_ANSWER, "text", KIND_LINES, false, 8192 },
	{ ACT_QUESTION_CLOSE, "id", KIND_TEXT, true, 20 },
	{ ACT_MAIL_TEST, "id", KIND_TEXT, true, 64 },
	{ ACT_MONTH_MAKE, "contract", KIND_TEXT, false, 48 },
	{ ACT_MONTH_MAKE, "month", KIND_TEXT, false, 7 },
	{ ACT_MONTH_MAKE, "reason", KIND_LINES, false, 4096 },
	{ ACT_MONTH_SHOW, "id", KIND_TEXT, true, 64 },
	{ ACT_MONTH_SHOW, "version", KIND_INDEX, false, 6 },
	{ ACT_MONTH_REVIEW, "id", KIND_TEXT, true, 64 },
	{ ACT_MONTH_REVIEW, "hash", KIND_TEXT, false, 64 },
	{ ACT_MONTH_REVIEW, "reason", KIND_LINES, false, 4096 },
	{ ACT_MONTH_SUBMIT, "id", KIND_TEXT, true, 64 },
	{ ACT_MONTH_SUBMIT, "hash", KIND_TEXT, false, 64 },
	{ ACT_MONTH_SUBMIT, "reason", KIND_LINES, false, 4096 },
	{ ACT_MONTH_ACCEPT, "id", KIND_TEXT, true, 64 },
	{ ACT_MONTH_ACCEPT, "hash", KIND_TEXT, false, 64 },
	{ ACT_MONTH_ACCEPT, "inspector", KIND_TEXT, false, 240 },
	{ ACT_MONTH_ACCEPT, "reason", KIND_LINES, false, 4096 },
	{ ACT_MONTH_RETURN, "id", KIND_TEXT, true, 64 },
	{ ACT_MONTH_RETURN, "hash", KIND_TEXT, false, 64 },
	{ ACT_MONTH_RETURN, "inspector", KIND_TEXT, false, 240 },
	{ ACT_MONTH_RETURN, "reason", KIND_LINES, false, 4096 },
	{ ACT_MONTH_ANSWER, "id", KIND_TEXT, true, 64 },
	{ ACT_MONTH_ANSWER, "hash", KIND_TEXT, false, 64 },
	{ ACT_MONTH_ANSWER, "reason", KIND_LINES, false, 4096 },
	{ ACT_CONTRACT_SHOW, "id", KIND_TEXT, true, 64 },
	{ ACT_CONTRACT_ADOPT, "id", KIND_TEXT, true, 64 },
	{ ACT_CONTRACT_ADOPT, "hash", KIND_TEXT, false, 64 },
	{ ACT_CONTRACT_ADOPT, "reason", KIND_LINES, false, 4096 },
	{ ACT_CONTRACT_END, "id", KIND_TEXT, true, 64 },
	{ ACT_CONTRACT_END, "reason", KIND_LINES, false, 4096 },
	{ ACT_EXCEPTION_REVOKE, "id", KIND_TEXT, true, 32 },
	{ ACT_EXCEPTION_REVOKE, "leaf", KIND_INDEX, false, 18 },
	{ ACT_EXCEPTION_REVOKE, "reason", KIND_LINES, false, 4096 },
};

static enum rc
value_of(const struct argument *a, struct str s, json_t **ret)
{
	struct text text;
	int64_t n;
	enum rc rc = RC_OK;

	if (s.n > a->bytes_max)
		return FAIL(RC_SYNTAX, "%s: longer than %zu bytes", a->name, a->bytes_max);
	switch (a->kind) {
	case KIND_TEXT:
	case KIND_LINES:
		TRY(a->kind == KIND_TEXT ? utf8_check(s, &text) : utf8_check_lines(s, &text));
		*ret = json_stringn(s.p, s.n);
		break;
	case KIND_INDEX:
		TRY(num_parse(s, 0, INT64_MAX, &n));
		*ret = json_integer(n);
		break;
	case KIND_DAY_BEGIN:
	case KIND_DAY_END:
		TRY(time_parse_date(s, &n));
		*ret = json_integer(n + (a->kind == KIND_DAY_END ? DAY_US : 0));
		break;
	case KIND_FILE: /* a NUL or what is no UTF-8 becomes no JSON */
		*ret = memchr(s.p, '\0', s.n) ? NULL : json_stringn(s.p, s.n);
		if (*ret == NULL)
			return FAIL(RC_SYNTAX, "CSV は UTF-8 で保存してください（Excel では「CSV UTF-8」） / save the CSV as UTF-8 (in Excel: CSV UTF-8)");
		break;
	case KIND_FILES:
	case KIND_VALUES:
		return FAIL(RC_BUG, "values are taken by values_of()");
	case KIND_YES:
		if (!str_eq_c(s, "yes") && !str_eq_c(s, "no"))
			return FAIL(RC_SYNTAX, "%s: neither yes nor no", a->name);
		*ret = json_boolean(str_eq_c(s, "yes"));
		break;
	}
out:
	return rc;
}

/* NULL: none was sent. */
static enum rc
values_of(const struct argument *a, const struct pairs *fields, json_t **ret)
{
	struct str prefix = STR("v.");
	json_t *object = NULL;
	struct text text;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < fields->n; i++) {
		struct str name = fields->at[i].name, value = fields->at[i].value;
		char key[64];

		if (!str_starts(name, prefix))
			continue;
		if (name.n >= sizeof(key) || value.n > a->bytes_max)
			TRY(FAIL(RC_SYNTAX, "values: a name or a value is too long"));
		(void)snprintf(key, sizeof(key), STR_FMT, STR_ARG(str_sub(name, prefix.n, name.n))); /* measured above */
		TRY(utf8_check_lines(value, &text));
		object = object ? object : json_object();
		if (json_object_set_new(object, key, json_stringn(value.n ? value.p : "", value.n)) != 0)
			TRY(FAIL(RC_SYNTAX, "values: not UTF-8"));
	}
	*ret = object;
	object = NULL;
out:
	json_decref(object);
	return rc;
}

/* NULL: none was chosen. An empty field of the form has neither name nor bytes. */
static enum rc
files_of(const struct argument *a, const struct pairs *fields, json_t **ret)
{
	json_t *list = NULL, *one;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < fields->n; i++) {
		struct buf content = BUF(a->bytes_max / 3 * 4 + 8);
		struct str name = fields->at[i].name, bytes = fields->at[i].value, called;
		char key[32];

		if (!str_starts(name, STR("file")) || name.n > 8 || bytes.n == 0)
			continue;
		(void)snprintf(key, sizeof(key), STR_FMT ".name", STR_ARG(name)); /* measured above */
		called = pairs_get(fields, key);
		if (bytes.n > a->bytes_max)
			rc = FAIL(RC_SYNTAX, "添付は合わせて %zu KB までです / attachments have at most %zu KB together", a->bytes_max >> 10, a->bytes_max >> 10);
		else
			rc = base64_encode(&content, bytes);
		one = rc == RC_OK ? json_pack("{s:s%, s:s}", "name", called.n ? called.p : "", called.n, "content", buf_cstr(&content)) : NULL;
		buf_free(&content);
		if (rc == RC_OK && one == NULL)
			rc = FAIL(RC_SYNTAX, "file: its name is not UTF-8");
		TRY(rc);
		list = list ? list : json_array();
		json_array_append_new(list, one);
	}
	*ret = list;
	list = NULL;
out:
	json_decref(list);
	return rc;
}

/* What is said with an act that asks for it: fields "g.NAME" as members of "guard". */
static enum rc
guard_of(const struct pairs *fields, json_t *object)
{
	static const struct argument said[] = { { ACT_NONE, "g.purpose", KIND_TEXT, false, 1024 }, { ACT_NONE, "g.reason", KIND_LINES, false, 4096 }, { ACT_NONE, "g.ticket", KIND_TEXT, false, 256 },
		{ ACT_NONE, "g.words", KIND_TEXT, false, 1024 }, { ACT_NONE, "g.seen", KIND_TEXT, false, 64 } };
	json_t *guard = json_object(), *value;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
		struct str s = pairs_get(fields, said[i].name);

		if (s.n == 0)
			continue;
		value = NULL;
		TRY(value_of(&said[i], s, &value));
		if (json_object_set_new(guard, said[i].name + 2, value) != 0)
			TRY(FAIL(RC_SYNTAX, "%s: not UTF-8", said[i].name));
	}
	if (json_object_size(guard))
		(void)json_object_set(object, "guard", guard);
out:
	json_decref(guard);
	return rc;
}

enum rc
arguments_build(enum act act, struct str segment, const struct pairs *fields, bool english, const char *export, struct buf *ret_json)
{
	json_t *object = json_object(), *value;
	char *text = NULL;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct str s;

		if (table[i].act != act)
			continue;
		if (table[i].kind == KIND_VALUES || table[i].kind == KIND_FILES) {
			value = NULL;
			TRY(table[i].kind == KIND_FILES ? files_of(&table[i], fields, &value) : values_of(&table[i], fields, &value));
			if (value && json_object_set_new(object, table[i].name, value) != 0)
				TRY(FAIL(RC_BUG, "arguments do not become JSON"));
			continue;
		}
		s = table[i].segment ? segment : pairs_get(fields, table[i].name);
		if (s.n == 0)
			continue; /* absent: the act says what it misses */
		value = NULL;
		TRY(value_of(&table[i], s, &value));
		if (json_object_set_new(object, table[i].name, value) != 0)
			TRY(FAIL(RC_SYNTAX, "%s: not UTF-8", table[i].name));
	}
	if (export && json_object_set_new(object, "export", json_string(export)) != 0)
		TRY(FAIL(RC_BUG, "arguments do not become JSON"));
	if (act_row(act)->guards)
		TRY(guard_of(fields, object));
	if (json_object_set_new(object, "lang", json_string(english ? "en" : "ja")) != 0 || !(text = json_dumps(object, JSON_COMPACT)))
		TRY(FAIL(RC_BUG, "arguments do not become JSON"));
	TRY(buf_add_c(ret_json, text));
out:
	free(text);
	json_decref(object);
	return rc;
}

enum rc
arguments_check(struct str json)
{
	json_error_t error;
	json_t *object = json_loadb(json.p ? json.p : "", json.n, JSON_REJECT_DUPLICATES, &error);
	bool good = json_is_object(object);

	json_decref(object);
	return good ? RC_OK : FAIL(RC_SYNTAX, "the body is no JSON object");
}

bool
arguments_info(enum act act, size_t at, struct argument_info *ret)
{
	static const struct { const char *type, *format; } types[] = {
		[KIND_TEXT] = { "string", NULL }, [KIND_LINES] = { "string", NULL }, [KIND_INDEX] = { "integer", NULL }, [KIND_DAY_BEGIN] = { "string", "date" }, [KIND_DAY_END] = { "string", "date" },
		[KIND_YES] = { "boolean", NULL }, [KIND_VALUES] = { "object", NULL }, [KIND_FILE] = { "string", NULL }, [KIND_FILES] = { "array", NULL },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].act == act && at-- == 0) {
			*ret = (struct argument_info){ table[i].name, types[table[i].kind].type, types[table[i].kind].format, table[i].bytes_max, table[i].segment };
			return true;
		}
	return false;
}
