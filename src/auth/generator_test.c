// SPDX-License-Identifier: Apache-2.0
/* Hardware tokens: a list whole or not at all, its permission, seeds that nobody sees again, the first code, replay, their end. */
#include "base/test.h"
#include "auth/auth_int.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "auth/auth_fake.h"
#include "auth/auth_init.h"
#include "auth/password.h"
#include "base/num.h"
#include "base/time_text.h"

#define PASSWORD "ひみつの horse 9 battery!"
#define HEAD "serial,seed,digits,period,algorithm\n"
#define SEED "3132333435363738393031323334353637383930"                       /* the RFC's: 12345678901234567890 */
#define SEED_32 "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA" /* its 32 bytes for SHA-256 */

static int64_t fake_now;
static char folder[64], store_path[96];
static const struct opaque_id admin = { { 5 } };

static int64_t
clock_now(void *context)
{
	(void)context;
	return fake_now;
}

static const struct auth_settings settings = { .password = { PASSWORD_CHARS_MIN, -1 }, .lock_after_failures = 5, .lock_minutes = 15, .idle_minutes = 15, .session_minutes = 720, .hash_ops = 1, .hash_kib = 8 };

static struct auth *
fresh(char link[TOKEN_CHARS + 1])
{
	struct auth *a = NULL;

	fakes_reset();
	fake_now = INT64_C(1795305600) * SECOND_US;
	(void)snprintf(folder, sizeof(folder), "/tmp/tsujiban-auth-test.XXXXXX");
	CHECK(mkdtemp(folder) != NULL);
	(void)snprintf(store_path, sizeof(store_path), "%s/auth.db", folder);
	CHECK_OK(auth_init(store_path, fake_now, STR("taro"), STR("山田太郎"), link));
	CHECK_OK(auth_open(store_path, &settings, (struct auth_clock){ clock_now, NULL }, NULL, NULL, &a));
	CHECK_OK(auth_start(a));
	auth_console_set(a, STR("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"));
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
}

static struct str
code_of(struct totp_kind kind, const char *seed_hex, int64_t at_us)
{
	static char code[TOTP_DIGITS_MAX + 1];
	uint8_t bytes[GENERATOR_SEED_MAX];
	size_t n = strlen(seed_hex) / 2;
	struct secret seed = { 0 };

	CHECK_OK(hex_decode(str_of(seed_hex), bytes, n));
	CHECK_OK(secret_of(&seed, (struct str){ (const char *)bytes, n }));
	CHECK_OK(totp_code_of(&kind, &seed, at_us / SECOND_US / kind.period_s, code));
	secret_free(&seed);
	return str_of(code);
}

static bool
try_in(struct auth *a, const char *name, struct str code, struct sign_in_answer *ret)
{
	struct sign_in s = { .name = str_of(name), .password = STR(PASSWORD), .code = code, .address = STR("192.0.2.7") };
	struct sign_in_result r = { 0 };

	CHECK_OK(auth_sign_in(a, &s, &r));
	*ret = r.answer;
	return r.accepted;
}

static struct str
console(void)
{
	return STR("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff");
}

static enum rc
load(struct auth *a, const char *csv, struct buf *ret, struct hash *digest)
{
	hash_bytes(str_of(csv), digest);
	auth_generator_allow(a, &CONSOLE_ID, digest);
	buf_reset(ret);
	return auth_generator_load(a, console(), str_of(csv), ret);
}

static enum rc
ask(struct auth *a, enum generator_ask_kind what, const struct hash *digest, const char *serial, const char *name, struct buf *ret)
{
	struct generator_ask q = { .by = CONSOLE_ID, .what = what, .serial = str_of(serial), .name = str_of(name) };

	if (digest)
		q.digest = *digest;
	buf_reset(ret);
	return auth_generator(a, &q, ret);
}

CASE(codes_of_every_kind_as_the_rfc_has_them)
{
	/* RFC 6238, appendix B: eight digits, thirty seconds, at 59 s */
	CHECK_STR(code_of((struct totp_kind){ 8, 30, TOTP_SHA1 }, SEED, 59 * SECOND_US), "94287082");
	CHECK_STR(code_of((struct totp_kind){ 8, 30, TOTP_SHA256 }, "3132333435363738393031323334353637383930313233343536373839303132", 59 * SECOND_US), "46119246");
	CHECK_STR(code_of((struct totp_kind){ 8, 30, TOTP_SHA512 }, "31323334353637383930313233343536373839303132333435363738393031323334353637383930313233343536373839303132333435363738393031323334", 59 * SECOND_US), "90693936");
}

CASE(rows_in_words)
{
	static const struct { const char *row; bool good; } rows[] = {
		{ "HT-1," SEED ",6,30,SHA1", true }, { "HT-1," SEED_32 ",8,60,SHA256", true }, { "HT-1,GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ,,,", true }, { "\"HT-1\",\"hex:" SEED "\",6,30,SHA512", true },
		{ "HT 1," SEED ",6,30,SHA1", false }, { "," SEED ",6,30,SHA1", false }, { "HT-1,,6,30,SHA1", false }, { "HT-1,0,6,30,SHA1", false }, { "HT-1,hex:31323334,6,30,SHA1", false },
		{ "HT-1," SEED ",5,30,SHA1", false }, { "HT-1," SEED ",9,30,SHA1", false }, { "HT-1," SEED ",6,45,SHA1", false }, { "HT-1," SEED ",6,30,MD5", false }, { "HT-1," SEED ",6,30,SHA1,x", false },
		{ "HT-1,GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJR1,6,30,SHA1", false }, { "HT-1,ABCDEFABCDEFABCDEFABCDEFABCDEFAB,6,30,SHA1", false } /* reads either way */,
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct arena arena = ARENA(1 << 20);
		struct buf csv = BUF(4096);
		struct generator_list list = { 0 };

		CHECK_OK(buf_addf(&csv, HEAD "%s\n", rows[i].row));
		CHECK_OK(generator_list_read(buf_str(&csv), &arena, &list));
		if (list.count != 1 || (list.rows[0].wrong == NULL) != rows[i].good)
			CHECK_STR(str_of(rows[i].row), list.count && list.rows[0].wrong ? list.rows[0].wrong : "taken");
		generator_list_wipe(&list);
		buf_free(&csv);
		arena_free(&arena);
	}
}

/*= S-3-4 type=test */
CASE(a_list_is_permitted_checked_and_imported_whole)
{
	char link[TOKEN_CHARS + 1];
	struct auth *a = fresh(link);
	struct buf b = BUF(65536);
	struct arena arena = ARENA(65536);
	struct hash digest, first;
	size_t at, leaves;

	/* nobody permitted it */
	CHECK_RC(auth_generator_load(a, console(), STR(HEAD "HT-1," SEED ",6,30,SHA1\n"), &b), RC_DENIED);
	hash_bytes(STR(HEAD "HT-1," SEED ",6,30,SHA1\n"), &digest);
	auth_generator_allow(a, &admin, &digest); /* another one's permission */
	CHECK_RC(auth_generator_load(a, console(), STR(HEAD "HT-1," SEED ",6,30,SHA1\n"), &b), RC_DENIED);
	auth_generator_allow(a, &CONSOLE_ID, &digest);
	fake_now += 2 * MINUTE_US; /* too late */
	CHECK_RC(auth_generator_load(a, console(), STR(HEAD "HT-1," SEED ",6,30,SHA1\n"), &b), RC_DENIED);
	/* one wrong row: nothing is kept, every wrong one is named */
	CHECK_OK(load(a, HEAD "HT-1," SEED ",6,30,SHA1\nHT-2,x,6,30,SHA1\nHT-1," SEED ",6,30,SHA1\n", &b, &digest));
	CHECK(str_find(buf_str(&b), STR("\"wrong\":2"), &at) && str_find(buf_str(&b), STR("\"line\":3"), &at));
	CHECK(!str_find(buf_str(&b), STR("3132333435"), &at));
	CHECK_RC(ask(a, GENERATOR_IMPORT, &digest, "", "", &b), RC_NOTFOUND);
	/* a good one */
	CHECK_OK(load(a, HEAD "HT-1," SEED ",6,30,SHA1\r\nHT-2," SEED_32 ",8,60,SHA256\r\n", &b, &first));
	CHECK(str_find(buf_str(&b), STR("\"wrong\":0"), &at));
	fake_now += 16 * MINUTE_US;
	CHECK_RC(ask(a, GENERATOR_IMPORT, &first, "", "", &b), RC_NOTFOUND); /* checked too long ago */
	CHECK_OK(load(a, HEAD "HT-1," SEED ",6,30,SHA1\r\nHT-2," SEED_32 ",8,60,SHA256\r\n", &b, &first));
	fakes.ledger_says = RC_IO;
	CHECK_RC(ask(a, GENERATOR_IMPORT, &first, "", "", &b), RC_IO); /* no leaf, no import */
	fakes.ledger_says = RC_OK;
	leaves = fakes.leaves_count;
	CHECK_OK(ask(a, GENERATOR_IMPORT, &first, "", "", &b));
	CHECK(str_find(buf_str(&b), STR("\"HT-1\""), &at) && str_find(buf_str(&b), STR("\"HT-2\""), &at));
	CHECK_RC(ask(a, GENERATOR_IMPORT, &first, "", "", &b), RC_NOTFOUND); /* once */
	CHECK_OK(load(a, HEAD "HT-3," SEED ",6,30,SHA1\nHT-1," SEED ",6,30,SHA1\n", &b, &digest));
	CHECK(str_find(buf_str(&b), STR("\"wrong\":1"), &at));
	/* no seed in a leaf, in an answer, in the store */
	for (size_t i = leaves; i < fakes.leaves_count; i++)
		CHECK(strstr(fakes.leaves[i].json, "3132") == NULL && strstr(fakes.leaves[i].json, "GEZD") == NULL && strstr(fakes.leaves[i].json, "12345678901234567890") == NULL);
	CHECK_RC(generator_list_read(STR("a,b\n"), &arena, &(struct generator_list){ 0 }), RC_SYNTAX);
	arena_free(&arena);
	buf_free(&b);
	done(a);
}

/*= S-3-4 type=test */
CASE(the_first_code_proves_it_and_none_counts_twice)
{
	static const struct totp_kind kind = { 8, 60, TOTP_SHA256 };
	static const char seed[] = "3132333435363738393031323334353637383930313233343536373839303132";
	char link[TOKEN_CHARS + 1], link2[TOKEN_CHARS + 1];
	struct auth *a = fresh(link);
	struct buf b = BUF(65536);
	struct sign_in_answer in;
	struct account account;
	struct opaque_id id;
	struct session s;
	struct hash digest;
	struct account_change roles = { .by = CONSOLE_ID, .name = STR("hanako"), .what = ACCOUNT_ROLES, .roles = ROLE_BIT(ROLE_MAINTAINER) };
	size_t at;

	CHECK_OK(auth_account_add(a, &(struct account_add){ .name = STR("hanako"), .display = STR("花子"), .roles = ROLE_BIT(ROLE_OPERATOR) }, link2, &id));
	CHECK_OK(load(a, HEAD "HT-1," "hex:3132333435363738393031323334353637383930313233343536373839303132" ",8,60,SHA256\n", &b, &digest));
	CHECK_OK(ask(a, GENERATOR_IMPORT, &digest, "", "", &b));
	CHECK_RC(ask(a, GENERATOR_ASSIGN, NULL, "HT-9", "hanako", &b), RC_NOTFOUND);
	CHECK_RC(ask(a, GENERATOR_ASSIGN, NULL, "HT-1", "nobody", &b), RC_NOTFOUND);
	CHECK_OK(ask(a, GENERATOR_ASSIGN, NULL, "HT-1", "hanako", &b));
	CHECK_RC(ask(a, GENERATOR_ASSIGN, NULL, "HT-1", "taro", &b), RC_CONFLICT); /* it has a holder */
	/* one enrols with it: no seed is shown */
	buf_reset(&b);
	CHECK_OK(auth_enrol_begin(a, str_of(link2), &account, &b));
	CHECK_STR(buf_str(&b), "generator:HT-1");
	CHECK_RC(auth_enrol_finish(a, &(struct enrol_finish){ str_of(link2), STR(PASSWORD), STR("00000000") }), RC_SYNTAX);
	CHECK(!try_in(a, "hanako", code_of(kind, seed, fake_now), &in)); /* not proven, not enrolled */
	CHECK_OK(auth_enrol_finish(a, &(struct enrol_finish){ str_of(link2), STR(PASSWORD), code_of(kind, seed, fake_now) }));
	CHECK(!try_in(a, "hanako", code_of(kind, seed, fake_now), &in)); /* replayed */
	fake_now += MINUTE_US;
	CHECK(try_in(a, "hanako", code_of(kind, seed, fake_now), &in));
	CHECK(strstr(fakes.leaves[fakes.leaves_count - 1].json, "hardware-code") != NULL);
	CHECK_RC(auth_step_up(a, str_of(in.token), code_of(kind, seed, fake_now)), RC_SYNTAX); /* replayed at the step-up too */
	fake_now += MINUTE_US;
	CHECK_OK(auth_step_up(a, str_of(in.token), code_of(kind, seed, fake_now)));
	CHECK(!try_in(a, "hanako", code_of(kind, seed, fake_now), &in));
	fake_now += MINUTE_US;
	CHECK(try_in(a, "hanako", code_of(kind, seed, fake_now), &in));
	/* it is the only one of another kind: who has a privileged role keeps it */
	CHECK_OK(auth_account_change(a, &roles, &id));
	CHECK_RC(ask(a, GENERATOR_END, NULL, "HT-1", "", &b), RC_CONFLICT);
	CHECK(strstr(rc_trail(), "privileged") != NULL);
	roles.roles = ROLE_BIT(ROLE_OPERATOR);
	CHECK_OK(auth_account_change(a, &roles, &id));
	fake_now += MINUTE_US;
	CHECK(try_in(a, "hanako", code_of(kind, seed, fake_now), &in));
	CHECK_OK(ask(a, GENERATOR_END, NULL, "HT-1", "", &b));
	CHECK_RC(auth_session_get(a, str_of(in.token), &s), RC_DENIED); /* a factor went: at the next request */
	fake_now += MINUTE_US;
	CHECK(!try_in(a, "hanako", code_of(kind, seed, fake_now), &in));
	CHECK_OK(ask(a, GENERATOR_LIST, NULL, "", "", &b));
	CHECK(!str_find(buf_str(&b), STR("HT-1"), &at));
	roles.roles = ROLE_BIT(ROLE_MAINTAINER);
	CHECK_RC(auth_account_change(a, &roles, &id), RC_CONFLICT); /* a password alone gets no privileged role */
	buf_free(&b);
	done(a);
}

/* Beside an app: assigned, it counts for nothing until its holder shows the first code. */
CASE(it_joins_an_app)
{
	static const struct totp_kind kind = { 6, 30, TOTP_SHA1 };
	char link[TOKEN_CHARS + 1];
	struct auth *a = fresh(link);
	struct secret seed = { 0 };
	struct buf b = BUF(65536), text = BUF(512);
	struct sign_in_answer in;
	struct account account;
	struct hash digest;
	struct me_change prove = { .what = ME_GENERATOR_PROVE };
	char six[TOTP_DIGITS + 1];
	struct buf wrapped = BUF(512);
	struct query *q = NULL;
	struct opaque_id id = { { 0 } };
	bool row;

	CHECK_OK(auth_enrol_begin(a, str_of(link), &account, &b));
	id = account.id;
	CHECK_OK(db_query(a->db, "SELECT seed FROM link WHERE seed IS NOT NULL", &q));
	CHECK_OK(db_step(q, &row));
	CHECK_OK(buf_add(&wrapped, db_blob(q, 0)));
	db_done(q);
	CHECK_OK(seed_unwrap(a, &id, buf_str(&wrapped), &seed));
	CHECK_OK(totp_code(&seed, fake_now / SECOND_US / 30, six));
	CHECK_OK(auth_enrol_finish(a, &(struct enrol_finish){ str_of(link), STR(PASSWORD), str_of(six) }));
	CHECK(try_in(a, "taro", str_of(six), &in));
	CHECK_OK(load(a, HEAD "HT-1," SEED ",6,30,SHA1\n", &b, &digest));
	CHECK_OK(ask(a, GENERATOR_IMPORT, &digest, "", "", &b));
	CHECK_OK(ask(a, GENERATOR_ASSIGN, NULL, "HT-1", "taro", &b));
	{
		struct sign_in_answer other;

		CHECK(!try_in(a, "taro", code_of(kind, SEED, fake_now), &other));
	}
	prove.token = str_of(in.token);
	prove.a = STR("000000");
	CHECK_RC(auth_me_change(a, &prove, &text), RC_SYNTAX);
	prove.a = code_of(kind, SEED, fake_now);
	CHECK_OK(auth_me_change(a, &prove, &text));
	fake_now += 30 * SECOND_US;
	CHECK(try_in(a, "taro", code_of(kind, SEED, fake_now), &in));
	fake_now += 30 * SECOND_US;
	CHECK_OK(totp_code(&seed, fake_now / SECOND_US / 30, six));
	CHECK(try_in(a, "taro", str_of(six), &in)); /* the app goes on */
	secret_free(&seed);
	buf_free(&wrapped);
	buf_free(&b);
	buf_free(&text);
	done(a);
}

TEST_MAIN
