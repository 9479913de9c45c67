// SPDX-License-Identifier: Apache-2.0
#include "control/control_test.h"

extern const struct control control_rotation;

#define DAY (86400 * INT64_C(1000000))

struct one { int64_t days; int last; }; /* days before now; -1: not said */

CASE(changed_within_its_days_or_not) /*= O2-4-2 type=test */
{
	static const struct { struct one list[3]; size_t n; enum verdict verdict; uint16_t message; int64_t count; } cases[] = {
		{ { { 0, 0 } }, 0, VERDICT_UNKNOWN, MSG_ROTATION_NONE, 0 },
		{ { { 90, 10 }, { 365, 300 } }, 2, VERDICT_PASS, MSG_ROTATION_DONE, 2 },
		{ { { 90, 90 } }, 1, VERDICT_PASS, MSG_ROTATION_DONE, 1 },          /* the last day is in time */
		{ { { 90, 91 } }, 1, VERDICT_FAIL, MSG_ROTATION_LATE, 1 },
		{ { { 90, 10 }, { 0, 10 } }, 2, VERDICT_UNKNOWN, MSG_ROTATION_SILENT, 1 },
		{ { { 90, -1 } }, 1, VERDICT_UNKNOWN, MSG_ROTATION_SILENT, 1 },
		{ { { 90, -30 } }, 1, VERDICT_UNKNOWN, MSG_ROTATION_SILENT, 1 },    /* a day to come proves nothing */
		{ { { 0, 0 }, { 30, 60 } }, 2, VERDICT_FAIL, MSG_ROTATION_LATE, 1 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t;

		trial_begin(&t, &control_rotation);
		for (uint32_t k = 0; k < cases[i].n; k++) {
			const struct one *x = &cases[i].list[k];

			fact_text(&t.facts, k + 1, "special_account.name", STR("見本の鍵"));
			if (x->days)
				fact_int(&t.facts, k + 1, "special_account.rotate_days", x->days);
			if (x->last != -1)
				fact_time(&t.facts, k + 1, "special_account.rotated_on", t.now_us - x->last * DAY);
		}
		trial_judge(&t, &control_rotation);
		CHECK_INT(t.finding.verdict, cases[i].verdict);
		CHECK_INT(t.finding.message, cases[i].message);
		if (cases[i].count)
			CHECK_INT(trial_n(&t, "count"), cases[i].count);
		trial_end(&t);
	}
}

TEST_MAIN
