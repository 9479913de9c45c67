// SPDX-License-Identifier: Apache-2.0
/* The own account: what a person changes goes from the form to auth; what was typed as a secret is wiped here. */
#include "web/site_int.h"

#include <string.h>

#include "auth/ask_auth.h"
#include "base/num.h"
#include "templates.h"
#include "web/page_int.h"

struct me_row { const char *path; enum me_kind what; const char *fields[3]; bool binary[3]; const char *done_key; };
static const struct me_row rows[] = {
	{ "/me/password", ME_PASSWORD, { "old", "password" }, { false }, "ui_password_changed" },
	{ "/me/passkey-add", ME_PASSKEY_ADD, { "label", "client_data", "attestation" }, { false, true, true }, "ui_passkey_added" },
	{ "/me/passkey-remove", ME_PASSKEY_REMOVE, { "id" }, { false }, "ui_passkey_removed" },
	{ "/me/certificate-remove", ME_CERTIFICATE_REMOVE, { "id" }, { false }, "ui_card_removed" },
	{ "/me/recovery-new", ME_RECOVERY_NEW, { NULL }, { false }, NULL },
	{ "/me/session-end", ME_SESSION_END, { "id" }, { false }, "ui_session_ended" },
	{ "/me/token-add", ME_TOKEN_ADD, { "token_label", "token_acts", "token_days" }, { false }, NULL },
	{ "/me/token-end", ME_TOKEN_END, { "id" }, { false }, "ui_token_ended" },
	{ "/me/generator-prove", ME_GENERATOR_PROVE, { "generator_code" }, { false }, "ui_generator_done" },
	{ "/me/others-end", ME_OTHERS_END, { NULL }, { false }, "ui_session_ended" },
};

bool
visit_bytes(struct visit *v, const char *field, struct str *ret)
{
	struct str typed = pairs_get(&v->form, field);
	struct buf bytes = BUF(16384);
	bool good = base64url_decode(typed, &bytes) == RC_OK;

	*ret = good ? arena_dup(v->a->arena, buf_str(&bytes)) : STR_NONE;
	if (!good)
		rc_trail_clear();
	buf_free(&bytes);
	return good;
}

/* Handles of passkeys, blanks between. */
static json_t *
handles(const json_t *challenge)
{
	const json_t *list = json_object_get(challenge, "passkeys");
	struct buf all = BUF(16384);
	json_t *ret;

	for (size_t i = 0; i < json_array_size(list); i++)
		if (buf_addf(&all, "%s%s", i ? " " : "", html_string(json_array_get(list, i))) != RC_OK)
			break;
	ret = json_stringn(all.n ? all.p : "", all.n);
	buf_free(&all);
	return ret;
}

json_t *
visit_challenge(struct visit *v, struct str token)
{
	struct str device = pairs_get(&v->cookies, COOKIE_DEVICE);
	struct buf text = BUF(16384);
	json_t *ret = NULL;

	if (ask_auth_challenge(v->site->spec.auth, token, visit_token_shaped(device) ? device : STR_NONE, &text) == RC_OK)
		ret = json_loadb(text.n ? text.p : "", text.n, JSON_REJECT_DUPLICATES, NULL);
	else
		rc_trail_clear(); /* no challenge, no passkey: the other ways stay */
	buf_free(&text);
	if (!ret)
		ret = json_object();
	(void)json_object_set_new(ret, "handles", handles(ret));
	return ret;
}

struct me_page { const char *error_field, *error, *done_key, *label; struct str codes, token; bool calendar; /* the token is for what is due and nothing else */ };

static json_t *
lines_of(struct str codes)
{
	json_t *list = json_array();
	struct str line;

	while (str_line(&codes, &line))
		if (line.n)
			(void)json_array_append_new(list, json_stringn(line.p, line.n));
	return list;
}

static void
me_page(struct visit *v, int status, const struct me_page *m)
{
	bool at_old = m->error && strcmp(m->error_field, "old") == 0, at_new = m->error && strcmp(m->error_field, "password") == 0;
	bool at_label = m->error && strcmp(m->error_field, "label") == 0, at_code = m->error && strcmp(m->error_field, STEP_UP_FIELD) == 0, at_token = m->error && str_starts(str_of(m->error_field), STR("token_"));
	struct page_field passkey[] = { { "label", "text", "off", "ui_passkey_name", "ui_help_passkey_name", m->label, at_label ? m->error : NULL, true, false, 64 } };
	struct page_field generator[] = { { "generator_code", "text", "one-time-code", "ui_generator_code", "ui_help_generator_code", "", m->error && strcmp(m->error_field, "generator_code") == 0 ? m->error : NULL, true, true, 8 } };
	struct page_field token[] = {
		{ "token_label", "text", "off", "ui_token_label", "ui_help_token_label", arena_cstr(v->a->arena, pairs_get(&v->form, "token_label")), at_token && strcmp(m->error_field, "token_label") == 0 ? m->error : NULL, true, false, 64 },
		{ "token_acts", "text", "off", "ui_token_acts", "ui_help_token_acts", pairs_has(&v->form, "token_acts") ? arena_cstr(v->a->arena, pairs_get(&v->form, "token_acts")) : "read", at_token && strcmp(m->error_field, "token_acts") == 0 ? m->error : NULL, true, false, 900 },
		{ "token_days", "text", "off", "ui_token_days", "ui_help_token_days", pairs_has(&v->form, "token_days") ? arena_cstr(v->a->arena, pairs_get(&v->form, "token_days")) : "90", at_token && strcmp(m->error_field, "token_days") == 0 ? m->error : NULL, true, false, 3 },
	};
	struct page_field password[] = {
		{ "old", "password", "current-password", "ui_password_old", NULL, "", at_old ? m->error : NULL, true, false, 256 },
		{ "password", "password", "new-password", "ui_password_new", NULL, "", at_new ? m->error : NULL, true, false, 256 },
		{ "again", "password", "new-password", "ui_password_again", NULL, "", NULL, true, false, 256 },
		{ STEP_UP_FIELD, "text", "one-time-code", "ui_code", "ui_help_step_up_code", "", at_code ? m->error : NULL, false, true, 8 },
	};
	struct buf text = BUF(65536);
	json_t *answer = NULL, *page = NULL, *challenge = NULL;
	enum rc rc = ask_auth_me(v->site->spec.auth, v->token, &text);

	if (rc == RC_DENIED) {
		rc_trail_clear();
		visit_cookie_set(v, COOKIE_SESSION, STR(""), -1);
		visit_redirect(v, STR("/sign-in?to=%2Fme"));
		goto out;
	}
	TRY(rc);
	answer = json_loadb(text.n ? text.p : "", text.n, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(answer))
		TRY(FAIL(RC_PEER, "auth: the answer is no JSON object"));
	(void)json_object_set_new(answer, "me", json_pack("{s:O, s:O, s:O, s:O}", "name", json_object_get(answer, "name"), "display", json_object_get(answer, "display"),
	    "roles", json_object_get(answer, "roles"), "side", json_object_get(answer, "side")));
	challenge = visit_challenge(v, v->token);
	v->page.answer = answer;
	v->page.problem = m->error && !at_old && !at_new && !at_label && !at_code && !at_token ? m->error : m->error ? page_word(&v->page, "ui_fix_fields") : NULL;
	page = page_new(&v->page, ACT_NONE, (struct text){ str_of(page_word(&v->page, "ui_me_title")) });
	page_help(&v->page, page, "me");
	page_put(page, "done", m->done_key ? page_word(&v->page, m->done_key) : "");
	page_put(page, "kind", "create");
	(void)json_object_set_new(page, "codes", lines_of(m->codes));
	(void)json_object_set_new(page, "token_fields", page_fields(&v->page, token, sizeof(token) / sizeof(token[0])));
	(void)json_object_set_new(page, "generator_fields", page_fields(&v->page, generator, 1));
	page_put(page, "token", arena_cstr(v->a->arena, str_trim(m->token)));
	if (m->calendar && decode_host(v->q->host) == RC_OK)
		page_put(page, "calendar", arena_f(v->a->arena, "https://" STR_FMT "/calendar/" STR_FMT ".ics", STR_ARG(v->q->host), STR_ARG(str_trim(m->token))).p);
	(void)json_object_set(page, "challenge", challenge);
	(void)json_object_set_new(page, "passkey_fields", page_fields(&v->page, passkey, 1));
	(void)json_object_set_new(page, "password_fields", page_fields(&v->page, password, sizeof(password) / sizeof(password[0])));
	visit_page_answer(v, status);
	TRY(page_write(&v->page, page, tpl_me, &v->a->body));
out:
	if (rc != RC_OK && rc != RC_DENIED) {
		v->a->fields_n = 0;
		visit_fail(v, rc);
	}
	v->page.answer = NULL;
	json_decref(page);
	json_decref(challenge);
	json_decref(answer);
	buf_free(&text);
}

static void
forget(struct str s)
{
	if (s.n)
		explicit_bzero((void *)(uintptr_t)s.p, s.n); /* the arena's copy is ours */
}

static void
me_post(struct visit *v, const struct me_row *row)
{
	struct me_change change = { .token = v->token, .what = row->what };
	struct str *parts[3] = { &change.a, &change.b, &change.c };
	struct me_page page = { .error_field = "", .label = arena_cstr(v->a->arena, pairs_get(&v->form, "label")) };
	struct buf answer = BUF(1024);
	bool whole = true;
	enum rc rc;

	for (size_t i = 0; i < 3 && row->fields[i]; i++) {
		if (row->binary[i])
			whole = visit_bytes(v, row->fields[i], parts[i]) && whole;
		else
			*parts[i] = pairs_get(&v->form, row->fields[i]);
	}
	if (!whole) {
		page.error = page_word(&v->page, "ui_rule_passkey_refused");
		me_page(v, 400, &page);
		return;
	}
	if (row->what == ME_PASSWORD && !str_eq(change.b, pairs_get(&v->form, "again"))) {
		page.error_field = "password";
		page.error = page_word(&v->page, "ui_passwords_differ");
		me_page(v, 400, &page);
		return;
	}
	rc = ask_auth_me_change(v->site->spec.auth, &change, &answer);
	if (row->what == ME_PASSWORD) {
		forget(change.a);
		forget(change.b);
		forget(pairs_get(&v->form, "again"));
	}
	if (rc == RC_OK) {
		page.done_key = row->done_key;
		*(row->what == ME_TOKEN_ADD ? &page.token : &page.codes) = buf_str(&answer);
		if (row->what == ME_TOKEN_ADD)
			v->form.n = 0; /* the form is empty again */
		page.calendar = row->what == ME_TOKEN_ADD && str_eq_c(str_trim(change.b), act_row(ACT_DEADLINE_LIST)->id);
		page.label = "";
		me_page(v, 200, &page);
	} else if (rc == RC_DENIED && strstr(rc_trail(), "guard:step-up:")) {
		rc_trail_clear();
		if (row->what == ME_PASSWORD) { /* what was typed is not sent back: ask for all of it again, the code beside it */
			page.error_field = STEP_UP_FIELD;
			page.error = page_word(&v->page, "ui_step_up");
			me_page(v, 403, &page);
		} else {
			visit_step_up(v, NULL);
		}
	} else if (rc == RC_SYNTAX || rc == RC_CONFLICT || rc == RC_LIMIT) {
		page.error_field = visit_rule_broken(v, &page.error);
		rc_trail_clear();
		me_page(v, visit_code_of(rc), &page);
	} else if (rc == RC_DENIED || rc == RC_NOTFOUND) {
		rc_trail_clear();
		page.error = page_word(&v->page, row->what == ME_PASSKEY_ADD ? "ui_rule_passkey_refused" : "ui_e404");
		me_page(v, visit_code_of(rc), &page);
	} else {
		visit_fail(v, rc);
	}
	if (answer.n)
		explicit_bzero(answer.p, answer.n);
	buf_free(&answer);
}

/* As visit_stepped_up(), but a page that kept the form would carry passwords back. */
static bool
password_stepped_up(struct visit *v)
{
	struct str code = str_trim(pairs_get(&v->form, STEP_UP_FIELD));
	struct me_page page = { .error_field = STEP_UP_FIELD };
	enum rc rc = code.n ? ask_auth_step_up(v->site->spec.auth, v->token, code) : RC_OK;

	if (rc == RC_SYNTAX) {
		(void)visit_rule_broken(v, &page.error);
		rc_trail_clear();
		me_page(v, 400, &page);
	} else if (rc == RC_DENIED) {
		rc_trail_clear();
		visit_to_sign_in(v);
	} else if (rc != RC_OK) {
		visit_fail(v, rc);
	}
	return rc == RC_OK;
}

bool
site_me(struct visit *v)
{
	static const struct me_page plain = { .error_field = "" };

	if ((!str_eq_c(v->path, "/me") && !str_starts(v->path, STR("/me/"))) || str_starts(v->path, STR("/me/access"))) /* the own log is core's */
		return false;
	if (v->token.n == 0) {
		visit_redirect(v, STR("/sign-in?to=%2Fme"));
		return true;
	}
	if (v->q->method != HTTP_POST && str_eq_c(v->path, "/me")) {
		me_page(v, 200, &plain);
		return true;
	}
	for (size_t i = 0; v->q->method == HTTP_POST && i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!str_eq_c(v->path, rows[i].path))
			continue;
		if (rows[i].what == ME_PASSWORD ? password_stepped_up(v) : visit_stepped_up(v))
			me_post(v, &rows[i]);
		return true;
	}
	visit_failure(v, 404, NULL);
	return true;
}
