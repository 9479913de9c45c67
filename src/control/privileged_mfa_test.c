// SPDX-License-Identifier: Apache-2.0
#include "control/people_test.h"

extern const struct control control_privileged_mfa;

CASE(machines) /*= O1-1-1 type=test */
{
	static const struct people_case cases[] = {
		{ "accounts/cut", { NULL }, VERDICT_UNKNOWN, MSG_PEOPLE_EMPTY_LIST }, /* no list proves nothing, whatever is declared */
		{ "silent", { NULL }, VERDICT_UNKNOWN, MSG_PEOPLE_NO_ANSWER }, /* the machine did not answer */
		{ "hostile", { NULL }, VERDICT_UNKNOWN, MSG_PEOPLE_NO_ANSWER },
		{ "container", { NULL }, VERDICT_UNKNOWN, MSG_PEOPLE_NO_ANSWER }, /* no passwd was recorded */
		{ "accounts/fresh", { NULL }, VERDICT_UNKNOWN, MSG_PRIVILEGED_NO_WAY }, /* root has no key and its password does not count over ssh */
		{ "accounts/kept", { NULL }, VERDICT_PASS, MSG_PRIVILEGED_TWO_KINDS }, /* key and password */
		{ "accounts/broken", { NULL }, VERDICT_FAIL, MSG_PRIVILEGED_PASSWORD_ONLY },
		{ "accounts/shared", { NULL }, VERDICT_FAIL, MSG_PRIVILEGED_KEY_ONLY }, /* touched, not verified */
	};

	PEOPLE_TABLE(&control_privileged_mfa, cases);
}

TEST_MAIN
