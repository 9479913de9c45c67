// SPDX-License-Identifier: Apache-2.0
/* The queue keeps what it took, counts what it could not, and forgets only what arrived. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/test.h"
#include "courier/queue.h"

static char path[64];

static void
path_unlink(void)
{
	char junk[80];

	for (const char *const *end = (const char *const[]){ "", "-wal", "-shm", NULL }; *end; end++) {
		(void)snprintf(junk, sizeof(junk), "%s%s", path, *end);
		(void)unlink(junk); /* not all of them are there */
	}
}

static struct queue *
up(bool fresh, uint64_t max)
{
	struct queue *q = NULL;

	if (path[0] == '\0' && atexit(path_unlink) != 0)
		abort();
	(void)snprintf(path, sizeof(path), "/tmp/queue-test-%d.db", (int)getpid());
	if (fresh)
		path_unlink();
	CHECK_OK(queue_open(path, max, &q));
	return q;
}

static enum rc
put(struct queue *q, uint64_t from, size_t n, uint64_t told)
{
	struct courier_put p = { .told = told, .n = n };

	for (size_t i = 0; i < n; i++)
		p.list[i] = (struct outgoing){ from + i, STR("line") };
	return queue_put(q, &p);
}

static struct courier_state
state(struct queue *q)
{
	struct courier_state s = { .sending = SENDING_OFF };

	queue_state(q, &s);
	return s;
}

CASE(what_waits_survives_a_restart_and_goes_once_it_arrived)
{
	struct queue *q = up(true, 100);
	struct buf b = BUF(1 << 16);
	uint64_t last = 0;

	CHECK_RC(queue_oldest(q, 1 << 16, &b, &last), RC_NOTFOUND);
	CHECK_OK(put(q, 5, 3, 0));
	queue_close(q);
	q = up(false, 100);
	CHECK_INT(state(q).waiting, 3);
	CHECK(state(q).begun && state(q).last == 7);
	CHECK_OK(queue_oldest(q, 1 << 16, &b, &last));
	CHECK_STR(buf_str(&b), "4 line4 line4 line");
	CHECK_INT(last, 7);
	CHECK_OK(queue_drop(q, 6, 9));
	CHECK_INT(state(q).waiting, 1);
	CHECK_INT(state(q).sent, 2);
	CHECK_OK(put(q, 6, 3, 0)); /* 6 and 7 it had */
	CHECK_INT(state(q).waiting, 2);
	queue_close(q);
	buf_free(&b);
}

CASE(a_full_queue_counts_what_it_could_not_keep_until_it_is_told)
{
	struct queue *q = up(true, 4);

	CHECK_OK(put(q, 0, 6, 0));
	CHECK_OK(put(q, 6, 2, 0));
	CHECK_INT(state(q).waiting, 4);
	CHECK_INT(state(q).missed, 4);
	CHECK_INT(state(q).missed_from, 4);
	CHECK_INT(state(q).missed_to, 7);
	CHECK_INT(state(q).last, 7);
	CHECK_OK(queue_drop(q, 3, 1));
	queue_close(q);
	q = up(false, 4);
	CHECK_INT(state(q).missed, 4);
	CHECK_INT(state(q).told, 0);
	CHECK_OK(put(q, 8, 1, 4));
	CHECK_INT(state(q).told, 4);
	CHECK_OK(put(q, 9, 5, 99)); /* nobody can be told of more than was missed */
	CHECK_INT(state(q).told, 4);
	CHECK_INT(state(q).missed_from, 12);
	queue_close(q);
}

CASE(bytes_that_are_no_batch_are_refused)
{
	struct courier_put p = { .n = 2, .list = { { 4, STR("a") }, { 5, STR("b") } } }, got;
	struct courier_state s = { .sending = SENDING_AWAY, .begun = true, .last = 9, .waiting = 2, .trouble = "connect: Connection refused" }, back;
	struct buf b = BUF(65536);

	CHECK_OK(courier_put_encode(&p, &b));
	CHECK_OK(courier_put_decode(buf_str(&b), &got));
	CHECK_INT(got.n, 2);
	CHECK_INT(got.list[1].index, 5);
	for (size_t n = 0; n < b.n; n++)
		CHECK_RC(courier_put_decode((struct str){ b.p, n }, &got), RC_SYNTAX);
	buf_reset(&b);
	p.list[1].index = 4;
	CHECK_OK(courier_put_encode(&p, &b));
	CHECK_RC(courier_put_decode(buf_str(&b), &got), RC_SYNTAX);
	buf_reset(&b);
	p.list[1] = (struct outgoing){ 5, STR("two\nlines") };
	CHECK_OK(courier_put_encode(&p, &b));
	CHECK_RC(courier_put_decode(buf_str(&b), &got), RC_SYNTAX);
	buf_reset(&b);
	CHECK_OK(courier_state_encode(&s, &b));
	CHECK_OK(courier_state_decode(buf_str(&b), &back));
	CHECK(back.sending == SENDING_AWAY && back.last == 9 && strcmp(back.trouble, s.trouble) == 0);
	for (size_t n = 0; n < b.n; n++)
		CHECK_RC(courier_state_decode((struct str){ b.p, n }, &back), RC_SYNTAX);
	buf_free(&b);
}

TEST_MAIN
