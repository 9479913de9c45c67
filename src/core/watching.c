// SPDX-License-Identifier: Apache-2.0
/* The thread that follows the ledger from close behind: index, watch, what goes out. */
#include "core/misuse.h"

#include "base/time_text.h"

#define EVERY_US (250 * 1000)
#define PEOPLE_TURNS 40 /* ten seconds: what a change of rows could not tell, and links made elsewhere */

static void
told(enum rc rc, enum rc *before, const char *what)
{
	if (rc != RC_OK && rc != *before)
		proc_log(rc, what); /* once, not four times a second */
	rc_trail_clear();
	*before = rc;
}

static void *
run(void *context)
{
	struct core *c = context;
	struct misuse *misuse = NULL;
	enum rc index = RC_OK, out = RC_OK, watch = RC_OK, people = RC_OK;
	unsigned turn = 0;
	bool stopping = false;

	while (!stopping) {
		told(index_follow(c), &index, "the search index does not follow");
		told(misuse_follow(c, &misuse), &watch, "the misuse watch does not follow");
		told(outgoing_follow(c), &out, "entries cannot be handed over for sending");
		if (turn++ % PEOPLE_TURNS == 0)
			told(people_follow(c), &people, "auth cannot be told the terms of accounts");
		(void)nanosleep(&(struct timespec){ 0, EVERY_US * 1000 }, NULL); /* shorter when woken */
		pthread_mutex_lock(&c->lock);
		stopping = c->stopping;
		pthread_mutex_unlock(&c->lock);
	}
	misuse_free(misuse);
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
