// SPDX-License-Identifier: Apache-2.0
/* Rulesets of a real kernel (tests/hosts/rules/), and machines that answer nonsense or nothing. */
#include "control/control_test.h"

extern const struct control control_no_any_any;

CASE(judged_on_recorded_machines) /*= S-3-1 type=test */
{
	static const struct trial_case cases[] = {
		{ "rules/policy-drop", VERDICT_PASS, MSG_ANY_ANY_NONE },
		{ "rules/last-rule", VERDICT_PASS, MSG_ANY_ANY_NONE },
		{ "rules/maps", VERDICT_PASS, MSG_ANY_ANY_NONE },
		{ "rules/two-chains", VERDICT_PASS, MSG_ANY_ANY_NONE },            /* the accept of the first chain is not the last word */
		{ "rules/inside", VERDICT_PASS, MSG_ANY_ANY_NONE },                /* a stranger does not come by eth1 */
		{ "rules/any-any", VERDICT_FAIL, MSG_ANY_ANY_OPEN },
		{ "rules/any-any-jump", VERDICT_FAIL, MSG_ANY_ANY_OPEN },
		{ "rules/high-ports", VERDICT_FAIL, MSG_ANY_ANY_OPEN },
		{ "rules/outside", VERDICT_FAIL, MSG_ANY_ANY_OPEN },
		{ "rules/open", VERDICT_FAIL, MSG_ANY_ANY_OPEN },
		{ "rules/half", VERDICT_FAIL, MSG_ANY_ANY_OPEN },
		{ "rules/refused", VERDICT_FAIL, MSG_ANY_ANY_OPEN },
		{ "rules/blocklist", VERDICT_FAIL, MSG_ANY_ANY_OPEN },
		{ "rules/unknown-inside", VERDICT_UNKNOWN, MSG_ANY_ANY_UNSURE },   /* no telling what is behind eth1 */
		{ "rules/marked", VERDICT_UNKNOWN, MSG_ANY_ANY_UNSURE },
		{ "rules/netdev", VERDICT_UNKNOWN, MSG_ANY_ANY_UNSURE },
		{ "hostile", VERDICT_UNKNOWN, MSG_ANY_ANY_NO_ANSWER },
		{ "silent", VERDICT_UNKNOWN, MSG_ANY_ANY_NO_ANSWER },
		{ "container", VERDICT_UNKNOWN, MSG_ANY_ANY_NO_ANSWER },
	};

	TRIAL_TABLE(&control_no_any_any, cases);
}

TEST_MAIN
