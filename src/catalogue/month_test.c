// SPDX-License-Identifier: Apache-2.0
/* A clause's month: clock edges, leap day, what reaches over an end, what began mid-month, gaps; minutes always add up. */
#include "catalogue/month.h"

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

static struct range
month(const char *text)
{
	struct range r = { 0, 0 };

	CHECK_OK(month_parse(str_of(text), &r));
	return r;
}

static void
adds_up(const struct month_minutes *m)
{
	CHECK_INT(m->before_min + m->fail_min + m->unknown_min + m->pass_min + m->other_min, m->total_min);
	CHECK(m->before_min >= 0 && m->fail_min >= 0 && m->unknown_min >= 0 && m->pass_min >= 0 && m->other_min >= 0);
}

static const struct clause tolerant = { .fail_tolerance_min = 10, .unknown_tolerance_min = 60 };

CASE(a_month_is_named)
{
	static const char *const bad[] = { "", "2026", "2026-00", "2026-13", "2026-1", "26-01", "2026/10", "1999-12", "9999-01", "2026-1x", "2026-+1", "2026-10 ", "+026-10" };
	char text[MONTH_TEXT_BYTES + 1];
	struct range r;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CHECK_RC(month_parse(str_of(bad[i]), &r), RC_SYNTAX);
		rc_trail_clear();
	}
	r = month("2026-08");
	CHECK_INT(r.from_us, at("2026-08-01T00:00:00+09:00"));
	CHECK_INT(r.to_us, at("2026-09-01T00:00:00+09:00"));
	month_text(at("2026-12-31T14:59:59Z"), text);
	CHECK_STR(str_of(text), "2026-12");
	month_text(at("2026-12-31T15:00:00Z"), text); /* midnight in Japan */
	CHECK_STR(str_of(text), "2027-01");
}

CASE(the_edges_of_a_month_are_half_open)
{
	struct range r = month("2026-12");
	struct interval list[] = { { r.from_us, STATUS_PASS }, { r.to_us - MINUTE_US, STATUS_FAIL }, { r.to_us, STATUS_PASS } };
	struct month_minutes m;

	month_sum(&tolerant, list, 3, r.from_us, r, &m);
	adds_up(&m);
	CHECK_INT(m.fail_min, 1); /* 23:59 to midnight belongs to December, midnight to January */
	CHECK_INT(m.end, STATUS_FAIL);
	CHECK_INT(m.verdict, STATUS_PASS);
	month_sum(&tolerant, (struct interval[]){ { r.to_us - MINUTE_US, STATUS_FAIL }, { r.to_us, STATUS_PASS } }, 2, r.from_us, month("2027-01"), &m);
	adds_up(&m);
	CHECK_INT(m.fail_min, 0);
	CHECK_INT(m.pass_min, (int64_t)31 * 24 * 60);
}

CASE(a_leap_day_has_its_minutes)
{
	struct range r = month("2028-02");
	struct interval list[] = { { r.from_us - DAY_US, STATUS_PASS }, { at("2028-02-29T00:00:00+09:00"), STATUS_UNKNOWN }, { at("2028-03-01T00:00:00+09:00"), STATUS_PASS } };
	struct month_minutes m;

	month_sum(&tolerant, list, 3, list[0].from_us, r, &m);
	adds_up(&m);
	CHECK_INT(m.total_min, (int64_t)29 * 24 * 60);
	CHECK_INT(m.unknown_min, (int64_t)24 * 60);
	CHECK_INT(m.verdict, STATUS_UNKNOWN);
}

CASE(what_reaches_over_both_ends_is_cut)
{
	struct range r = month("2026-09");
	struct interval list[] = { { at("2026-08-20T10:00:00+09:00"), STATUS_FAIL } };
	struct month_minutes m;

	month_sum(&tolerant, list, 1, list[0].from_us, r, &m);
	adds_up(&m);
	CHECK_INT(m.fail_min, (int64_t)30 * 24 * 60);
	CHECK_INT(m.before_min, 0);
	CHECK_INT(m.verdict, STATUS_FAIL);
}

CASE(a_clause_in_force_from_the_middle_is_judged_from_then)
{
	struct range r = month("2026-10");
	struct interval list[] = { { at("2026-10-16T00:00:30+09:00"), STATUS_PASS } };
	struct month_minutes m;

	month_sum(&tolerant, list, 1, list[0].from_us, r, &m);
	adds_up(&m);
	CHECK_INT(m.before_min, (int64_t)15 * 24 * 60 + 1); /* the half minute that was not judged is not called good */
	CHECK_INT(m.unknown_min, 0);
	CHECK_INT(m.verdict, STATUS_PASS);
	month_sum(&tolerant, NULL, 0, 0, r, &m); /* never judged: no conformity */
	adds_up(&m);
	CHECK_INT(m.before_min, m.total_min);
	CHECK_INT(m.verdict, STATUS_UNKNOWN);
	month_sum(&tolerant, list, 1, at("2026-11-02T00:00:00+09:00"), r, &m); /* first judged later */
	adds_up(&m);
	CHECK_INT(m.before_min, m.total_min);
}

CASE(gaps_are_unknown_and_count_against_the_tolerance)
{
	struct range r = month("2026-10");
	struct interval list[] = { { r.from_us, STATUS_PASS }, { r.from_us + HOUR_US, STATUS_UNKNOWN }, { r.from_us + 2 * HOUR_US, STATUS_PASS }, { r.from_us + 3 * HOUR_US, STATUS_UNKNOWN }, { r.from_us + 3 * HOUR_US + 1, STATUS_PASS } };
	struct month_minutes m;

	month_sum(&tolerant, list, 3, r.from_us, r, &m);
	CHECK_INT(m.unknown_min, 60);
	CHECK_INT(m.verdict, STATUS_PASS);
	month_sum(&tolerant, list, 5, r.from_us, r, &m);
	adds_up(&m);
	CHECK_INT(m.unknown_min, 61); /* a microsecond too long */
	CHECK_INT(m.verdict, STATUS_UNKNOWN);
	month_sum(&tolerant, list + 2, 1, r.from_us, r, &m); /* nothing is known before the first */
	adds_up(&m);
	CHECK_INT(m.unknown_min, 120);
}

CASE(minutes_add_up_whatever_happened)
{
	unsigned seed = (unsigned)time(NULL);
	static const char *const months[] = { "2026-02", "2028-02", "2026-12", "2026-04" };

	printf("seed %u\n", seed);
	srand(seed);
	for (int round = 0; round < 20000; round++) {
		struct range r = month(months[rand() % 4]);
		struct interval list[12];
		size_t n = (size_t)(rand() % 12);
		int64_t span = r.to_us - r.from_us, us = r.from_us - (rand() % 2 ? DAY_US : 0), first_us, slow[STATUS_COUNT] = { 0 };
		struct month_minutes m;

		for (size_t i = 0; i < n; i++) {
			us += rand() % 3 ? (int64_t)rand() % (3 * MINUTE_US) : (int64_t)rand() * 1000 % (span / 4);
			list[i] = (struct interval){ us, (enum status)(rand() % STATUS_COUNT) };
		}
		first_us = n && rand() % 4 ? list[0].from_us : rand() % 3 ? r.from_us + (int64_t)rand() * 100 % span : 0;
		month_sum(&tolerant, list, n, first_us, r, &m);
		adds_up(&m);
		for (size_t i = 0; i < n; i++) { /* nothing is counted that never stood, but UNKNOWN before the first */
			int64_t to = i + 1 < n ? list[i + 1].from_us : r.to_us, from = list[i].from_us > r.from_us ? list[i].from_us : r.from_us;

			from = first_us > from ? first_us : from;
			to = to < r.to_us ? to : r.to_us;
			if (first_us && to > from)
				slow[list[i].status] += to - from;
		}
		CHECK(slow[STATUS_PASS] > 0 || m.pass_min == 0);
		CHECK(slow[STATUS_FAIL] > 0 ? m.fail_min * MINUTE_US >= slow[STATUS_FAIL] : m.fail_min == 0);
		CHECK(m.pass_min * MINUTE_US < slow[STATUS_PASS] + MINUTE_US);
	}
}

TEST_MAIN
