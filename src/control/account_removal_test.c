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
		{ "accounts/kept", { "gone:gone:user:2025-12-20" }, VERDICT_UNKNOWN, MSG_REMOVAL_NEVER_THERE }, /* no look ever found it */
		{ "accounts/broken", { "old:old:user:2025-12-20" }, VERDICT_FAIL, MSG_REMOVAL_OVERDUE }, /* locked, but its key opens it */
		{ "accounts/broken", { "taro:taro:user::2025-12-31" }, VERDICT_PASS, MSG_REMOVAL_WAITING }, /* ended this midnight in Japan */
		{ "accounts/broken", { "taro:taro:user::2025-12-30" }, VERDICT_FAIL, MSG_REMOVAL_OVERDUE },
		{ "accounts/broken", { "taro:taro:user::2026-01-01" }, VERDICT_UNKNOWN, MSG_REMOVAL_UNSHOWN },
		{ "accounts/jobs", { "old:old:user:2025-12-20" }, VERDICT_FAIL, MSG_REMOVAL_OVERDUE },  /* a line of cron.d runs as it */
		{ "accounts/jobs", { "late:late:user:2025-12-20" }, VERDICT_FAIL, MSG_REMOVAL_OVERDUE }, /* an at job of its own waits */
		{ "accounts/jobs", { "quiet:quiet:user:2025-12-20" }, VERDICT_PASS, MSG_REMOVAL_DONE }, /* named in a comment, a setting, an argument and a file that cron passes over */
	};

	PEOPLE_TABLE(&control_account_removal, cases);
}

/* Found by one look, gone in the next, and remembered in the one behind that. */
CASE(what_was_there_is_removed) /*= S-3-2 type=test */
{
	struct trial t;
	struct facts before[2] = { 0 };
	struct arena arena = ARENA(1 << 20);

	for (int i = 0; i < 2; i++)
		before[i].arena = &arena;
	fact_text(&before[0], 1, "account", STR("gone"));
	fact_text(&before[1], 1, "gone", STR("gone"));
	fact_bool(&before[1], 1, "existed", true);
	for (int i = 0; i < 2; i++) {
		trial_begin(&t, &control_account_removal);
		declare(&t, "gone:gone:user:2025-12-20");
		trial_look_given(&t, &control_account_removal, "accounts/kept");
		control_account_removal.recall(&t.facts, &before[i], t.now_us);
		trial_judge(&t, &control_account_removal);
		CHECK_INT(t.finding.verdict, VERDICT_PASS);
		CHECK_INT(t.finding.message, MSG_REMOVAL_DONE);
		trial_end(&t);
	}
	arena_free(&arena);
}

TEST_MAIN
