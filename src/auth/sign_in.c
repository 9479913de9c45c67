// SPDX-License-Identifier: Apache-2.0
/*
 * Sign-in: the same work and the same answer for every wrong part, and a lock
 * that an attacker cannot turn against the holder's own devices.
 *
 * N failures lock the account for every device that has not signed in before.
 * A device that has (its cookie, kept as a hash) has its own count and a delay
 * that grows. Both counts stand in the store, so they survive a restart.
 */
#include "auth/auth_int.h"

#include <string.h>

#include "auth/totp.h"
#include "base/time_text.h"

#define DEVICE_DELAY_MAX_US (24 * HOUR_US)

enum reason { REASON_NONE = 0, REASON_NAME, REASON_NOT_ENROLLED, REASON_LOCKED, REASON_PASSWORD, REASON_CODE, REASON_REPLAY,
	REASON_SUSPENDED, REASON_PASSKEY, REASON_CLONED, REASON_SINGLE, REASON_TERM, REASON_CERTIFICATE };
static const char *const reason_words[] = { "none", "name", "not-enrolled", "locked", "password", "code", "replay", "suspended", "passkey", "passkey-cloned", "single-kind", "term", "certificate" };

/* A passkey that checked its holder was opened by a number only the holder knows, or by the body. A sheet of recovery codes is held. */
/*= S-3-4 */
const struct sign_in_way sign_in_ways[WAY_COUNT] = {
	[WAY_CODE]           = { "password code", KIND_KNOWN | KIND_HELD, true },
	[WAY_GENERATOR]      = { "password hardware-code", KIND_KNOWN | KIND_HELD, true },
	[WAY_RECOVERY]       = { "password recovery-code", KIND_KNOWN | KIND_HELD, true },
	[WAY_PASSKEY_BESIDE] = { "password passkey", KIND_KNOWN | KIND_HELD, true },
	[WAY_PASSKEY]        = { "passkey", KIND_HELD | KIND_BODY, false } /* cannot be guessed */,
	[WAY_CERTIFICATE]    = { "password certificate", KIND_KNOWN | KIND_HELD, true },
};

struct attempt {
	struct opaque_id account, seed_owner;
	bool             decoy, enrolled;
	char             name[ACCOUNT_NAME_MAX + 1];
	struct buf       password, seed;       /* encoded; wrapped */
	bool             password_right;
	int64_t          step;                 /* of the code; 0: wrong */
	bool             by_passkey, passkey_good, passkey_verified; /* verified: it checked its holder itself */
	struct factor    factor;
	uint32_t         counter;
	uint8_t          challenge[CHALLENGE_BYTES];
	bool             by_certificate, certificate_good;
	struct generator generator;            /* whose code it is; step 0: none's    */
	bool             by_recovery, recovery_found;
	char             recovery[RECOVERY_CHARS + 1];
	struct opaque_id recovery_id;
	/* read again under the lock */
	int64_t          last_step, failures, locked_until_us, suspended_at_us;
	bool             outside_term;
	bool             challenge_spent;
	bool             device_seen;          /* some account signed in from it     */
	bool             device_known;         /* this account did                   */
	struct hash      device;
	int64_t          device_failures, device_locked_until_us;
	/* decided */
	enum reason      reason;
	bool             locks;                /* this failure locks                 */
};

static enum rc
name_of(struct auth *a, const struct opaque_id *account, char ret[ACCOUNT_NAME_MAX + 1])
{
	struct query *q = NULL;
	bool row = false;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "SELECT name FROM account WHERE id = $1", &q));
	TRY(db_put_blob(q, 1, id_str(account)));
	TRY(db_step(q, &row));
	if (row)
		copy_text(db_text(q, 0), ret, ACCOUNT_NAME_MAX + 1);
out:
	db_done(q);
	return rc;
}

/* Whose passkey it is, and whether it says what it should; a wrong one leaves `passkey_good` false. */
static enum rc
load_passkey(struct auth *a, const struct sign_in *s, struct attempt *t, char name[ACCOUNT_NAME_MAX + 1])
{
	static const struct opaque_id nobody;
	struct passkey_site site = auth_site(a);
	enum rc rc = RC_OK;

	t->by_passkey = true;
	name[0] = '\0';
	rc = factor_of_passkey(a, s->credential, &t->factor);
	if (rc == RC_NOTFOUND) {
		rc_trail_clear();
		return RC_OK;
	}
	TRY(rc);
	TRY(name_of(a, &t->factor.account, name));
	rc = passkey_challenge(s->client_data, t->challenge);
	if (rc == RC_OK)
		rc = challenge_check(a, CHALLENGE_SIGN_IN, &nobody, t->challenge);
	if (rc == RC_OK)
		rc = passkey_assert(&site, &t->factor.passkey, s->client_data, s->authenticator_data, s->signature, t->challenge, &t->passkey_verified, &t->counter);
	t->passkey_good = rc == RC_OK && t->factor.counter >= 0;
	rc_trail_clear();
	rc = RC_OK;
out:
	return rc;
}

/* Whose certificate it is; what proves nothing, or is nobody's, is tried against the decoy. */
static enum rc
load_certificate(struct auth *a, const struct sign_in *s, struct attempt *t, char name[ACCOUNT_NAME_MAX + 1])
{
	struct certificate c = { .good = false };
	enum rc rc = certificate_read(a, s->handshake, &c);

	t->by_certificate = true;
	if (rc == RC_DENIED) {
		rc_trail_clear();
		return RC_OK;
	}
	TRY(rc);
	memcpy(t->challenge, c.proof.random, CHALLENGE_BYTES);
	t->factor = c.factor;
	t->certificate_good = c.good && c.registered;
	if (c.registered)
		TRY(name_of(a, &c.factor.account, name));
out:
	return rc;
}

/* The account of this name, or the decoy. Factors that are not set are the decoy's too. */
static enum rc
load_account(struct auth *a, struct str name, struct attempt *t)
{
	struct query *q = NULL;
	char lower[ACCOUNT_NAME_MAX + 1];
	bool row = false;
	enum rc rc = RC_OK;

	copy_text(name, lower, sizeof(lower));
	for (char *c = lower; *c; c++)
		*c = *c >= 'A' && *c <= 'Z' ? (char)(*c + 32) : *c;
	TRY(db_query(a->db, "SELECT r.id, r.name, r.enrolled, coalesce(r.password, d.password), coalesce(r.seed, d.seed), r.seed IS NULL, d.id"
	    " FROM account r, account d WHERE d.name = '' AND (r.name = $1 OR r.name = '') ORDER BY r.name DESC LIMIT 1", &q));
	TRY(db_put_text(q, 1, str_of(lower)));
	TRY(db_step(q, &row));
	if (!row) {
		rc = FAIL(RC_BUG, "the store of accounts has no decoy");
		goto out;
	}
	copy_id(db_blob(q, 0), &t->account);
	copy_id(db_blob(q, db_int(q, 5) ? 6 : 0), &t->seed_owner);
	copy_text(db_text(q, 1), t->name, sizeof(t->name));
	t->decoy = t->name[0] == '\0';
	t->enrolled = db_int(q, 2) != 0;
	TRY(buf_add(&t->password, db_text(q, 3)));
	TRY(buf_add(&t->seed, db_blob(q, 4)));
out:
	db_done(q);
	return rc;
}

static enum rc
load_counts(struct auth *a, struct str device, struct attempt *t)
{
	struct query *q = NULL;
	struct hash challenge;
	bool row = false;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "SELECT last_step, failures, locked_until, suspended_at, (SELECT count(*) FROM challenge WHERE hash = $2) FROM account WHERE id = $1", &q));
	TRY(db_put_blob(q, 1, id_str(&t->account)));
	hash_bytes((struct str){ (const char *)t->challenge, sizeof(t->challenge) }, &challenge);
	TRY(db_put_blob(q, 2, hash_str(&challenge)));
	TRY(db_step(q, &row));
	if (!row) {
		rc = FAIL(RC_CONFLICT, "the account went away");
		goto out;
	}
	t->last_step = db_int(q, 0);
	t->failures = db_int(q, 1);
	t->locked_until_us = db_int(q, 2);
	t->suspended_at_us = db_int(q, 3);
	t->challenge_spent = db_int(q, 4) != 0;
	if (t->by_recovery) {
		rc = recovery_find(a, &t->account, str_of(t->recovery), &t->recovery_id);
		t->recovery_found = rc == RC_OK;
		if (rc == RC_NOTFOUND)
			rc_trail_clear();
		else if (rc != RC_OK)
			goto out;
		rc = RC_OK;
	}
	db_done(q);
	q = NULL;
	if (t->generator.step)
		TRY(generator_last_step(a, &t->account, &t->generator, &t->generator.last_step));
	rc = t->decoy ? RC_OK : term_check(a, &t->account, auth_now(a));
	t->outside_term = rc == RC_DENIED;
	if (rc == RC_DENIED)
		rc_trail_clear();
	else if (rc != RC_OK)
		goto out;
	rc = RC_OK;
	token_hash(TOKEN_DEVICE, device, &t->device);
	TRY(db_query(a->db, "SELECT account = $2, failures, locked_until FROM device WHERE hash = $1 ORDER BY account = $2 DESC LIMIT 1", &q));
	TRY(db_put_blob(q, 1, hash_str(&t->device)));
	TRY(db_put_blob(q, 2, id_str(&t->account)));
	TRY(db_step(q, &row));
	t->device_seen = row && token_ok(device);
	t->device_known = t->device_seen && db_int(q, 0) != 0;
	t->device_failures = t->device_known ? db_int(q, 1) : 0;
	t->device_locked_until_us = t->device_known ? db_int(q, 2) : 0;
out:
	db_done(q);
	return rc;
}

static enum way
way_of(const struct attempt *t)
{
	return t->by_certificate ? WAY_CERTIFICATE : t->by_passkey ? t->passkey_verified ? WAY_PASSKEY : WAY_PASSKEY_BESIDE : t->by_recovery ? WAY_RECOVERY : t->generator.step ? WAY_GENERATOR : WAY_CODE;
}

/* Why the second factor does not count, or REASON_NONE. */
static enum reason
second_factor(const struct attempt *t)
{
	unsigned kinds = sign_in_ways[way_of(t)].kinds;

	if ((kinds & (kinds - 1)) == 0)
		return REASON_SINGLE;
	if (t->by_passkey) {
		if (!t->passkey_good)
			return REASON_PASSKEY;
		if (t->challenge_spent)
			return REASON_REPLAY;
		/* Zero on both sides: an authenticator that does not count. */
		return (t->counter || t->factor.counter) && (int64_t)t->counter <= t->factor.counter ? REASON_CLONED : REASON_NONE;
	}
	if (t->by_certificate)
		return t->challenge_spent ? REASON_REPLAY : REASON_NONE;
	if (t->by_recovery)
		return t->recovery_found ? REASON_NONE : REASON_CODE;
	if (t->generator.step)
		return t->generator.step <= t->generator.last_step ? REASON_REPLAY : REASON_NONE;
	return t->step == 0 ? REASON_CODE : t->step <= t->last_step ? REASON_REPLAY : REASON_NONE;
}

/*
 * Pure: what this attempt comes to, and the counts after it. A passkey that
 * checked its holder is two factors of two kinds; it cannot be guessed, so no
 * stranger's failures stand in its way and its own are not counted.
 */
/*= S-3-4 */
/*= O1-1-1 */
static void
judge(const struct auth_settings *settings, int64_t now_us, struct attempt *t)
{
	bool proven = t->by_passkey && t->passkey_good && t->passkey_verified;
	bool locked = !proven && now_us < (t->device_known ? t->device_locked_until_us : t->locked_until_us);

	t->reason = t->decoy ? (t->by_passkey ? REASON_PASSKEY : t->by_certificate ? REASON_CERTIFICATE : REASON_NAME) : t->suspended_at_us ? REASON_SUSPENDED : t->outside_term ? REASON_TERM : locked ? REASON_LOCKED : !t->enrolled ? REASON_NOT_ENROLLED :
	    t->by_passkey && !t->passkey_good ? REASON_PASSKEY : t->by_certificate && !t->certificate_good ? REASON_CERTIFICATE : !proven && !t->password_right ? REASON_PASSWORD : second_factor(t);
	if (t->reason == REASON_NONE) {
		if (t->device_known)
			t->device_failures = t->device_locked_until_us = 0;
		else
			t->failures = t->locked_until_us = 0;
		if (way_of(t) == WAY_CODE)
			t->last_step = t->step;
	} else if (!sign_in_ways[way_of(t)].counted || t->reason == REASON_PASSKEY || t->reason == REASON_CLONED || t->reason == REASON_CERTIFICATE || t->reason == REASON_SUSPENDED || t->reason == REASON_TERM) {
		return;
	} else if (t->device_known && !locked) {
		int64_t over = ++t->device_failures - settings->lock_after_failures;
		int64_t delay = over < 0 ? SECOND_US << (t->device_failures < 10 ? t->device_failures : 10) :
		    settings->lock_minutes * MINUTE_US << (over < 10 ? over : 10);

		t->locks = over >= 0;
		t->device_locked_until_us = now_us + (delay < DEVICE_DELAY_MAX_US ? delay : DEVICE_DELAY_MAX_US);
	} else if (!locked && ++t->failures >= settings->lock_after_failures) {
		t->locks = true;
		t->failures = 0;
		t->locked_until_us = now_us + settings->lock_minutes * MINUTE_US;
	}
}

static enum rc
save_counts(struct auth *a, int64_t now_us, const struct attempt *t)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "UPDATE account SET last_step = $2, failures = $3, locked_until = $4, last_sign_in = CASE WHEN $5 THEN $6 ELSE last_sign_in END"
	    " WHERE id = $1", &q));
	TRY(db_put_blob(q, 1, id_str(&t->account)));
	TRY(db_put_int(q, 2, t->last_step));
	TRY(db_put_int(q, 3, t->failures));
	TRY(db_put_int(q, 4, t->locked_until_us));
	TRY(db_put_int(q, 5, t->reason == REASON_NONE));
	TRY(db_put_int(q, 6, now_us));
	TRY(db_run(q));
	db_done(q);
	q = NULL;
	TRY(db_query(a->db, "UPDATE device SET failures = $3, locked_until = $4, last_at = $5 WHERE hash = $1 AND account = $2", &q));
	TRY(db_put_blob(q, 1, hash_str(&t->device)));
	TRY(db_put_blob(q, 2, id_str(&t->account)));
	TRY(db_put_int(q, 3, t->device_failures));
	TRY(db_put_int(q, 4, t->device_locked_until_us));
	TRY(db_put_int(q, 5, now_us));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

/* The session, and the device when this account never used it. */
static enum rc
save_session(struct auth *a, int64_t now_us, const struct attempt *t, const struct sign_in_answer *answer)
{
	struct query *q = NULL;
	struct hash h;
	enum rc rc = RC_OK;

	token_hash(TOKEN_SESSION, str_of(answer->token), &h);
	TRY(db_query(a->db, "INSERT INTO session (hash, account, signed_in_at, seen_at, stepped_up_at) VALUES ($1, $2, $3, $3, $3)", &q));
	TRY(db_put_blob(q, 1, hash_str(&h)));
	TRY(db_put_blob(q, 2, id_str(&t->account)));
	TRY(db_put_int(q, 3, now_us));
	TRY(db_run(q));
	db_done(q);
	q = NULL;
	token_hash(TOKEN_DEVICE, str_of(answer->device), &h);
	TRY(db_query(a->db, "INSERT INTO device (hash, account, first_at, last_at) VALUES ($1, $2, $3, $3) ON CONFLICT (hash, account) DO NOTHING", &q));
	TRY(db_put_blob(q, 1, hash_str(&h)));
	TRY(db_put_blob(q, 2, id_str(&t->account)));
	TRY(db_put_int(q, 3, now_us));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

static enum rc
commit(struct auth *a, int64_t now_us, const struct attempt *t, const struct sign_in_answer *answer)
{
	enum rc rc = RC_OK;

	TRY(db_begin(a->db));
	TRY(save_counts(a, now_us, t));
	if (t->reason == REASON_CLONED)
		TRY(factor_used(a, &t->factor, -1, now_us));
	if (answer && (t->by_passkey || t->by_certificate)) {
		TRY(challenge_spend(a, t->challenge));
		TRY(factor_used(a, &t->factor, t->counter, now_us));
	} else if (answer && t->by_recovery) {
		TRY(factor_delete(a, &t->recovery_id));
	} else if (answer && t->generator.step) {
		TRY(generator_use(a, &t->account, &t->generator, false));
	}
	if (answer)
		TRY(save_session(a, now_us, t, answer));
	if (answer || t->locks)
		TRY(tally_add(a, answer ? "sign_in" : "lock"));
	TRY(db_commit(a->db));
out:
	if (rc != RC_OK)
		db_rollback(a->db);
	return rc;
}

/* One leaf for the attempt, a second when it locks or when a passkey turns out to be copied. What was typed as a name nobody has is not kept: it may be a password. */
static enum rc
record(struct auth *a, const struct sign_in *s, const struct attempt *t)
{
	struct record r[2] = { { .type = LEAF_SIGN_IN, .name = "sign-in" } };
	uint64_t ignored;

	if (!t->decoy)
		r[0].actor = r[0].object = t->account;
	r[0].verdict = t->reason == REASON_NONE ? OUTCOME_DONE : OUTCOME_REFUSED;
	r[0].members[0].key = "address";
	r[0].members[0].value = s->address;
	r[0].members[1].key = "device";
	r[0].members[1].value = str_of(t->device_known ? "known" : "new");
	r[0].members[2].key = "factors";
	r[0].members[2].value = str_of(sign_in_ways[way_of(t)].name);
	r[0].members[3].key = "name";
	r[0].members[3].value = str_of(t->name);
	r[0].members[4].key = "reason";
	r[0].members[4].value = str_of(reason_words[t->reason]);
	r[1] = r[0];
	r[1].name = t->reason == REASON_CLONED ? "passkey-cloned" : t->device_known ? "device-locked" : "account-locked";
	r[1].verdict = OUTCOME_DONE;
	return record_put(a, r, (t->locks || t->reason == REASON_CLONED) && !t->decoy ? 2 : 1, &ignored);
}

/*= S-3-4 */
/*= S-3-5 */
enum rc
auth_sign_in(struct auth *a, const struct sign_in *s, struct sign_in_result *ret)
{
	struct attempt t = { .password = BUF(512), .seed = BUF(512) };
	struct sign_in_result result = { 0 };
	char held_name[ACCOUNT_NAME_MAX + 1] = "";
	struct secret seed = { 0 };
	int64_t now = auth_now(a);
	bool locked = false;
	enum rc rc = RC_OK;

	if (s->emergency.n)
		return glass_open(a, s, ret);
	if (s->handshake.n)
		TRY(load_certificate(a, s, &t, held_name));
	else if (s->credential.n)
		TRY(load_passkey(a, s, &t, held_name));
	TRY(load_account(a, s->credential.n || s->handshake.n ? str_of(held_name) : s->name, &t));
	t.by_recovery = !t.by_passkey && !t.by_certificate && recovery_shaped(s->code, t.recovery);
	if (!t.by_passkey || (t.passkey_good && !t.passkey_verified))
		t.password_right = password_verify(buf_str(&t.password), s->password);
	if (!t.by_passkey && !t.by_certificate) {
		TRY(seed_unwrap(a, &t.seed_owner, buf_str(&t.seed), &seed));
		t.step = totp_match(&seed, now, s->code);
		if (t.step == 0)
			TRY(generator_match(a, &t.account, true, now, s->code, &t.generator));
	}

	pthread_mutex_lock(&a->state);
	locked = true;
	TRY(load_counts(a, s->device, &t));
	judge(&a->settings, now, &t);
	rc = record(a, s, &t);
	if (rc != RC_OK) {
		/* Without a leaf nobody signs in, but a failure still counts. */
		if (t.reason != REASON_NONE && commit(a, now, &t, NULL) != RC_OK)
			rc_context(rc, "a failed sign-in was not counted either");
		goto out;
	}
	if (t.reason == REASON_NONE) {
		token_new(result.answer.token);
		token_new(result.answer.device);
		if (t.device_seen)
			memcpy(result.answer.device, s->device.p, TOKEN_CHARS);
		result.accepted = true;
	} else if (t.device_known) {
		result.answer.locked_until_us = t.device_locked_until_us;
	}
	TRY(commit(a, now, &t, result.accepted ? &result.answer : NULL));
	*ret = result;
out:
	if (locked)
		pthread_mutex_unlock(&a->state);
	wipe(&result, sizeof(result));
	secret_free(&seed);
	wipe_buf(&t.password);
	buf_free(&t.seed);
	return rc;
}
