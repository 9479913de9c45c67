// SPDX-License-Identifier: Apache-2.0
#include "control/control_test.h"

extern const struct control control_break_glass_reviewed;

CASE(each_opening_is_looked_at) /*= S-3-3 type=test */
{
	static const struct { int opened, overdue; enum verdict verdict; uint16_t message; } cases[] = {
		{ 0, 0, VERDICT_PASS, MSG_GLASS_REVIEWED },
		{ 3, 0, VERDICT_PASS, MSG_GLASS_REVIEWED },
		{ 3, 1, VERDICT_FAIL, MSG_GLASS_UNREVIEWED },
		{ -1, 0, VERDICT_UNKNOWN, MSG_STATION_NO_ANSWER },
		{ 1, -1, VERDICT_UNKNOWN, MSG_STATION_NO_ANSWER },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t;

		trial_begin(&t, &control_break_glass_reviewed);
		if (cases[i].opened >= 0) /* -1: not told */
			fact_int(&t.facts, 0, "opened", cases[i].opened);
		if (cases[i].overdue >= 0)
			fact_int(&t.facts, 0, "overdue", cases[i].overdue);
		trial_judge(&t, &control_break_glass_reviewed);
		CHECK_INT(t.finding.verdict, cases[i].verdict);
		CHECK_INT(t.finding.message, cases[i].message);
		trial_end(&t);
	}
}

TEST_MAIN
