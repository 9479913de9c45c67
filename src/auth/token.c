// SPDX-License-Identifier: Apache-2.0
/*
 * API tokens: a person's leave for a program to do some acts for a time.
 *
 * Made by the person after a factor shown again, shown once, kept as a hash.
 * The account's state and roles count at every use, so a token never may more
 * than its holder may now; it shows no factor, so what asks for one is closed to it.
 */
#include "auth/auth_int.h"

#include <string.h>

#include "act/act.h"
#include "base/num.h"
#include "base/time_text.h"

_Static_assert(ACT_COUNT <= 8 * SCOPE_BYTES, "a bit for each act");

#define USED_EVERY_US (60 * SECOND_US) /* how coarsely the last use is kept */

void
api_token_new(char ret[TOKEN_CHARS + 1])
{
	char hex[TOKEN_CHARS + 1];

	token_new(hex);
	memcpy(ret, API_TOKEN_HEAD, sizeof(API_TOKEN_HEAD) - 1);
	memcpy(ret + sizeof(API_TOKEN_HEAD) - 1, hex + sizeof(API_TOKEN_HEAD) - 1, TOKEN_CHARS + 1 - (sizeof(API_TOKEN_HEAD) - 1));
	wipe(hex, sizeof(hex));
}

/* Names of acts with blanks between; "read" is every act that only shows something. RC_SYNTAX names the one nobody knows. */
enum rc
api_scope_of(struct str words, uint8_t ret[SCOPE_BYTES])
{
	uint8_t scope[SCOPE_BYTES] = { 0 };
	struct str word;
	bool any = false;

	while (words.n && str_cut(&words, ' ', &word)) {
		enum act one = act_of(word);

		if (word.n == 0)
			continue;
		if (one == ACT_NONE && !str_eq_c(word, "read"))
			return FAIL(RC_SYNTAX, "token-acts: no such act: " STR_FMT, STR_ARG(word));
		for (enum act a = ACT_NONE + 1; a < ACT_COUNT; a++)
			if (a == one || (one == ACT_NONE && act_row(a)->method == METHOD_GET))
				scope[a / 8] |= (uint8_t)(1u << a % 8);
		any = true;
	}
	if (!any)
		return FAIL(RC_SYNTAX, "token-acts: it names no act");
	memcpy(ret, scope, sizeof(scope));
	return RC_OK;
}

enum rc
api_token_insert(struct auth *a, const struct opaque_id *id, const struct opaque_id *account, struct str label, struct str acts, int64_t expires_us, struct str token)
{
	struct query *q = NULL;
	struct hash h;
	enum rc rc = RC_OK;

	token_hash(TOKEN_API, token, &h);
	TRY(db_query(a->db, "INSERT INTO api_token (id, hash, account, label, acts, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)", &q));
	TRY(db_put_blob(q, 1, id_str(id)));
	TRY(db_put_blob(q, 2, hash_str(&h)));
	TRY(db_put_blob(q, 3, id_str(account)));
	TRY(db_put_text(q, 4, label));
	TRY(db_put_text(q, 5, acts));
	TRY(db_put_int(q, 6, auth_now(a)));
	TRY(db_put_int(q, 7, expires_us));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

enum rc
api_token_delete(struct auth *a, const struct opaque_id *id, const struct opaque_id *account)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "DELETE FROM api_token WHERE id = $1 AND account = $2", &q));
	TRY(db_put_blob(q, 1, id_str(id)));
	TRY(db_put_blob(q, 2, id_str(account)));
	TRY(db_run(q));
	if (db_changed(a->db) != 1)
		rc = FAIL(RC_NOTFOUND, "no such token of yours");
out:
	db_done(q);
	return rc;
}

/* Rows [{id, label, acts, created_at, expires_at, last_used_at}] are put by `take`; how many live. */
enum rc
api_token_each(struct auth *a, const struct opaque_id *account, void (*take)(void *context, struct query *), void *context, int64_t *ret_live)
{
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	*ret_live = 0;
	TRY(db_query(a->db, "SELECT id, label, acts, created_at, expires_at, last_used_at FROM api_token WHERE account = $1 AND expires_at > $2 ORDER BY created_at, id", &q));
	TRY(db_put_blob(q, 1, id_str(account)));
	TRY(db_put_int(q, 2, auth_now(a)));
	for (;;) {
		TRY(db_step(q, &row));
		if (!row)
			break;
		(*ret_live)++;
		if (take)
			take(context, q);
	}
out:
	db_done(q);
	return rc;
}

static void
used(struct auth *a, const struct hash *h, int64_t now_us)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "UPDATE api_token SET last_used_at = $2 WHERE hash = $1", &q));
	TRY(db_put_blob(q, 1, hash_str(h)));
	TRY(db_put_int(q, 2, now_us));
	TRY(db_run(q));
out:
	db_done(q);
	if (rc != RC_OK)
		rc_trail_clear(); /* a full disk forgets when it was used, not whose it is */
}

/* Whose token it is, as a session with a scope and no factor; RC_DENIED for every reason it may not be used. */
/*= S-3-4 */
enum rc
api_token_session(struct auth *a, struct str token, struct session *ret)
{
	struct session s = { .by_token = true };
	int64_t now = auth_now(a), last_us = 0;
	struct query *q = NULL;
	struct hash h;
	struct str text;
	bool row = false;
	enum rc rc = RC_OK;

	token_hash(TOKEN_API, token, &h);
	TRY(db_query(a->db, "SELECT t.account, a.name, a.display, a.roles, t.created_at, t.expires_at, t.acts, t.last_used_at FROM api_token t JOIN account a ON a.id = t.account"
	    " WHERE t.hash = $1 AND t.expires_at > $2 AND t.created_at <= $3 AND a.suspended_at = 0 AND a.enrolled = 1", &q));
	TRY(db_put_blob(q, 1, hash_str(&h)));
	TRY(db_put_int(q, 2, now));
	TRY(db_put_int(q, 3, now + MINUTE_US));
	TRY(db_step(q, &row));
	if (!row)
		TRY(FAIL(RC_DENIED, "no such session: the token is unknown, ended or expired"));
	text = db_blob(q, 0);
	copy_id(text, &s.account);
	text = db_text(q, 1);
	copy_text(text, s.name, sizeof(s.name));
	text = db_text(q, 2);
	copy_text(text, s.display, sizeof(s.display));
	s.roles = (uint32_t)db_int(q, 3);
	s.signed_in_at_us = db_int(q, 4);
	s.expires_at_us = db_int(q, 5);
	last_us = db_int(q, 7);
	rc = api_scope_of(db_text(q, 6), s.scope);
	if (rc != RC_OK) { /* an act that went with an older version: what is left of the scope is not guessed */
		rc_trail_clear();
		TRY(FAIL(RC_DENIED, "no such session: the token names acts this version does not know"));
	}
	db_done(q);
	q = NULL;
	TRY(term_check(a, &s.account, now));
	*ret = s;
out:
	db_done(q);
	if (rc == RC_OK && now >= last_us + USED_EVERY_US)
		used(a, &h, now);
	return rc;
}
