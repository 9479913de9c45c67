// SPDX-License-Identifier: Apache-2.0
#include "control/control_test.h"

extern const struct control control_evidence_order;

#define DAY (86400 * INT64_C(1000000))

/* Days before now; made, received -1: not yet. */
struct one { int at, made, received; };

CASE(orders_are_met_in_time_or_not) /*= O1-2-2 type=test */
{
	static const struct { struct one list[3]; size_t n; enum verdict verdict; uint16_t message; int64_t count; } cases[] = {
		{ { { 0, 0, 0 } }, 0, VERDICT_UNKNOWN, MSG_EVIDENCE_ORDER_NONE, 0 },
		{ { { 3, 3, 2 } }, 1, VERDICT_PASS, MSG_EVIDENCE_ORDER_MADE, 1 },
		{ { { 300, 299, -1 } }, 1, VERDICT_PASS, MSG_EVIDENCE_ORDER_MADE, 1 },                      /* it lies there for the client */
		{ { { 13, -1, -1 } }, 1, VERDICT_UNKNOWN, MSG_EVIDENCE_ORDER_OPEN, 1 },
		{ { { 14, -1, -1 } }, 1, VERDICT_FAIL, MSG_EVIDENCE_ORDER_LATE, 1 },                        /* the fourteenth day is late */
		{ { { 3, 3, 2 }, { 1, -1, -1 }, { 90, -1, -1 } }, 3, VERDICT_FAIL, MSG_EVIDENCE_ORDER_LATE, 1 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t;

		trial_begin(&t, &control_evidence_order);
		fact_int(&t.facts, 0, "orders", (int64_t)cases[i].n);
		for (uint32_t k = 0; k < cases[i].n; k++) {
			const struct one *x = &cases[i].list[k];

			fact_text(&t.facts, k + 1, "order.number", STR("見本1"));
			fact_time(&t.facts, k + 1, "order.at", t.now_us - x->at * DAY);
			if (x->made >= 0)
				fact_time(&t.facts, k + 1, "order.made", t.now_us - x->made * DAY);
			if (x->received >= 0)
				fact_time(&t.facts, k + 1, "order.received", t.now_us - x->received * DAY);
		}
		trial_judge(&t, &control_evidence_order);
		CHECK_INT(t.finding.verdict, cases[i].verdict);
		CHECK_INT(t.finding.message, cases[i].message);
		CHECK_INT(trial_n(&t, "count"), cases[i].count);
		trial_end(&t);
	}
}

CASE(nobody_answers)
{
	struct trial t;

	trial_begin(&t, &control_evidence_order);
	trial_judge(&t, &control_evidence_order);
	CHECK_INT(t.finding.verdict, VERDICT_UNKNOWN);
	CHECK_INT(t.finding.message, MSG_STATION_NO_ANSWER);
	trial_end(&t);
}

TEST_MAIN
