// SPDX-License-Identifier: Apache-2.0
/*
 * side-separation - does each side keep to its own part of the contract?
 *
 * The client's roles administer nothing, the contractor's take no decision of the client, nobody holds both. Who uses is the
 * contract's: where its clause says that use is the client's (contractor_uses 0), a contractor's operator is somebody whose
 * work the station cannot tell apart from the client's.
 */
#include "control/control.h"

#include "message/messages.h"

static const struct param_def params[] = { { "contractor_uses", "", 0, 1, 1 } };

/*= S-9-2 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	const struct fact *crossed = fact_get(f, 0, "crossed"), *clients = fact_get(f, 0, "clients"), *contractors = fact_get(f, 0, "contractors"), *operators = fact_get(f, 0, "operators");

	(void)now_us;
	if (f->overflow || crossed == NULL || clients == NULL || contractors == NULL || operators == NULL) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_STATION_NO_ANSWER);
	} else if (crossed->n) {
		finding_set(ret, VERDICT_FAIL, MSG_SIDES_CROSSED);
		finding_int(ret, "count", crossed->n);
	} else if (clients->n + contractors->n == 0) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_NOBODY_ENROLLED);
	} else if (operators->n && param_n(p, "contractor_uses") == 0) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_SIDES_OPERATORS);
		finding_int(ret, "count", operators->n);
	} else {
		finding_set(ret, VERDICT_PASS, MSG_SIDES_APART);
		finding_int(ret, "clients", clients->n);
		finding_int(ret, "contractors", contractors->n);
	}
}

const struct control control_side_separation = {
	.id = "side-separation", .params = params, .params_count = 1, .subject = SUBJECT_STATION, .by = LOOK_BY_CORE, .every_s = 3600, .timeout_ms = 10000, .judge = judge,
};
