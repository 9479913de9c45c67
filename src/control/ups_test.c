// SPDX-License-Identifier: Apache-2.0
#include "control/power_test.h"

extern const struct control control_ups;

CASE(words_and_charge) /*= S-6-4 type=test */
{
	static const struct power_case cases[] = {
		{ { "ups", "nut", 1 }, VERDICT_PASS, MSG_UPS_ON_LINE },
		{ { "ups", "nut", 2 }, VERDICT_PASS, MSG_UPS_ON_BATTERY },
		{ { "ups", "nut", 3 }, VERDICT_FAIL, MSG_UPS_ENDING },
		{ { "ups", "nut", 4 }, VERDICT_FAIL, MSG_UPS_REPLACE_BATTERY },
		{ { "ups", "nut", 5 }, VERDICT_FAIL, MSG_UPS_NOT_CARRYING },     /* BYPASS */
		{ { "ups", "nut", 6 }, VERDICT_UNKNOWN, MSG_UPS_ALARM },
		{ { "ups", "nut", 7 }, VERDICT_PASS, MSG_UPS_RECHARGING },      /* LB, and charging: an outage that is over */
		{ { "ups", "nut", 14 }, VERDICT_UNKNOWN, MSG_UPS_UNSURE },      /* a word nobody knows */
		{ { "ups", "nut", 15 }, VERDICT_UNKNOWN, MSG_UPS_UNSURE },      /* LB; charging or not is not said */
		{ { "ups", "nut", 16 }, VERDICT_UNKNOWN, MSG_UPS_UNSURE },      /* no word at all */
		{ { "ups", "nut", 17 }, VERDICT_UNKNOWN, MSG_UPS_UNSURE },      /* a charge that is low without the word LB */
		{ { "ups", "nut", 18 }, VERDICT_PASS, MSG_UPS_ON_LINE_NO_CHARGE },
		{ { "ups", "nut", 19 }, VERDICT_FAIL, MSG_UPS_NOT_CARRYING },   /* OFF */
		{ { "ups", "nut", 20 }, VERDICT_PASS, MSG_UPS_ON_LINE },        /* a repeater of a real one */
		{ { "ups", "nut", 23 }, VERDICT_UNKNOWN, MSG_UPS_UNSURE },      /* less than nothing in the battery */
		{ { "ups", "nut", 21 }, VERDICT_FAIL, MSG_UPS_ENDING },         /* FSD */
	};

	POWER_TABLE(&control_ups, cases);
}

CASE(silence_and_lies_are_unknown) /*= S-6-4 type=test */
{
	static const struct power_case cases[] = {
		{ { "ups", "nut", 8 }, VERDICT_UNKNOWN, MSG_UPS_STALE },
		{ { "ups", "nut", 9 }, VERDICT_UNKNOWN, MSG_UPS_UNKNOWN },
		{ { "ups", "nut", 10 }, VERDICT_UNKNOWN, MSG_UPS_SIMULATED },
		{ { "ups", "nut", 11 }, VERDICT_UNKNOWN, MSG_DEVICE_NONSENSE }, /* something else listens there */
		{ { "ups", "nut", 12 }, VERDICT_UNKNOWN, MSG_DEVICE_NONSENSE }, /* cut in the middle, "OL" already said */
		{ { "ups", "nut", 13 }, VERDICT_UNKNOWN, MSG_DEVICE_NONSENSE }, /* a flood */
		{ { "ups", "nut", 99 }, VERDICT_UNKNOWN, MSG_DEVICE_REFUSED },  /* nobody: the machine did not answer */
		{ { "ups", "nut", 0 }, VERDICT_UNKNOWN, MSG_DEVICE_UNDECLARED },
		{ { "ups", "none", 0 }, VERDICT_UNKNOWN, MSG_POWER_BY_STATEMENT },
		{ { "ups", "ipmi", 1 }, VERDICT_UNKNOWN, MSG_POWER_SOURCE_UNFIT },
	};

	POWER_TABLE(&control_ups, cases);
	power_other_kinds(&control_ups, "units", "ups", MSG_POWER_NONE_DECLARED);
	power_other_kinds(&control_ups, "units", "stable", MSG_POWER_NONE_DECLARED);
}

CASE(minutes_of_silence_and_on_battery)
{
	struct facts before = { 0 };
	struct trial t;

	for (int number = 2; number <= 8; number += 6) { /* on battery, stale */
		trial_begin(&t, &control_ups);
		power_declare(&t, (struct power_row){ "ups", "nut", number });
		trial_look_given(&t, &control_ups, "devices");
		before.arena = &t.arena;
		before.list = NULL;
		before.count = before.cap = 0;
		fact_text(&before, 3, "state", number == 8 ? STR("silent") : STR("on-battery"));
		fact_time(&before, 3, "first_seen_at", t.now_us - 17 * MINUTE_US);
		facts_carry(&t.facts, &before, control_ups.remember, t.now_us);
		trial_judge(&t, &control_ups);
		CHECK_INT(trial_n(&t, "minutes"), 17);
		trial_end(&t);
	}
}

CASE(an_agreed_time_on_battery)
{
	static const struct { int number; int64_t wanted; enum verdict verdict; uint16_t message; } cases[] = {
		{ 1, 30, VERDICT_PASS, MSG_UPS_ON_LINE }, { 1, 31, VERDICT_FAIL, MSG_UPS_RUNTIME_SHORT }, { 18, 5, VERDICT_UNKNOWN, MSG_UPS_UNSURE },
		{ 24, 5, VERDICT_UNKNOWN, MSG_UPS_UNSURE }, /* less than no time: nobody knows */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t;

		trial_begin(&t, &control_ups);
		power_declare(&t, (struct power_row){ "ups", "nut", cases[i].number });
		t.params.values[0] = cases[i].wanted;
		trial_look_given(&t, &control_ups, "devices");
		trial_judge(&t, &control_ups);
		CHECK_INT(t.finding.verdict, cases[i].verdict);
		CHECK_INT(t.finding.message, cases[i].message);
		trial_end(&t);
	}
}

TEST_MAIN
