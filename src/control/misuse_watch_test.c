// SPDX-License-Identifier: Apache-2.0
#include "control/control_test.h"

#include "base/time_text.h"

extern const struct control control_misuse_watch;

#define NOW time_of_civil((struct civil){ .year = 2026, .month = 11, .day = 23, .hour = 12 })
#define AT(m, d) time_of_civil((struct civil){ .year = 2026, .month = (m), .day = (d) })

/*= O2-3-2 type=test */
CASE(own_use_is_watched_decided_about_and_reviewed)
{
	const struct { bool following; int64_t urgent_us, open_us, since_us, month_us, off; enum verdict verdict; uint16_t message; } cases[] = {
		{ false, 0, 0, AT(4, 1), AT(10, 1), 0, VERDICT_UNKNOWN, MSG_MISUSE_BLIND },
		{ true, 0, 0, AT(4, 1), AT(10, 1), 0, VERDICT_PASS, MSG_MISUSE_WATCHED },
		{ true, NOW - 23 * HOUR_US, NOW - 23 * HOUR_US, AT(4, 1), AT(10, 1), 0, VERDICT_PASS, MSG_MISUSE_WATCHED },
		{ true, NOW - 25 * HOUR_US, NOW - 25 * HOUR_US, AT(4, 1), AT(10, 1), 0, VERDICT_FAIL, MSG_MISUSE_URGENT },
		{ true, 0, NOW - 8 * DAY_US, AT(4, 1), AT(10, 1), 0, VERDICT_FAIL, MSG_MISUSE_OPEN },
		{ true, 0, 0, AT(4, 1), AT(9, 1), 0, VERDICT_FAIL, MSG_MISUSE_NOT_REVIEWED },
		{ true, 0, 0, AT(4, 1), 0, 0, VERDICT_FAIL, MSG_MISUSE_NOT_REVIEWED },
		{ true, 0, 0, AT(11, 2), 0, 0, VERDICT_UNKNOWN, MSG_MISUSE_NEVER_REVIEWED }, /* there was no last month: nobody has shown to look */
		{ true, 0, 0, 0, 0, 0, VERDICT_UNKNOWN, MSG_MISUSE_NEVER_REVIEWED },
		{ true, 0, 0, AT(11, 2), AT(11, 1), 0, VERDICT_PASS, MSG_MISUSE_WATCHED },
		{ true, 0, 0, AT(4, 1), AT(10, 1), 1, VERDICT_FAIL, MSG_MISUSE_RULES_OFF },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t;

		trial_begin(&t, &control_misuse_watch);
		t.now_us = NOW;
		fact_bool(&t.facts, 0, "following", cases[i].following);
		fact_int(&t.facts, 0, "rules_off", cases[i].off);
		if (cases[i].urgent_us)
			fact_time(&t.facts, 0, "urgent_since", cases[i].urgent_us);
		if (cases[i].open_us)
			fact_time(&t.facts, 0, "open_since", cases[i].open_us);
		if (cases[i].month_us)
			fact_time(&t.facts, 0, "reviewed_month", cases[i].month_us);
		fact_time(&t.facts, 0, "watched_since", cases[i].since_us);
		fact_int(&t.facts, 1, "paper.spec", 0);
		fact_text(&t.facts, 1, "paper.state", STR("in-force"));
		fact_bool(&t.facts, 1, "paper.complete", true);
		trial_judge(&t, &control_misuse_watch);
		CHECK_INT(t.finding.verdict, cases[i].verdict);
		CHECK_INT(t.finding.message, cases[i].message);
		trial_end(&t);
	}
}

/* In the first days of a month the review before last is due, not none. */
CASE(the_first_days_of_a_month)
{
	static const struct { int month; enum verdict verdict; } cases[] = { { 10, VERDICT_PASS }, { 9, VERDICT_PASS }, { 8, VERDICT_FAIL } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t;

		trial_begin(&t, &control_misuse_watch);
		t.now_us = AT(11, 5);
		fact_bool(&t.facts, 0, "following", true);
		fact_time(&t.facts, 0, "watched_since", AT(4, 1));
		fact_time(&t.facts, 0, "reviewed_month", AT(cases[i].month, 1));
		fact_int(&t.facts, 1, "paper.spec", 0);
		fact_text(&t.facts, 1, "paper.state", STR("in-force"));
		fact_bool(&t.facts, 1, "paper.complete", true);
		trial_judge(&t, &control_misuse_watch);
		CHECK_INT(t.finding.verdict, cases[i].verdict);
		trial_end(&t);
	}
}

/* An empty register is not the word that there is none. */
CASE(no_service_is_a_paper)
{
	static const struct { const char *state; bool complete; enum verdict verdict; } cases[] = {
		{ NULL, false, VERDICT_UNKNOWN }, { "in-force", true, VERDICT_PASS }, { "in-force", false, VERDICT_UNKNOWN }, { "expired", true, VERDICT_UNKNOWN }, { "waiting", true, VERDICT_UNKNOWN },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t;

		trial_begin(&t, &control_misuse_watch);
		t.now_us = NOW;
		fact_bool(&t.facts, 0, "following", true);
		fact_time(&t.facts, 0, "watched_since", AT(4, 1));
		fact_time(&t.facts, 0, "reviewed_month", AT(10, 1));
		if (cases[i].state) {
			fact_int(&t.facts, 1, "paper.spec", 0);
			fact_text(&t.facts, 1, "paper.state", str_of(cases[i].state));
			fact_bool(&t.facts, 1, "paper.complete", cases[i].complete);
		}
		trial_judge(&t, &control_misuse_watch);
		CHECK_INT(t.finding.verdict, cases[i].verdict);
		CHECK_INT(t.finding.message, cases[i].verdict == VERDICT_PASS ? MSG_MISUSE_WATCHED : MSG_MISUSE_SERVICES_UNDECLARED);
		trial_end(&t);
	}
}

CASE(a_service_nobody_looks_at_is_unknown)
{
	const struct { int64_t imported_us, reviewed_us; enum verdict verdict; } cases[] = {
		{ 0, 0, VERDICT_UNKNOWN }, { NOW - 36 * DAY_US, 0, VERDICT_UNKNOWN }, { 0, NOW + DAY_US, VERDICT_UNKNOWN }, { NOW + DAY_US, 0, VERDICT_UNKNOWN }, /* days to come */ { NOW - 34 * DAY_US, 0, VERDICT_PASS }, { 0, NOW - 34 * DAY_US, VERDICT_PASS }, { NOW - 50 * DAY_US, NOW - 3 * DAY_US, VERDICT_PASS },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t;

		trial_begin(&t, &control_misuse_watch);
		t.now_us = NOW;
		fact_bool(&t.facts, 0, "following", true);
		fact_time(&t.facts, 0, "reviewed_month", AT(10, 1));
		fact_text(&t.facts, 1, "outside_service.name", STR("見本クラウド"));
		fact_text(&t.facts, 2, "imported", STR("別のサービス"));
		fact_time(&t.facts, 2, "imported_until", NOW);
		if (cases[i].imported_us) {
			fact_text(&t.facts, 3, "imported", STR("見本クラウド"));
			fact_time(&t.facts, 3, "imported_until", cases[i].imported_us);
		}
		if (cases[i].reviewed_us) {
			fact_text(&t.facts, 4, "outside_review.service", STR("見本クラウド"));
			fact_time(&t.facts, 4, "outside_review.checked_on", cases[i].reviewed_us);
		}
		trial_judge(&t, &control_misuse_watch);
		CHECK_INT(t.finding.verdict, cases[i].verdict);
		trial_end(&t);
	}
}

TEST_MAIN
