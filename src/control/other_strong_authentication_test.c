// SPDX-License-Identifier: Apache-2.0
#include "control/people_test.h"

extern const struct control control_other_strong_authentication;

CASE(machines) /*= O1-1-1 type=test */
{
	static const struct people_case cases[] = {
		{ "accounts/cut", { NULL }, VERDICT_UNKNOWN, MSG_PEOPLE_EMPTY_LIST }, /* no list proves nothing, whatever is declared */
		{ "silent", { NULL }, VERDICT_UNKNOWN, MSG_PEOPLE_NO_ANSWER }, /* the machine did not answer */
		{ "hostile", { NULL }, VERDICT_UNKNOWN, MSG_PEOPLE_NO_ANSWER },
		{ "container", { NULL }, VERDICT_UNKNOWN, MSG_PEOPLE_NO_ANSWER }, /* no passwd was recorded */
		{ "accounts/fresh", { NULL }, VERDICT_UNKNOWN, MSG_PRIVILEGED_NO_WAY },
		{ "accounts/kept", { NULL }, VERDICT_PASS, MSG_STRONG_HELD },
		{ "accounts/broken", { NULL }, VERDICT_FAIL, MSG_PRIVILEGED_PASSWORD_ONLY },
		{ "accounts/shared", { NULL }, VERDICT_PASS, MSG_STRONG_HELD }, /* a FIDO key */
	};

	PEOPLE_TABLE(&control_other_strong_authentication, cases);
}

TEST_MAIN
