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

/* Works out and records every clause as of an instant. `lapse`: a past one; what changed later than it stands. */
static void
statuses_at(struct core *c, int64_t at_us, bool lapse)
{
	struct clause_now *changes; /* status: the new one; since_us: whether it had one before */
	enum status *before;
	size_t n = 0, row_n = 0;
	enum rc rc;

	pthread_mutex_lock(&c->turn_lock);
	pthread_mutex_lock(&c->lock);
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
			if (clause_waits_for_event(clause))
				state.declared_no_event = state_no_event(c, c->clauses[row_n].id, at_us);
			if (clause->trigger == TRIGGER_YEARLY)
				state.due_at_us = fiscal_year_range(at_us).to_us;
			status = clause_status(clause, &state, at_us, held_source, c);
			if (status == c->clauses[row_n].status && c->clauses[row_n].since_us != 0)
				continue;
			changes[n] = c->clauses[row_n];
			before[n] = c->clauses[row_n].status;
			changes[n++].status = status;
		}
	}
	pthread_mutex_unlock(&c->lock);
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
		pthread_mutex_lock(&c->lock);
		for (size_t k = 0; k < c->clauses_count; k++) {
			if (strcmp(c->clauses[k].id, row->id) != 0)
				continue;
			c->clauses[k].status = row->status;
			c->clauses[k].since_us = at_us;
		}
		c->version++;
		pthread_mutex_unlock(&c->lock);
	}
	pthread_mutex_unlock(&c->turn_lock);
	free(changes);
	free(before);
}

/* The findings that ran out at this instant. */
static void
verdicts_lapse(struct core *c, int64_t at_us)
{
	struct held *list;
	size_t n = 0;
	enum rc rc = RC_OK;

	pthread_mutex_lock(&c->lock);
	list = calloc(c->held_count + 1, sizeof(*list));
	if (list == NULL)
		abort();
	for (size_t i = 0; i < c->held_count; i++)
		if (c->held[i].valid_until_us == at_us)
			list[n++] = c->held[i]; /* its texts are not looked at */
	pthread_mutex_unlock(&c->lock);
	for (size_t i = 0; i < n && rc == RC_OK; i++)
		rc = state_save_lapse(c, &list[i]);
	for (size_t i = 0; i < n && rc == RC_OK; i++)
		rc = list[i].clause[0] ? RC_OK : numbers_gap(c, list[i].control, list[i].subject, at_us);
	if (rc != RC_OK)
		proc_log(rc, "what ran out could not be kept");
	free(list);
}

/*
 * While nobody looked (stopped, frozen), findings ran out one by one and months with their declarations ended:
 * each clause changes at that instant, not when somebody noticed.
 */
void
statuses_lapse(struct core *c)
{
	int64_t now_us = core_now_us(), at_us, next_us;

	pthread_mutex_lock(&c->lock);
	at_us = c->lapsed_us;
	for (size_t i = 0; i < c->held_count && c->lapsed_us == 0; i++)
		if (c->held[i].at_us > at_us)
			at_us = c->held[i].at_us; /* until the last look somebody watched */
	c->lapsed_us = now_us;
	pthread_mutex_unlock(&c->lock);
	while (at_us != 0) {
		next_us = month_range(at_us).to_us;
		pthread_mutex_lock(&c->lock);
		for (size_t i = 0; i < c->held_count; i++)
			if (c->held[i].valid_until_us > at_us && c->held[i].valid_until_us < next_us)
				next_us = c->held[i].valid_until_us;
		pthread_mutex_unlock(&c->lock);
		if (next_us > now_us)
			return;
		at_us = next_us;
		verdicts_lapse(c, at_us);
		statuses_at(c, at_us, true);
	}
}

void
statuses_update(struct core *c)
{
	statuses_lapse(c);
	statuses_at(c, core_now_us(), false);
}
