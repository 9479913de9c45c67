// SPDX-License-Identifier: Apache-2.0
/* What every answer of the console needs: status, headers, cookies, failure pages, and who may post a form. */
#include "web/site_int.h"

#include <string.h>

#include "auth/ask_auth.h"
#include "base/num.h"
#include "core/ask_core.h"
#include "templates.h"
#include "web/html.h"

int
visit_code_of(enum rc rc)
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

void
visit_typed(struct visit *v, int status, const char *type)
{
	v->a->status = status;
	http_field(v->a, "Content-Type", str_of(type));
	http_field(v->a, "Cache-Control", STR("no-store"));
}

void
visit_page_answer(struct visit *v, int status)
{
	visit_typed(v, status, "text/html; charset=utf-8");
}

void
visit_redirect(struct visit *v, struct str to)
{
	visit_typed(v, 303, "text/plain; charset=utf-8");
	http_field(v->a, "Location", to);
}

void
visit_failure(struct visit *v, int code, const char *sentence)
{
	buf_reset(&v->a->body);
	v->page.problem = sentence;
	v->page.answer = NULL;
	visit_page_answer(v, code);
	if (page_failure(&v->page, code, &v->a->body) != RC_OK)
		v->a->status = 500;
}

/* Sentences of other processes come as "日本語 / English", with the same values in both: the middle stroke parts them. */
const char *
visit_own_words(struct visit *v, const char *sentence)
{
	size_t strokes = 0, k = 0;
	const char *at;

	for (at = sentence ? strstr(sentence, " / ") : NULL; at; at = strstr(at + 3, " / "))
		strokes++;
	if (strokes % 2 == 0)
		return sentence;
	for (at = strstr(sentence, " / "); k < strokes / 2; k++)
		at = strstr(at + 3, " / ");
	return v->english ? at + 3 : arena_cstr(v->a->arena, (struct str){ sentence, (size_t)(at - sentence) });
}

/* What a failed call becomes; the trail's sentence is shown only where it speaks of what was sent. */
void
visit_fail(struct visit *v, enum rc rc)
{
	struct str sentence = rc == RC_SYNTAX || rc == RC_CONFLICT || rc == RC_LIMIT ? arena_dup(v->a->arena, str_of(rc_trail())) : STR_NONE;

	rc_trail_clear();
	visit_failure(v, visit_code_of(rc), sentence.n ? visit_own_words(v, arena_cstr(v->a->arena, sentence)) : NULL);
}

void
visit_cookie_set(struct visit *v, const char *name, struct str value, long long age_s)
{
	if (age_s > 0)
		http_field(v->a, "Set-Cookie", arena_f(v->a->arena, "%s=" STR_FMT "; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=%lld", name, STR_ARG(value), age_s));
	else
		http_field(v->a, "Set-Cookie", arena_f(v->a->arena, "%s=" STR_FMT "; Path=/; Secure; HttpOnly; SameSite=Strict%s", name, STR_ARG(value), age_s < 0 ? "; Max-Age=0" : ""));
}

const char *
visit_sentence(struct visit *v, unsigned number, const struct finding_arg *args, size_t n)
{
	struct buf out = BUF(2048);
	const char *ret = NULL;

	if (message_text(number, v->english ? LANG_EN : LANG_JA, args, n, &out) == RC_OK && buf_add_c(&out, " ") == RC_OK &&
	    message_next(number, v->english ? LANG_EN : LANG_JA, args, n, &out) == RC_OK)
		ret = arena_cstr(v->a->arena, str_trim(buf_str(&out)));
	buf_free(&out);
	return ret;
}

/* Auth and core name the rule that was broken at the head of their sentence. */
const char *
visit_rule_broken(struct visit *v, const char **ret_error)
{
	static const struct { const char *rule, *field, *key; } rules[] = {
		{ "password-short", "password", NULL /* it says how many */ }, { "password-long", "password", "ui_rule_password_long" }, { "password-bytes", "password", "ui_rule_password_bytes" },
		{ "password-name", "password", "ui_rule_password_name" }, { "password-common", "password", "ui_rule_password_common" }, { "password-leaked", "password", "ui_rule_password_leaked" }, { "code-wrong", "code", "ui_rule_code_wrong" },
		{ "name-taken", "name", "ui_rule_name_taken" }, { "name-length", "name", "ui_rule_name_length" }, { "name-letters", "name", "ui_rule_name_letters" },
		{ "name-reserved", "name", "ui_rule_name_reserved" }, { "display-bytes", "display", "ui_rule_display_bytes" }, { "display-length", "display", "ui_rule_display_length" },
		{ "role", "role", "ui_rule_role" }, { "password-old", "old", "ui_rule_password_old" }, { "label-length", "label", "ui_rule_label" },
		{ "display-mixed", "display", "ui_rule_display_mixed" }, { "display-alike", "display", "ui_rule_display_alike" },
		{ "token-label", "token_label", "ui_rule_token_label" }, { "token-acts", "token_acts", "ui_rule_token_acts" }, { "token-days", "token_days", "ui_rule_token_days" }, { "tokens-full", "", "ui_rule_tokens_full" },
		{ "generator-code", "generator_code", "ui_rule_generator_code" }, { "password-classes", "password", "ui_rule_password_classes" }, { "passkey-known", "", "ui_rule_passkey_known" }, { "passkeys-full", "", "ui_rule_passkeys_full" },
		{ "certificate-known", "", "ui_card_known" }, { "certificates-full", "", "ui_card_full" }, { "certificate-other", "", "ui_card_other" }, { "certificate-nobody", "", "ui_card_strange" }, { "certificate-expired", "", "ui_card_expired" },
		{ "certificate-not-yet", "", "ui_card_not_yet" }, { "certificate-revoked", "", "ui_card_revoked" }, { "certificate-stranger", "", "ui_card_stranger" }, { "certificate-unfit", "", "ui_card_unfit" },
		{ "certificate-stale", "", "ui_card_stale" }, { "certificate-old", "", "ui_card_old" }, { "certificate-ended", "", "ui_card_ended" }, { "certificate-unproven", "", "ui_card_unproven" },
	};

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (strstr(rc_trail(), rules[i].rule)) {
			*ret_error = i == 0 ? visit_sentence(v, MSG_UI_RULE_PASSWORD_SHORT, MSG_ARGS(MSG_N("n", v->page.password_min))) : ui_word(v->english, rules[i].key);
			return rules[i].field;
		}
	*ret_error = visit_own_words(v, arena_cstr(v->a->arena, str_of(rc_trail())));
	return "";
}

/* ---- the listener of administration */

struct caller
visit_caller(const struct visit *v)
{
	return (struct caller){ v->token, v->q->address, v->q->admin ? DOOR_ADMIN : DOOR_CONSOLE, v->q->connected_at_us };
}

/* The name the browser used, without its port. */
struct str
visit_host_name(const struct visit *v)
{
	const char *colon = v->q->host.n ? memrchr(v->q->host.p, ':', v->q->host.n) : NULL;
	struct str host = v->q->host;

	if (colon && !memchr(colon, ']', host.n - (size_t)(colon - host.p)))
		host.n = (size_t)(colon - host.p);
	return host;
}

/* The same name, the other port. */
const char *
visit_admin_needed(struct visit *v)
{
	const char *port = v->site->spec.admin_port;
	struct str host = visit_host_name(v);

	if (port == NULL || *port == '\0')
		return visit_sentence(v, MSG_ADDRESS_NEEDED_LOCAL, MSG_NO_ARGS);
	return visit_sentence(v, MSG_ADDRESS_NEEDED, MSG_ARGS(MSG_S("url", arena_f(v->a->arena, "https://" STR_FMT ":%s/", STR_ARG(host), port))));
}

/* Where everybody comes in: a link that is handed on never names the listener of administration, which does not open to them. */
struct str
visit_console_host(struct visit *v)
{
	const char *port = v->site->spec.port;

	if (!v->q->admin || port == NULL || *port == '\0')
		return v->q->host;
	return arena_f(v->a->arena, STR_FMT ":%s", STR_ARG(visit_host_name(v)), port);
}

/* Stopped while an incident lasts: said in words, with until when. */
bool
visit_held(struct visit *v)
{
	const char *service = strstr(rc_trail(), "hold:service:");
	char until[48];

	if (service == NULL && strstr(rc_trail(), "hold:address") == NULL)
		return false;
	if (service) {
		struct str rest = str_of(service + strlen("hold:service:")), number = STR_NONE;
		struct civil t = { 0 };
		int64_t s = 0;

		if (str_cut(&rest, ':', &number) && num_parse(number, 0, INT64_MAX / SECOND_US, &s) == RC_OK)
			t = time_civil(s * SECOND_US);
		(void)snprintf(until, sizeof(until), v->english ? "%04d-%02d-%02d %02d:%02d" : "%d年%d月%d日 %02d:%02d", t.year, t.month, t.day, t.hour, t.minute); /* fits */
	}
	rc_trail_clear();
	v->page.signed_in = false;
	v->page.closed = service != NULL;
	if (service)
		visit_failure(v, 503, visit_sentence(v, MSG_HOLD_SERVICE, MSG_ARGS(MSG_S("until", str_of(until)))));
	else
		visit_failure(v, 403, visit_sentence(v, MSG_HOLD_ADDRESS, MSG_NO_ARGS));
	return true;
}

/*= S-3-3 */
bool
visit_admitted(struct visit *v)
{
	struct str segment = STR_NONE;
	/* of an act core says no by itself; what is sent, and every other page, may be auth's to answer, which knows of no address that is stopped */
	bool others = v->q->method == HTTP_POST || act_of_path(METHOD_GET, v->path, &segment) == ACT_NONE;
	enum rc rc = v->q->admin || others ? ask_core_door(v->site->spec.core, v->q->address, v->q->admin ? DOOR_ADMIN : DOOR_CONSOLE) : RC_OK;

	if (rc == RC_OK)
		return true;
	v->page.signed_in = false;
	if (visit_held(v))
		return false;
	if (rc == RC_DENIED) {
		rc_trail_clear();
		visit_failure(v, 403, visit_sentence(v, MSG_DOOR_NOT_DECLARED, MSG_ARGS(MSG_S("address", v->q->address.n ? v->q->address : STR("?")))));
	} else {
		visit_fail(v, rc);
	}
	return false;
}

bool
visit_client_inside(struct visit *v, struct str token)
{
	const struct caller caller = { token, v->q->address, DOOR_ADMIN, v->q->connected_at_us };
	struct buf answer = BUF(HTTP_ANSWER_MAX);
	bool ret = v->q->admin && ask_core_act(v->site->spec.core, ACT_STATUS_SHOW, &caller, STR("{}"), &answer) == RC_DENIED && strstr(rc_trail(), "door:client");

	rc_trail_clear();
	buf_free(&answer);
	return ret;
}

/* ---- a factor once more */

void
visit_to_sign_in(struct visit *v)
{
	struct buf to = BUF(8192);
	char id[DRAFT_ID_CHARS + 1];

	visit_cookie_set(v, COOKIE_SESSION, STR(""), -1);
	if (v->q->method == HTTP_POST && !str_starts(v->path, STR("/me/")) && draft_keep(v, id))
		visit_redirect(v, arena_f(v->a->arena, "/sign-in?to=%%2Fdraft%%2F%s&draft=1", id));
	else if (v->q->method == HTTP_POST || buf_add_c(&to, "/sign-in?to=") != RC_OK || percent_encode(&to, v->path) != RC_OK || to.n > 900)
		visit_redirect(v, STR("/sign-in"));
	else
		visit_redirect(v, buf_str(&to));
	buf_free(&to);
}

void
visit_step_up(struct visit *v, const char *error)
{
	enum rc rc;

	rc_trail_clear();
	visit_page_answer(v, error ? 400 : 403);
	rc = page_step_up(&v->page, &v->form, error, &v->a->body);
	if (rc != RC_OK) {
		v->a->fields_n = 0;
		visit_fail(v, rc);
	}
}

/* The code that came with the form goes to auth first. False: the answer is written. */
bool
visit_stepped_up(struct visit *v)
{
	struct str code = str_trim(pairs_get(&v->form, STEP_UP_FIELD));
	const char *error;
	enum rc rc;

	if (code.n == 0 || v->token.n == 0)
		return true; /* none was sent: whoever needs one will say so */
	rc = ask_auth_step_up(v->site->spec.auth, v->token, code);
	if (rc == RC_OK)
		return true;
	if (rc == RC_SYNTAX) {
		(void)visit_rule_broken(v, &error);
		visit_step_up(v, error);
	} else if (rc == RC_DENIED) {
		rc_trail_clear();
		visit_to_sign_in(v);
	} else {
		visit_fail(v, rc);
	}
	return false;
}

/* ---- who may post */

bool
visit_token_shaped(struct str s)
{
	uint8_t bytes[TOKEN_CHARS / 2];

	if (hex_decode(s, bytes, sizeof(bytes)) == RC_OK)
		return true;
	rc_trail_clear();
	return false;
}

/* The token of forms: a hash of the cookie it belongs to, so that only a page sent to that browser carries it. */
void
visit_form_token_of(struct str cookie, char ret[FORM_CHARS + 1])
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

/* Behind the token stands whose page it was, in hexadecimal; what is no name of an account is nobody. */
void
visit_owner(struct visit *v)
{
	struct str sent = pairs_get(&v->form, "form"), hex = str_sub(sent, FORM_CHARS, sent.n);
	uint8_t name[ACCOUNT_NAME_MAX];

	if (sent.n <= FORM_CHARS || hex.n % 2 || hex.n / 2 > sizeof(name) || hex_decode(hex, name, hex.n / 2) != RC_OK) {
		rc_trail_clear();
		return;
	}
	for (size_t i = 0; i < hex.n / 2; i++)
		if (name[i] <= ' ' || name[i] >= 0x7f)
			return;
	v->owner = arena_dup(v->a->arena, (struct str){ (const char *)name, hex.n / 2 });
	v->page.owner = arena_cstr(v->a->arena, v->owner);
}

/* From a page of ours in this browser, by what the browser says and by the token only that page has. */
bool
visit_post_is_ours(struct visit *v)
{
	struct str own = arena_f(v->a->arena, "https://" STR_FMT, STR_ARG(v->q->host)), sent = pairs_get(&v->form, "form");
	bool origin_null = v->q->origin.n == 0 || str_eq_c(v->q->origin, "null");
	unsigned char differs = 0;

	if (v->q->fetch_site.n && !str_eq_c(v->q->fetch_site, "same-origin"))
		return false;
	if (origin_null ? v->q->fetch_site.n == 0 : !str_eq(v->q->origin, own))
		return false;
	if (sent.n < FORM_CHARS || v->form_token[0] == '\0')
		return false;
	for (size_t i = 0; i < FORM_CHARS; i++)
		differs |= (unsigned char)(sent.p[i] ^ v->form_token[i]);
	return differs == 0;
}

/* A page with a form before anyone is signed in: the browser gets a cookie to tie it to. */
void
visit_form_cookie(struct visit *v)
{
	struct buf hex = BUF(128);
	uint8_t bytes[32];

	if (v->form_token[0])
		return;
	http_random(bytes, sizeof(bytes));
	if (hex_encode(&hex, (struct str){ (const char *)bytes, sizeof(bytes) }) == RC_OK) {
		visit_form_token_of(buf_str(&hex), v->form_token);
		visit_cookie_set(v, COOKIE_FORM, buf_str(&hex), 0);
	}
	buf_free(&hex);
}
