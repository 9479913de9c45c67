// SPDX-License-Identifier: Apache-2.0
/* Enrolment, sign-in, lockout and sessions in fake time; the leaf before the act; the same work for every wrong part. */
#include "base/test.h"
#include "auth/auth_int.h"

#include <stdlib.h>
#include <unistd.h>

#include "auth/auth_fake.h"
#include "auth/auth_init.h"
#include "auth/password.h"
#include "auth/totp.h"
#include "base/num.h"
#include "base/time_text.h"

#define PASSWORD "ひみつの horse 9 battery!"
#define START    (INT64_C(1795305600) * SECOND_US) /* 2026-11-22 */

static int64_t fake_now;
static char folder[64], store_path[96];

static int64_t
clock_now(void *context)
{
	(void)context;
	return fake_now;
}

static const struct auth_settings settings = { .password = { PASSWORD_CHARS_MIN, -1 }, .lock_after_failures = 5, .lock_minutes = 15, .idle_minutes = 15, .session_minutes = 720, .hash_ops = 1, .hash_kib = 8 };

static struct auth *
reopen(struct auth *a)
{
	struct auth *again = NULL;

	auth_close(a);
	CHECK_OK(auth_open(store_path, &settings, (struct auth_clock){ clock_now, NULL }, NULL, NULL, &again));
	CHECK_OK(auth_start(again));
	return again;
}

static struct auth *
fresh(char link[TOKEN_CHARS + 1])
{
	fakes_reset();
	fake_now = START;
	(void)snprintf(folder, sizeof(folder), "/tmp/tsujiban-auth-test.XXXXXX");
	CHECK(mkdtemp(folder) != NULL);
	(void)snprintf(store_path, sizeof(store_path), "%s/auth.db", folder);
	CHECK_OK(auth_init(store_path, fake_now, STR("taro"), STR("山田太郎"), link));
	return reopen(NULL);
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
}

/* The seed as an authenticator takes it from the picture. */
static void
seed_of_uri(struct str uri, struct secret *ret)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	uint8_t bytes[TOTP_SEED_BYTES] = { 0 };
	uint32_t bits = 0;
	size_t at = 0, n = 0;
	int have = 0;

	CHECK(str_find(uri, STR("secret="), &at));
	for (at += 7; at < uri.n && uri.p[at] != '&'; at++) {
		const char *l = strchr(letters, uri.p[at]);

		bits = bits << 5 | (uint32_t)(l ? l - letters : 0);
		if ((have += 5) >= 8 && n < sizeof(bytes))
			bytes[n++] = (uint8_t)(bits >> (have -= 8));
	}
	CHECK_INT(n, TOTP_SEED_BYTES);
	CHECK_OK(secret_of(ret, (struct str){ (const char *)bytes, n }));
}

static struct str
code_at(const struct secret *seed, int64_t at_us)
{
	static char code[TOTP_DIGITS + 1];

	CHECK_OK(totp_code(seed, at_us / SECOND_US / TOTP_STEP_S, code));
	return str_of(code);
}

static void
enrol(struct auth *a, const char *link, struct secret *seed)
{
	struct buf uri = BUF(URI_BYTES_MAX);
	struct account account;

	CHECK_OK(auth_enrol_begin(a, str_of(link), &account, &uri));
	seed_of_uri(buf_str(&uri), seed);
	CHECK_OK(auth_enrol_finish(a, &(struct enrol_finish){ str_of(link), STR(PASSWORD), code_at(seed, fake_now) }));
	buf_free(&uri);
}

static bool
try_in(struct auth *a, const char *name, const char *password, struct str code, const char *device, struct sign_in_answer *ret)
{
	struct sign_in s = { str_of(name), str_of(password), code, str_of(device), STR("192.0.2.7") };
	struct sign_in_result r = { 0 };

	CHECK_OK(auth_sign_in(a, &s, &r));
	*ret = r.answer;
	return r.accepted;
}

static const struct fake_leaf *
last_leaf(size_t back)
{
	static const struct fake_leaf none;

	return back < fakes.leaves_count ? &fakes.leaves[fakes.leaves_count - 1 - back] : &none;
}

CASE(totp_vectors_of_rfc_6238)
{
	/* The RFC prints eight digits; six are the last six of them. */
	static const struct { int64_t at_s; const char *code; } vectors[] = { { 59, "287082" }, { 1111111109, "081804" }, { 1111111111, "050471" },
		{ 1234567890, "005924" }, { 2000000000, "279037" }, { 20000000000, "353130" } };
	struct secret seed = { 0 };

	CHECK_OK(secret_of(&seed, STR("12345678901234567890")));
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		int64_t step = vectors[i].at_s / 30;

		CHECK_STR(code_at(&seed, vectors[i].at_s * SECOND_US), vectors[i].code);
		CHECK_INT(totp_match(&seed, vectors[i].at_s * SECOND_US, str_of(vectors[i].code)), step);
		CHECK_INT(totp_match(&seed, (step + 1) * 30 * SECOND_US, str_of(vectors[i].code)), step);
		CHECK_INT(totp_match(&seed, (step - 1) * 30 * SECOND_US, str_of(vectors[i].code)), step);
		CHECK_INT(totp_match(&seed, (step + 2) * 30 * SECOND_US, str_of(vectors[i].code)), 0);
	}
	CHECK_INT(totp_match(&seed, 59 * SECOND_US, STR("")), 0);
	CHECK_INT(totp_match(&seed, 59 * SECOND_US, STR("2870820")), 0);
	secret_free(&seed);
}

/*= S-3-4 type=test */
CASE(password_rules)
{
	static const struct password_policy policy = { PASSWORD_CHARS_MIN, -1 };
	static const struct { const char *password, *key; } rows[] = { { "short 1!", "password-short" }, { "ひみつのことば九字です", "password-short" },
		{ "password12345", "password-common" }, { "Password!!2026", "password-common" }, { "aaaaaaaaaaaaaaa", "password-common" },
		{ "123456789012", "password-common" }, { "qwertyuiop99", "password-common" }, { "testtest2026!", "password-common" },
		{ "xx-Taro-2026-xx", "password-name" }, { "これは山田太郎のことば", "password-short" }, { "これは山田太郎のことばです。", "password-name" },
		{ "tab\there and more", "password-bytes" }, { "\xff\xfe some bytes here", "password-bytes" } };
	static const char *const good[] = { PASSWORD, "letters 12345 & !#$%", "ながいひみつのことばをつかう", "Tr0ub4dor&3-and-more", "correct horse battery staple" };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CHECK_RC(password_allowed(&policy, str_of(rows[i].password), STR("taro"), STR("山田太郎")), RC_SYNTAX);
		if (!str_starts(str_of(rc_trail()), str_of(rows[i].key)))
			CHECK_STR(str_of(rc_trail()), rows[i].key);
	}
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		CHECK_OK(password_allowed(&policy, str_of(good[i]), STR("taro"), STR("山田太郎")));
}

CASE(account_names)
{
	static const char *const bad[] = { "", "Taro", "-taro", "ta ro", "太郎", "console", "taro/../x", "a\nb" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK_RC(account_name_allowed(str_of(bad[i])), RC_SYNTAX);
	CHECK_OK(account_name_allowed(STR("taro.yamada-2_x")));
	CHECK_RC(account_display_allowed(STR(" ")), RC_SYNTAX);
	CHECK_RC(account_display_allowed(STR("a\xe2\x80\xae" "b")), RC_SYNTAX); /* re-orders what follows */
}

CASE(first_administrator_is_recorded_at_first_start)
{
	char link[TOKEN_CHARS + 1], second[TOKEN_CHARS + 1];
	struct auth *a = fresh(link);

	CHECK_INT(fakes.leaves_count, 3);
	CHECK_INT(fakes.leaves[0].leaf.type, LEAF_STATION);
	CHECK_STR(str_of(fakes.leaves[0].name), "process-started");
	CHECK_INT(fakes.leaves[1].leaf.type, LEAF_ACT_BEGIN);
	CHECK_STR(str_of(fakes.leaves[1].name), "account-create");
	CHECK_STR(str_of(fakes.leaves[1].json), "{\"created_at\":\"2026-11-22T00:00:00Z\",\"name\":\"taro\",\"role\":\"administrator\"}");
	CHECK_INT(fakes.leaves[2].leaf.type, LEAF_ACT_OUTCOME);
	CHECK_INT(fakes.leaves[2].leaf.begin, 1);
	a = reopen(a);
	CHECK_INT(fakes.leaves_count, 4); /* the account once, each start once */
	CHECK_RC(auth_init(store_path, fake_now, STR("jiro"), STR("次郎"), second), RC_CONFLICT);
	done(a);
}

CASE(enrolment_link_works_once_and_for_a_day)
{
	char link[TOKEN_CHARS + 1];
	struct auth *a = fresh(link);
	struct secret seed = { 0 }, seed2 = { 0 };
	struct buf uri = BUF(URI_BYTES_MAX), again = BUF(URI_BYTES_MAX);
	struct account account;
	struct enrol_finish e = { str_of(link), STR(PASSWORD), STR("000000") };

	CHECK_RC(auth_enrol_finish(a, &e), RC_CONFLICT); /* nobody looked at the page */
	CHECK_OK(auth_enrol_begin(a, str_of(link), &account, &uri));
	CHECK_STR(str_of(account.name), "taro");
	CHECK_OK(auth_enrol_begin(a, str_of(link), &account, &again));
	CHECK(str_eq(buf_str(&uri), buf_str(&again))); /* the picture already scanned stays right */
	seed_of_uri(buf_str(&uri), &seed);
	e.password = STR("too short");
	e.code = code_at(&seed, fake_now);
	CHECK_RC(auth_enrol_finish(a, &e), RC_SYNTAX);
	e.password = STR(PASSWORD);
	e.code = STR("000000");
	CHECK_RC(auth_enrol_finish(a, &e), RC_SYNTAX);
	fake_now += 24 * HOUR_US;
	e.code = code_at(&seed, fake_now);
	CHECK_RC(auth_enrol_finish(a, &e), RC_NOTFOUND);
	fake_now -= SECOND_US;
	e.code = code_at(&seed, fake_now);
	CHECK_OK(auth_enrol_finish(a, &e));
	CHECK_RC(auth_enrol_finish(a, &e), RC_NOTFOUND);
	CHECK_RC(auth_enrol_begin(a, str_of(link), &account, &uri), RC_NOTFOUND);
	CHECK_STR(str_of(last_leaf(1)->name), "enrol");
	CHECK_INT(last_leaf(0)->leaf.begin, fakes.leaves_count - 2);
	secret_free(&seed);
	secret_free(&seed2);
	buf_free(&uri);
	buf_free(&again);
	done(a);
}

static bool
file_holds(const char *path, struct str needle)
{
	char *bytes = malloc(1 << 22);
	FILE *f = fopen(path, "rb");
	size_t n = f ? fread(bytes, 1, 1 << 22, f) : 0;
	bool found = str_find((struct str){ bytes, n }, needle, NULL);

	if (f)
		(void)fclose(f);
	free(bytes);
	return found;
}

CASE(nothing_secret_rests_in_the_store)
{
	char link[TOKEN_CHARS + 1], wal[128];
	struct auth *a = fresh(link);
	struct sign_in_answer in;
	struct secret seed = { 0 };
	struct buf raw_link = BUF(TOKEN_CHARS);

	enrol(a, link, &seed);
	CHECK(try_in(a, "taro", PASSWORD, code_at(&seed, fake_now), "", &in));
	(void)snprintf(wal, sizeof(wal), "%s-wal", store_path);
	for (int i = 0; i < 2; i++) {
		const char *path = i ? wal : store_path;

		CHECK(!file_holds(path, secret_expose(&seed)));
		CHECK(!file_holds(path, STR(PASSWORD)));
		CHECK(!file_holds(path, str_of(link)));
		CHECK(!file_holds(path, str_of(in.token)));
		CHECK(!file_holds(path, str_of(in.device)));
	}
	CHECK(file_holds(store_path, STR("taro")) || file_holds(wal, STR("taro"))); /* the search itself works */
	secret_free(&seed);
	buf_free(&raw_link);
	done(a);
}

/*= O1-1-1 type=test */
CASE(a_factor_shown_again_counts_for_this_session_alone)
{
	char link[TOKEN_CHARS + 1];
	struct auth *a = fresh(link);
	struct sign_in_answer in, other;
	struct session s;
	struct secret seed = { 0 };

	enrol(a, link, &seed);
	CHECK(try_in(a, "taro", PASSWORD, code_at(&seed, fake_now), "", &in));
	CHECK_OK(auth_session_get(a, str_of(in.token), &s));
	CHECK_INT(s.stepped_up_at_us, fake_now); /* signing in is showing it */
	CHECK_RC(auth_step_up(a, str_of(in.token), code_at(&seed, fake_now)), RC_SYNTAX); /* the code of the sign-in */
	CHECK_INT(last_leaf(0)->leaf.verdict, OUTCOME_REFUSED);
	CHECK_STR(str_of(last_leaf(0)->name), "step-up");
	fake_now += 10 * MINUTE_US;
	CHECK(try_in(a, "taro", PASSWORD, code_at(&seed, fake_now), "", &other));
	fake_now += MINUTE_US;
	CHECK_OK(auth_step_up(a, str_of(in.token), code_at(&seed, fake_now)));
	CHECK_INT(last_leaf(0)->leaf.verdict, OUTCOME_DONE);
	CHECK_OK(auth_session_get(a, str_of(in.token), &s));
	CHECK_INT(s.stepped_up_at_us, fake_now);
	CHECK_OK(auth_session_get(a, str_of(other.token), &s));
	CHECK_INT(s.stepped_up_at_us, fake_now - MINUTE_US);
	CHECK_RC(auth_step_up(a, str_of(other.token), code_at(&seed, fake_now)), RC_SYNTAX); /* spent by the first session */
	for (int i = 0; i < 4; i++)
		CHECK_RC(auth_step_up(a, str_of(other.token), STR("000000")), RC_SYNTAX);
	CHECK_RC(auth_session_get(a, str_of(other.token), &s), RC_DENIED); /* five in a row: a guesser has lost the session */
	CHECK_OK(auth_session_get(a, str_of(in.token), &s));
	fakes.ledger_says = RC_IO;
	fake_now += MINUTE_US;
	CHECK_RC(auth_step_up(a, str_of(in.token), code_at(&seed, fake_now)), RC_IO); /* no leaf, no step */
	fakes.ledger_says = RC_OK;
	CHECK_OK(auth_session_get(a, str_of(in.token), &s));
	CHECK_INT(s.stepped_up_at_us, fake_now - MINUTE_US);
	CHECK_RC(auth_step_up(a, STR("zz"), STR("000000")), RC_DENIED);
	secret_free(&seed);
	done(a);
}

/*= S-3-4 type=test */
/*= S-3-5 type=test */
CASE(sign_in_needs_both_factors_and_a_new_code)
{
	char link[TOKEN_CHARS + 1];
	struct auth *a = fresh(link);
	struct sign_in_answer in, out;
	struct session s;
	struct secret seed = { 0 };

	CHECK(!try_in(a, "taro", PASSWORD, STR("123456"), "", &in)); /* not enrolled yet */
	CHECK_STR(str_of(last_leaf(0)->json), "{\"address\":\"192.0.2.7\",\"device\":\"new\",\"factors\":\"password code\",\"name\":\"taro\",\"reason\":\"not-enrolled\"}");
	enrol(a, link, &seed);
	CHECK(!try_in(a, "taro", PASSWORD, STR(""), "", &in));
	CHECK(!try_in(a, "taro", "wrong password 1", code_at(&seed, fake_now), "", &in));
	CHECK(try_in(a, "taro", PASSWORD, code_at(&seed, fake_now), "", &in));
	CHECK_INT(last_leaf(0)->leaf.verdict, OUTCOME_DONE);
	CHECK_INT(last_leaf(0)->leaf.type, LEAF_SIGN_IN);
	CHECK_OK(auth_session_get(a, str_of(in.token), &s));
	CHECK_STR(str_of(s.display), "山田太郎");
	CHECK_INT(s.roles, ROLE_BIT(ROLE_ADMINISTRATOR));
	CHECK(token_ok(str_of(s.csrf)) && strcmp(s.csrf, in.token) != 0);
	CHECK(!try_in(a, "taro", PASSWORD, code_at(&seed, fake_now), "", &out)); /* the same code a second time */
	CHECK_STR(str_of(last_leaf(0)->json), "{\"address\":\"192.0.2.7\",\"device\":\"new\",\"factors\":\"password code\",\"name\":\"taro\",\"reason\":\"replay\"}");
	fake_now += 30 * SECOND_US;
	CHECK(!try_in(a, "taro", PASSWORD, code_at(&seed, fake_now - 30 * SECOND_US), "", &out)); /* inside the window, but used */
	CHECK(try_in(a, "Taro", PASSWORD, code_at(&seed, fake_now + 30 * SECOND_US), "", &out));  /* one step ahead; letters of either case */
	CHECK(!try_in(a, "taro", PASSWORD, code_at(&seed, fake_now), "", &out));                  /* before the last one used */
	secret_free(&seed);
	done(a);
}

/*= S-3-4 type=test */
CASE(failures_lock_unknown_devices_over_a_restart_and_release)
{
	char link[TOKEN_CHARS + 1];
	struct auth *a = fresh(link);
	struct sign_in_answer home, in;
	struct secret seed = { 0 };
	struct arena arena = ARENA(1 << 20);
	struct account *list;
	size_t n;

	enrol(a, link, &seed);
	CHECK(try_in(a, "taro", PASSWORD, code_at(&seed, fake_now), "", &home));
	for (int i = 0; i < 5; i++) {
		CHECK(!try_in(a, "taro", "wrong password 1", STR("000000"), "", &in));
		CHECK_INT(in.locked_until_us, 0); /* a stranger learns nothing */
	}
	CHECK_STR(str_of(last_leaf(0)->name), "account-locked");
	CHECK_STR(str_of(last_leaf(1)->name), "sign-in");
	fake_now += 31 * SECOND_US;
	CHECK(!try_in(a, "taro", PASSWORD, code_at(&seed, fake_now), "", &in)); /* all right, and locked */
	a = reopen(a);
	CHECK(!try_in(a, "taro", PASSWORD, code_at(&seed, fake_now), "", &in));
	CHECK_OK(auth_account_list(a, &arena, &list, &n));
	CHECK_INT(n, 1);
	CHECK(list[0].locked_until_us > fake_now);
	CHECK(try_in(a, "taro", PASSWORD, code_at(&seed, fake_now), home.device, &in)); /* the holder's own device still opens */
	CHECK_STR(str_of(in.device), home.device);
	fake_now = START + 15 * MINUTE_US - SECOND_US;
	CHECK(!try_in(a, "taro", PASSWORD, code_at(&seed, fake_now), "", &in));
	fake_now = START + 15 * MINUTE_US + SECOND_US;
	CHECK(try_in(a, "taro", PASSWORD, code_at(&seed, fake_now), "", &in));
	secret_free(&seed);
	arena_free(&arena);
	done(a);
}

/*= S-3-4 type=test */
CASE(known_device_has_its_own_count_and_growing_delay)
{
	char link[TOKEN_CHARS + 1];
	struct auth *a = fresh(link);
	struct sign_in_answer home, in, other;
	struct secret seed = { 0 };
	int64_t last = 0;

	enrol(a, link, &seed);
	CHECK(try_in(a, "taro", PASSWORD, code_at(&seed, fake_now), "", &home));
	for (int i = 1; i <= 7; i++) {
		CHECK(!try_in(a, "taro", "wrong password 1", STR("000000"), home.device, &in));
		CHECK(in.locked_until_us - fake_now > last);
		last = in.locked_until_us - fake_now;
		CHECK(!try_in(a, "taro", PASSWORD, code_at(&seed, fake_now + 30 * SECOND_US), home.device, &in)); /* too early: refused, not counted */
		CHECK_INT(in.locked_until_us - fake_now, last);
		if (i == 5) {
			CHECK_STR(str_of(last_leaf(1)->name), "device-locked");
			CHECK_INT(last, 15 * MINUTE_US);
		}
		a = reopen(a);
		fake_now += last;
	}
	CHECK_INT(last, 60 * MINUTE_US);
	CHECK(try_in(a, "taro", PASSWORD, code_at(&seed, fake_now), "", &other)); /* others are not locked by it */
	fake_now += 30 * SECOND_US;
	CHECK(try_in(a, "taro", PASSWORD, code_at(&seed, fake_now), home.device, &in));
	CHECK(!try_in(a, "taro", "wrong password 1", STR("000000"), home.device, &in));
	CHECK_INT(in.locked_until_us - fake_now, 2 * SECOND_US); /* success set the count back */
	secret_free(&seed);
	done(a);
}

CASE(device_shared_by_two_people)
{
	char link[TOKEN_CHARS + 1], link2[TOKEN_CHARS + 1];
	struct auth *a = fresh(link);
	struct sign_in_answer taro, hanako;
	struct secret seed = { 0 }, seed2 = { 0 };
	struct opaque_id id;

	enrol(a, link, &seed);
	CHECK(try_in(a, "taro", PASSWORD, code_at(&seed, fake_now), "", &taro));
	CHECK_OK(auth_account_add(a, &(struct account_add){ .name = STR("hanako"), .display = STR("花子"), .roles = ROLE_BIT(ROLE_OPERATOR) }, link2, &id));
	enrol(a, link2, &seed2);
	CHECK(try_in(a, "hanako", PASSWORD, code_at(&seed2, fake_now), taro.device, &hanako));
	CHECK_STR(str_of(last_leaf(0)->json), "{\"address\":\"192.0.2.7\",\"device\":\"new\",\"factors\":\"password code\",\"name\":\"hanako\",\"reason\":\"none\"}");
	CHECK_STR(str_of(hanako.device), taro.device); /* one cookie, known to both from now on */
	for (int i = 0; i < 5; i++)
		CHECK(!try_in(a, "taro", "wrong password 1", STR("000000"), "", &hanako));
	fake_now += 30 * SECOND_US;
	CHECK(try_in(a, "taro", PASSWORD, code_at(&seed, fake_now), taro.device, &hanako));
	secret_free(&seed);
	secret_free(&seed2);
	done(a);
}

/*= S-3-4 type=test */
CASE(every_wrong_part_costs_the_same_work)
{
	static const struct { const char *name, *password; bool code; } rows[] = { { "nobody", PASSWORD, true }, { "taro", "wrong password 1", true },
		{ "taro", PASSWORD, false }, { "nobody", "x", false }, { "new", PASSWORD, false }, { "", "", false }, { "taro", "wrong password 1", false } };
	char link[TOKEN_CHARS + 1], link2[TOKEN_CHARS + 1];
	struct auth *a = fresh(link);
	struct sign_in_answer in;
	struct secret seed = { 0 };
	struct opaque_id id;

	enrol(a, link, &seed);
	CHECK_OK(auth_account_add(a, &(struct account_add){ .name = STR("new"), .display = STR("新人"), .roles = ROLE_BIT(ROLE_OPERATOR) }, link2, &id));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned appends = fakes.appends, unwraps = fakes.unwraps;
		struct attempt_answer { char bytes[sizeof(in)]; } zero = { { 0 } };

		CHECK(!try_in(a, rows[i].name, rows[i].password, rows[i].code ? code_at(&seed, fake_now) : STR("000000"), "", &in));
		CHECK_INT(fakes.appends - appends, 1);
		CHECK_INT(fakes.unwraps - unwraps, 1);
		CHECK(memcmp(&in, &zero, sizeof(in)) == 0);
		if (rows[i].name[0] == 'n' && rows[i].name[1] == 'o') /* what was typed as a name is kept nowhere */
			CHECK_STR(str_of(last_leaf(0)->json), "{\"address\":\"192.0.2.7\",\"device\":\"new\",\"factors\":\"password code\",\"name\":\"\",\"reason\":\"name\"}");
	}
	secret_free(&seed);
	done(a);
}

/*= S-3-5 type=test */
CASE(no_leaf_no_act)
{
	char link[TOKEN_CHARS + 1], link2[TOKEN_CHARS + 1];
	struct auth *a = fresh(link);
	struct sign_in s = { STR("taro"), STR(PASSWORD), STR_NONE, STR_NONE, STR("192.0.2.7") };
	struct sign_in_result r = { 0 };
	struct sign_in_answer in;
	struct secret seed = { 0 };
	struct opaque_id id;
	struct arena arena = ARENA(1 << 20);
	struct account *list;
	size_t n;

	enrol(a, link, &seed);
	s.code = code_at(&seed, fake_now);
	fakes.ledger_says = RC_LIMIT;
	CHECK_RC(auth_sign_in(a, &s, &r), RC_LIMIT);
	CHECK(!r.accepted && r.answer.token[0] == '\0');
	CHECK_RC(auth_account_add(a, &(struct account_add){ .name = STR("hanako"), .display = STR("花子"), .roles = ROLE_BIT(ROLE_OPERATOR) }, link2, &id), RC_LIMIT);
	s.password = STR("wrong password 1");
	for (int i = 0; i < 5; i++)
		CHECK_RC(auth_sign_in(a, &s, &r), RC_LIMIT); /* the same answer, and still counted */
	fakes.ledger_says = RC_OK;
	CHECK(!try_in(a, "taro", PASSWORD, code_at(&seed, fake_now), "", &in)); /* locked */
	CHECK_OK(auth_account_list(a, &arena, &list, &n));
	CHECK_INT(n, 1);
	fakes.vault_says = RC_PEER;
	CHECK_RC(auth_sign_in(a, &s, &r), RC_PEER);
	secret_free(&seed);
	arena_free(&arena);
	done(a);
}

/*= S-3-5 type=test */
CASE(outcome_that_could_not_be_written_follows_at_the_next_start)
{
	char link[TOKEN_CHARS + 1], link2[TOKEN_CHARS + 1];
	struct auth *a = fresh(link);
	struct opaque_id id;
	size_t before = fakes.leaves_count;

	fakes.ledger_refuses_after = fakes.appends + 1; /* the begin leaf, then silence */
	CHECK_OK(auth_account_add(a, &(struct account_add){ .name = STR("hanako"), .display = STR("花子"), .roles = ROLE_BIT(ROLE_OPERATOR) }, link2, &id));
	CHECK_INT(fakes.leaves_count, before + 1);
	fakes.ledger_refuses_after = 0;
	a = reopen(a);
	CHECK_INT(fakes.leaves_count, before + 3);
	CHECK_INT(last_leaf(1)->leaf.type, LEAF_ACT_OUTCOME); /* before the start that would end it as interrupted */
	CHECK_INT(last_leaf(1)->leaf.begin, before);
	CHECK_INT(last_leaf(1)->leaf.verdict, OUTCOME_DONE);
	CHECK(memcmp(last_leaf(1)->leaf.object.b, id.b, ID_BYTES) == 0);
	a = reopen(a);
	CHECK_INT(fakes.leaves_count, before + 4);
	CHECK_RC(auth_account_add(a, &(struct account_add){ .name = STR("hanako"), .display = STR("別の花子"), .roles = ROLE_BIT(ROLE_OPERATOR) }, link2, &id), RC_CONFLICT);
	CHECK_INT(fakes.leaves_count, before + 4);
	done(a);
}

CASE(a_lost_authenticator_gets_a_new_link)
{
	char link[TOKEN_CHARS + 1], again[TOKEN_CHARS + 1], third[TOKEN_CHARS + 1];
	struct auth *a = fresh(link);
	struct sign_in_answer in;
	struct session s;
	struct secret seed = { 0 }, seed2 = { 0 };
	struct account account;
	struct buf uri = BUF(URI_BYTES_MAX);
	struct opaque_id id;

	CHECK_OK(auth_account_add(a, &(struct account_add){ .name = STR("hanako"), .display = STR("花子"), .roles = ROLE_BIT(ROLE_OPERATOR) }, link, &id));
	enrol(a, link, &seed);
	CHECK(try_in(a, "hanako", PASSWORD, code_at(&seed, fake_now), "", &in));
	CHECK_RC(auth_account_link(a, &CONSOLE_ID, STR("nobody"), again, &id), RC_NOTFOUND);
	CHECK_RC(auth_account_link(a, &CONSOLE_ID, STR(""), again, &id), RC_NOTFOUND); /* the decoy has no name */
	CHECK_OK(auth_account_link(a, &CONSOLE_ID, STR("hanako"), again, &id));
	CHECK_STR(str_of(last_leaf(1)->name), "enrol-link");
	CHECK_OK(auth_account_link(a, &CONSOLE_ID, STR("hanako"), third, &id));
	CHECK_RC(auth_enrol_begin(a, str_of(again), &account, &uri), RC_NOTFOUND); /* the newer one ended it */
	CHECK_OK(auth_session_get(a, str_of(in.token), &s));                        /* nothing changed for the holder yet */
	enrol(a, third, &seed2);
	CHECK_RC(auth_session_get(a, str_of(in.token), &s), RC_DENIED);
	fake_now += 60 * SECOND_US;
	CHECK(!try_in(a, "hanako", PASSWORD, code_at(&seed, fake_now), in.device, &in));
	CHECK(try_in(a, "hanako", PASSWORD, code_at(&seed2, fake_now), "", &in));
	secret_free(&seed);
	secret_free(&seed2);
	buf_free(&uri);
	done(a);
}

/* Nobody alone takes over an account with a privileged role, and none of them is ever without factors of two kinds. */
/*= S-3-4 type=test */
/*= S-7-1 type=test */
CASE(a_privileged_account_is_reset_before_it_enrols_anew)
{
	char link[TOKEN_CHARS + 1], again[TOKEN_CHARS + 1];
	struct auth *a = fresh(link);
	struct sign_in_answer in;
	struct session s;
	struct secret seed = { 0 }, seed2 = { 0 };
	struct opaque_id id;
	struct account_change change = { .by = CONSOLE_ID, .name = STR("hanako"), .what = ACCOUNT_ROLES, .roles = ROLE_BIT(ROLE_SECURITY_LEAD) };

	CHECK_OK(auth_account_add(a, &(struct account_add){ .name = STR("hanako"), .display = STR("花子"), .roles = ROLE_BIT(ROLE_OPERATOR) }, link, &id));
	CHECK_RC(auth_account_change(a, &change, &id), RC_CONFLICT); /* no factor yet: no privileged role */
	CHECK(strstr(rc_trail(), "two kinds") != NULL);
	enrol(a, link, &seed);
	CHECK_OK(auth_account_change(a, &change, &id));
	CHECK(try_in(a, "hanako", PASSWORD, code_at(&seed, fake_now), "", &in));
	CHECK_RC(auth_account_link(a, &CONSOLE_ID, STR("hanako"), again, &id), RC_CONFLICT);
	CHECK(strstr(rc_trail(), "account reset") != NULL);
	CHECK_OK(auth_session_get(a, str_of(in.token), &s));
	change.what = ACCOUNT_RESET;
	change.by = s.account;
	CHECK_RC(auth_account_change(a, &change, &id), RC_CONFLICT); /* by another person */
	change.by = CONSOLE_ID;
	CHECK_OK(auth_account_change(a, &change, &id));
	CHECK_STR(str_of(last_leaf(1)->name), "account-reset");
	CHECK_RC(auth_session_get(a, str_of(in.token), &s), RC_DENIED); /* at the next request */
	fake_now += 60 * SECOND_US;
	CHECK(!try_in(a, "hanako", PASSWORD, code_at(&seed, fake_now), in.device, &in));
	change.what = ACCOUNT_ROLES;
	change.roles = ROLE_BIT(ROLE_ADMINISTRATOR);
	CHECK_RC(auth_account_change(a, &change, &id), RC_CONFLICT); /* nothing to show: no other privileged role */
	CHECK_OK(auth_account_link(a, &CONSOLE_ID, STR("hanako"), again, &id));
	enrol(a, again, &seed2);
	fake_now += 60 * SECOND_US;
	CHECK(try_in(a, "hanako", PASSWORD, code_at(&seed2, fake_now), "", &in));
	secret_free(&seed);
	secret_free(&seed2);
	done(a);
}

CASE(sessions_end_by_rest_age_sign_out_and_clock)
{
	char link[TOKEN_CHARS + 1];
	struct auth *a = fresh(link);
	struct sign_in_answer in;
	struct session s;
	struct secret seed = { 0 };

	enrol(a, link, &seed);
	CHECK(try_in(a, "taro", PASSWORD, code_at(&seed, fake_now), "", &in));
	for (int i = 0; i < 60; i++) { /* ten hours of work */
		fake_now += 10 * MINUTE_US;
		CHECK_OK(auth_session_get(a, str_of(in.token), &s));
	}
	a = reopen(a);
	CHECK_OK(auth_session_get(a, str_of(in.token), &s)); /* over a restart */
	fake_now += 16 * MINUTE_US;
	CHECK_RC(auth_session_get(a, str_of(in.token), &s), RC_DENIED);
	fake_now -= 10 * MINUTE_US;
	CHECK_RC(auth_session_get(a, str_of(in.token), &s), RC_DENIED); /* ended is ended */
	fake_now = START + 24 * HOUR_US;
	CHECK(try_in(a, "taro", PASSWORD, code_at(&seed, fake_now), in.device, &in));
	for (int i = 0; i < 71; i++) {
		fake_now += 10 * MINUTE_US;
		CHECK_OK(auth_session_get(a, str_of(in.token), &s));
	}
	fake_now += 10 * MINUTE_US;
	CHECK_RC(auth_session_get(a, str_of(in.token), &s), RC_DENIED); /* twelve hours are over */
	CHECK(try_in(a, "taro", PASSWORD, code_at(&seed, fake_now), in.device, &in));
	CHECK_OK(auth_sign_out(a, str_of(in.token)));
	CHECK_STR(str_of(last_leaf(0)->name), "sign-out");
	CHECK_RC(auth_session_get(a, str_of(in.token), &s), RC_DENIED);
	CHECK_RC(auth_sign_out(a, str_of(in.token)), RC_DENIED);
	fake_now += 30 * SECOND_US;
	CHECK(try_in(a, "taro", PASSWORD, code_at(&seed, fake_now), in.device, &in));
	fake_now -= 2 * MINUTE_US;
	CHECK_RC(auth_session_get(a, str_of(in.token), &s), RC_DENIED); /* from the future */
	auth_tidy(a);
	secret_free(&seed);
	done(a);
}

/*= S-3-2 type=test */
CASE(an_account_is_stopped_at_once_but_never_the_last)
{
	char link[TOKEN_CHARS + 1], link2[TOKEN_CHARS + 1];
	struct auth *a = fresh(link);
	struct sign_in_answer in, in2;
	struct session s;
	struct opaque_id id, done_to;
	struct secret seed = { 0 }, seed2 = { 0 };
	struct account_change change = { .by = CONSOLE_ID, .name = STR("taro"), .what = ACCOUNT_SUSPEND };

	enrol(a, link, &seed);
	CHECK_RC(auth_account_change(a, &change, &done_to), RC_CONFLICT); /* the last administrator */
	change.what = ACCOUNT_ROLES;
	change.roles = ROLE_BIT(ROLE_OPERATOR);
	CHECK_RC(auth_account_change(a, &change, &done_to), RC_CONFLICT);
	change.roles = ROLE_BIT(ROLE_OPERATOR) | ROLE_BIT(ROLE_CLIENT_OFFICER);
	CHECK_RC(auth_account_change(a, &change, &done_to), RC_SYNTAX); /* both sides */
	change.roles = ROLE_BIT(ROLE_CLIENT_OFFICER);
	CHECK_RC(auth_account_change(a, &change, &done_to), RC_CONFLICT); /* the other side */
	CHECK_OK(auth_account_add(a, &(struct account_add){ .name = STR("hanako"), .display = STR("花子"), .roles = ROLE_BIT(ROLE_ADMINISTRATOR) }, link2, &id));
	change.what = ACCOUNT_SUSPEND;
	CHECK_RC(auth_account_change(a, &change, &done_to), RC_CONFLICT); /* the other cannot sign in yet */
	enrol(a, link2, &seed2);
	CHECK(try_in(a, "taro", PASSWORD, code_at(&seed, fake_now), "", &in));
	CHECK(try_in(a, "hanako", PASSWORD, code_at(&seed2, fake_now), "", &in2));
	CHECK_OK(auth_session_get(a, str_of(in2.token), &s));
	change.by = s.account;
	change.name = STR("hanako");
	CHECK_RC(auth_account_change(a, &change, &done_to), RC_CONFLICT); /* not oneself */
	change.name = STR("taro");
	CHECK_OK(auth_account_change(a, &change, &done_to));
	CHECK_STR(str_of(last_leaf(1)->name), "account-suspend");
	CHECK_RC(auth_session_get(a, str_of(in.token), &s), RC_DENIED); /* the next request already */
	fake_now += MINUTE_US;
	CHECK(!try_in(a, "taro", PASSWORD, code_at(&seed, fake_now), "", &in));
	change.by = CONSOLE_ID;
	change.name = STR("hanako");
	CHECK_RC(auth_account_change(a, &change, &done_to), RC_CONFLICT); /* now she is the last */
	change.name = STR("taro");
	change.what = ACCOUNT_RESUME;
	CHECK_OK(auth_account_change(a, &change, &done_to));
	fake_now += MINUTE_US;
	CHECK(try_in(a, "taro", PASSWORD, code_at(&seed, fake_now), "", &in));
	for (int i = 0; i < 5; i++)
		CHECK(!try_in(a, "hanako", "wrong password 1", STR("000000"), "", &in2));
	fake_now += MINUTE_US;
	CHECK(!try_in(a, "hanako", PASSWORD, code_at(&seed2, fake_now), "", &in2));
	change.name = STR("hanako");
	change.what = ACCOUNT_UNLOCK;
	CHECK_OK(auth_account_change(a, &change, &done_to));
	CHECK(try_in(a, "hanako", PASSWORD, code_at(&seed2, fake_now), "", &in2));
	change.name = STR("nobody");
	CHECK_RC(auth_account_change(a, &change, &done_to), RC_NOTFOUND);
	secret_free(&seed);
	secret_free(&seed2);
	done(a);
}

/* Two administrators with one term: nobody is left without, and an end stays when the clock is set back. */
/*= S-3-2 type=test */
/*= S-1-2 type=test */
CASE(a_term_ends_by_itself_and_never_the_last_administrator)
{
	char link[TOKEN_CHARS + 1], link2[TOKEN_CHARS + 1];
	struct auth *a = fresh(link);
	struct sign_in_answer in, in2;
	struct session s;
	struct opaque_id id, done_to, person = { { 7 } }, other = { { 8 } };
	struct secret seed = { 0 }, seed2 = { 0 };
	struct account_change change = { .name = STR("hanako"), .what = ACCOUNT_TERM };
	struct account account;
	struct buf uri = BUF(URI_BYTES_MAX);
	int64_t end;

	enrol(a, link, &seed);
	CHECK_OK(auth_account_add(a, &(struct account_add){ .name = STR("hanako"), .display = STR("花子"), .roles = ROLE_BIT(ROLE_OPERATOR), .person = person, .from_us = fake_now + DAY_US }, link2, &id));
	CHECK_RC(auth_enrol_begin(a, str_of(link2), &account, &uri), RC_NOTFOUND); /* before its term */
	end = fake_now + 10 * MINUTE_US;
	change.until_us = end;
	CHECK_OK(auth_account_change(a, &change, &done_to)); /* the station itself: by nobody */
	enrol(a, link2, &seed2);
	CHECK(try_in(a, "hanako", PASSWORD, code_at(&seed2, fake_now), "", &in2));
	CHECK_OK(auth_session_get(a, str_of(in2.token), &s));
	fake_now = end - 1;
	CHECK_OK(auth_session_get(a, str_of(in2.token), &s));
	fake_now = end;
	CHECK_RC(auth_session_get(a, str_of(in2.token), &s), RC_DENIED); /* at that instant, without anybody asked */
	fake_now += MINUTE_US;
	CHECK(!try_in(a, "hanako", PASSWORD, code_at(&seed2, fake_now), "", &in2));
	auth_tidy(a);
	CHECK_STR(str_of(last_leaf(1)->name), "account-ended");
	fake_now -= 30 * MINUTE_US;
	CHECK(!try_in(a, "hanako", PASSWORD, code_at(&seed2, fake_now), "", &in2)); /* the clock set back */
	fake_now += HOUR_US;
	change.until_us = fake_now + DAY_US; /* renewed */
	CHECK_OK(auth_account_change(a, &change, &done_to));
	CHECK(try_in(a, "hanako", PASSWORD, code_at(&seed2, fake_now), "", &in2));
	/* another's account is not handed on */
	change = (struct account_change){ .by = CONSOLE_ID, .name = STR("hanako"), .what = ACCOUNT_PERSON, .person = other };
	CHECK_RC(auth_account_change(a, &change, &done_to), RC_CONFLICT);
	/* the last administrator outlives the term */
	change = (struct account_change){ .by = CONSOLE_ID, .name = STR("taro"), .what = ACCOUNT_PERSON, .person = other, .until_us = fake_now + 1 };
	CHECK_OK(auth_account_change(a, &change, &done_to));
	fake_now += HOUR_US;
	CHECK(try_in(a, "taro", PASSWORD, code_at(&seed, fake_now), "", &in));
	CHECK_OK(auth_session_get(a, str_of(in.token), &s));
	auth_tidy(a);
	CHECK_OK(auth_session_get(a, str_of(in.token), &s));
	change = (struct account_change){ .by = CONSOLE_ID, .name = STR("hanako"), .what = ACCOUNT_ROLES, .roles = ROLE_BIT(ROLE_ADMINISTRATOR) };
	CHECK_OK(auth_account_change(a, &change, &done_to));
	CHECK_RC(auth_session_get(a, str_of(in.token), &s), RC_DENIED); /* another one can administer: now it ends */
	buf_free(&uri);
	secret_free(&seed);
	secret_free(&seed2);
	done(a);
}

/*= S-3-2 type=test */
CASE(removed_is_removed_and_its_name_stays_taken)
{
	char link[TOKEN_CHARS + 1], link2[TOKEN_CHARS + 1];
	struct auth *a = fresh(link);
	struct sign_in_answer in;
	struct session s;
	struct opaque_id id, done_to;
	struct secret seed = { 0 }, seed2 = { 0 };
	struct account_change change = { .by = CONSOLE_ID, .name = STR("taro"), .what = ACCOUNT_REMOVE };

	enrol(a, link, &seed);
	CHECK_RC(auth_account_change(a, &change, &done_to), RC_CONFLICT); /* the last administrator */
	CHECK_OK(auth_account_add(a, &(struct account_add){ .name = STR("hanako"), .display = STR("花子"), .roles = ROLE_BIT(ROLE_OPERATOR) }, link2, &id));
	enrol(a, link2, &seed2);
	CHECK(try_in(a, "hanako", PASSWORD, code_at(&seed2, fake_now), "", &in));
	change.name = STR("hanako");
	CHECK_OK(auth_account_change(a, &change, &done_to));
	CHECK_STR(str_of(last_leaf(1)->name), "account-remove");
	CHECK_STR(str_of(last_leaf(1)->json), "{\"devices\":\"1\",\"factors\":\"1\",\"name\":\"hanako\",\"sessions\":\"1\",\"tokens\":\"0\"}");
	CHECK_RC(auth_session_get(a, str_of(in.token), &s), RC_DENIED);
	fake_now += MINUTE_US;
	CHECK(!try_in(a, "hanako", PASSWORD, code_at(&seed2, fake_now), in.device, &in));
	CHECK_RC(auth_account_change(a, &change, &done_to), RC_CONFLICT);
	change.what = ACCOUNT_RESUME;
	CHECK_RC(auth_account_change(a, &change, &done_to), RC_CONFLICT);
	CHECK_RC(auth_account_link(a, &(struct opaque_id){ { 1 } }, STR("hanako"), link2, &done_to), RC_NOTFOUND);
	CHECK_RC(auth_account_add(a, &(struct account_add){ .name = STR("hanako"), .display = STR("別の花子"), .roles = ROLE_BIT(ROLE_OPERATOR) }, link2, &id), RC_CONFLICT);
	secret_free(&seed);
	secret_free(&seed2);
	done(a);
}

CASE(recovery_codes_are_read_as_people_write_them)
{
	char code[RECOVERY_CHARS + 1];

	CHECK(recovery_shaped(STR("abcd-efgh-jkmn"), code) && strcmp(code, "abcdefghjkmn") == 0);
	CHECK(recovery_shaped(STR("ABCD EFGH JKMN"), code) && strcmp(code, "abcdefghjkmn") == 0);
	CHECK(recovery_shaped(STR("OIL0-1111-2222"), code) && strcmp(code, "011011112222") == 0);
	CHECK(!recovery_shaped(STR("123456"), code));
	CHECK(!recovery_shaped(STR("abcd-efgh-jkmu"), code));
	CHECK(!recovery_shaped(STR("abcd-efgh-jkmnp"), code));
	CHECK(!recovery_shaped(STR(""), code));
}

CASE(console_is_whoever_holds_its_token)
{
	char link[TOKEN_CHARS + 1], token[TOKEN_CHARS + 1], other[TOKEN_CHARS + 1];
	struct auth *a = fresh(link);
	struct opaque_id console = CONSOLE_ID;
	struct session s;

	token_new(token);
	token_new(other);
	CHECK_RC(auth_session_get(a, str_of(token), &s), RC_DENIED);
	auth_console_set(a, str_of(token));
	CHECK_OK(auth_session_get(a, str_of(token), &s));
	CHECK_STR(str_of(s.name), "console");
	CHECK_INT(s.roles, ROLE_BIT(ROLE_ADMINISTRATOR));
	CHECK(memcmp(s.account.b, console.b, ID_BYTES) == 0);
	CHECK_RC(auth_session_get(a, str_of(other), &s), RC_DENIED);
	CHECK_RC(auth_session_get(a, STR(""), &s), RC_DENIED);
	done(a);
}

static bool
facts_hold(struct auth *a, const char *what)
{
	struct buf json = BUF(65536);
	size_t at;
	bool found;

	CHECK_OK(auth_facts(a, &json));
	found = str_find(buf_str(&json), str_of(what), &at);
	CHECK(!str_find(buf_str(&json), STR("taro"), &at)); /* of nobody in particular */
	buf_free(&json);
	return found;
}

CASE(what_the_station_knows_of_itself) /*= S-3-4 type=test */
{
	char link[TOKEN_CHARS + 1];
	struct auth *a = fresh(link);
	struct secret seed = { 0 };
	struct sign_in_answer in;

	for (int way = 0; way < WAY_COUNT; way++) {
		unsigned kinds = sign_in_ways[way].kinds;

		CHECK(kinds & (kinds - 1)); /* two kinds, whichever way */
	}
	CHECK(facts_hold(a, "\"value\":\"invited\""));
	enrol(a, link, &seed);
	CHECK(facts_hold(a, "\"value\":\"usable\"") && facts_hold(a, "\"value\":\"known held\"") && !facts_hold(a, "tally_count_kept"));
	CHECK(!try_in(a, "taro", "wrong", STR("000000"), "", &in));
	a = reopen(a);
	CHECK(facts_hold(a, "tally_count_kept")); /* a failure counted before the start is there after it */
	CHECK(!facts_hold(a, "tally_sign_in"));
	fake_now += 60 * SECOND_US;
	CHECK(try_in(a, "taro", PASSWORD, code_at(&seed, fake_now), "", &in));
	CHECK(facts_hold(a, "tally_sign_in"));
	secret_free(&seed);
	done(a);
}

CASE(tokens_are_listed_while_they_are_in_force) /*= S-3-2 type=test */
{
	static const struct opaque_id one = { { 1 } }, other = { { 2 } };
	char link[TOKEN_CHARS + 1], token[TOKEN_CHARS + 1], another[TOKEN_CHARS + 1];
	struct auth *a = fresh(link);
	struct buf json = BUF(4096);
	struct opaque_id holder, second;
	size_t at;

	CHECK_OK(auth_token_list(a, &json));
	CHECK_STR(buf_str(&json), "{\"rows\":[]}");
	CHECK_OK(auth_account_link(a, &CONSOLE_ID, STR("taro"), link, &holder));
	CHECK_OK(auth_account_add(a, &(struct account_add){ .by = CONSOLE_ID, .name = STR("hanako"), .display = STR("見本花子"), .roles = ROLE_BIT(ROLE_ON_CALL) }, link, &second));
	api_token_new(token);
	api_token_new(another);
	CHECK_OK(api_token_insert(a, &one, &holder, STR("集計"), STR("read"), fake_now + 10 * SECOND_US, str_of(token)));
	CHECK_OK(api_token_insert(a, &other, &second, STR("集計"), STR("read"), fake_now + 60 * SECOND_US, str_of(another)));
	buf_reset(&json);
	CHECK_OK(auth_token_list(a, &json));
	CHECK_STR(buf_str(&json), "{\"rows\":[{\"id\":\"02000000000000000000000000000000\",\"label\":\"集計\",\"account\":\"hanako\"},"
	    "{\"id\":\"01000000000000000000000000000000\",\"label\":\"集計\",\"account\":\"taro\"}]}");
	CHECK(!str_find(buf_str(&json), str_of(token), &at));
	fake_now += 10 * SECOND_US; /* one has run out */
	buf_reset(&json);
	CHECK_OK(auth_token_list(a, &json));
	CHECK(str_find(buf_str(&json), STR("hanako"), &at) && !str_find(buf_str(&json), STR("taro"), &at));
	buf_free(&json);
	done(a);
}

/* ---- the sealed code */

static enum rc
open_glass(struct auth *a, const char *name, const char *code, const char *reason, struct sign_in_result *ret)
{
	const struct sign_in in = { .name = str_of(name), .code = str_of(code), .emergency = str_of(reason), .address = STR("192.0.2.9") };

	return auth_sign_in(a, &in, ret);
}

/*= S-3-3 type=test */
CASE(a_sealed_code_opens_once_for_a_time)
{
	static const struct opaque_id by = { { 9 } };
	char link[TOKEN_CHARS + 1];
	struct auth *a = fresh(link);
	struct buf first = BUF(64), code = BUF(64), text = BUF(512);
	struct sign_in_result r = { 0 };
	struct session s;

	CHECK_RC(auth_glass_seal(a, &by, ROLE_BIT(ROLE_CLIENT_OFFICER), 60, &code), RC_SYNTAX);
	CHECK_RC(auth_glass_seal(a, &by, ROLE_BIT(ROLE_ON_CALL), 241, &code), RC_SYNTAX);
	CHECK_OK(auth_glass_seal(a, &by, ROLE_BIT(ROLE_ON_CALL), 60, &first));
	CHECK_OK(auth_glass_seal(a, &by, ROLE_BIT(ROLE_ON_CALL), 60, &code));
	CHECK_INT(code.n, 29);
	CHECK_OK(open_glass(a, "taro", buf_cstr(&first), "鍵の紛失", &r)); /* the one before ended */
	CHECK(!r.accepted);
	CHECK_OK(open_glass(a, "nobody", buf_cstr(&code), "鍵の紛失", &r));
	CHECK(!r.accepted);
	CHECK_OK(open_glass(a, "taro", "0000-0000-0000-0000-0000-0000", "鍵の紛失", &r));
	CHECK(!r.accepted);
	CHECK_OK(open_glass(a, "Taro", buf_cstr(&code), "鍵の紛失", &r));
	CHECK(r.accepted);
	CHECK_OK(auth_session_get(a, str_of(r.answer.token), &s));
	CHECK_INT(s.roles, ROLE_BIT(ROLE_ON_CALL)); /* what was sealed, not what the account has */
	CHECK_STR(str_of(s.name), "taro");
	CHECK_RC(auth_me_change(a, &(struct me_change){ .token = str_of(r.answer.token), .what = ME_RECOVERY_NEW }, &text), RC_DENIED);
	a = reopen(a); /* a restart in the middle neither ends it nor gives the code back */
	fake_now += 59 * MINUTE_US;
	CHECK_OK(auth_session_get(a, str_of(r.answer.token), &s));
	CHECK_OK(open_glass(a, "taro", buf_cstr(&code), "もう一度", &r));
	CHECK(!r.accepted);
	CHECK_OK(auth_glass_seal(a, &by, ROLE_BIT(ROLE_ON_CALL), 5, &text));
	CHECK_OK(open_glass(a, "taro", buf_cstr(&text), "鍵の紛失", &r));
	CHECK(r.accepted);
	fake_now += 5 * MINUTE_US;
	CHECK_RC(auth_session_get(a, str_of(r.answer.token), &s), RC_DENIED);
	buf_free(&first);
	buf_free(&code);
	buf_free(&text);
	done(a);
}

/* Without a leaf it does not open, and the code is good still. */
/*= S-3-5 type=test */
CASE(a_sealed_code_opens_nothing_unrecorded)
{
	static const struct opaque_id by = { { 9 } };
	char link[TOKEN_CHARS + 1];
	struct auth *a = fresh(link);
	struct sign_in_result r = { 0 };
	struct buf code = BUF(64);

	CHECK_OK(auth_glass_seal(a, &by, ROLE_BIT(ROLE_ADMINISTRATOR), 30, &code));
	fakes.ledger_says = RC_LIMIT;
	CHECK_RC(open_glass(a, "taro", buf_cstr(&code), "鍵の紛失", &r), RC_LIMIT);
	fakes.ledger_says = RC_OK;
	CHECK_OK(open_glass(a, "taro", buf_cstr(&code), "鍵の紛失", &r));
	CHECK(r.accepted);
	buf_free(&code);
	done(a);
}

TEST_MAIN
