// SPDX-License-Identifier: Apache-2.0
/* The thread that follows the ledger from close behind: index, watch, what goes out. */
#include "core/incident.h"
#include "core/mail.h"
#include "core/misuse.h"

#include "base/time_text.h"

#define TURN_US  (250 * 1000)
#define IDLE_US  (10 * SECOND_US) /* what no entry tells: the calendar, a collector that answers again, links of accounts */

static void
told(enum rc rc, enum rc *before, const char *what)
{
	if (rc != RC_OK && rc != *before)
		proc_log(rc, what); /* once, not four times a second */
	rc_trail_clear();
	*before = rc;
}

/* Is there an entry that none of us has seen? One short question; what cannot be asked is looked at. */
static bool
grown(struct core *c, uint64_t *seen)
{
	struct ledger_head head = { .checkpoint = BUF(4096) };
	bool ret = ask_ledger_head(c->ledger, &head) != RC_OK || head.entries != *seen;

	rc_trail_clear(); /* those who read it say so */
	*seen = head.entries;
	buf_free(&head.checkpoint);
	return ret;
}

struct followers { struct misuse *misuse; enum rc index, out, watch, people, witness, incidents, mail; };

static bool
follow(struct core *c, struct followers *f, bool idle_over)
{
	told(index_follow(c), &f->index, "the search index does not follow");
	told(misuse_follow(c, &f->misuse), &f->watch, "the misuse watch does not follow");
	told(outgoing_follow(c), &f->out, "entries cannot be handed over for sending");
	if (idle_over)
		told(people_follow(c), &f->people, "auth cannot be told the terms of accounts");
	if (idle_over && f->index == RC_OK)
		told(incidents_open(c, core_now_us()), &f->incidents, "an incident cannot be opened");
	if (idle_over)
		told(mail_follow(c, core_now_us()), &f->mail, "notices cannot be handed over for mailing");
	return f->index == RC_OK && f->watch == RC_OK && f->out == RC_OK && c->sending.waiting == 0; /* what waits is on its way: told as it goes */
}

static void *
run(void *context)
{
	struct core *c = context;
	struct followers f = { NULL, RC_OK, RC_OK, RC_OK, RC_OK, RC_OK, RC_OK, RC_OK };
	uint64_t seen = UINT64_MAX;
	int64_t idle_next_us = 0;
	bool stopping = false, behind = true;

	while (!stopping) {
		bool idle_over = core_now_us() >= idle_next_us || core_now_us() < idle_next_us - IDLE_US; /* a clock set back */

		if (grown(c, &seen) || behind || idle_over)
			behind = !follow(c, &f, idle_over);
		told(witness_follow(c), &f.witness, "the witness cannot be asked");
		if (idle_over)
			idle_next_us = core_now_us() + IDLE_US;
		(void)nanosleep(&(struct timespec){ 0, TURN_US * 1000 }, NULL); /* shorter when woken */
		core_lock(c);
		stopping = c->stopping;
		core_unlock(c);
	}
	misuse_free(f.misuse);
	return NULL;
}

enum rc
watch_start(struct core *c)
{
	pthread_t thread;

	c->following = true;
	if (pthread_create(&thread, NULL, run, c) != 0)
		return FAIL(RC_IO, "cannot start the watch");
	(void)pthread_detach(thread); /* ends with the process */
	return RC_OK;
}
