// SPDX-License-Identifier: Apache-2.0
#include "base/time_text.h"
#include "control/control_test.h"

extern const struct control control_account_review;

static int64_t
day(const char *s)
{
	int64_t at = 0;

	CHECK_OK(time_parse_date(str_of(s), &at));
	return at;
}

static void
put_item(struct facts *f, uint32_t row, const char *account, const char *decision, const char *reason)
{
	fact_text(f, row, "account_review_item.review", STR("下期"));
	fact_text(f, row, "account_review_item.account", str_of(account));
	if (*decision)
		fact_text(f, row, "account_review_item.decision", str_of(decision));
	if (*reason)
		fact_text(f, row, "account_review_item.reason", str_of(reason));
}

/* One review with two accounts in it, and one declared account. */
static const struct { const char *now, *opened, *closed, *decision, *reason, *account, *since; enum verdict verdict; uint16_t message; } cases[] = {
	{ "2026-11-23", "", "", "keep", "業務", "", "", VERDICT_UNKNOWN, MSG_ACCOUNT_REVIEW_NONE },
	{ "2026-11-23", "2026-10-01", "", "keep", "業務", "", "", VERDICT_UNKNOWN, MSG_ACCOUNT_REVIEW_NONE }, /* open is not closed */
	{ "2026-11-23", "2026-10-01", "2026-12-01", "keep", "業務", "", "", VERDICT_UNKNOWN, MSG_ACCOUNT_REVIEW_NONE }, /* a day to come */
	{ "2026-11-23", "2026-10-20", "2026-10-10", "keep", "業務", "", "", VERDICT_UNKNOWN, MSG_ACCOUNT_REVIEW_NONE }, /* closed before it began */
	{ "2026-11-23", "2026-10-01", "2026-10-10", "keep", "業務", "", "", VERDICT_PASS, MSG_ACCOUNT_REVIEW_DONE },
	{ "2027-09-30", "2026-10-01", "2026-10-10", "keep", "業務", "", "", VERDICT_PASS, MSG_ACCOUNT_REVIEW_DONE }, /* the half after it has not ended */
	{ "2027-10-01", "2026-10-01", "2026-10-10", "keep", "業務", "", "", VERDICT_FAIL, MSG_ACCOUNT_REVIEW_OVERDUE },
	{ "2027-03-31", "2026-09-20", "2026-09-30", "keep", "業務", "", "", VERDICT_PASS, MSG_ACCOUNT_REVIEW_DONE }, /* over the turn of the year */
	{ "2027-04-01", "2026-09-20", "2026-09-30", "keep", "業務", "", "", VERDICT_FAIL, MSG_ACCOUNT_REVIEW_OVERDUE },
	{ "2028-02-29", "2028-02-01", "2028-02-29", "keep", "業務", "", "", VERDICT_PASS, MSG_ACCOUNT_REVIEW_DONE },
	{ "2026-11-23", "2026-10-01", "2026-10-10", "", "", "", "", VERDICT_FAIL, MSG_ACCOUNT_REVIEW_UNDECIDED },
	{ "2026-11-23", "2026-10-01", "2026-10-10", "keep", "", "", "", VERDICT_FAIL, MSG_ACCOUNT_REVIEW_UNDECIDED }, /* without a reason */
	{ "2026-11-23", "2026-10-01", "2026-10-10", "keep", "業務", "jiro", "2026-09-01", VERDICT_FAIL, MSG_ACCOUNT_REVIEW_LEFT_OUT },
	{ "2026-11-23", "2026-10-01", "2026-10-10", "keep", "業務", "jiro", "2026-10-05", VERDICT_PASS, MSG_ACCOUNT_REVIEW_DONE }, /* declared since it began */
	{ "2026-10-20", "2026-10-01", "2026-10-10", "remove", "退職", "taro", "2026-09-01", VERDICT_PASS, MSG_ACCOUNT_REVIEW_DONE }, /* there is time to remove it */
	{ "2026-11-23", "2026-10-01", "2026-10-10", "remove", "退職", "taro", "2026-09-01", VERDICT_FAIL, MSG_ACCOUNT_REVIEW_STILL_THERE },
	{ "2026-11-23", "2026-10-01", "2026-10-10", "remove", "退職", "taro", "2026-11-01", VERDICT_PASS, MSG_ACCOUNT_REVIEW_DONE }, /* given again afterwards */
	{ "2026-11-23", "2026-10-01", "2026-10-10", "remove", "退職", "", "", VERDICT_PASS, MSG_ACCOUNT_REVIEW_DONE }, /* and gone */
};

CASE(reviews) /*= S-3-2 type=test */
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int before = test_failures;
		struct trial t;

		trial_begin(&t, &control_account_review);
		t.now_us = day(cases[i].now);
		fact_text(&t.facts, 1, "account_review.name", STR("下期"));
		if (*cases[i].opened)
			fact_time(&t.facts, 1, "account_review.opened_on", day(cases[i].opened));
		if (*cases[i].closed)
			fact_time(&t.facts, 1, "account_review.closed_on", day(cases[i].closed));
		put_item(&t.facts, 2, "taro", cases[i].decision, cases[i].reason);
		put_item(&t.facts, 3, "hanako", "keep", "業務");
		if (*cases[i].account) {
			fact_text(&t.facts, 4, "os_account.account", str_of(cases[i].account));
			fact_time(&t.facts, 4, "os_account.since", day(cases[i].since));
		}
		trial_judge(&t, &control_account_review);
		CHECK_INT(t.finding.verdict, cases[i].verdict);
		CHECK_INT(t.finding.message, cases[i].message);
		if (test_failures > before)
			printf("  case %zu\n", i);
		trial_end(&t);
	}
}

CASE(a_review_of_nothing)
{
	struct trial t;

	trial_begin(&t, &control_account_review);
	t.now_us = day("2026-11-23");
	trial_judge(&t, &control_account_review);
	CHECK_INT(t.finding.message, MSG_ACCOUNT_REVIEW_NONE);
	fact_text(&t.facts, 1, "account_review.name", STR("下期"));
	fact_time(&t.facts, 1, "account_review.opened_on", day("2026-10-01"));
	fact_time(&t.facts, 1, "account_review.closed_on", day("2026-10-10"));
	trial_judge(&t, &control_account_review);
	CHECK_INT(t.finding.verdict, VERDICT_UNKNOWN);
	CHECK_INT(t.finding.message, MSG_ACCOUNT_REVIEW_EMPTY);
	trial_end(&t);
}

/* What was signed on the page of reviews: the client's answer to exactly that list; an account of another host by its place. */
CASE(signed_reviews) /*= S-3-2 type=test */
{
	static const struct { const char *answered, *decision, *item; enum verdict verdict; uint16_t message; } signings[] = {
		{ "", "", "taro@db1", VERDICT_UNKNOWN, MSG_ACCOUNT_REVIEW_UNCONFIRMED },
		{ "abc", "yes", "taro@db1", VERDICT_PASS, MSG_ACCOUNT_REVIEW_DONE },
		{ "abc", "no", "taro@db1", VERDICT_UNKNOWN, MSG_ACCOUNT_REVIEW_RETURNED },
		{ "older", "yes", "taro@db1", VERDICT_UNKNOWN, MSG_ACCOUNT_REVIEW_UNCONFIRMED },
		{ "abc", "yes", "taro@db2", VERDICT_FAIL, MSG_ACCOUNT_REVIEW_LEFT_OUT },
	};

	for (size_t i = 0; i < sizeof(signings) / sizeof(signings[0]); i++) {
		struct trial t;

		trial_begin(&t, &control_account_review);
		t.now_us = day("2026-11-23");
		fact_text(&t.facts, 1, "account_review.name", STR("下期"));
		fact_time(&t.facts, 1, "account_review.opened_on", day("2026-10-01"));
		fact_time(&t.facts, 1, "account_review.closed_on", day("2026-10-10"));
		fact_text(&t.facts, 1, "account_review.sha256", STR("abc"));
		put_item(&t.facts, 2, signings[i].item, "keep", "業務");
		fact_text(&t.facts, 3, "os_account.account", STR("taro"));
		fact_text(&t.facts, 3, "os_account.machine", STR("db1"));
		fact_time(&t.facts, 3, "os_account.since", day("2026-09-01"));
		if (*signings[i].answered) {
			fact_text(&t.facts, 4, "account_review_answer.review", STR("下期"));
			fact_text(&t.facts, 4, "account_review_answer.sha256", str_of(signings[i].answered));
			fact_text(&t.facts, 4, "account_review_answer.decision", str_of(signings[i].decision));
		}
		trial_judge(&t, &control_account_review);
		CHECK_INT(t.finding.verdict, signings[i].verdict);
		CHECK_INT(t.finding.message, signings[i].message);
		trial_end(&t);
	}
}

TEST_MAIN
