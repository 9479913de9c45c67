// SPDX-License-Identifier: Apache-2.0
/*
 * both-held-finding - does one person hold administrator and user rights, or roles of both sides?
 *
 * Accounts linked to one person count together: two accounts do not make two people.
 */
#include "control/control.h"

#include "message/messages.h"

/*= S-7-1 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	const struct fact *persons = fact_get(f, 0, "persons"), *rights = fact_get(f, 0, "both_rights"), *sides = fact_get(f, 0, "both_sides");

	(void)p;
	(void)now_us;
	if (f->overflow || persons == NULL || rights == NULL || sides == NULL) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_STATION_NO_ANSWER);
	} else if (sides->n) {
		finding_set(ret, VERDICT_FAIL, MSG_BOTH_SIDES_HELD);
		finding_int(ret, "count", sides->n);
	} else if (rights->n) {
		finding_set(ret, VERDICT_FAIL, MSG_BOTH_RIGHTS_HELD);
		finding_int(ret, "count", rights->n);
	} else if (persons->n == 0) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_NOBODY_ENROLLED);
	} else {
		finding_set(ret, VERDICT_PASS, MSG_NOBODY_HOLDS_BOTH);
		finding_int(ret, "count", persons->n);
	}
}

const struct control control_both_held_finding = {
	.id = "both-held-finding", .subject = SUBJECT_STATION, .by = LOOK_BY_CORE, .every_s = 3600, .timeout_ms = 10000, .judge = judge,
};
