// SPDX-License-Identifier: Apache-2.0
/*
 * When is looked at what.
 *
 * Each control and subject has two turns in the time its finding is good for,
 * at a moment of its own in the first half of a turn, so that looks of one period spread. Looks wait
 * for one of a few places; of those one control gets some and the world
 * outside this machine not all, so what hangs never stops the rest. What could
 * not be looked at several times in a row is tried every second turn.
 */
#include "core/contract.h"
#include "core/core.h"

#include <string.h>

#include "base/time_text.h"

#define FIRST_ROUND_US   (20 * SECOND_US)
#define LOOK_STACK_BYTES (256 * 1024)
#define THIN_AT_ONCE     50  /* series a minute              */
#define LOOKS_MAX        12  /* places                       */
#define OF_CONTROL_MAX   4   /* of these, for one control    */
#define REMOTE_MAX       8   /* about what is not this machine */
#define READERS_MAX      6   /* by a process of its own; warden has room for more */
#define DUE_A_SECOND     100 /* so many come newly to wait   */
#define FAILURES_MAX     3   /* before it is tried less often */

/* ---- when ------------------------------------------------------------------------------------------- */

/* Where in its turn a look has its moment: stable, and spread over all there are. */
static uint32_t
moment(const char *control, const char *subject)
{
	uint32_t h = 2166136261u;

	for (const char *p = control; *p; p++)
		h = (h ^ (uint8_t)*p) * 16777619u;
	for (const char *p = subject; *p; p++)
		h = (h ^ (uint8_t)*p) * 16777619u;
	return h ^ h >> 15;
}

int64_t
schedule_next(const struct held *h, int64_t now_us, unsigned failures)
{
	int64_t turn_us = (int64_t)h->every_s * SECOND_US / 2, spread_us = confirm_wait_us(h->every_s);
	int64_t moment_us = spread_us > 0 ? (int64_t)(moment(h->control, h->subject) % (uint64_t)spread_us) : 0, next;

	if (turn_us <= 0)
		return now_us + SECOND_US;
	next = (now_us - moment_us) / turn_us * turn_us + turn_us + moment_us;
	return failures >= FAILURES_MAX ? next + turn_us : next;
}

/* ---- who waits for a place; all of it under lock --------------------------------------------------------- */

static size_t
control_at(const struct control *control)
{
	size_t at = 0;

	while (controls[at] && controls[at] != control)
		at++;
	return at;
}

static void
wait_for_place(struct core *c, struct held *h, bool urgent)
{
	struct waiting *w = urgent ? &c->urgent : &c->usual;
	const struct control *control = catalogue_judge(c->catalogue, str_of(h->control));

	if (control == NULL || h->turn.looking || h->turn.waits)
		return;
	if (c->loads == NULL) {
		size_t n = control_at(NULL);

		c->loads = calloc(n + 1, sizeof(*c->loads));
		if (c->loads == NULL)
			abort();
	}
	if (w->first == w->end)
		w->first = w->end = 0;
	if (w->end == w->cap) {
		w->cap = w->cap ? w->cap * 2 : 64;
		w->list = realloc(w->list, w->cap * sizeof(*w->list));
		if (w->list == NULL)
			abort();
	}
	w->list[w->end].control = control;
	memcpy(w->list[w->end++].subject, h->subject, sizeof(h->subject));
	h->turn.waits = true;
	c->loads[control_at(control)].waiting++;
}

static bool
remote(const char *subject)
{
	return subject_kind_of(str_of(subject)) >= SUBJECT_ENDPOINT;
}

static bool
by_reader(const struct control *control)
{
	return control->by == LOOK_BY_READER || control->look_inside;
}

/* The first that has a place now leaves the row. */
static bool
next_place(struct core *c, struct waiting *w, struct look_turn *ret)
{
	for (size_t i = w->first; i < w->end; i++) {
		const struct control *control = w->list[i].control;
		struct load *load = &c->loads[control_at(control)];

		if (load->running >= OF_CONTROL_MAX || (remote(w->list[i].subject) && c->remote_running >= REMOTE_MAX) || (by_reader(control) && c->readers_running >= READERS_MAX))
			continue;
		*ret = w->list[i];
		memmove(w->list + w->first + 1, w->list + w->first, (i - w->first) * sizeof(*w->list));
		w->first++;
		load->waiting--;
		return true;
	}
	return false;
}

static void
place_count(struct core *c, const struct look_turn *t, int by)
{
	c->looks_running += by;
	c->loads[control_at(t->control)].running += by;
	c->remote_running += remote(t->subject) ? by : 0;
	c->readers_running += by_reader(t->control) ? by : 0;
}

/* Takes the next look there is a place for; its row says so, or the subject went meanwhile. */
static bool
take_turn(struct core *c, struct look_turn *ret)
{
	while (!c->stopping && (next_place(c, &c->urgent, ret) || next_place(c, &c->usual, ret))) {
		struct held *h = held_find(c, ret->control->id, ret->subject, "");

		if (h == NULL)
			continue;
		h->turn.waits = false;
		h->turn.looking = true;
		h->turn.next_us = schedule_next(h, core_now_us(), h->turn.failures);
		place_count(c, ret, 1);
		return true;
	}
	return false;
}

static void
give_back(struct core *c, const struct look_turn *t, bool looked)
{
	struct held *h = held_find(c, t->control->id, t->subject, "");

	place_count(c, t, -1);
	if (h) {
		h->turn.looking = false;
		h->turn.failures = looked ? 0 : h->turn.failures < FAILURES_MAX ? h->turn.failures + 1 : FAILURES_MAX;
	}
	pthread_cond_broadcast(&c->wake);
}

/* ---- looking -------------------------------------------------------------------------------------------- */

static void *
look_thread(void *arg)
{
	struct core *c = arg;
	struct look_turn turn;
	bool looked;

	core_lock(c);
	while (take_turn(c, &turn)) {
		core_unlock(c);
		looked = look_do(c, turn.control, turn.subject);
		core_lock(c);
		give_back(c, &turn, looked);
	}
	c->look_threads--;
	pthread_cond_broadcast(&c->wake);
	core_unlock(c);
	return NULL;
}

static bool
thread_make(void *(*run)(void *), struct core *c)
{
	pthread_attr_t attr;
	pthread_t thread;
	int failed;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, LOOK_STACK_BYTES);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	failed = pthread_create(&thread, &attr, run, c);
	pthread_attr_destroy(&attr);
	return failed == 0;
}

/* Under lock: as many threads as there are looks and places. One that cannot be made is made a second later; meanwhile findings age. */
static void
threads_fit(struct core *c)
{
	size_t waiting = c->urgent.end - c->urgent.first + c->usual.end - c->usual.first;

	while (c->look_threads < LOOKS_MAX && c->look_threads < (int)waiting + c->looks_running && thread_make(look_thread, c))
		c->look_threads++;
}

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

	core_lock(c);
	rc = schedule_fit(c);
	c->version++;
	c->judged++;
	pthread_cond_broadcast(&c->wake);
	core_unlock(c);
	return rc;
}

static bool
first_round_over(struct core *c, int64_t now_us)
{
	for (size_t i = 0; i < c->held_count && !c->first_round_over; i++)
		if (c->held[i].at_us < c->started_at_us && c->held[i].confirm_at_us == 0)
			return now_us - c->started_at_us > FIRST_ROUND_US;
	c->first_round_over = true;
	return true;
}

/* No turn is further off than a whole time: one that is was reckoned before the clock was set back. */
bool
schedule_is_due(const struct held *h, int64_t now_us)
{
	return h->turn.next_us <= now_us || h->turn.next_us - now_us > (int64_t)h->every_s * SECOND_US;
}

/* Who is due comes to wait, from where the last second ended. */
static void
due_wait(struct core *c, int64_t now_us)
{
	size_t came = 0;

	for (size_t i = 0; i < c->held_count && came < DUE_A_SECOND; i++) {
		struct held *h;

		c->due_at = (c->due_at + 1) % c->held_count;
		h = &c->held[c->due_at];
		if (h->clause[0] || h->turn.looking || h->turn.waits || !schedule_is_due(h, now_us))
			continue;
		wait_for_place(c, h, false);
		came++;
	}
}

static void *
schedule_run_thread(void *arg)
{
	struct core *c = arg;
	int64_t minute = core_now_us() / MINUTE_US;

	for (;;) {
		int64_t now_us = core_now_us();
		struct timespec until;
		bool first;
		enum rc rc = RC_OK;

		core_lock(c);
		if (c->stopping) {
			core_unlock(c);
			return NULL;
		}
		due_wait(c, now_us);
		threads_fit(c);
		first = first_round_over(c, now_us);
		core_unlock(c);
		rc = confirm_due(c, now_us);
		if (rc != RC_OK)
			proc_log(rc, "findings could not be confirmed");
		if (first)
			statuses_follow(c);
		rc = index_follow(c);
		if (rc != RC_OK)
			proc_log(rc, "the search index does not follow");
		else if (c->lost)
			statuses_lost(c);
		c->lost &= rc != RC_OK;
		if (rc == RC_OK && (rc = windows_follow(c)) != RC_OK)
			proc_log(rc, "submission windows could not be recorded");
		if (rc == RC_OK && (rc = approval_run_due(c)) != RC_OK) /* only when the store knows what the ledger does */
			proc_log(rc, "what was approved could not be begun");
		if (rc == RC_OK && (rc = trial_run_due(c)) != RC_OK)
			proc_log(rc, "a change that nobody confirmed could not be undone");
		if (now_us / MINUTE_US != minute) {
			minute = now_us / MINUTE_US;
			views_flush(c);
			place_flush(c);
			rc = numbers_thin(c, now_us, THIN_AT_ONCE);
			if (rc != RC_OK)
				proc_log(rc, "old numbers could not be thinned");
		}
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec += 1;
		core_lock(c);
		(void)pthread_cond_timedwait(&c->wake, &c->lock, &until); /* a second passed, or there is something to do */
		core_unlock(c);
	}
}

enum rc
schedule_start(struct core *c)
{
	c->lost = true;
	for (size_t i = 0; i < c->held_count; i++)
		c->lost &= c->held[i].at_us == 0;

	return thread_make(schedule_run_thread, c) ? RC_OK : FAIL(RC_IO, "cannot start the schedule");
}

enum rc
schedule_run(struct core *c, struct str id, int64_t deadline_us)
{
	struct timespec until = { deadline_us / SECOND_US, deadline_us % SECOND_US * 1000 };
	const struct control *control;
	size_t end, at;
	unsigned busy;
	enum rc rc = RC_OK;

	core_lock(c);
	control = catalogue_judge(c->catalogue, id);
	if (id.n && control == NULL) {
		core_unlock(c);
		return FAIL(RC_NOTFOUND, "この版では判定しない確認項目です / not written in this version: %.*s", STR_ARG(id));
	}
	at = held_range(c, id, &end);
	for (at = control ? at : 0, end = control ? end : c->held_count; at < end; at++)
		if (c->held[at].clause[0] == '\0')
			wait_for_place(c, &c->held[at], true);
	threads_fit(c);
	do {
		busy = 0;
		for (size_t i = 0; c->loads && i <= control_at(NULL); i++) /* the last place is that of all that papers judge */
			if (control == NULL || i == control_at(control))
				busy += c->loads[i].running + c->loads[i].waiting;
	} while (busy && !c->stopping && pthread_cond_timedwait(&c->wake, &c->lock, &until) == 0);
	core_unlock(c);
	rc = confirm_now(c, core_now_us());
	statuses_update(c);
	return rc;
}

enum rc
catalogue_reload(struct core *c)
{
	struct catalogue *fresh = NULL, *old;
	enum rc rc = RC_OK;

	rc = contracts_catalogue(c, &fresh);
	core_lock(c);
	if (rc != RC_OK) {
		(void)snprintf(c->catalogue_refused, sizeof(c->catalogue_refused), "%s", rc_trail()); /* the sentence names file and line */
		core_unlock(c);
		return rc;
	}
	old = c->catalogue;
	c->catalogue = fresh;
	c->catalogue_refused[0] = '\0';
	c->catalogue_loaded_at_us = core_now_us();
	c->version++;
	c->judged++;
	rc = schedule_fit(c);
	core_unlock(c);
	catalogue_free(old);
	return rc;
}
