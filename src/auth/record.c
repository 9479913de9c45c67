// SPDX-License-Identifier: Apache-2.0
/*
 * Leaves of auth: who did what when, written before it takes effect.
 *
 * The leaf carries opaque ids and a verdict; name, address and reason stand in
 * the payload, sealed under the key of accounts and month.
 */
#include "auth/auth_int.h"

#include <string.h>

#include "base/time_text.h"
#include "base/utf8.h"

/* A JSON string of text; anything that is not text becomes null. */
static enum rc
put_json(struct buf *b, struct str s)
{
	struct text text;
	enum rc rc = RC_OK;

	if (utf8_check(s, &text) != RC_OK) {
		rc_trail_clear();
		return buf_add(b, STR("null"));
	}
	TRY(buf_add_byte(b, '"'));
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"' || s.p[i] == '\\')
			TRY(buf_add_byte(b, '\\'));
		TRY(buf_add_byte(b, (uint8_t)s.p[i]));
	}
	TRY(buf_add_byte(b, '"'));
out:
	return rc;
}

enum rc
record_json(const struct record *r, struct buf *ret)
{
	enum rc rc = RC_OK;

	TRY(buf_add_byte(ret, '{'));
	for (size_t i = 0; i < sizeof(r->members) / sizeof(r->members[0]) && r->members[i].key; i++) {
		if (i && strcmp(r->members[i - 1].key, r->members[i].key) >= 0)
			return FAIL(RC_BUG, "members of a payload are out of order");
		TRY(buf_addf(ret, "%s\"%s\":", i ? "," : "", r->members[i].key));
		TRY(put_json(ret, r->members[i].value));
	}
	TRY(buf_add_byte(ret, '}'));
out:
	return rc;
}

static enum rc
month_key(struct auth *a, int64_t now_us, uint32_t *ret_month)
{
	struct civil c = time_civil(now_us);
	uint32_t month = (uint32_t)(c.year * 100 + c.month);
	struct secret key = { 0 };
	enum rc rc = RC_OK;

	if (a->month_key.p == NULL || a->month != month) {
		TRY(ask_vault_payload_key(a->vault, PAYLOAD_ACCOUNT, month, &key));
		secret_free(&a->month_key);
		a->month_key = key;
		a->month = month;
	}
	*ret_month = month;
out:
	return rc;
}

#define RECORDS_MAX 2

/*= S-3-5 */
enum rc
record_put(struct auth *a, const struct record *r, size_t n, uint64_t *ret_first)
{
	struct entry entries[RECORDS_MAX] = { 0 };
	struct buf sealed[RECORDS_MAX] = { BUF(4096), BUF(4096) }, json = BUF(2048);
	int64_t now = auth_now(a);
	uint32_t month;
	enum rc rc = RC_OK;

	if (n > RECORDS_MAX)
		return FAIL(RC_BUG, "too many records at once");
	TRY(month_key(a, now, &month));
	for (size_t i = 0; i < n; i++) {
		struct leaf *leaf = &entries[i].leaf;

		*leaf = (struct leaf){ .type = r[i].type, .source = PROC_AUTH, .claimed_at_us = now, .actor = r[i].actor, .object = r[i].object,
			.name = str_of(r[i].name), .verdict = r[i].verdict, .begin = r[i].begin };
		if (r[i].members[0].key == NULL)
			continue;
		buf_reset(&json);
		TRY(record_json(&r[i], &json));
		TRY(payload_seal(&a->month_key, PAYLOAD_ACCOUNT, month, buf_str(&json), &sealed[i], &leaf->commitment));
		entries[i].payload = buf_str(&sealed[i]);
	}
	TRY(ask_ledger_append(a->ledger, entries, n, ret_first));
out:
	for (size_t i = 0; i < RECORDS_MAX; i++)
		buf_free(&sealed[i]);
	wipe_buf(&json);
	return rc;
}

static enum rc
act_note(struct auth *a, const struct record *r, uint64_t begin)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "INSERT INTO act (begin, name, actor, object) VALUES ($1, $2, $3, $4)", &q));
	TRY(db_put_int(q, 1, (int64_t)begin));
	TRY(db_put_text(q, 2, str_of(r->name)));
	TRY(db_put_blob(q, 3, id_str(&r->actor)));
	TRY(db_put_blob(q, 4, id_str(&r->object)));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

static enum rc
act_forget(struct auth *a, uint64_t begin)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(a->db, "DELETE FROM act WHERE begin = $1", &q));
	TRY(db_put_int(q, 1, (int64_t)begin));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

enum rc
record_act(struct auth *a, struct record *r, enum rc (*commit)(struct auth *, void *), void *context)
{
	struct record outcome = { .type = LEAF_ACT_OUTCOME, .name = r->name, .actor = r->actor, .object = r->object, .verdict = OUTCOME_DONE };
	uint64_t begin = 0, ignored;
	enum rc rc = RC_OK;

	TRY(record_put(a, r, 1, &begin));
	rc = db_begin(a->db);
	if (rc == RC_OK)
		rc = commit(a, context);
	if (rc == RC_OK)
		rc = act_note(a, r, begin);
	if (rc == RC_OK)
		rc = db_commit(a->db);
	if (rc != RC_OK)
		db_rollback(a->db);
	outcome.begin = begin;
	if (rc != RC_OK)
		outcome.verdict = rc == RC_IO || rc == RC_BUG ? OUTCOME_FAILED : OUTCOME_REFUSED;
	/* The act stands (or not) already: an outcome that cannot be written now follows at the next start. */
	if (record_put(a, &outcome, 1, &ignored) == RC_OK && rc == RC_OK && act_forget(a, begin) != RC_OK)
		rc_trail_clear();
out:
	return rc;
}

enum rc
record_resume(struct auth *a)
{
	for (;;) {
		struct record r = { .type = LEAF_ACT_OUTCOME, .verdict = OUTCOME_DONE };
		char name[NAME_BYTES_MAX + 1] = "";
		struct query *q = NULL;
		uint64_t ignored;
		bool row = false;
		enum rc rc = RC_OK;

		TRY(db_query(a->db, "SELECT begin, name, actor, object FROM act ORDER BY begin LIMIT 1", &q));
		TRY(db_step(q, &row));
		if (row) {
			struct str n = db_text(q, 1), actor = db_blob(q, 2), object = db_blob(q, 3);

			r.begin = (uint64_t)db_int(q, 0);
			copy_text(n, name, sizeof(name));
			copy_id(actor, &r.actor);
			copy_id(object, &r.object);
			r.name = name;
		}
out:
		db_done(q);
		if (rc != RC_OK || !row)
			return rc;
		pthread_mutex_lock(&a->state);
		rc = record_put(a, &r, 1, &ignored);
		pthread_mutex_unlock(&a->state);
		if (rc == RC_OK || rc == RC_CONFLICT) /* CONFLICT: its outcome was told, and only the note of it stayed */
			rc = act_forget(a, r.begin);
		if (rc != RC_OK)
			return rc;
	}
}
