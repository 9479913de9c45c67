// SPDX-License-Identifier: Apache-2.0
#include "control/control_test.h"

extern const struct control control_clock_sync;

CASE(machines) /*= S-3-5 type=test */
{
	static const struct trial_case cases[] = {
		{ "kept", VERDICT_PASS, MSG_CLOCK_IN_STEP },
		{ "fresh", VERDICT_FAIL, MSG_CLOCK_NOT_DISCIPLINED },
		{ "broken", VERDICT_FAIL, MSG_CLOCK_OFF },
		{ "silent", VERDICT_UNKNOWN, MSG_CLOCK_NO_ANSWER }, /* the machine did not answer */
	};

	TRIAL_TABLE(&control_clock_sync, cases);
}

CASE(limits)
{
	static const struct { int64_t offset_us, error_us; enum verdict verdict; int64_t offset_ms; } cases[] = {
		{ 1000000, 0, VERDICT_PASS, 1000 }, { 1000001, 0, VERDICT_FAIL, 1001 }, { -1000001, 0, VERDICT_FAIL, 1001 }, { -1, 0, VERDICT_PASS, 1 },
		{ 0, 5000999, VERDICT_PASS, 0 }, { 0, 5001000, VERDICT_UNKNOWN, -1 }, { 0, -1, VERDICT_UNKNOWN, -1 }, { INT64_MIN, 0, VERDICT_FAIL, -1 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t = { .arena = ARENA(4096) };

		t.facts.arena = &t.arena;
		params_default(&control_clock_sync, &t.params);
		fact_bool(&t.facts, 0, "synchronised", true);
		fact_int(&t.facts, 0, "offset_us", cases[i].offset_us);
		fact_int(&t.facts, 0, "max_error_us", cases[i].error_us);
		trial_judge(&t, &control_clock_sync);
		CHECK_INT(t.finding.verdict, cases[i].verdict);
		if (cases[i].offset_ms >= 0)
			CHECK_INT(trial_n(&t, "offset_ms"), cases[i].offset_ms);
		t.facts.overflow = true;
		trial_judge(&t, &control_clock_sync);
		CHECK_INT(t.finding.verdict, VERDICT_UNKNOWN);
		trial_end(&t);
	}
}

TEST_MAIN
