// SPDX-License-Identifier: Apache-2.0
/* What administration does to another's account: unlock, suspend, resume, roles, sessions. Each ends what it must in the same commit. */
#include "auth/auth_int.h"

#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "base/time_text.h"

struct account_row { struct opaque_id id, person; uint32_t roles; int64_t suspended_at_us, removed_at_us; bool enrolled; };
struct work { struct account_row row; const struct account_change *ask; };

static enum rc
row_load(struct auth *a, struct str name, struct account_row *ret)
{
	struct query *q = NULL;
	bool row = false;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "SELECT id, roles, suspended_at, enrolled, removed_at, person FROM account WHERE name = $1 AND name <> ''", &q));
	TRY(db_put_text(q, 1, name));
	TRY(db_step(q, &row));
	if (!row)
		TRY(FAIL(RC_NOTFOUND, "その名前のアカウントはありません / no account has this name"));
	copy_id(db_blob(q, 0), &ret->id);
	ret->roles = (uint32_t)db_int(q, 1);
	ret->suspended_at_us = db_int(q, 2);
	ret->enrolled = db_int(q, 3) != 0;
	ret->removed_at_us = db_int(q, 4);
	copy_id(db_is_null(q, 5) ? STR_NONE : db_blob(q, 5), &ret->person);
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

static enum rc
commit_person(struct auth *a, void *context)
{
	struct work *w = context;

	return account_term_set(a, &w->row.id, &w->ask->person, w->ask->from_us, w->ask->until_us);
}

static enum rc
commit_term(struct auth *a, void *context)
{
	struct work *w = context;

	return account_term_set(a, &w->row.id, NULL, w->ask->from_us, w->ask->until_us);
}

/* Nothing that opens it stays; the row does, so that what it did keeps its name and nobody else gets it. */
/*= S-3-2 */
static enum rc
commit_remove(struct auth *a, void *context)
{
	struct work *w = context;
	int64_t now = auth_now(a);
	enum rc rc = RC_OK;

	TRY(commit_suspend(a, w));
	TRY(run(a, "DELETE FROM device WHERE account = $1", &w->row.id, NULL));
	TRY(run(a, "DELETE FROM factor WHERE account = $1", &w->row.id, NULL));
	TRY(run(a, "DELETE FROM generator WHERE account = $1", &w->row.id, NULL));
	TRY(run(a, "DELETE FROM link WHERE account = $1", &w->row.id, NULL));
	TRY(run(a, "UPDATE account SET removed_at = $2, password = NULL, seed = NULL, enrolled = 0, last_step = 0, failures = 0, locked_until = 0 WHERE id = $1", &w->row.id, &now));
	TRY(tally_add(a, "remove"));
out:
	return rc;
}

/* As before its enrolment: nothing of the old opens it, roles and name stay. Whoever enrols anew proves two kinds of factor. */
/*= S-3-4 */
static enum rc
commit_reset(struct auth *a, void *context)
{
	struct work *w = context;
	int64_t now = auth_now(a);
	enum rc rc = RC_OK;

	TRY(commit_sessions(a, w));
	TRY(run(a, "DELETE FROM device WHERE account = $1", &w->row.id, NULL));
	TRY(run(a, "DELETE FROM factor WHERE account = $1", &w->row.id, NULL));
	TRY(run(a, "DELETE FROM generator WHERE account = $1", &w->row.id, NULL));
	TRY(run(a, "UPDATE link SET spent_at = $2, seed = NULL WHERE account = $1 AND spent_at = 0", &w->row.id, &now));
	TRY(run(a, "UPDATE account SET password = NULL, seed = NULL, enrolled = 0, last_step = 0, failures = 0, locked_until = 0 WHERE id = $1", &w->row.id, NULL));
out:
	return rc;
}

/* How much of each goes, for the leaf. Members are in the order of their keys. */
static enum rc
removed_members(struct auth *a, const struct opaque_id *id, struct record *r, char texts[4][24])
{
	static const char *const keys[] = { "devices", "factors", "sessions", "tokens" };
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "SELECT (SELECT count(*) FROM device WHERE account = $1), (SELECT count(*) FROM factor WHERE account = $1) + (SELECT count(*) FROM generator WHERE account = $1) + enrolled, (SELECT count(*) FROM session WHERE account = $1),"
	    " (SELECT count(*) FROM api_token WHERE account = $1) FROM account WHERE id = $1", &q));
	TRY(db_put_blob(q, 1, id_str(id)));
	TRY(db_step(q, &row));
	for (int i = 0, at = 0; row && i < 4; i++, at++) {
		if (i == 2) { /* "name" comes before "sessions" */
			r->members[at] = r->members[5];
			at++;
		}
		(void)snprintf(texts[i], 24, "%lld", (long long)db_int(q, i)); /* fits */
		r->members[at].key = keys[i];
		r->members[at].value = str_of(texts[i]);
	}
	r->members[5].key = NULL;
out:
	db_done(q);
	return rc;
}

/* Somebody else of the side can still sign in and administer it. */
/*= S-3-2 */
static enum rc
another_stays(struct auth *a, const struct account_row *row)
{
	bool found = false;
	enum rc rc = RC_OK;

	if (!term_matters(row->roles) || !row->enrolled || row->suspended_at_us)
		return RC_OK;
	TRY(term_another(a, &row->id, row->roles, &found));
	if (!found)
		rc = FAIL(RC_CONFLICT, "この側で使える最後の管理者です。先に別の人を登録してください / this is the last usable administrator of the side: enrol another first");
out:
	return rc;
}

static const struct { const char *name; bool own, last; enum rc (*commit)(struct auth *, void *); } changes[ACCOUNT_CHANGE_COUNT] = {
	[ACCOUNT_UNLOCK] = { "account-unlock", false, false, commit_unlock },
	[ACCOUNT_SUSPEND] = { "account-suspend", false, true, commit_suspend },
	[ACCOUNT_RESUME] = { "account-resume", false, false, commit_resume },
	[ACCOUNT_SESSIONS_END] = { "account-sessions-end", true, false, commit_sessions },
	[ACCOUNT_ROLES] = { "account-roles", false, true, commit_roles },
	[ACCOUNT_PERSON] = { "account-person", false, false, commit_person },
	[ACCOUNT_TERM] = { "account-term", true, false, commit_term },
	[ACCOUNT_REMOVE] = { "account-remove", false, true, commit_remove },
	[ACCOUNT_RESET] = { "account-reset", false, false, commit_reset },
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
	char words[ROLES_WORDS_MAX], texts[4][24];
	struct buf person = BUF(2 * ID_BYTES);
	enum rc rc = RC_OK;

	if (ask->what <= ACCOUNT_CHANGE_NONE || ask->what >= ACCOUNT_CHANGE_COUNT || ask->what == ACCOUNT_SEAL)
		return FAIL(RC_SYNTAX, "no such change");
	if (ask->what == ACCOUNT_ROLES && roles_side(ask->roles) == SIDE_NONE)
		return FAIL(RC_SYNTAX, "role: no such role, or roles of both sides");
	pthread_mutex_lock(&a->state);
	TRY(row_load(a, ask->name, &w.row));
	if (!changes[ask->what].own && memcmp(w.row.id.b, ask->by.b, ID_BYTES) == 0)
		TRY(FAIL(RC_CONFLICT, "自分のアカウントにはできません。別の人に頼んでください / not on the own account: ask another person"));
	if (w.row.removed_at_us)
		TRY(FAIL(RC_CONFLICT, "このアカウントは取り除かれています / this account is removed"));
	if (ask->what == ACCOUNT_PERSON && !id_none(&w.row.person) && memcmp(w.row.person.b, ask->person.b, ID_BYTES) != 0)
		TRY(FAIL(RC_CONFLICT, "アカウントは人から人へ移せません。取り除いて、新しいものを作ってください / an account is not handed from one person to another: remove it and make a new one"));
	if (ask->what == ACCOUNT_ROLES && roles_side(ask->roles) != roles_side(w.row.roles))
		TRY(FAIL(RC_CONFLICT, "発注者と受託者の間で役割は移せません / roles do not move from one side to the other"));
	if (ask->what == ACCOUNT_ROLES && roles_privileged(ask->roles))
		TRY(account_two_kinds(a, &w.row.id));
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
	if (ask->what == ACCOUNT_PERSON) {
		TRY(hex_encode(&person, id_str(&ask->person)));
		r.members[1].key = "person";
		r.members[1].value = buf_str(&person);
	} else if (ask->what == ACCOUNT_TERM) {
		(void)snprintf(texts[0], sizeof(texts[0]), "%lld", (long long)ask->from_us / SECOND_US);
		(void)snprintf(texts[1], sizeof(texts[1]), "%lld", (long long)ask->until_us / SECOND_US);
		r.members[1] = r.members[0];
		r.members[0].key = "from_s";
		r.members[0].value = str_of(texts[0]);
		r.members[2].key = "until_s";
		r.members[2].value = str_of(texts[1]);
	} else if (ask->what == ACCOUNT_REMOVE) {
		r.members[5] = r.members[0];
		TRY(removed_members(a, &w.row.id, &r, texts));
	}
	TRY(record_act(a, &r, changes[ask->what].commit, &w));
	*ret_id = w.row.id;
out:
	pthread_mutex_unlock(&a->state);
	buf_free(&person);
	return rc;
}
