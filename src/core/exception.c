// SPDX-License-Identifier: Apache-2.0
/*
 * Exceptions: what the client permitted for a time, kept in core's store with every step, and in memory as spans
 * that statuses ask about. A span is [approved, its date or the revocation): at its end the clause is what it is.
 *
 * An exception that names a control, or a control and a subject, excuses that finding and no other: the clause is
 * CONDITIONAL only where it would hold with it.
 */
#include "core/exception_int.h"

#include <string.h>

#include "base/time_text.h"

static const char *const kind_words[] = { "", "exception", "not-applicable" };

const char *
exception_kind_word(enum exception_kind kind)
{
	return kind >= EXCEPTION_PERMITTED && kind <= EXCEPTION_NOT_APPLICABLE ? kind_words[kind] : "";
}

/* ---- in memory */

void
exception_free(struct core *c)
{
	free(c->spans);
	c->spans = NULL;
	c->spans_count = 0;
}

static void
take_text(char *to, size_t size, struct str s)
{
	(void)snprintf(to, size, STR_FMT, STR_ARG(s)); /* ids of ours: they were checked to fit */
}

/* RC_OK even when nothing waits. */
static enum rc
count_waiting(struct core *c, int64_t *ret)
{
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select count(*) from exception_request r where not exists (select 1 from exception_step s where s.id = r.id and s.version > 1)", &q));
	TRY(db_step(q, &row));
	*ret = row ? db_int(q, 0) : 0;
out:
	db_done(q);
	return rc;
}

enum rc
exception_load(struct core *c)
{
	struct span *list = NULL, *old;
	int64_t waiting = 0;
	size_t n = 0, cap = 0;
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	TRY(count_waiting(c, &waiting));
	TRY(db_query(c->db, "select r.clause, r.kind, r.control, r.subject, a.at_us, coalesce(v.at_us, r.until_us), r.id, r.until_us from exception_request r"
	    " join exception_step a on a.id = r.id and a.step = 2 left join exception_step v on v.id = r.id and v.step = 5 order by a.at_us, r.id", &q));
	for (;;) {
		struct span s = { .not_applicable = false };

		TRY(db_step(q, &row));
		if (!row)
			break;
		take_text(s.clause, sizeof(s.clause), db_text(q, 0));
		s.not_applicable = db_int(q, 1) == EXCEPTION_NOT_APPLICABLE;
		take_text(s.control, sizeof(s.control), db_text(q, 2));
		take_text(s.subject, sizeof(s.subject), db_text(q, 3));
		s.from_us = db_int(q, 4);
		s.until_us = db_int(q, 5) < db_int(q, 7) ? db_int(q, 5) : db_int(q, 7);
		take_text(s.id, sizeof(s.id), db_text(q, 6));
		if (n == cap) {
			cap = cap ? cap * 2 : 16;
			list = realloc(list, cap * sizeof(*list));
			if (list == NULL)
				abort();
		}
		list[n++] = s;
	}
	db_done(q);
	q = NULL;
	core_lock(c);
	old = c->spans;
	c->spans = list;
	c->spans_count = n;
	c->requests_waiting = waiting;
	c->version++;
	core_unlock(c);
	free(old);
	list = NULL;
out:
	db_done(q);
	free(list);
	return rc;
}

int64_t
exception_next(const struct core *c, int64_t after_us)
{
	int64_t next = INT64_MAX;

	for (size_t i = 0; i < c->spans_count; i++) {
		const struct span *s = &c->spans[i];

		if (s->from_us > after_us && s->from_us < s->until_us && s->from_us < next)
			next = s->from_us;
		if (s->until_us > after_us && s->from_us < s->until_us && s->until_us < next)
			next = s->until_us;
	}
	return next;
}

/* ---- what they make of a clause */

struct excuse { struct core *core; const char *clause; int64_t at_us; };

static bool
in_force(const struct span *s, const char *clause, int64_t at_us)
{
	return s->from_us <= at_us && at_us < s->until_us && strcmp(s->clause, clause) == 0;
}

const struct span *
exception_span(const struct core *c, const char *clause, bool not_applicable, int64_t at_us)
{
	const struct span *last = NULL;

	for (size_t i = 0; i < c->spans_count; i++)
		if (in_force(&c->spans[i], clause, at_us) && c->spans[i].not_applicable == not_applicable && (last == NULL || c->spans[i].until_us > last->until_us))
			last = &c->spans[i];
	return last;
}

static bool
excused(const struct excuse *e, struct str control, const char *subject)
{
	for (size_t i = 0; i < e->core->spans_count; i++) {
		const struct span *s = &e->core->spans[i];

		if (in_force(s, e->clause, e->at_us) && !s->not_applicable && str_eq_c(control, s->control) && (s->subject[0] == '\0' || strcmp(s->subject, subject) == 0))
			return true;
	}
	return false;
}

/* Findings as held_source() tells them, an excused one as if it held. */
static size_t
excused_source(void *context, const struct clause *clause, struct str control, struct judged *ret, size_t max)
{
	const struct excuse *e = context;
	const struct held **list;
	size_t n = held_of(e->core, control, clause, &list);

	for (size_t i = 0; i < n && i < max; i++) {
		const struct held *h = list[i];

		ret[i] = (struct judged){ h->verdict, h->valid_until_us, subject_kind_of(str_of(h->subject)) == SUBJECT_HOST ? str_of(h->subject) : STR_NONE };
		if (excused(e, control, h->subject)) {
			ret[i].verdict = VERDICT_PASS;
			ret[i].valid_until_us = INT64_MAX;
		}
	}
	free(list);
	return n;
}

void
exception_state(struct core *c, const struct clause *clause, const char *id, int64_t at_us, struct clause_state *state)
{
	struct excuse e = { c, id, at_us };
	int64_t until_us = INT64_MAX;
	bool named = false;
	enum verdict v;

	for (size_t i = 0; i < c->spans_count; i++) {
		const struct span *s = &c->spans[i];

		if (!in_force(s, id, at_us))
			continue;
		if (s->not_applicable) {
			state->not_applicable_approved = true;
		} else if (s->control[0] == '\0') {
			state->exception_approved = true;
			state->exception_until_us = s->until_us > state->exception_until_us ? s->until_us : state->exception_until_us;
		} else {
			named = true;
			until_us = s->until_us < until_us ? s->until_us : until_us;
		}
	}
	if (!named || state->exception_approved)
		return;
	v = clause_node(clause, clause->holds, at_us, excused_source, &e);
	if (v == VERDICT_PASS || v == VERDICT_NOT_APPLICABLE) {
		state->exception_approved = true;
		state->exception_until_us = until_us;
	}
}

/* ---- the store */

static enum rc
put_request(struct core *c, const struct exception_new *x, const struct exception_by *by)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "insert into exception_request (id, clause, kind, control, subject, reason, instead, until_us, asked_us) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)", &q));
	TRY(db_put_text(q, 1, str_of(x->id)));
	TRY(db_put_text(q, 2, str_of(x->clause)));
	TRY(db_put_int(q, 3, x->kind));
	TRY(db_put_text(q, 4, str_of(x->control)));
	TRY(db_put_text(q, 5, str_of(x->subject)));
	TRY(db_put_text(q, 6, str_of(x->reason)));
	TRY(db_put_text(q, 7, str_of(x->instead)));
	TRY(db_put_int(q, 8, x->until_us));
	TRY(db_put_int(q, 9, by->at_us));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

static enum rc
put_step(struct core *c, const struct exception_taken *t, const struct exception_by *by)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "insert into exception_step (id, version, step, at_us, who, actor, reason, leaf) values ($1, $2, $3, $4, $5, $6, $7, $8)", &q));
	TRY(db_put_text(q, 1, str_of(t->id)));
	TRY(db_put_int(q, 2, t->version + 1));
	TRY(db_put_int(q, 3, t->step));
	TRY(db_put_int(q, 4, by->at_us));
	TRY(db_put_text(q, 5, str_of(by->who)));
	TRY(db_put_blob(q, 6, (struct str){ (const char *)by->actor->b, ID_BYTES }));
	TRY(db_put_text(q, 7, str_of(t->reason)));
	TRY(db_put_int(q, 8, (int64_t)by->leaf));
	rc = db_run(q); /* two at once: the second one's version stands already */
	if (rc == RC_CONFLICT)
		rc = FAIL(RC_CONFLICT, "その間にほかの人が決めたか、取り下げました。もう一度開いて確かめてください / somebody decided or withdrew it meanwhile: open it again");
out:
	db_done(q);
	return rc;
}

enum rc
exception_store(struct core *c, const struct exception_new *made, const struct exception_taken *t, const struct exception_by *by)
{
	enum rc rc = RC_OK;

	TRY(db_begin(c->db));
	if (made)
		TRY(put_request(c, made, by));
	TRY(put_step(c, t, by));
	TRY(db_commit(c->db));
out:
	if (rc != RC_OK)
		db_rollback(c->db);
	return rc;
}

static const char *
state_word(enum exception_step step, int64_t until_us, int64_t now_us)
{
	static const char *const words[STEP_COUNT] = { "", "requested", "approved", "refused", "withdrawn", "revoked" };

	if (step == STEP_APPROVED && now_us >= until_us)
		return "ended";
	return step > 0 && step < STEP_COUNT ? words[step] : "";
}

/* The last day of a span that ends with it. */
static json_t *
last_day(int64_t until_us)
{
	struct civil d = time_civil(until_us - 1);

	return json_sprintf("%04d-%02d-%02d", d.year % 10000, d.month, d.day);
}

enum rc
exception_list(struct core *c, const char *id, const char *clause, int64_t now_us, json_t **ret)
{
	json_t *list = json_array(), *one = NULL;
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select r.id, r.clause, r.kind, r.control, r.subject, r.reason, r.instead, r.until_us, s.version, s.step, s.at_us, s.who, s.reason, s.leaf"
	    " from exception_request r join exception_step s on s.id = r.id where ($1 = '' or r.id = $2) and ($3 = '' or r.clause = $4) order by r.asked_us desc, r.id, s.version", &q));
	TRY(db_put_text(q, 1, str_of(id)));
	TRY(db_put_text(q, 2, str_of(id)));
	TRY(db_put_text(q, 3, str_of(clause)));
	TRY(db_put_text(q, 4, str_of(clause)));
	for (;;) {
		enum exception_step step;

		TRY(db_step(q, &row));
		if (!row)
			break;
		step = (enum exception_step)db_int(q, 9);
		if (db_int(q, 8) == 1) {
			one = json_pack("{s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:I, s:o, s:[]}", "id", view_text(db_text(q, 0)), "clause", view_text(db_text(q, 1)),
			    "kind", exception_kind_word((enum exception_kind)db_int(q, 2)), "control", view_text(db_text(q, 3)), "subject", view_text(db_text(q, 4)), "reason", view_text(db_text(q, 5)),
			    "instead", view_text(db_text(q, 6)), "until", (json_int_t)db_int(q, 7), "until_date", last_day(db_int(q, 7)), "steps");
			json_array_append_new(list, one);
		}
		json_object_set_new(one, "state", json_string(state_word(step, db_int(q, 7), now_us)));
		json_object_set_new(one, "since", json_integer(step == STEP_APPROVED && now_us >= db_int(q, 7) ? db_int(q, 7) : db_int(q, 10)));
		json_object_set_new(one, "version", json_integer(db_int(q, 8)));
		json_object_set_new(one, "leaf", json_integer(db_int(q, 13)));
		json_array_append_new(json_object_get(one, "steps"), json_pack("{s:s, s:I, s:o, s:o, s:I}", "step", step == STEP_REQUESTED ? "asked" : state_word(step, INT64_MAX, 0), "at", (json_int_t)db_int(q, 10),
		    "who", view_text(db_text(q, 11)), "reason", view_text(db_text(q, 12)), "leaf", (json_int_t)db_int(q, 13)));
	}
	*ret = list;
	list = NULL;
out:
	db_done(q);
	json_decref(list);
	return rc;
}

enum rc
exception_asked_by(struct core *c, const char *id, struct opaque_id *ret)
{
	struct query *q = NULL;
	bool row;
	enum rc rc = RC_OK;

	TRY(db_query(c->db, "select actor from exception_step where id = $1 and version = 1", &q));
	TRY(db_put_text(q, 1, str_of(id)));
	TRY(db_step(q, &row));
	if (!row || db_blob(q, 0).n != ID_BYTES)
		rc = FAIL(RC_NOTFOUND, "その申請はありません / no such request");
	else
		memcpy(ret->b, db_blob(q, 0).p, ID_BYTES);
out:
	db_done(q);
	return rc;
}

enum rc
exception_stored(struct core *c, uint64_t leaf, uint64_t outcome, bool *ret)
{
	struct query *q = NULL;
	enum rc rc = RC_OK;

	(void)outcome;
	TRY(db_query(c->db, "select 1 from exception_step where leaf = $1", &q));
	TRY(db_put_int(q, 1, (int64_t)leaf));
	TRY(db_step(q, ret));
out:
	db_done(q);
	return rc;
}
