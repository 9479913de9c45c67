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
		{ true, 0, 0, AT(11, 2), 0, 0, VERDICT_PASS, MSG_MISUSE_WATCHED }, /* there was no last month */
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
		trial_judge(&t, &control_misuse_watch);
		CHECK_INT(t.finding.verdict, cases[i].verdict);
		CHECK_INT(t.finding.message, cases[i].message);
		trial_end(&t);
	}
}

CASE(a_service_nobody_looks_at_is_unknown)
{
	const struct { int64_t imported_us, reviewed_us; enum verdict verdict; } cases[] = {
		{ 0, 0, VERDICT_UNKNOWN }, { NOW - 36 * DAY_US, 0, VERDICT_UNKNOWN }, { NOW - 34 * DAY_US, 0, VERDICT_PASS }, { 0, NOW - 34 * DAY_US, VERDICT_PASS }, { NOW - 50 * DAY_US, NOW - 3 * DAY_US, VERDICT_PASS },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t;

		trial_begin(&t, &control_misuse_watch);
		t.now_us = NOW;
		fact_bool(&t.facts, 0, "following", true);
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
