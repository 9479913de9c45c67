// SPDX-License-Identifier: Apache-2.0
/* Requests that wait for a second person or for their window: in core's store, each with its steps; told again by the ledger. */
#include "core/guard_int.h"

#include <string.h>

static const char *const step_words[APPROVAL_STEP_COUNT] = { "", "asked", "approved", "refused", "cancelled", "started", "done", "failed", "changed", "remark" };

const char *
approval_step_word(enum approval_step step)
{
	return step > 0 && step < APPROVAL_STEP_COUNT ? step_words[step] : "";
}

void
approval_free(struct approval *x)
{
	json_decref(x->arguments);
	json_decref(x->preview);
	*x = (struct approval){ .act = ACT_NONE };
}

static bool
waits(const struct approval *x)
{
	return act_row(x->act) && (act_row(x->act)->guards & GUARD_BIT(GUARD_WAIT));
}

int64_t
approval_due(const struct approval *x)
{
	if (x->step == APPROVAL_OPENED)
		return x->at_us + APPROVAL_LAPSE_US;
	return x->step == APPROVAL_APPROVED ? x->approved_us + (waits(x) ? APPROVAL_WINDOW_US : 0) : 0;
}

const char *
approval_state(const struct core *c, const struct approval *x, int64_t now_us)
{
	if (x->step == APPROVAL_OPENED)
		return now_us < approval_due(x) ? "waiting" : "lapsed";
	if (x->step == APPROVAL_APPROVED)
		return "window";
	if (x->step == APPROVAL_STARTED)
		return x->step_us >= c->started_at_us ? "running" : "interrupted"; /* a core that fell on the way: nobody knows how far it came */
	return approval_step_word(x->step);
}

/* ---- the store */

static enum rc
put_request(struct core *c, const struct approval *x)
{
	struct query *q = NULL;
	char *arguments = json_dumps(x->arguments, JSON_COMPACT | JSON_SORT_KEYS), *preview = json_dumps(x->preview, JSON_COMPACT | JSON_SORT_KEYS);
	enum rc rc = RC_OK;

	if (arguments == NULL || preview == NULL)
		TRY(FAIL(RC_BUG, "a request is no JSON"));
	TRY(db_query(c->db, "insert into approval (id, act, arguments, preview, hash, actor, behalf, who, side, at_us, leaf) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)", &q));
	TRY(db_put_text(q, 1, str_of(x->id)));
	TRY(db_put_text(q, 2, str_of(act_row(x->act)->id)));
	TRY(db_put_text(q, 3, str_of(arguments)));
	TRY(db_put_text(q, 4, str_of(preview)));
	TRY(db_put_text(q, 5, str_of(x->hash)));
	TRY(db_put_blob(q, 6, (struct str){ (const char *)x->by.accounts[0].b, ID_BYTES }));
	TRY(db_put_blob(q, 7, (struct str){ (const char *)x->by.accounts[1].b, (x->by.n - 1) * ID_BYTES }));
	TRY(db_put_text(q, 8, str_of(x->who)));
	TRY(db_put_int(q, 9, x->by.side));
	TRY(db_put_int(q, 10, x->at_us));
	TRY(db_put_int(q, 11, (int64_t)x->leaf));
	TRY(db_run(q));
out:
	db_done(q);
	free(arguments);
	free(preview);
	return rc;
}

static enum rc
put_step(struct core *c, const struct approval_taken *t)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "insert into approval_step (id, version, step, at_us, who, actor, words, leaf) values ($1, $2, $3, $4, $5, $6, $7, $8)", &q));
	TRY(db_put_text(q, 1, str_of(t->id)));
	TRY(db_put_int(q, 2, t->version + 1));
	TRY(db_put_int(q, 3, t->step));
	TRY(db_put_int(q, 4, t->at_us));
	TRY(db_put_text(q, 5, str_of(t->who)));
	TRY(db_put_blob(q, 6, (struct str){ (const char *)t->actor->b, ID_BYTES }));
	TRY(db_put_text(q, 7, str_of(t->words)));
	TRY(db_put_int(q, 8, (int64_t)t->leaf));
	rc = db_run(q); /* two at once: the second one's version stands already */
	if (rc == RC_CONFLICT)
		rc = FAIL(RC_CONFLICT, "その間にほかの人が手続きを進めました。もう一度開いて確かめてください / somebody took a step meanwhile: open it again");
out:
	db_done(q);
	return rc;
}

enum rc
approval_store(struct core *c, const struct approval *made, const struct approval_taken *t)
{
	enum rc rc = RC_OK;

	TRY(db_begin(c->db));
	if (made)
		TRY(put_request(c, made));
	TRY(put_step(c, t));
	TRY(db_commit(c->db));
out:
	if (rc != RC_OK)
		db_rollback(c->db);
	return rc;
}

static enum rc
steps_read(struct core *c, struct approval *x)
{
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select version, step, at_us, actor from approval_step where id = $1 order by leaf, version", &q)); /* as they were begun: the ledger tells the inner one first */
	TRY(db_put_text(q, 1, str_of(x->id)));
	for (;;) {
		enum approval_step step;

		TRY(db_step(q, &row));
		if (!row)
			break;
		step = (enum approval_step)db_int(q, 1);
		x->version = db_int(q, 0) > x->version ? db_int(q, 0) : x->version;
		if (step == APPROVAL_REMARK)
			continue;
		x->step = step;
		x->step_us = db_int(q, 2);
		if (step == APPROVAL_APPROVED && db_blob(q, 3).n == ID_BYTES) {
			x->approved_us = x->step_us;
			memcpy(x->approver.b, db_blob(q, 3).p, ID_BYTES);
		}
	}
out:
	db_done(q);
	return rc;
}

enum rc
approval_get(struct core *c, const char *id, struct approval *ret)
{
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	*ret = (struct approval){ .act = ACT_NONE };
	TRY(db_query(c->db, "select id, act, arguments, preview, hash, actor, behalf, who, side, at_us, leaf from approval where id = $1", &q));
	TRY(db_put_text(q, 1, str_of(id)));
	TRY(db_step(q, &row));
	if (!row)
		TRY(FAIL(RC_NOTFOUND, "その依頼はありません / no such request"));
	(void)snprintf(ret->id, sizeof(ret->id), STR_FMT, STR_ARG(db_text(q, 0))); /* ours: it fits */
	(void)snprintf(ret->hash, sizeof(ret->hash), STR_FMT, STR_ARG(db_text(q, 4)));
	(void)snprintf(ret->who, sizeof(ret->who), STR_FMT, STR_ARG(db_text(q, 7)));
	ret->act = act_of(db_text(q, 1)); /* ACT_NONE: an act of another version; it is never run */
	ret->arguments = json_loadb(db_text(q, 2).p, db_text(q, 2).n, JSON_REJECT_DUPLICATES, NULL);
	ret->preview = json_loadb(db_text(q, 3).p, db_text(q, 3).n, JSON_REJECT_DUPLICATES, NULL);
	ret->by = (struct party){ .side = (enum side)db_int(q, 8), .n = 1 };
	if (db_blob(q, 5).n != ID_BYTES || db_blob(q, 6).n > BEHALF_MAX * ID_BYTES)
		TRY(FAIL(RC_TAMPERED, "a request of nobody"));
	memcpy(ret->by.accounts[0].b, db_blob(q, 5).p, ID_BYTES);
	if (db_blob(q, 6).n)
		memcpy(ret->by.accounts[1].b, db_blob(q, 6).p, db_blob(q, 6).n);
	ret->by.n += db_blob(q, 6).n / ID_BYTES;
	ret->at_us = db_int(q, 9);
	ret->leaf = (uint64_t)db_int(q, 10);
	db_done(q);
	q = NULL;
	TRY(steps_read(c, ret));
out:
	db_done(q);
	if (rc != RC_OK)
		approval_free(ret);
	return rc;
}

enum rc
approval_ids(struct core *c, const char *sql, json_t **ret)
{
	json_t *list = json_array();
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, sql, &q));
	for (;;) {
		TRY(db_step(q, &row));
		if (!row)
			break;
		json_array_append_new(list, view_text(db_text(q, 0)));
	}
	*ret = json_incref(list);
out:
	db_done(q);
	json_decref(list);
	return rc;
}

enum rc
approval_steps(struct core *c, const char *id, json_t **ret)
{
	json_t *list = json_array();
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select step, at_us, who, words, leaf from approval_step where id = $1 order by leaf, version", &q));
	TRY(db_put_text(q, 1, str_of(id)));
	for (;;) {
		enum approval_step step;
		bool result;

		TRY(db_step(q, &row));
		if (!row)
			break;
		step = (enum approval_step)db_int(q, 0);
		result = step >= APPROVAL_STARTED && step <= APPROVAL_CHANGED && db_text(q, 3).n;
		json_array_append_new(list, json_pack("{s:s, s:I, s:o, s:o, s:o, s:I}", "step", approval_step_word(step), "at", (json_int_t)db_int(q, 1), "who", view_text(db_text(q, 2)),
		    "reason", result ? json_string("") : view_text(db_text(q, 3)), "result", result ? json_loadb(db_text(q, 3).p, db_text(q, 3).n, JSON_REJECT_DUPLICATES, NULL) : json_null(),
		    "leaf", (json_int_t)db_int(q, 4)));
	}
	*ret = json_incref(list);
out:
	db_done(q);
	json_decref(list);
	return rc;
}
