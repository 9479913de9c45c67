// SPDX-License-Identifier: Apache-2.0
/* The console's answers with core and auth as fakes linked in: who gets in, who may post, what a failure becomes. */
#include <stdlib.h>

#include "auth/ask_auth.h"
#include "base/test.h"
#include "core/ask_core.h"
#include "web/site.h"

#define TOKEN "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static struct { enum rc core, status, sign_in; int64_t locked_until_us; int acts; enum act last; enum door door; bool client, held; const char *declared; char arguments[512], token[80], code[16]; const char *answer, *trail; } fake;

enum rc
ask_core_act(struct peer *core, enum act act, const struct caller *caller, struct str arguments, struct buf *ret)
{
	enum rc rc = act == ACT_STATUS_SHOW ? fake.status : fake.core;

	fake.acts++;
	fake.last = act;
	snprintf(fake.arguments, sizeof(fake.arguments), STR_FMT, STR_ARG(arguments));
	snprintf(fake.token, sizeof(fake.token), STR_FMT, STR_ARG(caller->token));
	fake.door = caller->door;
	if (fake.client && caller->door == DOOR_ADMIN)
		return FAIL(RC_DENIED, "door:client: fake");
	return rc == RC_OK ? buf_add_c(ret, fake.answer ? fake.answer : "{}") : FAIL(rc, "%s", fake.trail ? fake.trail : "fake: no");
}

enum rc
ask_core_door(struct peer *core, struct str address, enum door door)
{
	if (door != DOOR_ADMIN)
		return fake.held ? FAIL(RC_DENIED, "hold:address: fake") : RC_OK;
	return fake.declared && str_eq_c(address, fake.declared) ? RC_OK : FAIL(RC_DENIED, "fake: not declared");
}

enum rc
ask_auth_sign_in(struct peer *auth, const struct sign_in *in, struct sign_in_answer *ret)
{
	if (fake.sign_in != RC_OK) {
		ret->locked_until_us = fake.locked_until_us;
		return FAIL(fake.sign_in, "fake: refused");
	}
	memcpy(ret->token, TOKEN, sizeof(TOKEN));
	memcpy(ret->device, TOKEN, sizeof(TOKEN));
	return RC_OK;
}

enum rc ask_auth_generator_load(struct peer *peer, struct str token, struct str csv, struct buf *ret) { return buf_add_c(ret, "{\"rows\":[],\"wrong\":0,\"digest\":\"\"}"); }
enum rc ask_auth_sign_out(struct peer *auth, struct str token) { return RC_OK; }

enum rc
ask_auth_challenge(struct peer *auth, struct str token, struct str device, struct buf *ret)
{
	return buf_add_c(ret, token.n ? "{\"challenge\":\"00\",\"rp\":\"localhost\",\"user\":\"01\",\"name\":\"taro\",\"display\":\"山田\",\"passkeys\":[\"ab\",\"cd\"]}" :
	    "{\"challenge\":\"00\",\"rp\":\"localhost\"}");
}

enum rc
ask_auth_me(struct peer *auth, struct str token, struct buf *ret)
{
	return buf_add_c(ret, "{\"name\":\"taro\",\"display\":\"山田\",\"roles\":[\"operator\"],\"side\":\"contractor\",\"password_at\":0,\"recovery_left\":3,"
	    "\"passkeys\":[{\"id\":\"aa\",\"label\":\"<b>\",\"copied\":true,\"created_at\":1795311727000000,\"last_used_at\":0}],\"sessions\":[]}");
}

static const char *fake_card = "{}";
enum rc ask_auth_certificate(struct peer *peer, struct str token, struct str handshake, struct buf *ret) { return buf_add_c(ret, fake_card); }

static struct me_change changed;
static char changed_a[64];

enum rc
ask_auth_me_change(struct peer *auth, const struct me_change *change, struct buf *ret)
{
	changed = *change;
	snprintf(changed_a, sizeof(changed_a), STR_FMT, STR_ARG(change->a));
	if (fake.core != RC_OK)
		return FAIL(fake.core, "%s", fake.trail);
	return change->what == ME_RECOVERY_NEW ? buf_add_c(ret, "aaaa-bbbb-cccc\ndddd-eeee-ffff\n") : RC_OK;
}

/* 111111 is right; then core has nothing against the act any more. */
enum rc
ask_auth_step_up(struct peer *auth, struct str token, struct str code)
{
	snprintf(fake.code, sizeof(fake.code), STR_FMT, STR_ARG(code));
	if (!str_eq_c(code, "111111"))
		return FAIL(RC_SYNTAX, "code-wrong: fake");
	fake.core = RC_OK;
	return RC_OK;
}

enum rc
ask_auth_enrol_begin(struct peer *auth, struct str link, struct account *ret, struct buf *ret_uri)
{
	*ret = (struct account){ .name = "admin", .display = "管理者" };
	return str_eq_c(link, TOKEN) ? buf_add_c(ret_uri, "otpauth://totp/a?secret=JBSWY3DPEHPK3PXP") : FAIL(RC_NOTFOUND, "fake: spent");
}

enum rc
ask_auth_enrol_finish(struct peer *auth, struct str link, struct str password, struct str code)
{
	return password.n < 12 ? FAIL(RC_SYNTAX, "password-short: fewer than 12 characters") : RC_OK;
}

struct exchange { struct arena arena; struct http_request q; struct http_answer a; struct site *site; };

static void
begin(struct exchange *x, enum http_method method, const char *path, const char *query, const char *cookie, const char *body)
{
	struct site_spec spec = { .station = "", .password_min = 12 };

	*x = (struct exchange){ .arena = ARENA(4 << 20), .site = site_new(&spec) };
	x->q = (struct http_request){ .method = method, .path = str_of(path), .query = str_of(query), .host = STR("localhost:8443"), .cookie = str_of(cookie), .origin = STR("null"), .fetch_site = STR("same-origin"),
		.content_type = STR("application/x-www-form-urlencoded"), .body = str_of(body), .address = STR("127.0.0.1") };
	x->a = (struct http_answer){ .body = BUF(16 << 20), .arena = &x->arena };
}

static void
end(struct exchange *x)
{
	buf_free(&x->a.body);
	arena_free(&x->arena);
	site_free(x->site);
}

static bool
field_has(const struct exchange *x, const char *name, const char *part)
{
	size_t at;

	for (size_t i = 0; i < x->a.fields_n; i++)
		if (strcmp(x->a.fields[i].name, name) == 0 && str_find(x->a.fields[i].value, str_of(part), &at))
			return true;
	return false;
}

static int
get(struct exchange *x, const char *path, const char *query, const char *cookie)
{
	begin(x, HTTP_GET, path, query, cookie, "");
	(void)site_act(x->site, &x->q, &x->a);
	return x->a.status;
}

/* The token of the form that a page sent to this cookie carries. */
static void
token_of_page(const char *path, const char *cookie, char ret[33])
{
	struct exchange x;
	const char *at;

	CHECK_INT(get(&x, path, "", cookie), 200);
	at = strstr(buf_cstr(&x.a.body), "name=\"form\" value=\"");
	CHECK(at != NULL);
	snprintf(ret, 33, "%.32s", at ? at + 19 : "");
	end(&x);
}

#define COOKIE "__Host-session=" TOKEN

CASE(nobody_is_shown_the_door)
{
	struct exchange x;

	memset(&fake, 0, sizeof(fake));
	CHECK_INT(get(&x, "/clause/S-3-4", "", ""), 303);
	CHECK(field_has(&x, "Location", "/sign-in?to=%2Fclause%2FS-3-4"));
	CHECK_INT(fake.acts, 0);
	end(&x);
	CHECK_INT(get(&x, "/clause/S-3-4", "", "__Host-session=short"), 303);
	CHECK_INT(fake.acts, 0);
	end(&x);
}

CASE(a_page_is_one_act_with_the_token)
{
	struct exchange x;

	memset(&fake, 0, sizeof(fake));
	CHECK_INT(get(&x, "/ledger", "q=a&before=7&x=y", COOKIE), 200);
	CHECK_INT(fake.acts, 1);
	CHECK_INT(fake.last, ACT_LEDGER_SHOW);
	CHECK_STR(str_of(fake.token), TOKEN);
	CHECK_STR(str_of(fake.arguments), "{\"q\":\"a\",\"before\":7,\"lang\":\"ja\"}");
	CHECK(field_has(&x, "Cache-Control", "no-store"));
	end(&x);
}

/*= S-3-3 type=test */
CASE(the_listener_of_administration_opens_to_declared_addresses_and_never_to_the_client)
{
	struct exchange x;
	char token[33];

	memset(&fake, 0, sizeof(fake));
	for (int i = 0; i < 2; i++) {
		begin(&x, i ? HTTP_POST : HTTP_GET, "/sign-in", "", "", "name=a");
		x.q.admin = true;
		(void)site_act(x.site, &x.q, &x.a);
		CHECK_INT(x.a.status, 403);
		CHECK(i || strstr(buf_cstr(&x.a.body), "届け出られていません"));
		end(&x);
	}
	CHECK_INT(fake.acts, 0);
	fake.declared = "127.0.0.1";
	begin(&x, HTTP_GET, "/ledger", "", COOKIE, "");
	x.q.admin = true;
	(void)site_act(x.site, &x.q, &x.a);
	CHECK_INT(x.a.status, 200);
	CHECK_INT(fake.door, DOOR_ADMIN);
	end(&x);
	fake.client = true;
	token_of_page("/sign-in", COOKIE, token);
	begin(&x, HTTP_POST, "/sign-in", "", COOKIE, "");
	x.q.body = arena_f(&x.arena, "form=%s&name=hanako&password=p&code=1&to=/", token);
	x.q.admin = true;
	(void)site_act(x.site, &x.q, &x.a);
	CHECK_INT(x.a.status, 403);
	CHECK(strstr(buf_cstr(&x.a.body), "発注者の方は使いません"));
	CHECK(!field_has(&x, "Set-Cookie", "__Host-session=0"));
	end(&x);
}

/*= S-3-3 type=test */
CASE(an_act_of_administration_says_where_it_is_done)
{
	struct exchange x;
	char token[33];

	memset(&fake, 0, sizeof(fake));
	token_of_page("/", COOKIE, token);
	fake.core = RC_DENIED;
	fake.trail = "guard:address: fake";
	for (int i = 0; i < 2; i++) {
		struct site_spec spec = { .station = "", .password_min = 12, .admin_port = i ? "8444" : "" };

		begin(&x, HTTP_POST, "/account", "", COOKIE, "");
		site_free(x.site);
		x.site = site_new(&spec);
		x.q.body = arena_f(&x.arena, "form=%s&name=a", token);
		(void)site_act(x.site, &x.q, &x.a);
		CHECK_INT(x.a.status, 403);
		CHECK(strstr(buf_cstr(&x.a.body), i ? "https://localhost:8444/" : "admin_listen"));
		end(&x);
	}
}

CASE(failures_have_their_pages)
{
	static const struct { enum rc rc; int code; } cases[] = { { RC_NOTFOUND, 404 }, { RC_SYNTAX, 400 }, { RC_LIMIT, 400 }, { RC_CONFLICT, 409 }, { RC_PEER, 503 }, { RC_TIMEOUT, 503 }, { RC_IO, 503 }, { RC_BUG, 500 }, { RC_TAMPERED, 500 } };
	struct exchange x;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memset(&fake, 0, sizeof(fake));
		fake.core = cases[i].rc;
		CHECK_INT(get(&x, "/control", "", COOKIE), cases[i].code);
		CHECK(strstr(buf_cstr(&x.a.body), "<h1>"));
		end(&x);
	}
	memset(&fake, 0, sizeof(fake));
	fake.answer = "[1";
	CHECK_INT(get(&x, "/control", "", COOKIE), 503);
	end(&x);
	CHECK_INT(get(&x, "/nowhere", "", COOKIE), 404);
	end(&x);
	CHECK_INT(get(&x, "/a/../b", "", COOKIE), 400);
	end(&x);
}

/* Denied: a session that ended goes to sign-in; one that lives is told it may not. */
CASE(denied)
{
	struct exchange x;

	memset(&fake, 0, sizeof(fake));
	fake.core = RC_DENIED;
	CHECK_INT(get(&x, "/account", "", COOKIE), 403);
	end(&x);
	fake.status = RC_DENIED;
	CHECK_INT(get(&x, "/account", "", COOKIE), 303);
	CHECK(field_has(&x, "Set-Cookie", "__Host-session=; ") && field_has(&x, "Set-Cookie", "Max-Age=0"));
	end(&x);
}

static int
post(struct exchange *x, const char *path, const char *cookie, const char *origin, const char *fetch_site, const char *body)
{
	begin(x, HTTP_POST, path, "", cookie, body);
	x->q.origin = str_of(origin);
	x->q.fetch_site = str_of(fetch_site);
	(void)site_act(x->site, &x->q, &x->a);
	return x->a.status;
}

/* At the listener that asks for certificates stands one page; everything else is at the console. */
/*= S-3-4 type=test */
CASE(a_certificate_has_its_own_door)
{
	static const struct site_spec spec = { .station = "", .port = "8443", .admin_port = "8444", .card_port = "8445", .password_min = 12 };
	static const struct { const char *card, *words; } cases[] = {
		{ "{\"state\":\"good\",\"registered\":true,\"mine\":false,\"until\":1795311727000000,\"subject\":\"CN=<b>\",\"issuer\":\"CN=ca\",\"name\":\"\",\"display\":\"\"}", "action=\"/certificate/sign-in\"" },
		{ "{\"state\":\"good\",\"registered\":true,\"mine\":true,\"until\":1795311727000000,\"subject\":\"CN=a\",\"issuer\":\"CN=ca\",\"name\":\"taro\",\"display\":\"山田\"}", "action=\"/certificate/step-up\"" },
		{ "{\"state\":\"good\",\"registered\":false,\"mine\":false,\"until\":1795311727000000,\"subject\":\"CN=a\",\"issuer\":\"CN=ca\",\"name\":\"taro\",\"display\":\"山田\"}", "action=\"/certificate/add\"" },
		{ "{\"state\":\"good\",\"registered\":true,\"mine\":false,\"until\":1795311727000000,\"subject\":\"CN=a\",\"issuer\":\"CN=ca\",\"name\":\"taro\",\"display\":\"山田\"}", "別の人の証明書" },
		{ "{\"state\":\"good\",\"registered\":false,\"mine\":false,\"until\":1795311727000000,\"subject\":\"CN=a\",\"issuer\":\"CN=ca\",\"name\":\"\",\"display\":\"\"}", "どのアカウントにも登録されていません" },
		{ "{\"state\":\"expired\"}", "有効期限が切れて" }, { "{\"state\":\"not-yet\"}", "まだ有効期間に" }, { "{\"state\":\"revoked\"}", "認証局が失効" }, { "{\"state\":\"stranger\"}", "契約で認められていません" },
		{ "{\"state\":\"unfit\"}", "鍵が弱すぎ" }, { "{\"state\":\"stale\"}", "失効リストの期限" }, { "{\"state\":\"old\"}", "もう一度やり直して" }, { "{\"state\":\"ended\"}", "二度と使えません" }, { "{\"state\":\"unproven\"}", "確かめられません" },
	};
	static const struct { const char *path; bool card; int status; const char *to; } ways[] = {
		{ "/certificate", false, 303, "https://localhost:8445/certificate" }, { "/board", true, 303, "https://localhost:8443/" }, { "/certificate/leave", true, 303, "https://localhost:8443/" }, { "/certificate/sign-in", false, 404, NULL },
	};
	struct exchange x;

	memset(&fake, 0, sizeof(fake));
	for (size_t i = 0; i <= sizeof(cases) / sizeof(cases[0]); i++) {
		bool shown = i < sizeof(cases) / sizeof(cases[0]), form;

		begin(&x, HTTP_GET, "/certificate", "", COOKIE, "");
		site_free(x.site);
		x.site = site_new(&spec);
		x.q.card = true;
		x.q.handshake = shown ? STR("a handshake") : STR_NONE;
		fake_card = shown ? cases[i].card : "{}";
		(void)site_act(x.site, &x.q, &x.a);
		CHECK_INT(x.a.status, 200);
		CHECK(strstr(buf_cstr(&x.a.body), shown ? cases[i].words : "示されていません"));
		CHECK(strstr(buf_cstr(&x.a.body), "<b>") == NULL);
		form = strstr(buf_cstr(&x.a.body), "action=\"/certificate/") != NULL;
		CHECK(form == (i < 3));
		end(&x);
	}
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		begin(&x, HTTP_GET, ways[i].path, "", COOKIE, "");
		site_free(x.site);
		x.site = site_new(&spec);
		x.q.card = ways[i].card;
		(void)site_act(x.site, &x.q, &x.a);
		CHECK_INT(x.a.status, ways[i].status);
		for (size_t k = 0; ways[i].to && k < x.a.fields_n; k++)
			if (strcmp(x.a.fields[k].name, "Location") == 0)
				CHECK_STR(x.a.fields[k].value, ways[i].to);
		end(&x);
	}
}

CASE(who_may_post)
{
	char token[33], good[64], wrong[64];
	struct exchange x;

	memset(&fake, 0, sizeof(fake));
	fake.answer = "{\"id\":\"firewall\",\"can_run\":true}";
	token_of_page("/control/firewall", COOKIE, token);
	snprintf(good, sizeof(good), "form=%s", token);
	snprintf(wrong, sizeof(wrong), "form=%.31s%c", token, token[31] == '0' ? '1' : '0');
	fake.acts = 0;
	static const struct { const char *origin, *site; bool wrong; } refused[] = {
		{ "https://elsewhere", "cross-site", false }, { "null", "cross-site", false }, { "null", "", false }, { "", "", false }, { "https://elsewhere", "", false },
		{ "http://localhost:8443", "same-origin", false }, { "https://localhost:8443", "same-origin", true }, { "https://localhost:8443", "none", false },
	};
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		CHECK_INT(post(&x, "/control/firewall/run", COOKIE, refused[i].origin, refused[i].site, refused[i].wrong ? wrong : good), 403);
		end(&x);
	}
	CHECK_INT(post(&x, "/control/firewall/run", COOKIE, "null", "same-origin", ""), 403);
	end(&x);
	CHECK_INT(post(&x, "/control/firewall/run", "__Host-session=ff112233445566778899aabbccddeeff00112233445566778899aabbccddeeff", "null", "same-origin", good), 403);
	end(&x);
	CHECK_INT(fake.acts, 0);
	CHECK_INT(post(&x, "/control/firewall/run", COOKIE, "null", "same-origin", good), 303);
	CHECK(field_has(&x, "Location", "/control/firewall"));
	end(&x);
	CHECK_INT(post(&x, "/control/firewall/run", COOKIE, "https://localhost:8443", "", good), 303);
	end(&x);
	CHECK_INT(fake.acts, 2);
	CHECK_INT(get(&x, "/control/firewall/run", "", COOKIE), 404); /* an act is no link */
	end(&x);
}

/*= S-3-4 type=test */
/* A guarded act asks for a code on a page that keeps what was sent; the code goes to auth alone. */
CASE(a_form_waits_for_the_code)
{
	char token[33], body[256];
	struct exchange x;

	memset(&fake, 0, sizeof(fake));
	fake.answer = "{\"rows\":[]}";
	token_of_page("/account", COOKIE, token);
	fake.core = RC_DENIED;
	fake.trail = "guard:step-up: fake";
	snprintf(body, sizeof(body), "form=%s&name=hanako&display=%%E8%%A6%%8B%%E6%%9C%%AC+%%3Cb%%3E&role=operator", token);
	CHECK_INT(post(&x, "/account", COOKIE, "null", "same-origin", body), 403);
	CHECK(strstr(buf_cstr(&x.a.body), "name=\"display\" value=\"見本 &lt;b&gt;\""));
	CHECK(strstr(buf_cstr(&x.a.body), "name=\"step_up\""));
	end(&x);
	snprintf(body, sizeof(body), "form=%s&name=hanako&display=b&role=operator&step_up=222222", token);
	CHECK_INT(post(&x, "/account", COOKIE, "null", "same-origin", body), 400);
	CHECK(strstr(buf_cstr(&x.a.body), "error-text") && strstr(buf_cstr(&x.a.body), "value=\"hanako\"") && !strstr(buf_cstr(&x.a.body), "222222"));
	end(&x);
	snprintf(body, sizeof(body), "form=%s&name=hanako&display=b&role=operator&step_up=+111111", token);
	fake.answer = "{\"rows\":[],\"link\":\"/enrol/x\",\"name\":\"hanako\"}";
	CHECK_INT(post(&x, "/account", COOKIE, "null", "same-origin", body), 200);
	CHECK(strcmp(fake.code, "111111") == 0);
	CHECK(!strstr(fake.arguments, "111111"));
	end(&x);
}

CASE(the_own_account)
{
	char token[33], body[256];
	struct exchange x;

	memset(&fake, 0, sizeof(fake));
	CHECK_INT(get(&x, "/me", "", COOKIE), 200);
	CHECK(strstr(buf_cstr(&x.a.body), "&lt;b&gt;") && strstr(buf_cstr(&x.a.body), "data-handles=\"ab cd\"") && strstr(buf_cstr(&x.a.body), "<script>"));
	end(&x);
	token_of_page("/me", COOKIE, token);
	snprintf(body, sizeof(body), "form=%s&old=a&password=new+password+1&again=other", token);
	CHECK_INT(post(&x, "/me/password", COOKIE, "null", "same-origin", body), 400);
	CHECK(strstr(buf_cstr(&x.a.body), "e-password") && !strstr(buf_cstr(&x.a.body), "new password 1"));
	end(&x);
	snprintf(body, sizeof(body), "form=%s&old=a&password=b&again=b", token);
	fake.core = RC_DENIED;
	fake.trail = "guard:step-up: fake";
	CHECK_INT(post(&x, "/me/password", COOKIE, "null", "same-origin", body), 403);
	CHECK(strstr(buf_cstr(&x.a.body), "e-step_up"));
	end(&x);
	snprintf(body, sizeof(body), "form=%s&id=0123", token);
	CHECK_INT(post(&x, "/me/passkey-remove", COOKIE, "null", "same-origin", body), 403);
	CHECK(strstr(buf_cstr(&x.a.body), "name=\"id\" value=\"0123\""));
	end(&x);
	fake.core = RC_OK;
	CHECK_INT(post(&x, "/me/passkey-remove", COOKIE, "null", "same-origin", body), 200);
	CHECK(changed.what == ME_PASSKEY_REMOVE && strcmp(changed_a, "0123") == 0);
	end(&x);
	snprintf(body, sizeof(body), "form=%s", token);
	CHECK_INT(post(&x, "/me/recovery-new", COOKIE, "null", "same-origin", body), 200);
	CHECK(strstr(buf_cstr(&x.a.body), "aaaa-bbbb-cccc"));
	end(&x);
	snprintf(body, sizeof(body), "form=%s&label=x&client_data=!!&attestation=AA", token);
	CHECK_INT(post(&x, "/me/passkey-add", COOKIE, "null", "same-origin", body), 400);
	end(&x);
	CHECK_INT(get(&x, "/me", "", ""), 303);
	end(&x);
	CHECK_INT(post(&x, "/me/others-end", COOKIE, "https://elsewhere", "cross-site", body), 403);
	end(&x);
}

CASE(sign_in)
{
	char token[33], body[256];
	struct exchange x;

	memset(&fake, 0, sizeof(fake));
	CHECK_INT(get(&x, "/sign-in", "to=%2F%2Felsewhere", ""), 200);
	CHECK(field_has(&x, "Set-Cookie", "__Host-form=") && strstr(buf_cstr(&x.a.body), "name=\"to\" value=\"/\""));
	end(&x);
	token_of_page("/sign-in", "__Host-form=" TOKEN, token);
	snprintf(body, sizeof(body), "form=%s&name=admin&password=x&code=123456&to=%%2Fledger", token);
	CHECK_INT(post(&x, "/sign-in", "__Host-form=" TOKEN, "null", "same-origin", body), 303);
	CHECK(field_has(&x, "Location", "/ledger"));
	CHECK(field_has(&x, "Set-Cookie", "__Host-session=" TOKEN "; Path=/; Secure; HttpOnly; SameSite=Strict"));
	CHECK(field_has(&x, "Set-Cookie", "__Host-device=" TOKEN "; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=34560000"));
	end(&x);
	fake.sign_in = RC_DENIED;
	CHECK_INT(post(&x, "/sign-in", "__Host-form=" TOKEN, "null", "same-origin", body), 403);
	CHECK(strstr(buf_cstr(&x.a.body), "どれかが違います") && strstr(buf_cstr(&x.a.body), "value=\"admin\"") && !field_has(&x, "Set-Cookie", "session"));
	end(&x);
	fake.locked_until_us = INT64_C(1795311720000000);
	CHECK_INT(post(&x, "/sign-in", "__Host-form=" TOKEN, "null", "same-origin", body), 403);
	CHECK(strstr(buf_cstr(&x.a.body), "まで使えません"));
	end(&x);
	fake.sign_in = RC_PEER;
	CHECK_INT(post(&x, "/sign-in", "__Host-form=" TOKEN, "null", "same-origin", body), 503);
	end(&x);
}

CASE(enrolment)
{
	char token[33], body[256];
	struct exchange x;

	memset(&fake, 0, sizeof(fake));
	CHECK_INT(get(&x, "/enrol/0000000000000000000000000000000000000000000000000000000000000000", "", ""), 404);
	end(&x);
	CHECK_INT(get(&x, "/enrol/zz", "", ""), 404);
	end(&x);
	token_of_page("/enrol/" TOKEN, "__Host-form=" TOKEN, token);
	snprintf(body, sizeof(body), "form=%s&password=short&again=short&code=123456", token);
	CHECK_INT(post(&x, "/enrol/" TOKEN, "__Host-form=" TOKEN, "null", "same-origin", body), 400);
	CHECK(strstr(buf_cstr(&x.a.body), "id=\"e-password\"") && strstr(buf_cstr(&x.a.body), "12文字以上"));
	end(&x);
	snprintf(body, sizeof(body), "form=%s&password=long+enough+it+is&again=long+enough+it+is&code=123456", token);
	CHECK_INT(post(&x, "/enrol/" TOKEN, "__Host-form=" TOKEN, "null", "same-origin", body), 303);
	end(&x);
}

CASE(exports)
{
	struct exchange x;

	memset(&fake, 0, sizeof(fake));
	fake.answer = "{\"rows\":[]}";
	CHECK_INT(get(&x, "/board.json", "", COOKIE), 200);
	CHECK(field_has(&x, "Content-Type", "application/json") && field_has(&x, "Content-Disposition", "board-show.json"));
	CHECK_INT(fake.last, ACT_BOARD_SHOW);
	CHECK_STR(buf_str(&x.a.body), "{\"rows\":[]}");
	end(&x);
	CHECK_INT(get(&x, "/account.csv", "", COOKIE), 200);
	CHECK(field_has(&x, "Content-Type", "text/csv"));
	end(&x);
	fake.answer = "{\"index\":12,\"proof\":\"c2sp.org/tlog-proof@v1\\n\"}";
	CHECK_INT(get(&x, "/ledger/12/proof", "", COOKIE), 200);
	CHECK(field_has(&x, "Content-Disposition", "attachment; filename=\"tsujiban-12.tlog-proof\""));
	CHECK_STR(buf_str(&x.a.body), "c2sp.org/tlog-proof@v1\n");
	end(&x);
}

CASE(the_local_socket)
{
	struct exchange x;

	memset(&fake, 0, sizeof(fake));
	fake.answer = "{\"rows\":[1]}";
	begin(&x, HTTP_POST, "/api/act/board-show", "", "", "{\"lang\":\"en\"}");
	x.q.local = true;
	x.q.authorization = STR("Bearer " TOKEN);
	(void)site_act(x.site, &x.q, &x.a);
	CHECK_INT(x.a.status, 200);
	CHECK_STR(buf_str(&x.a.body), "{\"rows\":[1]}");
	CHECK_STR(str_of(fake.arguments), "{\"lang\":\"en\"}");
	fake.core = RC_DENIED;
	x.a.fields_n = 0;
	buf_reset(&x.a.body);
	(void)site_act(x.site, &x.q, &x.a);
	CHECK_INT(x.a.status, 403);
	CHECK(strstr(buf_cstr(&x.a.body), "{\"error\":{\"class\":\"DENIED\",\"sentence\":\""));
	x.q.local = false; /* the same words from outside are nothing */
	x.a.fields_n = 0;
	fake.acts = 0;
	(void)site_act(x.site, &x.q, &x.a);
	CHECK(x.a.status == 404 && fake.acts == 0);
	end(&x);
}

CASE(language)
{
	struct exchange x;

	CHECK_INT(get(&x, "/language/en", "back=%2Fcontrol", ""), 303);
	CHECK(field_has(&x, "Set-Cookie", "__Host-lang=en") && field_has(&x, "Location", "/control"));
	end(&x);
	CHECK_INT(get(&x, "/language/xx", "back=https%3A%2F%2Felsewhere", ""), 303);
	CHECK(field_has(&x, "Set-Cookie", "__Host-lang=ja") && !field_has(&x, "Location", "elsewhere"));
	end(&x);
}

TEST_MAIN
