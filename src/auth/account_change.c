// SPDX-License-Identifier: Apache-2.0
/* What administration does to another's account: unlock, suspend, resume, roles, sessions. Each ends what it must in the same commit. */
#include "auth/auth_int.h"

#include <string.h>

struct account_row { struct opaque_id id; uint32_t roles; int64_t suspended_at_us; bool enrolled; };
struct work { struct account_row row; const struct account_change *ask; };

static enum rc
row_load(struct auth *a, struct str name, struct account_row *ret)
{
	struct query *q = NULL;
	bool row = false;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "SELECT id, roles, suspended_at, enrolled FROM account WHERE name = $1 AND name <> ''", &q));
	TRY(db_put_text(q, 1, name));
	TRY(db_step(q, &row));
	if (!row)
		TRY(FAIL(RC_NOTFOUND, "その名前のアカウントはありません / no account has this name"));
	copy_id(db_blob(q, 0), &ret->id);
	ret->roles = (uint32_t)db_int(q, 1);
	ret->suspended_at_us = db_int(q, 2);
	ret->enrolled = db_int(q, 3) != 0;
out:
	db_done(q);
	return rc;
}

/* One statement about the account: $1 is its id, $2 a number. */
static enum rc
run(struct auth *a, const char *sql, const struct opaque_id *id, const int64_t *n)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, sql, &q));
	TRY(db_put_blob(q, 1, id_str(id)));
	if (n)
		TRY(db_put_int(q, 2, *n));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

static enum rc
commit_unlock(struct auth *a, void *context)
{
	struct work *w = context;
	enum rc rc = RC_OK;

	TRY(run(a, "UPDATE account SET failures = 0, locked_until = 0 WHERE id = $1", &w->row.id, NULL));
	TRY(run(a, "UPDATE device SET failures = 0, locked_until = 0 WHERE account = $1", &w->row.id, NULL));
	TRY(tally_add(a, "unlock"));
out:
	return rc;
}

/* Tokens too: whoever must sign in again proves anew what a program may do for him. */
static enum rc
commit_sessions(struct auth *a, void *context)
{
	struct work *w = context;

	enum rc rc = RC_OK;

	TRY(run(a, "DELETE FROM session WHERE account = $1", &w->row.id, NULL));
	TRY(run(a, "DELETE FROM api_token WHERE account = $1", &w->row.id, NULL));
out:
	return rc;
}

/* Links go too: a suspended account is not enrolled anew behind one's back. */
static enum rc
commit_suspend(struct auth *a, void *context)
{
	struct work *w = context;
	int64_t now = auth_now(a);
	enum rc rc = RC_OK;

	TRY(run(a, "UPDATE account SET suspended_at = $2 WHERE id = $1 AND suspended_at = 0", &w->row.id, &now));
	TRY(run(a, "UPDATE link SET spent_at = $2, seed = NULL WHERE account = $1 AND spent_at = 0", &w->row.id, &now));
	TRY(commit_sessions(a, w));
out:
	return rc;
}

static enum rc
commit_resume(struct auth *a, void *context)
{
	struct work *w = context;

	return run(a, "UPDATE account SET suspended_at = 0 WHERE id = $1", &w->row.id, NULL);
}

static enum rc
commit_roles(struct auth *a, void *context)
{
	struct work *w = context;
	int64_t roles = w->ask->roles;
	enum rc rc = RC_OK;

	TRY(run(a, "UPDATE account SET roles = $2 WHERE id = $1", &w->row.id, &roles));
	TRY(commit_sessions(a, w));
out:
	return rc;
}

/* Somebody else of the side can still sign in and administer it. */
static enum rc
another_stays(struct auth *a, const struct account_row *row)
{
	uint32_t key = row->roles & (ROLE_BIT(ROLE_ADMINISTRATOR) | ROLE_BIT(ROLE_CLIENT_OFFICER));
	struct query *q = NULL;
	bool found = false;
	enum rc rc = RC_OK;

	if (key == 0 || !row->enrolled || row->suspended_at_us)
		return RC_OK;
	TRY(db_query(a->db, "SELECT 1 FROM account WHERE id <> $1 AND (roles & $2) <> 0 AND enrolled = 1 AND suspended_at = 0 LIMIT 1", &q));
	TRY(db_put_blob(q, 1, id_str(&row->id)));
	TRY(db_put_int(q, 2, key));
	TRY(db_step(q, &found));
	if (!found)
		rc = FAIL(RC_CONFLICT, "この側で使える最後の管理者です。先に別の人を登録してください / this is the last usable administrator of the side: enrol another first");
out:
	db_done(q);
	return rc;
}

static const struct { const char *name; bool own, last; enum rc (*commit)(struct auth *, void *); } changes[ACCOUNT_CHANGE_COUNT] = {
	[ACCOUNT_UNLOCK] = { "account-unlock", false, false, commit_unlock },
	[ACCOUNT_SUSPEND] = { "account-suspend", false, true, commit_suspend },
	[ACCOUNT_RESUME] = { "account-resume", false, false, commit_resume },
	[ACCOUNT_SESSIONS_END] = { "account-sessions-end", true, false, commit_sessions },
	[ACCOUNT_ROLES] = { "account-roles", false, true, commit_roles },
};

bool
account_change_own(enum account_change_kind what)
{
	return what > ACCOUNT_CHANGE_NONE && what < ACCOUNT_CHANGE_COUNT && changes[what].own;
}

/*= S-3-2 */
/*= S-3-5 */
enum rc
auth_account_change(struct auth *a, const struct account_change *ask, struct opaque_id *ret_id)
{
	struct record r = { .type = LEAF_ACT_BEGIN, .actor = ask->by };
	struct work w = { .ask = ask };
	char words[ROLES_WORDS_MAX];
	enum rc rc = RC_OK;

	if (ask->what <= ACCOUNT_CHANGE_NONE || ask->what >= ACCOUNT_CHANGE_COUNT)
		return FAIL(RC_SYNTAX, "no such change");
	if (ask->what == ACCOUNT_ROLES && roles_side(ask->roles) == SIDE_NONE)
		return FAIL(RC_SYNTAX, "role: no such role, or roles of both sides");
	pthread_mutex_lock(&a->state);
	TRY(row_load(a, ask->name, &w.row));
	if (!changes[ask->what].own && memcmp(w.row.id.b, ask->by.b, ID_BYTES) == 0)
		TRY(FAIL(RC_CONFLICT, "自分のアカウントにはできません。別の人に頼んでください / not on the own account: ask another person"));
	if (ask->what == ACCOUNT_ROLES && roles_side(ask->roles) != roles_side(w.row.roles))
		TRY(FAIL(RC_CONFLICT, "発注者と受託者の間で役割は移せません / roles do not move from one side to the other"));
	if (changes[ask->what].last && !(ask->what == ACCOUNT_ROLES && (ask->roles & w.row.roles & (ROLE_BIT(ROLE_ADMINISTRATOR) | ROLE_BIT(ROLE_CLIENT_OFFICER)))))
		TRY(another_stays(a, &w.row));
	r.name = changes[ask->what].name;
	r.object = w.row.id;
	r.members[0].key = "name";
	r.members[0].value = ask->name;
	if (ask->what == ACCOUNT_ROLES) {
		r.members[1].key = "role";
		r.members[1].value = roles_words(ask->roles, words);
	}
	TRY(record_act(a, &r, changes[ask->what].commit, &w));
	*ret_id = w.row.id;
out:
	pthread_mutex_unlock(&a->state);
	return rc;
}
