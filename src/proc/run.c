// SPDX-License-Identifier: Apache-2.0
/* The skeleton of every process but warden: takes its orders, locks itself in, then answers requests until told to stop. */
#include "proc/run.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <poll.h>
#include <unistd.h>

#include "base/num.h"
#include "os/file.h"
#include "proc/orders.h"

#define SETTINGS_MAX    64
#define DESCRIPTORS_MAX 48
#define FDS_MAX         1024
#define LANES_MAX       256
#define BATCH_MAX       1024
#define STACK_BYTES     (1u << 20)
#define STOP_S          4

/* One incoming lane. `held`: requests not answered yet, and whoever reads it now. */
struct lane { int fd; enum proc_id from; unsigned held; bool disarmed, retired; };
struct setting { char *name, *value; };
struct descriptor { char *name, *path; int fd; };

struct proc {
	const struct proc_spec *spec;
	void                   *state;
	int                     epoll_fd, wake_fd, signal_fd;
	bool                    ready;
	struct peer            *peers[PROC_COUNT];
	struct setting          settings[SETTINGS_MAX];
	size_t                  settings_count;
	struct descriptor       descriptors[DESCRIPTORS_MAX];
	size_t                  descriptors_count;

	pthread_mutex_t         lock;                 /* what follows */
	pthread_cond_t          more;
	struct lane            *lanes[FDS_MAX];       /* by descriptor */
	size_t                  lanes_count;
	uint64_t                once_seen[PROC_COUNT];/* bit per message */
	struct request          queue[LANES_MAX];
	size_t                  queue_first, queue_count;
	bool                    stopping;
};

_Static_assert(MESSAGE_COUNT <= 64, "once_seen has a bit per message");

static struct proc self = { .epoll_fd = -1, .wake_fd = -1, .signal_fd = -1, .lock = PTHREAD_MUTEX_INITIALIZER, .more = PTHREAD_COND_INITIALIZER };

void
proc_log(enum rc rc, const char *what)
{
	fprintf(stderr, "tsujiban-%s: %s: %s %s\n", self.spec ? proc_name(self.spec->id) : "?", what, rc_name(rc), rc_trail());
	rc_trail_clear();
}

/* Our own invariant broke: say where, stop at once; warden starts us anew. */
__attribute__((noreturn)) static void
broken(const char *what)
{
	proc_log(RC_BUG, what);
	abort();
}

struct peer *
proc_peer(struct proc *p, enum proc_id id)
{
	return (unsigned)id < PROC_COUNT ? p->peers[id] : NULL;
}

const char *
proc_setting(struct proc *p, const char *name)
{
	for (size_t i = 0; i < p->settings_count; i++)
		if (strcmp(p->settings[i].name, name) == 0)
			return p->settings[i].value;
	return "";
}

int
proc_fd(struct proc *p, const char *name)
{
	for (size_t i = 0; i < p->descriptors_count; i++)
		if (strcmp(p->descriptors[i].name, name) == 0)
			return p->descriptors[i].fd;
	return -1;
}

/* ---- lanes; with the lock held ---- */

static void
lane_let_go(struct lane *l)
{
	l->held--;
	if (l->held)
		return;
	if (l->retired) {
		self.lanes[l->fd] = NULL;
		self.lanes_count--;
		(void)close(l->fd); /* a socket: nothing is lost */
		free(l);
	} else if (l->disarmed) {
		struct epoll_event e = { .events = EPOLLIN, .data.fd = l->fd };

		l->disarmed = false;
		(void)epoll_ctl(self.epoll_fd, EPOLL_CTL_MOD, l->fd, &e); /* it is in there */
	}
}

static void
lane_retire(struct lane *l)
{
	if (l->retired)
		return;
	l->retired = true;
	l->held++;
	(void)epoll_ctl(self.epoll_fd, EPOLL_CTL_DEL, l->fd, NULL);
	(void)shutdown(l->fd, SHUT_RDWR); /* the other end notices */
	lane_let_go(l);
}

static void
lanes_replace(enum proc_id from, const int *fds, size_t n)
{
	for (int fd = 0; fd < FDS_MAX; fd++)
		if (self.lanes[fd] && self.lanes[fd]->from == from)
			lane_retire(self.lanes[fd]);
	self.once_seen[from] = 0;
	for (size_t i = 0; i < n; i++) {
		struct epoll_event e = { .events = EPOLLIN, .data.fd = fds[i] };
		struct lane *l = fds[i] < FDS_MAX && self.lanes_count < LANES_MAX ? calloc(1, sizeof(*l)) : NULL;

		if (!l || epoll_ctl(self.epoll_fd, EPOLL_CTL_ADD, fds[i], &e) < 0) {
			free(l);
			(void)close(fds[i]); /* one lane fewer */
			continue;
		}
		l->fd = fds[i];
		l->from = from;
		self.lanes[fds[i]] = l;
		self.lanes_count++;
	}
}

/* ---- answering ---- */

static void
wipe_free(struct buf *b)
{
	if (b->p)
		explicit_bzero(b->p, b->cap); /* it may have been a password or a key */
	buf_free(b);
}

static void
answer(const struct request *q, enum rc rc, struct str body, int fd)
{
	enum rc sent = channel_answer(q, rc, body, fd);

	if (sent == RC_BUG)
		broken(message_name(q->message));
	if (sent == RC_IO) { /* no memory file: at least say so */
		proc_log(sent, message_name(q->message));
		sent = channel_answer(q, RC_IO, STR("no room for the answer"), -1);
	}
	pthread_mutex_lock(&self.lock);
	if (sent != RC_OK)
		lane_retire(self.lanes[q->lane_fd]);
	lane_let_go(self.lanes[q->lane_fd]);
	pthread_mutex_unlock(&self.lock);
	rc_trail_clear();
}

void
proc_answer(const struct request *q, enum rc rc, struct str body)
{
	if (rc == RC_BUG)
		broken(message_name(q->message));
	answer(q, rc, body, -1);
}

static const struct handler *
handler_of(enum message m)
{
	for (const struct handler *h = self.spec->handlers; h && h->handle; h++)
		if (h->message == m)
			return h;
	return NULL;
}

static void
handle(struct request *q)
{
	struct buf body = BUF(message_reply_max(q->message));
	struct call call = { .request = q, .answer = &body, .fd = -1 };
	enum rc rc;

	rc_trail_clear();
	rc = handler_of(q->message)->handle(self.state, buf_str(&q->body), &call);
	if (rc == RC_BUG)
		broken(message_name(q->message));
	if (rc != RC_OK || !call.deferred)
		answer(q, rc, rc == RC_OK ? buf_str(&body) : STR_NONE, call.fd);
	if (call.fd >= 0)
		(void)close(call.fd); /* a copy went with the answer */
	wipe_free(&body);
	wipe_free(&q->body);
	rc_trail_clear();
}

static void *
work(void *arg)
{
	for (;;) {
		struct request q;

		pthread_mutex_lock(&self.lock);
		while (!self.queue_count && !self.stopping)
			pthread_cond_wait(&self.more, &self.lock);
		if (!self.queue_count) {
			pthread_mutex_unlock(&self.lock);
			return arg;
		}
		q = self.queue[self.queue_first];
		self.queue_first = (self.queue_first + 1) % LANES_MAX;
		self.queue_count--;
		pthread_mutex_unlock(&self.lock);
		handle(&q);
	}
}

/* ---- one readable lane ---- */

static void
report_nonsense(enum proc_id who)
{
	fprintf(stderr, "tsujiban-%s: nonsense from %s: %s\n", proc_name(self.spec->id), proc_name(who), rc_trail());
	if (report_send(ORDERS_FD, REPORT_NONSENSE, who, 0) != RC_OK)
		proc_log(RC_IO, "nonsense could not be reported");
}

/* Nobody may say a ONCE message twice over the same lanes. */
static enum rc
check_once(const struct request *q)
{
	uint64_t bit = 1ULL << q->message;
	bool again;

	if (!route_once(q->message, q->from))
		return RC_OK;
	pthread_mutex_lock(&self.lock);
	again = self.once_seen[q->from] & bit;
	self.once_seen[q->from] |= bit;
	pthread_mutex_unlock(&self.lock);
	return again ? FAIL(RC_PEER, "%s said %s twice", proc_name(q->from), message_name(q->message)) : RC_OK;
}

/* True when it carried a request. */
static bool
lane_read(int fd)
{
	struct request q = { 0 };
	struct lane *l;
	enum rc rc;

	pthread_mutex_lock(&self.lock);
	l = self.lanes[fd];
	if (l && l->held && !l->retired && !l->disarmed) { /* one request at a time: the next one waits in the lane */
		struct epoll_event e = { .events = 0, .data.fd = fd };

		l->disarmed = true;
		(void)epoll_ctl(self.epoll_fd, EPOLL_CTL_MOD, fd, &e);
	}
	if (!l || l->retired || l->held) {
		pthread_mutex_unlock(&self.lock);
		return false;
	}
	l->held++;
	pthread_mutex_unlock(&self.lock);

	rc = channel_recv(fd, l->from, self.spec->id, &q);
	if (rc == RC_OK && (rc = check_once(&q)) != RC_OK)
		wipe_free(&q.body);
	if (rc == RC_PEER)
		report_nonsense(l->from);
	else if (rc == RC_IO || rc == RC_LIMIT)
		proc_log(rc, "receive");
	if (rc != RC_OK) {
		pthread_mutex_lock(&self.lock);
		if (rc != RC_TIMEOUT)
			lane_retire(l);
		if (rc == RC_NOTFOUND && (self.spec->id == PROC_READER || self.spec->id == PROC_WORKER || self.spec->id == PROC_APPLY))
			self.stopping = true; /* its one caller has what it wanted */
		lane_let_go(l);
		pthread_mutex_unlock(&self.lock);
		return false;
	}
	if (self.spec->threads <= 1) {
		handle(&q);
		return true;
	}
	pthread_mutex_lock(&self.lock); /* a lane has one request at a time, so the queue has room for all */
	self.queue[(self.queue_first + self.queue_count++) % LANES_MAX] = q;
	pthread_cond_signal(&self.more);
	pthread_mutex_unlock(&self.lock);
	return true;
}

static bool
is_stopping(void)
{
	bool stopping;

	pthread_mutex_lock(&self.lock);
	stopping = self.stopping;
	pthread_mutex_unlock(&self.lock);
	return stopping;
}

static void
serve(void)
{
	const struct proc_spec *spec = self.spec;
	int64_t next_tick_us = monotonic_us() + (int64_t)spec->tick_ms * 1000;
	struct epoll_event events[32];
	int in_batch = 0;

	while (!is_stopping()) {
		int64_t left_us = next_tick_us - monotonic_us();
		int wait_ms = in_batch ? 0 : spec->tick ? (left_us > 0 ? (int)(left_us / 1000 + 1) : 0) : -1;
		int n = epoll_wait(self.epoll_fd, events, 32, wait_ms);

		for (int i = 0; i < n; i++)
			if (events[i].data.fd != self.wake_fd)
				in_batch += lane_read(events[i].data.fd);
		if (in_batch && spec->batch_end && (n <= 0 || in_batch >= BATCH_MAX))
			spec->batch_end(self.state);
		if (n <= 0 || in_batch >= BATCH_MAX || !spec->batch_end)
			in_batch = 0;
		if (spec->tick && monotonic_us() >= next_tick_us) {
			spec->tick(self.state);
			rc_trail_clear();
			next_tick_us = monotonic_us() + (int64_t)spec->tick_ms * 1000;
		}
	}
	if (in_batch && spec->batch_end)
		spec->batch_end(self.state);
}

/* ---- orders ---- */

static char *
dup_or_abort(const char *s)
{
	char *copy = strdup(s);

	if (!copy)
		abort();
	return copy;
}

static enum rc
order_apply(struct order *o)
{
	switch (o->kind) {
	case ORDER_SETTING:
		if (self.settings_count == SETTINGS_MAX)
			return FAIL(RC_LIMIT, "too many settings");
		self.settings[self.settings_count++] = (struct setting){ dup_or_abort(o->name), dup_or_abort(o->value) };
		return RC_OK;
	case ORDER_DESCRIPTOR:
		if (self.descriptors_count == DESCRIPTORS_MAX || o->fds_count != 1)
			return FAIL(RC_LIMIT, "descriptor '%s'", o->name);
		self.descriptors[self.descriptors_count++] = (struct descriptor){ dup_or_abort(o->name), dup_or_abort(o->value), o->fds[0] };
		return RC_OK;
	case ORDER_CALLERS:
		if ((unsigned)o->who >= PROC_COUNT)
			return FAIL(RC_PEER, "lanes of nobody");
		pthread_mutex_lock(&self.lock);
		lanes_replace(o->who, o->fds, o->fds_count);
		pthread_mutex_unlock(&self.lock);
		return RC_OK;
	case ORDER_PEER:
		if ((unsigned)o->who >= PROC_COUNT || !self.peers[o->who])
			return FAIL(RC_PEER, "lanes to a process there is no route to");
		peer_lanes_set(self.peers[o->who], o->fds, o->fds_count);
		return RC_OK;
	case ORDER_GO:
	case ORDER_STOP:
		return RC_OK;
	}
	return FAIL(RC_PEER, "an order of no known form");
}

static void
stop_soon(void)
{
	const uint64_t one = 1;

	pthread_mutex_lock(&self.lock);
	self.stopping = true;
	pthread_cond_broadcast(&self.more);
	pthread_mutex_unlock(&self.lock);
	(void)!write(self.wake_fd, &one, sizeof(one)); /* full means: already awake */
}

/* Its own thread, so that fresh lanes arrive while every other thread waits for a peer. */
static void *
obey(void *arg)
{
	struct pollfd fds[2] = { { ORDERS_FD, POLLIN, 0 }, { self.signal_fd, POLLIN, 0 } };
	struct order o;

	for (;;) {
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			broken("poll");
		if (fds[1].revents)
			break;
		if (!fds[0].revents)
			continue;
		if (order_recv(ORDERS_FD, &o) != RC_OK || o.kind == ORDER_STOP)
			break;
		if (order_apply(&o) != RC_OK)
			broken("orders");
	}
	stop_soon();
	return arg;
}

/* ---- from birth to READY ---- */

static enum rc
take_orders(void)
{
	struct order o;
	enum rc rc = RC_OK;

	do {
		TRY(order_recv(ORDERS_FD, &o));
		TRY(order_apply(&o));
	} while (o.kind != ORDER_GO && o.kind != ORDER_STOP);
	if (o.kind == ORDER_STOP)
		rc = FAIL(RC_NOTFOUND, "told to stop");
out:
	return rc;
}

static enum rc
check_handlers(void)
{
	for (int m = MESSAGE_NONE + 1; m < MESSAGE_COUNT; m++)
		if ((message_to(m) == self.spec->id) != (handler_of(m) != NULL))
			return FAIL(RC_BUG, "%s: the process and routes.def do not agree about it", message_name(m));
	return RC_OK;
}

static enum rc
prepare(void)
{
	sigset_t signals;

	(void)mallopt(M_ARENA_MAX, 2);              /* an idle station is small */
	(void)mallopt(M_MMAP_THRESHOLD, 256 << 10);
	(void)mallopt(M_TRIM_THRESHOLD, 128 << 10);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGINT, SIG_IGN);              /* the terminal speaks to warden */
	(void)signal(SIGHUP, SIG_IGN);
	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGTERM);
	if (pthread_sigmask(SIG_BLOCK, &signals, NULL) != 0)
		return FAIL_OS("signals");
	self.signal_fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	self.wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	self.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (self.signal_fd < 0 || self.wake_fd < 0 || self.epoll_fd < 0)
		return FAIL_OS("event descriptors");
	if (epoll_ctl(self.epoll_fd, EPOLL_CTL_ADD, self.wake_fd, &(struct epoll_event){ .events = EPOLLIN, .data.fd = self.wake_fd }) < 0)
		return FAIL_OS("event descriptors");
	for (int to = 0; to < PROC_COUNT; to++)
		for (int m = MESSAGE_NONE + 1; m < MESSAGE_COUNT && !self.peers[to]; m++)
			if (route_allowed(m, self.spec->id, to)) {
				self.peers[to] = peer_new(self.spec->id, to);
				if (!self.peers[to])
					abort();
				peer_on_nonsense(self.peers[to], report_nonsense);
			}
	return RC_OK;
}

static enum rc
lock_in(uint32_t *ret_separated)
{
	struct sandbox s = { .needs = self.spec->needs, .caps = self.spec->caps, .memory_bytes = self.spec->memory_bytes, .cpu_s = self.spec->cpu_s, .as_root = geteuid() == 0 };
	int64_t uid = 0, port = 0;
	enum rc rc = RC_OK;

	s.folder = proc_setting(&self, "process.folder");
	s.cover = proc_setting(&self, "process.cover");
	if (!*s.folder)
		TRY(FAIL(RC_BUG, "no folder to live in"));
	if (s.as_root)
		TRY(num_parse(str_of(proc_setting(&self, "process.uid")), 0, INT32_MAX, &uid));
	s.uid = (uint32_t)uid;
	_Static_assert(sizeof(s.connect_ports) / sizeof(s.connect_ports[0]) >= sizeof(self.spec->connects) / sizeof(self.spec->connects[0]), "a port for each setting");
	for (size_t i = 0; i < sizeof(self.spec->connects) / sizeof(self.spec->connects[0]) && self.spec->connects[i]; i++) {
		TRY(num_parse(str_of(proc_setting(&self, self.spec->connects[i])), 1, UINT16_MAX, &port));
		s.connect_ports[i] = (uint16_t)port;
	}
	for (size_t i = 0; i < self.descriptors_count; i++) {
		const struct descriptor *d = &self.descriptors[i];

		if (!*d->path)
			continue;
		if (s.dirs_count == (int)(sizeof(s.dirs) / sizeof(s.dirs[0])))
			TRY(FAIL(RC_BUG, "too many folders"));
		s.dirs[s.dirs_count].fd = d->fd;
		s.dirs[s.dirs_count++].path = strcmp(d->path, "/") == 0 ? NULL : d->path;
	}
	TRY(sandbox_enter(&s, ret_separated));
out:
	return rc;
}

static enum rc
start_thread(pthread_t *ret, void *(*run)(void *))
{
	return pthread_create(ret, NULL, run, NULL) == 0 ? RC_OK : FAIL(RC_IO, "a thread cannot start");
}

/* Workers finish what they have; one that hangs in a peer must not keep the station from stopping. */
static bool
join_all(pthread_t *workers, int n)
{
	struct timespec until;
	bool all = true;

	(void)clock_gettime(CLOCK_REALTIME, &until); /* cannot fail */
	until.tv_sec += STOP_S;
	for (int i = 0; i < n; i++)
		all &= pthread_timedjoin_np(workers[i], NULL, &until) == 0;
	return all;
}

static bool
started_by_warden(void)
{
	socklen_t n = sizeof(int);
	int type = 0;

	return getsockopt(ORDERS_FD, SOL_SOCKET, SO_TYPE, &type, &n) == 0 && type == SOCK_SEQPACKET;
}

int
proc_run(const struct proc_spec *spec, int argc, char **argv)
{
	pthread_t workers[64], obeying;
	int workers_count = 0;
	pthread_attr_t attr;
	uint32_t separated = 0;
	enum rc rc = RC_OK;

	self.spec = spec;
	if (!started_by_warden()) {
		fprintf(stderr, "%s: this program is started by tsujiban-warden / このプログラムは tsujiban-warden が起動します\n", argc ? argv[0] : "tsujiban");
		return 2;
	}
	TRY(prepare());
	TRY(check_handlers());
	TRY(take_orders());
	if (spec->open)
		TRY(spec->open(&self, &self.state));
	TRY(lock_in(&separated));
	if (pthread_attr_init(&attr) != 0 || pthread_attr_setstacksize(&attr, STACK_BYTES) != 0 || pthread_setattr_default_np(&attr) != 0)
		TRY(FAIL(RC_BUG, "stack size"));
	TRY(start_thread(&obeying, obey));
	if (spec->start)
		TRY(spec->start(self.state));
	rc_trail_clear();
	for (; spec->threads > 1 && workers_count < spec->threads && workers_count < 64; workers_count++)
		TRY(start_thread(&workers[workers_count], work));
	TRY(report_send(ORDERS_FD, REPORT_READY, spec->id, separated));
	serve();
	stop_soon();
	if (!join_all(workers, workers_count))
		fprintf(stderr, "tsujiban-%s: a request was still being worked on when the station stopped\n", proc_name(spec->id));
	else if (spec->stop)
		spec->stop(self.state);
out:
	if (rc != RC_OK)
		proc_log(rc, "cannot start");
	fflush(stderr);
	_exit(rc == RC_OK ? 0 : 1);
}
