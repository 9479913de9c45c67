// SPDX-License-Identifier: Apache-2.0
/* The door: enrolment, sign-in, sign-out, language. Credentials go from the form to auth and are wiped here. */
#include "web/site_int.h"

#include <string.h>

#include "auth/ask_auth.h"
#include "web/html.h"

static const char *
local_path(struct visit *v, struct str to)
{
	struct str path;
	const char *ret = decode_path(v->a->arena, to, &path) == RC_OK ? arena_cstr(v->a->arena, to) : NULL;

	rc_trail_clear();
	return ret ? ret : "/";
}

static void
sign_in_page(struct visit *v, int status, const char *note_key, struct str name, const char *to)
{
	json_t *challenge;
	enum rc rc;

	visit_form_cookie(v);
	v->page.signed_in = false;
	visit_page_answer(v, status);
	challenge = visit_challenge(v, STR_NONE);
	rc = page_sign_in(&v->page, note_key, arena_cstr(v->a->arena, name), to, challenge, &v->a->body);
	json_decref(challenge);
	if (rc != RC_OK)
		visit_fail(v, rc);
}

static void
sign_in_get(struct visit *v)
{
	const char *note = pairs_has(&v->query, "out") ? "ui_signed_out" : pairs_has(&v->query, "enrolled") ? "ui_enrolled_note" : pairs_has(&v->query, "draft") ? "ui_draft_kept" : pairs_has(&v->query, "to") ? "ui_sign_in_first" : NULL;

	sign_in_page(v, 200, note, STR(""), local_path(v, pairs_get(&v->query, "to")));
}

static void
forget(struct str s)
{
	if (s.n)
		explicit_bzero((void *)(uintptr_t)s.p, s.n); /* the arena's copy is ours */
}

/*= S-3-4 */
static void
sign_in_post(struct visit *v)
{
	struct sign_in in = { .name = pairs_get(&v->form, "name"), .password = pairs_get(&v->form, "password"), .code = str_trim(pairs_get(&v->form, "code")),
		.device = pairs_get(&v->cookies, COOKIE_DEVICE), .address = v->q->address };
	const char *to = local_path(v, pairs_get(&v->form, "to"));
	struct sign_in_answer answer = { 0 };
	enum rc rc;

	if (!visit_token_shaped(in.device))
		in.device = STR("");
	if (pairs_get(&v->form, "credential").n && !(visit_bytes(v, "credential", &in.credential) && visit_bytes(v, "client_data", &in.client_data) &&
	    visit_bytes(v, "authenticator_data", &in.authenticator_data) && visit_bytes(v, "signature", &in.signature)))
		in.credential = STR_NONE; /* not whole: as if it were not there */
	rc = ask_auth_sign_in(v->site->spec.auth, &in, &answer);
	forget(in.password);
	forget(in.code);
	if (rc == RC_OK && visit_client_inside(v, str_of(answer.token))) {
		if (ask_auth_sign_out(v->site->spec.auth, str_of(answer.token)) != RC_OK)
			rc_trail_clear(); /* nobody has its token */
		v->page.problem = visit_sentence(v, MSG_DOOR_NOT_CLIENT, MSG_NO_ARGS);
		sign_in_page(v, 403, NULL, in.name, to);
	} else if (rc == RC_OK) {
		visit_cookie_set(v, COOKIE_SESSION, str_of(answer.token), 0);
		if (answer.device[0])
			visit_cookie_set(v, COOKIE_DEVICE, str_of(answer.device), COOKIE_LONG_S);
		visit_redirect(v, str_of(to));
	} else if (rc == RC_DENIED || rc == RC_SYNTAX) {
		rc_trail_clear();
		v->page.problem = answer.locked_until_us ? visit_sentence(v, MSG_SIGN_IN_LOCKED, MSG_ARGS(MSG_N("until", answer.locked_until_us))) : visit_sentence(v, MSG_SIGN_IN_REFUSED, MSG_NO_ARGS);
		sign_in_page(v, 403, NULL, in.name, to);
	} else {
		visit_fail(v, rc);
	}
	explicit_bzero(&answer, sizeof(answer));
}

static void
glass_page(struct visit *v, int status)
{
	enum rc rc;

	visit_form_cookie(v);
	v->page.signed_in = false;
	visit_page_answer(v, status);
	rc = page_break_glass(&v->page, arena_cstr(v->a->arena, pairs_get(&v->form, "name")), arena_cstr(v->a->arena, pairs_get(&v->form, "reason")), &v->a->body);
	if (rc != RC_OK)
		visit_fail(v, rc);
}

/* The sealed code, from a declared address or at the machine itself alone. */
/*= S-3-3 */
static void
glass_post(struct visit *v)
{
	struct str reason = str_trim(pairs_get(&v->form, "reason"));
	struct sign_in in = { .name = str_trim(pairs_get(&v->form, "name")), .code = str_trim(pairs_get(&v->form, "code")), .emergency = reason.n ? str_sub(reason, 0, reason.n < 1000 ? reason.n : 1000) : STR_NONE, .address = v->q->address };
	struct sign_in_answer answer = { 0 };
	enum rc rc = in.emergency.n && in.code.n <= 32 ? ask_auth_sign_in(v->site->spec.auth, &in, &answer) : FAIL(RC_DENIED, "no reason, or no code");

	forget(in.code);
	if (rc == RC_OK) {
		visit_cookie_set(v, COOKIE_SESSION, str_of(answer.token), 0);
		visit_redirect(v, STR("/"));
	} else if (rc == RC_DENIED || rc == RC_SYNTAX) {
		rc_trail_clear();
		v->page.problem = visit_sentence(v, MSG_GLASS_REFUSED, MSG_NO_ARGS);
		glass_page(v, 403);
	} else {
		visit_fail(v, rc);
	}
	explicit_bzero(&answer, sizeof(answer));
}

static void
sign_out_post(struct visit *v)
{
	enum rc rc = v->token.n ? ask_auth_sign_out(v->site->spec.auth, v->token) : RC_OK;

	if (rc != RC_OK && rc != RC_DENIED && rc != RC_NOTFOUND) {
		visit_fail(v, rc); /* the session may live on: do not say it ended */
		return;
	}
	rc_trail_clear();
	visit_cookie_set(v, COOKIE_SESSION, STR(""), -1);
	visit_redirect(v, STR("/sign-in?out=1"));
}

static void
enrol_page(struct visit *v, struct str link, int status, const char *error_field, const char *error)
{
	struct buf uri = BUF(1024);
	struct account account;
	enum rc rc = ask_auth_enrol_begin(v->site->spec.auth, link, &account, &uri);

	v->page.signed_in = false;
	if (rc == RC_NOTFOUND || rc == RC_SYNTAX) {
		rc_trail_clear();
		visit_failure(v, 404, visit_sentence(v, MSG_ENROL_LINK_SPENT, MSG_NO_ARGS));
	} else if (rc != RC_OK) {
		visit_fail(v, rc);
	} else {
		struct page_enrol page = { arena_cstr(v->a->arena, link), account.name, account.display, buf_cstr(&uri), error_field, error };

		visit_form_cookie(v);
		visit_page_answer(v, status);
		rc = page_enrol(&v->page, &page, &v->a->body);
		if (rc != RC_OK)
			visit_fail(v, rc);
	}
	if (uri.n)
		explicit_bzero(uri.p, uri.n);
	buf_free(&uri);
}

static void
enrol_post(struct visit *v, struct str link)
{
	struct str password = pairs_get(&v->form, "password"), again = pairs_get(&v->form, "again"), code = str_trim(pairs_get(&v->form, "code"));
	enum rc rc;

	if (!str_eq(password, again)) {
		forget(password);
		forget(again);
		enrol_page(v, link, 400, "password", ui_word(v->english, "ui_passwords_differ"));
		return;
	}
	rc = ask_auth_enrol_finish(v->site->spec.auth, link, password, code);
	forget(password);
	forget(again);
	if (rc == RC_OK) {
		visit_redirect(v, STR("/sign-in?enrolled=1"));
	} else if (rc == RC_NOTFOUND) {
		rc_trail_clear();
		visit_failure(v, 404, visit_sentence(v, MSG_ENROL_LINK_SPENT, MSG_NO_ARGS));
	} else if (rc == RC_SYNTAX || rc == RC_DENIED) {
		const char *error, *field = visit_rule_broken(v, &error);

		rc_trail_clear();
		enrol_page(v, link, 400, field, error);
	} else {
		visit_fail(v, rc);
	}
}

static void
language_get(struct visit *v, struct str which)
{
	visit_cookie_set(v, COOKIE_LANG, str_eq_c(which, "en") ? STR("en") : STR("ja"), COOKIE_LONG_S);
	visit_redirect(v, str_of(local_path(v, pairs_get(&v->query, "back"))));
}

bool
site_door(struct visit *v)
{
	bool post = v->q->method == HTTP_POST;
	struct str enrol = STR("/enrol/"), language = STR("/language/"), link;

	if (str_eq_c(v->path, "/sign-in")) {
		post ? sign_in_post(v) : sign_in_get(v);
	} else if (str_eq_c(v->path, "/break-glass") && (v->q->admin || v->q->local)) {
		post ? glass_post(v) : glass_page(v, 200);
	} else if (str_eq_c(v->path, "/sign-out") && post) {
		sign_out_post(v);
	} else if (str_starts(v->path, enrol)) {
		link = str_sub(v->path, enrol.n, v->path.n);
		if (!visit_token_shaped(link))
			visit_failure(v, 404, visit_sentence(v, MSG_ENROL_LINK_SPENT, MSG_NO_ARGS));
		else
			post ? enrol_post(v, link) : enrol_page(v, link, 200, NULL, NULL);
	} else if (str_starts(v->path, language) && !post) {
		language_get(v, str_sub(v->path, language.n, v->path.n));
	} else {
		return false;
	}
	return true;
}
