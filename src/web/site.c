// SPDX-License-Identifier: Apache-2.0
/* Routes: the door (enrolment, sign-in, sign-out), the acts of acts.def, and the station's own socket for the command line. */
#include "web/site.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/ask_auth.h"
#include "base/num.h"
#include "core/ask_core.h"
#include "message/message.h"
#include "os/file.h"
#include "templates.h"
#include "web/arguments.h"
#include "web/page.h"

#define COOKIE_SESSION "__Host-session"
#define COOKIE_DEVICE  "__Host-device"
#define COOKIE_FORM    "__Host-form"
#define COOKIE_LANG    "__Host-lang"
#define COOKIE_LONG_S  34560000 /* 400 days: the most browsers keep */
#define FORM_CHARS     32
#define STATICS_MAX    16

struct site {
	struct site_spec spec;
	const void      *statics[STATICS_MAX];
	const void      *health;
};

struct visit {                              /* one request while it is answered */
	struct site               *site;
	const struct http_request *q;
	struct http_answer        *a;
	struct str                 path;
	struct pairs               query, cookies, form;
	struct str                 token;   /* session, or empty */
	bool                       english;
	char                       form_token[FORM_CHARS + 1];
	struct page_request        page;
};

struct site *
site_new(const struct site_spec *spec)
{
	const struct http_field health[] = { { "Content-Type", STR("text/plain; charset=utf-8") }, { "Cache-Control", STR("no-store") } };
	struct site *site = calloc(1, sizeof(*site));

	if (!site)
		abort(); /* out of memory ends the process; warden restarts it */
	site->spec = *spec;
	for (size_t i = 0; i < static_files_n && i < STATICS_MAX; i++) {
		const struct http_field fields[] = { { "Content-Type", str_of(static_files[i].type) }, { "Cache-Control", STR("public, max-age=31536000, immutable") } };

		site->statics[i] = http_fixed_new(static_files[i].bytes, static_files[i].n, fields, 2);
	}
	site->health = http_fixed_new("ok\n", 3, health, 2);
	return site;
}

void
site_free(struct site *site)
{
	if (!site)
		return;
	for (size_t i = 0; i < STATICS_MAX; i++)
		http_fixed_free(site->statics[i]);
	http_fixed_free(site->health);
	free(site);
}

bool
site_quick(void *context, const struct http_request *q, struct http_answer *a)
{
	struct site *site = context;

	if (q->method == HTTP_POST)
		return false;
	if (str_eq_c(q->path, "/healthz")) {
		a->fixed = site->health;
		a->status = 200;
		return a->fixed != NULL;
	}
	for (size_t i = 0; i < static_files_n && i < STATICS_MAX; i++)
		if (str_eq_c(q->path, static_files[i].path)) {
			a->fixed = site->statics[i];
			a->status = 200;
			return a->fixed != NULL;
		}
	return false;
}

/* ---- small answers */

static int
code_of(enum rc rc)
{
	switch (rc) {
	case RC_OK:       return 200;
	case RC_LIMIT:
	case RC_SYNTAX:   return 400;
	case RC_DENIED:   return 403;
	case RC_NOTFOUND: return 404;
	case RC_CONFLICT: return 409;
	case RC_TIMEOUT:
	case RC_IO:
	case RC_PEER:     return 503;
	default:          return 500;
	}
}

static void
typed(struct visit *v, int status, const char *type)
{
	v->a->status = status;
	http_field(v->a, "Content-Type", str_of(type));
	http_field(v->a, "Cache-Control", STR("no-store"));
}

static void
page_answer(struct visit *v, int status)
{
	typed(v, status, "text/html; charset=utf-8");
}

static void
redirect(struct visit *v, struct str to)
{
	typed(v, 303, "text/plain; charset=utf-8");
	http_field(v->a, "Location", to);
}

static void
failure(struct visit *v, int code, const char *sentence)
{
	buf_reset(&v->a->body);
	v->page.problem = sentence;
	v->page.answer = NULL;
	page_answer(v, code);
	if (page_failure(&v->page, code, &v->a->body) != RC_OK)
		v->a->status = 500;
}

/* What a failed call becomes; the trail's sentence is shown only where it speaks of what was sent. */
static void
fail(struct visit *v, enum rc rc)
{
	struct str sentence = rc == RC_SYNTAX || rc == RC_CONFLICT || rc == RC_LIMIT ? arena_dup(v->a->arena, str_of(rc_trail())) : STR_NONE;

	rc_trail_clear();
	failure(v, code_of(rc), sentence.n ? sentence.p : NULL);
}

static void
cookie_set(struct visit *v, const char *name, struct str value, long long age_s)
{
	if (age_s > 0)
		http_field(v->a, "Set-Cookie", arena_f(v->a->arena, "%s=" STR_FMT "; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=%lld", name, STR_ARG(value), age_s));
	else
		http_field(v->a, "Set-Cookie", arena_f(v->a->arena, "%s=" STR_FMT "; Path=/; Secure; HttpOnly; SameSite=Strict%s", name, STR_ARG(value), age_s < 0 ? "; Max-Age=0" : ""));
}

static const char *
sentence(struct visit *v, unsigned number, const struct finding_arg *args, size_t n)
{
	struct buf out = BUF(2048);
	const char *ret = NULL;

	if (message_text(number, v->english ? LANG_EN : LANG_JA, args, n, &out) == RC_OK && buf_add_c(&out, " ") == RC_OK &&
	    message_next(number, v->english ? LANG_EN : LANG_JA, args, n, &out) == RC_OK)
		ret = arena_cstr(v->a->arena, str_trim(buf_str(&out)));
	buf_free(&out);
	return ret;
}

/* ---- who may post */

static bool
token_shaped(struct str s)
{
	uint8_t bytes[TOKEN_CHARS / 2];

	if (hex_decode(s, bytes, sizeof(bytes)) == RC_OK)
		return true;
	rc_trail_clear();
	return false;
}

/* The token of forms: a hash of the cookie it belongs to, so that only a page sent to that browser carries it. */
static void
form_token_of(struct str cookie, char ret[FORM_CHARS + 1])
{
	struct buf text = BUF(512), hex = BUF(128);
	uint8_t hash[32];

	memset(ret, 0, FORM_CHARS + 1);
	if (buf_add(&text, STR("tsujiban form v1\n")) == RC_OK && buf_add(&text, cookie) == RC_OK) {
		http_hash(buf_str(&text), hash);
		if (hex_encode(&hex, (struct str){ (const char *)hash, FORM_CHARS / 2 }) == RC_OK)
			memcpy(ret, hex.p, FORM_CHARS);
	}
	buf_free(&text);
	buf_free(&hex);
}

/* From a page of ours in this browser, by what the browser says and by the token only that page has. */
static bool
post_is_ours(struct visit *v)
{
	struct str own = arena_f(v->a->arena, "https://" STR_FMT, STR_ARG(v->q->host)), sent = pairs_get(&v->form, "form");
	bool origin_null = v->q->origin.n == 0 || str_eq_c(v->q->origin, "null");
	unsigned char differs = 0;

	if (v->q->fetch_site.n && !str_eq_c(v->q->fetch_site, "same-origin"))
		return false;
	if (origin_null ? v->q->fetch_site.n == 0 : !str_eq(v->q->origin, own))
		return false;
	if (sent.n != FORM_CHARS || v->form_token[0] == '\0')
		return false;
	for (size_t i = 0; i < FORM_CHARS; i++)
		differs |= (unsigned char)(sent.p[i] ^ v->form_token[i]);
	return differs == 0;
}

/* A page with a form before anyone is signed in: the browser gets a cookie to tie it to. */
static void
form_cookie(struct visit *v)
{
	struct buf hex = BUF(128);
	uint8_t bytes[32];

	if (v->form_token[0])
		return;
	http_random(bytes, sizeof(bytes));
	if (hex_encode(&hex, (struct str){ (const char *)bytes, sizeof(bytes) }) == RC_OK) {
		form_token_of(buf_str(&hex), v->form_token);
		cookie_set(v, COOKIE_FORM, buf_str(&hex), 0);
	}
	buf_free(&hex);
}

/* ---- the door */

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
	enum rc rc;

	form_cookie(v);
	v->page.signed_in = false;
	page_answer(v, status);
	rc = page_sign_in(&v->page, note_key, arena_cstr(v->a->arena, name), to, &v->a->body);
	if (rc != RC_OK)
		fail(v, rc);
}

static void
sign_in_get(struct visit *v)
{
	const char *note = pairs_has(&v->query, "out") ? "ui_signed_out" : pairs_has(&v->query, "enrolled") ? "ui_enrolled_note" : pairs_has(&v->query, "to") ? "ui_sign_in_first" : NULL;

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

	if (!token_shaped(in.device))
		in.device = STR("");
	rc = ask_auth_sign_in(v->site->spec.auth, &in, &answer);
	forget(in.password);
	forget(in.code);
	if (rc == RC_OK) {
		cookie_set(v, COOKIE_SESSION, str_of(answer.token), 0);
		if (answer.device[0])
			cookie_set(v, COOKIE_DEVICE, str_of(answer.device), COOKIE_LONG_S);
		redirect(v, str_of(to));
	} else if (rc == RC_DENIED || rc == RC_SYNTAX) {
		rc_trail_clear();
		v->page.problem = answer.locked_until_us ? sentence(v, MSG_SIGN_IN_LOCKED, MSG_ARGS(MSG_N("until", answer.locked_until_us))) : sentence(v, MSG_SIGN_IN_REFUSED, MSG_NO_ARGS);
		sign_in_page(v, 403, NULL, in.name, to);
	} else {
		fail(v, rc);
	}
	explicit_bzero(&answer, sizeof(answer));
}

static void
sign_out_post(struct visit *v)
{
	enum rc rc = v->token.n ? ask_auth_sign_out(v->site->spec.auth, v->token) : RC_OK;

	if (rc != RC_OK && rc != RC_DENIED && rc != RC_NOTFOUND) {
		fail(v, rc); /* the session may live on: do not say it ended */
		return;
	}
	rc_trail_clear();
	cookie_set(v, COOKIE_SESSION, STR(""), -1);
	redirect(v, STR("/sign-in?out=1"));
}

/* Auth and core name the rule that was broken at the head of their sentence. */
static const char *
rule_broken(struct visit *v, const char **ret_error)
{
	static const struct { const char *rule, *field, *key; } rules[] = {
		{ "password-short", "password", "ui_rule_password_short" }, { "password-long", "password", "ui_rule_password_long" }, { "password-bytes", "password", "ui_rule_password_bytes" },
		{ "password-name", "password", "ui_rule_password_name" }, { "password-common", "password", "ui_rule_password_common" }, { "code-wrong", "code", "ui_rule_code_wrong" },
		{ "name-taken", "name", "ui_rule_name_taken" }, { "name-length", "name", "ui_rule_name_length" }, { "name-letters", "name", "ui_rule_name_letters" },
		{ "name-reserved", "name", "ui_rule_name_reserved" }, { "display-bytes", "display", "ui_rule_display_bytes" }, { "display-length", "display", "ui_rule_display_length" },
		{ "role", "role", "ui_rule_role" },
	};

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (strstr(rc_trail(), rules[i].rule)) {
			*ret_error = ui_word(v->english, rules[i].key);
			return rules[i].field;
		}
	*ret_error = arena_cstr(v->a->arena, str_of(rc_trail()));
	return "";
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
		failure(v, 404, sentence(v, MSG_ENROL_LINK_SPENT, MSG_NO_ARGS));
	} else if (rc != RC_OK) {
		fail(v, rc);
	} else {
		struct page_enrol page = { arena_cstr(v->a->arena, link), account.name, account.display, buf_cstr(&uri), error_field, error };

		form_cookie(v);
		page_answer(v, status);
		rc = page_enrol(&v->page, &page, &v->a->body);
		if (rc != RC_OK)
			fail(v, rc);
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
		redirect(v, STR("/sign-in?enrolled=1"));
	} else if (rc == RC_NOTFOUND) {
		rc_trail_clear();
		failure(v, 404, sentence(v, MSG_ENROL_LINK_SPENT, MSG_NO_ARGS));
	} else if (rc == RC_SYNTAX || rc == RC_DENIED) {
		const char *error, *field = rule_broken(v, &error);

		rc_trail_clear();
		enrol_page(v, link, 400, field, error);
	} else {
		fail(v, rc);
	}
}

static void
language_get(struct visit *v, struct str which)
{
	cookie_set(v, COOKIE_LANG, str_eq_c(which, "en") ? STR("en") : STR("ja"), COOKIE_LONG_S);
	redirect(v, str_of(local_path(v, pairs_get(&v->query, "back"))));
}

/* ---- acts */

enum form { FORM_PAGE, FORM_CSV, FORM_JSON };

static enum rc
ask(struct visit *v, enum act act, struct str segment, const struct pairs *fields, struct buf *reply, json_t **ret)
{
	struct buf arguments = BUF(32768);
	json_error_t error;
	enum rc rc = RC_OK;

	TRY(arguments_build(act, segment, fields, v->english, &arguments));
	TRY(ask_core_act(v->site->spec.core, act, v->token, v->q->address, buf_str(&arguments), reply));
	*ret = json_loadb(reply->p ? reply->p : "", reply->n, 0, &error);
	if (!json_is_object(*ret)) {
		json_decref(*ret);
		*ret = NULL;
		rc = FAIL(RC_PEER, "core: the answer is no JSON object");
	}
out:
	buf_free(&arguments);
	return rc;
}

static void
to_sign_in(struct visit *v)
{
	struct buf to = BUF(8192);

	cookie_set(v, COOKIE_SESSION, STR(""), -1);
	if (v->q->method == HTTP_POST || buf_add_c(&to, "/sign-in?to=") != RC_OK || percent_encode(&to, v->path) != RC_OK || to.n > 900)
		redirect(v, STR("/sign-in"));
	else
		redirect(v, buf_str(&to));
	buf_free(&to);
}

/* Core said no: either nobody is signed in, or this person may not. A view that everyone may open tells which. */
static void
denied(struct visit *v, enum act act)
{
	static const struct pairs none;
	struct buf reply = BUF(HTTP_ANSWER_MAX);
	json_t *answer = NULL;

	rc_trail_clear();
	if (v->token.n && act != ACT_STATUS_SHOW && ask(v, ACT_STATUS_SHOW, STR_NONE, &none, &reply, &answer) == RC_OK)
		failure(v, 403, NULL);
	else
		to_sign_in(v);
	rc_trail_clear();
	json_decref(answer);
	buf_free(&reply);
}

static void
proof_answer(struct visit *v, const json_t *answer)
{
	const char *proof = json_string_value(json_object_get(answer, "proof"));

	if (!proof || buf_add_c(&v->a->body, proof) != RC_OK) {
		failure(v, 503, NULL);
		return;
	}
	typed(v, 200, "text/plain; charset=utf-8");
	http_field(v->a, "Content-Disposition", arena_f(v->a->arena, "attachment; filename=\"tsujiban-%lld.tlog-proof\"", (long long)json_integer_value(json_object_get(answer, "index"))));
}

static void
export_answer(struct visit *v, enum act act, enum form form, const json_t *answer, struct buf *reply)
{
	const char *name = act_row(act)->id;
	enum rc rc = RC_OK;

	if (form == FORM_JSON) {
		rc = buf_add(&v->a->body, buf_str(reply));
		typed(v, 200, "application/json; charset=utf-8");
	} else {
		rc = page_csv(&v->page, act, &v->a->body);
		typed(v, 200, "text/csv; charset=utf-8");
	}
	if (rc != RC_OK) {
		v->a->fields_n = 0;
		fail(v, rc);
		return;
	}
	http_field(v->a, "Content-Disposition", arena_f(v->a->arena, "attachment; filename=\"%s.%s\"", name, form == FORM_JSON ? "json" : "csv"));
}

static void
act_get(struct visit *v, enum act act, struct str segment, enum form form)
{
	struct buf reply = BUF(HTTP_ANSWER_MAX);
	json_t *answer = NULL;
	enum rc rc = v->token.n ? ask(v, act, segment, &v->query, &reply, &answer) : RC_DENIED;

	v->page.answer = answer;
	if (rc == RC_DENIED)
		denied(v, act);
	else if (rc != RC_OK)
		fail(v, rc);
	else if (act == ACT_PROOF_GET)
		proof_answer(v, answer);
	else if (form != FORM_PAGE)
		export_answer(v, act, form, answer, &reply);
	else {
		page_answer(v, 200);
		rc = page_act(&v->page, act, &v->a->body);
		if (rc != RC_OK) {
			v->a->fields_n = 0;
			fail(v, rc);
		}
	}
	json_decref(answer);
	buf_free(&reply);
}

/* A new account: the list again with the link shown this once, or with the sentence above the kept form. */
static void
account_posted(struct visit *v, enum rc added, const json_t *answer)
{
	static const struct pairs none;
	struct buf reply = BUF(HTTP_ANSWER_MAX), link = BUF(1024);
	const char *error = NULL, *field = added == RC_OK ? "" : rule_broken(v, &error);
	json_t *list = NULL;
	enum rc rc = RC_OK;

	rc_trail_clear();
	TRY(ask(v, ACT_ACCOUNT_LIST, STR_NONE, &none, &reply, &list));
	v->page.answer = list;
	page_answer(v, added == RC_OK ? 200 : code_of(added));
	if (added != RC_OK) {
		v->page.problem = *field ? ui_word(v->english, "ui_fix_fields") : error;
		TRY(page_accounts_again(&v->page, &v->form, field, error, &v->a->body));
	} else {
		const char *path = json_string_value(json_object_get(answer, "link"));

		TRY(buf_addf(&link, "https://" STR_FMT "%s%s", STR_ARG(v->q->host), path && path[0] == '/' ? "" : "/enrol/", path ? path : ""));
		TRY(page_account_added(&v->page, list, buf_cstr(&link), json_string_value(json_object_get(answer, "name")), &v->a->body));
	}
out:
	if (rc != RC_OK) {
		v->a->fields_n = 0;
		fail(v, rc);
	}
	json_decref(list);
	buf_free(&link);
	buf_free(&reply);
}

static void
act_post(struct visit *v, enum act act, struct str segment)
{
	struct buf reply = BUF(HTTP_ANSWER_MAX);
	json_t *answer = NULL;
	enum rc rc = v->token.n ? ask(v, act, segment, &v->form, &reply, &answer) : RC_DENIED;

	if (rc == RC_DENIED)
		denied(v, act);
	else if (act == ACT_ACCOUNT_ADD && (rc == RC_OK || rc == RC_SYNTAX || rc == RC_CONFLICT))
		account_posted(v, rc, answer);
	else if (rc != RC_OK)
		fail(v, rc);
	else if (act == ACT_CONTROL_RUN)
		redirect(v, arena_f(v->a->arena, "/control/" STR_FMT, STR_ARG(segment)));
	else
		redirect(v, arena_f(v->a->arena, "/clause/" STR_FMT, STR_ARG(segment)));
	json_decref(answer);
	buf_free(&reply);
}

/* ---- the station's own socket: JSON only, the caller's token in the head */

static void
local_answer(struct visit *v, enum rc rc)
{
	typed(v, code_of(rc), "application/json; charset=utf-8");
	if (rc != RC_OK) {
		json_t *error = json_pack("{s:{s:s, s:s}}", "error", "class", rc_name(rc), "sentence", rc_trail());
		char *text = error ? json_dumps(error, JSON_COMPACT) : NULL;

		buf_reset(&v->a->body);
		if (buf_add_c(&v->a->body, text ? text : "{\"error\":{\"class\":\"BUG\",\"sentence\":\"\"}}") != RC_OK)
			v->a->status = 500;
		free(text);
		json_decref(error);
	}
	rc_trail_clear();
}

static enum rc
local_act(struct visit *v)
{
	struct str prefix = STR("/api/act/"), token;
	enum act act;
	enum rc rc = RC_OK;

	if (v->q->method != HTTP_POST || !str_starts(v->q->path, prefix))
		return FAIL(RC_NOTFOUND, "POST /api/act/ and the name of an act");
	act = act_of(str_sub(v->q->path, prefix.n, v->q->path.n));
	if (act == ACT_NONE)
		return FAIL(RC_NOTFOUND, "no such act");
	TRY(decode_bearer(v->q->authorization, &token));
	TRY(arguments_check(v->q->body));
	TRY(ask_core_act(v->site->spec.core, act, token, v->q->address, v->q->body, &v->a->body));
out:
	return rc;
}

/* ---- one request */

static enum rc
visit_init(struct visit *v)
{
	struct str session, pre;
	enum rc rc = RC_OK;

	v->page = (struct page_request){ .now_us = now_us(), .path = STR("/"), .query = &v->query, .form = v->form_token, .station = v->site->spec.station, .arena = v->a->arena };
	TRY(decode_host(v->q->host));
	TRY(decode_cookies(v->q->cookie, &v->cookies));
	v->english = v->page.english = str_eq_c(pairs_get(&v->cookies, COOKIE_LANG), "en");
	session = pairs_get(&v->cookies, COOKIE_SESSION);
	pre = pairs_get(&v->cookies, COOKIE_FORM);
	if (token_shaped(session)) {
		v->token = session;
		v->page.signed_in = true;
		form_token_of(session, v->form_token);
	} else if (token_shaped(pre)) {
		form_token_of(pre, v->form_token);
	}
	TRY(decode_path(v->a->arena, v->q->path, &v->path));
	v->page.path = v->q->path;
	TRY(decode_form(v->a->arena, v->q->query, &v->query));
	if (v->q->method == HTTP_POST) {
		if (!str_starts(v->q->content_type, STR("application/x-www-form-urlencoded")))
			return FAIL(RC_SYNTAX, "a form is sent as application/x-www-form-urlencoded");
		TRY(decode_form(v->a->arena, v->q->body, &v->form));
		if (!post_is_ours(v))
			return FAIL(RC_DENIED, "the form is not from a page of this console, or too old");
	}
out:
	return rc;
}

static bool
door(struct visit *v)
{
	bool post = v->q->method == HTTP_POST;
	struct str enrol = STR("/enrol/"), language = STR("/language/"), link;

	if (str_eq_c(v->path, "/sign-in")) {
		post ? sign_in_post(v) : sign_in_get(v);
	} else if (str_eq_c(v->path, "/sign-out") && post) {
		sign_out_post(v);
	} else if (str_starts(v->path, enrol)) {
		link = str_sub(v->path, enrol.n, v->path.n);
		if (!token_shaped(link))
			failure(v, 404, sentence(v, MSG_ENROL_LINK_SPENT, MSG_NO_ARGS));
		else
			post ? enrol_post(v, link) : enrol_page(v, link, 200, NULL, NULL);
	} else if (str_starts(v->path, language) && !post) {
		language_get(v, str_sub(v->path, language.n, v->path.n));
	} else {
		return false;
	}
	return true;
}

bool
site_act(void *context, const struct http_request *q, struct http_answer *a)
{
	struct visit v = { .site = context, .q = q, .a = a };
	struct str path, segment = STR_NONE;
	enum form form = FORM_PAGE;
	enum act act;
	enum rc rc;

	if (q->local) {
		local_answer(&v, local_act(&v));
		return true;
	}
	rc = visit_init(&v);
	if (rc != RC_OK) {
		rc_trail_clear();
		failure(&v, code_of(rc), NULL);
		return true;
	}
	if (door(&v))
		return true;
	path = v.path;
	if (str_ends(path, STR(".csv")) || str_ends(path, STR(".json"))) {
		form = str_ends(path, STR(".csv")) ? FORM_CSV : FORM_JSON;
		path.n -= form == FORM_CSV ? 4 : 5;
		if (str_eq_c(path, "/board"))
			path = STR("/");
	}
	act = act_of_path(q->method == HTTP_POST ? METHOD_POST : METHOD_GET, path, &segment);
	if (act == ACT_NONE)
		failure(&v, 404, NULL);
	else if (q->method == HTTP_POST)
		act_post(&v, act, segment);
	else
		act_get(&v, act, segment, form);
	return true;
}
