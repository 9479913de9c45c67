// SPDX-License-Identifier: Apache-2.0
/*
 * account-removal - is no account alive that the register says is not needed any more?
 *
 * Alive: its password or a key opens it, a crontab of its own waits, or a
 * process still runs as it. Gone, or locked with no key and nothing running, is
 * removed; when that was first seen tells how long it took. A name that no look
 * ever found on this host was never removed from it. A capability: until one
 * removal was seen nothing is proven.
 */
#include "base/time_text.h"
#include "control/given.h"
#include "control/people.h"

static const struct param_def params[] = { { "within_h", "h", 1, 240, 24 } };

static bool
alive(const struct facts *f, uint32_t row)
{
	return row && (people_open(f, row) || fact_n(f, row, "runs", 0) || (fact_n(f, row, "cron", 0) && !fact_n(f, row, "expired", 0)));
}

/* Since when it should be gone: from the end of its last day; 0: it is needed. */
static int64_t
due_us(const struct facts *f, uint32_t row)
{
	int64_t unneeded = given_date_end(f, row, "os_account.unneeded_on"), until = given_date_end(f, row, "os_account.until");

	return unneeded && until ? (unneeded < until ? unneeded : until) : unneeded ? unneeded : until;
}

static enum rc
look(const struct host *h, const struct subject *s, struct facts *f)
{
	const struct facts *given = s ? s->given : NULL;
	uint32_t last;
	enum rc rc = RC_OK;

	TRY(people_look(h, s, PEOPLE_ALIVE, f));
	last = fact_rows(f);
	for (uint32_t row = 1; given && row <= fact_rows(given); row++) {
		struct str account = fact_s(given, row, "os_account.account");
		int64_t due = due_us(given, row);

		if (account.n && due && due <= host_now_us(h) && !alive(f, people_row(f, account)))
			fact_text(f, ++last, "gone", account);
	}
out:
	return rc;
}

/* Was this account on this host, in the facts of this look or of the one before? */
static bool
was_there(const struct facts *f, struct str account)
{
	for (uint32_t row = 1; row <= fact_rows(f); row++)
		if (str_eq(fact_s(f, row, "gone"), account) && fact_n(f, row, "existed", 0))
			return true;
	return people_row(f, account) != 0;
}

/* What is gone existed when an earlier look found it. */
static void
recall(struct facts *now, const struct facts *before, int64_t now_us)
{
	uint32_t rows = fact_rows(now);

	(void)now_us;
	for (uint32_t row = 1; row <= rows; row++) {
		struct str account = fact_s(now, row, "gone");

		if (account.n && (people_row(now, account) || (before && was_there(before, account))))
			fact_bool(now, row, "existed", true);
	}
}

/* Of the station's own accounts: each ends by itself with the term of its person, or is removed by an act. */
static void
judge_station(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	int64_t alive = fact_n(f, 0, "unneeded_alive", 0), since_us = fact_n(f, 0, "unneeded_since", 0), removed = fact_n(f, 0, "removed", 0);

	if (fact_get(f, 0, "removed") == NULL)
		finding_set(ret, VERDICT_UNKNOWN, MSG_STATION_NO_ANSWER);
	else if (alive && now_us - since_us > param_n(p, "within_h") * HOUR_US)
		finding_set(ret, VERDICT_FAIL, MSG_STATION_REMOVAL_OVERDUE);
	else if (alive)
		finding_set(ret, VERDICT_PASS, MSG_REMOVAL_WAITING);
	else if (removed == 0)
		finding_set(ret, VERDICT_UNKNOWN, MSG_STATION_REMOVAL_UNSHOWN);
	else
		finding_set(ret, VERDICT_PASS, MSG_STATION_REMOVAL_DONE);
	finding_int(ret, "count", alive ? alive : removed);
	finding_int(ret, "hours", alive ? (now_us - since_us) / HOUR_US : fact_n(f, 0, "removal_hours", 0));
}

/*= S-3-2 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	int64_t within_us = param_n(p, "within_h") * HOUR_US, removed = 0, slowest = 0, waiting = 0;
	struct str never = STR_NONE;

	if (fact_n(f, 0, "station", 0)) {
		judge_station(f, p, now_us, ret);
		return;
	}
	if (people_none(f, ret))
		return;
	if (!declared_any(f)) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_ACCOUNTS_UNDECLARED);
		return;
	}
	for (uint32_t row = 1; row <= fact_rows(f); row++) {
		struct str account = fact_s(f, row, "os_account.account");
		int64_t due = due_us(f, row), seen = now_us;

		if (account.n == 0 || due == 0 || due > now_us)
			continue;
		if (alive(f, people_row(f, account))) {
			if (now_us - due > within_us) {
				finding_set(ret, VERDICT_FAIL, MSG_REMOVAL_OVERDUE);
				finding_text(ret, "account", account);
				finding_int(ret, "hours", (now_us - due) / HOUR_US);
				return;
			}
			waiting++;
			continue;
		}
		if (!was_there(f, account)) {
			never = account;
			continue;
		}
		removed++;
		for (uint32_t gone = 1; gone <= fact_rows(f); gone++)
			if (str_eq(fact_s(f, gone, "gone"), account))
				seen = fact_n(f, gone, "first_seen_at", now_us);
		if (seen - due > slowest)
			slowest = seen - due;
	}
	if (people_unsure(f)) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_PEOPLE_UNSURE);
	} else if (never.n) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_REMOVAL_NEVER_THERE);
		finding_text(ret, "account", never);
	} else if (waiting) {
		finding_set(ret, VERDICT_PASS, MSG_REMOVAL_WAITING);
		finding_int(ret, "count", waiting);
	} else if (removed == 0) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_REMOVAL_UNSHOWN);
	} else {
		finding_set(ret, VERDICT_PASS, MSG_REMOVAL_DONE);
		finding_int(ret, "count", removed);
		finding_int(ret, "hours", slowest / HOUR_US);
	}
}

static const char *const registers[] = { "os-account", NULL };

const struct control control_account_removal = {
	.id = "account-removal", .params = params, .params_count = 1, .subject = SUBJECT_HOST, .station_too = true, .by = LOOK_BY_READER, .reader = 8, .every_s = 3600, .timeout_ms = 15000,
	.remember = "gone", .recall = recall, .registers = registers, .look = look, .judge = judge,
};
