// SPDX-License-Identifier: Apache-2.0
#include "control/papers.h"

#include "base/test.h"
#include "base/time_text.h"
#include "message/messages.h"

#define S(lit) { "" lit, sizeof(lit) - 1 }

static int64_t
day(int year, int month, int of_month)
{
	return time_of_civil((struct civil){ year, month, of_month, 0, 0, 0 });
}

/* A paper as core tells it. */
struct given { int64_t spec; const char *state; bool complete; int64_t from_us, until_us, review_us; bool renewal; int64_t of_us, filed_us; };

static void
put(struct facts *f, uint32_t row, const struct given *g)
{
	fact_int(f, row, "paper.spec", g->spec);
	fact_text(f, row, "paper.state", str_of(g->state));
	fact_text(f, row, "paper.title", STR("x"));
	fact_bool(f, row, "paper.complete", g->complete);
	fact_bool(f, row, "paper.renewal", g->renewal);
	fact_time(f, row, "paper.filed", g->filed_us);
	if (g->from_us)
		fact_time(f, row, "paper.from", g->from_us);
	if (g->until_us)
		fact_time(f, row, "paper.until", g->until_us);
	if (g->review_us)
		fact_time(f, row, "paper.review", g->review_us);
	if (g->of_us)
		fact_time(f, row, "paper.of", g->of_us);
}

static struct finding
judged(const struct paper_specs *specs, const struct given *list, size_t n, int64_t now_us)
{
	struct arena a = ARENA(1 << 20);
	struct facts f = { .arena = &a };
	struct finding ret = { 0 };

	for (size_t i = 0; i < n; i++)
		put(&f, (uint32_t)i + 1, &list[i]);
	papers_judge(specs, &f, now_us, &ret);
	ret.args_count = 0; /* its texts go with the arena */
	arena_free(&a);
	return ret;
}

static const struct paper_specs one = { { { .form = S("operating-standard") } }, 1 };
static const struct paper_specs yearly = { { { .form = S("drill-record"), .within_months = 12 } }, 1 };
static const struct paper_specs two = { { { .form = S("contact-table") }, { .form = S("contact-table-client") } }, 2 };

CASE(only_a_whole_paper_in_force_passes)
{
	const int64_t now = day(2026, 11, 23), from = day(2026, 4, 1);
	static const struct { const char *state; bool complete, renewal; enum verdict verdict; uint16_t message; } cases[] = {
		{ "in-force", true, false, VERDICT_PASS, MSG_PAPER_IN_FORCE },
		{ "in-force", false, false, VERDICT_UNKNOWN, MSG_PAPER_INCOMPLETE },
		{ "waiting", true, false, VERDICT_UNKNOWN, MSG_PAPER_WAITING },
		{ "returned", true, false, VERDICT_UNKNOWN, MSG_PAPER_RETURNED },
		{ "withdrawn", true, false, VERDICT_UNKNOWN, MSG_PAPER_ENDED },
		{ "ended", true, false, VERDICT_UNKNOWN, MSG_PAPER_ENDED },
		{ "not-yet", true, false, VERDICT_UNKNOWN, MSG_PAPER_NOT_YET },
		{ "expired", true, false, VERDICT_UNKNOWN, MSG_PAPER_EXPIRED },
		{ "expired", true, true, VERDICT_UNKNOWN, MSG_PAPER_RENEWAL },
		{ "nonsense", true, false, VERDICT_UNKNOWN, MSG_PAPER_ENDED },
	};
	struct finding f;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct given g = { 0, cases[i].state, cases[i].complete, from, 0, 0, cases[i].renewal, 0, from };

		f = judged(&one, &g, 1, now);
		CHECK_INT(f.verdict, cases[i].verdict);
		CHECK_INT(f.message, cases[i].message);
	}
	f = judged(&one, NULL, 0, now);
	CHECK_INT(f.verdict, VERDICT_UNKNOWN);
	CHECK_INT(f.message, MSG_PAPER_NONE);
}

CASE(a_good_paper_beats_a_bad_one_of_the_same_spec_and_every_spec_must_hold)
{
	const int64_t now = day(2026, 11, 23), from = day(2026, 4, 1);
	const struct given list[] = { { 0, "expired", true, from, from + 1, 0, false, 0, from }, { 0, "in-force", true, from, 0, 0, false, 0, from }, { 1, "waiting", true, from, 0, 0, false, 0, from } };
	struct finding f = judged(&two, list, 2, now);

	CHECK_INT(f.verdict, VERDICT_UNKNOWN); /* the second spec has none */
	CHECK_INT(f.message, MSG_PAPER_NONE);
	f = judged(&two, list, 3, now);
	CHECK_INT(f.message, MSG_PAPER_WAITING);
	f = judged(&one, list, 3, now);
	CHECK_INT(f.verdict, VERDICT_PASS);
}

CASE(an_interval_is_counted_from_when_it_was_done_and_a_review_only_warns)
{
	const struct given done = { 0, "in-force", true, day(2025, 11, 22), 0, day(2026, 1, 1), false, 0, 1 };

	CHECK_INT(judged(&yearly, &done, 1, day(2026, 11, 21)).verdict, VERDICT_PASS);
	CHECK_INT(judged(&yearly, &done, 1, day(2026, 11, 21)).message, MSG_PAPER_REVIEW);
	CHECK_INT(judged(&yearly, &done, 1, day(2026, 11, 22)).verdict, VERDICT_FAIL);
	CHECK_INT(judged(&one, &done, 1, day(2030, 1, 1)).verdict, VERDICT_PASS);
}

/*= S-3-6 type=test */
/* Once in each fiscal year: last year's leaves time until this one ends, and one before that does not. */
CASE(once_a_year_is_counted_by_the_fiscal_year)
{
	static const struct paper_specs each = { { { .form = S("diagnosis-report"), .each_year = true } }, 1 };
	static const struct { int year, month, day; enum verdict verdict; uint16_t message; } rows[] = {
		{ 2026, 4, 1, VERDICT_PASS, MSG_PAPER_IN_FORCE }, { 2026, 3, 31, VERDICT_UNKNOWN, MSG_PAPER_YEAR }, { 2025, 4, 1, VERDICT_UNKNOWN, MSG_PAPER_YEAR }, { 2025, 3, 31, VERDICT_FAIL, MSG_PAPER_TOO_OLD },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct given g = { 0, "in-force", true, day(rows[i].year, rows[i].month, rows[i].day), 0, 0, false, 0, 1 };
		struct arena a = ARENA(1 << 20);
		struct facts f = { .arena = &a };
		struct finding ret = { 0 };

		fact_time(&f, 0, "year.from", day(2026, 4, 1));
		fact_time(&f, 0, "year.before", day(2025, 4, 1));
		fact_time(&f, 0, "year.next", day(2027, 4, 1));
		put(&f, 1, &g);
		papers_judge(&each, &f, day(2026, 11, 23), &ret);
		CHECK_INT(ret.verdict, rows[i].verdict);
		CHECK_INT(ret.message, rows[i].message);
		CHECK(papers_until(&f, day(2026, 11, 23)) == day(2027, 4, 1));
		arena_free(&a);
	}
}

CASE(the_period_that_is_over_decides)
{
	const int64_t from = day(2026, 10, 1), to = day(2026, 11, 1), due = day(2026, 11, 11);
	const struct { struct given list[2]; size_t n; int64_t now_us; enum verdict verdict; uint16_t message; } cases[] = {
		{ { { 0, "in-force", true, from, 0, 0, false, from, day(2026, 11, 5) } }, 1, day(2026, 11, 6), VERDICT_PASS, MSG_PAPER_PERIOD },
		{ { { 0, "in-force", true, from, 0, 0, false, from, day(2026, 11, 11) } }, 1, day(2026, 11, 12), VERDICT_PASS, MSG_PAPER_LATE },
		{ { { 0, "in-force", true, from, 0, 0, false, day(2026, 9, 30), day(2026, 10, 5) } }, 1, day(2026, 11, 6), VERDICT_UNKNOWN, MSG_PAPER_DUE },
		{ { { 0, "in-force", true, from, 0, 0, false, day(2026, 9, 30), day(2026, 10, 5) } }, 1, day(2026, 11, 11), VERDICT_FAIL, MSG_PAPER_MISSED },
		{ { { 0, "in-force", true, from, 0, 0, false, day(2026, 9, 30), 1 }, { 0, "waiting", true, 0, 0, 0, false, from, day(2026, 11, 10) } }, 2, day(2026, 11, 20), VERDICT_UNKNOWN, MSG_PAPER_FILED },
		{ { { 0, "in-force", true, from, 0, 0, false, day(2026, 11, 1), 1 } }, 1, day(2026, 11, 20), VERDICT_UNKNOWN, MSG_PAPER_NONE }, /* this month's says nothing of the last */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena a = ARENA(1 << 20);
		struct facts f = { .arena = &a };
		struct finding ret = { 0 };

		fact_time(&f, 0, "period.0.from", from);
		fact_time(&f, 0, "period.0.to", to);
		fact_time(&f, 0, "period.0.due", due);
		for (size_t k = 0; k < cases[i].n; k++)
			put(&f, (uint32_t)k + 1, &cases[i].list[k]);
		papers_judge(&one, &f, cases[i].now_us, &ret);
		CHECK_INT(ret.verdict, cases[i].verdict);
		CHECK_INT(ret.message, cases[i].message);
		arena_free(&a);
	}
}

/* One spec awaited, another never filed: what is missing without a reason is said, and explains nothing. */
CASE(what_papers_explain_is_no_better_than_the_worst_of_them)
{
	const int64_t now = day(2026, 11, 23), from = day(2026, 4, 1);
	const struct given renewed = { 0, "expired", true, from, now, 0, true, 0, from }, over = { 1, "expired", true, from, now, 0, false, 0, from }, good = { 1, "in-force", true, from, 0, 0, false, 0, from };
	const struct given a[] = { renewed, good }, b[] = { renewed, over };

	CHECK_INT(papers_why(judged(&two, a, 2, now).message), WHY_CONFIRMED);
	CHECK_INT(papers_why(judged(&two, b, 2, now).message), WHY_EXPIRED);
	CHECK_INT(papers_why(judged(&two, a, 1, now).message), WHY_NONE);
}

CASE(one_content_is_one_control_and_another_content_another)
{
	const struct control *a = papers_control(STR("seismic"), SUBJECT_CONTRACT, &one), *b = papers_control(STR("seismic"), SUBJECT_CONTRACT, &one);
	const struct control *other = papers_control(STR("seismic"), SUBJECT_CONTRACT, &yearly);

	CHECK(a != NULL && a == b);
	CHECK(other != NULL && other != a);
	CHECK_STR(str_of(a ? a->id : ""), "seismic");
}

CASE(what_a_paper_will_change_is_known_beforehand)
{
	const struct given g = { 0, "in-force", true, day(2026, 4, 1), day(2027, 4, 1), day(2026, 12, 1), false, 0, 1 };
	struct arena a = ARENA(1 << 20);
	struct facts f = { .arena = &a };

	put(&f, 1, &g);
	CHECK(papers_until(&f, day(2026, 11, 23)) == day(2027, 4, 1));
	CHECK(papers_until(&f, day(2027, 4, 1)) == INT64_MAX);
	arena_free(&a);
}

TEST_MAIN
