// SPDX-License-Identifier: Apache-2.0
/*
 * impersonation-watch - are sign-ins that may be somebody else's seen, and decided about in time?
 *
 * Where nobody has signed in yet nothing was seen. The alarms counted are those a stolen identity raises: new devices and places, bursts of failures, sleeping accounts, sessions at once, odd hours.
 */
#include "control/control.h"

#include "base/time_text.h"
#include "message/messages.h"

static const struct param_def params[] = {
	{ "urgent_h", "h", 1, 168, 24 },
	{ "open_days", "d", 1, 31, 3 },
};

/*= S-5-1 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	int64_t urgent_us = fact_n(f, 0, "urgent_since", 0), open_us = fact_n(f, 0, "open_since", 0);

	if (fact_n(f, 0, "following", 0) == 0) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_MISUSE_BLIND);
	} else if (urgent_us && now_us - urgent_us > param_n(p, "urgent_h") * HOUR_US) {
		finding_set(ret, VERDICT_FAIL, MSG_MISUSE_URGENT);
		finding_int(ret, "since", urgent_us);
		finding_int(ret, "hours", param_n(p, "urgent_h"));
	} else if (open_us && now_us - open_us > param_n(p, "open_days") * DAY_US) {
		finding_set(ret, VERDICT_FAIL, MSG_MISUSE_OPEN);
		finding_int(ret, "n", fact_n(f, 0, "open", 0));
		finding_int(ret, "since", open_us);
		finding_int(ret, "days", param_n(p, "open_days"));
	} else if (fact_n(f, 0, "rules_off", 0)) {
		finding_set(ret, VERDICT_FAIL, MSG_MISUSE_RULES_OFF);
		finding_int(ret, "n", fact_n(f, 0, "rules_off", 0));
	} else if (fact_n(f, 0, "signed_in_at", 0) == 0) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_IMPERSONATION_NOBODY);
	} else {
		finding_set(ret, VERDICT_PASS, MSG_IMPERSONATION_WATCHED);
		finding_int(ret, "n", fact_n(f, 0, "open", 0));
	}
}

const struct control control_impersonation_watch = {
	.id = "impersonation-watch", .params = params, .params_count = sizeof(params) / sizeof(params[0]), .subject = SUBJECT_STATION, .by = LOOK_BY_CORE,
	.every_s = 3600, .timeout_ms = 10000, .judge = judge,
};
