// SPDX-License-Identifier: Apache-2.0
/* Mails in one SQLite file. */
#include "courier/mailbox.h"

#include <stdlib.h>

#include "base/time_text.h"
#include "store/db.h"

static const char *const migrations[] = {
	"create table mail (id bigint primary key, rcpt text not null, subject text not null, words text not null, fate bigint not null, tries bigint not null, put_us bigint not null, next_us bigint not null, at_us bigint not null, trouble text not null);"
	"create index mail_next on mail (fate, next_us);",
};

struct mailbox { struct db *db; };

enum rc
mailbox_open(const char *path, struct mailbox **ret)
{
	struct mailbox *m = calloc(1, sizeof(*m));
	enum rc rc = RC_OK;

	if (m == NULL)
		abort();
	TRY(db_open(path, migrations, sizeof(migrations) / sizeof(migrations[0]), &m->db));
	*ret = m;
	m = NULL;
out:
	mailbox_close(m);
	return rc;
}

void
mailbox_close(struct mailbox *m)
{
	if (m == NULL)
		return;
	db_close(m->db);
	free(m);
}

static enum rc
count(struct mailbox *m, const char *sql, int64_t *ret)
{
	struct query *q = NULL;
	bool row = false;
	enum rc rc = RC_OK;

	TRY(db_query(m->db, sql, &q));
	TRY(db_step(q, &row));
	*ret = row ? db_int(q, 0) : 0;
out:
	db_done(q);
	return rc;
}

static enum rc
keep(struct mailbox *m, const struct mail *mail, int64_t now_us)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(m->db, "insert into mail (id, rcpt, subject, words, fate, tries, put_us, next_us, at_us, trouble) values ($1, $2, $3, $4, 0, 0, $5, $6, $7, '') on conflict do nothing", &q));
	TRY(db_put_int(q, 1, (int64_t)mail->id));
	TRY(db_put_text(q, 2, mail->to));
	TRY(db_put_text(q, 3, mail->subject));
	TRY(db_put_text(q, 4, mail->body));
	for (int i = 5; i <= 7; i++)
		TRY(db_put_int(q, i, now_us));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

enum rc
mailbox_put(struct mailbox *m, const struct mail_put *p, int64_t now_us)
{
	int64_t waiting;
	bool open = false;
	enum rc rc = RC_OK;

	TRY(count(m, "select count(*) from mail where fate = 0", &waiting));
	if (waiting + (int64_t)p->n > MAILBOX_WAITING_MAX)
		TRY(FAIL(RC_LIMIT, "too many mails wait"));
	TRY(db_begin(m->db));
	open = true;
	for (size_t i = 0; i < p->n; i++)
		TRY(keep(m, &p->list[i], now_us));
	TRY(db_commit(m->db));
out:
	if (rc != RC_OK && open)
		db_rollback(m->db);
	return rc;
}

enum rc
mailbox_due(struct mailbox *m, bool hook, int64_t now_us, struct arena *a, struct mail *ret, int64_t *ret_tries)
{
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(m->db, "select id, rcpt, subject, words, tries from mail where fate = 0 and next_us <= $1 and (rcpt = '" MAIL_HOOK "') = ($2 = 1) order by next_us, id limit 1", &q));
	TRY(db_put_int(q, 1, now_us));
	TRY(db_put_int(q, 2, hook));
	TRY(db_step(q, &row));
	if (!row) {
		rc = RC_NOTFOUND;
		goto out;
	}
	*ret = (struct mail){ (uint64_t)db_int(q, 0), arena_dup(a, db_text(q, 1)), arena_dup(a, db_text(q, 2)), arena_dup(a, db_text(q, 3)) };
	*ret_tries = db_int(q, 4);
out:
	db_done(q);
	return rc;
}

enum rc
mailbox_set(struct mailbox *m, uint64_t id, enum mail_fate fate, int64_t tries, int64_t next_us, int64_t now_us, struct str trouble)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(m->db, "update mail set fate = case when $1 = 0 and put_us < $2 then 3 else $3 end, tries = $4, next_us = $5, at_us = $6, trouble = $7, words = case when $8 = 1 then '' else words end where id = $9", &q));
	TRY(db_put_int(q, 1, fate));
	TRY(db_put_int(q, 2, now_us - 3 * DAY_US));
	TRY(db_put_int(q, 3, fate));
	TRY(db_put_int(q, 4, tries));
	TRY(db_put_int(q, 5, next_us));
	TRY(db_put_int(q, 6, now_us));
	TRY(db_put_text(q, 7, trouble));
	TRY(db_put_int(q, 8, fate));
	TRY(db_put_int(q, 9, (int64_t)id));
	TRY(db_run(q));
	db_done(q);
	q = NULL;
	TRY(db_query(m->db, "delete from mail where fate <> 0 and id not in (select id from mail where fate <> 0 order by at_us desc, id desc limit $1)", &q));
	TRY(db_put_int(q, 1, MAILBOX_KEPT));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

enum rc
mailbox_state(struct mailbox *m, struct arena *a, struct mail_state *ret)
{
	struct query *q = NULL;
	int64_t waiting;
	bool row;
	enum rc rc = RC_OK;

	TRY(count(m, "select count(*) from mail where fate = 0", &waiting));
	ret->waiting = (uint64_t)waiting;
	TRY(db_query(m->db, "select id, rcpt, subject, fate, tries, at_us, trouble from mail order by put_us desc, id desc limit $1", &q));
	TRY(db_put_int(q, 1, MAIL_ROWS_MAX));
	for (ret->n = 0; ret->n < MAIL_ROWS_MAX; ret->n++) {
		TRY(db_step(q, &row));
		if (!row)
			break;
		ret->list[ret->n] = (struct mail_row){ (uint64_t)db_int(q, 0), arena_dup(a, db_text(q, 1)), arena_dup(a, db_text(q, 2)), (enum mail_fate)db_int(q, 3), db_int(q, 4), db_int(q, 5), arena_dup(a, db_text(q, 6)) };
	}
out:
	db_done(q);
	return rc;
}
