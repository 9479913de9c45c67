// SPDX-License-Identifier: Apache-2.0
/*
 * Certificates on IC cards: a factor that is held, always beside the password.
 *
 * Web ends TLS, and is not believed: it hands over the handshake itself. Its server random is a challenge
 * of ours, so the client's signature over it shows that the card's key was used just now, once. A certificate that was taken away, with its holder or
 * without, never comes back (trigger of the store).
 */
#include "auth/auth_int.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "auth/password.h"
#include "base/num.h"
#include "base/time_text.h"

static const struct opaque_id nobody;

/* What is said of it to whoever shows it; words of the console's table. */
static const char *const state_words[PROOF_STATE_COUNT] = { [PROOF_UNKNOWN] = "unknown", [PROOF_GOOD] = "good", [PROOF_EXPIRED] = "expired", [PROOF_NOT_YET] = "not-yet", [PROOF_REVOKED] = "revoked",
	[PROOF_STRANGER] = "stranger", [PROOF_UNFIT] = "unfit", [PROOF_STALE] = "stale" };

static struct str
bytes_str(const uint8_t *bytes, size_t n)
{
	return (struct str){ (const char *)bytes, n };
}

static enum rc
is_there(struct auth *a, const char *sql, struct str value, bool *ret)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, sql, &q));
	TRY(db_put_blob(q, 1, value));
	TRY(db_step(q, ret));
out:
	db_done(q);
	return rc;
}

static enum rc
registered(struct auth *a, struct certificate *c)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "SELECT id, account FROM factor WHERE kind = $1 AND handle = $2", &q));
	TRY(db_put_int(q, 1, FACTOR_CERTIFICATE));
	TRY(db_put_blob(q, 2, bytes_str(c->proof.key, PROOF_KEY_BYTES)));
	TRY(db_step(q, &c->registered));
	if (c->registered) {
		copy_id(db_blob(q, 0), &c->factor.id);
		copy_id(db_blob(q, 1), &c->factor.account);
	}
out:
	db_done(q);
	return rc;
}

enum rc
certificate_read(struct auth *a, struct str handshake, struct certificate *ret)
{
	struct certificate c = { .state = "unknown" };
	struct hash spent_hash;
	bool spent = false, ended = false;
	enum rc rc = RC_OK;

	if (a->settings.authorities.n == 0)
		return FAIL(RC_DENIED, "certificate-off: no authority is declared");
	rc = client_proof_read(handshake, a->settings.authorities, auth_now(a), &c.proof);
	if (rc == RC_SYNTAX || rc == RC_DENIED || rc == RC_LIMIT) { /* whatever web made of it proves nothing */
		rc_trail_clear();
		return FAIL(RC_DENIED, "certificate-unproven: no proof that its key was used");
	}
	TRY(rc);
	c.state = state_words[c.proof.state];
	hash_bytes(bytes_str(c.proof.random, PROOF_RANDOM_BYTES), &spent_hash);
	TRY(is_there(a, "SELECT 1 FROM challenge WHERE hash = $1", hash_str(&spent_hash), &spent));
	TRY(is_there(a, "SELECT 1 FROM certificate_ended WHERE key = $1", bytes_str(c.proof.key, PROOF_KEY_BYTES), &ended));
	TRY(registered(a, &c));
	if (spent || challenge_check(a, CHALLENGE_HANDSHAKE, &nobody, c.proof.random) != RC_OK) {
		rc_trail_clear();
		c.state = "old";
	} else if (c.proof.state == PROOF_GOOD && ended) {
		c.state = "ended";
	}
	c.good = strcmp(c.state, "good") == 0;
	*ret = c;
out:
	return rc;
}

/* Whose it is and what stands against it, before anybody types a password. */
enum rc
auth_certificate(struct auth *a, struct str token, struct str handshake, struct buf *ret)
{
	struct certificate c = { .state = "none" };
	uint8_t challenge[CHALLENGE_BYTES];
	struct buf hex = BUF(2 * CHALLENGE_BYTES);
	struct session s = { 0 };
	json_t *answer = NULL;
	char *text = NULL;
	struct hash h;
	int64_t seen_us;
	enum rc rc = RC_OK;

	if (handshake.n == 0) {
		challenge_new(a, CHALLENGE_HANDSHAKE, &nobody, challenge);
		TRY(hex_encode(&hex, bytes_str(challenge, sizeof(challenge))));
		answer = json_pack("{s:s}", "challenge", buf_cstr(&hex));
	} else {
		rc = certificate_read(a, handshake, &c);
		if (rc == RC_DENIED) {
			rc_trail_clear();
			c.state = "unproven";
		} else {
			TRY(rc);
		}
		rc = RC_OK;
		if (token_ok(token)) {
			token_hash(TOKEN_SESSION, token, &h);
			if (session_load(a, &h, auth_now(a), &s, &seen_us) != RC_OK)
				rc_trail_clear(); /* nobody yet */
		}
		answer = json_pack("{s:s, s:b, s:b, s:I}", "state", c.state, "registered", c.registered, "mine", c.registered && s.name[0] && memcmp(s.account.b, c.factor.account.b, ID_BYTES) == 0,
		    "until", (json_int_t)c.proof.not_after_us);
		json_object_set_new(answer, "subject", json_string(c.proof.subject)); /* UTF-8, as client_proof made it */
		json_object_set_new(answer, "issuer", json_string(c.proof.issuer));
		json_object_set_new(answer, "name", json_string(s.name));
		json_object_set_new(answer, "display", json_string(s.name[0] ? s.display : ""));
	}
	text = json_dumps(answer, JSON_COMPACT);
	TRY(text ? buf_add_c(ret, text) : FAIL(RC_BUG, "no JSON"));
out:
	free(text);
	json_decref(answer);
	buf_free(&hex);
	return rc;
}

/* ---- changes of the own account */

enum rc
certificate_prepare(struct auth *a, const struct session *s, struct str label, struct str handshake, struct certificate *ret)
{
	struct query *q = NULL;
	bool row = false;
	enum rc rc = RC_OK;

	if (account_display_allowed(label) != RC_OK) {
		rc_trail_clear();
		return FAIL(RC_SYNTAX, "label-length: a certificate's name has 1 to %d characters", ACCOUNT_NAME_MAX);
	}
	TRY(certificate_read(a, handshake, ret));
	if (!ret->good)
		TRY(FAIL(RC_CONFLICT, "certificate-%s: it cannot be registered", ret->state));
	if (ret->registered)
		TRY(FAIL(RC_CONFLICT, "certificate-known: it is registered already"));
	TRY(db_query(a->db, "SELECT count(*) FROM factor WHERE account = $1 AND kind = $2", &q));
	TRY(db_put_blob(q, 1, id_str(&s->account)));
	TRY(db_put_int(q, 2, FACTOR_CERTIFICATE));
	TRY(db_step(q, &row));
	if (row && db_int(q, 0) >= CERTIFICATES_MAX)
		rc = FAIL(RC_LIMIT, "certificates-full: an account has at most %d", CERTIFICATES_MAX);
out:
	db_done(q);
	return rc;
}

enum rc
certificates_json(struct auth *a, const struct opaque_id *account, json_t *list)
{
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "SELECT hex(id), label, data, created_at, last_used_at FROM factor WHERE account = $1 AND kind = $2 ORDER BY created_at, id", &q));
	TRY(db_put_blob(q, 1, id_str(account)));
	TRY(db_put_int(q, 2, FACTOR_CERTIFICATE));
	for (;;) {
		struct str data, id, label;

		TRY(db_step(q, &row));
		if (!row)
			break;
		id = db_text(q, 0);
		label = db_text(q, 1);
		data = db_blob(q, 2);
		json_array_append_new(list, json_pack("{s:s%, s:s%, s:I, s:I, s:I, s:s%}", "id", id.p, id.n, "label", label.p, label.n, "until", (json_int_t)(data.n >= 8 ? (int64_t)get_be64(data.p) : 0),
		    "created_at", (json_int_t)db_int(q, 3), "last_used_at", (json_int_t)db_int(q, 4), "issuer", data.n > 8 ? data.p + 8 : "", data.n > 8 ? data.n - 8 : (size_t)0));
	}
out:
	db_done(q);
	return rc;
}

/* ---- a factor once more */

static enum rc
step_up_save(struct auth *a, const struct hash *h, const struct certificate *c, bool good)
{
	int64_t now = auth_now(a);
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_begin(a->db));
	TRY(db_query(a->db, "UPDATE session SET failures = CASE WHEN $2 THEN 0 ELSE failures + 1 END, stepped_up_at = CASE WHEN $2 THEN $3 ELSE stepped_up_at END WHERE hash = $1", &q));
	TRY(db_put_blob(q, 1, hash_str(h)));
	TRY(db_put_int(q, 2, good));
	TRY(db_put_int(q, 3, now));
	TRY(db_run(q));
	if (good) {
		TRY(challenge_spend(a, c->proof.random));
		TRY(factor_used(a, &c->factor, 0, now));
	}
	TRY(db_commit(a->db));
out:
	db_done(q);
	if (rc != RC_OK)
		db_rollback(a->db);
	return rc;
}

/* The failures of this session so far, and the password of its account. */
static enum rc
step_up_load(struct auth *a, const struct hash *h, struct buf *ret_password, int64_t *ret_failures)
{
	struct query *q = NULL;
	bool row = false;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "SELECT a.password, s.failures FROM session s JOIN account a ON a.id = s.account WHERE s.hash = $1 AND a.enrolled = 1 AND a.password IS NOT NULL", &q));
	TRY(db_put_blob(q, 1, hash_str(h)));
	TRY(db_step(q, &row));
	if (!row)
		TRY(FAIL(RC_DENIED, "no such session"));
	TRY(buf_add(ret_password, db_text(q, 0)));
	*ret_failures = db_int(q, 1);
out:
	db_done(q);
	return rc;
}

/* The password too: a browser remembers the number of a card, and says nothing of it. */
/*= O1-1-1 */
enum rc
certificate_step_up(struct auth *a, struct str token, const struct session *s, struct str password, struct str handshake)
{
	struct record r = { .type = LEAF_SIGN_IN, .name = "step-up", .verdict = OUTCOME_REFUSED, .actor = s->account, .object = s->account, .members = { { "name", str_of(s->name) } } };
	struct certificate c = { .state = "" };
	struct buf encoded = BUF(512);
	struct hash h;
	int64_t failures = 0;
	uint64_t ignored;
	bool good;
	enum rc rc = RC_OK, recorded;

	token_hash(TOKEN_SESSION, token, &h);
	TRY(certificate_read(a, handshake, &c));
	if (!c.good)
		TRY(FAIL(RC_CONFLICT, "certificate-%s: it does not count", c.state));
	if (!c.registered || memcmp(c.factor.account.b, s->account.b, ID_BYTES) != 0)
		TRY(FAIL(RC_CONFLICT, "certificate-%s: it is not of this account", c.registered ? "other" : "nobody"));
	TRY(step_up_load(a, &h, &encoded, &failures));
	good = password_verify(buf_str(&encoded), password);

	pthread_mutex_lock(&a->state);
	if (good)
		r.verdict = OUTCOME_DONE;
	recorded = record_put(a, &r, 1, &ignored);
	if (recorded == RC_OK || !good) /* without a leaf it does not count; a failure still does */
		rc = step_up_save(a, &h, &c, good);
	pthread_mutex_unlock(&a->state);
	TRY(rc);
	TRY(recorded);
	if (!good && failures + 1 >= a->settings.lock_after_failures)
		TRY(auth_sign_out(a, token));
	if (!good)
		rc = FAIL(RC_SYNTAX, "password-old: the password in use is another one");
out:
	wipe_buf(&encoded);
	return rc;
}
