// SPDX-License-Identifier: Apache-2.0
/* Certificates of cards: registered, used with the password, once each; expired, revoked, of others, of the removed: refused. */
#include "base/test.h"
#include "auth/auth_int.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "auth/auth_fake.h"
#include "auth/auth_init.h"
#include "auth/password.h"
#include "auth/totp.h"
#include "base/num.h"
#include "base/time_text.h"
#include "crypt/client_proof_maker.h"

#define PASSWORD "ひみつの horse 9 battery!"
#define START (INT64_C(1795305600) * SECOND_US)

static int64_t fake_now;
static char folder[64], store_path[96];
static struct maker *ca;
static struct buf pem;
static struct secret seed;

static int64_t
clock_now(void *context)
{
	(void)context;
	return fake_now;
}

static struct str
code(void)
{
	static char text[TOTP_DIGITS + 1];

	fake_now += 60 * SECOND_US; /* another one than the last */
	CHECK_OK(totp_code(&seed, fake_now / SECOND_US / TOTP_STEP_S, text));
	return str_of(text);
}

static void
enrol(struct auth *a, const char *link)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	struct buf uri = BUF(URI_BYTES_MAX);
	struct account account;
	uint8_t bytes[TOTP_SEED_BYTES] = { 0 };
	uint32_t bits = 0;
	size_t at = 0, n = 0;
	int have = 0;

	CHECK_OK(auth_enrol_begin(a, str_of(link), &account, &uri));
	CHECK(str_find(buf_str(&uri), STR("secret="), &at));
	for (at += 7; at < uri.n && uri.p[at] != '&'; at++) {
		bits = bits << 5 | (uint32_t)(strchr(letters, uri.p[at]) - letters);
		if ((have += 5) >= 8 && n < sizeof(bytes))
			bytes[n++] = (uint8_t)(bits >> (have -= 8));
	}
	secret_free(&seed);
	CHECK_OK(secret_of(&seed, (struct str){ (const char *)bytes, n }));
	CHECK_OK(auth_enrol_finish(a, &(struct enrol_finish){ str_of(link), STR(PASSWORD), code() }));
	buf_free(&uri);
}

static struct auth *
fresh(void)
{
	struct auth_settings settings = { .password = { PASSWORD_CHARS_MIN, -1 }, .lock_after_failures = 5, .lock_minutes = 15, .idle_minutes = 60, .session_minutes = 720, .hash_ops = 1, .hash_kib = 8 };
	char link[TOKEN_CHARS + 1];
	struct auth *a = NULL;

	fakes_reset();
	fake_now = START;
	ca = maker_new("市の認証局", START);
	pem = (struct buf)BUF(65536);
	maker_pem(ca, 0, &pem);
	settings.authorities = buf_str(&pem);
	(void)snprintf(folder, sizeof(folder), "/tmp/tsujiban-auth-test.XXXXXX");
	CHECK(mkdtemp(folder) != NULL);
	(void)snprintf(store_path, sizeof(store_path), "%s/auth.db", folder);
	CHECK_OK(auth_init(store_path, fake_now, STR("taro"), STR("山田太郎"), link));
	CHECK_OK(auth_open(store_path, &settings, (struct auth_clock){ clock_now, NULL }, NULL, NULL, &a));
	CHECK_OK(auth_start(a));
	enrol(a, link);
	return a;
}

static void
done(struct auth *a)
{
	static const char *const names[] = { "auth.db", "auth.db-wal", "auth.db-shm" };

	auth_close(a);
	for (size_t i = 0; i < 3; i++) {
		char path[128];

		(void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		(void)unlink(path);
	}
	CHECK(rmdir(folder) == 0);
	maker_free(ca);
	buf_free(&pem);
	secret_free(&seed);
}

/* A handshake of now: its random comes from auth, as web asks for it. */
static struct str
handshake(struct auth *a, const struct maker_card *c)
{
	static struct buf h = BUF(HANDSHAKE_BYTES_MAX);
	struct buf text = BUF(4096);
	uint8_t random[32];
	size_t at;

	CHECK_OK(auth_certificate(a, STR_NONE, STR_NONE, &text));
	CHECK(str_find(buf_str(&text), STR("\":\""), &at));
	CHECK_OK(hex_decode(str_sub(buf_str(&text), at + 3, 64), random, 32));
	buf_reset(&h);
	maker_handshake(c, MAKER_13, random, &h);
	buf_free(&text);
	return buf_str(&h);
}

/* What is said of it: a member of the answer, with its quotes. */
static bool
said(struct auth *a, struct str token, struct str h, const char *member)
{
	struct buf text = BUF(4096);
	bool ret;

	CHECK_OK(auth_certificate(a, token, h, &text));
	ret = strstr(buf_cstr(&text), member) != NULL;
	if (!ret)
		CHECK_STR(buf_str(&text), member);
	buf_free(&text);
	return ret;
}

static bool
sign_in(struct auth *a, struct str h, const char *password, struct sign_in_answer *ret)
{
	struct sign_in s = { .password = str_of(password), .address = STR("192.0.2.7"), .handshake = h };
	struct sign_in_result r = { 0 };

	CHECK_OK(auth_sign_in(a, &s, &r));
	*ret = r.answer;
	return r.accepted;
}

static void
by_code(struct auth *a, const char *name, struct sign_in_answer *ret)
{
	struct sign_in s = { .name = str_of(name), .password = STR(PASSWORD), .code = code(), .address = STR("192.0.2.7") };
	struct sign_in_result r = { 0 };

	CHECK_OK(auth_sign_in(a, &s, &r));
	CHECK(r.accepted);
	*ret = r.answer;
}

static enum rc
change(struct auth *a, const struct sign_in_answer *who, enum me_kind what, const char *first, struct str second)
{
	struct buf text = BUF(1024);
	enum rc rc = auth_me_change(a, &(struct me_change){ .token = str_of(who->token), .what = what, .a = str_of(first), .b = second }, &text);

	buf_free(&text);
	return rc;
}

static enum rc
add(struct auth *a, const struct sign_in_answer *who, struct str h)
{
	return change(a, who, ME_CERTIFICATE_ADD, "職員証", h);
}

/*= S-3-4 type=test */
CASE(a_card_and_the_password_are_two_kinds)
{
	struct auth *a = fresh();
	struct maker_card *card = maker_card_new(ca, &(struct maker_spec){ .name = "山田太郎" });
	struct sign_in_answer in, in2;
	struct buf facts = BUF(65536);
	struct str h;

	CHECK(!sign_in(a, handshake(a, card), PASSWORD, &in)); /* registered with nobody */
	by_code(a, "taro", &in);
	h = handshake(a, card);
	CHECK(said(a, str_of(in.token), h, "\"state\":\"good\",\"registered\":false"));
	CHECK_OK(add(a, &in, h));
	CHECK(said(a, str_of(in.token), h, "\"state\":\"old\"")); /* it counted, once */
	CHECK_RC(add(a, &in, h), RC_CONFLICT);
	CHECK(!sign_in(a, h, PASSWORD, &in2));
	CHECK_RC(add(a, &in, handshake(a, card)), RC_CONFLICT);
	CHECK(strstr(rc_trail(), "certificate-known"));
	rc_trail_clear();

	CHECK(sign_in(a, handshake(a, card), PASSWORD, &in));
	CHECK(said(a, str_of(in.token), handshake(a, card), "\"registered\":true,\"mine\":true"));
	CHECK(!sign_in(a, handshake(a, card), "ちがう horse 9 battery!", &in2)); /* the card alone is one kind */
	CHECK(fakes.leaves[fakes.leaves_count - 1].leaf.verdict == OUTCOME_REFUSED && strstr(fakes.leaves[fakes.leaves_count - 1].json, "\"factors\":\"password certificate\",\"name\":\"taro\",\"reason\":\"password\""));
	CHECK_OK(auth_facts(a, &facts));
	CHECK(strstr(buf_cstr(&facts), "password certificate") != NULL);
	buf_free(&facts);
	maker_card_free(card);
	done(a);
}

/*= O1-1-1 type=test */
CASE(a_factor_once_more_by_card)
{
	struct auth *a = fresh();
	struct maker_card *card = maker_card_new(ca, &(struct maker_spec){ .name = "own", .rsa = true }), *other = maker_card_new(ca, &(struct maker_spec){ .name = "other" });
	struct sign_in_answer in;
	struct session s;
	struct str h;

	by_code(a, "taro", &in);
	CHECK_OK(add(a, &in, handshake(a, card)));
	fake_now += STEP_UP_US + SECOND_US;
	CHECK_RC(add(a, &in, handshake(a, other)), RC_DENIED);
	CHECK(strstr(rc_trail(), "guard:step-up:"));
	rc_trail_clear();
	CHECK_RC(change(a, &in, ME_CERTIFICATE_STEP_UP, PASSWORD, handshake(a, other)), RC_CONFLICT); /* another's card */
	CHECK(strstr(rc_trail(), "certificate-nobody"));
	rc_trail_clear();
	h = handshake(a, card);
	CHECK_RC(change(a, &in, ME_CERTIFICATE_STEP_UP, "ちがう", h), RC_SYNTAX); /* the card alone */
	rc_trail_clear();
	CHECK_OK(auth_session_get(a, str_of(in.token), &s));
	CHECK(fake_now - s.stepped_up_at_us > STEP_UP_US);
	CHECK_OK(change(a, &in, ME_CERTIFICATE_STEP_UP, PASSWORD, h));
	CHECK_OK(auth_session_get(a, str_of(in.token), &s));
	CHECK(s.stepped_up_at_us == fake_now);
	CHECK_RC(change(a, &in, ME_CERTIFICATE_STEP_UP, PASSWORD, h), RC_CONFLICT); /* replayed */
	rc_trail_clear();
	h = handshake(a, card);
	fake_now += CHALLENGE_LIFE_US + SECOND_US;
	CHECK_RC(change(a, &in, ME_CERTIFICATE_STEP_UP, PASSWORD, h), RC_CONFLICT); /* too old */
	CHECK(strstr(rc_trail(), "certificate-old"));
	rc_trail_clear();
	for (int i = 0; i < 5; i++) { /* as many wrong ones as lock an account end the session */
		(void)change(a, &in, ME_CERTIFICATE_STEP_UP, "ちがう", handshake(a, card));
		rc_trail_clear();
	}
	CHECK_RC(auth_session_get(a, str_of(in.token), &s), RC_DENIED);
	rc_trail_clear();
	maker_card_free(card);
	maker_card_free(other);
	done(a);
}

/*= S-3-2 type=test */
CASE(what_is_taken_away_never_comes_back)
{
	struct auth *a = fresh();
	struct maker_card *card = maker_card_new(ca, &(struct maker_spec){ .name = "taro" }), *hanako = maker_card_new(ca, &(struct maker_spec){ .name = "hanako" }), *old = maker_card_new(ca, &(struct maker_spec){ .name = "old", .until_us = START + DAY_US });
	struct maker *strange = maker_new("市の認証局", START);
	struct maker_card *stranger = maker_card_new(strange, &(struct maker_spec){ .name = "taro" });
	struct account_add new = { .by = CONSOLE_ID, .name = STR("hanako"), .display = STR("鈴木花子"), .roles = ROLE_BIT(ROLE_OPERATOR) };
	char link[TOKEN_CHARS + 1], id[2 * ID_BYTES + 1];
	struct sign_in_answer in, in2;
	struct opaque_id account, ignored;
	struct arena arena = ARENA(4u << 20);
	struct account *list;
	struct buf me = BUF(65536);
	size_t n, at;

	by_code(a, "taro", &in);
	CHECK_RC(add(a, &in, handshake(a, stranger)), RC_CONFLICT);
	CHECK(strstr(rc_trail(), "certificate-stranger"));
	rc_trail_clear();
	CHECK_OK(add(a, &in, handshake(a, card)));
	fake_now += SECOND_US; /* they are listed as they came */
	CHECK_OK(add(a, &in, handshake(a, old)));

	/* its holder revokes it */
	CHECK_OK(auth_me(a, str_of(in.token), &me));
	CHECK(str_find(buf_str(&me), STR("\"certificates\":[{\"id\":\""), &at));
	memcpy(id, me.p + at + 23, sizeof(id) - 1);
	id[2 * ID_BYTES] = '\0';
	for (char *c = id; *c; c++)
		*c = *c >= 'A' && *c <= 'F' ? (char)(*c + 32) : *c;
	CHECK_OK(change(a, &in, ME_CERTIFICATE_REMOVE, id, STR_NONE));
	CHECK(!sign_in(a, handshake(a, card), PASSWORD, &in2));
	CHECK(sign_in(a, handshake(a, old), PASSWORD, &in2));
	CHECK(said(a, STR_NONE, handshake(a, card), "\"state\":\"ended\""));

	/* a person who is removed takes it along, and nobody gets it again */
	CHECK_OK(auth_account_add(a, &new, link, &account));
	enrol(a, link);
	by_code(a, "hanako", &in2);
	CHECK_OK(add(a, &in2, handshake(a, hanako)));
	CHECK_RC(change(a, &in2, ME_CERTIFICATE_REMOVE, id, STR_NONE), RC_NOTFOUND); /* nobody else's */
	rc_trail_clear();
	CHECK(sign_in(a, handshake(a, hanako), PASSWORD, &in2));
	CHECK_OK(auth_account_list(a, &arena, &list, &n));
	for (size_t i = 0; i < n; i++)
		CHECK_INT(list[i].certificates, 1);
	CHECK_OK(auth_account_change(a, &(struct account_change){ .by = CONSOLE_ID, .name = STR("hanako"), .what = ACCOUNT_REMOVE }, &ignored));
	CHECK(!sign_in(a, handshake(a, hanako), PASSWORD, &in2));
	CHECK(said(a, STR_NONE, handshake(a, hanako), "\"state\":\"ended\",\"registered\":false"));
	CHECK_RC(add(a, &in, handshake(a, hanako)), RC_CONFLICT);
	CHECK(strstr(rc_trail(), "certificate-ended"));
	rc_trail_clear();
	arena_free(&arena);
	buf_free(&me);
	maker_card_free(card);
	maker_card_free(hanako);
	maker_card_free(old);
	maker_card_free(stranger);
	maker_free(strange);
	done(a);
}

/*= S-3-4 type=test */
CASE(a_card_runs_out)
{
	struct auth *a = fresh();
	struct maker_card *card = maker_card_new(ca, &(struct maker_spec){ .name = "taro", .until_us = START + DAY_US });
	struct sign_in_answer in;

	by_code(a, "taro", &in);
	CHECK_OK(add(a, &in, handshake(a, card)));
	CHECK(sign_in(a, handshake(a, card), PASSWORD, &in));
	fake_now = START + DAY_US + SECOND_US;
	CHECK(!sign_in(a, handshake(a, card), PASSWORD, &in));
	CHECK(said(a, STR_NONE, handshake(a, card), "\"state\":\"expired\",\"registered\":true"));
	CHECK(said(a, STR_NONE, STR("no handshake"), "\"state\":\"unproven\""));
	maker_card_free(card);
	done(a);
}

TEST_MAIN
