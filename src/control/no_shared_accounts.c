// SPDX-License-Identifier: Apache-2.0
/*
 * no-shared-accounts - is every account that opens one person's alone?
 *
 * The register says whose it is. Shared in fact: two names with one number, an
 * empty password, one key that opens the accounts of two people, one password
 * entry copied to another, an account of a function that people can sign in to
 * with a password, several keys of which one names another declared person. Several
 * keys whose comments do not name one and the same are not known to be one
 * person's, and neither is an account nobody declared.
 */
#include "control/given.h"
#include "control/people.h"

/* From so many devices within 30 days an account of the station is perhaps used by several people. */
static const struct param_def params[] = { { "devices", "devices", 2, 20, 4 } };

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

/* The account of somebody else that a key of this one names. */
static struct str
other_owner(const struct facts *f, uint32_t row, const struct declared *d)
{
	struct str owners = fact_s(f, row, "key_owners"), who, account;
	struct declared other;

	while (d->there && str_cut(&owners, ' ', &who)) {
		if (same_name(who, fact_s(f, row, "account")) || same_name(who, d->person))
			continue;
		for (uint32_t i = 1; i <= fact_rows(f); i++) {
			account = fact_s(f, i, "os_account.account");
			declared_get(f, account, &other);
			if (account.n && other.there && !str_eq(other.person, d->person) && (same_name(who, account) || same_name(who, other.person)))
				return account;
		}
	}
	return STR_NONE;
}

/* Do the keys of an account name one person, by the account's name, the declared one, or one word that is the same in all? */
static bool
one_owner(const struct facts *f, uint32_t row, const struct declared *d)
{
	struct str owners = fact_s(f, row, "key_owners"), who;
	int64_t others = 0, self = 0;

	while (str_cut(&owners, ' ', &who)) {
		bool own = same_name(who, fact_s(f, row, "account")) || (d->there && same_name(who, d->person));

		self |= own;
		others += !own;
	}
	return fact_n(f, row, "keys_distinct", 0) < 2 || (fact_n(f, row, "keys_unnamed", 0) == 0 && self + others == 1);
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
	if (fact_n(f, row, "keys_distinct", 0) > 1 && other_owner(f, row, d).n)
		return MSG_SHARED_KEYS;
	if (str_eq(d->kind, STR("service")) && str_eq(password, STR("set")))
		return MSG_SHARED_SERVICE;
	return 0;
}

/* Of the station's own accounts: whose they are says the roster; from how many devices tells only a suspicion. */
static void
judge_station(const struct facts *f, const struct params *p, struct finding *ret)
{
	int64_t count = fact_n(f, 0, "accounts", 0), nobody = fact_n(f, 0, "of_nobody", 0), limit = param_n(p, "devices"), devices = 0;

	for (uint32_t row = 1; row <= fact_rows(f); row++)
		devices += fact_n(f, row, "devices", 0) >= limit ? fact_n(f, row, "many_devices", 0) : 0;
	if (count == 0)
		finding_set(ret, VERDICT_UNKNOWN, MSG_STATION_NO_ACCOUNT);
	else if (nobody)
		finding_set(ret, VERDICT_UNKNOWN, MSG_STATION_OF_NOBODY);
	else if (devices)
		finding_set(ret, VERDICT_UNKNOWN, MSG_STATION_MANY_DEVICES);
	else
		finding_set(ret, VERDICT_PASS, MSG_STATION_NOT_SHARED);
	finding_int(ret, "count", nobody ? nobody : devices ? devices : count);
	finding_int(ret, "devices", limit);
}

/*= S-3-5 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	int64_t count = 0, undeclared = 0;
	struct str first = STR_NONE, untold = STR_NONE;

	(void)now_us;
	if (fact_n(f, 0, "station", 0)) {
		judge_station(f, p, ret);
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
			finding_text(ret, "other", message == MSG_SHARED_UID ? fact_s(f, row, "same_uid") : message == MSG_SHARED_PASSWORD ? fact_s(f, row, "same_password") :
			    message == MSG_SHARED_KEYS ? other_owner(f, row, &d) : fact_s(f, row, "same_key"));
			return;
		}
		count++;
		if (!d.there || (str_eq(d.kind, STR("service")) && fact_n(f, row, "keys_unforced", 0))) {
			if (undeclared++ == 0)
				first = fact_s(f, row, "account");
		} else if (untold.n == 0 && (!one_owner(f, row, &d) || other_owner(f, row, &d).n)) {
			untold = fact_s(f, row, "account");
		}
	}
	if (undeclared) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_SHARED_UNDECLARED);
		finding_int(ret, "count", undeclared);
		finding_text(ret, "account", first);
	} else if (untold.n) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_SHARED_KEYS_UNTOLD);
		finding_text(ret, "account", untold);
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
	.id = "no-shared-accounts", .params = params, .params_count = 1, .subject = SUBJECT_HOST, .station_too = true, .by = LOOK_BY_READER, .reader = 8, .every_s = 3600, .timeout_ms = 15000, .registers = registers,
	.look = look, .judge = judge,
};
