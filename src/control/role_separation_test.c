// SPDX-License-Identifier: Apache-2.0
#include "control/control_test.h"

extern const struct control control_role_separation;

CASE(rights_can_be_given_apart) /*= S-7-1 type=test */
{
	static const char *const keys[] = { "roles_apart", "roles_mixed", "roles_administer", "administrators", "users" };
	static const struct { int n[5]; enum verdict verdict; uint16_t message; } cases[] = {
		{ { 3, 0, 1, 1, 1 }, VERDICT_PASS, MSG_ROLES_APART },
		{ { 3, 0, 1, 1, 0 }, VERDICT_UNKNOWN, MSG_ROLES_NOT_SHOWN }, /* nobody uses it yet */
		{ { 3, 0, 1, 0, 1 }, VERDICT_UNKNOWN, MSG_ROLES_NOT_SHOWN },
		{ { 3, 0, 1, -1, -1 }, VERDICT_UNKNOWN, MSG_ROLES_NOT_SHOWN },
		{ { 0, 3, 1 }, VERDICT_FAIL, MSG_ROLES_NOT_APART },
		{ { 3, 0, 0 }, VERDICT_FAIL, MSG_ROLES_NOT_APART },
		{ { -1, 0, 1 }, VERDICT_UNKNOWN, MSG_STATION_NO_ANSWER },
		{ { 3, -1, 1 }, VERDICT_UNKNOWN, MSG_STATION_NO_ANSWER },
		{ { 3, 0, -1 }, VERDICT_UNKNOWN, MSG_STATION_NO_ANSWER },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t;

		trial_begin(&t, &control_role_separation);
		for (size_t k = 0; k < 5; k++)
			if (cases[i].n[k] >= 0) /* -1: not told */
				fact_int(&t.facts, 0, keys[k], cases[i].n[k]);
		trial_judge(&t, &control_role_separation);
		CHECK_INT(t.finding.verdict, cases[i].verdict);
		CHECK_INT(t.finding.message, cases[i].message);
		trial_end(&t);
	}
}

TEST_MAIN
