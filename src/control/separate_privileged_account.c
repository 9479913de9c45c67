// SPDX-License-Identifier: Apache-2.0
/*
 * separate-privileged-account - does every way to root belong to one named person's privileged account?
 *
 * Ways are uid 0, sudo, and groups whose members are root in effect: docker,
 * lxd, incus-admin, libvirt (a machine or container may mount this one's disk),
 * disk, kmem (raw disk, raw memory), shadow (every password's hash). An account
 * nobody can sign in to is no way. Root itself stays closed over ssh; where its
 * password still works it has a keeper by name. Who administers such a group
 * (gshadow) is in it when he likes; its password is nobody's own. Credentials
 * for a cloud lie in a home: seen, not read, and what they open is not known.
 */
#include "control/people.h"

static enum rc
look(const struct host *h, const struct subject *s, struct facts *f)
{
	return people_look(h, s, PEOPLE_SUDO | PEOPLE_SSH | PEOPLE_CLOUD, f);
}

static bool
open_by_ssh(const struct facts *f, uint32_t row)
{
	struct str ways = fact_s(f, row, "ways");
	struct way w;

	while (way_cut(&ways, &w))
		if (way_usable(f, row, &w) && !(w.key && fact_n(f, row, "keys", 0) == 0))
			return true;
	return false;
}

/* What is wrong with a row, or 0. */
static uint16_t
wrong(const struct facts *f, uint32_t row, int64_t now_us, bool *undeclared)
{
	struct str root = fact_s(f, row, "root");
	struct declared d;

	declared_get(f, fact_s(f, row, "account"), &d);
	if (fact_n(f, row, "uid", -1) == 0 && open_by_ssh(f, row))
		return MSG_ROOT_BY_SSH;
	if (!d.there) {
		*undeclared = true;
		return declared_any(f) ? MSG_PRIVILEGED_UNDECLARED : 0;
	}
	if ((d.until_us && d.until_us <= now_us) || (d.unneeded_us && d.unneeded_us <= now_us))
		return MSG_PRIVILEGED_ENDED;
	if (!str_eq(d.kind, STR("privileged")) && !(str_eq(root, STR("sudo-some")) && str_eq(d.kind, STR("service"))))
		return MSG_PRIVILEGED_NOT_SEPARATE;
	return 0;
}

/* Of the station's own accounts: a person of the roster each, in term, and not for ordinary work as well. */
static void
judge_station(const struct facts *f, struct finding *ret)
{
	int64_t count = fact_n(f, 0, "privileged", 0), nobody = fact_n(f, 0, "privileged_of_nobody", 0), mixed = fact_n(f, 0, "privileged_mixed", 0), over = fact_n(f, 0, "privileged_over", 0);

	if (count == 0)
		finding_set(ret, VERDICT_UNKNOWN, MSG_STATION_NO_PRIVILEGED);
	else if (mixed)
		finding_set(ret, VERDICT_FAIL, MSG_STATION_PRIVILEGED_MIXED);
	else if (over)
		finding_set(ret, VERDICT_FAIL, MSG_STATION_PRIVILEGED_OVER);
	else if (nobody)
		finding_set(ret, nobody < count ? VERDICT_FAIL : VERDICT_UNKNOWN, MSG_STATION_PRIVILEGED_NOBODY); /* none declared: nobody knows */
	else
		finding_set(ret, VERDICT_PASS, MSG_STATION_PRIVILEGED_SEPARATE);
	finding_int(ret, "count", mixed ? mixed : over ? over : nobody ? nobody : count);
}

/*= O1-1-1 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	bool undeclared = false, unsure = people_unsure(f);
	int64_t count = 0;
	uint32_t cloud = 0;

	(void)p;
	if (fact_n(f, 0, "station", 0)) {
		judge_station(f, ret);
		return;
	}
	if (people_none(f, ret))
		return;
	for (uint32_t row = 1; row <= fact_rows(f); row++) {
		uint16_t message;
		struct declared d;

		declared_get(f, fact_s(f, row, "account"), &d);
		if (fact_get(f, row, "cloud") && !str_eq(d.kind, STR("privileged")))
			cloud = row;
		if (!people_privileged(f, row) || !people_open(f, row))
			continue;
		if (str_eq(fact_s(f, row, "root"), STR("unsure"))) {
			unsure = true;
			continue;
		}
		count++;
		message = wrong(f, row, now_us, &undeclared);
		if (message) {
			finding_set(ret, VERDICT_FAIL, message);
			finding_text(ret, "account", fact_s(f, row, "account"));
			finding_text(ret, "root", fact_s(f, row, "root"));
			return;
		}
	}
	if (fact_get(f, 0, "group_password")) {
		finding_set(ret, VERDICT_FAIL, MSG_PRIVILEGED_GROUP_PASSWORD);
		finding_text(ret, "group", fact_s(f, 0, "group_password"));
	} else if (undeclared) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_ACCOUNTS_UNDECLARED);
	} else if (unsure) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_PEOPLE_UNSURE);
	} else if (cloud) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_PRIVILEGED_CLOUD);
		finding_text(ret, "account", fact_s(f, cloud, "account"));
		finding_text(ret, "cloud", fact_s(f, cloud, "cloud"));
	} else if (count == 0) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_PRIVILEGED_NONE);
	} else {
		finding_set(ret, VERDICT_PASS, MSG_PRIVILEGED_SEPARATE);
		finding_int(ret, "count", count);
	}
}

static const char *const registers[] = { "os-account", NULL };

const struct control control_separate_privileged_account = {
	.id = "separate-privileged-account", .subject = SUBJECT_HOST, .station_too = true, .by = LOOK_BY_READER, .reader = 8, .every_s = 3600, .timeout_ms = 15000, .registers = registers,
	.look = look, .judge = judge,
};
