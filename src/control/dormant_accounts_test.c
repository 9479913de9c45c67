// SPDX-License-Identifier: Apache-2.0
#include "control/people_test.h"

extern const struct control control_dormant_accounts;

CASE(machines) /*= S-3-2 type=test */
{
	static const struct people_case cases[] = {
		{ "accounts/cut", { NULL }, VERDICT_UNKNOWN, MSG_PEOPLE_EMPTY_LIST }, /* no list proves nothing, whatever is declared */
		{ "accounts/closed", { NULL }, VERDICT_UNKNOWN, MSG_PEOPLE_NOBODY_OPENS },
		{ "accounts/root-only", { NULL }, VERDICT_PASS, MSG_DORMANT_ROOT_ONLY },
		{ "silent", { NULL }, VERDICT_UNKNOWN, MSG_PEOPLE_NO_ANSWER }, /* the machine did not answer */
		{ "hostile", { NULL }, VERDICT_UNKNOWN, MSG_PEOPLE_NO_ANSWER },
		{ "container", { NULL }, VERDICT_UNKNOWN, MSG_PEOPLE_NO_ANSWER }, /* no passwd was recorded */
		{ "accounts/fresh", { NULL }, VERDICT_PASS, MSG_DORMANT_NONE },
		{ "accounts/kept", { NULL }, VERDICT_PASS, MSG_DORMANT_NONE }, /* a record from the future is not believed */
		{ "accounts/broken", { NULL }, VERDICT_FAIL, MSG_DORMANT_FOUND },
		{ "accounts/shared", { NULL }, VERDICT_FAIL, MSG_DORMANT_FOUND }, /* hanako: never, and her password is 300 days old */
		{ "accounts/shared", { "hanako:function:service" }, VERDICT_UNKNOWN, MSG_DORMANT_UNKNOWN }, /* keys leave no record */
	};

	PEOPLE_TABLE(&control_dormant_accounts, cases);
}

TEST_MAIN
