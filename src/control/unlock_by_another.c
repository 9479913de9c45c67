// SPDX-License-Identifier: Apache-2.0
/*
 * unlock-by-another - is a locked account opened by another person, never by its holder?
 *
 * The station refuses it for the own account. It only works when somebody else
 * is there: one usable account that may unlock would have nobody to open it.
 */
#include "control/control.h"

#include "message/messages.h"

/*= S-3-4 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	const struct fact *own = fact_get(f, 0, "unlock_own"), *keepers = fact_get(f, 0, "unlockers");

	(void)p;
	(void)now_us;
	if (f->overflow || own == NULL || keepers == NULL) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_STATION_NO_ANSWER);
	} else if (own->n) {
		finding_set(ret, VERDICT_FAIL, MSG_UNLOCK_OWN);
	} else if (keepers->n < 2) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_UNLOCK_ALONE);
		finding_int(ret, "count", keepers->n);
	} else {
		finding_set(ret, VERDICT_PASS, MSG_UNLOCK_BY_ANOTHER);
		finding_int(ret, "count", keepers->n);
		finding_int(ret, "times", fact_n(f, 0, "unlocks", 0));
	}
}

const struct control control_unlock_by_another = {
	.id = "unlock-by-another", .subject = SUBJECT_STATION, .by = LOOK_BY_CORE, .every_s = 3600, .timeout_ms = 10000, .judge = judge,
};
