// SPDX-License-Identifier: Apache-2.0
/*
 * other-strong-authentication - where two kinds are not asked, is what is asked stronger than a password?
 *
 * The contract wants "strengthened authentication (MFA or the like)". What
 * counts: a FIDO key (sk-…), which cannot be copied off its token and wants a
 * touch; a key that sshd takes only from declared maintenance addresses
 * (from="…"), so that a stolen copy is of no use elsewhere; either with more
 * beside it. A plain key is a file that can be copied unseen; a password alone
 * never counts.
 */
#include "control/admin_list.h"
#include "control/pam_explore.h"
#include "control/people.h"

static enum rc
look(const struct host *h, const struct subject *s, struct facts *f)
{
	return people_look(h, s, PEOPLE_SUDO | PEOPLE_SSH, f);
}

/* Every place of from="…" lies within a declared address; what is no address is a name anybody may take. */
static bool
from_declared(const struct facts *f, struct str list, int64_t now_us)
{
	struct str one;

	while (str_cut(&list, ',', &one)) {
		struct prefix p;

		if (one.n && one.p[0] == '!')
			continue; /* only takes away */
		if (prefix_parse(one, &p) != RC_OK)
			return false;
		prefix_unmap(&p);
		if (!admin_list_has(f, &p, now_us))
			return false;
	}
	return true;
}

/* `in`: with which sets of factors PAM lets in. */
static bool
strong(const struct facts *f, uint32_t row, const struct way *w, int64_t in, int64_t now_us)
{
	int64_t keys = fact_n(f, row, "keys", 0);

	if (w->key)
		return keys && (fact_n(f, row, "keys_token", 0) == keys || (fact_n(f, row, "keys_from", 0) == keys && from_declared(f, fact_s(f, row, "from"), now_us)) ||
		    (w->asked && (!fact_n(f, 0, "use_pam", 0) || !(in & (1 | 1 << PAM_HELD)))));
	return w->asked && fact_n(f, 0, "use_pam", 0) && !(in & (1 | 1 << PAM_KNOWN | 1 << PAM_HELD | 1 << PAM_BODY));
}

/*= O1-1-1 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	int64_t count = 0, in = fact_n(f, 0, "pam_in", 0), maybe = in | fact_n(f, 0, "pam_maybe", 0xff);
	bool unsure = people_unsure(f);

	(void)p;
	if (people_none(f, ret))
		return;
	for (uint32_t row = 1; row <= fact_rows(f); row++) {
		struct str ways = fact_s(f, row, "ways");
		struct way w;

		if (!people_privileged(f, row))
			continue;
		while (way_cut(&ways, &w)) {
			if (!way_usable(f, row, &w))
				continue;
			count++;
			if (w.other || (w.key && fact_n(f, row, "keys", 0) == 0)) {
				unsure = true;
				continue;
			}
			if (strong(f, row, &w, maybe, now_us))
				continue;
			if (strong(f, row, &w, in, now_us) || str_eq(fact_s(f, row, "root"), STR("unsure"))) { /* weak only if what is not known is */
				unsure = true;
				continue;
			}
			finding_set(ret, VERDICT_FAIL, w.key ? MSG_STRONG_PLAIN_KEY : MSG_PRIVILEGED_PASSWORD_ONLY);
			finding_text(ret, "account", fact_s(f, row, "account"));
			return;
		}
	}
	if (unsure) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_PEOPLE_UNSURE);
	} else if (count == 0) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_PRIVILEGED_NO_WAY);
	} else {
		finding_set(ret, VERDICT_PASS, MSG_STRONG_HELD);
		finding_int(ret, "count", count);
	}
}

static const char *const registers[] = { "admin-address", NULL };

const struct control control_other_strong_authentication = {
	.id = "other-strong-authentication", .subject = SUBJECT_HOST, .by = LOOK_BY_READER, .reader = 8, .every_s = 3600, .timeout_ms = 15000, .registers = registers,
	.look = look, .judge = judge,
};
