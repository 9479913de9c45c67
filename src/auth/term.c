// SPDX-License-Identifier: Apache-2.0
/*
 * From when until when an account may be used, as core works it out of the roster and says it here.
 *
 * An end works by itself, without anybody asked, and stays when the clock is set back. The last usable
 * administrator of a side is never ended: it keeps its account until another one can be used.
 */
#include "auth/auth_int.h"

#include "base/time_text.h"

#define KEY_ROLES (ROLE_BIT(ROLE_ADMINISTRATOR) | ROLE_BIT(ROLE_CLIENT_OFFICER))
/* $2: the roles one of which is asked for, $3: now */
#define USABLE "(roles & $2) <> 0 AND enrolled = 1 AND suspended_at = 0 AND removed_at = 0 AND from_at <= $3 AND (until_at = 0 OR (until_at > $3 AND ended_at = 0))"

enum rc
term_another(struct auth *a, const struct opaque_id *id, uint32_t roles, bool *ret)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "SELECT 1 FROM account WHERE id <> $1 AND " USABLE " LIMIT 1", &q));
	TRY(db_put_blob(q, 1, id_str(id)));
	TRY(db_put_int(q, 2, roles & KEY_ROLES));
	TRY(db_put_int(q, 3, auth_now(a)));
	TRY(db_step(q, ret));
out:
	db_done(q);
	return rc;
}

bool
term_matters(uint32_t roles)
{
	return roles & KEY_ROLES;
}

/*= S-3-2 */
/*= S-1-2 */
enum rc
term_check(struct auth *a, const struct opaque_id *id, int64_t now_us)
{
	struct query *q = NULL;
	uint32_t roles = 0;
	bool row = false, over = false, another = true;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "SELECT roles, from_at, until_at, ended_at, removed_at FROM account WHERE id = $1", &q));
	TRY(db_put_blob(q, 1, id_str(id)));
	TRY(db_step(q, &row));
	if (!row || db_int(q, 4))
		TRY(FAIL(RC_DENIED, "the account is removed"));
	if (db_int(q, 1) > now_us)
		TRY(FAIL(RC_DENIED, "the term of the account has not begun"));
	over = db_int(q, 2) && (db_int(q, 2) <= now_us || db_int(q, 3));
	roles = (uint32_t)db_int(q, 0);
	db_done(q);
	q = NULL;
	if (!over)
		goto out;
	if (term_matters(roles))
		TRY(term_another(a, id, roles, &another));
	else
		another = true;
	if (another)
		rc = FAIL(RC_DENIED, "the term of the account is over");
out:
	db_done(q);
	return rc;
}

static enum rc
commit_ended(struct auth *a, void *context)
{
	static const char *const ends[] = { "DELETE FROM session WHERE account = $1", "DELETE FROM api_token WHERE account = $1", "UPDATE link SET spent_at = 1, seed = NULL WHERE account = $1 AND spent_at = 0" };
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "UPDATE account SET ended_at = $2 WHERE id = $1 AND ended_at = 0", &q));
	TRY(db_put_blob(q, 1, id_str(context)));
	TRY(db_put_int(q, 2, auth_now(a)));
	TRY(db_run(q));
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		db_done(q);
		q = NULL;
		TRY(db_query(a->db, ends[i], &q));
		TRY(db_put_blob(q, 1, id_str(context)));
		TRY(db_run(q));
	}
out:
	db_done(q);
	return rc;
}

/* The next account whose term is over and that nobody has ended yet; a last administrator is passed over. */
static enum rc
over_next(struct auth *a, struct opaque_id *at, uint32_t *ret_roles, char name[ACCOUNT_NAME_MAX + 1], bool *ret)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "SELECT id, roles, name FROM account WHERE id > $1 AND until_at > 0 AND until_at <= $2 AND ended_at = 0 AND removed_at = 0 AND name <> '' ORDER BY id LIMIT 1", &q));
	TRY(db_put_blob(q, 1, id_str(at)));
	TRY(db_put_int(q, 2, auth_now(a)));
	TRY(db_step(q, ret));
	if (*ret) {
		copy_id(db_blob(q, 0), at);
		*ret_roles = (uint32_t)db_int(q, 1);
		copy_text(db_text(q, 2), name, ACCOUNT_NAME_MAX + 1);
	}
out:
	db_done(q);
	return rc;
}

/* Every request asks for the term itself: this writes down that it is over, so that no clock set back undoes it. */
/*= S-3-2 */
enum rc
term_tidy(struct auth *a)
{
	struct opaque_id at = { { 0 } };
	char name[ACCOUNT_NAME_MAX + 1];
	uint32_t roles = 0;
	bool more = true, another;
	enum rc rc = RC_OK;

	pthread_mutex_lock(&a->state);
	for (;;) {
		struct record r = { .type = LEAF_ACT_BEGIN, .name = "account-ended" };

		TRY(over_next(a, &at, &roles, name, &more));
		if (!more)
			break;
		another = true;
		if (term_matters(roles))
			TRY(term_another(a, &at, roles, &another));
		if (!another)
			continue;
		r.object = at;
		r.members[0].key = "name";
		r.members[0].value = str_of(name);
		TRY(record_act(a, &r, commit_ended, &at));
	}
out:
	pthread_mutex_unlock(&a->state);
	return rc;
}
