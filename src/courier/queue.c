// SPDX-License-Identifier: Apache-2.0
/* The queue in one SQLite file; counts stand in the same transaction as what they count. */
#include "courier/queue.h"

#include <stdlib.h>
#include <string.h>
#include <pthread.h>

#include "store/db.h"

static const char *const migrations[] = {
	"create table waiting (entry bigint primary key, words text not null);"
	"create table number (name text primary key, n bigint not null) without rowid;",
};

enum number { LAST, SENT, SENT_AT, MISSED, TOLD, MISSED_FROM, MISSED_TO, BEGUN, NUMBERS };
static const char *const names[NUMBERS] = { "last", "sent", "sent_at", "missed", "told", "missed_from", "missed_to", "begun" };

struct queue {
	struct db      *db;
	uint64_t        max, waiting;
	int64_t         n[NUMBERS];
	pthread_mutex_t lock; /* guards the numbers */
};

static enum rc
numbers_load(struct queue *w)
{
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(w->db, "select name, n from number", &q));
	for (;;) {
		TRY(db_step(q, &row));
		if (!row)
			break;
		for (int i = 0; i < NUMBERS; i++)
			if (str_eq_c(db_text(q, 0), names[i]))
				w->n[i] = db_int(q, 1);
	}
	db_done(q);
	q = NULL;
	TRY(db_query(w->db, "select count(*) from waiting", &q));
	TRY(db_step(q, &row));
	w->waiting = row ? (uint64_t)db_int(q, 0) : 0;
out:
	db_done(q);
	return rc;
}

static enum rc
numbers_save(struct queue *w, const int64_t fresh[NUMBERS])
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	for (int i = 0; i < NUMBERS; i++) {
		if (fresh[i] == w->n[i])
			continue;
		TRY(db_query(w->db, "insert into number (name, n) values ($1, $2) on conflict (name) do update set n = excluded.n", &q));
		TRY(db_put_text(q, 1, str_of(names[i])));
		TRY(db_put_int(q, 2, fresh[i]));
		TRY(db_run(q));
		db_done(q);
		q = NULL;
	}
out:
	db_done(q);
	return rc;
}

enum rc
queue_open(const char *path, uint64_t entries_max, struct queue **ret)
{
	struct queue *w = calloc(1, sizeof(*w));
	enum rc rc = RC_OK;

	if (w == NULL)
		abort();
	w->max = entries_max;
	pthread_mutex_init(&w->lock, NULL);
	TRY(db_open(path, migrations, sizeof(migrations) / sizeof(migrations[0]), &w->db));
	TRY(numbers_load(w));
	*ret = w;
	w = NULL;
out:
	queue_close(w);
	return rc;
}

void
queue_close(struct queue *w)
{
	if (w == NULL)
		return;
	db_close(w->db);
	pthread_mutex_destroy(&w->lock);
	free(w);
}

static enum rc
keep(struct queue *w, const struct outgoing *o)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(w->db, "insert into waiting (entry, words) values ($1, $2)", &q));
	TRY(db_put_int(q, 1, (int64_t)o->index));
	TRY(db_put_text(q, 2, o->text));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

static void
miss(int64_t n[NUMBERS], uint64_t index)
{
	if (n[MISSED] == n[TOLD])
		n[MISSED_FROM] = (int64_t)index;
	n[MISSED]++;
	n[MISSED_TO] = (int64_t)index;
}

enum rc
queue_put(struct queue *w, const struct courier_put *p)
{
	int64_t fresh[NUMBERS];
	uint64_t waiting;
	bool open = false;
	enum rc rc = RC_OK;

	pthread_mutex_lock(&w->lock);
	memcpy(fresh, w->n, sizeof(fresh));
	waiting = w->waiting;
	if (p->told > (uint64_t)fresh[TOLD] && p->told <= (uint64_t)fresh[MISSED])
		fresh[TOLD] = (int64_t)p->told;
	TRY(db_begin(w->db));
	open = true;
	for (size_t i = 0; i < p->n; i++) {
		if (fresh[BEGUN] && p->list[i].index <= (uint64_t)fresh[LAST])
			continue;
		if (waiting < w->max) {
			TRY(keep(w, &p->list[i]));
			waiting++;
		} else {
			miss(fresh, p->list[i].index);
		}
		fresh[LAST] = (int64_t)p->list[i].index;
		fresh[BEGUN] = 1;
	}
	TRY(numbers_save(w, fresh));
	TRY(db_commit(w->db));
	memcpy(w->n, fresh, sizeof(fresh));
	w->waiting = waiting;
out:
	if (rc != RC_OK && open)
		db_rollback(w->db);
	pthread_mutex_unlock(&w->lock);
	return rc;
}

enum rc
queue_oldest(struct queue *w, size_t bytes_max, struct buf *ret, uint64_t *ret_last)
{
	struct query *q = NULL;
	bool row, any = false;
	enum rc rc = RC_OK;

	TRY(db_query(w->db, "select entry, words from waiting order by entry limit 256", &q));
	for (;;) {
		TRY(db_step(q, &row));
		if (!row || ret->n + db_text(q, 1).n + 16 > bytes_max)
			break;
		TRY(buf_addf(ret, "%zu " STR_FMT, db_text(q, 1).n, STR_ARG(db_text(q, 1))));
		*ret_last = (uint64_t)db_int(q, 0);
		any = true;
	}
	if (!any)
		rc = RC_NOTFOUND;
out:
	db_done(q);
	return rc;
}

enum rc
queue_drop(struct queue *w, uint64_t last, int64_t now_us)
{
	int64_t fresh[NUMBERS], gone;
	struct query *q = NULL;
	bool open = false;
	enum rc rc = RC_OK;

	pthread_mutex_lock(&w->lock);
	memcpy(fresh, w->n, sizeof(fresh));
	TRY(db_begin(w->db));
	open = true;
	TRY(db_query(w->db, "delete from waiting where entry <= $1", &q));
	TRY(db_put_int(q, 1, (int64_t)last));
	TRY(db_run(q));
	gone = db_changed(w->db);
	db_done(q);
	q = NULL;
	fresh[SENT] += gone;
	fresh[SENT_AT] = now_us;
	TRY(numbers_save(w, fresh));
	TRY(db_commit(w->db));
	memcpy(w->n, fresh, sizeof(fresh));
	w->waiting -= (uint64_t)gone < w->waiting ? (uint64_t)gone : w->waiting;
out:
	db_done(q);
	if (rc != RC_OK && open)
		db_rollback(w->db);
	pthread_mutex_unlock(&w->lock);
	return rc;
}

void
queue_state(struct queue *w, struct courier_state *ret)
{
	pthread_mutex_lock(&w->lock);
	ret->begun = w->n[BEGUN] != 0;
	ret->last = (uint64_t)w->n[LAST];
	ret->waiting = w->waiting;
	ret->sent = (uint64_t)w->n[SENT];
	ret->missed = (uint64_t)w->n[MISSED];
	ret->told = (uint64_t)w->n[TOLD];
	ret->missed_from = (uint64_t)w->n[MISSED_FROM];
	ret->missed_to = (uint64_t)w->n[MISSED_TO];
	ret->sent_at_us = w->n[SENT_AT];
	pthread_mutex_unlock(&w->lock);
}
