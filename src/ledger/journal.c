// SPDX-License-Identifier: Apache-2.0
/* journal: leaves and payloads in one SQLite file, a transaction for each group of appends. */
#include "ledger/journal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/db.h"

static const char *const migrations[] = {
	"CREATE TABLE entry (idx INTEGER PRIMARY KEY, leaf BLOB NOT NULL, payload BLOB NOT NULL);"
	"CREATE TABLE source (id INTEGER PRIMARY KEY, seq INTEGER NOT NULL);"
	"CREATE TABLE open_act (idx INTEGER PRIMARY KEY, source INTEGER NOT NULL);"
	"CREATE TABLE state (one INTEGER PRIMARY KEY CHECK (one = 1), epoch INTEGER NOT NULL, origin TEXT NOT NULL, synced INTEGER NOT NULL, synced_root BLOB NOT NULL);"
	"INSERT INTO state VALUES (1, 0, '', 0, zeroblob(32));",
};
#define FOLD_PAGES  2000 /* 8 MiB: seldom enough that not one act in five hundred waits for it */
#define GROUP_PAGES 256  /* that the last transaction before may need */
#define VERSION (sizeof migrations / sizeof *migrations)

struct journal {
	struct db    *db;
	struct query *put; /* of the transaction that is open */
};

static enum rc
damaged(const char *what)
{
	return FAIL(RC_TAMPERED, "journal: %s", what);
}

static enum rc
counters_load(struct journal *j, struct journal_state *state)
{
	struct query *q = NULL;
	bool          row = false;
	int64_t       id;
	enum rc       rc = RC_OK;

	TRY(db_query(j->db, "SELECT id, seq FROM source", &q));
	for (;;) {
		TRY(db_step(q, &row));
		if (!row)
			break;
		id = db_int(q, 0);
		if (id < 0 || id >= PROC_COUNT || db_int(q, 1) < 0)
			TRY(damaged("a source that cannot be"));
		state->seq[id] = (uint64_t)db_int(q, 1);
	}
	db_done(q);
	q = NULL;
	TRY(db_query(j->db, "SELECT epoch, synced, synced_root, origin FROM state", &q));
	TRY(db_step(q, &row));
	if (!row || db_int(q, 0) < 0 || db_int(q, 0) > UINT32_MAX || db_int(q, 1) < 0 || db_blob(q, 2).n != sizeof state->synced_root.b || db_text(q, 3).n >= sizeof state->origin)
		TRY(damaged("its state is missing"));
	state->epoch = (uint32_t)db_int(q, 0);
	state->synced = (uint64_t)db_int(q, 1);
	memcpy(state->origin, db_text(q, 3).p, db_text(q, 3).n);
	memcpy(state->synced_root.b, db_blob(q, 2).p, sizeof state->synced_root.b);
out:
	db_done(q);
	return rc;
}

static enum rc
last_load(struct journal *j, struct journal_state *state)
{
	struct query *q = NULL;
	struct leaf   leaf;
	bool          row = false;
	enum rc       rc = RC_OK;

	TRY(db_query(j->db, "SELECT idx, leaf FROM entry ORDER BY idx DESC LIMIT 1", &q));
	TRY(db_step(q, &row));
	if (row) {
		if (db_int(q, 0) < 0 || leaf_decode(db_blob(q, 1), &leaf) != RC_OK)
			TRY(damaged("its last entry is no leaf"));
		state->entries = (uint64_t)db_int(q, 0) + 1;
		state->received_at_us = leaf.received_at_us;
	}
	if (state->synced > state->entries)
		TRY(damaged("entries that were published are missing at its end"));
out:
	db_done(q);
	return rc;
}

static enum rc
open_with(const char *folder, bool reading, struct journal **ret, struct journal_state *ret_state)
{
	struct buf           path = BUF(4096);
	struct journal      *j = calloc(1, sizeof *j);
	struct journal_state state = { 0 };
	enum rc              rc = RC_OK;

	if (!j)
		return FAIL(RC_LIMIT, "journal: no memory");
	TRY(buf_addf(&path, "%s/" JOURNAL_NAME, str_eq_c(str_of(folder), "/") ? "" : folder));
	TRY(reading ? db_open_reading(buf_cstr(&path), VERSION, &j->db) : db_open(buf_cstr(&path), migrations, VERSION, &j->db));
	if (!reading) {
		db_fold_every(j->db, FOLD_PAGES);
		db_wal_make(j->db, FOLD_PAGES + GROUP_PAGES);
	} else {
		TRY(db_exec(j->db, "BEGIN")); /* one moment, however long it is looked at */
	}
	TRY(counters_load(j, &state));
	TRY(last_load(j, &state));
	*ret = j;
	*ret_state = state;
	j = NULL;
out:
	journal_close(j);
	buf_free(&path);
	return rc;
}

enum rc
journal_open(const char *folder, struct journal **ret, struct journal_state *ret_state)
{
	return open_with(folder, false, ret, ret_state);
}

enum rc
journal_open_reading(const char *folder, struct journal **ret, struct journal_state *ret_state)
{
	return open_with(folder, true, ret, ret_state);
}

void
journal_close(struct journal *j)
{
	if (!j)
		return;
	if (j->db)
		journal_rollback(j);
	db_close(j->db);
	free(j);
}

enum rc
journal_begin(struct journal *j)
{
	enum rc rc = RC_OK;

	TRY(db_begin(j->db));
	TRY(db_query(j->db, "INSERT INTO entry (idx, leaf, payload) VALUES ($1, $2, $3)", &j->put));
out:
	if (rc != RC_OK)
		journal_rollback(j);
	return rc;
}

enum rc
journal_put(struct journal *j, uint64_t index, struct str leaf, struct str payload)
{
	enum rc rc = RC_OK;

	TRY(db_put_int(j->put, 1, (int64_t)index));
	TRY(db_put_blob(j->put, 2, leaf));
	TRY(db_put_blob(j->put, 3, payload));
	TRY(db_run(j->put));
out:
	return rc;
}

/* Runs a statement with up to two numbers. */
static enum rc
run_with(struct journal *j, const char *sql, int64_t a, int64_t b, int n)
{
	struct query *q = NULL;
	enum rc       rc = RC_OK;

	TRY(db_query(j->db, sql, &q));
	TRY(db_put_int(q, 1, a));
	if (n > 1)
		TRY(db_put_int(q, 2, b));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

enum rc
journal_act_open(struct journal *j, uint64_t index, enum proc_id source)
{
	return run_with(j, "INSERT INTO open_act (idx, source) VALUES ($1, $2)", (int64_t)index, source, 2);
}

enum rc
journal_act_close(struct journal *j, uint64_t index)
{
	return run_with(j, "DELETE FROM open_act WHERE idx = $1", (int64_t)index, 0, 1);
}

static enum rc
epoch_save(struct journal *j, const struct journal_state *now)
{
	struct query *q = NULL;
	enum rc       rc = RC_OK;

	TRY(db_query(j->db, "UPDATE state SET epoch = $1, origin = $2", &q));
	TRY(db_put_int(q, 1, now->epoch));
	TRY(db_put_text(q, 2, str_of(now->origin)));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

enum rc
journal_commit(struct journal *j, const struct journal_state *before, const struct journal_state *now)
{
	enum rc rc = RC_OK;

	for (int i = 0; i < PROC_COUNT; i++)
		if (now->seq[i] != before->seq[i])
			TRY(run_with(j, "INSERT INTO source (id, seq) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET seq = excluded.seq", i, (int64_t)now->seq[i], 2));
	if (now->epoch != before->epoch)
		TRY(epoch_save(j, now));
	db_done(j->put);
	j->put = NULL;
	TRY(db_commit(j->db));
out:
	if (rc != RC_OK)
		journal_rollback(j);
	return rc;
}

void
journal_rollback(struct journal *j)
{
	db_done(j->put);
	j->put = NULL;
	db_rollback(j->db);
}

enum rc
journal_synced(struct journal *j, uint64_t size, const struct hash *root)
{
	struct query *q = NULL;
	enum rc       rc = RC_OK;

	TRY(db_query(j->db, "UPDATE state SET synced = $1, synced_root = $2", &q));
	TRY(db_put_int(q, 1, (int64_t)size));
	TRY(db_put_blob(q, 2, (struct str){ (const char *)root->b, sizeof root->b }));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

enum rc
journal_fold(struct journal *j)
{
	return db_fold(j->db);
}

enum rc
journal_walk(struct journal *j, uint64_t from, struct walk *ret)
{
	struct walk w = { NULL, from };
	enum rc     rc = RC_OK;

	if (from > INT64_MAX)
		return FAIL(RC_NOTFOUND, "no entry %llu", (unsigned long long)from);
	TRY(db_query(j->db, "SELECT idx, leaf, payload FROM entry WHERE idx >= $1 ORDER BY idx", &w.query));
	TRY(db_put_int(w.query, 1, (int64_t)from));
	*ret = w;
	w.query = NULL;
out:
	db_done(w.query);
	return rc;
}

enum rc
walk_next(struct walk *w, struct str *ret_leaf, struct str *ret_payload)
{
	bool    row = false;
	enum rc rc = RC_OK;

	TRY(db_step(w->query, &row));
	if (!row)
		return RC_NOTFOUND;
	if ((uint64_t)db_int(w->query, 0) != w->next)
		TRY(FAIL(RC_TAMPERED, "journal: entry %llu is missing", (unsigned long long)w->next));
	w->next++;
	*ret_leaf = db_blob(w->query, 1);
	*ret_payload = db_blob(w->query, 2);
out:
	return rc;
}

void
walk_end(struct walk *w)
{
	db_done(w->query);
	w->query = NULL;
}

enum rc
journal_open_acts(struct journal *j, size_t max, struct open_act *ret, size_t *ret_n)
{
	struct query *q = NULL;
	bool          row = false;
	size_t        n = 0;
	enum rc       rc = RC_OK;

	TRY(db_query(j->db, "SELECT idx, source FROM open_act ORDER BY idx", &q));
	for (;;) {
		TRY(db_step(q, &row));
		if (!row)
			break;
		if (n == max)
			TRY(FAIL(RC_LIMIT, "journal: more than %zu open acts", max));
		if (db_int(q, 1) < 0 || db_int(q, 1) >= PROC_COUNT)
			TRY(damaged("an open act of no process"));
		ret[n++] = (struct open_act){ .index = (uint64_t)db_int(q, 0), .source = (enum proc_id)db_int(q, 1) };
	}
	*ret_n = n;
out:
	db_done(q);
	return rc;
}
