// SPDX-License-Identifier: Apache-2.0
/* One connection, kept while it stands; when it does not, tried again ever more rarely, up to once a minute. */
#include "courier/sender.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"
#include "courier/line.h"
#include "os/file.h"
#include "os/out.h"

#define SEND_MS       15000 /* a batch the collector does not take in this time is tried again later */
#define BATCH_BYTES   65536
#define WAIT_MIN_MS   500
#define WAIT_MAX_MS   60000
#define LOOK_MS       2000  /* an idle connection is looked at: did it close? */

struct sender {
	const struct collector *to;
	struct queue           *queue;
	pthread_t               thread;
	pthread_mutex_t         lock;   /* guards what follows */
	pthread_cond_t          wake;
	bool                    stopping, asked;
	enum sending            sending;
	int64_t                 since_us;
	char                    trouble[200];
};

static void
say(struct sender *s, enum sending sending, const char *trouble)
{
	struct arena a = ARENA(4096);
	struct text text = utf8_mend(&a, str_of(trouble));

	pthread_mutex_lock(&s->lock);
	if (s->sending != sending)
		s->since_us = now_us();
	s->sending = sending;
	(void)snprintf(s->trouble, sizeof(s->trouble), "%.*s", (int)(text.s.n < 180 ? text.s.n : 180), text.s.n ? text.s.p : ""); /* ours and OpenSSL's words: ASCII */
	pthread_mutex_unlock(&s->lock);
	arena_free(&a);
}

/* false: told to stop. */
static bool
rest(struct sender *s, int ms)
{
	struct timespec until;
	bool go;

	(void)clock_gettime(CLOCK_MONOTONIC, &until); /* cannot fail */
	until.tv_sec += ms / 1000;
	until.tv_nsec += ms % 1000 * 1000000L;
	if (until.tv_nsec >= 1000000000L) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000L;
	}
	pthread_mutex_lock(&s->lock);
	while (!s->stopping && !s->asked && pthread_cond_timedwait(&s->wake, &s->lock, &until) == 0)
		;
	s->asked = false;
	go = !s->stopping;
	pthread_mutex_unlock(&s->lock);
	return go;
}

/* As rest(), but nothing new to send shortens it. */
static bool
back_off(struct sender *s, int ms)
{
	int64_t until_us = monotonic_us() + ms * INT64_C(1000);

	for (;;) {
		int64_t left_us = until_us - monotonic_us();

		if (left_us <= 0)
			return true;
		if (!rest(s, (int)(left_us / 1000 + 1)))
			return false;
	}
}

/* What the collector said, if anything: it has nothing to say but that it ends. */
static enum rc
listen_once(struct line *l, int ms)
{
	struct buf came = BUF(65536), send = BUF(65536), plain = BUF(65536);
	enum tls_step step = TLS_OPEN;
	enum rc rc = out_recv(l->fd, ms, &came);

	if (rc == RC_TIMEOUT) {
		rc_trail_clear();
		rc = RC_OK;
		goto out;
	}
	TRY(rc);
	TRY(tls_client_take(l->tls, buf_str(&came), &send, &plain, &step));
	if (step != TLS_OPEN)
		TRY(FAIL(RC_NOTFOUND, "it closed"));
	if (send.n)
		TRY(out_send(l->fd, buf_str(&send), SEND_MS));
out:
	buf_free(&came);
	buf_free(&send);
	buf_free(&plain);
	return rc;
}

/* One batch out and confirmed. */
static enum rc
send_batch(struct sender *s, struct line *l, bool *ret_any)
{
	struct buf plain = BUF(BATCH_BYTES + 4096), send = BUF(4 * BATCH_BYTES);
	uint64_t last = 0;
	enum rc rc = queue_oldest(s->queue, BATCH_BYTES, &plain, &last);

	*ret_any = rc == RC_OK;
	if (rc == RC_NOTFOUND) {
		rc = RC_OK;
	} else if (rc == RC_OK) {
		TRY(tls_client_say(l->tls, buf_str(&plain), &send));
		TRY(out_send(l->fd, buf_str(&send), SEND_MS));
		TRY(out_settled(l->fd, SEND_MS));
		TRY(listen_once(l, 0)); /* a closed connection confirms bytes nobody reads */
		TRY(queue_drop(s->queue, last, now_us()));
	}
out:
	buf_free(&plain);
	buf_free(&send);
	return rc;
}

static enum rc
serve(struct sender *s, struct line *l)
{
	enum rc rc = RC_OK;

	say(s, SENDING_CONNECTED, "");
	for (;;) {
		bool any = false;

		TRY(send_batch(s, l, &any));
		if (any)
			continue;
		TRY(listen_once(l, 0));
		if (!rest(s, LOOK_MS))
			return RC_OK;
	}
out:
	return rc;
}

static void *
run(void *context)
{
	struct sender *s = context;
	int wait_ms = WAIT_MIN_MS;
	bool go = true;

	while (go) {
		struct line l = { -1, NULL };
		bool refused = false;
		enum rc rc = line_open(s->to, &l, &refused);

		if (rc == RC_OK) {
			wait_ms = WAIT_MIN_MS;
			rc = serve(s, &l);
		}
		line_close(&l);
		if (rc == RC_OK)
			break; /* told to stop */
		say(s, refused ? SENDING_REFUSED : SENDING_AWAY, rc_trail());
		rc_trail_clear();
		go = back_off(s, wait_ms);
		wait_ms = 2 * wait_ms < WAIT_MAX_MS ? 2 * wait_ms : WAIT_MAX_MS;
	}
	return NULL;
}

enum rc
sender_start(const struct collector *to, struct queue *queue, struct sender **ret)
{
	struct sender *s = calloc(1, sizeof(*s));
	pthread_condattr_t attr;

	if (s == NULL)
		abort();
	*s = (struct sender){ .to = to, .queue = queue, .sending = SENDING_IDLE, .since_us = now_us() };
	pthread_mutex_init(&s->lock, NULL);
	(void)pthread_condattr_init(&attr); /* cannot fail here */
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&s->wake, &attr);
	if (pthread_create(&s->thread, NULL, run, s) != 0) {
		free(s);
		return FAIL(RC_IO, "a thread cannot start");
	}
	*ret = s;
	return RC_OK;
}

void
sender_wake(struct sender *s)
{
	pthread_mutex_lock(&s->lock);
	s->asked = true;
	pthread_cond_signal(&s->wake);
	pthread_mutex_unlock(&s->lock);
}

void
sender_state(struct sender *s, struct courier_state *ret)
{
	pthread_mutex_lock(&s->lock);
	ret->sending = s->sending;
	ret->since_us = s->since_us;
	(void)snprintf(ret->trouble, sizeof(ret->trouble), "%s", s->trouble);
	pthread_mutex_unlock(&s->lock);
}

void
sender_stop(struct sender *s)
{
	if (s == NULL)
		return;
	pthread_mutex_lock(&s->lock);
	s->stopping = true;
	pthread_cond_signal(&s->wake);
	pthread_mutex_unlock(&s->lock);
	(void)pthread_join(s->thread, NULL); /* each of its steps has a deadline */
	free(s);
}
