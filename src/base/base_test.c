// SPDX-License-Identifier: Apache-2.0
#include "base/num.h"
#include "base/test.h"
#include "base/time_text.h"
#include "base/utf8.h"

CASE(buf_refuses_at_its_ceiling_and_keeps_what_it_had)
{
	struct buf b = BUF(4);

	CHECK_OK(buf_add(&b, STR("abc")));
	CHECK_RC(buf_add(&b, STR("de")), RC_LIMIT);
	CHECK_STR(buf_str(&b), "abc");
	buf_free(&b);
	buf_free(&b);
}

CASE(arena_refuses_over_budget)
{
	struct arena a = ARENA(64);

	CHECK(arena_get(&a, 48) != NULL);
	CHECK(arena_get(&a, 17) == NULL);
	CHECK(arena_get(&a, SIZE_MAX - 3) == NULL);
	arena_free(&a);
}

CASE(numbers_are_whole_or_refused)
{
	static const char *bad[] = { "", "-", "+1", " 1", "1 ", "01", "1x", "9223372036854775808", "99999999999999999999999" };
	int64_t v = 7;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK_RC(num_parse(str_of(bad[i]), INT64_MIN, INT64_MAX, &v), RC_SYNTAX);
	CHECK_INT(v, 7);
	CHECK_OK(num_parse(STR("-12"), -20, 20, &v));
	CHECK_INT(v, -12);
	CHECK_RC(num_parse(STR("21"), -20, 20, &v), RC_SYNTAX);
}

CASE(base64_is_strict)
{
	struct buf b = BUF(100), c = BUF(100);

	CHECK_OK(base64_encode(&b, STR("any carnal pleas")));
	CHECK_STR(buf_str(&b), "YW55IGNhcm5hbCBwbGVhcw==");
	CHECK_OK(base64_decode(buf_str(&b), &c));
	CHECK_STR(buf_str(&c), "any carnal pleas");
	CHECK_RC(base64_decode(STR("YQ=a"), &c), RC_SYNTAX);
	CHECK_RC(base64_decode(STR("YR=="), &c), RC_SYNTAX);
	CHECK_RC(base64_decode(STR("YQ="), &c), RC_SYNTAX);
	CHECK_RC(base64_decode(STR("===="), &c), RC_SYNTAX);
	buf_free(&b);
	buf_free(&c);
}

CASE(utf8_refuses_what_people_cannot_see)
{
	static const char *bad[] = { "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff", "a\nb", "\x7f", "\xe2\x80\xae", "\xef\xbf\xbe", "\xe3\x81" };
	struct text t;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK_RC(utf8_check(str_of(bad[i]), &t), RC_SYNTAX);
	CHECK_OK(utf8_check(STR("辻番 ok"), &t));
	CHECK_INT(utf8_count(t), 5);
}

CASE(japanese_days_turn_at_midnight_jst)
{
	struct buf b = BUF(200);
	int64_t at;

	CHECK_OK(time_parse_iso(STR("2026-12-31T15:00:00Z"), &at));
	CHECK_OK(time_wareki(&b, at));
	CHECK_STR(buf_str(&b), "2027年1月1日（令和9年）");
	buf_reset(&b);
	CHECK_OK(time_parse_iso(STR("2019-04-30T23:59:59+09:00"), &at));
	CHECK_OK(time_wareki(&b, at));
	CHECK_STR(buf_str(&b), "2019年4月30日（平成31年）");
	buf_reset(&b);
	CHECK_OK(time_wareki(&b, at + SECOND_US));
	CHECK_STR(buf_str(&b), "2019年5月1日（令和元年）");
	buf_reset(&b);
	CHECK_OK(time_parse_date(STR("2028-02-29"), &at));
	CHECK_OK(time_iso(&b, at));
	CHECK_STR(buf_str(&b), "2028-02-29T00:00:00+09:00");
	CHECK_RC(time_parse_date(STR("2027-02-29"), &at), RC_SYNTAX);
	CHECK_OK(time_parse_date(STR("2026-11-22"), &at));
	CHECK_INT(time_weekday(at), 0);
	buf_free(&b);
}

TEST_MAIN
