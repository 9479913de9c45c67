// SPDX-License-Identifier: Apache-2.0
#include "control/control_test.h"

#include "base/time_text.h"

extern const struct control control_os_patches, control_patch_deadlines;

/* What core does: the facts of os-patches, its verdict, and the register. */
static void
trial(struct trial *t, const char *machine, int64_t seen_days_ago, const char *verdict)
{
	trial_look(t, &control_os_patches, machine);
	facts_carry(&t->facts, NULL, control_os_patches.remember, t->now_us - seen_days_ago * DAY_US);
	fact_text(&t->facts, 0, "member.os_patches", str_of(verdict));
	params_default(&control_patch_deadlines, &t->params);
}

static void
decide(struct trial *t, const char *package, const char *decision, const char *severity, int64_t by_us, const char *reason, int64_t said_us)
{
	uint32_t row = fact_rows(&t->facts) + 1;

	fact_text(&t->facts, row, "fix_decision.package", str_of(package));
	fact_text(&t->facts, row, "fix_decision.decision", str_of(decision));
	if (severity[0])
		fact_text(&t->facts, row, "fix_decision.severity", str_of(severity));
	fact_time(&t->facts, row, "fix_decision.by", by_us);
	fact_text(&t->facts, row, "fix_decision.reason", str_of(reason));
	if (said_us)
		fact_time(&t->facts, row, "fix_decision.since", said_us);
}

CASE(deadlines_by_weight) /*= S-2-3 type=test */
{
	static const struct { int64_t seen_days_ago; const char *decision, *severity; int64_t by_days; enum verdict verdict; uint16_t message; } cases[] = {
		{ 0, NULL, NULL, 0, VERDICT_PASS, MSG_DEADLINES_KEPT },
		{ 90, NULL, NULL, 0, VERDICT_PASS, MSG_DEADLINES_KEPT },
		{ 91, NULL, NULL, 0, VERDICT_FAIL, MSG_DEADLINES_UNDECIDED },
		{ 91, "apply", "", -1, VERDICT_FAIL, MSG_DEADLINES_DAY_PASSED }, /* yesterday */
		{ 2, "apply", "critical", 4, VERDICT_PASS, MSG_DEADLINES_KEPT },
		{ 2, "apply", "critical", 9, VERDICT_FAIL, MSG_DEADLINES_DAY_TOO_FAR },
		{ 2, "apply", "high", 9, VERDICT_PASS, MSG_DEADLINES_KEPT },
		{ 200, "wait", "high", 30, VERDICT_PASS, MSG_DEADLINES_KEPT }, /* not now, with its reason, until its review */
		{ 200, "wait", "high", -1, VERDICT_FAIL, MSG_DEADLINES_DAY_PASSED },
		{ 91, "apply", "", 0, VERDICT_FAIL, MSG_DEADLINES_UNDECIDED }, /* a decision about something else */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t;

		trial(&t, "fresh", cases[i].seen_days_ago, "pass");
		if (cases[i].decision)
			decide(&t, i == 9 ? "curl" : "openssl", cases[i].decision, cases[i].severity, t.now_us + cases[i].by_days * DAY_US, "検証中", 0);
		trial_judge(&t, &control_patch_deadlines);
		CHECK_INT(t.finding.verdict, cases[i].verdict);
		CHECK_INT(t.finding.message, cases[i].message);
		trial_end(&t);
	}
}

CASE(not_now_has_a_reason_and_an_end) /*= S-2-3 type=test */
{
	static const struct { int64_t seen_days_ago, by_days, said_days_ago; const char *reason; enum verdict verdict; uint16_t message; } cases[] = {
		{ 200, 30, 0, " ", VERDICT_FAIL, MSG_DEADLINES_NO_REASON },
		{ 20, 30, 0, "", VERDICT_PASS, MSG_DEADLINES_KEPT },            /* it is not late yet, whatever was said */
		{ 200, 180, 0, "検証中", VERDICT_PASS, MSG_DEADLINES_KEPT },
		{ 200, 182, 0, "検証中", VERDICT_FAIL, MSG_DEADLINES_WAIT_TOO_LONG },
		{ 200, 100, 90, "検証中", VERDICT_FAIL, MSG_DEADLINES_WAIT_TOO_LONG }, /* from when it was said */
		{ 200, 36500, 0, "検証中", VERDICT_FAIL, MSG_DEADLINES_WAIT_TOO_LONG },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t;

		trial(&t, "fresh", cases[i].seen_days_ago, "pass");
		decide(&t, "openssl", "wait", "high", t.now_us + cases[i].by_days * DAY_US, cases[i].reason, cases[i].said_days_ago ? t.now_us - cases[i].said_days_ago * DAY_US : 0);
		trial_judge(&t, &control_patch_deadlines);
		CHECK_INT(t.finding.verdict, cases[i].verdict);
		CHECK_INT(t.finding.message, cases[i].message);
		trial_end(&t);
	}
}

CASE(nothing_waits_and_nobody_knows) /*= S-2-3 type=test */
{
	struct trial t;

	trial(&t, "kept", 0, "pass");
	trial_judge(&t, &control_patch_deadlines);
	CHECK_INT(t.finding.message, MSG_DEADLINES_NONE);
	trial_end(&t);
	trial(&t, "kept", 0, "unknown"); /* lists too old: nobody knows what waits */
	trial_judge(&t, &control_patch_deadlines);
	CHECK_INT(t.finding.verdict, VERDICT_UNKNOWN);
	trial_end(&t);
	trial(&t, "fresh", 91, "unknown"); /* what is known to be late stays late */
	trial_judge(&t, &control_patch_deadlines);
	CHECK_INT(t.finding.verdict, VERDICT_FAIL);
	trial_end(&t);
	trial(&t, "silent", 0, "unknown"); /* the machine did not answer */
	trial_judge(&t, &control_patch_deadlines);
	CHECK_INT(t.finding.message, MSG_DEADLINES_NO_ANSWER);
	trial_end(&t);
	trial(&t, "broken", 100, "fail"); /* a restart that is due has its deadline too */
	trial_judge(&t, &control_patch_deadlines);
	CHECK_INT(t.finding.message, MSG_DEADLINES_UNDECIDED);
	CHECK(trial_n(&t, "count") >= 3);
	trial_end(&t);
}

TEST_MAIN
