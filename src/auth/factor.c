// SPDX-License-Identifier: Apache-2.0
/* Passkeys and recovery codes in the store; challenges that carry their own proof. */
#include "auth/auth_int.h"

#include <string.h>

#include "base/num.h"

struct passkey_site
auth_site(const struct auth *a)
{
	return (struct passkey_site){ str_of(a->origin), str_of(a->settings.host_name), str_of(a->admin_origin) };
}

enum rc
factor_of_passkey(struct auth *a, struct str credential, struct factor *ret)
{
	struct query *q = NULL;
	struct factor f = { 0 };
	struct str data;
	bool row = false;
	enum rc rc = RC_OK;

	if (credential.n == 0 || credential.n > PASSKEY_ID_MAX)
		return FAIL(RC_NOTFOUND, "no such passkey");
	TRY(db_query(a->db, "SELECT f.id, f.account, f.data, f.counter FROM factor f WHERE f.kind = $1 AND f.handle = $2", &q));
	TRY(db_put_int(q, 1, FACTOR_PASSKEY));
	TRY(db_put_blob(q, 2, credential));
	TRY(db_step(q, &row));
	if (!row) {
		rc = FAIL(RC_NOTFOUND, "no such passkey");
		goto out;
	}
	data = db_blob(q, 0);
	copy_id(data, &f.id);
	data = db_blob(q, 1);
	copy_id(data, &f.account);
	data = db_blob(q, 2);
	f.counter = db_int(q, 3);
	if (data.n < 4 || data.n - 4 > PASSKEY_KEY_MAX) {
		rc = FAIL(RC_TAMPERED, "a passkey in the store is not whole");
		goto out;
	}
	f.passkey.algorithm = (int)(int32_t)get_be32(data.p);
	f.passkey.key_n = data.n - 4;
	memcpy(f.passkey.key, data.p + 4, f.passkey.key_n);
	memcpy(f.passkey.id, credential.p, credential.n);
	f.passkey.id_n = credential.n;
	*ret = f;
out:
	db_done(q);
	return rc;
}

enum rc
factor_used(struct auth *a, const struct factor *f, int64_t counter, int64_t now_us)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "UPDATE factor SET counter = $2, last_used_at = $3 WHERE id = $1", &q));
	TRY(db_put_blob(q, 1, id_str(&f->id)));
	TRY(db_put_int(q, 2, counter));
	TRY(db_put_int(q, 3, now_us));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

enum rc
factor_delete(struct auth *a, const struct opaque_id *id)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "DELETE FROM factor WHERE id = $1", &q));
	TRY(db_put_blob(q, 1, id_str(id)));
	TRY(db_run(q));
	if (db_changed(a->db) != 1)
		rc = FAIL(RC_NOTFOUND, "no such factor");
out:
	db_done(q);
	return rc;
}

/* ---- recovery codes */

bool
recovery_shaped(struct str typed, char ret[RECOVERY_CHARS + 1])
{
	size_t n = 0;

	for (size_t i = 0; i < typed.n; i++) {
		char c = typed.p[i];

		if (c == '-' || c == ' ')
			continue;
		c = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
		c = c == 'o' ? '0' : c == 'i' || c == 'l' ? '1' : c; /* as people read them */
		if (n == RECOVERY_CHARS || !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z' && c != 'u')))
			return false;
		ret[n++] = c;
	}
	ret[n] = '\0';
	return n == RECOVERY_CHARS;
}

enum rc
recovery_find(struct auth *a, const struct opaque_id *account, struct str code, struct opaque_id *ret_id)
{
	struct query *q = NULL;
	struct hash h;
	bool row = false;
	enum rc rc = RC_OK;

	token_hash(TOKEN_RECOVERY, code, &h);
	TRY(db_query(a->db, "SELECT id FROM factor WHERE kind = $1 AND handle = $2 AND account = $3", &q));
	TRY(db_put_int(q, 1, FACTOR_RECOVERY));
	TRY(db_put_blob(q, 2, hash_str(&h)));
	TRY(db_put_blob(q, 3, id_str(account)));
	TRY(db_step(q, &row));
	if (row)
		copy_id(db_blob(q, 0), ret_id);
	else
		rc = FAIL(RC_NOTFOUND, "no such recovery code");
out:
	db_done(q);
	return rc;
}

/* ---- challenges: 8 bytes of time, 8 of chance, 16 of proof */

static void
challenge_mac(struct auth *a, enum challenge_use use, const struct opaque_id *account, const uint8_t head[16], uint8_t ret[16])
{
	uint8_t message[1 + ID_BYTES + 16] = { (uint8_t)use };
	struct hash h;

	memcpy(message + 1, account->b, ID_BYTES);
	memcpy(message + 1 + ID_BYTES, head, 16);
	hmac_sha256(&a->challenge_key, (struct str){ (const char *)message, sizeof(message) }, &h);
	memcpy(ret, h.b, 16);
}

void
challenge_new(struct auth *a, enum challenge_use use, const struct opaque_id *account, uint8_t ret[CHALLENGE_BYTES])
{
	put_be64(ret, (uint64_t)auth_now(a));
	random_bytes(ret + 8, 8);
	challenge_mac(a, use, account, ret, ret + 16);
}

enum rc
challenge_check(struct auth *a, enum challenge_use use, const struct opaque_id *account, const uint8_t challenge[CHALLENGE_BYTES])
{
	int64_t at_us = (int64_t)get_be64(challenge), now_us = auth_now(a);
	uint8_t want[16];

	challenge_mac(a, use, account, challenge, want);
	if (!equal_constant_time((struct str){ (const char *)want, 16 }, (struct str){ (const char *)challenge + 16, 16 }))
		return FAIL(RC_DENIED, "not a challenge of this run");
	if (now_us < at_us || now_us - at_us > CHALLENGE_LIFE_US)
		return FAIL(RC_DENIED, "the challenge is too old");
	return RC_OK;
}

enum rc
challenge_spend(struct auth *a, const uint8_t challenge[CHALLENGE_BYTES])
{
	struct query *q = NULL;
	struct hash h;
	enum rc rc = RC_OK;

	hash_bytes((struct str){ (const char *)challenge, CHALLENGE_BYTES }, &h);
	TRY(db_query(a->db, "INSERT INTO challenge (hash, used_at) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING", &q));
	TRY(db_put_blob(q, 1, hash_str(&h)));
	TRY(db_put_int(q, 2, auth_now(a)));
	TRY(db_run(q));
	if (db_changed(a->db) != 1)
		rc = FAIL(RC_DENIED, "the challenge was used before");
out:
	db_done(q);
	return rc;
}
