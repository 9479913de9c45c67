// SPDX-License-Identifier: Apache-2.0
#include "control/control_test.h"

extern const struct control control_coverage;

#define DAY (86400 * INT64_C(1000000))

struct one { int trained, unneeded, from; }; /* days before now; trained -1: never; unneeded 0: needed */

CASE(everybody_was_reached_or_not) /*= O2-2-2 type=test */
{
	static const struct { struct one list[3]; size_t n; int64_t percent; enum verdict verdict; uint16_t message; int64_t reached; } cases[] = {
		{ { { 0, 0, 0 } }, 0, 100, VERDICT_UNKNOWN, MSG_COVERAGE_NOBODY, 0 },
		{ { { 10, 0, 400 }, { 300, 0, 400 } }, 2, 100, VERDICT_PASS, MSG_COVERAGE_REACHED, 2 },
		{ { { 10, 0, 400 }, { 400, 0, 500 } }, 2, 100, VERDICT_FAIL, MSG_COVERAGE_SHORT, 1 },   /* over a year ago */
		{ { { 10, 0, 400 }, { 400, 0, 500 } }, 2, 50, VERDICT_PASS, MSG_COVERAGE_REACHED, 1 },
		{ { { 10, 0, 400 }, { -1, 3, 400 } }, 2, 100, VERDICT_PASS, MSG_COVERAGE_REACHED, 1 },  /* left */
		{ { { 10, 0, 400 }, { -1, 0, -5 } }, 2, 100, VERDICT_PASS, MSG_COVERAGE_REACHED, 1 },   /* begins next week */
		{ { { -1, 0, 400 } }, 1, 100, VERDICT_FAIL, MSG_COVERAGE_SHORT, 0 },
		{ { { -7, 0, 400 } }, 1, 100, VERDICT_FAIL, MSG_COVERAGE_SHORT, 0 },                    /* planned is not done */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t;

		trial_begin(&t, &control_coverage);
		for (uint32_t k = 0; k < cases[i].n; k++) {
			const struct one *x = &cases[i].list[k];

			fact_text(&t.facts, k + 1, "person.number", STR("1001"));
			fact_time(&t.facts, k + 1, "person.from", t.now_us - x->from * DAY);
			if (x->trained != -1)
				fact_time(&t.facts, k + 1, "person.trained_on", t.now_us - x->trained * DAY);
			if (x->unneeded)
				fact_time(&t.facts, k + 1, "person.unneeded_on", t.now_us - x->unneeded * DAY);
		}
		t.params.values[0] = cases[i].percent;
		trial_judge(&t, &control_coverage);
		CHECK_INT(t.finding.verdict, cases[i].verdict);
		CHECK_INT(t.finding.message, cases[i].message);
		CHECK_INT(trial_n(&t, "reached"), cases[i].reached);
		trial_end(&t);
	}
}

TEST_MAIN
