// SPDX-License-Identifier: Apache-2.0
/*
 * What every clause is worth now, and what it was worth while nobody looked.
 *
 * A change of status is a leaf; it stands from the instant it became true, not
 * from when somebody noticed.
 */
#include "core/core.h"

#include <string.h>

#include "base/time_text.h"

static bool
rests_on(const struct clause *clause, const struct node *node, const char *control)
{
	if (node->kind == NODE_CONTROL)
		return str_eq_c(node->control, control);
	for (size_t i = 0; i < node->count; i++)
		if (rests_on(clause, node->children[i], control))
			return true;
	for (size_t i = 0; i < clause->standing_count; i++)
		if (str_eq_c(clause->standing[i], control))
			return true;
	return false;
}

/* Under turn_lock: each a leaf, then in the store, then in memory; `changes`: status is the new one, since_us whether it had one before. */
static void
changes_record(struct core *c, const struct clause_now *changes, const enum status *before, size_t n, int64_t at_us)
{
	enum rc rc;

	for (size_t i = 0; i < n; i++) {
		const struct clause_now *row = &changes[i];
		struct leaf leaf = { .type = LEAF_VERDICT, .name = str_of(row->id), .object = object_of("clause", str_of(row->id)), .verdict = (uint8_t)row->status, .claimed_at_us = at_us };
		json_t *payload = json_pack("{s:s, s:s?, s:s}", "clause", row->id, "from", row->since_us ? status_name(before[i]) : NULL, "to", status_name(row->status));
		uint64_t index;

		rc = record_leaf(c, &leaf, payload, &index);
		json_decref(payload);
		if (rc == RC_OK)
			rc = state_save_status(c, row->id, row->status, at_us, index);
		if (rc != RC_OK) {
			proc_log(rc, "a status could not be recorded");
			break;
		}
		core_lock(c);
		for (size_t k = 0; k < c->clauses_count; k++) {
			if (strcmp(c->clauses[k].id, row->id) != 0 || c->clauses[k].since_us > at_us)
				continue;
			c->clauses[k].status = row->status;
			c->clauses[k].since_us = at_us;
		}
		c->version++;
		core_unlock(c);
	}
}

/*
 * Works out and records every clause as of an instant. `lapse`: a past one; what changed later than it stands.
 * `control`: nothing happened at that instant but that a finding of it ran out, which makes no UNKNOWN anything else.
 */
static void
statuses_at(struct core *c, int64_t at_us, bool lapse, const char *control)
{
	struct clause_now *changes;
	enum status *before;
	size_t n = 0, row_n = 0;

	pthread_mutex_lock(&c->turn_lock);
	core_lock(c);
	changes = calloc(c->clauses_count + 1, sizeof(*changes));
	before = calloc(c->clauses_count + 1, sizeof(*before));
	if (changes == NULL || before == NULL)
		abort();
	for (size_t k = 0; k < c->catalogue->contracts_count; k++) {
		const struct contract *contract = &c->catalogue->contracts[k];

		for (size_t m = 0; m < contract->clauses_count; m++, row_n++) {
			const struct clause *clause = &contract->clauses[m];
			struct clause_state state = { .contract_phase = contract->phase };
			enum status status;

			if (lapse && (c->clauses[row_n].since_us == 0 || c->clauses[row_n].since_us >= at_us))
				continue;
			if (control && (c->clauses[row_n].status == STATUS_UNKNOWN || !rests_on(clause, clause->holds, control)))
				continue;
			if (clause_waits_for_event(clause))
				state.declared_no_event = state_no_event(c, c->clauses[row_n].id, at_us);
			if (clause->trigger == TRIGGER_YEARLY)
				state.due_at_us = fiscal_year_range(state_first(c, c->clauses[row_n].id, at_us)).to_us;
			exception_state(c, clause, c->clauses[row_n].id, at_us, &state);
			status = clause_status(clause, &state, at_us, held_source, c);
			if (status == c->clauses[row_n].status && c->clauses[row_n].since_us != 0)
				continue;
			changes[n] = c->clauses[row_n];
			before[n] = c->clauses[row_n].status;
			changes[n++].status = status;
		}
	}
	core_unlock(c);
	changes_record(c, changes, before, n, at_us);
	pthread_mutex_unlock(&c->turn_lock);
	free(changes);
	free(before);
}

/*
 * The findings were lost with the store, the ledger told the statuses again: what rested on findings is known until the
 * last entry before this start, and from then on it is not.
 */
void
statuses_lost(struct core *c)
{
	struct clause_now *changes;
	enum status *before;
	int64_t last_us = 0;
	struct query *q = NULL;
	size_t n = 0;
	bool row;
	enum rc rc = RC_OK;

	pthread_mutex_lock(&c->turn_lock);
	changes = calloc(c->clauses_count + 1, sizeof(*changes));
	before = calloc(c->clauses_count + 1, sizeof(*before));
	if (changes == NULL || before == NULL)
		abort();
	TRY(db_query(c->db, "select coalesce(max(received_us), 0) from entry where received_us < $1", &q));
	TRY(db_put_int(q, 1, c->started_at_us));
	TRY(db_step(q, &row));
	last_us = row ? db_int(q, 0) : 0;
	db_done(q);
	q = NULL;
	TRY(db_query(c->db, "select clause, status from status_change s where from_us = (select max(from_us) from status_change t where t.clause = s.clause and t.from_us <= $1)", &q));
	TRY(db_put_int(q, 1, last_us));
	while (n < c->clauses_count) {
		enum status was;

		TRY(db_step(q, &row));
		if (!row)
			break;
		was = (enum status)db_int(q, 1);
		if (was == STATUS_UNKNOWN || was == STATUS_NOT_APPLICABLE || was == STATUS_NO_EVENT || was == STATUS_NOT_YET_DUE)
			continue; /* it rests on no finding, or none was there */
		changes[n] = (struct clause_now){ .status = STATUS_UNKNOWN, .since_us = last_us };
		(void)snprintf(changes[n].id, sizeof(changes[n].id), STR_FMT, STR_ARG(db_text(q, 0))); /* ids are checked to fit */
		before[n++] = was;
	}
out:
	db_done(q);
	if (rc != RC_OK)
		proc_log(rc, "what the ledger told again could not be read");
	changes_record(c, changes, before, n, last_us);
	pthread_mutex_unlock(&c->turn_lock);
	free(changes);
	free(before);
}

static int
order(const void *a, const void *b)
{
	const struct times *x = a, *y = b;

	return (x->valid_until_us > y->valid_until_us) - (x->valid_until_us < y->valid_until_us);
}

/* Under lock: what ran out after `from` up to `to`, in that order; and when the next one does. */
static struct times *
ran_out(struct core *c, int64_t from_us, int64_t to_us, size_t *ret_n)
{
	struct times *list = NULL;
	size_t n = 0, cap = 0;

	c->lapse_next_us = exception_next(c, to_us);
	if (c->lapse_next_us > month_range(to_us).to_us)
		c->lapse_next_us = month_range(to_us).to_us;
	for (size_t i = 0; i < c->held_count; i++) {
		const struct held *h = &c->held[i];
		struct times *t;

		if (h->valid_until_us > to_us && h->valid_until_us < c->lapse_next_us)
			c->lapse_next_us = h->valid_until_us;
		if (h->valid_until_us <= from_us || h->valid_until_us > to_us)
			continue;
		if (n == cap) {
			list = realloc(list, (cap = cap ? cap * 2 : 16) * sizeof(*list));
			if (list == NULL)
				abort();
		}
		t = &list[n++];
		*t = (struct times){ .verdict = h->verdict, .index = h->index, .valid_until_us = h->valid_until_us };
		memcpy(t->control, h->control, sizeof(t->control));
		memcpy(t->subject, h->subject, sizeof(t->subject));
		memcpy(t->clause, h->clause, sizeof(t->clause));
	}
	if (n)
		qsort(list, n, sizeof(*list), order);
	*ret_n = n;
	return list;
}

/*
 * While nobody looked (stopped, frozen), findings ran out one by one, months with their declarations and exceptions ended:
 * each clause changes at that instant, not when somebody noticed.
 */
void
statuses_lapse(struct core *c)
{
	int64_t now_us = core_now_us(), at_us, month_us, next_us;
	struct times *list;
	size_t n, i = 0;
	enum rc rc;

	core_lock(c);
	at_us = c->lapsed_us;
	for (size_t k = 0; k < c->held_count && c->lapsed_us == 0; k++)
		if (c->held[k].at_us > at_us)
			at_us = c->held[k].at_us; /* until the last look somebody watched */
	for (size_t k = 0; k < c->clauses_count && c->lapsed_us == 0 && c->spans_count && c->held_count == 0; k++)
		if (c->clauses[k].since_us > at_us)
			at_us = c->clauses[k].since_us;
	c->lapsed_us = now_us;
	list = ran_out(c, at_us, now_us, &n);
	core_unlock(c);
	if (at_us == 0)
		goto out;
	rc = state_lapse(c, list, n);
	if (rc != RC_OK)
		proc_log(rc, "what ran out could not be kept");
	month_us = month_range(at_us).to_us;
	for (next_us = at_us;;) {
		int64_t whole_us; /* every clause is worked out */

		core_lock(c);
		whole_us = exception_next(c, next_us);
		core_unlock(c);
		whole_us = month_us < whole_us ? month_us : whole_us;
		if (i < n && list[i].valid_until_us < whole_us) {
			statuses_at(c, list[i].valid_until_us, true, list[i].control);
			i++;
			continue;
		}
		if (whole_us > now_us)
			break;
		statuses_at(c, whole_us, true, NULL);
		next_us = whole_us;
		month_us = month_range(whole_us).to_us;
	}
out:
	free(list);
}

void
statuses_update(struct core *c)
{
	uint64_t judged;

	statuses_lapse(c);
	core_lock(c);
	judged = c->judged;
	core_unlock(c);
	statuses_at(c, core_now_us(), false, NULL);
	core_lock(c);
	c->judged_status = judged;
	core_unlock(c);
}

void
statuses_follow(struct core *c)
{
	bool nothing;

	core_lock(c);
	nothing = c->judged_status == c->judged && c->judged != 0 && core_now_us() < c->lapse_next_us;
	core_unlock(c);
	if (!nothing)
		statuses_update(c);
}
