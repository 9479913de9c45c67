// SPDX-License-Identifier: Apache-2.0
/*
 * no-shared-accounts - is every account that opens one person's alone?
 *
 * The register says whose it is. Shared in fact: two names with one number, an
 * empty password, one key that opens the accounts of two people, one password
 * entry copied to another, an account of a function that people can sign in to
 * with a password. An account nobody declared is not known.
 */
#include "control/people.h"

static enum rc
look(const struct host *h, const struct subject *s, struct facts *f)
{
	return people_look(h, s, 0, f);
}

static bool
two_people(const struct facts *f, struct str a, struct str b)
{
	struct declared x, y;

	declared_get(f, a, &x);
	declared_get(f, b, &y);
	return a.n && b.n && !(x.there && y.there && str_eq(x.person, y.person));
}

static uint16_t
shared(const struct facts *f, uint32_t row, const struct declared *d)
{
	struct str account = fact_s(f, row, "account"), password = fact_s(f, row, "password"), same_key = fact_s(f, row, "same_key");
	struct declared other;

	declared_get(f, same_key, &other);
	if (str_eq(password, STR("empty")))
		return MSG_SHARED_EMPTY;
	if (fact_get(f, row, "same_uid"))
		return MSG_SHARED_UID;
	if (fact_get(f, row, "same_password") && two_people(f, account, fact_s(f, row, "same_password")))
		return MSG_SHARED_PASSWORD;
	if (same_key.n && d->there && other.there && two_people(f, account, same_key))
		return MSG_SHARED_KEY;
	if (str_eq(d->kind, STR("service")) && str_eq(password, STR("set")))
		return MSG_SHARED_SERVICE;
	return 0;
}

/* Of the station's own accounts: whose they are says the roster; from how many devices tells only a suspicion. */
static void
judge_station(const struct facts *f, struct finding *ret)
{
	int64_t count = fact_n(f, 0, "accounts", 0), nobody = fact_n(f, 0, "of_nobody", 0), devices = fact_n(f, 0, "many_devices", 0);

	if (count == 0)
		finding_set(ret, VERDICT_UNKNOWN, MSG_STATION_NO_ACCOUNT);
	else if (nobody)
		finding_set(ret, VERDICT_UNKNOWN, MSG_STATION_OF_NOBODY);
	else if (devices)
		finding_set(ret, VERDICT_UNKNOWN, MSG_STATION_MANY_DEVICES);
	else
		finding_set(ret, VERDICT_PASS, MSG_STATION_NOT_SHARED);
	finding_int(ret, "count", nobody ? nobody : devices ? devices : count);
}

/*= S-3-5 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	int64_t count = 0, undeclared = 0;
	struct str first = STR_NONE;

	(void)p;
	(void)now_us;
	if (fact_n(f, 0, "station", 0)) {
		judge_station(f, ret);
		return;
	}
	if (people_none(f, ret))
		return;
	for (uint32_t row = 1; row <= fact_rows(f); row++) {
		struct declared d;
		uint16_t message;

		if (!people_open(f, row))
			continue;
		declared_get(f, fact_s(f, row, "account"), &d);
		message = shared(f, row, &d);
		if (message) {
			finding_set(ret, VERDICT_FAIL, message);
			finding_text(ret, "account", fact_s(f, row, "account"));
			finding_text(ret, "other", message == MSG_SHARED_UID ? fact_s(f, row, "same_uid") : message == MSG_SHARED_PASSWORD ? fact_s(f, row, "same_password") : fact_s(f, row, "same_key"));
			return;
		}
		count++;
		if (!d.there || (str_eq(d.kind, STR("service")) && fact_n(f, row, "keys_unforced", 0))) {
			if (undeclared++ == 0)
				first = fact_s(f, row, "account");
		}
	}
	if (undeclared) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_SHARED_UNDECLARED);
		finding_int(ret, "count", undeclared);
		finding_text(ret, "account", first);
	} else if (people_unsure(f)) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_PEOPLE_UNSURE);
	} else if (count == 0) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_PEOPLE_NOBODY_OPENS);
	} else {
		finding_set(ret, VERDICT_PASS, MSG_SHARED_NONE);
		finding_int(ret, "count", count);
	}
}

static const char *const registers[] = { "os-account", NULL };

const struct control control_no_shared_accounts = {
	.id = "no-shared-accounts", .subject = SUBJECT_HOST, .station_too = true, .by = LOOK_BY_READER, .reader = 8, .every_s = 3600, .timeout_ms = 15000, .registers = registers,
	.look = look, .judge = judge,
};
