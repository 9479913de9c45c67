// SPDX-License-Identifier: Apache-2.0
/*
 * Look, judge, record, confirm: the life of a finding.
 *
 * Each look has a thread of its own, at most one per control and subject, so a
 * look that hangs delays nothing but itself. What changed is a finding leaf;
 * what stands unchanged is named by one confirmation leaf a round, and lives
 * longer only once that leaf is durable.
 */
#include "core/core.h"

#include <string.h>

#include "base/time_text.h"
#include "control/look_remote.h"

#define CONFIRM_EVERY_US MINUTE_US
#define FIRST_ROUND_US   (20 * SECOND_US)
#define LOOK_STACK_BYTES (256 * 1024)
#define THIN_AT_ONCE     50 /* series a minute */

/* ---- one look ------------------------------------------------------------------------------------ */

struct look { struct core *core; const struct control *control; char subject[NAME_BYTES_MAX + 1]; enum msg unseen; /* why there is nothing to look at */ };

/* What core itself knows of the station's own record (access-log about the station). */
static enum rc
station_facts(struct core *c, struct facts *f)
{
	struct ledger_head head = { .checkpoint = BUF(2048) };
	enum rc rc = RC_OK;

	TRY(ask_ledger_head(c->ledger, &head));
	fact_int(f, 0, "entries", (int64_t)head.entries);
	fact_int(f, 0, "covered", (int64_t)head.covered);
	fact_time(f, 0, "covered_at", head.covered_at_us);
	fact_int(f, 0, "epoch", head.epoch);
	fact_int(f, 0, "indexed", (int64_t)c->indexed);
out:
	buf_free(&head.checkpoint);
	return rc;
}

/* What a look cannot know by itself: since when a thing is known. */
static void
facts_complete(struct core *c, const struct look *look, struct facts *facts, int64_t now_us)
{
	struct facts before = { .arena = facts->arena };
	const struct held *h;

	if (look->control->remember == NULL && look->control->recall == NULL)
		return;
	pthread_mutex_lock(&c->lock);
	h = held_find(c, look->control->id, look->subject, "");
	if (h)
		facts_of_json(h->facts, false, &before);
	pthread_mutex_unlock(&c->lock);
	if (look->control->remember)
		facts_carry(facts, &before, look->control->remember, now_us);
	if (look->control->recall)
		look->control->recall(facts, before.count ? &before : NULL, now_us);
}

static json_t *
message_json(const struct finding *f)
{
	json_t *args = json_object();

	for (size_t i = 0; i < f->args_count; i++)
		json_object_set_new(args, f->args[i].name, f->args[i].is_text ? view_text(f->args[i].text) : json_integer(f->args[i].n));
	return json_pack("{s:i, s:o}", "number", (int)f->message, "args", args);
}

static json_t *
params_json(const struct params *p)
{
	json_t *o = json_object();

	for (size_t i = 0; i < p->count; i++)
		json_object_set_new(o, p->defs[i].name, json_integer(p->values[i]));
	return o;
}

/*
 * What makes a finding another one: verdict, message, and every fact but the
 * measurements of the subject as a whole (whole numbers and times of row 0),
 * which are kept as numbers over time instead.
 */
static enum rc
finding_hash(const struct finding *f, const struct facts *facts, struct hash *ret)
{
	struct buf b = BUF(4 << 20);
	enum rc rc = RC_OK;

	TRY(buf_addf(&b, "%d %u\n", f->verdict, f->message));
	for (size_t i = 0; i < f->args_count; i++)
		if (f->args[i].is_text)
			TRY(buf_addf(&b, "%s=%.*s\n", f->args[i].name, STR_ARG(f->args[i].text)));
	for (size_t i = 0; i < facts->count; i++) {
		const struct fact *fact = &facts->list[i];

		if (fact->row == 0 && (fact->kind == FACT_INT || fact->kind == FACT_TIME) && !str_starts(fact->key, STR("own.")))
			continue;
		TRY(buf_addf(&b, "%u %.*s %d %lld %.*s\n", fact->row, STR_ARG(fact->key), fact->kind, (long long)fact->n, STR_ARG(fact->text)));
	}
	hash_bytes(buf_str(&b), ret);
out:
	buf_free(&b);
	return rc;
}

/* Judges with one set of parameters and writes it down; `h` is a copy, the answer goes back under the lock. */
static enum rc
judge_one(struct core *c, const struct look *look, const struct held *before, const struct params *params, const struct facts *facts, enum rc looked, const char *why, int64_t now_us)
{
	struct buf facts_text = BUF(1 << 20);
	struct facts all = *facts; /* and what only these parameters tell; the next one starts from `facts` again */
	struct finding finding = { 0 };
	struct held h = *before, *row = NULL;
	struct hash hash;
	json_t *message = NULL, *payload = NULL, *facts_list = NULL;
	char *text = NULL;
	bool changed, verdict_changed;
	struct leaf leaf = { .type = LEAF_FINDING, .claimed_at_us = now_us };
	enum rc rc = RC_OK;

	if (looked != RC_OK || facts->overflow) {
		finding_set(&finding, VERDICT_UNKNOWN, facts->overflow ? MSG_CONTROL_TOO_MANY_FACTS : MSG_CONTROL_COULD_NOT_LOOK);
		finding_text(&finding, "reason", str_of(why));
	} else if (look->unseen) {
		finding_set(&finding, VERDICT_UNKNOWN, (uint16_t)look->unseen);
	} else {
		TRY(numbers_judged(c, look->control, h.subject, params, now_us, &all));
		look->control->judge(&all, params, now_us, &finding);
	}
	TRY(facts_json(&all, &facts_text));
	message = message_json(&finding);
	text = json_dumps(message, JSON_COMPACT | JSON_SORT_KEYS);
	TRY(finding_hash(&finding, &all, &hash));
	changed = before->at_us == 0 || !hash_eq(&hash, &before->facts_hash);
	verdict_changed = before->at_us == 0 || finding.verdict != before->verdict;
	if (!changed) {
		pthread_mutex_lock(&c->lock);
		row = held_find(c, h.control, h.subject, h.clause);
		if (row)
			row->confirm_at_us = now_us;
		pthread_mutex_unlock(&c->lock);
		goto out;
	}
	h.verdict = finding.verdict;
	h.at_us = now_us;
	h.valid_until_us = now_us + (int64_t)look->control->every_s * SECOND_US;
	h.facts_hash = hash;
	if (verdict_changed)
		h.since_us = now_us;
	leaf.name = str_of(h.control);
	leaf.object = object_of("subject", str_of(h.subject));
	leaf.verdict = (uint8_t)h.verdict;
	leaf.valid_until_us = h.valid_until_us;
	facts_list = json_loadb(facts_text.p ? facts_text.p : "[]", facts_text.n ? facts_text.n : 2, JSON_REJECT_DUPLICATES, NULL);
	payload = json_pack("{s:s, s:s, s:s, s:O, s:o*, s:o, s:s}", "control", h.control, "subject", h.subject, "clause", h.clause, "message", message,
	    "facts", facts_list, "params", params_json(params), "route", "observed");
	facts_list = NULL;
	TRY(record_leaf(c, &leaf, payload, &h.index));
	h.message = text;
	if (before->facts && (looked != RC_OK || facts->overflow) && (look->control->remember || look->control->recall))
		h.facts = strdup(before->facts); /* a look that failed takes nobody's memory away */
	else
		h.facts = strdup(facts_text.p ? buf_cstr(&facts_text) : "[]");
	if (h.facts == NULL)
		abort();
	text = NULL;
	TRY(state_save_held(c, &h, verdict_changed));
	pthread_mutex_lock(&c->lock);
	row = held_find(c, h.control, h.subject, h.clause);
	if (row) {
		held_free(row);
		h.looking = row->looking;
		h.next_us = row->next_us;
		h.confirm_at_us = 0;
		*row = h;
	} else {
		held_free(&h);
	}
	c->version++;
	pthread_mutex_unlock(&c->lock);
out:
	json_decref(message);
	json_decref(payload);
	json_decref(facts_list);
	free(text);
	buf_free(&facts_text);
	return rc;
}

static void *
look_run(void *arg)
{
	struct look *look = arg;
	struct core *c = look->core;
	struct arena arena = ARENA(4 << 20);
	struct facts facts = { .arena = &arena }, given = { .arena = &arena };
	struct subject subject = { subject_kind_of(str_of(look->subject)), look->subject, &given };
	struct held *rows, *list = NULL;
	struct params *params = NULL;
	size_t n = 0, list_n;
	char why[256];
	int64_t now_us;
	enum rc looked, rc;

	register_given(c, look->control, look->subject, &given);
	look->unseen = register_unseen(c, look->subject);
	looked = look->unseen ? RC_OK : subject.kind == SUBJECT_STATION ? station_facts(c, &facts) :
	    look->control->by == LOOK_BY_CORE ? derived_facts(c, look->control, &subject, &facts) : look_control(c->proc, look->control, &subject, &facts);
	(void)snprintf(why, sizeof(why), "%s", looked == RC_OK ? "" : rc_trail()); /* a cut reason is still a reason */
	rc_trail_clear();
	now_us = core_now_us();
	if (looked == RC_OK)
		facts_complete(c, look, &facts, now_us);
	pthread_mutex_lock(&c->lock);
	rows = held_same(c, look->control->id, look->subject, &n);
	list_n = n;
	list = calloc(n + 1, sizeof(*list));
	params = calloc(n + 1, sizeof(*params));
	if (list == NULL || params == NULL)
		abort();
	for (size_t i = 0; i < n; i++) {
		list[i] = rows[i];
		catalogue_params(rows[i].clause[0] ? catalogue_clause(c->catalogue, str_of(rows[i].clause), NULL) : NULL, look->control, &params[i]);
	}
	pthread_mutex_unlock(&c->lock);
	if (list_n) {
		int64_t before_us = list[0].confirm_at_us ? list[0].confirm_at_us : list[0].at_us;

		rc = numbers_save(c, look->control, look->subject, now_us, before_us ? before_us + (int64_t)look->control->every_s * SECOND_US : 0, &facts);
		if (rc != RC_OK)
			proc_log(rc, look->control->id);
	}
	for (size_t i = 0; i < list_n; i++) {
		rc = judge_one(c, look, &list[i], &params[i], &facts, looked, why, now_us);
		if (rc != RC_OK)
			proc_log(rc, look->control->id);
	}
	pthread_mutex_lock(&c->lock);
	rows = held_same(c, look->control->id, look->subject, &n);
	for (size_t i = 0; i < n; i++)
		rows[i].looking = false;
	c->last_judged_at_us = now_us;
	pthread_cond_broadcast(&c->wake);
	pthread_mutex_unlock(&c->lock);
	arena_free(&arena);
	free(list);
	free(params);
	free(look);
	return NULL;
}

/* Under lock: starts the look of this row's control and subject. */
static void
look_start(struct core *c, struct held *h, int64_t now_us)
{
	struct look *look = calloc(1, sizeof(*look));
	const struct control *control = control_of(str_of(h->control));
	struct held *rows;
	size_t n;
	pthread_attr_t attr;
	pthread_t thread;
	int failed;

	if (look == NULL || control == NULL)
		abort();
	look->core = c;
	look->control = control;
	memcpy(look->subject, h->subject, sizeof(look->subject));
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, LOOK_STACK_BYTES);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	failed = pthread_create(&thread, &attr, look_run, look);
	pthread_attr_destroy(&attr);
	if (failed)
		free(look); /* tried again at its next turn; meanwhile the finding ages */
	rows = held_same(c, control->id, h->subject, &n);
	for (size_t i = 0; i < n; i++) {
		rows[i].looking = !failed;
		rows[i].next_us = now_us + (int64_t)control->every_s * SECOND_US / 2;
	}
}

/* One leaf names all findings that were looked at again and stand. */
static enum rc
confirm_flush(struct core *c, int64_t now_us)
{
	struct leaf leaf = { .type = LEAF_CONFIRM, .name = STR("confirm"), .claimed_at_us = now_us, .begin = UINT64_MAX };
	struct { char control[NAME_BYTES_MAX + 1], subject[NAME_BYTES_MAX + 1], clause[NAME_BYTES_MAX + 1]; int64_t at_us; } *list = NULL;
	json_t *indexes = json_array(), *payload = json_pack("{s:o}", "findings", indexes);
	struct held *saved = NULL;
	bool *gaps = NULL; /* it had run out before it was confirmed: its verdict begins anew */
	uint64_t index;
	size_t n = 0;
	enum rc rc = RC_OK;

	pthread_mutex_lock(&c->turn_lock);
	pthread_mutex_lock(&c->lock);
	list = calloc(c->held_count + 1, sizeof(*list));
	saved = calloc(c->held_count + 1, sizeof(*saved));
	gaps = calloc(c->held_count + 1, sizeof(*gaps));
	if (list == NULL || saved == NULL || gaps == NULL)
		abort();
	for (size_t i = 0; i < c->held_count; i++) {
		struct held *h = &c->held[i];

		if (h->confirm_at_us == 0)
			continue;
		memcpy(list[n].control, h->control, sizeof(h->control));
		memcpy(list[n].subject, h->subject, sizeof(h->subject));
		memcpy(list[n].clause, h->clause, sizeof(h->clause));
		list[n++].at_us = h->confirm_at_us;
		json_array_append_new(indexes, json_integer((json_int_t)h->index));
		leaf.begin = h->index < leaf.begin ? h->index : leaf.begin;
		leaf.last = h->index > leaf.last ? h->index : leaf.last;
	}
	pthread_mutex_unlock(&c->lock);
	if (n == 0)
		goto out;
	TRY(record_leaf(c, &leaf, payload, &index));
	pthread_mutex_lock(&c->lock);
	for (size_t k = 0, m = 0; k < n; k++) {
		struct held *h = held_find(c, list[k].control, list[k].subject, list[k].clause);
		const struct control *control = control_of(str_of(list[k].control));

		if (h == NULL || h->confirm_at_us != list[k].at_us || control == NULL)
			continue;
		gaps[m] = h->valid_until_us < h->confirm_at_us;
		h->at_us = h->confirm_at_us;
		h->valid_until_us = h->at_us + (int64_t)control->every_s * SECOND_US;
		h->confirm_at_us = 0;
		saved[m] = *h;
		saved[m].message = strdup(h->message ? h->message : "{}");
		saved[m].facts = strdup(h->facts ? h->facts : "[]");
		m++;
	}
	c->confirmed_at_us = now_us;
	c->version++;
	pthread_mutex_unlock(&c->lock);
	for (size_t k = 0; k < n && saved[k].message && rc == RC_OK; k++)
		rc = state_save_held(c, &saved[k], gaps[k]);
out:
	for (size_t k = 0; k < n; k++)
		held_free(&saved[k]);
	pthread_mutex_unlock(&c->turn_lock);
	free(gaps);
	free(saved);
	free(list);
	json_decref(payload);
	return rc;
}

/* ---- the clock of it all --------------------------------------------------------------------------- */

/* Under lock, or before anyone else runs. */
enum rc
schedule_fit(struct core *c)
{
	size_t n = 0;
	enum rc rc = RC_OK;

	TRY(held_fit(c));
	for (size_t k = 0; k < c->catalogue->contracts_count; k++)
		n += c->catalogue->contracts[k].clauses_count;
	free(c->clauses);
	c->clauses = calloc(n + 1, sizeof(*c->clauses));
	if (c->clauses == NULL)
		abort();
	c->clauses_count = 0;
	for (size_t k = 0; k < c->catalogue->contracts_count; k++)
		for (size_t m = 0; m < c->catalogue->contracts[k].clauses_count; m++)
			(void)snprintf(c->clauses[c->clauses_count++].id, NAME_BYTES_MAX + 1, STR_FMT, STR_ARG(c->catalogue->contracts[k].clauses[m].id)); /* ids are checked to fit */
	TRY(state_load(c));
out:
	return rc;
}

enum rc
schedule_refit(struct core *c)
{
	enum rc rc;

	pthread_mutex_lock(&c->lock);
	rc = schedule_fit(c);
	c->version++;
	pthread_cond_broadcast(&c->wake);
	pthread_mutex_unlock(&c->lock);
	return rc;
}

static bool
first_round_over(const struct core *c, int64_t now_us)
{
	for (size_t i = 0; i < c->held_count; i++)
		if (c->held[i].at_us < c->started_at_us && c->held[i].confirm_at_us == 0)
			return now_us - c->started_at_us > FIRST_ROUND_US;
	return true;
}

static void *
schedule_run_thread(void *arg)
{
	struct core *c = arg;
	int64_t minute = core_now_us() / MINUTE_US;

	for (;;) {
		int64_t now_us = core_now_us();
		struct timespec until;
		bool first, flush, waiting = false;
		enum rc rc = RC_OK;

		pthread_mutex_lock(&c->lock);
		if (c->stopping) {
			pthread_mutex_unlock(&c->lock);
			return NULL;
		}
		for (size_t i = 0; i < c->held_count; i++) {
			if (!c->held[i].looking && c->held[i].next_us <= now_us)
				look_start(c, &c->held[i], now_us);
			waiting |= c->held[i].confirm_at_us != 0;
		}
		first = first_round_over(c, now_us);
		flush = waiting && now_us - c->confirmed_at_us >= CONFIRM_EVERY_US;
		pthread_mutex_unlock(&c->lock);
		if (flush)
			rc = confirm_flush(c, now_us);
		if (rc != RC_OK)
			proc_log(rc, "findings could not be confirmed");
		if (first)
			statuses_update(c);
		rc = index_follow(c);
		if (rc != RC_OK)
			proc_log(rc, "the search index does not follow");
		if (now_us / MINUTE_US != minute) {
			minute = now_us / MINUTE_US;
			views_flush(c);
			rc = numbers_thin(c, now_us, THIN_AT_ONCE);
			if (rc != RC_OK)
				proc_log(rc, "old numbers could not be thinned");
		}
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec += 1;
		pthread_mutex_lock(&c->lock);
		(void)pthread_cond_timedwait(&c->wake, &c->lock, &until); /* a second passed, or there is something to do */
		pthread_mutex_unlock(&c->lock);
	}
}

enum rc
schedule_start(struct core *c)
{
	pthread_attr_t attr;
	pthread_t thread;
	int failed;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, LOOK_STACK_BYTES);
	failed = pthread_create(&thread, &attr, schedule_run_thread, c);
	pthread_attr_destroy(&attr);
	return failed ? FAIL(RC_IO, "cannot start the schedule") : RC_OK;
}

enum rc
schedule_run(struct core *c, struct str control, int64_t deadline_us)
{
	int64_t now_us = core_now_us();
	bool known = control.n == 0, busy;
	enum rc rc = RC_OK;

	pthread_mutex_lock(&c->lock);
	for (size_t i = 0; i < c->held_count; i++) {
		if (control.n && !str_eq_c(control, c->held[i].control))
			continue;
		known = true;
		if (!c->held[i].looking)
			look_start(c, &c->held[i], now_us);
	}
	do {
		struct timespec until = { deadline_us / SECOND_US, deadline_us % SECOND_US * 1000 };

		busy = false;
		for (size_t i = 0; i < c->held_count; i++)
			busy |= c->held[i].looking && (control.n == 0 || str_eq_c(control, c->held[i].control));
		if (busy && pthread_cond_timedwait(&c->wake, &c->lock, &until) != 0)
			break;
	} while (busy);
	pthread_mutex_unlock(&c->lock);
	if (!known)
		return FAIL(RC_NOTFOUND, "この版では判定しない確認項目です / not written in this version: %.*s", STR_ARG(control));
	rc = confirm_flush(c, core_now_us());
	statuses_update(c);
	return rc;
}

enum rc
catalogue_reload(struct core *c)
{
	struct catalogue *fresh = NULL, *old;
	enum rc rc = RC_OK;

	rc = catalogue_load(c->catalogue_fd, &fresh);
	pthread_mutex_lock(&c->lock);
	if (rc != RC_OK) {
		(void)snprintf(c->catalogue_refused, sizeof(c->catalogue_refused), "%s", rc_trail()); /* the sentence names file and line */
		pthread_mutex_unlock(&c->lock);
		return rc;
	}
	old = c->catalogue;
	c->catalogue = fresh;
	c->catalogue_refused[0] = '\0';
	c->catalogue_loaded_at_us = core_now_us();
	c->version++;
	rc = schedule_fit(c);
	pthread_mutex_unlock(&c->lock);
	catalogue_free(old);
	return rc;
}
