// SPDX-License-Identifier: Apache-2.0
/*
 * backup-schedule - was each backup taken when it was due?
 *
 * Asks restic for the snapshots of a declared repository. What is backed up
 * again and again must have a snapshot no older than the declared interval and
 * a grace for its duration; gaps in the past prove nothing, for pruning makes
 * them. A time that is only said (typed, or younger than the file that holds it) is
 * no proof that a backup was taken then: UNKNOWN. A set that stopped long ago is UNKNOWN until it is tagged "retired".
 */
#include "base/time_text.h"
#include "control/backup.h"
#include "message/messages.h"

#define LISTING_MAX (16 << 20)
#define LOCKS_MAX   1024
#define RESTIC_MS   45000

static const struct param_def params[] = {
	{ "grace_h", "h", 0, 48, 6 },          /* for its duration; never more than half the interval */
	{ "retired_days", "d", 1, 3650, 90 },  /* a set silent for longer may have been given up */
	{ "lock_h", "h", 1, 720, 24 },         /* restic renews a lock every five minutes */
};

/* Whether anyone on the machine can read it: the file's mode, and a way through every folder above it. */
static enum rc
secret_open(const struct host *h, const char *path, bool *ret_exists, bool *ret_open)
{
	struct arena arena = ARENA(65536);
	struct host_stat st;
	bool open;
	enum rc rc = RC_OK;

	TRY(host_stat(h, path, &st));
	*ret_exists = st.exists;
	open = st.exists && (st.mode & 04);
	for (size_t i = 1; open && path[i]; i++) {
		if (path[i] != '/')
			continue;
		TRY(host_stat(h, arena_cstr(&arena, (struct str){ path, i }), &st));
		open = st.exists && (st.mode & 01);
	}
	*ret_open = open;
out:
	arena_free(&arena);
	return rc;
}

/* Locks are only reported: reading needs none, and other hands may be at work. */
static void
look_locks(const struct host *h, struct str path, struct facts *f)
{
	struct arena arena = ARENA(1 << 20);
	struct str folder = arena_f(&arena, STR_FMT "/locks", STR_ARG(path)), *names;
	int64_t oldest = 0;
	struct host_stat st;
	size_t n = 0;

	if (folder.p && host_list(h, folder.p, LOCKS_MAX, &arena, &names, &n) == RC_OK) {
		for (size_t i = 0; i < n; i++) {
			struct str one = arena_f(&arena, STR_FMT "/" STR_FMT, STR_ARG(folder), STR_ARG(names[i]));

			if (one.p && host_stat(h, one.p, &st) == RC_OK && st.exists && (oldest == 0 || st.modified_at_us < oldest))
				oldest = st.modified_at_us;
		}
		fact_int(f, 0, "locks", (int64_t)n);
		if (oldest)
			fact_time(f, 0, "lock_oldest_at", oldest);
	}
	rc_trail_clear();
	arena_free(&arena);
}

static const char *
word_of(enum rc rc)
{
	switch (rc) {
	case RC_OK:       return "ok";
	case RC_NOTFOUND: return "no-program";
	case RC_DENIED:   return "denied";
	case RC_TIMEOUT:  return "silent";
	case RC_SYNTAX:
	case RC_LIMIT:    return "nonsense";
	default:          return "not-opened"; /* restic says no more than that it did not work */
	}
}

static enum rc
look(const struct host *h, const struct subject *s, struct facts *f)
{
	static const struct facts nothing = { .list = NULL };
	const struct facts *given = s->given ? s->given : &nothing;
	struct arena arena = ARENA(24 << 20);
	struct str path = fact_s(given, 0, "own.path"), config = arena_f(&arena, STR_FMT "/config", STR_ARG(path));
	const char *secret = arena_cstr(&arena, fact_s(given, 0, "own.password_file"));
	struct buf json = BUF(LISTING_MAX);
	struct snapshots snapshots = { .list = NULL };
	struct snapshot_files files = { .list = NULL };
	bool exists = false, open = false;
	struct host_stat st = { .exists = false };
	const char *answer = "undeclared";
	enum rc rc = RC_OK;

	if (path.n == 0 || secret == NULL || config.p == NULL || path.p[0] != '/' || secret[0] != '/')
		goto out;
	rc = secret_open(h, secret, &exists, &open);
	fact_bool(f, 0, "secret_open", open);
	if (rc == RC_OK)
		rc = host_stat(h, config.p, &st);
	answer = rc != RC_OK ? "denied" : !exists ? "no-secret" : "no-repository";
	if (rc != RC_OK || !exists || !st.exists)
		goto out;
	look_locks(h, path, f);
	if (snapshot_files_read(h, path, &arena, &files) != RC_OK)
		rc_trail_clear(); /* without them every time is only said */
	rc = look_program(h, s, "restic", LISTING_MAX, RESTIC_MS, &json);
	if (rc == RC_OK)
		rc = snapshots_read(buf_str(&json), host_now_us(h), &arena, &snapshots);
	if (rc == RC_OK)
		snapshots_compare(&files, &snapshots);
	if (rc == RC_OK)
		rc = snapshots_facts(&snapshots, backup_every_us(given), f);
	answer = word_of(rc);
out:
	fact_text(f, 0, "answer", str_of(answer));
	rc_trail_clear();
	buf_free(&json);
	arena_free(&arena);
	return RC_OK;
}

static void
say_set(struct finding *ret, enum verdict v, uint16_t message, const struct facts *f, uint32_t row, int64_t every_us, int64_t now_us)
{
	int64_t latest = fact_n(f, row, "latest_at", 0);

	finding_set(ret, v, message);
	finding_text(ret, "set", fact_s(f, row, "set"));
	finding_int(ret, "last", latest);
	finding_int(ret, "due", latest + every_us);
	finding_int(ret, "every_h", every_us / HOUR_US);
	finding_int(ret, "missed", (now_us - latest) / every_us);
}

/*= S-8-1 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	int64_t every, grace, retired_us = param_n(p, "retired_days") * DAY_US, lock_at = fact_n(f, 0, "lock_oldest_at", now_us);
	uint32_t missed = 0, stopped = 0, newest = 0, current = 0, said = 0;

	if (!backup_answered(f, ret))
		return;
	every = backup_every_us(f);
	grace = param_n(p, "grace_h") * HOUR_US < every / 2 ? param_n(p, "grace_h") * HOUR_US : every / 2;
	for (uint32_t row = 1; row <= fact_rows(f); row++) {
		int64_t age = now_us - fact_n(f, row, "latest_at", 0);

		if (fact_s(f, row, "set").n == 0)
			continue;
		newest = newest == 0 || fact_n(f, row, "latest_at", 0) > fact_n(f, newest, "latest_at", 0) ? row : newest;
		if (fact_n(f, row, "retired", 0))
			continue;
		if (age <= every + grace) {
			current++;
			said = now_us - fact_n(f, row, "latest_seen_at", 0) > every + grace && said == 0 ? row : said;
		} else if (fact_n(f, row, "generations", 0) >= 2 && age <= retired_us)
			missed = missed ? missed : row;
		else
			stopped = stopped ? stopped : row; /* taken once, or given up */
	}
	if (missed || current == 0) {
		say_set(ret, VERDICT_FAIL, MSG_BACKUP_MISSED, f, missed ? missed : newest, every, now_us);
	} else if (stopped) {
		say_set(ret, VERDICT_UNKNOWN, MSG_BACKUP_SET_STOPPED, f, stopped, every, now_us);
	} else if (said) {
		say_set(ret, VERDICT_UNKNOWN, MSG_BACKUP_SAID, f, said, every, now_us);
	} else {
		bool stale = now_us - lock_at > param_n(p, "lock_h") * HOUR_US;

		finding_set(ret, VERDICT_PASS, stale ? MSG_BACKUP_ON_TIME_LOCKED : MSG_BACKUP_ON_TIME);
		finding_int(ret, "count", current);
		finding_int(ret, "last", fact_n(f, newest, "latest_at", 0));
		finding_int(ret, "every_h", every / HOUR_US);
		if (stale)
			finding_int(ret, "lock", lock_at);
	}
}

static const struct series_def series[] = { { .fact = "snapshots" }, { .fact = "locks" }, { .fact = NULL } };

const struct control control_backup_schedule = {
	.id = "backup-schedule", .params = params, .params_count = sizeof(params) / sizeof(params[0]), .subject = SUBJECT_REPOSITORY, .by = LOOK_BY_READER, .reader = 6, .every_s = 3600, .timeout_ms = 60000,
	.series = series, .look = look, .judge = judge,
};
