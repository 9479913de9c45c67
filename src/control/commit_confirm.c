// SPDX-License-Identifier: Apache-2.0
/*
 * commit-confirm - does a change that may lock its author out fall back unless it is confirmed?
 *
 * The station tells which registers are changed on trial, how long a trial lasts, and how each ended; one whose time is
 * over and that stands all the same is a finding.
 */
#include "control/control.h"

#include "message/messages.h"

#define LONGEST_S 120

/*= O1-1-2 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	const struct fact *seconds = fact_get(f, 0, "seconds"), *overdue = fact_get(f, 0, "overdue");
	int64_t registers = 0;

	(void)p;
	(void)now_us;
	for (uint32_t row = 1; row <= fact_rows(f); row++)
		registers += fact_get(f, row, "register") != NULL;
	if (f->overflow || seconds == NULL || overdue == NULL) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_STATION_NO_ANSWER);
	} else if (overdue->n) {
		finding_set(ret, VERDICT_FAIL, MSG_CONFIRM_OVERDUE);
		finding_int(ret, "count", overdue->n);
	} else if (registers == 0 || seconds->n < 1 || seconds->n > LONGEST_S) {
		finding_set(ret, VERDICT_FAIL, MSG_CONFIRM_NOTHING);
	} else {
		finding_set(ret, VERDICT_PASS, MSG_CONFIRM_HOLDS);
		finding_int(ret, "registers", registers);
		finding_int(ret, "seconds", seconds->n);
		finding_int(ret, "confirmed", fact_n(f, 0, "confirmed", 0));
		finding_int(ret, "undone", fact_n(f, 0, "undone", 0));
	}
}

const struct control control_commit_confirm = {
	.id = "commit-confirm", .subject = SUBJECT_STATION, .by = LOOK_BY_CORE, .every_s = 3600, .timeout_ms = 10000, .judge = judge,
};
