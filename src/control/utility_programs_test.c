// SPDX-License-Identifier: Apache-2.0
#include "control/people_test.h"

extern const struct control control_utility_programs;

CASE(machines) /*= O2-3-1 type=test */
{
	static const struct people_case cases[] = {
		{ "accounts/cut", { "/usr/sbin/reset-line:2025-12-01:taro" }, VERDICT_UNKNOWN, MSG_PEOPLE_EMPTY_LIST }, /* no list proves nothing, whatever is declared */
		{ "silent", { NULL }, VERDICT_UNKNOWN, MSG_PEOPLE_NO_ANSWER }, /* the machine did not answer */
		{ "hostile", { NULL }, VERDICT_UNKNOWN, MSG_PEOPLE_NO_ANSWER },
		{ "container", { NULL }, VERDICT_UNKNOWN, MSG_PEOPLE_NO_ANSWER }, /* no passwd was recorded */
		{ "accounts/fresh", { NULL }, VERDICT_UNKNOWN, MSG_UTILITY_NO_LIST },
		{ "accounts/kept", { "/usr/sbin/reset-line:2025-12-01:taro-adm hanako-adm" }, VERDICT_PASS, MSG_UTILITY_KEPT },
		{ "accounts/kept", { "/usr/sbin/reset-line:2025-12-01:taro-adm" }, VERDICT_FAIL, MSG_UTILITY_MORE_USERS }, /* hanako-adm by sudo */
		{ "accounts/kept", { "/usr/sbin/reset-line:2026-02-01:taro-adm hanako-adm" }, VERDICT_FAIL, MSG_UTILITY_CHECKED_LATER },
		{ "accounts/kept", { "/usr/sbin/nothing:2025-12-01:taro-adm" }, VERDICT_FAIL, MSG_UTILITY_GONE },
		{ "accounts/kept", { "/opt/shared/tool:2025-12-01:taro-adm hanako-adm" }, VERDICT_FAIL, MSG_UTILITY_FOLDER },   /* anybody puts another there */
		{ "accounts/kept", { "/opt/sticky/tool:2025-12-01:taro-adm hanako-adm" }, VERDICT_PASS, MSG_UTILITY_KEPT },
		{ "accounts/broken", { "/usr/sbin/reset-line:2025-12-01:taro" }, VERDICT_FAIL, MSG_UTILITY_WRITABLE },
	};

	PEOPLE_TABLE(&control_utility_programs, cases);
}

TEST_MAIN
