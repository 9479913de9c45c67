// SPDX-License-Identifier: Apache-2.0
/*
 * lock-survives-restart - is an account still locked after the machine, or the station, was started again?
 *
 * About a host: what `lockout` found is judged once more, by where its counter
 * stands. A folder of /run is emptied at every start; one on disk keeps the
 * counts, and that the lock held is shown by doing it, as a statement.
 * About the station: its own store had counts from before its last start.
 */
#include "control/control.h"

#include "message/messages.h"

static bool
forgets(struct str dir)
{
	static const char *const folders[] = { "/run/", "/var/run/", "/tmp/", "/dev/shm/" };

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (str_starts(dir, str_of(folders[i])))
			return true;
	return false;
}

/*= S-3-4 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	struct str dir = fact_s(f, 0, "dir");

	(void)p;
	(void)now_us;
	if (f->overflow) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_LOCK_KEPT_NO_ANSWER);
	} else if (fact_n(f, 0, "station", 0)) {
		int64_t kept_at = fact_n(f, 0, "kept_at", 0);

		finding_set(ret, kept_at ? VERDICT_PASS : VERDICT_UNKNOWN, kept_at ? MSG_LOCK_KEPT_STATION : MSG_LOCK_KEPT_STATION_UNSEEN);
		if (kept_at)
			finding_int(ret, "at", kept_at);
	} else if (!str_eq(fact_s(f, 0, "member.lockout"), STR("pass")) || dir.n == 0) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_LOCK_KEPT_NO_LOCK);
	} else {
		finding_set(ret, forgets(dir) ? VERDICT_FAIL : VERDICT_UNKNOWN, forgets(dir) ? MSG_LOCK_KEPT_FORGETS : MSG_LOCK_KEPT_ON_DISK);
		finding_text(ret, "dir", dir);
	}
}

static const char *const members[] = { "lockout", NULL };

const struct control control_lock_survives_restart = {
	.id = "lock-survives-restart", .subject = SUBJECT_HOST, .station_too = true, .by = LOOK_BY_CORE, .every_s = 3600, .timeout_ms = 10000,
	.members = members, .facts_of = "lockout", .judge = judge,
};
