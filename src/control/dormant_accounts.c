// SPDX-License-Identifier: Apache-2.0
/*
 * dormant-accounts - has every account that opens been used lately?
 *
 * From lastlog, wtmp and what sshd says (journal, auth.log); an account never used
 * counts from the day its password was set. The first two record sessions at a
 * terminal only and the last is soon rotated away, so an account with a key is
 * never called dormant, only not known; nor is any when the last could not be read. Root (for emergencies) and accounts of functions are
 * other controls' matter.
 */
#include "base/time_text.h"
#include "control/people.h"

/* By the same days the station finds accounts of its own (core/found.c); privileged_days: without an act that only the privileged may do. */
static const struct param_def params[] = { { "days", "days", 7, 730, 90 }, { "privileged_days", "days", 7, 730, 90 } };

static enum rc
look(const struct host *h, const struct subject *s, struct facts *f)
{
	return people_look(h, s, PEOPLE_LAST, f);
}

/*= S-3-2 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	int64_t dormant = 0, most = 0, used = 0, unknown = 0, open = 0;
	struct str first = STR_NONE, unsure = STR_NONE;

	if (people_none(f, ret))
		return;
	if (!fact_n(f, 0, "last_seen", 0)) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_PEOPLE_NO_ANSWER);
		return;
	}
	for (uint32_t row = 1; row <= fact_rows(f); row++) {
		int64_t at = fact_n(f, row, "last_at", fact_n(f, row, "set_at", 0)), days;
		struct declared d;

		open += people_open(f, row);
		if (!people_open(f, row) || fact_n(f, row, "uid", 0) == 0)
			continue;
		declared_get(f, fact_s(f, row, "account"), &d);
		if (str_eq(d.kind, STR("service")))
			continue;
		days = at && at <= now_us ? (now_us - at) / DAY_US : -1;
		if (days >= 0 && days <= param_n(p, "days")) {
			used++;
		} else if (days < 0 || fact_n(f, row, "keys", 0) || fact_n(f, 0, "last_unread", 0)) {
			unknown++;
			unsure = fact_s(f, row, "account");
		} else if (dormant++ == 0 || days > most) {
			most = days;
			first = fact_s(f, row, "account");
		}
	}
	if (dormant) {
		finding_set(ret, VERDICT_FAIL, MSG_DORMANT_FOUND);
		finding_int(ret, "count", dormant);
		finding_text(ret, "account", first);
		finding_int(ret, "days", most);
	} else if (unknown) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_DORMANT_UNKNOWN);
		finding_text(ret, "account", unsure);
	} else if (people_unsure(f)) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_PEOPLE_UNSURE);
	} else if (open == 0) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_PEOPLE_NOBODY_OPENS);
	} else if (used == 0) {
		finding_set(ret, VERDICT_PASS, MSG_DORMANT_ROOT_ONLY);
	} else {
		finding_set(ret, VERDICT_PASS, MSG_DORMANT_NONE);
		finding_int(ret, "count", used);
	}
}

static const char *const registers[] = { "os-account", NULL };

const struct control control_dormant_accounts = {
	.id = "dormant-accounts", .params = params, .params_count = 2, .subject = SUBJECT_HOST, .by = LOOK_BY_READER, .reader = 8, .every_s = 6 * 3600, .timeout_ms = 15000,
	.registers = registers, .look = look, .judge = judge,
};
