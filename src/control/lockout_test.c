// SPDX-License-Identifier: Apache-2.0
#include "control/pam_stage.h"

extern const struct control control_lockout;

CASE(machines) /*= S-3-4 type=test */
{
	static const struct trial_case cases[] = {
		{ "kept", VERDICT_PASS, MSG_LOCKOUT_LOCKS },
		{ "fresh", VERDICT_FAIL, MSG_LOCKOUT_UNCOUNTED },   /* Debian counts nothing as installed: the duty truly is not met */
		{ "hardened", VERDICT_PASS, MSG_LOCKOUT_LOCKS_FOR_GOOD },
		{ "half", VERDICT_FAIL, MSG_LOCKOUT_UNCHECKED },    /* counted after a `sufficient` that lets the right password by */
		{ "broken", VERDICT_FAIL, MSG_LOCKOUT_LETS_IN },    /* pam_rootok in sshd, which runs as root */
		{ "container", VERDICT_UNKNOWN, MSG_LOCKOUT_NO_PASSWORD },
		{ "hostile", VERDICT_UNKNOWN, MSG_LOCKOUT_NO_ANSWER }, /* a file that includes itself */
		{ "silent", VERDICT_UNKNOWN, MSG_LOCKOUT_NO_ANSWER },  /* the machine did not answer */
	};

	TRIAL_TABLE(&control_lockout, cases);
}
TEST_MAIN
