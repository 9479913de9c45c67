// SPDX-License-Identifier: Apache-2.0
#include "control/control_test.h"

extern const struct control control_side_separation;

CASE(each_side_keeps_to_its_part) /*= S-9-2 type=test */
{
	static const char *const keys[] = { "crossed", "clients", "contractors", "operators" };
	static const struct { int n[4], uses; enum verdict verdict; uint16_t message; } cases[] = {
		{ { 0, 2, 3, 0 }, 0, VERDICT_PASS, MSG_SIDES_APART },
		{ { 0, 2, 3, 4 }, 1, VERDICT_PASS, MSG_SIDES_APART },
		{ { 0, 2, 3, 4 }, 0, VERDICT_UNKNOWN, MSG_SIDES_OPERATORS },
		{ { 1, 2, 3, 0 }, 1, VERDICT_FAIL, MSG_SIDES_CROSSED },
		{ { 1, 0, 0, 0 }, 0, VERDICT_FAIL, MSG_SIDES_CROSSED },
		{ { 0, 0, 0, 0 }, 1, VERDICT_UNKNOWN, MSG_NOBODY_ENROLLED },
		{ { -1, 2, 3, 0 }, 1, VERDICT_UNKNOWN, MSG_STATION_NO_ANSWER },
		{ { 0, -1, 3, 0 }, 1, VERDICT_UNKNOWN, MSG_STATION_NO_ANSWER },
		{ { 0, 2, -1, 0 }, 1, VERDICT_UNKNOWN, MSG_STATION_NO_ANSWER },
		{ { 0, 2, 3, -1 }, 1, VERDICT_UNKNOWN, MSG_STATION_NO_ANSWER },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t;

		trial_begin(&t, &control_side_separation);
		t.params.values[0] = cases[i].uses;
		for (size_t k = 0; k < 4; k++)
			if (cases[i].n[k] >= 0) /* -1: not told */
				fact_int(&t.facts, 0, keys[k], cases[i].n[k]);
		trial_judge(&t, &control_side_separation);
		CHECK_INT(t.finding.verdict, cases[i].verdict);
		CHECK_INT(t.finding.message, cases[i].message);
		trial_end(&t);
	}
}

TEST_MAIN
