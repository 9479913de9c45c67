// SPDX-License-Identifier: Apache-2.0
#include "control/room_test.h"

extern const struct control control_dew_point;

CASE(against_the_coldest_surface) /*= S-6-6 type=test */
{
	static const struct room_case cases[] = {
		{ { "csv", "room", "wet", 19 }, VERDICT_PASS, MSG_DEW_MARGIN },  /* 25.0 ℃, 60 %: dew point 16.7 ℃ */
		{ { "csv", "room", "wet", 18 }, VERDICT_PASS, MSG_DEW_CLOSE },
		{ { "csv", "room", "wet", 16 }, VERDICT_FAIL, MSG_DEW_FALLS },
		{ { "csv", "room", "wet", 99 }, VERDICT_UNKNOWN, MSG_DEW_NO_SURFACE },
		{ { "csv", "room", "dry", 18 }, VERDICT_UNKNOWN, MSG_ROOM_HALF_READ },
		{ { "csv", "chip", "wet", 19 }, VERDICT_UNKNOWN, MSG_ROOM_NOT_THE_ROOM },
		{ { "csv", "room", "old", 19 }, VERDICT_UNKNOWN, MSG_ROOM_OLD },
		{ { "nut", "room", "99", 19 }, VERDICT_UNKNOWN, MSG_DEVICE_REFUSED }, /* the machine did not answer */
	};

	ROOM_TABLE(&control_dew_point, cases);
}

TEST_MAIN
