// SPDX-License-Identifier: Apache-2.0
#include "control/control_test.h"

extern const struct control control_second_person;

CASE(another_person_is_there) /*= O1-1-2 type=test */
{
	static const char *const keys[] = { "acts_alone", "approvers", "approved_by_same" };
	static const struct { int n[3]; enum verdict verdict; uint16_t message; } cases[] = {
		{ { 0, 2, 0 }, VERDICT_PASS, MSG_SECOND_PERSON },
		{ { 1, 5, 0 }, VERDICT_FAIL, MSG_SECOND_ALONE },
		{ { 0, 5, 1 }, VERDICT_FAIL, MSG_SECOND_SAME },
		{ { 0, 1, 0 }, VERDICT_UNKNOWN, MSG_SECOND_NOBODY },
		{ { 0, 0, 0 }, VERDICT_UNKNOWN, MSG_SECOND_NOBODY },
		{ { -1, 5, 0 }, VERDICT_UNKNOWN, MSG_STATION_NO_ANSWER },
		{ { 0, -1, 0 }, VERDICT_UNKNOWN, MSG_STATION_NO_ANSWER },
		{ { 0, 5, -1 }, VERDICT_UNKNOWN, MSG_STATION_NO_ANSWER },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t;

		trial_begin(&t, &control_second_person);
		for (size_t k = 0; k < 3; k++)
			if (cases[i].n[k] >= 0) /* -1: not told */
				fact_int(&t.facts, 0, keys[k], cases[i].n[k]);
		trial_judge(&t, &control_second_person);
		CHECK_INT(t.finding.verdict, cases[i].verdict);
		CHECK_INT(t.finding.message, cases[i].message);
		trial_end(&t);
	}
}

TEST_MAIN
