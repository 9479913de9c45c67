// SPDX-License-Identifier: Apache-2.0
#include "control/room_test.h"

extern const struct control control_condensation_site;

CASE(shown_by_a_sensor_or_not_at_all) /*= S-6-6 type=test */
{
	static const struct room_case cases[] = {
		{ { "csv", "room", "wet", 19 }, VERDICT_PASS, MSG_DEW_MARGIN },
		{ { "csv", "room", "wet", 18 }, VERDICT_PASS, MSG_DEW_CLOSE },
		{ { "csv", "room", "wet", 16 }, VERDICT_FAIL, MSG_DEW_FALLS },
		{ { "csv", "room", "wet", 99 }, VERDICT_UNKNOWN, MSG_SITE_NOT_SHOWN },
		{ { "csv", "chip", "wet", 19 }, VERDICT_UNKNOWN, MSG_SITE_NOT_SHOWN },
		{ { "none", NULL, NULL, 99 }, VERDICT_UNKNOWN, MSG_SITE_NOT_SHOWN },
		{ { "csv", "room", "old", 19 }, VERDICT_UNKNOWN, MSG_ROOM_OLD },
		{ { "nut", "room", "99", 19 }, VERDICT_UNKNOWN, MSG_DEVICE_REFUSED }, /* the machine did not answer */
	};

	ROOM_TABLE(&control_condensation_site, cases);
}

TEST_MAIN
