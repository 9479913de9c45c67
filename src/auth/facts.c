// SPDX-License-Identifier: Apache-2.0
/*
 * What the station knows of its own sign-in, for controls that judge the
 * station: the policy in force, how often something happened, and accounts by
 * groups. Whoever reads it learns of nobody: no name and no id goes out.
 */
#include "auth/auth_int.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "auth/auth_wire.h"
#include "base/time_text.h"

enum rc
tally_add(struct auth *a, const char *name)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "INSERT INTO tally (name, n, last_at) VALUES ($1, 1, $2) ON CONFLICT (name) DO UPDATE SET n = n + 1, last_at = excluded.last_at", &q));
	TRY(db_put_text(q, 1, str_of(name)));
	TRY(db_put_int(q, 2, auth_now(a)));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

/* Behind a start: what the store still holds of failures and locks that were counted before it. */
enum rc
tally_started(struct auth *a)
{
	struct query *q = NULL;
	bool kept = false;
	enum rc rc = RC_OK;

	TRY(tally_add(a, "start"));
	TRY(db_query(a->db, "SELECT 1 FROM account WHERE name <> '' AND (failures > 0 OR locked_until > $1) UNION ALL SELECT 1 FROM device WHERE failures > 0 LIMIT 1", &q));
	TRY(db_put_int(q, 1, auth_now(a)));
	TRY(db_step(q, &kept));
	db_done(q);
	q = NULL;
	if (kept)
		TRY(tally_add(a, "count_kept"));
out:
	db_done(q);
	return rc;
}

static void
put(json_t *list, uint32_t row, const char *key, const char *kind, json_t *value)
{
	json_array_append_new(list, json_pack("{s:I, s:s, s:s, s:o}", "row", (json_int_t)row, "key", key, "kind", kind, "value", value));
}

static void
put_int(json_t *list, uint32_t row, const char *key, int64_t n)
{
	put(list, row, key, "int", json_integer(n));
}

static void
put_bool(json_t *list, uint32_t row, const char *key, bool yes)
{
	put(list, row, key, "bool", json_boolean(yes));
}

static void
put_kinds(json_t *list, uint32_t row, unsigned kinds)
{
	char words[32] = "";

	(void)snprintf(words, sizeof(words), "%s%s%s", kinds & KIND_KNOWN ? "known " : "", kinds & KIND_HELD ? "held " : "", kinds & KIND_BODY ? "body " : ""); /* three words: fits */
	if (*words)
		words[strlen(words) - 1] = '\0';
	put(list, row, "kinds", "text", json_string(words));
}

/* Is a password of so many kinds of characters (letters of either case, digits, signs) taken? Tried, not looked up. */
static bool
takes(const struct password_policy *policy, unsigned classes)
{
	static const char *const letters[] = { "abcdefghjkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789", "!#$%&*+-=?@^_~" };
	uint8_t bytes[64];
	char sample[sizeof(bytes)];
	size_t n = (size_t)policy->chars_min + 12 < sizeof(sample) ? (size_t)policy->chars_min + 12 : sizeof(sample);
	bool taken = false;

	for (int tries = 0; tries < 8 && !taken; tries++) { /* chance may bring forth a common one */
		random_bytes(bytes, sizeof(bytes));
		for (size_t i = 0; i < n; i++)
			sample[i] = letters[i % classes][bytes[i] % strlen(letters[i % classes])];
		taken = password_allowed(policy, (struct str){ sample, n }, STR(""), STR("")) == RC_OK;
		rc_trail_clear();
	}
	return taken;
}

static void
put_policy(const struct auth_settings *s, json_t *list)
{
	put_int(list, 0, "lock_after", s->lock_after_failures);
	put_int(list, 0, "lock_s", s->lock_minutes * INT64_C(60));
	put_int(list, 0, "idle_min", s->idle_minutes);
	put_int(list, 0, "session_min", s->session_minutes);
	put_int(list, 0, "password_chars_min", s->password.chars_min);
	put_bool(list, 0, "password_mixed", takes(&s->password, 4));
	for (unsigned classes = 1; classes <= 4; classes++)
		if (takes(&s->password, classes)) {
			put_int(list, 0, "password_classes", classes);
			break;
		}
	put_bool(list, 0, "breach_list", s->password.breach_fd >= 0);
	put_bool(list, 0, "unlock_own", account_change_own(ACCOUNT_UNLOCK));
}

static enum rc
put_tallies(struct auth *a, json_t *list)
{
	struct query *q = NULL;
	bool row = false;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "SELECT name, n, last_at FROM tally ORDER BY name", &q));
	for (;;) {
		char key[64];
		struct str name;

		TRY(db_step(q, &row));
		if (!row)
			break;
		name = db_text(q, 0);
		(void)snprintf(key, sizeof(key), "tally_" STR_FMT, STR_ARG(name)); /* names of ours: fit */
		put_int(list, 0, key, db_int(q, 1));
		(void)snprintf(key, sizeof(key), "at_" STR_FMT, STR_ARG(name));
		put(list, 0, key, "time", json_integer(db_int(q, 2)));
	}
out:
	db_done(q);
	return rc;
}

static unsigned
account_kinds(bool password, bool seed, bool passkey)
{
	return (password ? KIND_KNOWN : 0) | (seed || passkey ? KIND_HELD : 0);
}

/* Accounts by what they may do and what they can show: a row for each group that is not empty. */
static enum rc
put_accounts(struct auth *a, json_t *list, uint32_t row)
{
	struct group { int64_t count; } groups[3][2][KIND_ALL + 1][3] = { 0 };
	static const char *const states[] = { "invited", "usable", "suspended" }, *const sides[] = { "none", "contractor", "client" };
	struct query *q = NULL;
	bool more = false;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "SELECT roles, enrolled, suspended_at, password IS NOT NULL, seed IS NOT NULL OR EXISTS (SELECT 1 FROM generator g WHERE g.account = account.id AND g.proven_at > 0),"
	    " EXISTS (SELECT 1 FROM factor f WHERE f.account = account.id AND f.kind IN (1, 3) AND f.counter >= 0) FROM account WHERE name <> '' AND removed_at = 0", &q));
	for (;;) {
		uint32_t roles;

		TRY(db_step(q, &more));
		if (!more)
			break;
		roles = (uint32_t)db_int(q, 0);
		groups[roles_side(roles)][roles_privileged(roles)][account_kinds(db_int(q, 3), db_int(q, 4), db_int(q, 5))][db_int(q, 2) ? 2 : db_int(q, 1) ? 1 : 0].count++;
	}
	for (unsigned side = 0; side < 3; side++)
		for (unsigned privileged = 0; privileged < 2; privileged++)
			for (unsigned kinds = 0; kinds <= KIND_ALL; kinds++)
				for (unsigned state = 0; state < 3; state++)
					if (groups[side][privileged][kinds][state].count) {
						put(list, ++row, "of", "text", json_string("accounts"));
						put(list, row, "side", "text", json_string(sides[side]));
						put_bool(list, row, "privileged", privileged);
						put_kinds(list, row, kinds);
						put(list, row, "state", "text", json_string(states[state]));
						put_int(list, row, "count", groups[side][privileged][kinds][state].count);
					}
out:
	db_done(q);
	return rc;
}

static enum rc
put_locks(struct auth *a, json_t *list)
{
	struct query *q = NULL;
	bool row = false;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "SELECT count(*), coalesce(sum(locked_until > $1), 0), coalesce(sum(enrolled = 1 AND suspended_at = 0), 0) FROM account WHERE name <> '' AND removed_at = 0", &q));
	TRY(db_put_int(q, 1, auth_now(a)));
	TRY(db_step(q, &row));
	put_int(list, 0, "accounts", row ? db_int(q, 0) : 0);
	put_int(list, 0, "locked", row ? db_int(q, 1) : 0);
	put_int(list, 0, "usable", row ? db_int(q, 2) : 0);
out:
	db_done(q);
	return rc;
}

enum rc
auth_facts(struct auth *a, struct buf *ret)
{
	json_t *list = json_array();
	uint32_t row = 0;
	char *text = NULL;
	enum rc rc = RC_OK;

	put_policy(&a->settings, list);
	TRY(put_locks(a, list));
	TRY(put_tallies(a, list));
	for (int way = 0; way < WAY_COUNT; way++) {
		put(list, ++row, "of", "text", json_string("way"));
		put(list, row, "name", "text", json_string(sign_in_ways[way].name));
		put_kinds(list, row, sign_in_ways[way].kinds);
		put_bool(list, row, "counted", sign_in_ways[way].counted);
	}
	TRY(put_accounts(a, list, row));
	text = json_dumps(list, JSON_COMPACT);
	if (text == NULL)
		abort();
	TRY(buf_add_c(ret, text));
out:
	free(text);
	json_decref(list);
	return rc;
}
