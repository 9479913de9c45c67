// SPDX-License-Identifier: Apache-2.0
/*
 * coverage - how many of the people who work for the contract were reached by training within the months asked for?
 *
 * Rows of the register "person" in force; somebody who is not needed any more is not counted.
 */
#include "control/control.h"

#include "base/calendar.h"
#include "base/time_text.h"
#include "control/given.h"
#include "message/messages.h"

static const char *const      registers[] = { "person", NULL };
static const struct param_def params[] = { { "percent", "%", 1, 100, 100 }, { "within_months", "months", 1, 60, 12 } };

/*= O2-2-2 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	int64_t all = 0, reached = 0, percent = param_n(p, "percent"), months = param_n(p, "within_months");
	struct str first = STR_NONE;

	for (uint32_t row = 1; row <= fact_rows(f); row++) {
		struct str number = fact_s(f, row, "person.number");
		int64_t trained = given_date(f, row, "person.trained_on");

		if (number.n == 0 || given_date(f, row, "person.unneeded_on") || given_date(f, row, "person.from") > now_us)
			continue;
		all++;
		if (trained && trained <= now_us && now_us < day_months_later(trained, (int)months) + DAY_US)
			reached++;
		else if (first.n == 0)
			first = number;
	}
	if (f->overflow || all == 0)
		finding_set(ret, VERDICT_UNKNOWN, MSG_COVERAGE_NOBODY);
	else if (reached * 100 >= all * percent)
		finding_set(ret, VERDICT_PASS, MSG_COVERAGE_REACHED);
	else
		finding_set(ret, VERDICT_FAIL, MSG_COVERAGE_SHORT);
	finding_int(ret, "count", all);
	finding_int(ret, "reached", reached);
	finding_int(ret, "months", months);
	if (first.n)
		finding_text(ret, "first", first);
}

const struct control control_coverage = {
	.id = "coverage", .params = params, .params_count = 2, .subject = SUBJECT_CONTRACT, .by = LOOK_BY_CORE, .every_s = 3600, .timeout_ms = 5000, .registers = registers, .judge = judge,
};
