// SPDX-License-Identifier: Apache-2.0
#include "control/people_test.h"

extern const struct control control_admin_source;

CASE(machines) /*= S-3-3 type=test */
{
	static const struct people_case cases[] = {
		{ "silent", { NULL }, VERDICT_UNKNOWN, MSG_ADMIN_NO_SSH }, /* the machine did not answer: not even a program of sshd */
		{ "hostile", { NULL }, VERDICT_UNKNOWN, MSG_ADMIN_NO_SSH },
		{ "accounts/fresh", { NULL }, VERDICT_UNKNOWN, MSG_ADMIN_NO_LIST },
		{ "accounts/kept", { "@192.0.2.0/28 2026-12-31", "@2001:db8:1::/64 2026-12-31" }, VERDICT_PASS, MSG_ADMIN_KEPT },
		{ "accounts/kept", { "@::ffff:192.0.2.0/124 2026-12-31", "@2001:db8:1::/64 2026-12-31" }, VERDICT_PASS, MSG_ADMIN_KEPT }, /* mapped */
		{ "accounts/kept", { "@192.0.2.0/28 2026-12-31" }, VERDICT_FAIL, MSG_ADMIN_OPEN }, /* IPv6 is open to more */
		{ "accounts/kept", { "@192.0.2.0/29 2026-12-31", "@192.0.2.8/29 2026-12-31", "@2001:db8:1::/64 2026-12-31" }, VERDICT_PASS, MSG_ADMIN_KEPT }, /* two halves */
		{ "accounts/kept", { "@192.0.2.0/29 2026-12-31", "@2001:db8:1::/64 2026-12-31" }, VERDICT_FAIL, MSG_ADMIN_OPEN },
		{ "accounts/kept", { "@192.0.2.0/28 2025-12-31", "@2001:db8:1::/64 2025-12-31" }, VERDICT_UNKNOWN, MSG_ADMIN_NO_LIST }, /* ended */
		{ "accounts/kept", { "@0.0.0.0/0 2026-12-31", "@::/0 2026-12-31" }, VERDICT_UNKNOWN, MSG_ADMIN_NO_LIST }, /* everybody is nobody's address */
		{ "accounts/kept", { "@192.0.2.3 2026-12-31", "@2001:db8:1::/64 2026-12-31" }, VERDICT_FAIL, MSG_ADMIN_SESSION_OUTSIDE }, /* 192.0.2.4, mapped in the record */
		{ "accounts/broken", { "@192.0.2.0/28 2026-12-31" }, VERDICT_FAIL, MSG_ADMIN_SESSION_OUTSIDE },
		{ "accounts/fresh", { "@192.0.2.0/28 2026-12-31" }, VERDICT_FAIL, MSG_ADMIN_OPEN },
	};

	PEOPLE_TABLE(&control_admin_source, cases);
}

TEST_MAIN
