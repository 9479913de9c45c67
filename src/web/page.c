// SPDX-License-Identifier: Apache-2.0
/* The frame around every page: title, menu from acts.def, language, person, form token; and the doors before sign-in. */
#include "web/page_int.h"

#include <stdio.h>
#include <string.h>

#include "message/message.h"
#include "auth/ask_auth.h"
#include "base/num.h"
#include "templates.h"

#define PAGE_ARENA (8u << 20)

const char *
page_word(const struct page_request *r, const char *key)
{
	const char *word = ui_word(r->english, key);

	return word ? word : key;
}

void
page_put(json_t *object, const char *key, const char *value)
{
	(void)json_object_set_new(object, key, json_string(value ? value : "")); /* a member less shows as absent */
}

const char *
page_query(const struct page_request *r, const char *name)
{
	struct str value = r->query ? pairs_get(r->query, name) : STR_NONE;
	const char *s = value.n ? arena_cstr(r->arena, value) : NULL;

	return s ? s : "";
}

json_t *
page_query_with(const struct page_request *r, const char *name, const char *value)
{
	static const struct pairs none;
	struct buf out = BUF(8192);
	json_t *ret = query_with(&out, r->query ? r->query : &none, name, value) == RC_OK ? json_stringn(out.p ? out.p : "", out.n) : json_string("");

	buf_free(&out);
	return ret;
}

/* Pages that stand under a menu item without its path. */
static const struct { enum act page, item; } under[] = {
	{ ACT_CLAUSE_SHOW, ACT_BOARD_SHOW }, { ACT_MAIL_LIST, ACT_STATUS_SHOW }, { ACT_MONTH_SHOW, ACT_MONTH_LIST }, { ACT_CONTRACT_LIST, ACT_BOARD_SHOW }, { ACT_CONTRACT_SHOW, ACT_BOARD_SHOW }, { ACT_QUESTION_LIST, ACT_BOARD_SHOW }, { ACT_EVIDENCE_LIST, ACT_LEDGER_SHOW }, { ACT_EXCEPTION_FORM, ACT_EXCEPTION_LIST }, { ACT_REMOVAL_LIST, ACT_ACCOUNT_LIST }, { ACT_GENERATOR_LIST, ACT_ACCOUNT_LIST }, { ACT_TRIAL_LIST, ACT_REGISTER_LIST },
	{ ACT_OPERATION_LIST, ACT_APPROVAL_LIST }, { ACT_DELEGATION_LIST, ACT_APPROVAL_LIST }, { ACT_CONTAINMENT_LIST, ACT_APPROVAL_LIST }, { ACT_HOLD_LIST, ACT_APPROVAL_LIST }, { ACT_PERMISSION_SHOW, ACT_APPROVAL_LIST },
};

/* "page" on the item itself, "true" on the item that a page stands under: its path, or its path and a hyphen (register, register-row). */
static const char *
mark_of(enum act item, enum act here, struct str top)
{
	struct str path = str_of(act_row(item)->path + 1);

	if (item == here)
		return "page";
	for (size_t i = 0; i < sizeof(under) / sizeof(under[0]); i++)
		if (under[i].page == here)
			return under[i].item == item ? "true" : "";
	return path.n && str_starts(top, path) && (top.n == path.n || top.p[path.n] == '-') ? "true" : "";
}

/* The menu: rows of acts.def with a place in it, in order, as far as the role is known to permit. */
static json_t *
menu(const struct page_request *r, enum act here, const json_t *me)
{
	const json_t *names = json_object_get(me, "roles");
	uint32_t roles = 0;
	enum lang lang = r->english ? LANG_EN : LANG_JA;
	json_t *list = json_array();
	struct str top = STR_NONE, rest = here ? str_of(act_row(here)->path) : STR_NONE;

	for (size_t i = 0; i < json_array_size(names); i++)
		roles |= ROLE_BIT(role_of(str_of(html_string(json_array_get(names, i)))));
	roles &= ~ROLE_BIT(ROLE_NONE);
	if (rest.n > 1) {
		rest = str_sub(rest, 1, rest.n);
		(void)str_cut(&rest, '/', &top); /* always true: not empty */
	}
	for (int place = 1; place < 20; place++)
		for (enum act a = ACT_NONE + 1; a < ACT_COUNT; a++) {
			const struct act_row *row = act_row(a);
			json_t *item;

			if (row->menu != place || (roles && !act_permitted(a, roles)))
				continue;
			item = json_object();
			page_put(item, "path", row->path + 1);
			page_put(item, "text", word_act_menu(a, lang));
			page_put(item, "on", mark_of(a, here, top));
			(void)json_array_append_new(list, item);
		}
	return list;
}

/* The token of forms, and whose page it stands on: a draft is given back to nobody else. */
static json_t *
form_of(const struct page_request *r, const char *name)
{
	struct buf text = BUF(512);
	json_t *ret;

	if (name == NULL)
		name = r->owner ? r->owner : "";
	if (buf_add_c(&text, r->form ? r->form : "") != RC_OK || hex_encode(&text, str_of(name)) != RC_OK)
		rc_trail_clear(); /* both are short */
	ret = json_string(buf_cstr(&text));
	buf_free(&text);
	return ret;
}

/* Every page says how it is read: one sentence or several, ui_help_NAME or ui_help_NAME_1 and so on. */
void
page_help(const struct page_request *r, json_t *page, const char *name)
{
	json_t *list = json_array();
	const char *word = NULL;
	char key[64];

	(void)snprintf(key, sizeof(key), "ui_help_%.40s", name); /* fits */
	word = ui_word(r->english, key);
	for (int i = 1; word || i == 1; i++) {
		if (word)
			(void)json_array_append_new(list, json_string(word));
		(void)snprintf(key, sizeof(key), "ui_help_%.40s_%d", name, i); /* fits */
		word = ui_word(r->english, key);
	}
	(void)json_object_set_new(page, "help", list);
}

static const struct { enum act page; const char *name; } helps[] = {
	{ ACT_BOARD_SHOW, "board" },
	{ ACT_CLAUSE_SHOW, "clause" },
	{ ACT_CONTROL_LIST, "controls" },
	{ ACT_MAIL_LIST, "mail" },
	{ ACT_MONTH_LIST, "month" },
	{ ACT_MONTH_SHOW, "month" },
	{ ACT_CONTRACT_LIST, "contract_list" },
	{ ACT_QUESTION_LIST, "question_list" },
	{ ACT_EVIDENCE_LIST, "evidence_list" },
	{ ACT_CONTRACT_SHOW, "contract_show" },
	{ ACT_CONTROL_SHOW, "control" },
	{ ACT_LEDGER_SHOW, "ledger" },
	{ ACT_ENTRY_SHOW, "entry" },
	{ ACT_STATUS_SHOW, "station" },
	{ ACT_ACCOUNT_LIST, "accounts" },
	{ ACT_ACCOUNT_SHOW, "account" },
	{ ACT_REGISTER_LIST, "registers" },
	{ ACT_REGISTER_SHOW, "register" },
	{ ACT_REGISTER_FORM, "register_form" },
	{ ACT_REGISTER_ROW, "register_row" },
	{ ACT_WATCH_SHOW, "watch" },
	{ ACT_ALERT_SHOW, "watch" },
	{ ACT_ACCESS_SHOW, "access" },
	{ ACT_ACCESS_OWN, "access" },
	{ ACT_EXCEPTION_LIST, "exceptions" },
	{ ACT_EXCEPTION_SHOW, "exceptions" },
	{ ACT_APPROVAL_LIST, "approvals" },
	{ ACT_APPROVAL_SHOW, "approvals" },
	{ ACT_OPERATION_LIST, "operations" },
	{ ACT_DELEGATION_LIST, "delegations" },
	{ ACT_CONTAINMENT_LIST, "containments" },
	{ ACT_HOLD_LIST, "holds" },
	{ ACT_ACCOUNT_FOUND, "found" },
	{ ACT_REMOVAL_LIST, "removals" },
	{ ACT_PERMISSION_SHOW, "permissions" },
	{ ACT_TRIAL_LIST, "trials" },
	{ ACT_EXCEPTION_FORM, "exceptions" },
	{ ACT_DEADLINE_LIST, "deadlines" },
	{ ACT_TODAY_SHOW, "today" },
	{ ACT_PAPER_LIST, "papers" },
	{ ACT_PAPER_FORM_SHOW, "papers" },
	{ ACT_PAPER_SHOW, "papers" },
	{ ACT_PAPER_DRAFT, "paper_draft" },
	{ ACT_PAPER_RENEWAL, "renewal" },
	{ ACT_REVIEW_LIST, "review" },
	{ ACT_REVIEW_SHOW, "review" },
};

static const char *
help_of(enum act act)
{
	for (size_t i = 0; i < sizeof(helps) / sizeof(helps[0]); i++)
		if (helps[i].page == act)
			return helps[i].name;
	return "";
}

json_t *
page_new(const struct page_request *r, enum act act, struct text title)
{
	json_t *page = json_object();
	const json_t *me = json_object_get(r->answer, "me");

	page_put(page, "lang", r->english ? "en" : "ja");
	page_put(page, "other_lang", r->english ? "ja" : "en");
	page_put(page, "version", static_version);
	page_put(page, "release", TSUJIBAN_VERSION);
	page_put(page, "station", r->station);
	(void)json_object_set_new(page, "title", json_stringn(title.s.p ? title.s.p : "", title.s.n));
	(void)json_object_set_new(page, "now", json_integer(r->now_us));
	(void)json_object_set_new(page, "back", json_stringn(r->path.n ? r->path.p : "/", r->path.n ? r->path.n : 1));
	(void)json_object_set_new(page, "signed_in", json_boolean(r->signed_in));
	(void)json_object_set_new(page, "form", form_of(r, json_string_value(json_object_get(me, "name"))));
	page_put(page, "problem", r->problem);
	(void)json_object_set_new(page, "cards", json_boolean(r->cards));
	page_put(page, "q", page_query(r, "q"));
	(void)json_object_set_new(page, "query", page_query_with(r, "", NULL));
	if (r->answer)
		(void)json_object_set(page, "d", (json_t *)(uintptr_t)r->answer); /* shared, only read */
	if (json_is_object(me))
		(void)json_object_set(page, "me", (json_t *)(uintptr_t)me);
	if (r->signed_in)
		(void)json_object_set_new(page, "menu", menu(r, act, me));
	if (*help_of(act))
		page_help(r, page, help_of(act));
	return page;
}

enum rc
page_write(const struct page_request *r, const json_t *page, void (*template)(struct html *, const json_t *), struct buf *out)
{
	struct arena arena = ARENA(PAGE_ARENA);
	struct html h = { .out = out, .arena = &arena, .english = r->english, .now_us = r->now_us };

	template(&h, page);
	arena_free(&arena);
	return h.rc;
}

json_t *
page_fields(const struct page_request *r, const struct page_field *fields, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++) {
		const struct page_field *f = &fields[i];
		json_t *field = json_object();

		page_put(field, "name", f->name);
		page_put(field, "type", f->type);
		page_put(field, "autocomplete", f->autocomplete);
		page_put(field, "label", page_word(r, f->label_key));
		page_put(field, "help", f->help_key ? page_word(r, f->help_key) : "");
		page_put(field, "value", f->value);
		page_put(field, "error", f->error);
		(void)json_object_set_new(field, "required", json_boolean(f->required));
		(void)json_object_set_new(field, "numeric", json_boolean(f->numeric));
		(void)json_object_set_new(field, "max", json_integer(f->max));
		(void)json_array_append_new(list, field);
	}
	return list;
}

static void
view_form_new(const struct page_request *r, json_t *page)
{
	view_fields(r, page, NULL, NULL);
}

static void
view_row_kept(const struct page_request *r, json_t *page)
{
	view_register_row(r, page, NULL);
}

static void
view_draft_new(const struct page_request *r, json_t *page)
{
	view_paper_draft(r, page, NULL);
}

static const struct { enum act act; const char *title, *title_member; void (*view)(const struct page_request *, json_t *); void (*template)(struct html *, const json_t *); } pages[] = {
	{ ACT_BOARD_SHOW, "ui_board_title", NULL, view_board, tpl_board },
	{ ACT_CLAUSE_SHOW, NULL, "id", view_clause, tpl_clause },
	{ ACT_CONTROL_LIST, "ui_controls_title", NULL, view_controls, tpl_controls },
	{ ACT_CONTROL_SHOW, NULL, "name", view_control, tpl_control },
	{ ACT_LEDGER_SHOW, "ui_ledger_title", NULL, view_ledger, tpl_ledger },
	{ ACT_ENTRY_SHOW, NULL, "type_text", view_entry, tpl_entry },
	{ ACT_STATUS_SHOW, "ui_station_title", NULL, view_station, tpl_station },
	{ ACT_ACCOUNT_LIST, "ui_accounts_title", NULL, NULL, tpl_accounts },
	{ ACT_ACCOUNT_SHOW, NULL, "display", view_account, tpl_account },
	{ ACT_REGISTER_LIST, "ui_registers_title", NULL, view_registers, tpl_registers },
	{ ACT_REGISTER_SHOW, "ui_registers_title", NULL, view_register, tpl_register },
	{ ACT_REGISTER_FORM, "ui_registers_title", NULL, view_form_new, tpl_register_form },
	{ ACT_REGISTER_ROW, "ui_registers_title", NULL, view_row_kept, tpl_register_row },
	{ ACT_WATCH_SHOW, "ui_watch_title", NULL, view_watch, tpl_watch },
	{ ACT_ALERT_SHOW, "ui_watch_title", NULL, view_alert, tpl_alert },
	{ ACT_ACCESS_SHOW, "ui_access_title", NULL, view_access, tpl_access },
	{ ACT_ACCESS_OWN, "ui_access_own_title", NULL, view_access, tpl_access },
	{ ACT_EXCEPTION_LIST, "ui_exceptions_title", NULL, view_exceptions, tpl_exceptions },
	{ ACT_EXCEPTION_SHOW, "ui_exceptions_title", NULL, view_exception, tpl_exception },
	{ ACT_APPROVAL_LIST, "ui_approvals_title", NULL, view_approvals, tpl_approvals },
	{ ACT_APPROVAL_SHOW, "ui_approvals_title", NULL, view_approval, tpl_approval },
	{ ACT_OPERATION_LIST, "ui_operations_title", NULL, view_operations, tpl_operations },
	{ ACT_DELEGATION_LIST, "ui_delegations_title", NULL, view_delegations, tpl_delegations },
	{ ACT_CONTAINMENT_LIST, "ui_containments_title", NULL, view_containments, tpl_containments },
	{ ACT_HOLD_LIST, "ui_holds_title", NULL, view_holds, tpl_holds },
	{ ACT_ACCOUNT_FOUND, "ui_found_title", NULL, view_found, tpl_found },
	{ ACT_GENERATOR_LIST, "ui_generators_title", NULL, view_generators, tpl_generators },
	{ ACT_EVIDENCE_LIST, "ui_evidence_title", NULL, view_evidence, tpl_evidence_orders },
	{ ACT_QUESTION_LIST, "ui_questions_title", NULL, view_questions, tpl_questions },
	{ ACT_MAIL_LIST, "ui_mails_title", NULL, view_mails, tpl_mails },
	{ ACT_MONTH_LIST, "ui_months_title", NULL, view_months, tpl_months },
	{ ACT_MONTH_SHOW, NULL, "name", view_month, tpl_month },
	{ ACT_CONTRACT_LIST, "ui_contracts_title", NULL, view_contracts, tpl_contracts },
	{ ACT_CONTRACT_SHOW, NULL, "name", view_contract, tpl_contract },
	{ ACT_REVIEW_LIST, "ui_reviews_title", NULL, view_reviews, tpl_reviews },
	{ ACT_REVIEW_SHOW, NULL, "name", view_review, tpl_review },
	{ ACT_REMOVAL_LIST, "ui_removals_title", NULL, view_removals, tpl_removals },
	{ ACT_PERMISSION_SHOW, "ui_permissions_title", NULL, view_permissions, tpl_permissions },
	{ ACT_WITNESS_SHOW, "ui_witness_title", NULL, view_witness, tpl_witness },
	{ ACT_TRIAL_LIST, "ui_trials_title", NULL, view_trials, tpl_trials },
	{ ACT_EXCEPTION_FORM, "ui_exception_ask", NULL, view_exception_form, tpl_exception_form },
	{ ACT_INCIDENT_LIST, "ui_incidents_title", NULL, view_incidents, tpl_incidents },
	{ ACT_INCIDENT_SHOW, NULL, "name", view_incident, tpl_incident },
	{ ACT_GATE_LIST, "ui_gates_title", NULL, view_gates, tpl_gates },
	{ ACT_DEADLINE_LIST, "ui_deadlines_title", NULL, view_deadlines, tpl_deadlines },
	{ ACT_TODAY_SHOW, "ui_today_title", NULL, view_today, tpl_today },
	{ ACT_PAPER_LIST, "ui_papers_title", NULL, view_papers, tpl_papers },
	{ ACT_PAPER_FORM_SHOW, "ui_papers_title", NULL, view_paper_form, tpl_paper_form },
	{ ACT_PAPER_RENEWAL, "ui_renewal_title", NULL, view_paper_renewal, tpl_paper_renewal },
	{ ACT_PAPER_SHOW, NULL, "title", view_paper, tpl_paper },
	{ ACT_PAPER_DRAFT, "ui_paper_new", NULL, view_draft_new, tpl_paper_draft },
};

enum rc
page_act(const struct page_request *r, enum act act, struct buf *out)
{
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		const char *title;
		json_t *page;
		enum rc rc;

		if (pages[i].act != act)
			continue;
		title = pages[i].title ? page_word(r, pages[i].title) : html_string(json_object_get(r->answer, pages[i].title_member));
		page = page_new(r, act, (struct text){ str_of(title) });
		if (act == ACT_ACCOUNT_LIST)
			view_accounts(r, page, NULL, "", NULL);
		else if (pages[i].view)
			pages[i].view(r, page);
		rc = page_write(r, page, pages[i].template, out);
		json_decref(page);
		return rc;
	}
	return FAIL(RC_NOTFOUND, "no page for this act");
}

enum rc
page_account_added(const struct page_request *r, const json_t *list, const char *link, const char *name, struct buf *out)
{
	struct page_request with = *r;
	json_t *page;
	enum rc rc;

	with.answer = list;
	page = page_new(&with, ACT_ACCOUNT_LIST, (struct text){ str_of(page_word(r, "ui_accounts_title")) });
	view_accounts(&with, page, NULL, "", NULL);
	page_put(page, "link", link);
	page_put(page, "added", name);
	rc = page_write(r, page, tpl_accounts, out);
	json_decref(page);
	return rc;
}

enum rc
page_accounts_again(const struct page_request *r, const struct pairs *form, const char *error_field, const char *error, struct buf *out)
{
	json_t *page = page_new(r, ACT_ACCOUNT_LIST, (struct text){ str_of(page_word(r, "ui_accounts_title")) });
	enum rc rc;

	view_accounts(r, page, form, error_field, error);
	rc = page_write(r, page, tpl_accounts, out);
	json_decref(page);
	return rc;
}

enum rc
page_register_again(const struct page_request *r, enum act act, const struct pairs *typed, struct buf *out)
{
	bool exception = act == ACT_EXCEPTION_FORM, paper = act == ACT_PAPER_DRAFT;
	json_t *page = page_new(r, act, (struct text){ str_of(page_word(r, exception ? "ui_exception_ask" : paper ? "ui_paper_new" : "ui_registers_title")) });
	enum rc rc;

	if (act == ACT_REGISTER_ROW)
		view_register_row(r, page, typed);
	else if (paper)
		view_paper_draft(r, page, typed);
	else
		view_fields(r, page, typed, NULL);
	rc = page_write(r, page, act == ACT_REGISTER_ROW ? tpl_register_row : exception ? tpl_exception_form : paper ? tpl_paper_draft : tpl_register_form, out);
	json_decref(page);
	return rc;
}

enum rc
page_register_preview(const struct page_request *r, struct str csv, struct buf *out)
{
	json_t *page = page_new(r, ACT_REGISTER_SHOW, (struct text){ str_of(page_word(r, "ui_register_import")) });
	enum rc rc;

	view_register_preview(r, page, csv);
	rc = page_write(r, page, tpl_register_preview, out);
	json_decref(page);
	return rc;
}

enum rc
page_register_map(const struct page_request *r, struct str csv, const struct pairs *chosen, struct buf *out)
{
	json_t *page = page_new(r, ACT_REGISTER_SHOW, (struct text){ str_of(page_word(r, "ui_map_title")) });
	enum rc rc = view_register_map(r, page, csv, chosen);

	if (rc == RC_OK)
		rc = page_write(r, page, tpl_register_map, out);
	json_decref(page);
	return rc;
}

enum rc
page_break_glass(const struct page_request *r, const char *name, const char *reason, struct buf *out)
{
	struct page_field fields[] = {
		{ "name", "text", "username", "ui_name", "ui_glass_name_help", name, NULL, true, false, 64 },
		{ "code", "text", "off", "ui_glass_code", "ui_glass_code_help", "", NULL, true, false, 40 },
		{ "reason", "text", "off", "ui_glass_reason", NULL, reason, NULL, true, false, 200 },
	};
	json_t *page = page_new(r, ACT_NONE, (struct text){ str_of(page_word(r, "ui_glass_title")) });
	enum rc rc;

	(void)json_object_set_new(page, "fields", page_fields(r, fields, sizeof(fields) / sizeof(fields[0])));
	rc = page_write(r, page, tpl_break_glass, out);
	json_decref(page);
	return rc;
}

enum rc
page_sign_in(const struct page_request *r, const char *note_key, const char *name, const char *to, const json_t *challenge, struct buf *out)
{
	struct page_field fields[] = {
		{ "name", "text", "username", "ui_name", NULL, name, NULL, true, false, 64 },
		{ "password", "password", "current-password", "ui_password", NULL, "", NULL, true, false, 256 },
		{ "code", "text", "one-time-code", "ui_code", "ui_help_sign_in_code", "", NULL, true, false, 20 },
	};
	json_t *page = page_new(r, ACT_NONE, (struct text){ str_of(page_word(r, "ui_sign_in")) });
	enum rc rc;

	page_put(page, "note", note_key ? page_word(r, note_key) : "");
	page_put(page, "to", to);
	page_put(page, "kind", "get");
	(void)json_object_set(page, "challenge", (json_t *)(uintptr_t)challenge);
	(void)json_object_set_new(page, "fields", page_fields(r, fields, sizeof(fields) / sizeof(fields[0])));
	rc = page_write(r, page, tpl_sign_in, out);
	json_decref(page);
	return rc;
}

/* What was sent, as hidden fields: a name, its value, and whether a person would read it. */
static json_t *
kept_fields(const struct pairs *form)
{
	json_t *kept = json_array();

	for (size_t i = 0; i < form->n; i++) {
		struct str name = form->at[i].name, value = form->at[i].value;
		json_t *one;

		if (str_eq_c(name, "form") || str_eq_c(name, STEP_UP_FIELD))
			continue;
		one = json_object();
		(void)json_object_set_new(one, "name", json_stringn(name.p, name.n));
		(void)json_object_set_new(one, "value", json_stringn(value.n ? value.p : "", value.n));
		(void)json_object_set_new(one, "typed", json_boolean(value.n > 0 && !str_eq_c(name, "version") && !str_eq_c(name, "leaf")));
		(void)json_array_append_new(kept, one);
	}
	return kept;
}

enum rc
page_draft(const struct page_request *r, const char *path, const struct pairs *form, struct buf *out)
{
	json_t *page = page_new(r, ACT_NONE, (struct text){ str_of(page_word(r, "ui_draft_title")) });
	struct str rest = str_of(path + 1);
	enum rc rc;

	(void)json_object_set_new(page, "kept", kept_fields(form));
	for (size_t i = 0; i < 3; i++) { /* the strokes stand in the template; no act's address has more parts */
		static const char *const names[] = { "action", "action2", "action3" };
		struct str part = STR_NONE;

		(void)str_cut(&rest, '/', &part);
		(void)json_object_set_new(page, names[i], json_stringn(part.n ? part.p : "", part.n));
	}
	rc = page_write(r, page, tpl_draft, out);
	json_decref(page);
	return rc;
}

enum rc
page_step_up(const struct page_request *r, const struct pairs *form, const char *error, struct buf *out)
{
	struct page_field fields[] = { { STEP_UP_FIELD, "text", "one-time-code", "ui_code", "ui_help_code", "", error, true, true, 8 } };
	json_t *page = page_new(r, ACT_NONE, (struct text){ str_of(page_word(r, "ui_step_up")) });
	enum rc rc;

	(void)json_object_set_new(page, "kept", kept_fields(form));
	(void)json_object_set_new(page, "fields", page_fields(r, fields, 1));
	rc = page_write(r, page, tpl_step_up, out);
	json_decref(page);
	return rc;
}

/* The Base32 secret of an otpauth address, in groups of four, for whoever types it. */
static void
secret_text(const char *uri, char ret[128])
{
	const char *at = strstr(uri, "secret=");
	size_t n = 0;

	for (at = at ? at + 7 : ""; *at && *at != '&' && n < 120; at++) {
		if (n % 5 == 4)
			ret[n++] = ' ';
		ret[n++] = *at;
	}
	ret[n] = '\0';
}

enum rc
page_enrol(const struct page_request *r, const struct page_enrol *e, struct buf *out)
{
	bool at_password = e->error && strcmp(e->error_field, "password") == 0, at_code = e->error && strcmp(e->error_field, "code") == 0;
	struct page_field fields[] = {
		{ "password", "password", "new-password", "ui_password", NULL, "", at_password ? e->error : NULL, true, false, 256 },
		{ "again", "password", "new-password", "ui_password_again", NULL, "", NULL, true, false, 256 },
		{ "code", "text", "one-time-code", "ui_code", "ui_help_code", "", at_code ? e->error : NULL, true, true, 8 },
	};
	json_t *page = page_new(r, ACT_NONE, (struct text){ str_of(page_word(r, "ui_enrol")) });
	bool held = strncmp(e->uri, GENERATOR_URI, sizeof(GENERATOR_URI) - 1) == 0;
	char secret[128] = "";
	enum rc rc;

	if (held) /* a hardware token: its seed is in its hand already */
		page_put(page, "serial", e->uri + sizeof(GENERATOR_URI) - 1);
	else
		secret_text(e->uri, secret);
	page_put(page, "link", e->link);
	page_put(page, "name", e->name);
	page_put(page, "display", e->display);
	page_put(page, "uri", held ? "" : e->uri);
	page_put(page, "secret", secret);
	(void)json_object_set_new(page, "password_min", json_integer(r->password_min));
	(void)json_object_set_new(page, "fields", page_fields(r, fields, sizeof(fields) / sizeof(fields[0])));
	rc = page_write(r, page, tpl_enrol, out);
	json_decref(page);
	memset(secret, 0, sizeof(secret));
	return rc;
}

enum rc
page_failure(const struct page_request *r, int code, struct buf *out)
{
	int known = code == 400 || code == 403 || code == 404 || code == 409 || code == 503 ? code : 500;
	char key[32], head[16];
	json_t *page;
	enum rc rc;

	(void)snprintf(head, sizeof(head), r->closed ? "ui_closed" : "ui_e%d", known); /* fits */
	(void)snprintf(key, sizeof(key), "%s", head);
	page = page_new(r, ACT_NONE, (struct text){ str_of(page_word(r, key)) });
	(void)snprintf(key, sizeof(key), "%s_what", head);
	page_put(page, "what", page_word(r, key));
	(void)snprintf(key, sizeof(key), "%s_next", head);
	page_put(page, "next", page_word(r, key));
	(void)snprintf(key, sizeof(key), "%d", code);
	page_put(page, "code", key);
	page_put(page, "sentence", r->problem);
	rc = page_write(r, page, tpl_failure, out);
	json_decref(page);
	return rc;
}
