// SPDX-License-Identifier: Apache-2.0
/* Messages between two processes: the route table, one message in and out, and the lanes of a caller. */
#include "ipc/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "base/num.h"

#define HEAD_BYTES   8
#define INLINE_MAX   (48 * 1024)
#define SENTENCE_MAX 1024
#define FDS_MAX      4 /* room to see, and close, what should not be there */

enum { VERSION = 1, KIND_REQUEST = 1, KIND_ANSWER = 2, KIND_IN_FD = 16, KIND_WITH_FD = 32 };

/* ---- what routes.def says ---- */

struct message_row { const char *name, *sentence; enum proc_id to; uint32_t request_max, reply_max; };
struct route_row { enum message message; enum proc_id from; bool once; };
enum { ANYTIME = 0, ONCE = 1 };

static const char *const proc_names[PROC_COUNT] = {
#define PROCESS(NAME, name) #name,
#include "ipc/routes.def"
};
static const struct message_row messages[MESSAGE_COUNT] = {
#define MESSAGE(NAME, TO, request_max, reply_max, sentence) [MESSAGE_##NAME] = { #NAME, sentence, PROC_##TO, request_max, reply_max },
#include "ipc/routes.def"
};
static const struct route_row routes[] = {
#define ROUTE(MESSAGE, FROM, STATE, RECORDED) { MESSAGE_##MESSAGE, PROC_##FROM, STATE },
#include "ipc/routes.def"
};

static const struct message_row *
message_row(enum message m)
{
	return m > MESSAGE_NONE && m < MESSAGE_COUNT ? &messages[m] : NULL;
}

static const struct route_row *
route_row(enum message m, enum proc_id from)
{
	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++)
		if (routes[i].message == m && routes[i].from == from)
			return &routes[i];
	return NULL;
}

const char *
proc_name(enum proc_id id)
{
	return (unsigned)id < PROC_COUNT ? proc_names[id] : NULL;
}

const char *
message_name(enum message m)
{
	return message_row(m) ? message_row(m)->name : NULL;
}

const char *
message_sentence(enum message m)
{
	return message_row(m) ? message_row(m)->sentence : NULL;
}

enum proc_id
message_to(enum message m)
{
	return message_row(m) ? message_row(m)->to : PROC_COUNT;
}

size_t
message_request_max(enum message m)
{
	return message_row(m) ? message_row(m)->request_max : 0;
}

size_t
message_reply_max(enum message m)
{
	return message_row(m) ? message_row(m)->reply_max : 0;
}

bool
route_allowed(enum message m, enum proc_id from, enum proc_id to)
{
	return message_row(m) && message_row(m)->to == to && route_row(m, from);
}

bool
route_once(enum message m, enum proc_id from)
{
	return route_row(m, from) && route_row(m, from)->once;
}

/* ---- one message out, one message in ---- */

struct packet { unsigned kind; enum message message; uint32_t tag; struct buf body; int fd; };

static void
wipe_free(struct buf *b)
{
	if (b->p)
		explicit_bzero(b->p, b->cap); /* it may have been a password or a key */
	buf_free(b);
}

static void
close_all(int *fds, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (fds[i] >= 0)
			(void)close(fds[i]); /* nothing to be done about a failing close of what we refuse */
}

/* One body in a memory file nobody can change any more. */
static enum rc
memory_file(const struct iovec *parts, size_t n, int *ret)
{
	int fd = memfd_create("body", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	enum rc rc = RC_OK;

	if (fd < 0)
		return FAIL_OS("memory file");
	for (size_t i = 0; i < n && rc == RC_OK; i++)
		for (size_t at = 0; at < parts[i].iov_len && rc == RC_OK;) {
			ssize_t w = write(fd, (const char *)parts[i].iov_base + at, parts[i].iov_len - at);

			if (w > 0)
				at += (size_t)w;
			else if (errno != EINTR)
				rc = FAIL_OS("write memory file");
		}
	if (rc == RC_OK && fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) < 0)
		rc = FAIL_OS("seal memory file");
	if (rc == RC_OK)
		*ret = fd;
	else
		(void)close(fd); /* failing already */
	return rc;
}

/* RC_TIMEOUT: no room now; RC_PEER: the other end is gone. */
static enum rc
send_packet(int lane_fd, unsigned kind, enum message m, uint32_t tag, const struct iovec *body, size_t parts, int fd)
{
	union { char bytes[CMSG_SPACE(sizeof(int))]; struct cmsghdr align; } control;
	struct iovec iov[3] = { 0 };
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 1 };
	char head[HEAD_BYTES];
	size_t total = 0;
	int body_fd = -1, pass_fd = fd;
	enum rc rc = RC_OK;
	ssize_t sent;

	for (size_t i = 0; i < parts; i++)
		total += body[i].iov_len;
	if (total > INLINE_MAX) {
		if (fd >= 0)
			return FAIL(RC_BUG, "%s: a large body and a descriptor together", message_name(m));
		TRY(memory_file(body, parts, &body_fd));
		pass_fd = body_fd;
		kind |= KIND_IN_FD;
	} else {
		for (size_t i = 0; i < parts && i < 2; i++)
			iov[msg.msg_iovlen++] = body[i];
		if (fd >= 0)
			kind |= KIND_WITH_FD;
	}
	head[0] = VERSION;
	head[1] = (char)kind;
	put_be16(head + 2, (uint16_t)m);
	put_be32(head + 4, tag);
	iov[0] = (struct iovec){ head, sizeof(head) };
	if (pass_fd >= 0) {
		struct cmsghdr *c;

		memset(&control, 0, sizeof(control));
		msg.msg_control = control.bytes;
		msg.msg_controllen = sizeof(control.bytes);
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &pass_fd, sizeof(int));
	}
	do
		sent = sendmsg(lane_fd, &msg, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (sent < 0 && errno == EINTR);
	if (sent < 0 && errno == EAGAIN)
		rc = FAIL(RC_TIMEOUT, "%s: the lane is full", message_name(m));
	else if (sent < 0 && (errno == EPIPE || errno == ECONNRESET || errno == ENOTCONN))
		rc = FAIL(RC_PEER, "%s: the other process is gone", message_name(m));
	else if (sent < 0)
		rc = FAIL_OS("send %s", message_name(m));
out:
	close_all(&body_fd, 1);
	return rc;
}

static enum rc
read_memory_file(int fd, size_t max, struct buf *ret)
{
	const int want = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
	int seals = fcntl(fd, F_GET_SEALS);
	struct stat st;
	char *at;

	if (seals < 0 || (seals & want) != want)
		return FAIL(RC_PEER, "a body in a descriptor that is not a sealed memory file");
	if (fstat(fd, &st) < 0 || st.st_size <= INLINE_MAX)
		return FAIL(RC_PEER, "a small body in a memory file");
	if ((uintmax_t)st.st_size > max)
		return FAIL(RC_PEER, "a body of %jd bytes, %zu permitted", (intmax_t)st.st_size, max);
	if (buf_reserve(ret, (size_t)st.st_size, &at) != RC_OK)
		return RC_LIMIT;
	for (size_t done = 0; done < (size_t)st.st_size;) {
		ssize_t n = pread(fd, at + done, (size_t)st.st_size - done, (off_t)done);

		if (n <= 0)
			return n < 0 ? FAIL_OS("read memory file") : FAIL(RC_PEER, "a memory file ended early");
		done += (size_t)n;
	}
	ret->n += (size_t)st.st_size;
	return RC_OK;
}

/* The ceiling that holds for a message of this kind; 0 refuses every body. */
static size_t
ceiling(unsigned kind, enum message m)
{
	if (kind == KIND_REQUEST)
		return message_request_max(m);
	return 1 + (message_reply_max(m) > SENTENCE_MAX ? message_reply_max(m) : SENTENCE_MAX);
}

/*
 * One packet off a lane, checked as far as its form goes. RC_TIMEOUT: nothing
 * there; RC_NOTFOUND: closed; RC_PEER: nonsense; the body belongs to the caller.
 */
static enum rc
recv_packet(int lane_fd, unsigned want_kind, struct packet *ret)
{
	union { char bytes[CMSG_SPACE(FDS_MAX * sizeof(int))]; struct cmsghdr align; } control;
	struct packet p = { .fd = -1, .body = BUF(INLINE_MAX + 1) };
	int fds[FDS_MAX] = { -1, -1, -1, -1 };
	size_t fds_count = 0, max;
	struct iovec iov[2] = { 0 };
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = 2, .msg_control = control.bytes, .msg_controllen = sizeof(control.bytes) };
	char head[HEAD_BYTES];
	enum rc rc = RC_OK;
	ssize_t n;
	char *at;

	do
		n = recv(lane_fd, NULL, 0, MSG_PEEK | MSG_TRUNC | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN)
		return FAIL(RC_TIMEOUT, "nothing to read");
	if (n == 0 || (n < 0 && errno == ECONNRESET))
		return FAIL(RC_NOTFOUND, "closed");
	if (n < 0)
		return FAIL_OS("receive");
	if (n < HEAD_BYTES || n > HEAD_BYTES + INLINE_MAX)
		return FAIL(RC_PEER, "a packet of %zd bytes", n);
	TRY(buf_reserve(&p.body, (size_t)n - HEAD_BYTES + 1, &at));
	iov[0] = (struct iovec){ head, HEAD_BYTES };
	iov[1] = (struct iovec){ at, (size_t)n - HEAD_BYTES };
	n = recvmsg(lane_fd, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	if (n < HEAD_BYTES)
		TRY(n < 0 ? FAIL_OS("receive") : FAIL(RC_PEER, "a packet of %zd bytes", n));
	p.body.n = (size_t)n - HEAD_BYTES;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c))
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS) {
			size_t k = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);

			for (size_t i = 0; i < k && fds_count < FDS_MAX; i++)
				memcpy(&fds[fds_count++], CMSG_DATA(c) + i * sizeof(int), sizeof(int));
		}
	p.kind = (unsigned char)head[1];
	p.message = get_be16(head + 2);
	p.tag = get_be32(head + 4);
	if (head[0] != VERSION || (p.kind & 15) != want_kind || (p.kind & ~(want_kind | KIND_IN_FD | KIND_WITH_FD)) ||
	    (p.kind & (KIND_IN_FD | KIND_WITH_FD)) == (KIND_IN_FD | KIND_WITH_FD) || !message_row(p.message))
		TRY(FAIL(RC_PEER, "a packet of no known form"));
	if ((msg.msg_flags & MSG_CTRUNC) || fds_count != !!(p.kind & (KIND_IN_FD | KIND_WITH_FD)) || (want_kind == KIND_REQUEST && (p.kind & KIND_WITH_FD)))
		TRY(FAIL(RC_PEER, "%s with %zu descriptors", message_name(p.message), fds_count));
	max = ceiling(want_kind, p.message);
	if (p.kind & KIND_IN_FD) {
		if (p.body.n)
			TRY(FAIL(RC_PEER, "%s: a body beside its memory file", message_name(p.message)));
		p.body.max = max;
		TRY(read_memory_file(fds[0], max, &p.body));
	} else if (p.body.n > max) {
		TRY(FAIL(RC_PEER, "%s: a body of %zu bytes, %zu permitted", message_name(p.message), p.body.n, max));
	} else if (p.kind & KIND_WITH_FD) {
		p.fd = fds[0];
		fds[0] = -1;
	}
	p.kind = want_kind;
	*ret = p;
	p.body = (struct buf)BUF(0);
out:
	close_all(fds, fds_count);
	wipe_free(&p.body);
	return rc;
}

enum rc
channel_recv(int lane_fd, enum proc_id from, enum proc_id self, struct request *ret)
{
	struct packet p = { .fd = -1 };
	enum rc rc = RC_OK;

	TRY(recv_packet(lane_fd, KIND_REQUEST, &p));
	if (!route_allowed(p.message, from, self)) {
		wipe_free(&p.body);
		return FAIL(RC_PEER, "%s may not say %s to %s", proc_name(from), message_name(p.message), proc_name(self));
	}
	*ret = (struct request){ .message = p.message, .from = from, .tag = p.tag, .lane_fd = lane_fd, .body = p.body };
out:
	return rc;
}

enum rc
channel_answer(const struct request *q, enum rc answer, struct str body, int fd)
{
	char class = (char)answer;
	struct iovec parts[2] = { { &class, 1 }, { (void *)(uintptr_t)body.p, body.n } };

	if (answer != RC_OK && !body.n)
		body = str_of(rc_trail());
	if (answer != RC_OK)
		body = str_sub(body, 0, SENTENCE_MAX);
	else if (body.n > message_reply_max(q->message))
		return FAIL(RC_BUG, "%s: an answer of %zu bytes, %zu permitted", message_name(q->message), body.n, message_reply_max(q->message));
	parts[1] = (struct iovec){ (void *)(uintptr_t)body.p, body.n };
	return send_packet(q->lane_fd, KIND_ANSWER, q->message, q->tag, parts, 2, answer == RC_OK ? fd : -1);
}

enum rc
channel_pair(int ret[2])
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ret) < 0)
		return FAIL_OS("socket pair");
	return RC_OK;
}

/* ---- a caller's lanes ---- */

struct lane { int fd; uint32_t tag; bool busy, dropped; };

struct peer {
	enum proc_id    self, to;
	pthread_mutex_t lock;
	pthread_cond_t  freed; /* a lane came back, or fresh ones came */
	void          (*report)(enum proc_id);
	unsigned        generation;
	size_t          lanes_count;
	struct lane    *lanes[CHANNEL_LANES_MAX];
};

struct peer *
peer_new(enum proc_id self, enum proc_id to)
{
	struct peer *p = calloc(1, sizeof(*p));
	pthread_condattr_t attr;

	if (!p)
		return NULL;
	p->self = self;
	p->to = to;
	(void)pthread_condattr_init(&attr);                          /* cannot fail on Linux */
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&p->freed, &attr);
	(void)pthread_condattr_destroy(&attr);
	(void)pthread_mutex_init(&p->lock, NULL);
	return p;
}

static void
lane_free(struct lane *l)
{
	(void)close(l->fd); /* a socket: nothing is lost */
	free(l);
}

/* With the lock held. A lane in use is only shaken: its caller frees it. */
static void
lane_drop(struct peer *p, size_t at)
{
	struct lane *l = p->lanes[at];

	p->lanes[at] = p->lanes[--p->lanes_count];
	if (l->busy) {
		l->dropped = true;
		(void)shutdown(l->fd, SHUT_RDWR); /* wakes its caller */
	} else {
		lane_free(l);
	}
}

void
peer_lanes_set(struct peer *p, const int *fds, size_t n)
{
	pthread_mutex_lock(&p->lock);
	while (p->lanes_count)
		lane_drop(p, p->lanes_count - 1);
	for (size_t i = 0; i < n; i++) {
		struct lane *l = p->lanes_count < CHANNEL_LANES_MAX ? calloc(1, sizeof(*l)) : NULL;

		if (!l) {
			(void)close(fds[i]); /* one lane fewer */
			continue;
		}
		l->fd = fds[i];
		p->lanes[p->lanes_count++] = l;
	}
	p->generation++;
	pthread_cond_broadcast(&p->freed);
	pthread_mutex_unlock(&p->lock);
}

unsigned
peer_generation(struct peer *p)
{
	unsigned generation;

	pthread_mutex_lock(&p->lock);
	generation = p->generation;
	pthread_mutex_unlock(&p->lock);
	return generation;
}

void
peer_on_nonsense(struct peer *p, void (*report)(enum proc_id who))
{
	p->report = report;
}

/* Only when no call is under way. */
void
peer_free(struct peer *p)
{
	if (!p)
		return;
	peer_lanes_set(p, NULL, 0);
	(void)pthread_cond_destroy(&p->freed);
	(void)pthread_mutex_destroy(&p->lock);
	free(p);
}

static int64_t
monotonic_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t); /* cannot fail */
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static struct lane *
free_lane(struct peer *p)
{
	for (size_t i = 0; i < p->lanes_count; i++)
		if (!p->lanes[i]->busy)
			return p->lanes[i];
	return NULL;
}

static enum rc
lane_take(struct peer *p, int64_t deadline_ms, struct lane **ret)
{
	struct timespec until = { deadline_ms / 1000, deadline_ms % 1000 * 1000000 };
	struct lane *l;
	bool any;

	pthread_mutex_lock(&p->lock);
	while (!(l = free_lane(p)) && pthread_cond_timedwait(&p->freed, &p->lock, &until) != ETIMEDOUT)
		;
	any = p->lanes_count;
	if (l)
		l->busy = true;
	pthread_mutex_unlock(&p->lock);
	if (!l)
		return any ? FAIL(RC_TIMEOUT, "%s is busy", proc_name(p->to)) : FAIL(RC_PEER, "%s is not running", proc_name(p->to));
	*ret = l;
	return RC_OK;
}

static void
lane_put(struct peer *p, struct lane *l, bool broken)
{
	pthread_mutex_lock(&p->lock);
	l->busy = false;
	if (l->dropped) {
		lane_free(l);
	} else if (broken) {
		for (size_t i = 0; i < p->lanes_count; i++)
			if (p->lanes[i] == l) {
				lane_drop(p, i);
				break;
			}
	}
	pthread_cond_broadcast(&p->freed);
	pthread_mutex_unlock(&p->lock);
}

static enum rc
wait_for(int fd, short events, int64_t deadline_ms)
{
	struct pollfd pfd = { fd, events, 0 };

	for (;;) {
		int64_t left = deadline_ms - monotonic_ms();
		int n = poll(&pfd, 1, left > 0 ? (int)left : 0);

		if (n > 0 && left >= 0)
			return RC_OK;
		if (n >= 0)
			return FAIL(RC_TIMEOUT, "no answer in time");
		if (errno != EINTR)
			return FAIL_OS("poll");
	}
}

static enum rc
lane_send(struct peer *p, struct lane *l, enum message m, struct str request, int64_t deadline_ms)
{
	struct iovec part = { (void *)(uintptr_t)request.p, request.n };

	for (;;) {
		enum rc rc = send_packet(l->fd, KIND_REQUEST, m, l->tag, &part, 1, -1);

		if (rc != RC_TIMEOUT || (rc = wait_for(l->fd, POLLOUT, deadline_ms)) != RC_OK)
			return rc;
	}
}

/* RC_PEER with *ret_nonsense: it broke protocol; without: gone. */
static enum rc
lane_answer(struct peer *p, struct lane *l, enum message m, int64_t deadline_ms, struct packet *ret, bool *ret_nonsense)
{
	struct packet a = { .fd = -1 };
	enum rc rc = RC_OK;

	for (;;) {
		TRY(wait_for(l->fd, POLLIN, deadline_ms));
		rc = recv_packet(l->fd, KIND_ANSWER, &a);
		if (rc == RC_TIMEOUT)
			continue;
		*ret_nonsense = rc == RC_PEER;
		if (rc == RC_NOTFOUND)
			return FAIL(RC_PEER, "%s went away", proc_name(p->to));
		if (rc != RC_OK)
			return rc;
		if (a.tag == l->tag)
			break;
		*ret_nonsense = (int32_t)(a.tag - l->tag) > 0;
		wipe_free(&a.body);
		close_all(&a.fd, 1);
		a.fd = -1;
		if (*ret_nonsense)
			return FAIL(RC_PEER, "%s answered what was not asked", proc_name(p->to));
	}
	*ret_nonsense = a.message != m || !a.body.n || (unsigned char)a.body.p[0] >= RC_COUNT || a.body.p[0] == RC_BUG ||
	    (a.fd >= 0 && a.body.p[0] != RC_OK) || (a.body.p[0] == RC_OK && a.body.n - 1 > message_reply_max(m));
	if (*ret_nonsense) {
		wipe_free(&a.body);
		close_all(&a.fd, 1);
		return FAIL(RC_PEER, "%s answered %s with nonsense", proc_name(p->to), message_name(m));
	}
	*ret = a;
out:
	return rc;
}

/* The callee's class and sentence become ours; control characters do not. */
static enum rc
take_over(const struct packet *a)
{
	char text[256];
	size_t n = 0;

	for (size_t i = 1; i < a->body.n && n + 1 < sizeof(text); i++)
		text[n++] = (unsigned char)a->body.p[i] < ' ' || a->body.p[i] == 127 ? '?' : a->body.p[i];
	text[n] = '\0';
	return FAIL((enum rc)a->body.p[0], "%s", text);
}

enum rc
peer_call_fd(struct peer *p, enum message m, struct str request, int timeout_ms, struct buf *reply, int *ret_fd)
{
	int64_t deadline_ms = monotonic_ms() + timeout_ms;
	struct packet a = { .fd = -1 };
	struct lane *l = NULL;
	bool nonsense = false;
	enum rc rc = RC_OK;

	if (!p || !route_allowed(m, p->self, p->to))
		return FAIL(RC_BUG, "%s has no route for %s", p ? proc_name(p->self) : "nobody", message_row(m) ? message_name(m) : "a message that is not a row");
	if (request.n > message_request_max(m))
		return FAIL(RC_LIMIT, "%s: %zu bytes, %zu permitted", message_name(m), request.n, message_request_max(m));
	for (;;) {
		TRY(lane_take(p, deadline_ms, &l));
		l->tag++;
		rc = lane_send(p, l, m, request, deadline_ms);
		if (rc != RC_PEER)
			break;
		lane_put(p, l, true); /* it was never delivered: another lane may do */
		l = NULL;
	}
	if (rc != RC_OK)
		goto out;
	TRY(lane_answer(p, l, m, deadline_ms, &a, &nonsense));
	if (a.fd >= 0 && !ret_fd) {
		nonsense = true;
		TRY(FAIL(RC_PEER, "%s sent a descriptor nobody asked for", proc_name(p->to)));
	}
	if (a.body.p[0] != RC_OK) {
		rc = take_over(&a);
		lane_put(p, l, false);
		wipe_free(&a.body);
		return rc;
	}
	if (reply)
		TRY(buf_add(reply, str_sub(buf_str(&a.body), 1, a.body.n - 1)));
	if (ret_fd) {
		*ret_fd = a.fd;
		a.fd = -1;
	}
out:
	if (nonsense && p->report)
		p->report(p->to);
	if (l)
		lane_put(p, l, rc == RC_PEER || rc == RC_IO);
	wipe_free(&a.body);
	close_all(&a.fd, 1);
	return rc;
}

enum rc
peer_call(struct peer *p, enum message m, struct str request, int timeout_ms, struct buf *reply)
{
	return peer_call_fd(p, m, request, timeout_ms, reply, NULL);
}
