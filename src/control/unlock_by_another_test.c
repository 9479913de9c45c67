// SPDX-License-Identifier: Apache-2.0
#include "control/control_test.h"

extern const struct control control_unlock_by_another;

CASE(another_person_has_to_be_there) /*= S-3-4 type=test */
{
	static const struct { int own, keepers; enum verdict verdict; uint16_t message; } cases[] = {
		{ 0, 2, VERDICT_PASS, MSG_UNLOCK_BY_ANOTHER },
		{ 0, 1, VERDICT_UNKNOWN, MSG_UNLOCK_ALONE },
		{ 0, 0, VERDICT_UNKNOWN, MSG_UNLOCK_ALONE },
		{ 1, 5, VERDICT_FAIL, MSG_UNLOCK_OWN },
		{ -1, 2, VERDICT_UNKNOWN, MSG_STATION_NO_ANSWER },
		{ 0, -1, VERDICT_UNKNOWN, MSG_STATION_NO_ANSWER },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t;

		trial_begin(&t, &control_unlock_by_another);
		if (cases[i].own >= 0)
			fact_bool(&t.facts, 0, "unlock_own", cases[i].own);
		if (cases[i].keepers >= 0)
			fact_int(&t.facts, 0, "unlockers", cases[i].keepers);
		trial_judge(&t, &control_unlock_by_another);
		CHECK_INT(t.finding.verdict, cases[i].verdict);
		CHECK_INT(t.finding.message, cases[i].message);
		trial_end(&t);
	}
}

TEST_MAIN
