// SPDX-License-Identifier: Apache-2.0
/* Periods: calendar in Japan, minutes against a slow count, verdicts at the edge of what is tolerated. */
#include "catalogue/status.h"

#include <stdlib.h>
#include <time.h>

#include "base/test.h"
#include "base/time_text.h"

static int64_t
at(const char *iso)
{
	int64_t t = 0;

	CHECK_OK(time_parse_iso(str_of(iso), &t));
	return t;
}

static void
check_range(struct range r, const char *from, const char *to)
{
	struct buf b = BUF(100);

	CHECK_OK(time_iso(&b, r.from_us));
	CHECK_STR(buf_str(&b), from);
	buf_reset(&b);
	CHECK_OK(time_iso(&b, r.to_us));
	CHECK_STR(buf_str(&b), to);
	buf_free(&b);
}

CASE(months_and_years_turn_at_midnight_in_japan)
{
	check_range(month_range(at("2026-12-31T23:59:59+09:00")), "2026-12-01T00:00:00+09:00", "2027-01-01T00:00:00+09:00"); /* year end */
	check_range(month_range(at("2026-12-31T15:00:00Z")), "2027-01-01T00:00:00+09:00", "2027-02-01T00:00:00+09:00");
	check_range(month_range(at("2028-02-29T12:00:00+09:00")), "2028-02-01T00:00:00+09:00", "2028-03-01T00:00:00+09:00"); /* leap day */
	check_range(day_range(at("2028-02-28T15:00:00Z")), "2028-02-29T00:00:00+09:00", "2028-03-01T00:00:00+09:00");
	check_range(day_range(at("2028-02-29T14:59:59Z")), "2028-02-29T00:00:00+09:00", "2028-03-01T00:00:00+09:00");
	check_range(month_range(at("2027-02-28T10:00:00+09:00")), "2027-02-01T00:00:00+09:00", "2027-03-01T00:00:00+09:00"); /* ends on a Sunday and is not moved */
	check_range(fiscal_year_range(at("2027-03-31T23:59:59+09:00")), "2026-04-01T00:00:00+09:00", "2027-04-01T00:00:00+09:00");
	check_range(fiscal_year_range(at("2027-03-31T15:00:00Z")), "2027-04-01T00:00:00+09:00", "2028-04-01T00:00:00+09:00");
	check_range(fiscal_year_range(at("2028-02-29T00:00:00+09:00")), "2027-04-01T00:00:00+09:00", "2028-04-01T00:00:00+09:00");
	CHECK_INT((month_range(at("2028-02-29T12:00:00+09:00")).to_us - month_range(at("2028-02-29T12:00:00+09:00")).from_us) / DAY_US, 29);
	CHECK_INT((fiscal_year_range(at("2028-02-29T00:00:00+09:00")).to_us - fiscal_year_range(at("2028-02-29T00:00:00+09:00")).from_us) / DAY_US, 366);
}

CASE(minutes_round_against_the_contractor)
{
	static const struct clause strict = { .fail_tolerance_min = 0, .unknown_tolerance_min = 60 };
	const int64_t day = 24 * 60;
	struct interval list[3] = { { 0, STATUS_PASS }, { HOUR_US, STATUS_FAIL }, { HOUR_US + 1, STATUS_PASS } };
	struct period p;

	period_sum(&strict, list, 3, 0, DAY_US, &p);
	CHECK_INT(p.fail_min, 1); /* a microsecond is a minute */
	CHECK_INT(p.pass_min, day - 1);
	CHECK_INT(p.verdict, STATUS_FAIL);
	CHECK_INT(p.worst, STATUS_FAIL);
	CHECK_INT(p.end, STATUS_PASS);
	list[1].status = STATUS_UNKNOWN;
	list[2].from_us = 2 * HOUR_US;
	period_sum(&strict, list, 3, 0, DAY_US, &p);
	CHECK_INT(p.unknown_min, 60); /* exactly what is tolerated */
	CHECK_INT(p.verdict, STATUS_PASS);
	CHECK_INT(p.worst, STATUS_UNKNOWN);
	list[2].from_us++;
	period_sum(&strict, list, 3, 0, DAY_US, &p);
	CHECK_INT(p.unknown_min, 61);
	CHECK_INT(p.verdict, STATUS_UNKNOWN);
}

CASE(what_was_not_watched_is_unknown)
{
	static const struct clause c = { .unknown_tolerance_min = 60 };
	const struct interval late = { 61 * MINUTE_US, STATUS_PASS };
	struct period p;

	period_sum(&c, NULL, 0, 0, DAY_US, &p);
	CHECK_INT(p.unknown_min, 24 * 60);
	CHECK_INT(p.verdict, STATUS_UNKNOWN);
	period_sum(&c, &late, 1, 0, DAY_US, &p);
	CHECK_INT(p.unknown_min, 61);
	CHECK_INT(p.verdict, STATUS_UNKNOWN);
	period_sum(&c, &late, 1, 2 * HOUR_US, DAY_US, &p); /* the interval began before the period */
	CHECK_INT(p.unknown_min, 0);
	CHECK_INT(p.pass_min, 22 * 60);
	CHECK_INT(p.verdict, STATUS_PASS);
	period_sum(&c, &late, 1, DAY_US, DAY_US, &p); /* an empty period proves nothing */
	CHECK_INT(p.verdict, STATUS_UNKNOWN);
	period_sum(&c, NULL, 0, 0, 30 * MINUTE_US, &p); /* nor one that is all tolerance */
	CHECK_INT(p.verdict, STATUS_UNKNOWN);
}

CASE(verdicts_of_periods_without_loss)
{
	static const struct clause c = { .fail_tolerance_min = 10 };
	static const struct { enum status first, second, want; } rows[] = {
		{ STATUS_PASS, STATUS_PASS, STATUS_PASS },
		{ STATUS_PASS, STATUS_CONDITIONAL, STATUS_CONDITIONAL },
		{ STATUS_CONDITIONAL, STATUS_PASS, STATUS_CONDITIONAL },
		{ STATUS_PASS, STATUS_AWAITING, STATUS_AWAITING },
		{ STATUS_AWAITING, STATUS_PASS, STATUS_PASS }, /* healed */
		{ STATUS_NO_EVENT, STATUS_PASS, STATUS_PASS },
		{ STATUS_NO_EVENT, STATUS_NO_EVENT, STATUS_NO_EVENT },
		{ STATUS_NOT_YET_DUE, STATUS_NO_EVENT, STATUS_NO_EVENT },
		{ STATUS_NOT_YET_DUE, STATUS_NOT_YET_DUE, STATUS_NOT_YET_DUE },
		{ STATUS_NOT_APPLICABLE, STATUS_NOT_APPLICABLE, STATUS_NOT_APPLICABLE },
		{ STATUS_PASS, STATUS_EXPIRED, STATUS_UNKNOWN },
		{ STATUS_PASS, STATUS_FAIL, STATUS_FAIL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct interval list[2] = { { 0, rows[i].first }, { 12 * HOUR_US, rows[i].second } };
		struct period p;

		period_sum(&c, list, 2, 0, DAY_US, &p);
		if (p.verdict != rows[i].want)
			printf("row %zu: ", i);
		CHECK_INT(p.verdict, rows[i].want);
		CHECK_INT(p.end, rows[i].second);
	}
}

CASE(sums_agree_with_a_count_second_by_second)
{
	const char *given = getenv("SEED");
	unsigned seed = given ? (unsigned)strtoul(given, NULL, 10) : (unsigned)time(NULL);

	printf("SEED=%u\n", seed);
	for (int round = 0; round < 300; round++) {
		static const struct clause c = { .fail_tolerance_min = 5, .unknown_tolerance_min = 20 };
		struct interval list[12];
		int64_t from = 600 + (int64_t)(seed % 600), to = from + 1200 + (int64_t)(seed % 4800), t = 0, fail = 0, unknown = 0, pass = 0;
		size_t n = seed % 13;
		struct period p;

		for (size_t i = 0; i < n; i++) {
			seed = seed * 1103515245u + 12345u;
			list[i] = (struct interval){ t * SECOND_US, (enum status)((seed >> 16) % STATUS_COUNT) };
			seed = seed * 1103515245u + 12345u;
			t += (seed >> 16) % 900; /* sometimes 0: the later one counts */
		}
		for (int64_t s = from; s < to; s++) {
			enum status now = STATUS_UNKNOWN;

			for (size_t i = 0; i < n && list[i].from_us <= s * SECOND_US; i++)
				now = list[i].status;
			fail += now == STATUS_FAIL;
			unknown += now == STATUS_UNKNOWN || now == STATUS_EXPIRED;
			pass += now == STATUS_PASS;
		}
		period_sum(&c, list, n, from * SECOND_US, to * SECOND_US, &p);
		CHECK_INT(p.fail_min, (fail + 59) / 60);
		CHECK_INT(p.unknown_min, (unknown + 59) / 60);
		CHECK_INT(p.pass_min, pass / 60);
		CHECK((p.verdict == STATUS_FAIL) == (fail > 5 * 60));
		if (fail <= 5 * 60 && unknown > 20 * 60)
			CHECK_INT(p.verdict, STATUS_UNKNOWN);
	}
}

TEST_MAIN
