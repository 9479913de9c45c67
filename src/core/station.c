// SPDX-License-Identifier: Apache-2.0
/*
 * The station itself as a subject: what it knows of itself, in the words of the
 * control that judges it, so that hosts and station meet the same judge.
 *
 * A control that is judged about the station (`station_too`, or of SUBJECT_STATION)
 * has a row in `sources`; one without a row gets no facts and so is UNKNOWN.
 */
#include "core/evidence.h"
#include "core/incident.h"
#include "core/misuse.h"
#include "core/station_int.h"

#include <string.h>

struct source { const char *control; enum rc (*gather)(struct core *, struct facts *); };

/* What its ledger says of itself. */
static enum rc
of_ledger(struct core *c, struct facts *f)
{
	struct ledger_head head = { .checkpoint = BUF(2048) };
	enum rc rc = RC_OK;

	TRY(ask_ledger_head(c->ledger, &head));
	fact_int(f, 0, "entries", (int64_t)head.entries);
	fact_int(f, 0, "covered", (int64_t)head.covered);
	fact_time(f, 0, "covered_at", head.covered_at_us);
	fact_int(f, 0, "epoch", head.epoch);
	fact_int(f, 0, "indexed", (int64_t)c->indexed);
out:
	buf_free(&head.checkpoint);
	return rc;
}

enum rc
station_auth(struct core *c, struct facts *ret)
{
	struct buf json = BUF(65536);
	enum rc rc = RC_OK;

	TRY(ask_auth_facts(c->auth, &json));
	facts_of_json(buf_cstr(&json), false, ret);
out:
	buf_free(&json);
	return rc;
}

static bool
two_kinds(struct str kinds)
{
	struct str first = STR_NONE, second = STR_NONE;

	return str_cut(&kinds, ' ', &first) && str_cut(&kinds, ' ', &second) && second.n && !str_eq(first, second);
}

/* Each way of signing in is a door, as the PAM services of a host are. */
enum rc
station_of_ways(struct core *c, struct facts *f)
{
	struct facts auth = { .arena = f->arena };
	uint32_t row = 0;
	enum rc rc = RC_OK;

	TRY(station_auth(c, &auth));
	for (uint32_t i = 1; i <= fact_rows(&auth); i++) {
		struct str kinds = fact_s(&auth, i, "kinds");

		if (!str_eq(fact_s(&auth, i, "of"), STR("way")))
			continue;
		fact_text(f, ++row, "service", fact_s(&auth, i, "name"));
		fact_text(f, row, "state", kinds.n == 0 ? STR("open") : two_kinds(kinds) ? STR("holds") : STR("gap"));
		fact_bool(f, row, "inside", false);
		fact_bool(f, row, "sure", true);
		fact_text(f, row, "kinds", kinds);
	}
	fact_bool(f, 0, "doors", row > 0);
	fact_bool(f, 0, "station", true);
	fact_int(f, 0, "accounts", fact_n(&auth, 0, "usable", 0));
out:
	return rc;
}

/* What `passwd` of a host would be: which passwords can be set was tried by auth. */
static enum rc
of_password(struct core *c, struct facts *f)
{
	struct facts auth = { .arena = f->arena };
	const struct fact *mixed;
	enum rc rc = RC_OK;

	TRY(station_auth(c, &auth));
	mixed = fact_get(&auth, 0, "password_mixed");
	if (mixed == NULL)
		goto out;
	fact_bool(f, 0, "station", true);
	fact_text(f, 0, "set", mixed->n ? STR("yes") : STR("no"));
	fact_int(f, 0, "classes", fact_n(&auth, 0, "password_classes", 1));
	fact_int(f, 0, "length_min", fact_n(&auth, 0, "password_chars_min", 0));
	fact_bool(f, 0, "breach_list", fact_n(&auth, 0, "breach_list", 0));
out:
	return rc;
}

/* A way that asks for a password counts the wrong ones, or is no door for guessing. */
static enum rc
of_lock(struct core *c, struct facts *f)
{
	struct facts auth = { .arena = f->arena };
	uint32_t row = 0;
	enum rc rc = RC_OK;

	TRY(station_auth(c, &auth));
	for (uint32_t i = 1; i <= fact_rows(&auth); i++) {
		if (!str_eq(fact_s(&auth, i, "of"), STR("way")))
			continue;
		fact_text(f, ++row, "service", fact_s(&auth, i, "name"));
		fact_text(f, row, "state", !str_starts(fact_s(&auth, i, "kinds"), STR("known")) ? STR("no-password") : fact_n(&auth, i, "counted", 0) ? STR("holds") : STR("gap"));
		fact_text(f, row, "why", STR("uncounted"));
		fact_bool(f, row, "inside", false);
		fact_bool(f, row, "sure", true);
	}
	if (row == 0)
		goto out;
	fact_bool(f, 0, "doors", true);
	fact_bool(f, 0, "station", true);
	fact_int(f, 0, "deny", fact_n(&auth, 0, "lock_after", 0));
	fact_int(f, 0, "unlock_s", fact_n(&auth, 0, "lock_s", 0));
	fact_int(f, 0, "locked", fact_n(&auth, 0, "locked", 0));
	fact_int(f, 0, "locks", fact_n(&auth, 0, "tally_lock", 0));
out:
	return rc;
}

static enum rc
of_kept_lock(struct core *c, struct facts *f)
{
	struct facts auth = { .arena = f->arena };
	enum rc rc = RC_OK;

	TRY(station_auth(c, &auth));
	fact_bool(f, 0, "station", true);
	fact_int(f, 0, "starts", fact_n(&auth, 0, "tally_start", 0));
	if (fact_n(&auth, 0, "tally_count_kept", 0))
		fact_time(f, 0, "kept_at", fact_n(&auth, 0, "at_count_kept", 0));
out:
	return rc;
}

/* How many usable accounts may open another's lock. */
static enum rc
unlockers(struct core *c, int64_t *ret)
{
	struct arena arena = ARENA(4u << 20);
	struct account *list;
	size_t n;
	enum rc rc = RC_OK;

	*ret = 0;
	TRY(ask_auth_account_list(c->auth, &arena, &list, &n));
	for (size_t i = 0; i < n; i++)
		*ret += list[i].enrolled && list[i].suspended_at_us == 0 && act_permitted(ACT_ACCOUNT_UNLOCK, list[i].roles);
out:
	arena_free(&arena);
	return rc;
}

static enum rc
of_unlock(struct core *c, struct facts *f)
{
	struct facts auth = { .arena = f->arena };
	int64_t keepers;
	enum rc rc = RC_OK;

	TRY(station_auth(c, &auth));
	TRY(unlockers(c, &keepers));
	if (fact_get(&auth, 0, "unlock_own") == NULL)
		goto out;
	fact_bool(f, 0, "unlock_own", fact_n(&auth, 0, "unlock_own", 1));
	fact_int(f, 0, "unlockers", keepers);
	fact_int(f, 0, "unlocks", fact_n(&auth, 0, "tally_unlock", 0));
out:
	return rc;
}

static enum rc
of_misuse(struct core *c, struct facts *f)
{
	return misuse_facts(c, false, f);
}

static enum rc
of_impersonation(struct core *c, struct facts *f)
{
	return misuse_facts(c, true, f);
}

static const struct source sources[] = {
	{ "both-held-finding", station_of_holders },
	{ "operation-register", station_of_operations },
	{ "role-separation", station_of_roles },
	{ "second-person", station_of_second },
	{ "incident-reporting", incident_reporting_facts },
	{ "evidence-order", evidence_facts },
	{ "side-separation", station_of_sides },
	{ "impersonation-watch", of_impersonation },
	{ "misuse-watch", of_misuse },
	{ "break-glass-reviewed", glass_facts },
	{ "commit-confirm", trial_facts },
	{ "lock-survives-restart", of_kept_lock },
	{ "lockout", of_lock },
	{ "password-complexity", of_password },
	{ "unlock-by-another", of_unlock },
	{ "access-log", of_ledger },
	{ "mfa", station_of_ways },
	{ "privileged-mfa", station_of_privileged },
	{ "separate-privileged-account", station_of_owners },
	{ "no-shared-accounts", station_of_owners },
	{ "account-removal", station_of_removals },
	{ "upload-scan", attach_facts },
};

enum rc
station_facts(struct core *c, const struct control *control, const struct subject *subject, struct facts *ret)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
		if (strcmp(sources[i].control, control->id) == 0)
			TRY(sources[i].gather(c, ret));
	if (subject->given)
		TRY(facts_join(ret, subject->given));
out:
	return rc;
}
