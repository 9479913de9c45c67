// SPDX-License-Identifier: Apache-2.0
/*
 * Break-glass: a code sealed in an envelope, for when factors are lost and work cannot wait.
 *
 * The code is told once and kept as a hash; a new one ends the one before. It is good once: it opens a session of the
 * account its user names, with the roles that were sealed instead of the account's own, for minutes. Such a session
 * changes no factor and makes no token, and what it does is that person's.
 */
#include "auth/auth_int.h"

#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "base/time_text.h"

#define CODE_CHARS 24 /* 96 bits, in groups of four */

struct sealed { struct hash hash; int64_t minutes, until_us; uint32_t roles; struct opaque_id account; struct hash session; };

static enum rc
commit_seal(struct auth *a, void *context)
{
	struct sealed *s = context;
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "UPDATE glass SET spent_at = $1 WHERE spent_at = 0", &q));
	TRY(db_put_int(q, 1, auth_now(a)));
	TRY(db_run(q));
	db_done(q);
	q = NULL;
	TRY(db_query(a->db, "INSERT INTO glass (hash, roles, minutes, sealed_at) VALUES ($1, $2, $3, $4)", &q));
	TRY(db_put_blob(q, 1, hash_str(&s->hash)));
	TRY(db_put_int(q, 2, s->roles));
	TRY(db_put_int(q, 3, s->minutes));
	TRY(db_put_int(q, 4, auth_now(a)));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

/*= S-3-3 */
enum rc
auth_glass_seal(struct auth *a, const struct opaque_id *by, uint32_t roles, int64_t minutes, struct buf *ret_code)
{
	struct record r = { .type = LEAF_ACT_BEGIN, .name = "glass-seal", .actor = *by };
	struct sealed s = { .minutes = minutes, .roles = roles };
	char code[TOKEN_CHARS + 1], words[ROLES_WORDS_MAX], number[24];
	enum rc rc = RC_OK;

	if (roles_side(roles) != SIDE_CONTRACTOR)
		return FAIL(RC_SYNTAX, "role: 受託者の役割だけです / roles of the contractor only");
	if (minutes < 5 || minutes > GLASS_MINUTES_MAX)
		return FAIL(RC_SYNTAX, "minutes: 5分から%d分までです / from 5 to %d minutes", GLASS_MINUTES_MAX, GLASS_MINUTES_MAX);
	token_new(code);
	token_hash(TOKEN_GLASS, (struct str){ code, CODE_CHARS }, &s.hash);
	(void)snprintf(number, sizeof(number), "%lld", (long long)minutes); /* fits */
	r.members[0].key = "minutes";
	r.members[0].value = str_of(number);
	r.members[1].key = "role";
	r.members[1].value = roles_words(roles, words);
	pthread_mutex_lock(&a->state);
	rc = record_act(a, &r, commit_seal, &s);
	pthread_mutex_unlock(&a->state);
	for (size_t i = 0; i < CODE_CHARS && rc == RC_OK; i += 4)
		rc = buf_addf(ret_code, "%s%.4s", i ? "-" : "", code + i);
	wipe(code, sizeof(code));
	return rc;
}

/* As people type it: groups, blanks and case do not matter. */
static bool
code_read(struct str typed, char ret[CODE_CHARS + 1])
{
	size_t n = 0;

	for (size_t i = 0; i < typed.n; i++) {
		char c = typed.p[i] >= 'A' && typed.p[i] <= 'F' ? (char)(typed.p[i] + 32) : typed.p[i];

		if (c == '-' || c == ' ')
			continue;
		if (n == CODE_CHARS || !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
			return false;
		ret[n++] = c;
	}
	ret[n] = '\0';
	return n == CODE_CHARS;
}

static enum rc
load_sealed(struct auth *a, struct str typed, struct sealed *ret, bool *ret_good)
{
	char code[CODE_CHARS + 1] = "";
	struct query *q = NULL;
	enum rc rc = RC_OK;

	*ret_good = false;
	if (!code_read(typed, code))
		goto out;
	token_hash(TOKEN_GLASS, str_of(code), &ret->hash);
	TRY(db_query(a->db, "SELECT roles, minutes FROM glass WHERE hash = $1 AND spent_at = 0", &q));
	TRY(db_put_blob(q, 1, hash_str(&ret->hash)));
	TRY(db_step(q, ret_good));
	if (*ret_good) {
		ret->roles = (uint32_t)db_int(q, 0);
		ret->minutes = db_int(q, 1);
	}
out:
	db_done(q);
	wipe(code, sizeof(code));
	return rc;
}

/* The named account, when it stands and is the contractor's; a lock of it does not matter. */
static enum rc
load_named(struct auth *a, struct str name, struct sealed *ret, bool *ret_good)
{
	char lower[ACCOUNT_NAME_MAX + 1];
	struct query *q = NULL;
	bool row = false;
	enum rc rc = RC_OK;

	*ret_good = false;
	copy_text(name, lower, sizeof(lower));
	for (char *c = lower; *c; c++)
		*c = *c >= 'A' && *c <= 'Z' ? (char)(*c + 32) : *c;
	TRY(db_query(a->db, "SELECT id, roles FROM account WHERE name = $1 AND name <> '' AND suspended_at = 0 AND removed_at = 0", &q));
	TRY(db_put_text(q, 1, str_of(lower)));
	TRY(db_step(q, &row));
	if (!row || roles_side((uint32_t)db_int(q, 1)) != SIDE_CONTRACTOR)
		goto out;
	copy_id(db_blob(q, 0), &ret->account);
	db_done(q);
	q = NULL;
	rc = term_check(a, &ret->account, auth_now(a));
	*ret_good = rc == RC_OK;
	if (rc == RC_DENIED) {
		rc_trail_clear();
		rc = RC_OK;
	}
out:
	db_done(q);
	return rc;
}

static enum rc
commit_open(struct auth *a, void *context)
{
	struct sealed *s = context;
	int64_t now = auth_now(a);
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "UPDATE glass SET spent_at = $2 WHERE hash = $1 AND spent_at = 0", &q));
	TRY(db_put_blob(q, 1, hash_str(&s->hash)));
	TRY(db_put_int(q, 2, now));
	TRY(db_run(q));
	db_done(q);
	q = NULL;
	TRY(db_query(a->db, "INSERT INTO session (hash, account, signed_in_at, seen_at, stepped_up_at, glass_roles, glass_until) VALUES ($1, $2, $3, $3, $3, $4, $5)", &q));
	TRY(db_put_blob(q, 1, hash_str(&s->session)));
	TRY(db_put_blob(q, 2, id_str(&s->account)));
	TRY(db_put_int(q, 3, now));
	TRY(db_put_int(q, 4, s->roles));
	TRY(db_put_int(q, 5, s->until_us));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

static enum rc
refused(struct auth *a, const struct sign_in *in, const struct sealed *s)
{
	struct record r = { .type = LEAF_SIGN_IN, .name = "sign-in", .verdict = OUTCOME_REFUSED, .actor = s->account, .object = s->account };
	uint64_t ignored;

	r.members[0].key = "address";
	r.members[0].value = in->address;
	r.members[1].key = "factors";
	r.members[1].value = STR("sealed-code");
	r.members[2].key = "reason";
	r.members[2].value = STR("code");
	return record_put(a, &r, 1, &ignored);
}

/* One answer for every wrong part, as at any sign-in. */
/*= S-3-3 */
enum rc
glass_open(struct auth *a, const struct sign_in *in, struct sign_in_result *ret)
{
	struct record r = { .type = LEAF_ACT_BEGIN, .name = "glass-open" };
	struct sign_in_result result = { 0 };
	char words[ROLES_WORDS_MAX], until[24];
	bool code_good, name_good = false;
	struct sealed s = { .minutes = 0 };
	enum rc rc = RC_OK;

	pthread_mutex_lock(&a->state);
	TRY(load_sealed(a, in->code, &s, &code_good));
	TRY(load_named(a, in->name, &s, &name_good));
	if (!code_good || !name_good) {
		TRY(refused(a, in, &s));
		*ret = result;
		goto out;
	}
	token_new(result.answer.token);
	token_hash(TOKEN_SESSION, str_of(result.answer.token), &s.session);
	s.until_us = auth_now(a) + s.minutes * MINUTE_US;
	(void)snprintf(until, sizeof(until), "%lld", (long long)(s.until_us / SECOND_US)); /* fits */
	r.actor = r.object = s.account;
	r.members[0].key = "address";
	r.members[0].value = in->address;
	r.members[1].key = "id"; /* what a note of it names as its object */
	r.members[1].value = in->name;
	r.members[2].key = "reason";
	r.members[2].value = in->emergency;
	r.members[3].key = "role";
	r.members[3].value = roles_words(s.roles, words);
	r.members[4].key = "until_s";
	r.members[4].value = str_of(until);
	TRY(record_act(a, &r, commit_open, &s));
	result.accepted = true;
	*ret = result;
out:
	pthread_mutex_unlock(&a->state);
	wipe(&result, sizeof(result));
	return rc;
}
