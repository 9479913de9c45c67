// SPDX-License-Identifier: Apache-2.0
#include "control/control_test.h"

extern const struct control control_commit_confirm;

CASE(what_nobody_confirms_falls_back) /*= O1-1-2 type=test */
{
	static const struct { int seconds, overdue, registers; enum verdict verdict; uint16_t message; } cases[] = {
		{ 120, 0, 2, VERDICT_PASS, MSG_CONFIRM_HOLDS },
		{ 5, 0, 1, VERDICT_PASS, MSG_CONFIRM_HOLDS },
		{ 120, 1, 2, VERDICT_FAIL, MSG_CONFIRM_OVERDUE },
		{ 120, 0, 0, VERDICT_FAIL, MSG_CONFIRM_NOTHING },
		{ 121, 0, 2, VERDICT_FAIL, MSG_CONFIRM_NOTHING },
		{ 0, 0, 2, VERDICT_FAIL, MSG_CONFIRM_NOTHING },
		{ -1, 0, 2, VERDICT_UNKNOWN, MSG_STATION_NO_ANSWER },
		{ 120, -1, 2, VERDICT_UNKNOWN, MSG_STATION_NO_ANSWER },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t;

		trial_begin(&t, &control_commit_confirm);
		if (cases[i].seconds >= 0) /* -1: not told */
			fact_int(&t.facts, 0, "seconds", cases[i].seconds);
		if (cases[i].overdue >= 0)
			fact_int(&t.facts, 0, "overdue", cases[i].overdue);
		for (int k = 1; k <= cases[i].registers; k++)
			fact_text(&t.facts, (uint32_t)k, "register", STR("admin-address"));
		trial_judge(&t, &control_commit_confirm);
		CHECK_INT(t.finding.verdict, cases[i].verdict);
		CHECK_INT(t.finding.message, cases[i].message);
		trial_end(&t);
	}
}

TEST_MAIN
