// SPDX-License-Identifier: Apache-2.0
/* Codec and channel: what passes, and what a captured process may try. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/num.h"
#include "base/test.h"
#include "ipc/channel.h"
#include "ipc/codec.h"

CASE(codec_there_and_back)
{
	struct buf b = BUF(256);
	struct reader r;
	char four[4];

	CHECK_OK(put_u8(&b, 7));
	CHECK_OK(put_u16(&b, 0x1234));
	CHECK_OK(put_u32(&b, 0xfffffff0u));
	CHECK_OK(put_i64(&b, -5));
	CHECK_OK(put_str(&b, STR("番所")));
	CHECK_OK(put_bytes(&b, "abcd", 4));
	r = reader_of(buf_str(&b));
	CHECK_INT(get_u8(&r), 7);
	CHECK_INT(get_u16(&r), 0x1234);
	CHECK_INT(get_u32(&r), 0xfffffff0u);
	CHECK_INT(get_i64(&r), -5);
	CHECK_STR(get_str(&r, 6), "番所");
	CHECK_RC(get_end(&r), RC_SYNTAX); /* four bytes left */
	get_copy(&r, four, 4);
	CHECK(memcmp(four, "abcd", 4) == 0);
	CHECK_OK(get_end(&r));
	buf_free(&b);
}

CASE(codec_stays_failed)
{
	struct reader r = reader_of((struct str){ "\0\0\0\5abc", 7 });

	CHECK_INT(get_str(&r, 100).n, 0);
	CHECK_INT(get_u8(&r), 0);
	CHECK_RC(get_end(&r), RC_SYNTAX);
	r = reader_of((struct str){ "\0\0\0\3abc", 7 });
	CHECK_INT(get_str(&r, 2).n, 0); /* over its ceiling */
	CHECK_RC(get_end(&r), RC_SYNTAX);
}

CASE(route_table)
{
	CHECK(route_allowed(MESSAGE_CORE_ACT, PROC_WEB, PROC_CORE));
	CHECK(!route_allowed(MESSAGE_CORE_ACT, PROC_AUTH, PROC_CORE));
	CHECK(!route_allowed(MESSAGE_CORE_ACT, PROC_WEB, PROC_VAULT));
	CHECK(!route_allowed(MESSAGE_NONE, PROC_WEB, PROC_CORE));
	CHECK(!route_allowed(MESSAGE_COUNT, PROC_WEB, PROC_CORE));
	CHECK(!route_allowed(MESSAGE_VAULT_UNSEAL, PROC_LEDGER, PROC_VAULT)); /* it mints receipts, it may not spend them */
	CHECK(route_once(MESSAGE_VAULT_RECEIPT_KEY, PROC_LEDGER) && !route_once(MESSAGE_CORE_ACT, PROC_WEB));
	CHECK_STR(str_of(message_name(MESSAGE_CORE_ACT)), "CORE_ACT");
	CHECK(!message_name((enum message)999) && !proc_name(PROC_COUNT));
	CHECK_INT(message_to(MESSAGE_VAULT_WRAP), PROC_VAULT);
}

/* Every call goes down the order of the processes, but the two named exceptions. */
CASE(route_table_is_acyclic)
{
	for (int m = 1; m < MESSAGE_COUNT; m++)
		for (int from = 0; from < PROC_COUNT; from++)
			if (route_allowed(m, from, message_to(m)) && m != MESSAGE_WARDEN_ONE_SHOT && m != MESSAGE_WARDEN_WORKER && m != MESSAGE_WARDEN_APPLY)
				CHECK(from < (int)message_to(m));
}

/* ---- a callee on a thread: answers what the case asks it to ---- */

struct callee {
	int fd, answers;
	enum rc rc;
	struct str body;
	int fd_out;
	int delay_ms;
	uint32_t tag_plus;
	enum rc seen;
	size_t body_n;
	pthread_t thread;
};

static void *
callee_run(void *arg)
{
	struct callee *c = arg;

	for (int i = 0; i < c->answers; i++) {
		struct pollfd p = { c->fd, POLLIN, 0 };
		struct request q = { 0 };

		(void)poll(&p, 1, 2000);
		c->seen = channel_recv(c->fd, PROC_WEB, PROC_CORE, &q);
		if (c->seen != RC_OK)
			break;
		c->body_n = q.body.n;
		if (c->delay_ms && i == 0)
			(void)poll(NULL, 0, c->delay_ms);
		q.tag += c->tag_plus;
		if (channel_answer(&q, c->rc, c->body, c->fd_out) != RC_OK)
			c->seen = RC_IO;
		buf_free(&q.body);
	}
	return NULL;
}

static struct peer *
callee_start(struct callee *c)
{
	struct peer *p = peer_new(PROC_WEB, PROC_CORE);
	int pair[2];

	CHECK_OK(channel_pair(pair));
	peer_lanes_set(p, pair, 1);
	c->fd = pair[1];
	CHECK(pthread_create(&c->thread, NULL, callee_run, c) == 0);
	return p;
}

static void
callee_end(struct callee *c, struct peer *p)
{
	(void)pthread_join(c->thread, NULL);
	(void)close(c->fd);
	peer_free(p);
}

CASE(call_and_answer)
{
	struct callee c = { .answers = 1, .body = STR("pong"), .fd_out = -1 };
	struct peer *p = callee_start(&c);
	struct buf reply = BUF(100);

	CHECK_OK(peer_call(p, MESSAGE_CORE_ACT, STR("ping"), 2000, &reply));
	CHECK_STR(buf_str(&reply), "pong");
	callee_end(&c, p);
	CHECK_INT(c.body_n, 4);
	buf_free(&reply);
}

CASE(large_bodies_in_memory_files)
{
	static char big[200000];
	struct callee c = { .answers = 1, .body = { big, sizeof(big) }, .fd_out = -1 };
	struct peer *p = callee_start(&c);
	struct buf reply = BUF(1 << 20);

	memset(big, 'x', sizeof(big));
	big[sizeof(big) - 1] = 'z';
	CHECK_OK(peer_call(p, MESSAGE_CORE_ACT, (struct str){ big, 150000 }, 2000, &reply));
	CHECK_INT(reply.n, sizeof(big));
	CHECK(reply.n == sizeof(big) && memcmp(reply.p, big, sizeof(big)) == 0);
	callee_end(&c, p);
	CHECK_INT(c.body_n, 150000);
	buf_free(&reply);
}

CASE(ceilings_at_the_sender)
{
	static char big[1100000];
	struct peer *p = peer_new(PROC_WEB, PROC_CORE);
	struct request q = { .message = MESSAGE_LEDGER_PROOF, .lane_fd = -1 };

	CHECK_RC(peer_call(p, MESSAGE_CORE_ACT, (struct str){ big, sizeof(big) }, 10, NULL), RC_LIMIT);
	CHECK_RC(peer_call(p, MESSAGE_VAULT_WRAP, STR("x"), 10, NULL), RC_BUG);
	CHECK_RC(channel_answer(&q, RC_OK, (struct str){ big, 16385 }, -1), RC_BUG);
	peer_free(p);
}

CASE(failing_answer_brings_its_sentence)
{
	struct callee c = { .answers = 1, .rc = RC_DENIED, .body = STR("this session\nmay not"), .fd_out = -1 };
	struct peer *p = callee_start(&c);

	CHECK_RC(peer_call(p, MESSAGE_CORE_ACT, STR("x"), 2000, NULL), RC_DENIED);
	CHECK_STR(str_of(rc_trail()), "this session?may not");
	callee_end(&c, p);
}

CASE(late_answer_is_discarded)
{
	struct callee c = { .answers = 2, .body = STR("late or not"), .fd_out = -1, .delay_ms = 120 };
	struct peer *p = callee_start(&c);
	struct buf reply = BUF(100);

	CHECK_RC(peer_call(p, MESSAGE_CORE_ACT, STR("one"), 30, &reply), RC_TIMEOUT);
	CHECK_OK(peer_call(p, MESSAGE_CORE_ACT, STR("two"), 2000, &reply));
	CHECK_STR(buf_str(&reply), "late or not");
	callee_end(&c, p);
	buf_free(&reply);
}

static enum proc_id reported;
static void report(enum proc_id who) { reported = who; }

CASE(answer_to_nothing_is_nonsense)
{
	struct callee c = { .answers = 1, .body = STR("x"), .fd_out = -1, .tag_plus = 5 };
	struct peer *p = callee_start(&c);

	reported = PROC_WARDEN;
	peer_on_nonsense(p, report);
	CHECK_RC(peer_call(p, MESSAGE_CORE_ACT, STR("one"), 2000, NULL), RC_PEER);
	CHECK_INT(reported, PROC_CORE);
	CHECK_RC(peer_call(p, MESSAGE_CORE_ACT, STR("one"), 20, NULL), RC_PEER); /* the lane is gone */
	callee_end(&c, p);
}

CASE(descriptor_with_an_answer)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC), got = -1;
	struct callee c = { .answers = 2, .body = STR("x"), .fd_out = fd };
	struct peer *p = callee_start(&c);

	CHECK_OK(peer_call_fd(p, MESSAGE_CORE_ACT, STR("one"), 2000, NULL, &got));
	CHECK(got >= 0 && fcntl(got, F_GETFD) == FD_CLOEXEC);
	(void)close(got);
	CHECK_RC(peer_call(p, MESSAGE_CORE_ACT, STR("two"), 2000, NULL), RC_PEER); /* nobody asked for it */
	callee_end(&c, p);
	(void)close(fd);
}

CASE(callee_gone_then_fresh_lanes)
{
	struct callee c = { .answers = 1, .body = STR("fresh"), .fd_out = -1 };
	struct peer *p = peer_new(PROC_WEB, PROC_CORE);
	struct buf reply = BUF(100);
	int a[2], b[2];

	CHECK_OK(channel_pair(a));
	peer_lanes_set(p, a, 1);
	(void)close(a[1]);
	CHECK_RC(peer_call(p, MESSAGE_CORE_ACT, STR("x"), 20, &reply), RC_PEER);
	CHECK_OK(channel_pair(b));
	c.fd = b[1];
	CHECK(pthread_create(&c.thread, NULL, callee_run, &c) == 0);
	peer_lanes_set(p, b, 1);
	CHECK_OK(peer_call(p, MESSAGE_CORE_ACT, STR("x"), 2000, &reply));
	CHECK_STR(buf_str(&reply), "fresh");
	callee_end(&c, p);
	buf_free(&reply);
}

/* ---- bytes a captured process may send ---- */

static int
fds_open(void)
{
	int n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

/* Sends head, body and descriptors as they are; what the receiver makes of it. */
static enum rc
raw(int version, int kind, int message, const char *body, size_t n, const int *fds, size_t fds_count)
{
	union { char bytes[CMSG_SPACE(8 * sizeof(int))]; struct cmsghdr align; } control;
	char packet[64 * 1024] = { (char)version, (char)kind };
	struct iovec iov = { packet, 8 + n };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct request q = { 0 };
	int pair[2], before;
	enum rc rc;

	put_be16(packet + 2, (uint16_t)message);
	put_be32(packet + 4, 1);
	if (n)
		memcpy(packet + 8, body, n);
	CHECK_OK(channel_pair(pair));
	if (fds_count) {
		struct cmsghdr *c;

		memset(&control, 0, sizeof(control));
		msg.msg_control = control.bytes;
		msg.msg_controllen = CMSG_SPACE(fds_count * sizeof(int));
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(fds_count * sizeof(int));
		memcpy(CMSG_DATA(c), fds, fds_count * sizeof(int));
	}
	CHECK(sendmsg(pair[0], &msg, 0) >= 0);
	before = fds_open();
	rc = channel_recv(pair[1], PROC_WEB, PROC_CORE, &q);
	CHECK_INT(fds_open(), before); /* nothing of it stays open */
	buf_free(&q.body);
	(void)close(pair[0]);
	(void)close(pair[1]);
	return rc;
}

static int
memory(size_t n, unsigned seals)
{
	int fd = memfd_create("t", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	CHECK(ftruncate(fd, (off_t)n) == 0);
	CHECK(!seals || fcntl(fd, F_ADD_SEALS, seals) == 0);
	return fd;
}

CASE(hostile_packets)
{
	static const char zeros[52000];
	const unsigned all = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), file = open("src/ipc/channel.c", O_RDONLY | O_CLOEXEC);
	int fds[8] = { null, null, null, null, null, null, null, null };
	int good = memory(60000, all), open_ended = memory(60000, F_SEAL_WRITE), small = memory(100, all), huge = memory((1 << 20) + 1, all);
	const struct { const char *what; enum rc want; int version, kind, message; size_t n; const int *fds; size_t fds_count; } rows[] = {
		{ "plain request", RC_OK, 1, 1, MESSAGE_CORE_ACT, 5, NULL, 0 },
		{ "empty body", RC_OK, 1, 1, MESSAGE_CORE_ACT, 0, NULL, 0 },
		{ "largest body inside", RC_OK, 1, 1, MESSAGE_CORE_ACT, 49152, NULL, 0 },
		{ "body in a sealed memory file", RC_OK, 1, 17, MESSAGE_CORE_ACT, 0, &good, 1 },
		{ "one byte too many inside", RC_PEER, 1, 1, MESSAGE_CORE_ACT, 49153, NULL, 0 },
		{ "other version", RC_PEER, 2, 1, MESSAGE_CORE_ACT, 5, NULL, 0 },
		{ "an answer where a request is due", RC_PEER, 1, 2, MESSAGE_CORE_ACT, 5, NULL, 0 },
		{ "no kind", RC_PEER, 1, 0, MESSAGE_CORE_ACT, 5, NULL, 0 },
		{ "unknown bit", RC_PEER, 1, 65, MESSAGE_CORE_ACT, 5, NULL, 0 },
		{ "message zero", RC_PEER, 1, 1, MESSAGE_NONE, 5, NULL, 0 },
		{ "message past the table", RC_PEER, 1, 1, MESSAGE_COUNT, 5, NULL, 0 },
		{ "message of another route", RC_PEER, 1, 1, MESSAGE_VAULT_UNSEAL, 5, NULL, 0 },
		{ "message of another sender", RC_PEER, 1, 1, MESSAGE_CORE_CHILD_EVENT, 5, NULL, 0 },
		{ "stray descriptor", RC_PEER, 1, 1, MESSAGE_CORE_ACT, 5, &null, 1 },
		{ "eight stray descriptors", RC_PEER, 1, 1, MESSAGE_CORE_ACT, 5, fds, 8 },
		{ "two descriptors where one is due", RC_PEER, 1, 17, MESSAGE_CORE_ACT, 0, fds, 2 },
		{ "descriptor with a request", RC_PEER, 1, 33, MESSAGE_CORE_ACT, 5, &null, 1 },
		{ "memory file announced, none sent", RC_PEER, 1, 17, MESSAGE_CORE_ACT, 0, NULL, 0 },
		{ "body beside its memory file", RC_PEER, 1, 17, MESSAGE_CORE_ACT, 5, &good, 1 },
		{ "a device as memory file", RC_PEER, 1, 17, MESSAGE_CORE_ACT, 0, &null, 1 },
		{ "a file as memory file", RC_PEER, 1, 17, MESSAGE_CORE_ACT, 0, &file, 1 },
		{ "memory file that can still shrink", RC_PEER, 1, 17, MESSAGE_CORE_ACT, 0, &open_ended, 1 },
		{ "small memory file", RC_PEER, 1, 17, MESSAGE_CORE_ACT, 0, &small, 1 },
		{ "memory file over the ceiling", RC_PEER, 1, 17, MESSAGE_CORE_ACT, 0, &huge, 1 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		enum rc got = raw(rows[i].version, rows[i].kind, rows[i].message, zeros, rows[i].n, rows[i].fds, rows[i].fds_count);

		if (got != rows[i].want) {
			test_failures++;
			printf("%s: %s, want %s [%s]\n", rows[i].what, rc_name(got), rc_name(rows[i].want), rc_trail());
		}
	}
	(void)close(null); (void)close(file); (void)close(good); (void)close(open_ended); (void)close(small); (void)close(huge);
}

CASE(short_packet_and_end)
{
	struct request q = { 0 };
	int pair[2];

	CHECK_OK(channel_pair(pair));
	CHECK_RC(channel_recv(pair[1], PROC_WEB, PROC_CORE, &q), RC_TIMEOUT);
	CHECK(send(pair[0], "\1\1\0", 3, 0) == 3);
	CHECK_RC(channel_recv(pair[1], PROC_WEB, PROC_CORE, &q), RC_PEER);
	(void)close(pair[0]);
	(void)close(pair[1]);
	CHECK_OK(channel_pair(pair));
	(void)close(pair[0]);
	CHECK_RC(channel_recv(pair[1], PROC_WEB, PROC_CORE, &q), RC_NOTFOUND);
	(void)close(pair[1]);
}

/* ---- many callers, two lanes ---- */

static struct peer *shared;
static int shared_bad;

static void *
caller_run(void *arg)
{
	for (int i = 0; i < 50; i++) {
		struct buf reply = BUF(100);

		if (peer_call(shared, MESSAGE_CORE_ACT, STR("x"), 4000, &reply) != RC_OK || reply.n != 4)
			__atomic_add_fetch(&shared_bad, 1, __ATOMIC_SEQ_CST);
		buf_free(&reply);
	}
	return arg;
}

CASE(eight_callers_two_lanes)
{
	struct callee c[2] = { { .answers = 1000, .body = STR("pong"), .fd_out = -1 }, { .answers = 1000, .body = STR("pong"), .fd_out = -1 } };
	pthread_t callers[8];
	int a[2], b[2], ends[2];

	CHECK_OK(channel_pair(a));
	CHECK_OK(channel_pair(b));
	ends[0] = a[0];
	ends[1] = b[0];
	c[0].fd = a[1];
	c[1].fd = b[1];
	shared = peer_new(PROC_WEB, PROC_CORE);
	peer_lanes_set(shared, ends, 2);
	for (int i = 0; i < 2; i++)
		CHECK(pthread_create(&c[i].thread, NULL, callee_run, &c[i]) == 0);
	for (int i = 0; i < 8; i++)
		CHECK(pthread_create(&callers[i], NULL, caller_run, NULL) == 0);
	for (int i = 0; i < 8; i++)
		(void)pthread_join(callers[i], NULL);
	CHECK_INT(shared_bad, 0);
	peer_free(shared);
	for (int i = 0; i < 2; i++) {
		(void)pthread_join(c[i].thread, NULL);
		(void)close(c[i].fd);
	}
}

TEST_MAIN
