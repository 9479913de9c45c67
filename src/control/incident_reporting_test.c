// SPDX-License-Identifier: Apache-2.0
#include "control/control_test.h"

extern const struct control control_incident_reporting;

#define MIN (60 * INT64_C(1000000))

/* Minutes before now; told -1: not told. */
struct one { int noticed, told; bool fault; };

CASE(told_in_time_or_not) /*= S-1-3 type=test */ /*= S-9-3 type=test */
{
	static const struct { struct one list[3]; size_t n; int64_t within, fault_only; enum verdict verdict; uint16_t message; int64_t count; } cases[] = {
		{ { { 0, 0, false } }, 0, 60, 0, VERDICT_UNKNOWN, MSG_INCIDENT_NONE, 0 },                              /* silence proves nothing */
		{ { { 500, 441, false } }, 1, 60, 0, VERDICT_PASS, MSG_INCIDENT_TOLD, 1 },
		{ { { 500, 440, false } }, 1, 60, 0, VERDICT_FAIL, MSG_INCIDENT_LATE, 1 },                             /* the sixtieth minute is late */
		{ { { 59, -1, false } }, 1, 60, 0, VERDICT_UNKNOWN, MSG_INCIDENT_RUNNING, 1 },
		{ { { 60, -1, false } }, 1, 60, 0, VERDICT_FAIL, MSG_INCIDENT_LATE, 1 },
		{ { { 500, 490, false }, { 30, -1, true } }, 2, 60, 0, VERDICT_UNKNOWN, MSG_INCIDENT_RUNNING, 1 },
		{ { { 500, 490, false }, { 30, -1, true } }, 2, 15, 1, VERDICT_FAIL, MSG_INCIDENT_LATE, 1 },           /* the shorter clock of the same incident */
		{ { { 500, 400, false } }, 1, 15, 1, VERDICT_UNKNOWN, MSG_INCIDENT_NONE, 0 },                          /* nobody's fault: not this clause's */
		{ { { 500, 490, true }, { 400, 100, false } }, 2, 15, 1, VERDICT_PASS, MSG_INCIDENT_TOLD, 1 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t;

		trial_begin(&t, &control_incident_reporting);
		fact_int(&t.facts, 0, "incidents", (int64_t)cases[i].n);
		for (uint32_t k = 0; k < cases[i].n; k++) {
			const struct one *x = &cases[i].list[k];

			fact_text(&t.facts, k + 1, "incident.name", STR("見本の事案"));
			fact_time(&t.facts, k + 1, "incident.noticed", t.now_us - x->noticed * MIN);
			fact_bool(&t.facts, k + 1, "incident.fault", x->fault);
			if (x->told >= 0)
				fact_time(&t.facts, k + 1, "incident.told", t.now_us - x->told * MIN);
		}
		t.params.values[0] = cases[i].within;
		t.params.values[1] = cases[i].fault_only;
		trial_judge(&t, &control_incident_reporting);
		CHECK_INT(t.finding.verdict, cases[i].verdict);
		CHECK_INT(t.finding.message, cases[i].message);
		CHECK_INT(trial_n(&t, "count"), cases[i].count);
		trial_end(&t);
	}
}

CASE(nobody_answers)
{
	struct trial t;

	trial_begin(&t, &control_incident_reporting);
	trial_judge(&t, &control_incident_reporting);
	CHECK_INT(t.finding.verdict, VERDICT_UNKNOWN);
	CHECK_INT(t.finding.message, MSG_STATION_NO_ANSWER);
	trial_end(&t);
}

TEST_MAIN
