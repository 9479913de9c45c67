// SPDX-License-Identifier: Apache-2.0
/*
 * second-person - does what cannot be undone wait for another person, and is there one?
 *
 * Each approval that led to an act is looked at again: two accounts that turned out to be one person's are a finding.
 */
#include "control/control.h"

#include "message/messages.h"

/*= O1-1-2 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	const struct fact *alone = fact_get(f, 0, "acts_alone"), *approvers = fact_get(f, 0, "approvers"), *same = fact_get(f, 0, "approved_by_same");

	(void)p;
	(void)now_us;
	if (f->overflow || alone == NULL || approvers == NULL || same == NULL) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_STATION_NO_ANSWER);
	} else if (alone->n) {
		finding_set(ret, VERDICT_FAIL, MSG_SECOND_ALONE);
		finding_int(ret, "count", alone->n);
	} else if (same->n) {
		finding_set(ret, VERDICT_FAIL, MSG_SECOND_SAME);
		finding_int(ret, "count", same->n);
	} else if (approvers->n < 2) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_SECOND_NOBODY);
		finding_int(ret, "count", approvers->n);
	} else {
		finding_set(ret, VERDICT_PASS, MSG_SECOND_PERSON);
		finding_int(ret, "acts", fact_n(f, 0, "acts_guarded", 0));
		finding_int(ret, "approvers", approvers->n);
		finding_int(ret, "approved", fact_n(f, 0, "approved", 0));
	}
}

const struct control control_second_person = {
	.id = "second-person", .subject = SUBJECT_STATION, .by = LOOK_BY_CORE, .every_s = 3600, .timeout_ms = 10000, .judge = judge,
};
