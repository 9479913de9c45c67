// SPDX-License-Identifier: Apache-2.0
#include "control/people_test.h"

extern const struct control control_no_shared_accounts;

CASE(machines) /*= S-3-5 type=test */
{
	static const struct people_case cases[] = {
		{ "accounts/cut", { NULL }, VERDICT_UNKNOWN, MSG_PEOPLE_EMPTY_LIST }, /* no list proves nothing, whatever is declared */
		{ "accounts/closed", { NULL }, VERDICT_UNKNOWN, MSG_PEOPLE_NOBODY_OPENS },
		{ "accounts/root-only", { "root:taro:privileged" }, VERDICT_PASS, MSG_SHARED_NONE },
		{ "silent", { NULL }, VERDICT_UNKNOWN, MSG_PEOPLE_NO_ANSWER }, /* the machine did not answer */
		{ "hostile", { NULL }, VERDICT_UNKNOWN, MSG_PEOPLE_NO_ANSWER },
		{ "container", { NULL }, VERDICT_UNKNOWN, MSG_PEOPLE_NO_ANSWER }, /* no passwd was recorded */
		{ "accounts/fresh", { NULL }, VERDICT_UNKNOWN, MSG_SHARED_UNDECLARED },
		{ "accounts/kept", { "taro-adm:taro:privileged", "hanako-adm:hanako:privileged" }, VERDICT_PASS, MSG_SHARED_NONE },
		{ "accounts/broken", { NULL }, VERDICT_FAIL, MSG_SHARED_UID },
		{ "accounts/shared", { NULL }, VERDICT_FAIL, MSG_SHARED_PASSWORD },
		{ "accounts/shared", { "taro:t:user", "hanako:t:user", "jiro:jiro:user", "saburo:saburo:user" }, VERDICT_FAIL, MSG_SHARED_KEY },
		{ "accounts/shared", { "taro:t:user", "hanako:t:user", "jiro:j:user", "saburo:j:user" }, VERDICT_PASS, MSG_SHARED_NONE }, /* two accounts of one person */
		{ "accounts/kept", { "taro-adm:backup:service" }, VERDICT_FAIL, MSG_SHARED_SERVICE },
	};

	PEOPLE_TABLE(&control_no_shared_accounts, cases);
}

TEST_MAIN
