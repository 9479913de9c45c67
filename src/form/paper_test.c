// SPDX-License-Identifier: Apache-2.0
#include "form/paper.h"

#include "base/calendar.h"

#include "base/test.h"
#include "base/time_text.h"

static int64_t
day(int year, int month, int of_month)
{
	return time_of_civil((struct civil){ year, month, of_month, 0, 0, 0 });
}

static const struct form submit_approve = { .writes = SIDE_CONTRACTOR, .fields_count = 1, .paper = { .closes = CLOSING_SUBMIT | CLOSING_APPROVE, .from = 1, .until = 1, .review = 1 } };
static const struct form drawn_up = { .writes = SIDE_CONTRACTOR, .fields_count = 1, .paper = { .closes = CLOSING_DRAW_UP, .from = 1, .until = 1, .review = 1, .review_months = 12 } };
static const struct form report_explain = { .writes = SIDE_CLIENT, .fields_count = 1, .paper = { .closes = CLOSING_REPORT | CLOSING_EXPLAIN, .from = 1, .until = 1, .review = 1 } };

#define FILE_(v, at, ...) { .step = PAPER_FILE, .version = (v), .at_us = (at), __VA_ARGS__ }
#define STEP_(s, v, at, ...) { .step = (s), .version = (v), .at_us = (at), __VA_ARGS__ }

CASE(a_paper_is_in_force_only_when_every_closing_act_was_done)
{
	const struct paper_event events[] = { FILE_(1, 100, .from_us = 0), STEP_(PAPER_CLOSE, 1, 200, .closing = CLOSING_SUBMIT), STEP_(PAPER_CLOSE, 1, 300, .closing = CLOSING_APPROVE) };
	struct paper_now now;

	paper_at(&submit_approve, events, 3, 99, &now);
	CHECK_INT(now.state, PAPER_NONE);
	paper_at(&submit_approve, events, 3, 150, &now);
	CHECK_INT(now.state, PAPER_WAITING);
	CHECK_INT(now.turn, SIDE_CLIENT);
	CHECK_INT(now.open, CLOSING_SUBMIT | CLOSING_APPROVE);
	paper_at(&submit_approve, events, 3, 250, &now);
	CHECK_INT(now.state, PAPER_WAITING);
	CHECK_INT(now.open, CLOSING_APPROVE);
	paper_at(&submit_approve, events, 3, 300, &now);
	CHECK_INT(now.state, PAPER_IN_FORCE);
	CHECK_INT(now.from_us, 300);
	CHECK_INT(now.turn, SIDE_NONE);
}

CASE(who_approves_has_received_and_who_only_received_has_not_approved)
{
	const struct paper_event approve[] = { FILE_(1, 100, .from_us = 0), STEP_(PAPER_CLOSE, 1, 200, .closing = CLOSING_APPROVE) };
	const struct paper_event explain[] = { FILE_(1, 100, .from_us = 0), STEP_(PAPER_CLOSE, 1, 200, .closing = CLOSING_EXPLAIN) };
	const struct paper_event alien[] = { FILE_(1, 100, .from_us = 0), STEP_(PAPER_CLOSE, 1, 200, .closing = CLOSING_SHARE) };
	struct paper_now now;

	paper_at(&submit_approve, approve, 2, 200, &now);
	CHECK_INT(now.state, PAPER_IN_FORCE);
	paper_at(&report_explain, explain, 2, 200, &now);
	CHECK_INT(now.state, PAPER_IN_FORCE);
	paper_at(&drawn_up, alien, 2, 200, &now);
	CHECK_INT(now.state, PAPER_IN_FORCE); /* its author closed it by filing */
	CHECK_INT(now.closed_us, 100);
}

CASE(a_paper_counts_from_the_later_of_its_date_and_its_closing)
{
	const struct paper_event back_dated[] = { FILE_(1, day(2026, 11, 20), .from_us = day(2026, 4, 1)), STEP_(PAPER_CLOSE, 1, day(2026, 11, 21), .closing = CLOSING_APPROVE) };
	const struct paper_event ahead[] = { FILE_(1, day(2026, 3, 1), .from_us = day(2026, 4, 1)), STEP_(PAPER_CLOSE, 1, day(2026, 3, 5), .closing = CLOSING_APPROVE) };
	struct paper_now now;

	paper_at(&submit_approve, back_dated, 2, day(2026, 11, 22), &now);
	CHECK(now.from_us == day(2026, 11, 21));
	paper_at(&submit_approve, ahead, 2, day(2026, 3, 10), &now);
	CHECK_INT(now.state, PAPER_NOT_YET);
	paper_at(&submit_approve, ahead, 2, day(2026, 4, 1), &now);
	CHECK_INT(now.state, PAPER_IN_FORCE);
}

CASE(a_renewal_filed_in_time_waits_for_the_client_and_one_filed_late_does_not)
{
	struct paper_event events[] = { FILE_(1, day(2025, 3, 1), .from_us = day(2025, 4, 1), .until_us = day(2026, 4, 1)), STEP_(PAPER_CLOSE, 1, day(2025, 3, 5), .closing = CLOSING_APPROVE),
		FILE_(2, day(2026, 3, 30), .from_us = day(2026, 4, 1), .until_us = day(2027, 4, 1)), STEP_(PAPER_CLOSE, 2, day(2026, 4, 10), .closing = CLOSING_APPROVE) };
	struct paper_now now;

	paper_at(&submit_approve, events, 3, day(2026, 3, 31), &now);
	CHECK_INT(now.state, PAPER_IN_FORCE);
	CHECK_INT(now.version, 1);
	CHECK(now.renewal);
	paper_at(&submit_approve, events, 3, day(2026, 4, 1), &now);
	CHECK_INT(now.state, PAPER_EXPIRED);
	CHECK(now.renewal);
	CHECK_INT(now.turn, SIDE_CLIENT);
	paper_at(&submit_approve, events, 4, day(2026, 4, 10), &now);
	CHECK_INT(now.state, PAPER_IN_FORCE);
	CHECK_INT(now.version, 2);
	events[2].at_us = day(2026, 4, 2);
	paper_at(&submit_approve, events, 3, day(2026, 4, 3), &now);
	CHECK_INT(now.state, PAPER_EXPIRED);
	CHECK(!now.renewal);
	CHECK_INT(now.turn, SIDE_CLIENT);
	paper_at(&submit_approve, events, 2, day(2026, 4, 3), &now);
	CHECK_INT(now.turn, SIDE_CONTRACTOR);
}

CASE(a_version_closed_early_leaves_the_one_in_force_until_its_day)
{
	const struct paper_event events[] = { FILE_(1, day(2025, 3, 1), .until_us = day(2026, 4, 1)), STEP_(PAPER_CLOSE, 1, day(2025, 3, 5), .closing = CLOSING_APPROVE),
		FILE_(2, day(2026, 3, 1), .from_us = day(2026, 4, 1)), STEP_(PAPER_CLOSE, 2, day(2026, 3, 5), .closing = CLOSING_APPROVE) };
	struct paper_now now;

	paper_at(&submit_approve, events, 4, day(2026, 3, 20), &now);
	CHECK_INT(now.state, PAPER_IN_FORCE);
	CHECK_INT(now.version, 1);
	paper_at(&submit_approve, events, 4, day(2026, 4, 1), &now);
	CHECK_INT(now.state, PAPER_IN_FORCE);
	CHECK_INT(now.version, 2);
	CHECK(now.until_us == INT64_MAX);
}

CASE(a_returned_version_is_the_authors_turn_and_leaves_what_stood)
{
	const struct paper_event first[] = { FILE_(1, 100, .from_us = 0), STEP_(PAPER_RETURN, 1, 200), STEP_(PAPER_CLOSE, 1, 300, .closing = CLOSING_APPROVE), FILE_(2, 400, .from_us = 0),
		STEP_(PAPER_CLOSE, 1, 450, .closing = CLOSING_APPROVE), STEP_(PAPER_CLOSE, 2, 500, .closing = CLOSING_APPROVE), FILE_(3, 600, .from_us = 0), STEP_(PAPER_RETURN, 3, 700),
		STEP_(PAPER_END, 2, 800) };
	struct paper_now now;

	paper_at(&submit_approve, first, 9, 250, &now);
	CHECK_INT(now.state, PAPER_RETURNED);
	CHECK_INT(now.turn, SIDE_CONTRACTOR);
	paper_at(&submit_approve, first, 9, 350, &now);
	CHECK_INT(now.state, PAPER_RETURNED); /* what was returned is not closed any more */
	paper_at(&submit_approve, first, 9, 460, &now);
	CHECK_INT(now.state, PAPER_WAITING);  /* another version was approved than the one that lies there */
	paper_at(&submit_approve, first, 9, 550, &now);
	CHECK_INT(now.version, 2);
	paper_at(&submit_approve, first, 9, 750, &now);
	CHECK_INT(now.state, PAPER_IN_FORCE);
	CHECK_INT(now.version, 2);
	CHECK(!now.renewal);
	paper_at(&submit_approve, first, 9, 800, &now);
	CHECK_INT(now.state, PAPER_ENDED);
}

CASE(neither_side_takes_the_others_step)
{
	const struct paper_event filed[] = { FILE_(1, 100, .from_us = 0), STEP_(PAPER_CLOSE, 1, 200, .closing = CLOSING_APPROVE) };
	struct paper_now now;

	paper_at(&submit_approve, filed, 1, 150, &now);
	CHECK(!paper_may(&submit_approve, &now, PAPER_CLOSE, CLOSING_APPROVE, SIDE_CONTRACTOR));
	CHECK(paper_may(&submit_approve, &now, PAPER_CLOSE, CLOSING_APPROVE, SIDE_CLIENT));
	CHECK(!paper_may(&submit_approve, &now, PAPER_CLOSE, CLOSING_AGREE, SIDE_CLIENT));
	CHECK(!paper_may(&submit_approve, &now, PAPER_RETURN, 0, SIDE_CONTRACTOR));
	CHECK(paper_may(&submit_approve, &now, PAPER_WITHDRAW, 0, SIDE_CONTRACTOR));
	CHECK(!paper_may(&submit_approve, &now, PAPER_WITHDRAW, 0, SIDE_CLIENT));
	CHECK(!paper_may(&submit_approve, &now, PAPER_FILE, 0, SIDE_CLIENT));
	CHECK(!paper_may(&submit_approve, &now, PAPER_END, 0, SIDE_CLIENT));
	CHECK(!paper_may(&submit_approve, &now, PAPER_CLOSE, CLOSING_APPROVE, SIDE_NONE));
	paper_at(&submit_approve, filed, 2, 250, &now);
	CHECK(paper_may(&submit_approve, &now, PAPER_END, 0, SIDE_CLIENT));
	CHECK(!paper_may(&submit_approve, &now, PAPER_END, 0, SIDE_CONTRACTOR));
	CHECK(!paper_may(&submit_approve, &now, PAPER_WITHDRAW, 0, SIDE_CONTRACTOR));
	CHECK_INT(paper_next_closing(&submit_approve, &now), 0);
}

CASE(a_review_date_warns_and_does_not_end)
{
	const struct paper_event events[] = { FILE_(1, day(2025, 2, 28), .from_us = 0) };
	struct paper_now now;

	paper_at(&drawn_up, events, 1, day(2026, 11, 23), &now);
	CHECK_INT(now.state, PAPER_IN_FORCE);
	CHECK(now.review_us == day(2026, 2, 28));
}

CASE(periods_are_those_of_the_fiscal_year_in_japan)
{
	struct paper_span s = paper_period(PERIOD_MONTH, day(2026, 12, 31));

	CHECK(s.from_us == day(2026, 12, 1) && s.to_us == day(2027, 1, 1));
	s = paper_period(PERIOD_HALF_YEAR, day(2027, 3, 31));
	CHECK(s.from_us == day(2026, 10, 1) && s.to_us == day(2027, 4, 1));
	s = paper_period(PERIOD_HALF_YEAR, day(2026, 4, 1));
	CHECK(s.from_us == day(2026, 4, 1) && s.to_us == day(2026, 10, 1));
	s = paper_period(PERIOD_FISCAL_YEAR, day(2026, 3, 31));
	CHECK(s.from_us == day(2025, 4, 1) && s.to_us == day(2026, 4, 1));
	s = paper_period(PERIOD_MONTH, day(2026, 3, 1) - 1); /* the last instant of February in Japan */
	CHECK(s.from_us == day(2026, 2, 1));
}

/* The last day of a window, Japan time: as set, past month and year ends, moved when the offices are closed. */
CASE(a_window_ends_on_an_open_day)
{
	static const struct { int year, month; int64_t days; int to_year, to_month, to_day; } rows[] = {
		{ 2026, 2, 10, 2026, 3, 11 },   /* to the 10th, a Tuesday                        */
		{ 2026, 10, 10, 2026, 11, 11 },
		{ 2026, 9, 10, 2026, 10, 14 },  /* the 10th is a Saturday, the 12th a holiday    */
		{ 2028, 1, 29, 2028, 3, 1 },    /* to 29 February                                */
		{ 2027, 1, 29, 2027, 3, 2 },    /* 29 days of a short February: to 1 March       */
		{ 2026, 11, 31, 2027, 1, 5 },   /* 31 December is closed, until the 4th          */
		{ 2026, 12, 3, 2027, 1, 5 },    /* 3 January                                     */
		{ 2026, 4, 3, 2026, 5, 8 },     /* 3 May, a Sunday, holidays to the 6th: the 7th */
		{ 2026, 2, 0, 2026, 3, 1 },     /* none                                          */
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct paper_window set = { 0, rows[i].days };
		struct paper_span s = paper_period(PERIOD_MONTH, day(rows[i].year, rows[i].month, 15));

		if (paper_window_end(s, &set, 1) != day(rows[i].to_year, rows[i].to_month, rows[i].to_day))
			printf("row %zu: ", i);
		CHECK(paper_window_end(s, &set, 1) == day(rows[i].to_year, rows[i].to_month, rows[i].to_day));
	}
	CHECK(paper_window_end(paper_period(PERIOD_MONTH, day(2026, 2, 15)), NULL, 0) == day(2026, 3, 1));
}

/* Whatever is set after a period ended, its window stays. */
CASE(a_window_set_afterwards_changes_nothing)
{
	struct paper_span s = paper_period(PERIOD_MONTH, day(2026, 10, 15));
	uint32_t seed = 20261123;

	for (int round = 0; round < 2000; round++) {
		struct paper_window list[8];
		size_t n = 0, before;
		int64_t at_us = s.to_us - 4 * DAY_US, end_us;

		while (n < 8) {
			seed = seed * 1664525 + 1013904223;
			list[n++] = (struct paper_window){ at_us, seed >> 16 & 63 };
			at_us += (int64_t)(seed >> 8 & 0xff) * HOUR_US / 4 + 1;
		}
		for (before = 0; before < n && list[before].at_us <= s.to_us; before++)
			;
		end_us = paper_window_end(s, list, before);
		for (size_t k = before; k <= n; k++)
			CHECK(paper_window_end(s, list, k) == end_us);
		CHECK(end_us >= s.to_us && end_us == day_first(end_us));
	}
}

TEST_MAIN
