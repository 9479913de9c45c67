// SPDX-License-Identifier: Apache-2.0
#include "control/people_test.h"

extern const struct control control_account_removal;

CASE(machines) /*= S-3-2 type=test */
{
	static const struct people_case cases[] = {
		{ "accounts/cut", { "old:old:user:2025-12-01" }, VERDICT_UNKNOWN, MSG_PEOPLE_EMPTY_LIST }, /* no list proves nothing, whatever is declared */
		{ "silent", { NULL }, VERDICT_UNKNOWN, MSG_PEOPLE_NO_ANSWER }, /* the machine did not answer */
		{ "hostile", { NULL }, VERDICT_UNKNOWN, MSG_PEOPLE_NO_ANSWER },
		{ "container", { NULL }, VERDICT_UNKNOWN, MSG_PEOPLE_NO_ANSWER }, /* no passwd was recorded */
		{ "accounts/fresh", { NULL }, VERDICT_UNKNOWN, MSG_ACCOUNTS_UNDECLARED },
		{ "accounts/kept", { "taro-adm:taro:privileged", "hanako-adm:hanako:privileged" }, VERDICT_UNKNOWN, MSG_REMOVAL_UNSHOWN },
		{ "accounts/kept", { "old:old:user:2025-12-20" }, VERDICT_PASS, MSG_REMOVAL_DONE }, /* locked and expired */
		{ "accounts/kept", { "gone:gone:user:2025-12-20" }, VERDICT_PASS, MSG_REMOVAL_DONE },
		{ "accounts/broken", { "old:old:user:2025-12-20" }, VERDICT_FAIL, MSG_REMOVAL_OVERDUE }, /* locked, but its key opens it */
		{ "accounts/broken", { "taro:taro:user::2025-12-31" }, VERDICT_PASS, MSG_REMOVAL_WAITING }, /* ended this midnight in Japan */
		{ "accounts/broken", { "taro:taro:user::2025-12-30" }, VERDICT_FAIL, MSG_REMOVAL_OVERDUE },
		{ "accounts/broken", { "taro:taro:user::2026-01-01" }, VERDICT_UNKNOWN, MSG_REMOVAL_UNSHOWN },
	};

	PEOPLE_TABLE(&control_account_removal, cases);
}

TEST_MAIN
