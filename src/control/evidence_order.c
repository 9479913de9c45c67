// SPDX-License-Identifier: Apache-2.0
/*
 * evidence-order - was what the client ordered there for it in time?
 *
 * The hold begins with the order itself; a bundle that is made can be fetched at once. Without an order there is nothing to judge.
 */
#include "control/control.h"

#include "base/time_text.h"
#include "message/messages.h"

static const struct param_def params[] = { { "within_days", "days", 1, 366, 14 } };

/*= O1-2-2 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	int64_t within = param_n(p, "within_days"), made = 0, received = 0, open = 0, late = 0;
	struct str first = STR_NONE;

	if (f->overflow || fact_get(f, 0, "orders") == NULL) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_STATION_NO_ANSWER);
		return;
	}
	for (uint32_t row = 1; row <= fact_rows(f); row++) {
		bool past = now_us >= fact_n(f, row, "order.at", 0) + within * DAY_US;

		received += fact_n(f, row, "order.received", 0) != 0;
		if (fact_n(f, row, "order.made", 0)) {
			made++;
			continue;
		}
		if ((past && late++ == 0) || (!past && open++ == 0 && late == 0))
			first = fact_s(f, row, "order.number");
	}
	if (made + open + late == 0)
		finding_set(ret, VERDICT_UNKNOWN, MSG_EVIDENCE_ORDER_NONE);
	else if (late)
		finding_set(ret, VERDICT_FAIL, MSG_EVIDENCE_ORDER_LATE);
	else
		finding_set(ret, open ? VERDICT_UNKNOWN : VERDICT_PASS, open ? MSG_EVIDENCE_ORDER_OPEN : MSG_EVIDENCE_ORDER_MADE);
	finding_int(ret, "count", late ? late : open ? open : made);
	finding_int(ret, "received", received);
	finding_int(ret, "days", within);
	if (first.n)
		finding_text(ret, "first", first);
}

const struct control control_evidence_order = {
	.id = "evidence-order", .params = params, .params_count = 1, .subject = SUBJECT_STATION, .by = LOOK_BY_CORE, .every_s = 600, .timeout_ms = 10000, .judge = judge,
};
