// SPDX-License-Identifier: Apache-2.0
#include "control/pam_stage.h"

extern const struct control control_password_complexity;

CASE(machines) /*= S-3-4 type=test */
{
	static const struct trial_case cases[] = {
		{ "kept", VERDICT_PASS, MSG_COMPLEXITY_ENFORCED },
		{ "fresh", VERDICT_PASS, MSG_COMPLEXITY_CAN_BE_SET }, /* the row asks that it can be set */
		{ "hardened", VERDICT_PASS, MSG_COMPLEXITY_ENFORCED },
		{ "half", VERDICT_PASS, MSG_COMPLEXITY_NOT_ENFORCED },
		{ "broken", VERDICT_FAIL, MSG_COMPLEXITY_CANNOT },    /* its module is not installed */
		{ "container", VERDICT_UNKNOWN, MSG_COMPLEXITY_NO_ANSWER },
		{ "hostile", VERDICT_UNKNOWN, MSG_COMPLEXITY_NO_ANSWER }, /* not text */
		{ "silent", VERDICT_UNKNOWN, MSG_COMPLEXITY_NO_ANSWER },  /* the machine did not answer */
	};

	TRIAL_TABLE(&control_password_complexity, cases);
}
TEST_MAIN
