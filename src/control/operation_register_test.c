// SPDX-License-Identifier: Apache-2.0
#include "control/control_test.h"

extern const struct control control_operation_register;

static void
declare(struct trial *t, uint32_t row, const char *system, const char *act, const char *version)
{
	fact_text(&t->facts, row, "operation.name", STR("見本の操作"));
	fact_text(&t->facts, row, "operation.system", str_of(system));
	if (*act)
		fact_text(&t->facts, row, "operation.act", str_of(act));
	fact_text(&t->facts, row, "operation.procedure", STR("手順書1"));
	if (*version)
		fact_text(&t->facts, row, "operation.version", str_of(version));
}

CASE(every_act_and_something_outside) /*= O1-1-2 type=test */
{
	static const struct { int rows; const char *act, *version; enum verdict verdict; uint16_t message; } cases[] = {
		{ 0, "", "", VERDICT_UNKNOWN, MSG_OPERATIONS_NONE },
		{ 1, "catalogue-reload", "1", VERDICT_UNKNOWN, MSG_OPERATIONS_INSIDE_ONLY },
		{ 2, "catalogue-reload", "1", VERDICT_PASS, MSG_OPERATIONS_NAMED },
		{ 2, "catalogue-reload", "", VERDICT_FAIL, MSG_OPERATIONS_MISSING },
		{ 2, "catalogue-list", "1", VERDICT_FAIL, MSG_OPERATIONS_MISSING },
		{ 2, "", "1", VERDICT_FAIL, MSG_OPERATIONS_MISSING },
		{ -1, "", "", VERDICT_UNKNOWN, MSG_STATION_NO_ANSWER },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t;

		trial_begin(&t, &control_operation_register);
		if (cases[i].rows >= 0) {
			fact_int(&t.facts, 0, "acts_dangerous", 1);
			fact_text(&t.facts, 1, "act", STR("catalogue-reload"));
		}
		if (cases[i].rows >= 1)
			declare(&t, 2, "station", cases[i].act, cases[i].version);
		if (cases[i].rows >= 2)
			declare(&t, 3, "dns", "", "3");
		trial_judge(&t, &control_operation_register);
		CHECK_INT(t.finding.verdict, cases[i].verdict);
		CHECK_INT(t.finding.message, cases[i].message);
		trial_end(&t);
	}
}

TEST_MAIN
