// SPDX-License-Identifier: Apache-2.0
#include "control/people_test.h"

extern const struct control control_separate_privileged_account;

CASE(machines) /*= O1-1-1 type=test */
{
	static const struct people_case cases[] = {
		{ "accounts/cut", { NULL }, VERDICT_UNKNOWN, MSG_PEOPLE_EMPTY_LIST }, /* no list proves nothing, whatever is declared */
		{ "silent", { NULL }, VERDICT_UNKNOWN, MSG_PEOPLE_NO_ANSWER }, /* the machine did not answer */
		{ "hostile", { NULL }, VERDICT_UNKNOWN, MSG_PEOPLE_NO_ANSWER },
		{ "container", { NULL }, VERDICT_UNKNOWN, MSG_PEOPLE_NO_ANSWER }, /* no passwd was recorded */
		{ "accounts/fresh", { NULL }, VERDICT_UNKNOWN, MSG_ACCOUNTS_UNDECLARED }, /* root is shut over ssh: nothing to blame */
		{ "accounts/kept", { NULL }, VERDICT_UNKNOWN, MSG_ACCOUNTS_UNDECLARED },
		{ "accounts/kept", { "taro-adm:taro:privileged", "hanako-adm:hanako:privileged" }, VERDICT_PASS, MSG_PRIVILEGED_SEPARATE },
		{ "accounts/kept", { "taro-adm:taro:privileged" }, VERDICT_FAIL, MSG_PRIVILEGED_UNDECLARED },
		{ "accounts/kept", { "taro-adm:taro:privileged", "hanako-adm:hanako:user" }, VERDICT_FAIL, MSG_PRIVILEGED_NOT_SEPARATE },
		{ "accounts/kept", { "taro-adm:taro:privileged", "hanako-adm:hanako:privileged::2025-12-31" }, VERDICT_FAIL, MSG_PRIVILEGED_ENDED },
		{ "accounts/kept", { "taro-adm:taro:privileged", "hanako-adm:hanako:privileged::2026-01-01" }, VERDICT_PASS, MSG_PRIVILEGED_SEPARATE }, /* its last day is not over */
		{ "accounts/broken", { NULL }, VERDICT_FAIL, MSG_ROOT_BY_SSH }, /* a fact alone */
		{ "accounts/shared", { "taro:taro:user" }, VERDICT_FAIL, MSG_PRIVILEGED_UNDECLARED }, /* group docker */
	};

	PEOPLE_TABLE(&control_separate_privileged_account, cases);
}

TEST_MAIN
