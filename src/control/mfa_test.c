// SPDX-License-Identifier: Apache-2.0
#include "control/pam_stage.h"

extern const struct control control_mfa;

CASE(machines) /*= S-3-4 type=test */
{
	static const struct trial_case cases[] = {
		{ "kept", VERDICT_FAIL, MSG_MFA_SINGLE },     /* passwords and a lock: the other half of the clause */
		{ "fresh", VERDICT_FAIL, MSG_MFA_SINGLE },
		{ "hardened", VERDICT_PASS, MSG_MFA_TWO_KINDS },
		{ "half", VERDICT_FAIL, MSG_MFA_SINGLE },     /* `sufficient` stands before the code */
		{ "broken", VERDICT_FAIL, MSG_MFA_LETS_IN },
		{ "container", VERDICT_UNKNOWN, MSG_MFA_NO_DOOR },
		{ "hostile", VERDICT_UNKNOWN, MSG_MFA_NO_ANSWER },
		{ "silent", VERDICT_UNKNOWN, MSG_MFA_NO_ANSWER }, /* the machine did not answer */
	};

	TRIAL_TABLE(&control_mfa, cases);
}
TEST_MAIN
