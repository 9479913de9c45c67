// SPDX-License-Identifier: Apache-2.0
/*
 * patch-deadlines - is every fix applied by the day that its weight allows, or that was decided?
 *
 * Judges what os-patches saw; it does not look a second time. What has no
 * decision has the deadline of ordinary fixes; a decision states the weight,
 * and its day must lie within that weight's deadline. "Not now" holds until
 * its day of review, which lies no further ahead of the decision than wait_days, and gives its reason: else it excuses
 * nothing. A restart that is still due is a fix like the others.
 */
#include "control/control.h"

#include "base/time_text.h"
#include "control/fix.h"
#include "message/messages.h"

static const struct param_def params[] = {
	{ "critical_days", "days", 1, 365, 7 },
	{ "high_days", "days", 1, 365, 30 },
	{ "other_days", "days", 1, 365, 90 },
	{ "wait_days", "days", 1, 366, 180 },
};

static int64_t
allowed_us(const struct params *p, struct str severity)
{
	const char *name = str_eq(severity, STR("critical")) ? "critical_days" : str_eq(severity, STR("high")) ? "high_days" : "other_days";

	return param_n(p, name) * DAY_US;
}

struct late { int64_t count, days; struct str first; uint16_t message; };

static void
note_late(struct late *l, uint16_t message, struct str fix, int64_t late_us)
{
	int64_t days = late_us / DAY_US;

	if (l->count++ == 0 || days > l->days)
		*l = (struct late){ l->count, days, fix_short(fix), message };
}

/*= S-2-3 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	struct str seen = fact_s(f, 0, "member.os_patches");
	struct late late = { 0 };
	int64_t waiting = 0, next_us = INT64_MAX;
	bool unknown = f->overflow || fact_get(f, 0, "packages") == NULL || seen.n == 0 || str_eq(seen, STR("unknown"));

	for (uint32_t row = 1; row <= fact_rows(f); row++) {
		struct str fix = fact_s(f, row, "fix");
		int64_t since = fix_since(f, row), until;
		struct decision d;
		uint16_t excuse = MSG_DEADLINES_UNDECIDED;
		bool decided;

		if (fix.n == 0)
			continue;
		waiting++;
		decided = fix_decision(f, row, &d);
		until = since + allowed_us(p, d.severity);
		if (decided && !d.apply && d.by_us > now_us && (!d.reasoned || d.by_us > (d.said_us ? d.said_us : now_us) + (param_n(p, "wait_days") + 1) * DAY_US)) {
			excuse = d.reasoned ? MSG_DEADLINES_WAIT_TOO_LONG : MSG_DEADLINES_NO_REASON;
			decided = false;
		}
		if (decided && d.by_us <= now_us)
			note_late(&late, MSG_DEADLINES_DAY_PASSED, fix, now_us - d.by_us);
		else if (since > 0 && decided && d.apply && d.by_us > until + DAY_US)
			note_late(&late, MSG_DEADLINES_DAY_TOO_FAR, fix, d.by_us - until);
		else if (since > 0 && !decided && now_us > until)
			note_late(&late, excuse, fix, now_us - until);
		else if (since <= 0 && !decided)
			unknown = true; /* nobody knows since when it waits */
		until = decided ? d.by_us : until;
		if (until > now_us && until < next_us)
			next_us = until;
	}
	if (late.count && !f->overflow) {
		finding_set(ret, VERDICT_FAIL, late.message);
		finding_int(ret, "count", late.count);
		finding_int(ret, "days", late.days);
		finding_text(ret, "first", late.first);
	} else if (unknown) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_DEADLINES_NO_ANSWER);
	} else if (waiting) {
		finding_set(ret, VERDICT_PASS, MSG_DEADLINES_KEPT);
		finding_int(ret, "count", waiting);
		finding_int(ret, "next", next_us - DAY_US); /* the last day that still counts */
	} else {
		finding_set(ret, VERDICT_PASS, MSG_DEADLINES_NONE);
	}
}

static const char *const registers[] = { "fix-decision", NULL };
static const char *const members[] = { "os-patches", NULL };

const struct control control_patch_deadlines = {
	.id = "patch-deadlines", .params = params, .params_count = sizeof(params) / sizeof(params[0]), .subject = SUBJECT_HOST, .by = LOOK_BY_CORE,
	.every_s = 6 * 3600, .timeout_ms = 60000, .members = members, .facts_of = "os-patches", .registers = registers, .judge = judge,
};
