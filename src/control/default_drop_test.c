// SPDX-License-Identifier: Apache-2.0
/* Rulesets of a real kernel (tests/hosts/rules/), and machines that answer nonsense or nothing. */
#include "control/control_test.h"

extern const struct control control_default_drop;

CASE(judged_on_recorded_machines) /*= S-3-1 type=test */
{
	static const struct trial_case cases[] = {
		{ "rules/policy-drop", VERDICT_PASS, MSG_DEFAULT_DROP_HOLDS },
		{ "rules/last-rule", VERDICT_PASS, MSG_DEFAULT_DROP_HOLDS },
		{ "rules/any-any", VERDICT_PASS, MSG_DEFAULT_DROP_HOLDS },         /* its policy drops; the rule before it is the other control's */
		{ "rules/two-chains", VERDICT_PASS, MSG_DEFAULT_DROP_HOLDS },
		{ "rules/maps", VERDICT_PASS, MSG_DEFAULT_DROP_HOLDS },            /* a goto to a chain that ends with drop */
		{ "rules/router-kept", VERDICT_PASS, MSG_DEFAULT_DROP_BOTH },
		{ "rules/open", VERDICT_FAIL, MSG_DEFAULT_DROP_OPEN },
		{ "rules/half", VERDICT_FAIL, MSG_DEFAULT_DROP_OPEN },
		{ "rules/blocklist", VERDICT_FAIL, MSG_DEFAULT_DROP_OPEN },
		{ "rules/refused", VERDICT_FAIL, MSG_DEFAULT_DROP_OPEN },          /* refuses IPv4 alone, and TCP alone */
		{ "rules/router", VERDICT_FAIL, MSG_DEFAULT_DROP_OPEN },
		{ "rules/netdev", VERDICT_UNKNOWN, MSG_DEFAULT_DROP_UNSURE },      /* guarded on a device, and no telling whether by all */
		{ "hostile", VERDICT_UNKNOWN, MSG_DEFAULT_DROP_NO_ANSWER },
		{ "silent", VERDICT_UNKNOWN, MSG_DEFAULT_DROP_NO_ANSWER },
		{ "container", VERDICT_UNKNOWN, MSG_DEFAULT_DROP_NO_ANSWER },      /* nft is not installed */
	};

	TRIAL_TABLE(&control_default_drop, cases);
}

TEST_MAIN
