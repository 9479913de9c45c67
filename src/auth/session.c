// SPDX-License-Identifier: Apache-2.0
/* Sessions: kept here as hashes, ended by rest, by age, by signing out, or by a clock that ran backwards. */
#include "auth/auth_int.h"

#include <string.h>

#include "auth/totp.h"
#include "base/num.h"
#include "base/time_text.h"

#define SEEN_EVERY_US (30 * SECOND_US) /* how coarsely rest is measured */

static void
csrf_of(struct str token, char ret[TOKEN_CHARS + 1])
{
	struct buf hex = BUF(TOKEN_CHARS);
	struct hash h;

	token_hash(TOKEN_CSRF, token, &h);
	if (hex_encode(&hex, hash_str(&h)) == RC_OK)
		memcpy(ret, buf_cstr(&hex), TOKEN_CHARS + 1);
	buf_free(&hex);
}

static bool
console_get(struct auth *a, struct str token, struct session *ret)
{
	struct hash h;
	bool same;

	token_hash(TOKEN_CONSOLE, token, &h);
	pthread_mutex_lock(&a->console_lock);
	same = a->console_set && hash_eq(&h, &a->console);
	ret->signed_in_at_us = a->console_at_us;
	pthread_mutex_unlock(&a->console_lock);
	if (!same)
		return false;
	ret->expires_at_us = auth_now(a) + a->settings.session_minutes * MINUTE_US;
	ret->account = CONSOLE_ID;
	ret->roles = ROLE_BIT(ROLE_ADMINISTRATOR);
	memcpy(ret->name, "console", 8);
	memcpy(ret->display, "console", 8);
	csrf_of(token, ret->csrf);
	return true;
}

static enum rc
seen(struct auth *a, const struct hash *h, int64_t now_us)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "UPDATE session SET seen_at = $2 WHERE hash = $1", &q));
	TRY(db_put_blob(q, 1, hash_str(h)));
	TRY(db_put_int(q, 2, now_us));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

static enum rc
session_delete(struct auth *a, const struct hash *h)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "DELETE FROM session WHERE hash = $1", &q));
	TRY(db_put_blob(q, 1, hash_str(h)));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

void
session_limits(const struct auth *a, uint32_t roles, int64_t *ret_idle_us, int64_t *ret_age_us)
{
	int idle = 0, age = 0;

	for (enum role r = roles_next(roles, ROLE_NONE); r != ROLE_NONE; r = roles_next(roles, r)) {
		int i = a->settings.of_role[r].idle_minutes ? a->settings.of_role[r].idle_minutes : a->settings.idle_minutes;
		int m = a->settings.of_role[r].session_minutes ? a->settings.of_role[r].session_minutes : a->settings.session_minutes;

		idle = idle == 0 || i < idle ? i : idle;
		age = age == 0 || m < age ? m : age;
	}
	*ret_idle_us = (idle ? idle : a->settings.idle_minutes) * MINUTE_US;
	*ret_age_us = (age ? age : a->settings.session_minutes) * MINUTE_US;
}

/* The session of this token with its account; RC_DENIED when there is none that may be used. */
enum rc
session_load(struct auth *a, const struct hash *h, int64_t now_us, struct session *ret, int64_t *ret_seen_us)
{
	int64_t idle_us, age_us;
	struct query *q = NULL;
	struct str s;
	bool row = false;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "SELECT s.account, a.name, a.display, a.roles, s.signed_in_at, s.seen_at, s.stepped_up_at, s.glass_roles, s.glass_until FROM session s JOIN account a ON a.id = s.account"
	    " WHERE s.hash = $1 AND a.suspended_at = 0", &q));
	TRY(db_put_blob(q, 1, hash_str(h)));
	TRY(db_step(q, &row));
	if (!row) {
		rc = FAIL(RC_DENIED, "no such session");
		goto out;
	}
	s = db_blob(q, 0);
	copy_id(s, &ret->account);
	s = db_text(q, 1);
	copy_text(s, ret->name, sizeof(ret->name));
	s = db_text(q, 2);
	copy_text(s, ret->display, sizeof(ret->display));
	ret->glass = db_int(q, 7) != 0;
	ret->roles = (uint32_t)db_int(q, ret->glass ? 7 : 3);
	session_limits(a, ret->roles, &idle_us, &age_us);
	idle_us += SEEN_EVERY_US;
	ret->signed_in_at_us = db_int(q, 4);
	*ret_seen_us = db_int(q, 5);
	ret->stepped_up_at_us = db_int(q, 6);
	ret->expires_at_us = now_us + idle_us < ret->signed_in_at_us + age_us ? now_us + idle_us : ret->signed_in_at_us + age_us;
	if (ret->glass) { /* the code was the factor, and it is spent: the session ends by its own time, not by rest */
		ret->stepped_up_at_us = now_us;
		ret->expires_at_us = db_int(q, 8);
		if (now_us >= ret->expires_at_us || now_us < ret->signed_in_at_us - MINUTE_US)
			rc = FAIL(RC_DENIED, "the session has ended");
	} else if (now_us >= *ret_seen_us + idle_us || now_us >= ret->signed_in_at_us + age_us || now_us < ret->signed_in_at_us - MINUTE_US)
		rc = FAIL(RC_DENIED, "the session has ended");
	db_done(q);
	q = NULL;
	TRY(rc);
	TRY(term_check(a, &ret->account, now_us));
out:
	db_done(q);
	return rc;
}

enum rc
auth_session_get(struct auth *a, struct str token, struct session *ret)
{
	struct session s = { 0 };
	int64_t now = auth_now(a), seen_us = 0;
	struct hash h;
	enum rc rc = RC_OK;

	if (api_token_ok(token))
		return api_token_session(a, token, ret);
	if (!token_ok(token))
		return FAIL(RC_DENIED, "no such session");
	if (console_get(a, token, &s)) {
		*ret = s;
		return RC_OK;
	}
	s = (struct session){ 0 };
	token_hash(TOKEN_SESSION, token, &h);
	TRY(session_load(a, &h, now, &s, &seen_us));
	csrf_of(token, s.csrf);
	if (now >= seen_us + SEEN_EVERY_US && seen(a, &h, now) != RC_OK)
		rc_trail_clear(); /* a full disk ends sessions by rest, it does not refuse them */
	*ret = s;
out:
	if (rc == RC_DENIED && seen_us && session_delete(a, &h) != RC_OK)
		rc_trail_clear(); /* it stays refused by its times */
	return rc;
}

struct step_up { struct hash hash; struct session session; struct generator generator; struct buf seed; int64_t step, last_step, failures, now_us; };

static enum rc
step_up_load(struct auth *a, struct step_up *s)
{
	struct query *q = NULL;
	bool row = false;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "SELECT a.seed, a.last_step, s.failures FROM session s JOIN account a ON a.id = s.account WHERE s.hash = $1 AND a.enrolled = 1", &q));
	TRY(db_put_blob(q, 1, hash_str(&s->hash)));
	TRY(db_step(q, &row));
	if (!row) {
		rc = FAIL(RC_DENIED, "no such session");
		goto out;
	}
	buf_reset(&s->seed);
	if (!db_is_null(q, 0)) /* whoever enrolled with a hardware token has no app */
		TRY(buf_add(&s->seed, db_blob(q, 0)));
	s->last_step = db_int(q, 1);
	s->failures = db_int(q, 2);
out:
	db_done(q);
	return rc;
}

static enum rc
step_up_save(struct auth *a, const struct step_up *s, bool good)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_begin(a->db));
	TRY(db_query(a->db, "UPDATE session SET failures = CASE WHEN $2 THEN 0 ELSE failures + 1 END, stepped_up_at = CASE WHEN $2 THEN $3 ELSE stepped_up_at END WHERE hash = $1", &q));
	TRY(db_put_blob(q, 1, hash_str(&s->hash)));
	TRY(db_put_int(q, 2, good));
	TRY(db_put_int(q, 3, s->now_us));
	TRY(db_run(q));
	db_done(q);
	q = NULL;
	if (good && s->generator.step) {
		TRY(generator_use(a, &s->session.account, &s->generator, false));
	} else if (good) {
		TRY(db_query(a->db, "UPDATE account SET last_step = $2 WHERE id = $1", &q));
		TRY(db_put_blob(q, 1, id_str(&s->session.account)));
		TRY(db_put_int(q, 2, s->step));
		TRY(db_run(q));
		db_done(q);
		q = NULL;
	}
	TRY(db_commit(a->db));
out:
	db_done(q);
	if (rc != RC_OK)
		db_rollback(a->db);
	return rc;
}

/*
 * A code of the authenticator once more, for what a stolen session must not do. A code that
 * was used is refused; after as many wrong ones as lock an account the session ends.
 */
/*= O1-1-1 */
enum rc
auth_step_up(struct auth *a, struct str token, struct str code)
{
	struct record r = { .type = LEAF_SIGN_IN, .name = "step-up", .verdict = OUTCOME_REFUSED };
	struct step_up s = { .seed = BUF(512), .now_us = auth_now(a) };
	struct secret seed = { 0 };
	int64_t seen_us;
	uint64_t ignored;
	bool good;
	enum rc rc = RC_OK;

	if (!token_ok(token))
		return FAIL(RC_DENIED, "no such session");
	token_hash(TOKEN_SESSION, token, &s.hash);
	pthread_mutex_lock(&a->state);
	TRY(session_load(a, &s.hash, s.now_us, &s.session, &seen_us));
	TRY(step_up_load(a, &s));
	if (s.seed.n) {
		TRY(seed_unwrap(a, &s.session.account, buf_str(&s.seed), &seed));
		s.step = totp_match(&seed, s.now_us, code);
	}
	if (s.step == 0)
		TRY(generator_match(a, &s.session.account, true, s.now_us, code, &s.generator));
	good = s.generator.step ? s.generator.step > s.generator.last_step : s.step > s.last_step;
	if (good)
		r.verdict = OUTCOME_DONE;
	r.actor = r.object = s.session.account;
	r.members[0].key = "name";
	r.members[0].value = str_of(s.session.name);
	rc = record_put(a, &r, 1, &ignored);
	if (rc != RC_OK && good)
		goto out; /* without a leaf it does not count; a failure still does */
	TRY(step_up_save(a, &s, good));
	if (!good && s.failures + 1 >= a->settings.lock_after_failures)
		TRY(session_delete(a, &s.hash));
	if (!good)
		rc = FAIL(RC_SYNTAX, "code-wrong: the six digits do not fit, or were used before");
out:
	pthread_mutex_unlock(&a->state);
	secret_free(&seed);
	buf_free(&s.seed);
	return rc;
}

/* Ends the session even when its leaf cannot be written: staying signed in would be worse; the failure is answered. */
enum rc
auth_sign_out(struct auth *a, struct str token)
{
	struct record r = { .type = LEAF_SIGN_IN, .name = "sign-out", .verdict = OUTCOME_DONE };
	struct session s = { 0 };
	int64_t seen_us;
	uint64_t ignored;
	struct hash h;
	enum rc rc = RC_OK, recorded;

	if (!token_ok(token))
		return FAIL(RC_DENIED, "no such session");
	token_hash(TOKEN_SESSION, token, &h);
	pthread_mutex_lock(&a->state);
	TRY(session_load(a, &h, auth_now(a), &s, &seen_us));
	r.actor = r.object = s.account;
	r.members[0].key = "name";
	r.members[0].value = str_of(s.name);
	recorded = record_put(a, &r, 1, &ignored);
	TRY(session_delete(a, &h));
	rc = recorded;
out:
	pthread_mutex_unlock(&a->state);
	return rc;
}
