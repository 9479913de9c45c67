// SPDX-License-Identifier: Apache-2.0
/* Every message of auth: there and back, cut short at each byte, one byte too many; the roles. */
#include "base/test.h"
#include "auth/auth_wire.h"

#include <stdlib.h>

#define TOKEN "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* Decoding must fail for every proper prefix and for one byte more. */
#define CHECK_EXACT(bytes, decode)                                                     \
	do {                                                                           \
		struct buf longer_ = BUF(1 << 20);                                     \
		for (size_t cut_ = 0; cut_ < (bytes).n; cut_++) {                      \
			char *copy_ = malloc(cut_ + 1);                                \
			memcpy(copy_, (bytes).p, cut_);                                \
			struct str part = { copy_, cut_ };                             \
			CHECK_RC(decode, RC_SYNTAX);                                   \
			free(copy_);                                                   \
		}                                                                      \
		CHECK_OK(buf_add(&longer_, buf_str(&(bytes))));                        \
		CHECK_OK(buf_add_byte(&longer_, 0));                                   \
		struct str part = buf_str(&longer_);                                   \
		CHECK_RC(decode, RC_SYNTAX);                                           \
		buf_free(&longer_);                                                    \
	} while (0)

CASE(sign_in_there_and_back)
{
	struct sign_in in = { STR("taro"), STR("正しい馬 電池"), STR("123456"), STR(TOKEN), STR("192.0.2.7") }, out;
	struct sign_in_result yes = { true, { TOKEN, TOKEN, 0 } }, got;
	struct buf b = BUF(2048);

	CHECK_OK(wire_put_sign_in(&b, &in));
	CHECK_OK(wire_get_sign_in(buf_str(&b), &out));
	CHECK_STR(out.password, "正しい馬 電池");
	CHECK_STR(out.address, "192.0.2.7");
	CHECK_EXACT(b, wire_get_sign_in(part, &out));
	buf_reset(&b);
	CHECK_OK(wire_put_sign_in_result(&b, &yes));
	CHECK_OK(wire_get_sign_in_result(buf_str(&b), &got));
	CHECK(got.accepted && strcmp(got.answer.token, TOKEN) == 0);
	CHECK_EXACT(b, wire_get_sign_in_result(part, &got));
	b.p[0] = 2; /* neither yes nor no */
	CHECK_RC(wire_get_sign_in_result(buf_str(&b), &got), RC_SYNTAX);
	buf_free(&b);
}

CASE(accounts_and_sessions_there_and_back)
{
	struct account a[2] = { { .name = "taro", .display = "山田太郎", .roles = ROLE_BIT(ROLE_OPERATOR), .enrolled = true, .created_at_us = 1, .locked_until_us = 9 },
		{ .name = "hanako", .display = "花子", .roles = ROLE_BIT(ROLE_CLIENT_AUDITOR) } }, one, *list;
	struct session s = { .name = "taro", .display = "山田", .roles = ROLE_BIT(ROLE_SECURITY_LEAD), .signed_in_at_us = 5, .expires_at_us = 7, .csrf = TOKEN }, t;
	struct arena arena = ARENA(1 << 20);
	struct buf b = BUF(4096);
	struct str uri;
	size_t n;

	CHECK_OK(wire_put_accounts(&b, a, 2));
	CHECK_OK(wire_get_accounts(buf_str(&b), &arena, &list, &n));
	CHECK_INT(n, 2);
	CHECK(list[0].enrolled && list[0].locked_until_us == 9 && !list[1].enrolled && list[1].roles == ROLE_BIT(ROLE_CLIENT_AUDITOR));
	CHECK_STR(str_of(list[0].display), "山田太郎");
	CHECK_EXACT(b, wire_get_accounts(part, &arena, &list, &n));
	buf_reset(&b);
	CHECK_OK(wire_put_enrol_begun(&b, &a[0], STR("otpauth://totp/x")));
	CHECK_OK(wire_get_enrol_begun(buf_str(&b), &one, &uri));
	CHECK_STR(uri, "otpauth://totp/x");
	CHECK_EXACT(b, wire_get_enrol_begun(part, &one, &uri));
	buf_reset(&b);
	CHECK_OK(wire_put_session(&b, &s));
	CHECK_OK(wire_get_session(buf_str(&b), &t));
	CHECK(t.roles == ROLE_BIT(ROLE_SECURITY_LEAD) && strcmp(t.csrf, TOKEN) == 0);
	CHECK_EXACT(b, wire_get_session(part, &t));
	buf_free(&b);
	arena_free(&arena);
}

CASE(enrolment_and_new_account_there_and_back)
{
	struct enrol_finish e = { STR(TOKEN), STR("a long password 9!"), STR("000000") }, f;
	struct account_add add = { { "0123456789abcde" }, STR("hanako"), STR("花子"), ROLE_BIT(ROLE_CLIENT_OFFICER) }, got;
	struct opaque_id id = { "fedcba987654321" }, id2;
	struct buf b = BUF(2048);
	struct str link;

	CHECK_OK(wire_put_enrol_finish(&b, &e));
	CHECK_OK(wire_get_enrol_finish(buf_str(&b), &f));
	CHECK_STR(f.code, "000000");
	CHECK_EXACT(b, wire_get_enrol_finish(part, &f));
	buf_reset(&b);
	CHECK_OK(wire_put_account_add(&b, &add));
	CHECK_OK(wire_get_account_add(buf_str(&b), &got));
	CHECK(got.roles == ROLE_BIT(ROLE_CLIENT_OFFICER) && memcmp(got.by.b, add.by.b, ID_BYTES) == 0);
	CHECK_EXACT(b, wire_get_account_add(part, &got));
	b.p[b.n - 1 - ID_BYTES - 16] = (char)0xff; /* no such roles */
	CHECK_RC(wire_get_account_add(buf_str(&b), &got), RC_SYNTAX);
	buf_reset(&b);
	CHECK_OK(wire_put_account_added(&b, STR(TOKEN), &id));
	CHECK_OK(wire_get_account_added(buf_str(&b), &link, &id2));
	CHECK_STR(link, TOKEN);
	CHECK_EXACT(b, wire_get_account_added(part, &link, &id2));
	buf_reset(&b);
	CHECK_OK(wire_put_account_link(&b, &add.by, STR("hanako")));
	CHECK_OK(wire_get_account_link(buf_str(&b), &id2, &link));
	CHECK_STR(link, "hanako");
	CHECK_EXACT(b, wire_get_account_link(part, &id2, &link));
	buf_free(&b);
}

CASE(token_has_one_spelling)
{
	struct buf b = BUF(256);
	struct str t;

	CHECK(token_ok(STR(TOKEN)));
	CHECK(!token_ok(STR("")));
	CHECK(!token_ok(STR("0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef")));
	CHECK(!token_ok(STR(TOKEN "0")));
	CHECK_OK(wire_put_token(&b, STR("short")));
	CHECK_RC(wire_get_token(buf_str(&b), &t), RC_SYNTAX);
	buf_free(&b);
}

CASE(roles_have_names_and_sides)
{
	for (enum role r = ROLE_NONE + 1; r < ROLE_COUNT; r++) {
		CHECK_INT(role_of(str_of(role_name(r))), r);
		CHECK(role_side(r) != SIDE_NONE);
	}
	CHECK_INT(role_of(STR("emperor")), ROLE_NONE);
	CHECK(role_name(ROLE_NONE) == NULL && role_name(ROLE_COUNT) == NULL);
	CHECK_INT(role_side(ROLE_CLIENT_AUDITOR), SIDE_CLIENT);
	CHECK_INT(role_side(ROLE_OPERATOR), SIDE_CONTRACTOR);
}

TEST_MAIN
