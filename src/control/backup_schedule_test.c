// SPDX-License-Identifier: Apache-2.0
/* Repositories of the machine "backups" (tests/hosts/make_backup.py), each by the name of what is wrong with it: schedule and generations. */
#include "control/control_test.h"

#include "base/time_text.h"
#include "control/backup.h"

extern const struct control control_backup_schedule, control_backup_generations;

static void
look_at(struct trial *t, const char *machine, const char *repository, const char *secret, int64_t every_h)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "/srv/backup/%s", repository);
	trial_begin(t, &control_backup_schedule);
	fact_text(&t->given, 0, "own.path", str_of(path));
	fact_text(&t->given, 0, "own.password_file", str_of(secret));
	fact_int(&t->given, 0, "own.every_h", every_h);
	trial_look_given(t, &control_backup_schedule, machine);
}

/* The same facts, judged for their generations: what core does. */
static void
judge_generations(struct trial *t)
{
	t->params.defs = NULL;
	params_default(&control_backup_generations, &t->params);
	t->finding = (struct finding){ 0 };
	trial_judge(t, &control_backup_generations);
}

#define DAILY_H 24
#define SECRET  "/etc/restic/password"

CASE(repositories) /*= S-8-1 type=test */
{
	static const struct { const char *name; enum verdict schedule; uint16_t schedule_says; enum verdict generations; uint16_t generations_say; } cases[] = {
		{ "good", VERDICT_PASS, MSG_BACKUP_ON_TIME, VERDICT_PASS, MSG_GENERATIONS_KEPT },
		{ "longrun", VERDICT_PASS, MSG_BACKUP_ON_TIME, VERDICT_PASS, MSG_GENERATIONS_KEPT },
		{ "late", VERDICT_FAIL, MSG_BACKUP_MISSED, VERDICT_PASS, MSG_GENERATIONS_KEPT },
		{ "close", VERDICT_PASS, MSG_BACKUP_ON_TIME, VERDICT_FAIL, MSG_GENERATIONS_CLOSE },
		{ "half", VERDICT_PASS, MSG_BACKUP_ON_TIME, VERDICT_PASS, MSG_GENERATIONS_KEPT },
		{ "under-half", VERDICT_PASS, MSG_BACKUP_ON_TIME, VERDICT_FAIL, MSG_GENERATIONS_CLOSE },
		{ "one", VERDICT_PASS, MSG_BACKUP_ON_TIME, VERDICT_FAIL, MSG_GENERATIONS_FEW },
		{ "none", VERDICT_FAIL, MSG_BACKUP_NONE, VERDICT_FAIL, MSG_BACKUP_NONE },
		{ "null", VERDICT_FAIL, MSG_BACKUP_NONE, VERDICT_FAIL, MSG_BACKUP_NONE },
		{ "ahead", VERDICT_FAIL, MSG_BACKUP_MISSED, VERDICT_PASS, MSG_GENERATIONS_KEPT },
		{ "partial", VERDICT_FAIL, MSG_BACKUP_NONE, VERDICT_FAIL, MSG_BACKUP_NONE },
		{ "once", VERDICT_UNKNOWN, MSG_BACKUP_SET_STOPPED, VERDICT_PASS, MSG_GENERATIONS_KEPT },
		{ "second-late", VERDICT_FAIL, MSG_BACKUP_MISSED, VERDICT_PASS, MSG_GENERATIONS_KEPT },
		{ "stopped", VERDICT_UNKNOWN, MSG_BACKUP_SET_STOPPED, VERDICT_PASS, MSG_GENERATIONS_KEPT },
		{ "retired", VERDICT_PASS, MSG_BACKUP_ON_TIME, VERDICT_PASS, MSG_GENERATIONS_KEPT },
		{ "all-retired", VERDICT_FAIL, MSG_BACKUP_MISSED, VERDICT_FAIL, MSG_GENERATIONS_FEW },
		{ "second-few", VERDICT_PASS, MSG_BACKUP_ON_TIME, VERDICT_FAIL, MSG_GENERATIONS_FEW },
		{ "locked", VERDICT_PASS, MSG_BACKUP_ON_TIME_LOCKED, VERDICT_PASS, MSG_GENERATIONS_KEPT },
		{ "in-use", VERDICT_PASS, MSG_BACKUP_ON_TIME, VERDICT_PASS, MSG_GENERATIONS_KEPT },
		{ "forged", VERDICT_PASS, MSG_BACKUP_ON_TIME, VERDICT_FAIL, MSG_GENERATIONS_CLOSE },
		{ "touched-up", VERDICT_UNKNOWN, MSG_BACKUP_SAID, VERDICT_PASS, MSG_GENERATIONS_KEPT },
		{ "lost-files", VERDICT_UNKNOWN, MSG_BACKUP_SAID, VERDICT_UNKNOWN, MSG_GENERATIONS_SAID },
		{ "typed", VERDICT_UNKNOWN, MSG_BACKUP_SAID, VERDICT_UNKNOWN, MSG_GENERATIONS_SAID },
		{ "typed-some", VERDICT_PASS, MSG_BACKUP_ON_TIME, VERDICT_PASS, MSG_GENERATIONS_KEPT },
		{ "typed-few", VERDICT_UNKNOWN, MSG_BACKUP_SAID, VERDICT_FAIL, MSG_GENERATIONS_FEW },
		{ "linked", VERDICT_UNKNOWN, MSG_BACKUP_NO_PROGRAM, VERDICT_UNKNOWN, MSG_BACKUP_NO_PROGRAM }, /* the recording has no program for it */
		{ "shut", VERDICT_UNKNOWN, MSG_BACKUP_NOT_OPENED, VERDICT_UNKNOWN, MSG_BACKUP_NOT_OPENED },
		{ "hangs", VERDICT_UNKNOWN, MSG_BACKUP_SILENT, VERDICT_UNKNOWN, MSG_BACKUP_SILENT },
		{ "forbidden", VERDICT_UNKNOWN, MSG_BACKUP_DENIED, VERDICT_UNKNOWN, MSG_BACKUP_DENIED },
		{ "no-config", VERDICT_FAIL, MSG_BACKUP_NO_REPOSITORY, VERDICT_FAIL, MSG_BACKUP_NO_REPOSITORY },
		{ "not-there", VERDICT_FAIL, MSG_BACKUP_NO_REPOSITORY, VERDICT_FAIL, MSG_BACKUP_NO_REPOSITORY },
		{ "html", VERDICT_UNKNOWN, MSG_BACKUP_NONSENSE, VERDICT_UNKNOWN, MSG_BACKUP_NONSENSE },
		{ "cut", VERDICT_UNKNOWN, MSG_BACKUP_NONSENSE, VERDICT_UNKNOWN, MSG_BACKUP_NONSENSE },
		{ "numbers", VERDICT_UNKNOWN, MSG_BACKUP_NONSENSE, VERDICT_UNKNOWN, MSG_BACKUP_NONSENSE },
		{ "object", VERDICT_UNKNOWN, MSG_BACKUP_NONSENSE, VERDICT_UNKNOWN, MSG_BACKUP_NONSENSE },
		{ "twice", VERDICT_UNKNOWN, MSG_BACKUP_NONSENSE, VERDICT_UNKNOWN, MSG_BACKUP_NONSENSE },
		{ "../../etc", VERDICT_FAIL, MSG_BACKUP_NO_REPOSITORY, VERDICT_FAIL, MSG_BACKUP_NO_REPOSITORY },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t;

		look_at(&t, "backups", cases[i].name, SECRET, DAILY_H);
		trial_judge(&t, &control_backup_schedule);
		if (t.finding.verdict != cases[i].schedule || t.finding.message != cases[i].schedule_says) {
			test_failures++;
			printf("%s: schedule %d %u, want %d %u\n", cases[i].name, t.finding.verdict, t.finding.message, cases[i].schedule, cases[i].schedule_says);
		}
		judge_generations(&t);
		if (t.finding.verdict != cases[i].generations || t.finding.message != cases[i].generations_say) {
			test_failures++;
			printf("%s: generations %d %u, want %d %u\n", cases[i].name, t.finding.verdict, t.finding.message, cases[i].generations, cases[i].generations_say);
		}
		trial_end(&t);
	}
}

CASE(a_missed_run_has_its_times) /*= S-8-1 type=test */
{
	struct trial t;

	look_at(&t, "backups", "late", SECRET, DAILY_H);
	trial_judge(&t, &control_backup_schedule);
	CHECK_STR(trial_s(&t, "set"), "db: /srv/data");
	CHECK_INT(trial_n(&t, "last"), t.now_us - 31 * HOUR_US);
	CHECK_INT(trial_n(&t, "due"), t.now_us - 7 * HOUR_US);
	CHECK_INT(trial_n(&t, "missed"), 1);
	trial_end(&t);
	look_at(&t, "backups", "good", SECRET, 1); /* due every hour: half an hour of grace */
	trial_judge(&t, &control_backup_schedule);
	CHECK_INT(t.finding.verdict, VERDICT_FAIL);
	CHECK_INT(trial_n(&t, "missed"), 2);
	trial_end(&t);
	look_at(&t, "backups", "good", SECRET, 168); /* weekly: seven copies of seven days are two generations */
	judge_generations(&t);
	CHECK_INT(t.finding.verdict, VERDICT_PASS);
	CHECK_INT(trial_n(&t, "count"), 2);
	trial_end(&t);
}

CASE(a_password_for_everyone) /*= S-8-1 type=test */
{
	static const struct { const char *secret; enum verdict verdict; uint16_t message; } cases[] = {
		{ "/etc/restic/open", VERDICT_FAIL, MSG_BACKUP_SECRET_OPEN },
		{ "/var/private/open", VERDICT_PASS, MSG_GENERATIONS_KEPT }, /* in a folder nobody else enters */
		{ "/etc/restic/missing", VERDICT_UNKNOWN, MSG_BACKUP_NO_SECRET },
		{ "relative", VERDICT_UNKNOWN, MSG_BACKUP_UNDECLARED },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t;

		look_at(&t, "backups", "good", cases[i].secret, DAILY_H);
		judge_generations(&t);
		CHECK_INT(t.finding.verdict, cases[i].verdict);
		CHECK_INT(t.finding.message, cases[i].message);
		trial_end(&t);
	}
}

CASE(nothing_declared_or_no_answer) /*= S-8-1 type=test */
{
	struct trial t;

	trial_look(&t, &control_backup_schedule, "fresh");
	trial_judge(&t, &control_backup_schedule);
	CHECK_INT(t.finding.verdict, VERDICT_UNKNOWN);
	CHECK_INT(t.finding.message, MSG_BACKUP_UNDECLARED);
	trial_end(&t);
	look_at(&t, "backups", "good", SECRET, 0);
	trial_judge(&t, &control_backup_schedule);
	CHECK_INT(t.finding.message, MSG_BACKUP_UNDECLARED);
	t.looked = RC_TIMEOUT; /* the machine did not answer */
	trial_judge(&t, &control_backup_schedule);
	CHECK_INT(t.finding.verdict, VERDICT_UNKNOWN);
	CHECK_INT(t.finding.message, MSG_BACKUP_NO_ANSWER);
	trial_end(&t);
}

static enum rc
read_text(struct str text)
{
	struct arena arena = ARENA(16 << 20);
	struct snapshots s;
	enum rc rc = snapshots_read(text, INT64_C(1767225600000000), &arena, &s);

	arena_free(&arena);
	rc_trail_clear();
	return rc;
}

CASE(lists_that_mean_harm)
{
	size_t n = 1 << 20;
	struct buf b = BUF(4 << 20);

	CHECK(buf_add(&b, STR("[{\"hostname\":\"")) == RC_OK);
	for (size_t i = 0; i < n; i++)
		CHECK(buf_add_byte(&b, 'A') == RC_OK);
	CHECK(buf_add(&b, STR("\"}]")) == RC_OK);
	CHECK_RC(read_text(buf_str(&b)), RC_OK); /* one that does not count */
	buf_reset(&b);
	for (size_t i = 0; i < n; i++)
		CHECK(buf_add_byte(&b, '[') == RC_OK);
	CHECK_RC(read_text(buf_str(&b)), RC_SYNTAX);
	buf_reset(&b);
	CHECK(buf_add(&b, STR("[{}")) == RC_OK);
	for (size_t i = 0; i <= SNAPSHOTS_MAX; i++)
		CHECK(buf_add(&b, STR(",{}")) == RC_OK);
	CHECK(buf_add(&b, STR("]")) == RC_OK);
	CHECK_RC(read_text(buf_str(&b)), RC_LIMIT);
	buf_free(&b);
	CHECK_RC(read_text(STR_NONE), RC_SYNTAX);
}

TEST_MAIN
