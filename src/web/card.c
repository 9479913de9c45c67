// SPDX-License-Identifier: Apache-2.0
/*
 * The listener that asks for certificates: sign in, a factor once more, register one. Everything else stands at the console.
 *
 * What was shown is judged by auth, from the handshake of this connection; each handshake counts once, so each page ends its connection.
 */
#include "web/site_int.h"

#include <stdio.h>
#include <string.h>

#include "auth/ask_auth.h"
#include "base/num.h"
#include "templates.h"
#include "web/page_int.h"

enum rc
site_challenge(struct peer *auth, uint8_t ret[32])
{
	struct buf text = BUF(4096);
	json_t *answer = NULL;
	const char *hex;
	enum rc rc = RC_OK;

	TRY(ask_auth_certificate(auth, STR_NONE, STR_NONE, &text));
	answer = json_loadb(text.n ? text.p : "", text.n, JSON_REJECT_DUPLICATES, NULL);
	hex = json_string_value(json_object_get(answer, "challenge"));
	TRY(hex ? hex_decode(str_of(hex), ret, 32) : FAIL(RC_PEER, "auth: no challenge"));
out:
	json_decref(answer);
	buf_free(&text);
	return rc;
}

/* Back to where everybody is, or to the listener of administration if one came from there. */
static void
leave(struct visit *v)
{
	const char *admin = v->site->spec.admin_port, *port = admin && *admin && str_eq_c(pairs_get(&v->query, "at"), "admin") ? admin : v->site->spec.port;

	visit_redirect(v, arena_f(v->a->arena, "https://" STR_FMT ":%s/", STR_ARG(visit_host_name(v)), port ? port : "443"));
}

static enum rc
shown(struct visit *v, json_t **ret)
{
	struct buf text = BUF(4096);
	enum rc rc = RC_OK;

	if (v->q->handshake.n == 0) {
		*ret = json_pack("{s:s}", "state", "none");
		return RC_OK;
	}
	TRY(ask_auth_certificate(v->site->spec.auth, v->token, v->q->handshake, &text));
	*ret = json_loadb(text.n ? text.p : "", text.n, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(*ret))
		rc = FAIL(RC_PEER, "auth: the answer is no JSON object");
out:
	buf_free(&text);
	return rc;
}

struct card_page { const char *done_key, *field, *error; };

static void
card_page(struct visit *v, int status, const struct card_page *m)
{
	const char *password_error = m->error && strcmp(m->field, "password") == 0 ? m->error : NULL, *label_error = m->error && strcmp(m->field, "label") == 0 ? m->error : NULL;
	struct page_field password[] = { { "password", "password", "current-password", "ui_password", NULL, "", password_error, true, false, 256 } };
	struct page_field add[] = {
		{ "label", "text", "off", "ui_card_label", "ui_help_card_label", arena_cstr(v->a->arena, pairs_get(&v->form, "label")), label_error, true, false, 64 },
		{ STEP_UP_FIELD, "text", "one-time-code", "ui_code", "ui_help_step_up_code", "", m->error && strcmp(m->field, STEP_UP_FIELD) == 0 ? m->error : NULL, false, true, 8 },
	};
	json_t *card = NULL, *page = NULL;
	bool known, good;
	enum rc rc = RC_OK;

	TRY(shown(v, &card));
	good = strcmp(html_string(json_object_get(card, "state")), "good") == 0;
	known = html_string(json_object_get(card, "name"))[0] != '\0';
	visit_form_cookie(v);
	v->page.signed_in = false;
	v->page.answer = NULL;
	v->page.problem = m->error && !password_error && !label_error && strcmp(m->field, STEP_UP_FIELD) != 0 ? m->error : NULL;
	page = page_new(&v->page, ACT_NONE, (struct text){ str_of(page_word(&v->page, "ui_card_title")) });
	(void)json_object_set(page, "card", card);
	page_put(page, "done", m->done_key ? page_word(&v->page, m->done_key) : "");
	page_put(page, "at", str_eq_c(pairs_get(&v->query, "at"), "admin") ? "admin" : "");
	page_put(page, "shows", m->done_key || !good ? "" : !known ? json_is_true(json_object_get(card, "registered")) ? "sign-in" : "strange" : json_is_true(json_object_get(card, "mine")) ? "step-up" :
	    json_is_true(json_object_get(card, "registered")) ? "other" : "add");
	page_put(page, "words", page_value_word(&v->page, "ui_card", html_string(json_object_get(card, "state"))));
	(void)json_object_set_new(page, "password_fields", page_fields(&v->page, password, 1));
	(void)json_object_set_new(page, "add_fields", page_fields(&v->page, add, 2));
	visit_page_answer(v, status);
	http_field(v->a, "Connection", STR("close"));
	TRY(page_write(&v->page, page, tpl_card, &v->a->body));
out:
	if (rc != RC_OK) {
		v->a->fields_n = 0;
		visit_fail(v, rc);
	}
	json_decref(page);
	json_decref(card);
}

static void
forget(struct str s)
{
	if (s.n)
		explicit_bzero((void *)(uintptr_t)s.p, s.n); /* the arena's copy is ours */
}

/*= S-3-4 */
static void
sign_in(struct visit *v)
{
	struct sign_in in = { .password = pairs_get(&v->form, "password"), .device = pairs_get(&v->cookies, COOKIE_DEVICE), .address = v->q->address, .handshake = v->q->handshake };
	struct card_page page = { .field = "" };
	struct sign_in_answer answer = { 0 };
	enum rc rc;

	if (!visit_token_shaped(in.device))
		in.device = STR("");
	rc = in.handshake.n ? ask_auth_sign_in(v->site->spec.auth, &in, &answer) : FAIL(RC_DENIED, "no certificate was shown");
	forget(in.password);
	if (rc == RC_OK) {
		visit_cookie_set(v, COOKIE_SESSION, str_of(answer.token), 0);
		if (answer.device[0])
			visit_cookie_set(v, COOKIE_DEVICE, str_of(answer.device), COOKIE_LONG_S);
		http_field(v->a, "Refresh", str_eq_c(pairs_get(&v->query, "at"), "admin") ? STR("0; url=/certificate/leave?at=admin") : STR("0; url=/certificate/leave"));
		page.done_key = "ui_card_signed_in";
		card_page(v, 200, &page);
	} else if (rc == RC_DENIED || rc == RC_SYNTAX) {
		rc_trail_clear();
		page.error = answer.locked_until_us ? visit_sentence(v, MSG_SIGN_IN_LOCKED, MSG_ARGS(MSG_N("until", answer.locked_until_us))) : page_word(&v->page, "ui_card_refused");
		card_page(v, 403, &page);
	} else {
		visit_fail(v, rc);
	}
	explicit_bzero(&answer, sizeof(answer));
}

static void
change(struct visit *v, enum me_kind what, struct str first, const char *done_key)
{
	struct me_change ask = { .token = v->token, .what = what, .a = first, .b = v->q->handshake };
	struct card_page page = { .field = "" };
	struct buf answer = BUF(1024);
	enum rc rc = v->token.n && ask.b.n ? ask_auth_me_change(v->site->spec.auth, &ask, &answer) : FAIL(RC_CONFLICT, "certificate-unproven: nothing was shown");

	if (rc == RC_OK) {
		page.done_key = done_key;
		card_page(v, 200, &page);
	} else if (rc == RC_DENIED && strstr(rc_trail(), "guard:step-up:")) {
		rc_trail_clear();
		page.field = STEP_UP_FIELD;
		page.error = page_word(&v->page, "ui_step_up");
		card_page(v, 403, &page);
	} else if (rc == RC_SYNTAX || rc == RC_CONFLICT || rc == RC_LIMIT) {
		page.field = visit_rule_broken(v, &page.error);
		page.field = strcmp(page.field, "old") == 0 ? "password" : page.field;
		rc_trail_clear();
		card_page(v, visit_code_of(rc), &page);
	} else if (rc == RC_DENIED) {
		rc_trail_clear();
		page.error = page_word(&v->page, "ui_card_refused");
		card_page(v, 403, &page);
	} else {
		visit_fail(v, rc);
	}
	buf_free(&answer);
}

/* The code of the app, when one was typed to register a certificate. */
static bool
stepped_up(struct visit *v)
{
	struct str code = str_trim(pairs_get(&v->form, STEP_UP_FIELD));
	struct card_page page = { .field = STEP_UP_FIELD };
	enum rc rc = code.n && v->token.n ? ask_auth_step_up(v->site->spec.auth, v->token, code) : RC_OK;

	if (rc == RC_SYNTAX) {
		(void)visit_rule_broken(v, &page.error);
		rc_trail_clear();
		card_page(v, 400, &page);
	} else if (rc == RC_DENIED) {
		rc_trail_clear();
		leave(v);
	} else if (rc != RC_OK) {
		visit_fail(v, rc);
	}
	return rc == RC_OK;
}

bool
site_card(struct visit *v)
{
	static const struct card_page plain = { .field = "" };
	const char *port = v->site->spec.card_port;
	bool post = v->q->method == HTTP_POST;

	if (!v->q->card && (!str_eq_c(v->path, "/certificate") || post || port == NULL || *port == '\0'))
		return false;
	if (!v->q->card) {
		visit_redirect(v, arena_f(v->a->arena, "https://" STR_FMT ":%s/certificate%s", STR_ARG(visit_host_name(v)), port, v->q->admin ? "?at=admin" : ""));
	} else if (str_starts(v->path, STR("/language/")) && !post) {
		return false;
	} else if (post && str_eq_c(v->path, "/certificate/sign-in")) {
		sign_in(v);
	} else if (post && str_eq_c(v->path, "/certificate/step-up")) {
		change(v, ME_CERTIFICATE_STEP_UP, pairs_get(&v->form, "password"), "ui_card_stepped_up");
		forget(pairs_get(&v->form, "password"));
	} else if (post && str_eq_c(v->path, "/certificate/add")) {
		if (stepped_up(v))
			change(v, ME_CERTIFICATE_ADD, pairs_get(&v->form, "label"), "ui_card_added");
	} else if (!post && str_eq_c(v->path, "/certificate")) {
		card_page(v, 200, &plain);
	} else {
		leave(v);
	}
	return true;
}
