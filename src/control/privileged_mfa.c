// SPDX-License-Identifier: Apache-2.0
/*
 * privileged-mfa - is every privileged account asked for two kinds of factor, whichever way and from wherever it comes?
 *
 * A key is something held; what the PAM stack of sshd asks is walked. A key
 * alone is one kind, a passphrase on it is not seen by the server: only a FIDO
 * key that sshd wants verified (PIN or finger) is two. A password asked later
 * by sudo is no part of the connection.
 */
#include "control/people.h"

#include "control/pam_explore.h"

static enum rc
look(const struct host *h, const struct subject *s, struct facts *f)
{
	return people_look(h, s, PEOPLE_SUDO | PEOPLE_SSH, f);
}

enum kinds { KINDS_UNSURE, KINDS_ONE, KINDS_TWO };

static enum kinds
kinds_of(const struct facts *f, uint32_t row, const struct way *w)
{
	int64_t keys = fact_n(f, row, "keys", 0), in = fact_n(f, 0, "pam_in", 0), maybe = fact_n(f, 0, "pam_maybe", 0xff);
	int64_t singles = w->key ? 1 | 1 << PAM_HELD : 1 | 1 << PAM_KNOWN | 1 << PAM_HELD | 1 << PAM_BODY;

	if (w->other)
		return KINDS_UNSURE;
	if (w->key && keys && fact_n(f, row, "keys_verify", 0) == keys && !fact_n(f, 0, "keys_elsewhere", 0))
		return KINDS_TWO;
	if (!w->asked)
		return fact_n(f, row, "keys", 0) ? KINDS_ONE : KINDS_UNSURE;
	if (!fact_n(f, 0, "use_pam", 0))
		return w->key ? KINDS_TWO : KINDS_ONE;
	return in & singles ? KINDS_ONE : maybe & singles ? KINDS_UNSURE : KINDS_TWO;
}

/* Every way in asks whoever comes by it the same: one that shows a single kind opens the privileged too. */
static void
judge_station(const struct facts *f, struct finding *ret)
{
	uint32_t single = 0, ways = 0;

	for (uint32_t row = 1; row <= fact_rows(f); row++) {
		struct str state = fact_s(f, row, "state");

		ways += state.n > 0;
		single = single == 0 && state.n && !str_eq(state, STR("holds")) ? row : single;
	}
	if (single) {
		finding_set(ret, VERDICT_FAIL, MSG_MFA_STATION_SINGLE);
		finding_text(ret, "service", fact_s(f, single, "service"));
	} else if (ways == 0) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_STATION_NO_ANSWER);
	} else if (fact_n(f, 0, "privileged", 0) == 0) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_STATION_NO_PRIVILEGED);
	} else {
		finding_set(ret, VERDICT_PASS, MSG_PRIVILEGED_MFA_STATION);
		finding_int(ret, "count", fact_n(f, 0, "privileged", 0));
		finding_int(ret, "doors", ways);
	}
}

/*= O1-1-1 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	bool unsure = people_unsure(f);
	int64_t count = 0;

	(void)p;
	(void)now_us;
	if (fact_n(f, 0, "station", 0)) {
		judge_station(f, ret);
		return;
	}
	if (people_none(f, ret))
		return;
	for (uint32_t row = 1; row <= fact_rows(f); row++) {
		struct str ways = fact_s(f, row, "ways");
		struct way w;

		if (!people_privileged(f, row))
			continue;
		while (way_cut(&ways, &w)) {
			enum kinds kinds = way_usable(f, row, &w) ? kinds_of(f, row, &w) : KINDS_TWO;

			count += way_usable(f, row, &w);
			unsure |= kinds == KINDS_UNSURE;
			if (kinds != KINDS_ONE)
				continue;
			if (str_eq(fact_s(f, row, "root"), STR("unsure"))) { /* perhaps it is no privileged one */
				unsure = true;
				continue;
			}
			finding_set(ret, VERDICT_FAIL, w.asked ? MSG_PRIVILEGED_PASSWORD_ONLY : MSG_PRIVILEGED_KEY_ONLY);
			finding_text(ret, "account", fact_s(f, row, "account"));
			return;
		}
	}
	if (unsure) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_PEOPLE_UNSURE);
	} else if (count == 0) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_PRIVILEGED_NO_WAY);
	} else {
		finding_set(ret, VERDICT_PASS, MSG_PRIVILEGED_TWO_KINDS);
		finding_int(ret, "count", count);
	}
}

const struct control control_privileged_mfa = {
	.id = "privileged-mfa", .subject = SUBJECT_HOST, .station_too = true, .by = LOOK_BY_READER, .reader = 8, .every_s = 3600, .timeout_ms = 15000, .look = look, .judge = judge,
};
