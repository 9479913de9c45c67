// SPDX-License-Identifier: Apache-2.0
/* The queue of events and the one thread that tells core. */
#include "proc/events.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define EVENTS_MAX 256 /* beyond that the newest are dropped, and said so on standard error */
#define STACK      (128 * 1024)

struct event { enum proc_id who; enum child_event what; int detail; int64_t at_us; };

static struct {
	pthread_mutex_t lock;
	pthread_cond_t  more;
	struct event    list[EVENTS_MAX];
	size_t          first, count;
	struct peer    *core;
} queue = { .lock = PTHREAD_MUTEX_INITIALIZER, .more = PTHREAD_COND_INITIALIZER };

void
event_add(enum proc_id who, enum child_event what, int detail, int64_t at_us)
{
	pthread_mutex_lock(&queue.lock);
	if (queue.count < EVENTS_MAX)
		queue.list[(queue.first + queue.count++) % EVENTS_MAX] = (struct event){ who, what, detail, at_us };
	else
		fprintf(stderr, "tsujiban-warden: core takes no events: one about %s is lost\n", proc_name(who));
	pthread_cond_signal(&queue.more);
	pthread_mutex_unlock(&queue.lock);
}

void
events_lanes(const int *fds, size_t n)
{
	peer_lanes_set(queue.core, fds, n);
}

/* An event leaves the queue when core has it, or when core refuses it for what it is. */
static void *
tell(void *arg)
{
	for (;;) {
		struct timespec pause = { 1, 0 };
		struct event e;
		enum rc rc;

		pthread_mutex_lock(&queue.lock);
		while (!queue.count)
			pthread_cond_wait(&queue.more, &queue.lock);
		e = queue.list[queue.first];
		pthread_mutex_unlock(&queue.lock);
		rc = ask_core_child_event(queue.core, e.who, e.what, e.detail, e.at_us);
		if (rc == RC_PEER || rc == RC_TIMEOUT || rc == RC_IO || rc == RC_LIMIT) {
			(void)nanosleep(&pause, NULL); /* core is away, or cannot write now */
			continue;
		}
		if (rc != RC_OK)
			fprintf(stderr, "tsujiban-warden: core refused an event about %s: %s\n", proc_name(e.who), rc_trail());
		rc_trail_clear();
		pthread_mutex_lock(&queue.lock);
		queue.first = (queue.first + 1) % EVENTS_MAX;
		queue.count--;
		pthread_mutex_unlock(&queue.lock);
	}
	return arg;
}

enum rc
events_start(void)
{
	pthread_attr_t attr;
	pthread_t thread;

	queue.core = peer_new(PROC_WARDEN, PROC_CORE);
	if (!queue.core || pthread_attr_init(&attr) != 0 || pthread_attr_setstacksize(&attr, STACK) != 0 || pthread_create(&thread, &attr, tell, NULL) != 0)
		return FAIL(RC_IO, "the thread that tells core cannot start");
	(void)pthread_attr_destroy(&attr);
	(void)pthread_detach(thread);
	return RC_OK;
}
