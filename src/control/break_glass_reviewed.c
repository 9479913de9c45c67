// SPDX-License-Identifier: Apache-2.0
/* break-glass-reviewed - was each opening by a sealed code looked at by another person, by the next business day? */
#include "control/control.h"

#include "message/messages.h"

/*= S-3-3 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	const struct fact *opened = fact_get(f, 0, "opened"), *overdue = fact_get(f, 0, "overdue");

	(void)p;
	(void)now_us;
	if (f->overflow || opened == NULL || overdue == NULL) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_STATION_NO_ANSWER);
	} else if (overdue->n) {
		finding_set(ret, VERDICT_FAIL, MSG_GLASS_UNREVIEWED);
		finding_int(ret, "count", overdue->n);
	} else {
		finding_set(ret, VERDICT_PASS, MSG_GLASS_REVIEWED);
		finding_int(ret, "opened", opened->n);
		finding_int(ret, "reviewed", fact_n(f, 0, "reviewed", 0));
		finding_int(ret, "waiting", fact_n(f, 0, "waiting", 0));
	}
}

const struct control control_break_glass_reviewed = {
	.id = "break-glass-reviewed", .subject = SUBJECT_STATION, .by = LOOK_BY_CORE, .every_s = 600, .timeout_ms = 10000, .judge = judge,
};
