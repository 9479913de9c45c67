// SPDX-License-Identifier: Apache-2.0
/* What decides the number; whole repositories are in backup_schedule_test.c. */
#include "control/control_test.h"

#include "base/time_text.h"
#include "control/backup.h"

extern const struct control control_backup_generations;

/* A set of `copies`, taken `every_min` minutes apart, the newest `ago_h` hours old. */
static void
add(struct snapshots *s, const char *set, size_t copies, int64_t every_min, int64_t ago_h, int64_t now_us)
{
	for (size_t i = 0; i < copies; i++)
		s->list[s->count++] = (struct snapshot){ .set = str_of(set), .at_us = now_us - ago_h * HOUR_US - (int64_t)i * every_min * MINUTE_US };
}

CASE(generations_are_an_interval_apart) /*= S-8-1 type=test */
{
	static const struct { size_t copies; int64_t every_min, every_h, wanted, count; enum verdict verdict; } cases[] = {
		{ 2, 24 * 60, 24, 2, 2, VERDICT_PASS },
		{ 2, 5, 24, 2, 1, VERDICT_FAIL },
		{ 1000, 5, 24, 2, 7, VERDICT_PASS }, /* every five minutes for three days and a half: each half a day counts */
		{ 3, 24 * 60, 24, 4, 3, VERDICT_FAIL },
		{ 2, 30, 1, 2, 2, VERDICT_PASS },
		{ 2, 29, 1, 2, 1, VERDICT_FAIL },
		{ 1, 0, 24, 2, 1, VERDICT_FAIL },
		{ 1, 0, 24, 1, 1, VERDICT_PASS },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		static struct snapshot list[1000];
		struct snapshots s = { .list = list };
		struct trial t;

		trial_begin(&t, &control_backup_generations);
		add(&s, "db: /srv", cases[i].copies, cases[i].every_min, 0, t.now_us);
		CHECK_RC(snapshots_facts(&s, cases[i].every_h * HOUR_US, &t.facts), RC_OK);
		fact_text(&t.facts, 0, "answer", STR("ok"));
		fact_int(&t.facts, 0, "own.every_h", cases[i].every_h);
		fact_bool(&t.facts, 0, "secret_open", false);
		t.params.values[0] = cases[i].wanted;
		trial_judge(&t, &control_backup_generations);
		CHECK_INT(t.finding.verdict, cases[i].verdict);
		CHECK_INT(trial_n(&t, "count"), cases[i].count);
		trial_end(&t);
	}
}

CASE(nobody_answered) /*= S-8-1 type=test */
{
	struct trial t;

	trial_begin(&t, &control_backup_generations);
	trial_judge(&t, &control_backup_generations); /* no facts of backup-schedule at all */
	CHECK_INT(t.finding.verdict, VERDICT_UNKNOWN);
	CHECK_INT(t.finding.message, MSG_BACKUP_NO_ANSWER);
	fact_text(&t.facts, 0, "answer", STR("ok")); /* nothing said about the password: not a pass */
	fact_int(&t.facts, 0, "own.every_h", 24);
	t.facts.overflow = true;
	trial_judge(&t, &control_backup_generations);
	CHECK_INT(t.finding.verdict, VERDICT_UNKNOWN);
	trial_end(&t);
}

TEST_MAIN
