// SPDX-License-Identifier: Apache-2.0
/*
 * role-separation - can administrator and user rights be given apart?
 *
 * A capability, shown by use: the station tries every role against its own table of acts, and an account that administers and
 * uses nothing stands beside one that uses and administers nothing. That somebody holds both is another question (both-held-finding).
 */
#include "control/control.h"

#include "message/messages.h"

/*= S-7-1 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	const struct fact *apart = fact_get(f, 0, "roles_apart"), *mixed = fact_get(f, 0, "roles_mixed"), *admin = fact_get(f, 0, "roles_administer");

	(void)p;
	(void)now_us;
	if (f->overflow || apart == NULL || mixed == NULL || admin == NULL) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_STATION_NO_ANSWER);
	} else if (admin->n == 0 || apart->n == 0) {
		finding_set(ret, VERDICT_FAIL, MSG_ROLES_NOT_APART);
	} else if (fact_n(f, 0, "administrators", 0) == 0 || fact_n(f, 0, "users", 0) == 0) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_ROLES_NOT_SHOWN);
		finding_int(ret, "administrators", fact_n(f, 0, "administrators", 0));
		finding_int(ret, "users", fact_n(f, 0, "users", 0));
	} else {
		finding_set(ret, VERDICT_PASS, MSG_ROLES_APART);
		finding_int(ret, "count", apart->n);
		finding_int(ret, "administrators", fact_n(f, 0, "administrators", 0));
		finding_int(ret, "users", fact_n(f, 0, "users", 0));
	}
}

const struct control control_role_separation = {
	.id = "role-separation", .subject = SUBJECT_STATION, .by = LOOK_BY_CORE, .every_s = 3600, .timeout_ms = 10000, .judge = judge,
};
