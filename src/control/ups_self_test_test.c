// SPDX-License-Identifier: Apache-2.0
#include "control/power_test.h"

extern const struct control control_ups_self_test;

#define DAYS(n) (INT64_C(1767225600000000) - (n) * DAY_US)

CASE(results_and_their_age) /*= S-6-4 type=test */
{
	static const struct power_case cases[] = {
		{ { "ups", "nut", 22 }, VERDICT_UNKNOWN, MSG_UPS_SIMULATED },
		{ { "ups", "nut", 1 }, VERDICT_PASS, MSG_SELF_TEST_PASSED },
		{ { "ups", "nut", 2 }, VERDICT_FAIL, MSG_SELF_TEST_FAILED },
		{ { "ups", "nut", 3 }, VERDICT_UNKNOWN, MSG_SELF_TEST_NO_DATE }, /* none was run */
		{ { "ups", "nut", 4 }, VERDICT_UNKNOWN, MSG_SELF_TEST_NO_DATE }, /* 03/04/25 could be two days */
		{ { "ups", "nut", 5 }, VERDICT_UNKNOWN, MSG_SELF_TEST_UNSURE },  /* "Done and warning" */
		{ { "ups", "nut", 6 }, VERDICT_FAIL, MSG_SELF_TEST_OLD },
		{ { "ups", "nut", 7 }, VERDICT_UNKNOWN, MSG_SELF_TEST_NO_DATE }, /* ahead */
		{ { "ups", "nut", 18 }, VERDICT_UNKNOWN, MSG_SELF_TEST_NO_DATE },
		{ { "ups", "nut", 8 }, VERDICT_UNKNOWN, MSG_UPS_STALE },
		{ { "ups", "nut", 99 }, VERDICT_UNKNOWN, MSG_DEVICE_REFUSED },   /* the machine did not answer */
	};

	POWER_TABLE(&control_ups_self_test, cases);
	power_other_kinds(&control_ups_self_test, "units", "stable", MSG_POWER_NONE_DECLARED);
	power_check(&control_ups_self_test, (struct power_row){ "ups", "nut", 4 }, "own.tested_on", DAYS(184), VERDICT_PASS, MSG_SELF_TEST_PASSED);
	power_check(&control_ups_self_test, (struct power_row){ "ups", "nut", 4 }, "own.tested_on", DAYS(185), VERDICT_FAIL, MSG_SELF_TEST_OLD);
}

TEST_MAIN
