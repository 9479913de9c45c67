// SPDX-License-Identifier: Apache-2.0
/*
 * access-log - is it recorded who came and what was done, back to the first day?
 *
 * About a host: sign-ins and privileged acts, from wtmp, the journal kept on
 * disk, the audit log or auth.log; whichever reaches back furthest counts for
 * its kind. Needed are `min_days`, or all since the machine (or the service,
 * setting `go_live`) exists. Nothing recorded is FAIL; unreadable is UNKNOWN.
 *
 * About the station: core fills what its ledger says of itself: "entries", of
 * which "covered" stand under a head signed at "covered_at"; and, when it
 * found any, "gaps" and "head_broken".
 */
#include "control/control.h"

#include "base/time_text.h"
#include "control/records_look.h"
#include "message/messages.h"

#define SLACK_US   (2 * DAY_US) /* a machine is installed, then started; rotation cuts at midnight */
#define SILENT_US  (3 * DAY_US) /* timers of the system itself write every day */

static const struct param_def params[] = { { "min_days", "days", 1, 3660, 365 } };

static enum rc
look(const struct host *h, const struct subject *s, struct facts *f)
{
	(void)s;
	records_look(h, f);
	fact_bool(f, 0, "looked", true);
	return RC_OK;
}

static void
unknown(struct finding *ret)
{
	finding_set(ret, VERDICT_UNKNOWN, MSG_ACCESS_LOG_NO_ANSWER);
}

/* Entries wait for their head at most a minute; one that waits an hour says that nobody signs any more. */
static void
judge_station(const struct facts *f, int64_t now_us, struct finding *ret)
{
	const struct fact *entries = fact_get(f, 0, "entries"), *covered = fact_get(f, 0, "covered"), *at = fact_get(f, 0, "covered_at");

	if (entries == NULL || covered == NULL || at == NULL || covered->n > entries->n) {
		unknown(ret);
	} else if (fact_n(f, 0, "head_broken", 0)) {
		finding_set(ret, VERDICT_FAIL, MSG_ACCESS_LOG_BROKEN);
	} else if (fact_n(f, 0, "gaps", 0)) {
		finding_set(ret, VERDICT_FAIL, MSG_ACCESS_LOG_GAPS);
		finding_int(ret, "count", fact_n(f, 0, "gaps", 0));
	} else if (entries->n == 0) {
		finding_set(ret, VERDICT_FAIL, MSG_ACCESS_LOG_ABSENT);
	} else if (covered->n == 0 || (covered->n < entries->n && at->n + HOUR_US < now_us)) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_ACCESS_LOG_UNSIGNED);
		finding_int(ret, "count", entries->n - covered->n);
	} else {
		finding_set(ret, VERDICT_PASS, MSG_ACCESS_LOG_STATION);
		finding_int(ret, "entries", entries->n);
		finding_int(ret, "covered", covered->n);
	}
}

struct coverage { int64_t first_us, last_us; bool any, unreadable; };

static void
cover(struct coverage *c, const struct facts *f, uint32_t row)
{
	int64_t first = fact_n(f, row, "first_at", 0), last = fact_n(f, row, "last_at", 0);

	c->unreadable |= !fact_n(f, row, "readable", 0);
	if (first <= 0)
		return;
	if (!c->any || first < c->first_us)
		c->first_us = first;
	if (!c->any || last > c->last_us)
		c->last_us = last;
	c->any = true;
}

/*= S-3-5 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	struct coverage people = { 0 }, acts = { 0 }, *worse;
	int64_t since;

	if (!f->overflow && fact_get(f, 0, "entries")) {
		judge_station(f, now_us, ret);
		return;
	}
	if (f->overflow || fact_get(f, 0, "looked") == NULL) {
		unknown(ret);
		return;
	}
	for (uint32_t row = 1; row <= fact_rows(f); row++) {
		cover(&people, f, row);
		if (fact_n(f, row, "acts", 0))
			cover(&acts, f, row);
	}
	since = records_needed_since(f, param_n(p, "min_days"), now_us);
	worse = !acts.any || (people.any && acts.first_us > people.first_us) ? &acts : &people;
	if (worse->any && worse->first_us <= since + SLACK_US && acts.last_us + SILENT_US >= now_us) {
		finding_set(ret, VERDICT_PASS, MSG_ACCESS_LOG_KEPT);
		finding_int(ret, "from", worse->first_us);
	} else if (people.unreadable || acts.unreadable) {
		unknown(ret); /* what could not be read may hold it */
	} else if (!worse->any) {
		finding_set(ret, VERDICT_FAIL, MSG_ACCESS_LOG_ABSENT);
	} else if (worse->first_us > since + SLACK_US) {
		finding_set(ret, VERDICT_FAIL, MSG_ACCESS_LOG_SHORT);
		finding_int(ret, "days", (now_us - worse->first_us) / DAY_US);
		finding_int(ret, "min_days", (now_us - since) / DAY_US);
	} else {
		finding_set(ret, VERDICT_UNKNOWN, MSG_ACCESS_LOG_SILENT);
		finding_int(ret, "last", acts.last_us);
	}
}

static const char *const settings[] = { "go_live", NULL };

const struct control control_access_log = {
	.id = "access-log", .params = params, .params_count = sizeof(params) / sizeof(params[0]), .subject = SUBJECT_HOST, .station_too = true, .by = LOOK_BY_PROBE,
	.every_s = 3600, .timeout_ms = 10000, .settings = settings, .look = look, .judge = judge,
};
