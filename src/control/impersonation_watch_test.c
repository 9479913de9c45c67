// SPDX-License-Identifier: Apache-2.0
#include "control/control_test.h"

#include "base/time_text.h"

extern const struct control control_impersonation_watch;

#define NOW time_of_civil((struct civil){ .year = 2026, .month = 11, .day = 23, .hour = 12 })

/*= S-5-1 type=test */
CASE(signs_of_a_stolen_identity_are_decided_about_in_time)
{
	const struct { bool following; int64_t urgent_us, open_us, off; enum verdict verdict; bool nobody; } cases[] = {
		{ false, 0, 0, 0, VERDICT_UNKNOWN }, { true, 0, 0, 0, VERDICT_PASS }, { true, NOW - 25 * HOUR_US, NOW - 25 * HOUR_US, 0, VERDICT_FAIL }, { true, 0, NOW - 2 * DAY_US, 0, VERDICT_PASS },
		{ true, 0, NOW - 4 * DAY_US, 0, VERDICT_FAIL }, { true, 0, 0, 1, VERDICT_FAIL }, { true, 0, 0, 0, VERDICT_UNKNOWN, true },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t;

		trial_begin(&t, &control_impersonation_watch);
		t.now_us = NOW;
		fact_bool(&t.facts, 0, "following", cases[i].following);
		fact_int(&t.facts, 0, "rules_off", cases[i].off);
		if (!cases[i].nobody)
			fact_time(&t.facts, 0, "signed_in_at", NOW - DAY_US);
		if (cases[i].urgent_us)
			fact_time(&t.facts, 0, "urgent_since", cases[i].urgent_us);
		if (cases[i].open_us)
			fact_time(&t.facts, 0, "open_since", cases[i].open_us);
		trial_judge(&t, &control_impersonation_watch);
		CHECK_INT(t.finding.verdict, cases[i].verdict);
		trial_end(&t);
	}
}

TEST_MAIN
