// SPDX-License-Identifier: Apache-2.0
#include "control/room_test.h"

extern const struct control control_room_climate;

CASE(sources_and_sensors) /*= S-6-6 type=test */
{
	static const struct room_case cases[] = {
		{ { "nut", "room", "1", 99 }, VERDICT_PASS, MSG_ROOM_IN_BAND },           /* 27.0 ℃ is within */
		{ { "nut", "inlet", "2", 99 }, VERDICT_PASS, MSG_ROOM_OUTSIDE },          /* 27.1 ℃ is not, and no decimal is lost */
		{ { "nut", "chip", "1", 99 }, VERDICT_UNKNOWN, MSG_ROOM_NOT_THE_ROOM },
		{ { "nut", NULL, "1", 99 }, VERDICT_UNKNOWN, MSG_ROOM_PLACE_UNDECLARED }, /* "ambient" may be the inside of the UPS */
		{ { "nut", "room", "3", 99 }, VERDICT_UNKNOWN, MSG_ROOM_HALF_READ },      /* ups.temperature is never the room */
		{ { "nut", "room", "15", 99 }, VERDICT_UNKNOWN, MSG_ROOM_HALF_READ },
		{ { "nut", "room", "14", 99 }, VERDICT_UNKNOWN, MSG_ROOM_IMPLAUSIBLE },   /* -127 ℃, 0 % */
		{ { "nut", "room", "22", 99 }, VERDICT_UNKNOWN, MSG_UPS_SIMULATED },
		{ { "nut", "room", "23", 99 }, VERDICT_UNKNOWN, MSG_ROOM_HALF_READ },     /* its sensor was pulled off */
		{ { "nut", "room", "8", 99 }, VERDICT_UNKNOWN, MSG_UPS_STALE },
		{ { "nut", "room", "11", 99 }, VERDICT_UNKNOWN, MSG_DEVICE_NONSENSE },
		{ { "nut", "room", "99", 99 }, VERDICT_UNKNOWN, MSG_DEVICE_REFUSED },     /* the machine did not answer */
		{ { "nut", "room", NULL, 99 }, VERDICT_UNKNOWN, MSG_DEVICE_UNDECLARED },
		{ { "csv", "room", "good", 99 }, VERDICT_PASS, MSG_ROOM_IN_BAND },
		{ { "csv", "room", "hot", 99 }, VERDICT_PASS, MSG_ROOM_OUTSIDE },
		{ { "csv", "room", "old", 99 }, VERDICT_UNKNOWN, MSG_ROOM_OLD },
		{ { "csv", "room", "ahead", 99 }, VERDICT_UNKNOWN, MSG_ROOM_FUTURE },
		{ { "csv", "room", "dry", 99 }, VERDICT_UNKNOWN, MSG_ROOM_HALF_READ },
		{ { "csv", "room", "bad", 99 }, VERDICT_UNKNOWN, MSG_ROOM_FILE_UNREAD },
		{ { "csv", "room", "out", 99 }, VERDICT_UNKNOWN, MSG_ROOM_FILE_UNREAD },  /* a link out of the tree stays inside */
		{ { "csv", "room", "none", 99 }, VERDICT_UNKNOWN, MSG_ROOM_FILE_UNREAD },
		{ { "snmp", "room", "1", 99 }, VERDICT_UNKNOWN, MSG_DEVICE_UNDECLARED },  /* no OID */
		{ { "none", "room", NULL, 99 }, VERDICT_UNKNOWN, MSG_ROOM_NO_SENSOR },
		{ { NULL, NULL, NULL, 99 }, VERDICT_UNKNOWN, MSG_ROOM_NO_SENSOR },
	};

	ROOM_TABLE(&control_room_climate, cases);
}

CASE(silence_has_its_minutes)
{
	struct trial t;

	trial_begin(&t, &control_room_climate);
	room_declare(&t, (struct room_row){ "csv", "room", "old", 99 });
	trial_look_given(&t, &control_room_climate, "devices");
	trial_judge(&t, &control_room_climate);
	CHECK_INT(trial_n(&t, "minutes"), 121);
	trial_end(&t);
}

/* Guide values: a mark, then an action or a breach. */
CASE(outside_for_how_long_and_what_was_done) /*= S-6-6 type=test */
{
	static const struct { const char *name, *room; int64_t minutes, action_day; enum verdict verdict; uint16_t message; } cases[] = {
		{ "an hour", NULL, 60, 0, VERDICT_PASS, MSG_ROOM_OUTSIDE },
		{ "longer", NULL, 61, 0, VERDICT_FAIL, MSG_ROOM_OUTSIDE_TOO_LONG },
		{ "longer, with an action of the day", ROOM_ID, 61, 0, VERDICT_PASS, MSG_ROOM_OUTSIDE_ACTION },
		{ "an action in another room", "room:1f0c", 61, 0, VERDICT_FAIL, MSG_ROOM_OUTSIDE_TOO_LONG },
		{ "an action of the day before", ROOM_ID, 61, -1, VERDICT_FAIL, MSG_ROOM_OUTSIDE_TOO_LONG },
		{ "an action of tomorrow", ROOM_ID, 61, 1, VERDICT_FAIL, MSG_ROOM_OUTSIDE_TOO_LONG },
		{ "outside since yesterday, with yesterday's action", ROOM_ID, 700, -1, VERDICT_PASS, MSG_ROOM_OUTSIDE_ACTION },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t;
		int64_t today; /* it is nine in the morning */

		trial_begin(&t, &control_room_climate);
		room_declare(&t, (struct room_row){ "csv", "room", "hot", 99 });
		today = t.now_us - 9 * HOUR_US;
		if (cases[i].room) {
			fact_text(&t.given, 1, "room_action.room", str_of(cases[i].room));
			fact_time(&t.given, 1, "room_action.on", today + cases[i].action_day * DAY_US);
		}
		trial_look_given(&t, &control_room_climate, "devices");
		fact_int(&t.facts, 0, "temperature_mc.outside_now_min", cases[i].minutes);
		trial_judge(&t, &control_room_climate);
		if (t.finding.verdict != cases[i].verdict || t.finding.message != cases[i].message) {
			test_failures++;
			printf("%s: %d %u, want %d %u\n", cases[i].name, t.finding.verdict, t.finding.message, cases[i].verdict, cases[i].message);
		}
		CHECK_INT(trial_n(&t, "minutes"), cases[i].minutes);
		CHECK_INT(trial_n(&t, "temperature"), 27100);
		trial_end(&t);
	}
}

TEST_MAIN
