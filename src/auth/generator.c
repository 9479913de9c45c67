// SPDX-License-Identifier: Apache-2.0
/*
 * Hardware tokens that show codes: imported by their maker's list, assigned by serial, proven by their first code.
 *
 * A seed arrives once, from web, after core permitted the list by its hash; it rests wrapped by vault under its serial and is never
 * answered, recorded or shown again. A token that waits for its import is kept for a quarter of an hour. A code counts once.
 */
#include "auth/auth_int.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/generator_list.h"
#include "base/num.h"
#include "base/time_text.h"

#define ALLOWED_US (MINUTE_US)       /* from core's yes until the list is here */
#define PENDING_US (15 * MINUTE_US)  /* from the preview until the import      */

static enum rc
aad_of(struct buf *b, const char *serial)
{
	return buf_addf(b, "tsujiban generator v1\n%s", serial);
}

static enum rc
seed_keep(struct auth *a, const struct generator_row *row, struct buf *ret)
{
	struct buf aad = BUF(128);
	struct secret seed = { 0 };
	enum rc rc = RC_OK;

	TRY(aad_of(&aad, row->serial));
	TRY(secret_of(&seed, (struct str){ (const char *)row->seed, row->seed_n }));
	TRY(ask_vault_wrap(a->vault, buf_str(&aad), &seed, ret));
out:
	secret_free(&seed);
	buf_free(&aad);
	return rc;
}

/* ---- matching */

static void
take(struct query *q, struct generator *g)
{
	copy_text(db_text(q, 0), g->serial, sizeof(g->serial));
	g->kind = (struct totp_kind){ (int)db_int(q, 2), (int)db_int(q, 3), (enum totp_algorithm)db_int(q, 4) };
	g->last_step = db_int(q, 5);
	g->proven = db_int(q, 6) != 0;
}

/* The token of the account whose code this is: `step` 0 when none. Unproven ones count only where one proves it. */
enum rc
generator_match(struct auth *a, const struct opaque_id *account, bool proven, int64_t now_us, struct str code, struct generator *ret)
{
	struct buf wrapped[GENERATORS_OF_ACCOUNT] = { BUF(512), BUF(512), BUF(512), BUF(512) };
	struct generator list[GENERATORS_OF_ACCOUNT] = { { .step = 0 } };
	struct query *q = NULL;
	size_t n = 0;
	bool row = false;
	enum rc rc = RC_OK;

	*ret = (struct generator){ .step = 0 };
	TRY(db_query(a->db, "SELECT serial, seed, digits, period, algorithm, last_step, proven_at FROM generator WHERE account = $1 AND (proven_at > 0) = $2 ORDER BY serial", &q));
	TRY(db_put_blob(q, 1, id_str(account)));
	TRY(db_put_int(q, 2, proven));
	TRY(db_step(q, &row));
	for (; row && n < GENERATORS_OF_ACCOUNT; n++) {
		take(q, &list[n]);
		TRY(buf_add(&wrapped[n], db_blob(q, 1)));
		TRY(db_step(q, &row));
	}
	db_done(q);
	q = NULL;
	for (size_t i = 0; i < n; i++) {
		struct buf aad = BUF(128);
		struct secret seed = { 0 };

		rc = aad_of(&aad, list[i].serial);
		if (rc == RC_OK)
			rc = ask_vault_unwrap(a->vault, buf_str(&aad), buf_str(&wrapped[i]), &seed);
		if (rc == RC_OK)
			list[i].step = totp_match_of(&list[i].kind, &seed, now_us, code);
		secret_free(&seed);
		buf_free(&aad);
		TRY(rc);
		if (list[i].step)
			*ret = list[i];
	}
out:
	db_done(q);
	for (size_t i = 0; i < GENERATORS_OF_ACCOUNT; i++)
		buf_free(&wrapped[i]);
	return rc;
}

/* Under `state`: still this account's, and the step after the last one used. RC_DENIED: used before. */
enum rc
generator_use(struct auth *a, const struct opaque_id *account, const struct generator *g, bool prove)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "UPDATE generator SET last_step = $3, proven_at = CASE WHEN $4 THEN $5 ELSE proven_at END WHERE serial = $1 AND account = $2 AND last_step < $3 AND (proven_at > 0 OR $4)", &q));
	TRY(db_put_text(q, 1, str_of(g->serial)));
	TRY(db_put_blob(q, 2, id_str(account)));
	TRY(db_put_int(q, 3, g->step));
	TRY(db_put_int(q, 4, prove));
	TRY(db_put_int(q, 5, auth_now(a)));
	TRY(db_run(q));
	if (db_changed(a->db) != 1)
		rc = FAIL(RC_DENIED, "the code of this token was used before");
out:
	db_done(q);
	return rc;
}

enum rc
generator_last_step(struct auth *a, const struct opaque_id *account, const struct generator *g, int64_t *ret)
{
	struct query *q = NULL;
	bool row = false;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "SELECT last_step FROM generator WHERE serial = $1 AND account = $2 AND proven_at > 0", &q));
	TRY(db_put_text(q, 1, str_of(g->serial)));
	TRY(db_put_blob(q, 2, id_str(account)));
	TRY(db_step(q, &row));
	*ret = row ? db_int(q, 0) : INT64_MAX; /* taken away meanwhile: nothing is newer */
out:
	db_done(q);
	return rc;
}

enum rc
generator_assigned(struct auth *a, const struct opaque_id *account, char serial[GENERATOR_SERIAL_MAX + 1])
{
	struct query *q = NULL;
	bool row = false;
	enum rc rc = RC_OK;

	serial[0] = '\0';
	TRY(db_query(a->db, "SELECT serial FROM generator WHERE account = $1 ORDER BY assigned_at DESC, serial LIMIT 1", &q));
	TRY(db_put_blob(q, 1, id_str(account)));
	TRY(db_step(q, &row));
	if (row)
		copy_text(db_text(q, 0), serial, GENERATOR_SERIAL_MAX + 1);
out:
	db_done(q);
	return rc;
}

/* ---- a list, from its permission to its import */

void
auth_generator_allow(struct auth *a, const struct opaque_id *by, const struct hash *digest)
{
	pthread_mutex_lock(&a->state);
	a->allowed_next = (a->allowed_next + 1) % GENERATOR_LISTS_ALLOWED;
	a->allowed[a->allowed_next].by = *by;
	a->allowed[a->allowed_next].digest = *digest;
	a->allowed[a->allowed_next].at_us = auth_now(a);
	pthread_mutex_unlock(&a->state);
}

static bool
allowed(struct auth *a, const struct opaque_id *by, const struct hash *digest)
{
	int64_t now = auth_now(a);
	bool found = false;

	pthread_mutex_lock(&a->state);
	for (size_t i = 0; i < GENERATOR_LISTS_ALLOWED; i++)
		if (a->allowed[i].at_us && now >= a->allowed[i].at_us && now - a->allowed[i].at_us < ALLOWED_US && hash_eq(&a->allowed[i].digest, digest) && memcmp(a->allowed[i].by.b, by->b, ID_BYTES) == 0) {
			a->allowed[i].at_us = 0; /* once */
			found = true;
		}
	pthread_mutex_unlock(&a->state);
	return found;
}

static enum rc
known(struct auth *a, const char *serial, bool *ret)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "SELECT 1 FROM generator WHERE serial = $1", &q));
	TRY(db_put_text(q, 1, str_of(serial)));
	TRY(db_step(q, ret));
out:
	db_done(q);
	return rc;
}

static enum rc
pending_forget(struct auth *a, const struct opaque_id *by)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "DELETE FROM generator_pending WHERE by = $1 OR at < $2 OR at > $3", &q));
	TRY(db_put_blob(q, 1, id_str(by)));
	TRY(db_put_int(q, 2, auth_now(a) - PENDING_US));
	TRY(db_put_int(q, 3, auth_now(a)));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

static enum rc
pending_insert(struct auth *a, const struct opaque_id *by, const struct hash *digest, const struct generator_row *row, struct str wrapped)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "INSERT INTO generator_pending (digest, by, at, serial, seed, digits, period, algorithm) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)", &q));
	TRY(db_put_blob(q, 1, hash_str(digest)));
	TRY(db_put_blob(q, 2, id_str(by)));
	TRY(db_put_int(q, 3, auth_now(a)));
	TRY(db_put_text(q, 4, str_of(row->serial)));
	TRY(db_put_blob(q, 5, wrapped));
	TRY(db_put_int(q, 6, row->kind.digits));
	TRY(db_put_int(q, 7, row->kind.period_s));
	TRY(db_put_int(q, 8, (int64_t)row->kind.algorithm));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

static enum rc
pending_keep(struct auth *a, const struct opaque_id *by, const struct hash *digest, const struct generator_list *list)
{
	struct buf *wrapped = calloc(list->count, sizeof(*wrapped));
	bool begun = false;
	enum rc rc = RC_OK;

	if (wrapped == NULL)
		abort();
	for (size_t i = 0; i < list->count && list->wrong == 0; i++) { /* vault is asked before the store is held */
		wrapped[i] = (struct buf)BUF(512);
		TRY(seed_keep(a, &list->rows[i], &wrapped[i]));
	}
	pthread_mutex_lock(&a->state);
	rc = db_begin(a->db);
	begun = rc == RC_OK;
	if (rc == RC_OK)
		rc = pending_forget(a, by);
	for (size_t i = 0; i < list->count && list->wrong == 0 && rc == RC_OK; i++)
		rc = pending_insert(a, by, digest, &list->rows[i], buf_str(&wrapped[i]));
	if (rc == RC_OK)
		rc = db_commit(a->db);
	if (rc != RC_OK && begun)
		db_rollback(a->db);
	pthread_mutex_unlock(&a->state);
out:
	for (size_t i = 0; i < list->count; i++)
		buf_free(&wrapped[i]);
	free(wrapped);
	return rc;
}

static json_t *
list_json(const struct generator_list *list, const struct hash *digest)
{
	struct buf hex = BUF(2 * sizeof(digest->b));
	json_t *rows = json_array(), *ret;

	for (size_t i = 0; i < list->count; i++) {
		const struct generator_row *r = &list->rows[i];

		json_array_append_new(rows, json_pack("{s:I, s:s, s:i, s:i, s:s, s:s?}", "line", (json_int_t)r->line, "serial", r->serial, "digits", r->kind.digits, "period", r->kind.period_s,
		    "algorithm", totp_algorithm_name(r->kind.algorithm), "error", r->wrong));
	}
	if (hex_encode(&hex, hash_str(digest)) != RC_OK)
		rc_trail_clear(); /* sized for it */
	ret = json_pack("{s:o, s:I, s:s}", "rows", rows, "wrong", (json_int_t)list->wrong, "digest", buf_cstr(&hex));
	buf_free(&hex);
	return ret;
}

/*= S-3-4 */
enum rc
auth_generator_load(struct auth *a, struct str token, struct str csv, struct buf *ret)
{
	struct arena arena = ARENA(8u << 20);
	struct generator_list list = { 0 };
	struct session s;
	struct hash digest;
	json_t *answer = NULL;
	char *text = NULL;
	enum rc rc = RC_OK;

	TRY(auth_session_get(a, token, &s));
	hash_bytes(csv, &digest);
	if (!allowed(a, &s.account, &digest))
		TRY(FAIL(RC_DENIED, "this list was not permitted"));
	TRY(generator_list_read(csv, &arena, &list));
	for (size_t i = 0; i < list.count; i++) {
		bool there = false;

		if (list.rows[i].wrong)
			continue;
		TRY(known(a, list.rows[i].serial, &there));
		if (there) {
			list.rows[i].wrong = "この製造番号は取り込み済みです / this serial was imported before";
			list.wrong++;
		}
	}
	TRY(pending_keep(a, &s.account, &digest, &list));
	answer = list_json(&list, &digest);
	text = json_dumps(answer, JSON_COMPACT);
	TRY(buf_add_c(ret, text ? text : "{}"));
out:
	generator_list_wipe(&list);
	free(text);
	json_decref(answer);
	arena_free(&arena);
	return rc;
}

/* ---- changes that core permitted */

struct work { const struct generator_ask *ask; struct opaque_id account; int64_t count; };

static enum rc
commit_import(struct auth *a, void *context)
{
	struct work *w = context;
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "INSERT INTO generator (serial, seed, digits, period, algorithm, imported_at) SELECT serial, seed, digits, period, algorithm, $3 FROM generator_pending WHERE digest = $1 AND by = $2", &q));
	TRY(db_put_blob(q, 1, hash_str(&w->ask->digest)));
	TRY(db_put_blob(q, 2, id_str(&w->ask->by)));
	TRY(db_put_int(q, 3, auth_now(a)));
	TRY(db_run(q));
	TRY(pending_forget(a, &w->ask->by));
out:
	db_done(q);
	return rc;
}

static enum rc
prepare_import(struct auth *a, struct work *w)
{
	struct query *q = NULL;
	bool row = false;
	int64_t again = 0;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "SELECT count(*), coalesce(sum(p.serial IN (SELECT serial FROM generator)), 0) FROM generator_pending p WHERE digest = $1 AND by = $2 AND at > $3 AND at <= $4", &q));
	TRY(db_put_blob(q, 1, hash_str(&w->ask->digest)));
	TRY(db_put_blob(q, 2, id_str(&w->ask->by)));
	TRY(db_put_int(q, 3, auth_now(a) - PENDING_US));
	TRY(db_put_int(q, 4, auth_now(a)));
	TRY(db_step(q, &row));
	w->count = row ? db_int(q, 0) : 0;
	again = row ? db_int(q, 1) : 0;
	if (w->count == 0)
		rc = FAIL(RC_NOTFOUND, "確かめた一覧がありません。15分を過ぎたら、もう一度確かめてください / no such list was checked by you; check it again after 15 minutes");
	else if (again)
		rc = FAIL(RC_CONFLICT, "この間に取り込まれた製造番号があります / a serial of it was imported meanwhile");
out:
	db_done(q);
	return rc;
}

/* One statement about a token: $1 its serial, $2 an account, $3 now. */
static enum rc
run(struct auth *a, const char *sql, const struct work *w)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, sql, &q));
	TRY(db_put_text(q, 1, w->ask->serial));
	TRY(db_put_blob(q, 2, id_str(&w->account)));
	TRY(db_put_int(q, 3, auth_now(a)));
	TRY(db_run(q));
	if (db_changed(a->db) != 1)
		rc = FAIL(RC_CONFLICT, "the token changed meanwhile");
out:
	db_done(q);
	return rc;
}

static enum rc
commit_assign(struct auth *a, void *context)
{
	return run(a, "UPDATE generator SET account = $2, assigned_at = $3, proven_at = 0 WHERE serial = $1 AND account IS NULL", context);
}

/* A factor went: whoever is signed in by it signs in again. */
static enum rc
commit_end(struct auth *a, void *context)
{
	struct work *w = context;
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(run(a, "DELETE FROM generator WHERE serial = $1 AND (account IS NULL OR account = $2) AND $3 > 0", w));
	TRY(db_query(a->db, "DELETE FROM session WHERE account = $1", &q));
	TRY(db_put_blob(q, 1, id_str(&w->account)));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

/* Whose the token is now; all zero: nobody's. */
static enum rc
holder(struct auth *a, struct str serial, struct opaque_id *ret)
{
	struct query *q = NULL;
	bool row = false;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "SELECT account FROM generator WHERE serial = $1", &q));
	TRY(db_put_text(q, 1, serial));
	TRY(db_step(q, &row));
	if (!row)
		TRY(FAIL(RC_NOTFOUND, "その製造番号のトークンはありません / no token has this serial"));
	copy_id(db_is_null(q, 0) ? STR_NONE : db_blob(q, 0), ret);
out:
	db_done(q);
	return rc;
}

static enum rc
prepare_assign(struct auth *a, struct work *w)
{
	struct opaque_id now = { { 0 } };
	struct query *q = NULL;
	bool row = false;
	enum rc rc = RC_OK;

	TRY(holder(a, w->ask->serial, &now));
	if (!id_none(&now))
		TRY(FAIL(RC_CONFLICT, "このトークンには持ち主がいます / this token has a holder"));
	TRY(db_query(a->db, "SELECT a.id, (SELECT count(*) FROM generator g WHERE g.account = a.id) FROM account a WHERE a.name = $1 AND a.name <> '' AND a.removed_at = 0", &q));
	TRY(db_put_text(q, 1, w->ask->name));
	TRY(db_step(q, &row));
	if (!row)
		TRY(FAIL(RC_NOTFOUND, "その名前のアカウントはありません / no account has this name"));
	copy_id(db_blob(q, 0), &w->account);
	if (db_int(q, 1) >= GENERATORS_OF_ACCOUNT)
		TRY(FAIL(RC_LIMIT, "1つのアカウントに%d個までです / %d tokens at most for an account", GENERATORS_OF_ACCOUNT, GENERATORS_OF_ACCOUNT));
	if (memcmp(w->account.b, w->ask->by.b, ID_BYTES) == 0)
		rc = FAIL(RC_CONFLICT, "自分のアカウントにはできません。別の人に頼んでください / not on the own account: ask another person");
out:
	db_done(q);
	return rc;
}

/*= S-3-4 */
static enum rc
prepare_end(struct auth *a, struct work *w)
{
	struct query *q = NULL;
	bool row = false, privileged = false;
	enum rc rc = RC_OK;

	TRY(holder(a, w->ask->serial, &w->account));
	if (id_none(&w->account))
		goto out;
	if (memcmp(w->account.b, w->ask->by.b, ID_BYTES) == 0)
		TRY(FAIL(RC_CONFLICT, "自分のアカウントにはできません。別の人に頼んでください / not on the own account: ask another person"));
	TRY(db_query(a->db, "SELECT roles, enrolled AND seed IS NULL AND NOT EXISTS (SELECT 1 FROM factor f WHERE f.account = a.id AND f.kind <> 2 AND f.counter >= 0)"
	    " AND NOT EXISTS (SELECT 1 FROM generator g WHERE g.account = a.id AND g.proven_at > 0 AND g.serial <> $2) FROM account a WHERE id = $1", &q));
	TRY(db_put_blob(q, 1, id_str(&w->account)));
	TRY(db_put_text(q, 2, w->ask->serial));
	TRY(db_step(q, &row));
	privileged = row && roles_privileged((uint32_t)db_int(q, 0));
	if (privileged && db_int(q, 1))
		rc = FAIL(RC_CONFLICT, "特権の役割を持つ人の、種類の違うただ一つの要素です。先に別の要素を登録してもらうか、account reset を行ってください / it is the only factor of another kind of somebody with a privileged role: have another one registered first, or reset the account");
out:
	db_done(q);
	return rc;
}

static const struct { const char *name; enum rc (*prepare)(struct auth *, struct work *); enum rc (*commit)(struct auth *, void *); } changes[GENERATOR_ASK_COUNT] = {
	[GENERATOR_IMPORT] = { "generator-import", prepare_import, commit_import },
	[GENERATOR_ASSIGN] = { "generator-assign", prepare_assign, commit_assign },
	[GENERATOR_END] = { "generator-end", prepare_end, commit_end },
};

static enum rc
all_json(struct auth *a, struct buf *ret)
{
	json_t *rows = json_array(), *answer = NULL;
	struct query *q = NULL;
	char *text = NULL;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "SELECT g.serial, g.digits, g.period, g.algorithm, g.imported_at, g.assigned_at, g.proven_at, a.name FROM generator g LEFT JOIN account a ON a.id = g.account ORDER BY g.serial LIMIT 2000", &q));
	for (;;) {
		TRY(db_step(q, &row));
		if (!row)
			break;
		json_array_append_new(rows, json_pack("{s:s%, s:I, s:I, s:s, s:I, s:I, s:I}", "serial", db_text(q, 0).p, db_text(q, 0).n, "digits", (json_int_t)db_int(q, 1), "period", (json_int_t)db_int(q, 2),
		    "algorithm", totp_algorithm_name((enum totp_algorithm)db_int(q, 3)), "imported_at", (json_int_t)db_int(q, 4), "assigned_at", (json_int_t)db_int(q, 5), "proven_at", (json_int_t)db_int(q, 6)));
		if (!db_is_null(q, 7))
			json_object_set_new(json_array_get(rows, json_array_size(rows) - 1), "account", json_stringn(db_text(q, 7).p, db_text(q, 7).n));
	}
	answer = json_pack("{s:O}", "rows", rows);
	text = json_dumps(answer, JSON_COMPACT);
	TRY(buf_add_c(ret, text ? text : "{}"));
out:
	db_done(q);
	free(text);
	json_decref(rows);
	json_decref(answer);
	return rc;
}

/*= S-3-4 */
enum rc
auth_generator(struct auth *a, const struct generator_ask *ask, struct buf *ret)
{
	struct record r = { .type = LEAF_ACT_BEGIN, .actor = ask->by };
	struct work w = { .ask = ask };
	char count[24];
	enum rc rc = RC_OK;

	if (ask->what == GENERATOR_ALLOW) {
		auth_generator_allow(a, &ask->by, &ask->digest);
		return buf_add_c(ret, "{}");
	}
	if (ask->what == GENERATOR_LIST)
		return all_json(a, ret);
	pthread_mutex_lock(&a->state);
	TRY(changes[ask->what].prepare(a, &w));
	r.name = changes[ask->what].name;
	r.object = w.account;
	if (ask->what == GENERATOR_IMPORT) {
		(void)snprintf(count, sizeof(count), "%lld", (long long)w.count);
		r.members[0].key = "count";
		r.members[0].value = str_of(count);
	} else {
		r.members[0].key = "serial";
		r.members[0].value = ask->serial;
	}
	TRY(record_act(a, &r, changes[ask->what].commit, &w));
	TRY(all_json(a, ret));
out:
	pthread_mutex_unlock(&a->state);
	return rc;
}
