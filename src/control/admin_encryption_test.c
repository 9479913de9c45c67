// SPDX-License-Identifier: Apache-2.0
#include "control/people_test.h"

extern const struct control control_admin_encryption;

CASE(machines) /*= S-3-3 type=test */
{
	static const struct people_case cases[] = {
		{ "silent", { NULL }, VERDICT_UNKNOWN, MSG_ENCRYPTION_NO_ANSWER }, /* the machine did not answer */
		{ "hostile", { NULL }, VERDICT_UNKNOWN, MSG_ENCRYPTION_NO_ANSWER },
		{ "container", { NULL }, VERDICT_PASS, MSG_ENCRYPTION_NO_SSH },
		{ "accounts/fresh", { NULL }, VERDICT_PASS, MSG_ENCRYPTION_SSH },
		{ "accounts/kept", { NULL }, VERDICT_PASS, MSG_ENCRYPTION_SSH },
		{ "accounts/broken", { NULL }, VERDICT_FAIL, MSG_ENCRYPTION_PLAIN }, /* telnet */
	};

	PEOPLE_TABLE(&control_admin_encryption, cases);
}

TEST_MAIN
