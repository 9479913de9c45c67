// SPDX-License-Identifier: Apache-2.0
/*
 * incident-reporting - did the client know of each incident in time?
 *
 * The clock runs from the instant the incident was declared. A quiet year proves nothing here: the clause then rests on its declaration.
 */
#include "control/control.h"

#include "base/time_text.h"
#include "message/messages.h"

static const struct param_def params[] = {
	{ "within_min", "min", 1, 10080, 60 },
	{ "fault_only", "", 0, 1, 0 }, /* 1: only where the contractor is at fault */
};

/*= S-1-3 */ /*= S-9-3 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	int64_t within_min = param_n(p, "within_min"), judged = 0, late = 0, open = 0, longest_min = 0;
	bool fault_only = param_n(p, "fault_only") == 1;
	struct str first = STR_NONE;

	if (f->overflow || fact_get(f, 0, "incidents") == NULL) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_STATION_NO_ANSWER);
		return;
	}
	for (uint32_t row = 1; row <= fact_rows(f); row++) {
		int64_t noticed_us = fact_n(f, row, "incident.noticed", 0), told_us = fact_n(f, row, "incident.told", 0), took_min;

		if (fault_only && !fact_n(f, row, "incident.fault", 0))
			continue;
		judged++;
		took_min = ((told_us ? told_us : now_us) - noticed_us) / MINUTE_US;
		longest_min = took_min > longest_min ? took_min : longest_min;
		if (took_min >= within_min) {
			if (late++ == 0)
				first = fact_s(f, row, "incident.name");
		} else if (told_us == 0 && open++ == 0 && late == 0) {
			first = fact_s(f, row, "incident.name");
		}
	}
	if (judged == 0)
		finding_set(ret, VERDICT_UNKNOWN, MSG_INCIDENT_NONE);
	else if (late)
		finding_set(ret, VERDICT_FAIL, MSG_INCIDENT_LATE);
	else
		finding_set(ret, open ? VERDICT_UNKNOWN : VERDICT_PASS, open ? MSG_INCIDENT_RUNNING : MSG_INCIDENT_TOLD);
	finding_int(ret, "count", late ? late : open ? open : judged);
	finding_int(ret, "minutes", late || !open ? longest_min : within_min);
	finding_int(ret, "within", within_min);
	if (first.n)
		finding_text(ret, "first", first);
}

const struct control control_incident_reporting = {
	.id = "incident-reporting", .params = params, .params_count = 2, .subject = SUBJECT_STATION, .by = LOOK_BY_CORE, .every_s = 300, .timeout_ms = 10000, .judge = judge,
};
