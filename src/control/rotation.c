// SPDX-License-Identifier: Apache-2.0
/*
 * rotation - was every special credential changed within the days declared for it?
 *
 * Rows of the register "special-account": one that says neither how often nor when last is no proof.
 */
#include "control/control.h"

#include "base/time_text.h"
#include "control/given.h"
#include "message/messages.h"

static const char *const registers[] = { "special-account", NULL };

/*= O2-4-2 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	int64_t good = 0, silent = 0, late = 0;
	struct str first = STR_NONE;

	(void)p;
	for (uint32_t row = 1; row <= fact_rows(f); row++) {
		int64_t days = fact_n(f, row, "special_account.rotate_days", 0), last = given_date(f, row, "special_account.rotated_on");
		struct str name = fact_s(f, row, "special_account.name");

		if (name.n == 0)
			continue;
		if (days == 0 || last == 0 || last > now_us) {
			if (silent++ == 0 && late == 0)
				first = name;
		} else if (now_us >= last + (days + 1) * DAY_US) {
			if (late++ == 0)
				first = name;
		} else {
			good++;
		}
	}
	if (f->overflow || good + silent + late == 0)
		finding_set(ret, VERDICT_UNKNOWN, MSG_ROTATION_NONE);
	else if (late)
		finding_set(ret, VERDICT_FAIL, MSG_ROTATION_LATE);
	else
		finding_set(ret, silent ? VERDICT_UNKNOWN : VERDICT_PASS, silent ? MSG_ROTATION_SILENT : MSG_ROTATION_DONE);
	finding_int(ret, "count", late ? late : silent ? silent : good);
	if (first.n)
		finding_text(ret, "first", first);
}

const struct control control_rotation = {
	.id = "rotation", .subject = SUBJECT_CONTRACT, .by = LOOK_BY_CORE, .every_s = 3600, .timeout_ms = 5000, .registers = registers, .judge = judge,
};
