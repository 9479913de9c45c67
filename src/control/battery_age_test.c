// SPDX-License-Identifier: Apache-2.0
#include "control/power_test.h"

extern const struct control control_battery_age;

#define DAYS(n) (INT64_C(1767225600000000) - (n) * DAY_US)

CASE(days_of_the_device) /*= S-6-4 type=test */
{
	static const struct power_case cases[] = {
		{ { "ups", "nut", 22 }, VERDICT_UNKNOWN, MSG_UPS_SIMULATED },
		{ { "ups", "nut", 1 }, VERDICT_PASS, MSG_BATTERY_IN_LIFE },
		{ { "ups", "nut", 2 }, VERDICT_FAIL, MSG_BATTERY_PAST_LIFE },
		{ { "ups", "nut", 3 }, VERDICT_UNKNOWN, MSG_BATTERY_NO_DATE },  /* the maker's default, older than any battery */
		{ { "ups", "nut", 4 }, VERDICT_UNKNOWN, MSG_BATTERY_NO_DATE },  /* 04/05/24 could be two days */
		{ { "ups", "nut", 5 }, VERDICT_UNKNOWN, MSG_BATTERY_NO_DATE },
		{ { "ups", "nut", 7 }, VERDICT_UNKNOWN, MSG_BATTERY_NO_DATE },  /* ahead */
		{ { "ups", "nut", 8 }, VERDICT_UNKNOWN, MSG_UPS_STALE },
		{ { "ups", "nut", 99 }, VERDICT_UNKNOWN, MSG_DEVICE_REFUSED },  /* the machine did not answer */
		{ { "ups", "none", 0 }, VERDICT_UNKNOWN, MSG_POWER_BY_STATEMENT },
	};

	POWER_TABLE(&control_battery_age, cases);
	power_other_kinds(&control_battery_age, "units", "ups", MSG_POWER_NONE_DECLARED);
}

CASE(the_day_people_declared_comes_first) /*= S-6-4 type=test */
{
	power_check(&control_battery_age, (struct power_row){ "ups", "nut", 2 }, "own.battery_on", DAYS(100), VERDICT_PASS, MSG_BATTERY_IN_LIFE);
	power_check(&control_battery_age, (struct power_row){ "ups", "none", 0 }, "own.battery_on", DAYS(365 * 5 - 20), VERDICT_PASS, MSG_BATTERY_NEAR_END);
	power_check(&control_battery_age, (struct power_row){ "ups", "none", 0 }, "own.battery_on", DAYS(365 * 5 + 5), VERDICT_FAIL, MSG_BATTERY_PAST_LIFE);
	power_check(&control_battery_age, (struct power_row){ "ups", "nut", 99 }, "own.battery_on", DAYS(-2), VERDICT_UNKNOWN, MSG_BATTERY_NO_DATE);
}

TEST_MAIN
