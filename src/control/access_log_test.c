// SPDX-License-Identifier: Apache-2.0
#include "control/control_test.h"

#include <utmp.h>

#include "base/time_text.h"
#include "control/journald.h"

extern const struct control control_access_log;

CASE(machines) /*= S-3-5 type=test */
{
	static const struct trial_case cases[] = {
		{ "kept", VERDICT_PASS, MSG_ACCESS_LOG_KEPT },
		{ "fresh", VERDICT_PASS, MSG_ACCESS_LOG_KEPT },          /* three days old, of an older image, recorded since */
		{ "broken", VERDICT_FAIL, MSG_ACCESS_LOG_ABSENT },       /* wtmp and auth.log are there and empty */
		{ "container", VERDICT_FAIL, MSG_ACCESS_LOG_ABSENT },
		{ "silent", VERDICT_UNKNOWN, MSG_ACCESS_LOG_NO_ANSWER }, /* the machine did not answer */
		{ "hostile", VERDICT_UNKNOWN, MSG_ACCESS_LOG_NO_ANSWER },
	};

	TRIAL_TABLE(&control_access_log, cases);
}

CASE(how_far_back)
{
	struct trial t;

	trial_look(&t, &control_access_log, "kept");
	trial_judge(&t, &control_access_log);
	CHECK_INT((t.now_us - trial_n(&t, "from")) / DAY_US, 400);
	t.params.values[0] = 500; /* min_days: but the machine is only 400 days old */
	trial_judge(&t, &control_access_log);
	CHECK_INT(t.finding.verdict, VERDICT_PASS);
	for (size_t i = 0; i < t.facts.count; i++)
		if (str_eq(t.facts.list[i].key, STR("machine_since")))
			t.facts.list[i].n -= 200 * DAY_US;
	trial_judge(&t, &control_access_log);
	CHECK_INT(t.finding.verdict, VERDICT_FAIL);
	CHECK_INT(t.finding.message, MSG_ACCESS_LOG_SHORT);
	CHECK_INT(trial_n(&t, "days"), 400);
	CHECK_INT(trial_n(&t, "min_days"), 500);
	fact_text(&t.facts, 0, "setting.go_live", STR("2025-01-01")); /* the service itself began 365 days ago */
	trial_judge(&t, &control_access_log);
	CHECK_INT(t.finding.verdict, VERDICT_PASS);
	t.now_us += 4 * DAY_US; /* and then nothing was written any more */
	trial_judge(&t, &control_access_log);
	CHECK_INT(t.finding.verdict, VERDICT_UNKNOWN);
	CHECK_INT(t.finding.message, MSG_ACCESS_LOG_SILENT);
	trial_end(&t);
}

CASE(nobody_is_named)
{
	struct trial t;

	trial_look(&t, &control_access_log, "kept");
	for (size_t i = 0; i < t.facts.count; i++)
		CHECK(!str_find(t.facts.list[i].text, STR("someone"), NULL) && !str_find(t.facts.list[i].text, STR("192.0.2"), NULL));
	trial_end(&t);
}

CASE(the_stations_own_journal) /*= S-3-5 type=test */
{
	static const struct { int64_t entries, covered, signed_ago_us; const char *also; enum verdict verdict; uint16_t message; } cases[] = {
		{ 10, 10, 40 * DAY_US, NULL, VERDICT_PASS, MSG_ACCESS_LOG_STATION }, { 10, 9, MINUTE_US, NULL, VERDICT_PASS, MSG_ACCESS_LOG_STATION },
		{ 10, 9, HOUR_US + 1, NULL, VERDICT_UNKNOWN, MSG_ACCESS_LOG_UNSIGNED }, { 10, 0, 0, NULL, VERDICT_UNKNOWN, MSG_ACCESS_LOG_UNSIGNED },
		{ 0, 0, 0, NULL, VERDICT_FAIL, MSG_ACCESS_LOG_ABSENT }, { 10, 10, 0, "head_broken", VERDICT_FAIL, MSG_ACCESS_LOG_BROKEN },
		{ 10, 10, 0, "gaps", VERDICT_FAIL, MSG_ACCESS_LOG_GAPS }, { 10, -1, 0, NULL, VERDICT_UNKNOWN, MSG_ACCESS_LOG_NO_ANSWER }, { 10, 11, 0, NULL, VERDICT_UNKNOWN, MSG_ACCESS_LOG_NO_ANSWER },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t = { .arena = ARENA(65536), .now_us = 1000 * DAY_US };

		t.facts.arena = &t.arena;
		params_default(&control_access_log, &t.params);
		fact_int(&t.facts, 0, "entries", cases[i].entries);
		if (cases[i].covered >= 0)
			fact_int(&t.facts, 0, "covered", cases[i].covered);
		fact_time(&t.facts, 0, "covered_at", t.now_us - cases[i].signed_ago_us);
		if (cases[i].also)
			fact_int(&t.facts, 0, cases[i].also, 1);
		trial_judge(&t, &control_access_log);
		CHECK_INT(t.finding.verdict, cases[i].verdict);
		CHECK_INT(t.finding.message, cases[i].message);
		trial_end(&t);
	}
}

CASE(formats)
{
	struct utmp u[3] = { { .ut_type = BOOT_TIME, .ut_tv = { .tv_sec = 1000 } }, { .ut_type = DEAD_PROCESS, .ut_tv = { .tv_sec = 1 } }, { .ut_type = USER_PROCESS, .ut_tv = { .tv_sec = 500 } } };
	struct str bytes = { (const char *)u, sizeof(u) };
	char head[208] = "LPKSHHRH";
	struct span span;
	int64_t at;

	for (size_t size = 1; size < sizeof(u); size += 37) {
		struct wtmp w = { .rest_n = 0 };

		for (size_t from = 0; from < bytes.n; from += size)
			wtmp_feed(&w, str_sub(bytes, from, size));
		CHECK_INT(w.span.count, 2);
		CHECK_INT(w.span.first_us, 500 * SECOND_US);
		CHECK_INT(w.span.last_us, 1000 * SECOND_US);
	}
	CHECK_RC(journald_header((struct str){ head, sizeof(head) }, &span), RC_SYNTAX); /* header_size 0 */
	head[89] = 1;
	CHECK_OK(journald_header((struct str){ head, sizeof(head) }, &span));
	CHECK_INT(span.count, 0);
	head[152] = 1;
	CHECK_RC(journald_header((struct str){ head, sizeof(head) }, &span), RC_SYNTAX); /* entries without times */
	head[184] = 5;
	head[192] = 4;
	CHECK_RC(journald_header((struct str){ head, sizeof(head) }, &span), RC_SYNTAX); /* ends before it begins */
	head[192] = 6;
	CHECK_OK(journald_header((struct str){ head, sizeof(head) }, &span));
	CHECK_INT(span.last_us, 6);
	CHECK_RC(journald_header((struct str){ head, 100 }, &span), RC_SYNTAX);
	CHECK_OK(audit_line(STR("type=SYSCALL msg=audit(1767225600.123:45): arch=c000003e"), &at));
	CHECK_INT(at / SECOND_US, 1767225600);
	CHECK_OK(audit_line(STR("node=here type=SYSCALL msg=audit(1767225600.123:45): x"), &at));
	CHECK_RC(audit_line(STR("Jan  1 00:00:00 host sudo"), &at), RC_SYNTAX);
	CHECK_RC(audit_line(STR("type=X msg=audit(x.1:2): "), &at), RC_SYNTAX);
	CHECK_RC(audit_line(STR("type=X msg=audit(17"), &at), RC_SYNTAX);
}

TEST_MAIN
