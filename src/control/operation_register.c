// SPDX-License-Identifier: Apache-2.0
/*
 * operation-register - are the operations that affect the service named, each with its procedure and who may?
 *
 * The station's own dangerous acts are known to it; what is done outside (hypervisor, DNS, PBX) is what people declare.
 */
#include "control/control.h"

#include "message/messages.h"

static const char *const registers[] = { "operation", NULL };

static bool
declared(const struct facts *f, struct str act)
{
	for (uint32_t r = 1; r <= fact_rows(f); r++)
		if (str_eq(fact_s(f, r, "operation.act"), act) && fact_s(f, r, "operation.procedure").n && fact_s(f, r, "operation.version").n)
			return true;
	return false;
}

/*= O1-1-2 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	int64_t rows = 0, outside = 0, acts = 0;
	struct str missing = STR_NONE;

	(void)p;
	(void)now_us;
	for (uint32_t r = 1; r <= fact_rows(f); r++) {
		struct str act = fact_s(f, r, "act");

		rows += fact_s(f, r, "operation.name").n > 0;
		outside += fact_s(f, r, "operation.name").n > 0 && !str_eq(fact_s(f, r, "operation.system"), STR("station"));
		acts += act.n > 0;
		if (act.n && missing.n == 0 && !declared(f, act))
			missing = act;
	}
	if (f->overflow || fact_get(f, 0, "acts_dangerous") == NULL) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_STATION_NO_ANSWER);
	} else if (rows == 0) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_OPERATIONS_NONE);
	} else if (missing.n) {
		finding_set(ret, VERDICT_FAIL, MSG_OPERATIONS_MISSING);
		finding_text(ret, "act", missing);
	} else if (outside == 0) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_OPERATIONS_INSIDE_ONLY);
	} else {
		finding_set(ret, VERDICT_PASS, MSG_OPERATIONS_NAMED);
		finding_int(ret, "acts", acts);
		finding_int(ret, "outside", outside);
	}
}

const struct control control_operation_register = {
	.id = "operation-register", .subject = SUBJECT_STATION, .by = LOOK_BY_CORE, .every_s = 86400, .timeout_ms = 10000, .registers = registers, .judge = judge,
};
