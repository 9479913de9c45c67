// SPDX-License-Identifier: Apache-2.0
#include "base/test.h"
#include "control/milli.h"

CASE(decimals_are_kept) /*= S-6-6 type=test */
{
	static const struct { const char *text; int64_t want; } cases[] = {
		{ "0", 0 }, { "27.9", 27900 }, { "27.94", 27940 }, { "-0.5", -500 }, { "18", 18000 }, { "18.0004", 18000 }, { "18.0005", 18001 }, { "-18.9995", -19000 }, { "026.50", 26500 },
		{ "999999999.999", INT64_C(999999999999) }, { "20.333333333333333333333333", 20333 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t got = -1;

		CHECK_OK(milli_parse(str_of(cases[i].text), &got));
		CHECK_INT(got, cases[i].want);
	}
}

CASE(what_is_no_number_is_refused)
{
	static const char *const cases[] = { "", "-", ".5", "5.", "1e3", "+1", " 1", "1 ", "nan", "inf", "1,5", "1.5.2", "--1", "0x10", "1000000000", "27.9C", "１" };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t got = 7;

		CHECK_RC(milli_parse(str_of(cases[i]), &got), RC_SYNTAX);
		CHECK_INT(got, 7);
	}
	CHECK_RC(milli_parse((struct str){ "1\0002", 3 }, &(int64_t){ 0 }), RC_SYNTAX);
}

/* As in psychrometric tables: temperature, humidity, dew point to a tenth of a degree. */
CASE(dew_points_as_published) /*= S-6-6 type=test */
{
	static const struct { int64_t t, rh, want; } cases[] = {
		{ 20000, 50000, 9300 }, { 25000, 50000, 13900 }, { 25000, 60000, 16700 }, { 27000, 60000, 18600 }, { 18000, 60000, 10100 }, { 18000, 20000, -5300 }, { 20000, 100000, 20000 },
		{ 30000, 80000, 26200 }, { 0, 100000, 0 }, { 10000, 70000, 4800 }, { 40000, 90000, 38000 }, { 25000, 20000, 500 }, { -10000, 80000, -12800 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t got = 0;

		CHECK_OK(dew_point(cases[i].t, cases[i].rh, &got));
		if (got < cases[i].want - 100 || got > cases[i].want + 100) {
			test_failures++;
			printf("%lld m℃ %lld: %lld, want %lld\n", (long long)cases[i].t, (long long)cases[i].rh, (long long)got, (long long)cases[i].want);
		}
	}
	CHECK_RC(dew_point(25000, 0, &(int64_t){ 0 }), RC_LIMIT);
	CHECK_RC(dew_point(25000, 100001, &(int64_t){ 0 }), RC_LIMIT);
	CHECK_RC(dew_point(-60000, 50000, &(int64_t){ 0 }), RC_LIMIT);
}

CASE(wetter_and_warmer_never_lowers_it)
{
	for (int64_t t = -45000; t <= 60000; t += 2500) {
		int64_t before = INT64_MIN, got = 0;

		for (int64_t rh = 1000; rh <= 100000; rh += 500) {
			CHECK_OK(dew_point(t, rh, &got));
			CHECK(got >= before && got <= t + 5);
			before = got;
		}
		CHECK(got >= t - 5);
	}
}

TEST_MAIN
