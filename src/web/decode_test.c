// SPDX-License-Identifier: Apache-2.0
/* Decoders: what comes out of good bytes, and that bad bytes come to nothing. */
#include "base/test.h"
#include "web/decode.h"

CASE(form_good)
{
	struct arena arena = ARENA(4096);
	struct pairs pairs;

	CHECK_OK(decode_form(&arena, STR("name=%E8%BE%BB+%E7%95%AA&code=012345&empty=&text=a%0D%0Ab&&flag"), &pairs));
	CHECK_INT(pairs.n, 5);
	CHECK_STR(pairs_get(&pairs, "name"), "辻 番");
	CHECK_STR(pairs_get(&pairs, "code"), "012345");
	CHECK_STR(pairs_get(&pairs, "text"), "a\nb");
	CHECK(pairs_has(&pairs, "empty") && pairs_get(&pairs, "empty").n == 0);
	CHECK(pairs_has(&pairs, "flag") && !pairs_has(&pairs, "none"));
	arena_free(&arena);
}

CASE(form_bad)
{
	static const char *const bad[] = { "a=%", "a=%4", "a=%zz", "a=%00", "a=%01", "a=%7f", "a=%ff", "a=%ed%a0%80", "a=1&a=2", "=1", "a=b c", "a=\x80", "%0a=1", "a=%e2%80%ae" };
	struct arena arena = ARENA(1 << 16);
	struct buf many = BUF(4096);
	struct pairs pairs;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (decode_form(&arena, str_of(bad[i]), &pairs) != RC_SYNTAX)
			printf("taken: %s\n", bad[i]);
		CHECK_RC(decode_form(&arena, str_of(bad[i]), &pairs), RC_SYNTAX);
	}
	for (int i = 0; i < PAIRS_MAX + 1; i++)
		CHECK_OK(buf_addf(&many, "n%d=1&", i));
	CHECK_RC(decode_form(&arena, buf_str(&many), &pairs), RC_LIMIT);
	buf_free(&many);
	arena_free(&arena);
}

CASE(path)
{
	static const char *const bad[] = { "", "a", "//", "/a//b", "/a/", "/../a", "/a/..", "/./a", "/%2e%2e/a", "/a%2fb", "/a%00", "/a%5cb", "/a b", "/%", "/a%0a", "/\xc3" };
	struct arena arena = ARENA(4096);
	struct str path;

	CHECK_OK(decode_path(&arena, STR("/"), &path));
	CHECK_STR(path, "/");
	CHECK_OK(decode_path(&arena, STR("/clause/S-3%2D4"), &path));
	CHECK_STR(path, "/clause/S-3-4");
	CHECK_OK(decode_path(&arena, STR("/a+b"), &path));
	CHECK_STR(path, "/a+b");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (decode_path(&arena, str_of(bad[i]), &path) != RC_SYNTAX)
			printf("taken: %s\n", bad[i]);
		CHECK_RC(decode_path(&arena, str_of(bad[i]), &path), RC_SYNTAX);
	}
	arena_free(&arena);
}

CASE(cookies)
{
	struct pairs pairs;

	CHECK_OK(decode_cookies(STR("__Host-session=ab12; lang=en"), &pairs));
	CHECK_STR(pairs_get(&pairs, "__Host-session"), "ab12");
	CHECK_STR(pairs_get(&pairs, "lang"), "en");
	CHECK_OK(decode_cookies(STR(""), &pairs));
	CHECK_INT(pairs.n, 0);
	CHECK_RC(decode_cookies(STR("a=1; a=2"), &pairs), RC_SYNTAX);
	CHECK_RC(decode_cookies(STR("a"), &pairs), RC_SYNTAX);
	CHECK_RC(decode_cookies(STR("=1"), &pairs), RC_SYNTAX);
	CHECK_RC(decode_cookies(STR("a=\"1\""), &pairs), RC_SYNTAX);
	CHECK_RC(decode_cookies(STR("a=\x01"), &pairs), RC_SYNTAX);
	CHECK_RC(decode_cookies(STR("a b=1"), &pairs), RC_SYNTAX);
}

CASE(host)
{
	static const char *const good[] = { "a", "tsujiban.example:8443", "127.0.0.1", "[::1]:8443", "[fe80::1]" };
	static const char *const bad[] = { "", "a:", "a:b", "a:123456", "a b", "a/b", "a@b", "[::1", "[::1]x", "[]", ":80", "a\x01" };

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		CHECK_OK(decode_host(str_of(good[i])));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK_RC(decode_host(str_of(bad[i])), RC_SYNTAX);
}

CASE(bearer)
{
	struct str token;

	CHECK_OK(decode_bearer(STR("Bearer 00ff"), &token));
	CHECK_STR(token, "00ff");
	CHECK_RC(decode_bearer(STR("Basic 00ff"), &token), RC_SYNTAX);
	CHECK_RC(decode_bearer(STR("Bearer "), &token), RC_SYNTAX);
	CHECK_RC(decode_bearer(STR("Bearer 0 0"), &token), RC_SYNTAX);
}

CASE(query)
{
	struct arena arena = ARENA(4096);
	struct buf out = BUF(256);
	struct pairs pairs;

	CHECK_OK(decode_form(&arena, STR("q=%E8%BE%BB+%26&only=open&none="), &pairs));
	CHECK_OK(query_with(&out, &pairs, "only", NULL));
	CHECK_STR(buf_str(&out), "q=%E8%BE%BB%20%26");
	buf_reset(&out);
	CHECK_OK(query_with(&out, &pairs, "mine", "1"));
	CHECK_STR(buf_str(&out), "q=%E8%BE%BB%20%26&only=open&mine=1");
	buf_free(&out);
	arena_free(&arena);
}

TEST_MAIN
