// SPDX-License-Identifier: Apache-2.0
#include "control/control_test.h"

extern const struct control control_both_held_finding;

CASE(nobody_holds_both) /*= S-7-1 type=test */
{
	static const char *const keys[] = { "persons", "both_rights", "both_sides" };
	static const struct { int n[3]; enum verdict verdict; uint16_t message; } cases[] = {
		{ { 4, 0, 0 }, VERDICT_PASS, MSG_NOBODY_HOLDS_BOTH },
		{ { 4, 1, 0 }, VERDICT_FAIL, MSG_BOTH_RIGHTS_HELD },
		{ { 4, 0, 1 }, VERDICT_FAIL, MSG_BOTH_SIDES_HELD },
		{ { 4, 2, 1 }, VERDICT_FAIL, MSG_BOTH_SIDES_HELD },
		{ { 0, 0, 0 }, VERDICT_UNKNOWN, MSG_NOBODY_ENROLLED },
		{ { -1, 0, 0 }, VERDICT_UNKNOWN, MSG_STATION_NO_ANSWER },
		{ { 4, -1, 0 }, VERDICT_UNKNOWN, MSG_STATION_NO_ANSWER },
		{ { 4, 0, -1 }, VERDICT_UNKNOWN, MSG_STATION_NO_ANSWER },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t;

		trial_begin(&t, &control_both_held_finding);
		for (size_t k = 0; k < 3; k++)
			if (cases[i].n[k] >= 0) /* -1: not told */
				fact_int(&t.facts, 0, keys[k], cases[i].n[k]);
		trial_judge(&t, &control_both_held_finding);
		CHECK_INT(t.finding.verdict, cases[i].verdict);
		CHECK_INT(t.finding.message, cases[i].message);
		trial_end(&t);
	}
}

TEST_MAIN
