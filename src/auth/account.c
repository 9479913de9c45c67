// SPDX-License-Identifier: Apache-2.0
/* Accounts and their enrolment: a link spent once, a seed wrapped by vault, a password hashed. */
#include "auth/auth_int.h"

#include <string.h>

#include "auth/password.h"
#include "auth/totp.h"
#include "base/num.h"
#include "base/time_text.h"
#include "form/look_alike.h"

#define DEVICES_DAYS 30 /* how far back devices count as used now */

/* The seed opens only for the account it was wrapped for. */
static enum rc
seed_aad(struct buf *b, const struct opaque_id *id)
{
	enum rc rc = RC_OK;

	TRY(buf_add_c(b, "tsujiban totp v1\n"));
	TRY(buf_add(b, id_str(id)));
out:
	return rc;
}

enum rc
seed_wrap(struct auth *a, const struct opaque_id *id, const struct secret *seed, struct buf *ret)
{
	struct buf aad = BUF(64);
	enum rc rc = RC_OK;

	TRY(seed_aad(&aad, id));
	TRY(ask_vault_wrap(a->vault, buf_str(&aad), seed, ret));
out:
	buf_free(&aad);
	return rc;
}

enum rc
seed_unwrap(struct auth *a, const struct opaque_id *id, struct str wrapped, struct secret *ret)
{
	struct buf aad = BUF(64);
	enum rc rc = RC_OK;

	TRY(seed_aad(&aad, id));
	TRY(ask_vault_unwrap(a->vault, buf_str(&aad), wrapped, ret));
	if (ret->n != TOTP_SEED_BYTES)
		rc = FAIL(RC_TAMPERED, "a seed has the wrong length");
out:
	buf_free(&aad);
	return rc;
}

enum rc
decoy_make(struct auth *a)
{
	struct query *q = NULL;
	struct secret seed = { 0 }, password = { 0 };
	struct buf wrapped = BUF(512), encoded = BUF(512);
	struct opaque_id id;
	bool row = false;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "SELECT 1 FROM account WHERE name = ''", &q));
	TRY(db_step(q, &row));
	db_done(q);
	q = NULL;
	if (row)
		goto out;
	random_bytes(id.b, sizeof(id.b));
	TRY(secret_random(&seed, TOTP_SEED_BYTES));
	TRY(secret_random(&password, 32));
	TRY(seed_wrap(a, &id, &seed, &wrapped));
	TRY(password_hash(secret_expose(&password), a->settings.hash_ops, a->settings.hash_kib, &encoded));
	TRY(db_query(a->db, "INSERT INTO account (id, name, display, roles, created_at, recorded, password, seed) VALUES ($1, '', '', 0, $2, 1, $3, $4)", &q));
	TRY(db_put_blob(q, 1, id_str(&id)));
	TRY(db_put_int(q, 2, auth_now(a)));
	TRY(db_put_text(q, 3, buf_str(&encoded)));
	TRY(db_put_blob(q, 4, buf_str(&wrapped)));
	TRY(db_run(q));
out:
	db_done(q);
	secret_free(&seed);
	secret_free(&password);
	buf_free(&wrapped);
	buf_free(&encoded);
	return rc;
}

/* A link that may still be used, with its account. */
struct link_row {
	struct hash    hash;
	struct account account;
	struct buf     seed;      /* wrapped; empty until first opened */
	int64_t        step;      /* enrol_finish */
	struct generator generator; /* it is enrolled with; step 0: with an app */
	struct buf     password;  /* encoded      */
};

static enum rc
link_load(struct auth *a, struct str link, struct link_row *l)
{
	struct query *q = NULL;
	struct str s;
	bool row = false;
	enum rc rc = RC_OK;

	if (!token_ok(link))
		return FAIL(RC_NOTFOUND, "no such enrolment link");
	token_hash(TOKEN_LINK, link, &l->hash);
	TRY(db_query(a->db, "SELECT l.seed, a.id, a.name, a.display, a.roles, a.enrolled, a.created_at FROM link l JOIN account a ON a.id = l.account"
	    " WHERE l.hash = $1 AND l.spent_at = 0 AND l.expires_at > $2 AND a.suspended_at = 0", &q));
	TRY(db_put_blob(q, 1, hash_str(&l->hash)));
	TRY(db_put_int(q, 2, auth_now(a)));
	TRY(db_step(q, &row));
	if (!row) {
		rc = FAIL(RC_NOTFOUND, "no such enrolment link, or it is spent or expired");
		goto out;
	}
	buf_reset(&l->seed);
	TRY(buf_add(&l->seed, db_blob(q, 0)));
	s = db_blob(q, 1);
	copy_id(s, &l->account.id);
	s = db_text(q, 2);
	copy_text(s, l->account.name, sizeof(l->account.name));
	s = db_text(q, 3);
	copy_text(s, l->account.display, sizeof(l->account.display));
	l->account.roles = (uint32_t)db_int(q, 4);
	l->account.enrolled = db_int(q, 5) != 0;
	l->account.created_at_us = db_int(q, 6);
	db_done(q);
	q = NULL;
	rc = term_check(a, &l->account.id, auth_now(a));
	if (rc == RC_DENIED)
		rc = FAIL(RC_NOTFOUND, "no enrolment outside the term of the account");
out:
	db_done(q);
	return rc;
}

static enum rc
link_seed_save(struct auth *a, const struct link_row *l)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "UPDATE link SET seed = $2 WHERE hash = $1", &q));
	TRY(db_put_blob(q, 1, hash_str(&l->hash)));
	TRY(db_put_blob(q, 2, buf_str(&l->seed)));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

/* Opening the page again shows the same seed: the first picture may be in the app already. */
enum rc
auth_enrol_begin(struct auth *a, struct str link, struct account *ret, struct buf *ret_uri)
{
	struct link_row l = { .seed = BUF(512) };
	struct record r = { .type = LEAF_SIGN_IN, .name = "enrol-open", .verdict = OUTCOME_DONE };
	char serial[GENERATOR_SERIAL_MAX + 1];
	struct secret seed = { 0 };
	uint64_t ignored;
	enum rc rc = RC_OK;

	pthread_mutex_lock(&a->state);
	TRY(link_load(a, link, &l));
	TRY(generator_assigned(a, &l.account.id, serial));
	r.actor = r.object = l.account.id;
	r.members[0].key = "name";
	r.members[0].value = str_of(l.account.name);
	if (*serial) { /* the seed is in its hand already */
		TRY(record_put(a, &r, 1, &ignored));
		TRY(buf_addf(ret_uri, GENERATOR_URI "%s", serial));
		*ret = l.account;
		goto out;
	}
	if (l.seed.n) {
		TRY(seed_unwrap(a, &l.account.id, buf_str(&l.seed), &seed));
	} else {
		TRY(secret_random(&seed, TOTP_SEED_BYTES));
		TRY(seed_wrap(a, &l.account.id, &seed, &l.seed));
	}
	TRY(record_put(a, &r, 1, &ignored));
	TRY(link_seed_save(a, &l));
	TRY(totp_uri(ret_uri, str_of(l.account.name), &seed));
	*ret = l.account;
out:
	pthread_mutex_unlock(&a->state);
	secret_free(&seed);
	buf_free(&l.seed);
	return rc;
}

/* In one transaction: link spent, factors set, every older session, device, passkey and recovery code forgotten. */
static enum rc
commit_enrolment(struct auth *a, void *context)
{
	static const char *const forget[] = { "DELETE FROM session WHERE account = $1", "DELETE FROM device WHERE account = $1", "DELETE FROM factor WHERE account = $1", "DELETE FROM api_token WHERE account = $1" };
	struct link_row *l = context;
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "UPDATE link SET spent_at = $2, seed = NULL WHERE hash = $1 AND spent_at = 0", &q));
	TRY(db_put_blob(q, 1, hash_str(&l->hash)));
	TRY(db_put_int(q, 2, auth_now(a)));
	TRY(db_run(q));
	if (db_changed(a->db) != 1) {
		rc = FAIL(RC_NOTFOUND, "the enrolment link is spent");
		goto out;
	}
	db_done(q);
	q = NULL;
	TRY(db_query(a->db, "UPDATE account SET enrolled = 1, password = $2, seed = $3, last_step = $4, failures = 0, locked_until = 0, password_at = $5 WHERE id = $1", &q));
	TRY(db_put_blob(q, 1, id_str(&l->account.id)));
	TRY(db_put_text(q, 2, buf_str(&l->password)));
	if (l->generator.step)
		TRY(db_put_null(q, 3));
	else
		TRY(db_put_blob(q, 3, buf_str(&l->seed)));
	/* The code of the enrolment may open the first session: it stood beside its own seed, so it proves no less a second time. */
	TRY(db_put_int(q, 4, l->generator.step ? 0 : l->step - 1));
	TRY(db_put_int(q, 5, auth_now(a)));
	TRY(db_run(q));
	db_done(q);
	q = NULL;
	if (l->generator.step)
		TRY(generator_use(a, &l->account.id, &l->generator, true));
	for (size_t i = 0; i < sizeof(forget) / sizeof(forget[0]); i++) {
		TRY(db_query(a->db, forget[i], &q));
		TRY(db_put_blob(q, 1, id_str(&l->account.id)));
		TRY(db_run(q));
		db_done(q);
		q = NULL;
	}
out:
	db_done(q);
	return rc;
}

/*= S-3-4 */
enum rc
auth_enrol_finish(struct auth *a, const struct enrol_finish *e)
{
	struct link_row l = { .seed = BUF(512), .password = BUF(512) };
	struct record r = { .type = LEAF_ACT_BEGIN, .name = "enrol" };
	struct secret seed = { 0 };
	enum rc rc = RC_OK;

	TRY(link_load(a, e->link, &l));
	TRY(generator_assigned(a, &l.account.id, l.generator.serial));
	if (l.seed.n == 0 && l.generator.serial[0] == '\0') {
		rc = FAIL(RC_CONFLICT, "the enrolment page was not opened before");
		goto out;
	}
	TRY(password_allowed(&a->settings.password, e->password, str_of(l.account.name), str_of(l.account.display)));
	if (l.generator.serial[0]) {
		bool proven = false;

		do
			TRY(generator_match(a, &l.account.id, proven, auth_now(a), e->code, &l.generator));
		while (l.generator.step == 0 && (proven = !proven)); /* one that was proven once serves again */
	} else {
		TRY(seed_unwrap(a, &l.account.id, buf_str(&l.seed), &seed));
		l.step = totp_match(&seed, auth_now(a), e->code);
	}
	if (l.step == 0 && l.generator.step == 0) {
		rc = FAIL(RC_SYNTAX, "code-wrong: the six digits do not fit; check the clock of the device");
		goto out;
	}
	TRY(password_hash(e->password, a->settings.hash_ops, a->settings.hash_kib, &l.password));
	r.actor = r.object = l.account.id;
	r.members[0].key = "name";
	r.members[0].value = str_of(l.account.name);
	pthread_mutex_lock(&a->state);
	rc = record_act(a, &r, commit_enrolment, &l);
	pthread_mutex_unlock(&a->state);
out:
	secret_free(&seed);
	buf_free(&l.seed);
	wipe_buf(&l.password);
	return rc;
}

/* `person` NULL: as it was. What was over before may begin again. */
enum rc
account_term_set(struct auth *a, const struct opaque_id *id, const struct opaque_id *person, int64_t from_us, int64_t until_us)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "UPDATE account SET from_at = $2, until_at = $3, ended_at = 0, person = coalesce($4, person) WHERE id = $1", &q));
	TRY(db_put_blob(q, 1, id_str(id)));
	TRY(db_put_int(q, 2, from_us));
	TRY(db_put_int(q, 3, until_us));
	if (person && !id_none(person))
		TRY(db_put_blob(q, 4, id_str(person)));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

/* What knows and what holds: a privileged role is for nobody who could show one kind alone. */
/*= S-3-4 */
enum rc
account_two_kinds(struct auth *a, const struct opaque_id *id)
{
	struct query *q = NULL;
	bool row = false;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "SELECT 1 FROM account a WHERE id = $1 AND enrolled = 1 AND password IS NOT NULL AND (seed IS NOT NULL OR EXISTS (SELECT 1 FROM factor f WHERE f.account = a.id AND f.kind <> 2 AND f.counter >= 0)"
	    " OR EXISTS (SELECT 1 FROM generator g WHERE g.account = a.id AND g.proven_at > 0))", &q));
	TRY(db_put_blob(q, 1, id_str(id)));
	TRY(db_step(q, &row));
	if (!row)
		rc = FAIL(RC_CONFLICT, "特権の役割には、種類の違う2つの要素が要ります。先に本人が登録を済ませてください / a privileged role takes factors of two kinds: its holder enrols first");
out:
	db_done(q);
	return rc;
}

bool
id_none(const struct opaque_id *id)
{
	static const struct opaque_id none;

	return memcmp(id->b, none.b, ID_BYTES) == 0;
}

struct new_account { const struct account_add *add; struct opaque_id id; char *link; };

static enum rc
commit_account(struct auth *a, void *context)
{
	struct new_account *n = context;
	int64_t now = auth_now(a);
	enum rc rc = RC_OK;

	TRY(account_insert(a->db, &n->id, n->add->name, n->add->display, n->add->roles, now, true));
	TRY(account_term_set(a, &n->id, &n->add->person, n->add->from_us, n->add->until_us));
	TRY(link_new(a->db, &n->id, now, n->link));
out:
	return rc;
}

static enum rc
check_new(struct auth *a, struct str name)
{
	struct query *q = NULL;
	bool row = false;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "SELECT sum(removed_at = 0), sum(name = $1) FROM account", &q));
	TRY(db_put_text(q, 1, name));
	TRY(db_step(q, &row));
	if (row && db_int(q, 1) > 0)
		rc = FAIL(RC_CONFLICT, "name-taken: an account has this name already");
	else if (row && db_int(q, 0) >= ACCOUNTS_MAX)
		rc = FAIL(RC_LIMIT, "accounts-full: the station holds %d accounts", ACCOUNTS_MAX);
out:
	db_done(q);
	return rc;
}

/* A name to show that reads like another account's is how one passes for another. */
static enum rc
check_display(struct auth *a, struct str display)
{
	struct query *q = NULL;
	bool row = false, alike = false;
	enum rc rc = RC_OK;

	TRY(name_one_script(display));
	TRY(db_query(a->db, "SELECT display FROM account WHERE name <> ''", &q));
	for (;;) {
		TRY(db_step(q, &row));
		if (!row)
			break;
		TRY(name_alike(display, db_text(q, 0), &alike));
		if (alike)
			TRY(FAIL(RC_CONFLICT, "display-alike: it reads like another account's name and is written otherwise"));
	}
out:
	db_done(q);
	return rc;
}

/*= S-3-5 */
enum rc
auth_account_add(struct auth *a, const struct account_add *add, char ret_link[TOKEN_CHARS + 1], struct opaque_id *ret_id)
{
	struct new_account n = { .add = add, .link = ret_link };
	char words[ROLES_WORDS_MAX];
	struct record r = { .type = LEAF_ACT_BEGIN, .name = "account-create", .actor = add->by };
	struct buf person = BUF(2 * ID_BYTES);
	enum rc rc = RC_OK;

	TRY(account_name_allowed(add->name));
	TRY(account_display_allowed(add->display));
	if (roles_side(add->roles) == SIDE_NONE)
		return FAIL(RC_SYNTAX, "role: no such role, or roles of both sides");
	random_bytes(n.id.b, sizeof(n.id.b));
	r.object = n.id;
	r.members[0].key = "display";
	r.members[0].value = add->display;
	r.members[1].key = "name";
	r.members[1].value = add->name;
	r.members[2].key = "role";
	r.members[2].value = roles_words(add->roles, words);
	if (!id_none(&add->person)) { /* keys in order */
		TRY(hex_encode(&person, id_str(&add->person)));
		r.members[3] = r.members[2];
		r.members[2].key = "person";
		r.members[2].value = buf_str(&person);
	}
	pthread_mutex_lock(&a->state);
	rc = check_new(a, add->name);
	if (rc == RC_OK)
		rc = check_display(a, add->display);
	if (rc == RC_OK)
		rc = record_act(a, &r, commit_account, &n);
	pthread_mutex_unlock(&a->state);
	if (rc == RC_OK)
		*ret_id = n.id;
out:
	buf_free(&person);
	return rc;
}

static enum rc
commit_link(struct auth *a, void *context)
{
	struct new_account *n = context;
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "UPDATE link SET spent_at = $2, seed = NULL WHERE account = $1 AND spent_at = 0", &q));
	TRY(db_put_blob(q, 1, id_str(&n->id)));
	TRY(db_put_int(q, 2, auth_now(a)));
	TRY(db_run(q));
	TRY(link_new(a->db, &n->id, auth_now(a), n->link));
out:
	db_done(q);
	return rc;
}

/* Whose factors are in use and whose role is privileged is not enrolled anew by one person alone: account-reset comes first. */
/*= S-7-1 */
static enum rc
find_account(struct auth *a, struct str name, struct opaque_id *ret)
{
	struct query *q = NULL;
	bool row = false;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "SELECT id, enrolled, roles FROM account WHERE name = $1 AND name <> '' AND removed_at = 0", &q));
	TRY(db_put_text(q, 1, name));
	TRY(db_step(q, &row));
	if (row && db_int(q, 1) && roles_privileged((uint32_t)db_int(q, 2)))
		rc = FAIL(RC_CONFLICT, "特権の役割があるアカウントです。先に、別の人の承認を得て要素を消してください（account reset） / this account has a privileged role: first have its factors taken away with another person's approval (account reset)");
	else if (row)
		copy_id(db_blob(q, 0), ret);
	else
		rc = FAIL(RC_NOTFOUND, "その名前のアカウントはありません / no account has this name");
out:
	db_done(q);
	return rc;
}

/*= S-3-5 */
enum rc
auth_account_link(struct auth *a, const struct opaque_id *by, struct str name, char ret_link[TOKEN_CHARS + 1], struct opaque_id *ret_id)
{
	struct new_account n = { .link = ret_link };
	struct record r = { .type = LEAF_ACT_BEGIN, .name = "enrol-link", .actor = *by };
	enum rc rc = RC_OK;

	pthread_mutex_lock(&a->state);
	TRY(find_account(a, name, &n.id));
	r.object = n.id;
	r.members[0].key = "name";
	r.members[0].value = name;
	TRY(record_act(a, &r, commit_link, &n));
	*ret_id = n.id;
out:
	pthread_mutex_unlock(&a->state);
	return rc;
}

enum rc
auth_account_list(struct auth *a, struct arena *arena, struct account **ret, size_t *ret_n)
{
	struct account *list = arena_get(arena, ACCOUNTS_MAX * sizeof(*list));
	struct query *q = NULL;
	size_t n = 0;
	bool row = false;
	enum rc rc = RC_OK;

	if (list == NULL)
		return FAIL(RC_LIMIT, "no room for the accounts");
	TRY(db_query(a->db, "SELECT id, name, display, roles, enrolled, created_at, last_sign_in, locked_until, suspended_at,"
	    " (SELECT count(*) FROM factor f WHERE f.account = account.id AND f.kind = 1), person, from_at, until_at, ended_at, removed_at,"
	    " (SELECT count(*) FROM device d WHERE d.account = account.id AND d.last_at > $1), (SELECT count(*) FROM factor f WHERE f.account = account.id AND f.kind = 3) FROM account"
	    " WHERE name <> '' ORDER BY removed_at > 0, name", &q));
	TRY(db_put_int(q, 1, auth_now(a) - DEVICES_DAYS * DAY_US));
	TRY(db_step(q, &row));
	for (; row && n < ACCOUNTS_MAX; n++) {
		struct account *to = &list[n];
		struct str s = db_blob(q, 0);

		copy_id(s, &to->id);
		s = db_text(q, 1);
		copy_text(s, to->name, sizeof(to->name));
		s = db_text(q, 2);
		copy_text(s, to->display, sizeof(to->display));
		to->roles = (uint32_t)db_int(q, 3);
		to->enrolled = db_int(q, 4) != 0;
		to->created_at_us = db_int(q, 5);
		to->last_sign_in_at_us = db_int(q, 6);
		to->locked_until_us = db_int(q, 7);
		to->suspended_at_us = db_int(q, 8);
		to->passkeys = (uint32_t)db_int(q, 9);
		copy_id(db_is_null(q, 10) ? STR_NONE : db_blob(q, 10), &to->person);
		to->from_us = db_int(q, 11);
		to->until_us = db_int(q, 12);
		to->ended_at_us = db_int(q, 13);
		to->removed_at_us = db_int(q, 14);
		to->devices = (uint32_t)db_int(q, 15);
		to->certificates = (uint32_t)db_int(q, 16);
		TRY(db_step(q, &row));
	}
	*ret = list;
	*ret_n = n;
out:
	db_done(q);
	return rc;
}
