// SPDX-License-Identifier: Apache-2.0
/*
 * NAME         tsujiban-warden - opens, starts, connects, watches, restarts
 * DOES         opens listeners and folders, starts each process with exactly what its row names, pairs their lanes
 *              by routes.def, starts a reader or a worker for one job when its row is asked for, restarts what fell, kills what spoke nonsense
 * TRUSTS       its configuration; no process: reports are eight bytes, a request is two
 * HOLDS        nothing secret; as root, the whole host
 * MAY NEVER    read a byte from outside the station, parse anything but its configuration, run a program not beside its own
 * IF IT FALLS  the host is lost when it was started by root: so it stays small
 */
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/num.h"
#include "os/file.h"
#include "proc/events.h"
#include "proc/launch.h"
#include "proc/orders.h"
#include "proc/station.h"

#define START_TIMEOUT_US  (60 * 1000000LL)
#define STOP_TIMEOUT_US   (8 * 1000000LL)
#define BACKOFF_FIRST_US  100000
#define BACKOFF_MAX_US    (30 * 1000000LL)
#define STEADY_US         (60 * 1000000LL)
#define FIRST_TRIES       3
#define READERS_MAX       12 /* twice as many as core starts at once: who hangs is given its grace */
#define WORKERS_MAX       6  /* of core and web together */
#define APPLIES_MAX       1  /* changes of the machine come one after the other */
#define ONE_SHOTS_MAX     (READERS_MAX + WORKERS_MAX + APPLIES_MAX)
#define ONE_SHOT_GRACE_US 1000000
#define ASKING_LANES      4
#define REPORTS_MAX       5                 /* one process about others... */
#define REPORTS_WITHIN_US (60 * 1000000LL)  /* ...in so long: the last of them says more about itself */

enum state { DOWN, STARTING, UP };
struct child { enum state state; pid_t pid; int orders_fd; int64_t since_us, start_at_us, backoff_us; int tries; bool nonsense; uint32_t separated; int64_t ready_at_us; int64_t reports_us[REPORTS_MAX]; unsigned reports; };
struct one_shot { enum proc_id process; pid_t pid; int orders_fd; int64_t deadline_us; bool late; };

static struct warden {
	struct station  station;
	struct child    children[PROC_COUNT];
	struct one_shot one_shots[ONE_SHOTS_MAX];
	int             asking[PROC_COUNT][ASKING_LANES]; /* core and web ask for one-shots here; -1 */
	int             signal_fd, ready_fd;
	bool            all_up_once, stopping, failed;
} w;

static void
say(const char *name, const char *what)
{
	fprintf(stderr, "tsujiban-warden: %s %s\n", name, what);
}

static bool
one_shot_process(enum proc_id id)
{
	return id == PROC_READER || id == PROC_WORKER || id == PROC_APPLY;
}

static bool
alive(enum proc_id id)
{
	return id == PROC_WARDEN || w.children[id].state != DOWN;
}

/* ---- lanes ---- */

static bool
any_route(enum proc_id from, enum proc_id to)
{
	for (int m = MESSAGE_NONE + 1; m < MESSAGE_COUNT; m++)
		if (route_allowed(m, from, to))
			return true;
	return false;
}

static void
close_fds(int *fds, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (fds[i] >= 0) {
			(void)close(fds[i]); /* our copy */
			fds[i] = -1;
		}
}

/* Fresh lanes from one to the other; what either held before is closed. */
static enum rc
pair(enum proc_id from, enum proc_id to)
{
	int caller[CHANNEL_LANES_MAX], callee[CHANNEL_LANES_MAX];
	size_t n = 0, want = launch_lanes(from, to);
	enum rc rc = RC_OK;

	for (; n < want; n++) {
		int ends[2];

		TRY(channel_pair(ends));
		caller[n] = ends[0];
		callee[n] = ends[1];
	}
	if (to == PROC_WARDEN) {
		close_fds(w.asking[from], ASKING_LANES);
		memcpy(w.asking[from], callee, n * sizeof(int));
		memset(callee, -1, n * sizeof(int));
	} else {
		TRY(order_send(w.children[to].orders_fd, ORDER_CALLERS, from, "", "", callee, n));
	}
	if (from == PROC_WARDEN) {
		events_lanes(caller, n);
		memset(caller, -1, n * sizeof(int));
	} else {
		TRY(order_send(w.children[from].orders_fd, ORDER_PEER, to, "", "", caller, n));
	}
out:
	close_fds(caller, n);
	close_fds(callee, n);
	return rc;
}

static enum rc
pair_with_all(enum proc_id id)
{
	enum rc rc = RC_OK;

	for (int other = 0; other < PROC_COUNT; other++) {
		if (other == (int)id || one_shot_process(other) || !alive(other))
			continue;
		if (any_route(id, other))
			TRY(pair(id, other));
		if (any_route(other, id))
			TRY(pair(other, id));
	}
out:
	return rc;
}

/* ---- children ---- */

static void
child_kill(enum proc_id id)
{
	struct child *c = &w.children[id];

	if (c->state != DOWN && c->pid > 0)
		(void)kill(c->pid, SIGKILL); /* it is ours and not yet waited for */
}

static void
child_start(enum proc_id id)
{
	struct child *c = &w.children[id];
	enum rc rc = RC_OK;

	c->tries++;
	TRY(launch(&w.station, id, -1, &c->pid, &c->orders_fd));
	c->state = STARTING;
	c->nonsense = false;
	c->since_us = monotonic_us();
	TRY(launch_equip(&w.station, id, -1, c->orders_fd));
	TRY(pair_with_all(id));
	TRY(order_send(c->orders_fd, ORDER_GO, id, "", "", NULL, 0));
out:
	if (rc != RC_OK) {
		fprintf(stderr, "tsujiban-warden: %s cannot start: %s\n", proc_name(id), rc_trail());
		rc_trail_clear();
		if (c->state == DOWN) { /* not even forked */
			c->start_at_us = monotonic_us() + (c->backoff_us = BACKOFF_MAX_US);
			w.stopping = w.failed = !w.all_up_once;
		}
		child_kill(id);
	}
}

static bool
all_up(void)
{
	for (size_t i = 0; i < launch_count; i++)
		if (w.children[launch_order[i]].state != UP)
			return false;
	return true;
}

static void
announce(void)
{
	w.all_up_once = true;
	say("station", "ready / 番所が動き始めました");
	if (w.ready_fd >= 0) {
		(void)!write(w.ready_fd, "1", 1); /* whoever waits may be gone */
		(void)close(w.ready_fd);
		w.ready_fd = -1;
	}
}

/* Starts what may start now: at first in order of dependence, later whatever is due. Returns when to look again. */
static int64_t
start_due(void)
{
	int64_t now = monotonic_us(), next = INT64_MAX;

	for (size_t i = 0; i < launch_count; i++) {
		enum proc_id id = launch_order[i];
		struct child *c = &w.children[id];

		if (c->state == DOWN && now >= c->start_at_us)
			child_start(id);
		if (c->state == DOWN && c->start_at_us < next)
			next = c->start_at_us;
		if (c->state == STARTING) {
			if (now >= c->since_us + START_TIMEOUT_US) {
				say(proc_name(id), "did not become ready in time: killed");
				child_kill(id);
			} else if (c->since_us + START_TIMEOUT_US < next) {
				next = c->since_us + START_TIMEOUT_US;
			}
		}
		if (c->state != UP && !w.all_up_once)
			break; /* those above it wait */
	}
	for (int i = 0; i < ONE_SHOTS_MAX; i++) {
		struct one_shot *o = &w.one_shots[i];

		if (!o->pid)
			continue;
		if (now >= o->deadline_us && !o->late) {
			o->late = true;
			(void)kill(o->pid, SIGKILL);
		} else if (!o->late && o->deadline_us < next) {
			next = o->deadline_us;
		}
	}
	return next;
}

static void
child_ended(enum proc_id id, int status)
{
	struct child *c = &w.children[id];
	int64_t now = monotonic_us();
	bool was_up = c->state == UP;

	fprintf(stderr, "tsujiban-warden: %s ended (%s %d)\n", proc_name(id), WIFSIGNALED(status) ? "signal" : "status", WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	(void)close(c->orders_fd);
	c->orders_fd = -1;
	c->state = DOWN;
	c->pid = 0;
	if (!c->nonsense) /* that was recorded when it was heard */
		event_add(id, WIFSIGNALED(status) ? CHILD_KILLED : CHILD_EXITED, WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status), now_us());
	if (was_up && now - c->since_us >= STEADY_US)
		c->backoff_us = 0;
	c->backoff_us = c->backoff_us ? c->backoff_us * 2 : BACKOFF_FIRST_US;
	if (c->backoff_us > BACKOFF_MAX_US)
		c->backoff_us = BACKOFF_MAX_US;
	c->start_at_us = now + c->backoff_us;
	if (!w.all_up_once && c->tries >= FIRST_TRIES) {
		fprintf(stderr, "tsujiban-warden: %s を起動できないため終わります / %s cannot be started: giving up\n", proc_name(id), proc_name(id));
		w.stopping = w.failed = true;
	}
}

static void
reap(void)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG | WUNTRACED)) > 0) {
		if (WIFSTOPPED(status)) { /* who stands still answers nobody, and nothing of ours stops a process */
			fprintf(stderr, "tsujiban-warden: process %d was stopped from outside: killed\n", (int)pid);
			(void)kill(pid, SIGKILL); /* ours and not yet waited for; what it was is said when it ends */
			continue;
		}
		for (int id = 0; id < PROC_COUNT; id++)
			if (w.children[id].state != DOWN && w.children[id].pid == pid)
				child_ended(id, status);
		for (int i = 0; i < ONE_SHOTS_MAX; i++)
			if (w.one_shots[i].pid == pid) {
				if (WIFSIGNALED(status))
					event_add(w.one_shots[i].process, CHILD_KILLED, WTERMSIG(status), now_us());
				(void)close(w.one_shots[i].orders_fd);
				w.one_shots[i] = (struct one_shot){ .orders_fd = -1 };
			}
	}
}

/* `by`: who reported it; warden when it heard it itself, `who` when that one reported others too often. */
static void
nonsense(enum proc_id who, enum proc_id by)
{
	struct child *c = &w.children[who];

	if (by == who)
		fprintf(stderr, "tsujiban-warden: %s reported others %d times in %d s: killed\n", proc_name(who), REPORTS_MAX, (int)(REPORTS_WITHIN_US / 1000000));
	else
		fprintf(stderr, "tsujiban-warden: %s spoke nonsense: killed (heard by %s)\n", proc_name(who), proc_name(by));
	event_add(who, CHILD_NONSENSE, (int)by, now_us());
	c->nonsense = true;
	if (one_shot_process(who))
		for (int i = 0; i < ONE_SHOTS_MAX; i++)
			if (w.one_shots[i].pid && w.one_shots[i].process == who)
				(void)kill(w.one_shots[i].pid, SIGKILL); /* which of them does not matter: whoever asked asks again */
	child_kill(who);
}

/* Whom a report fells. A captured process could have its neighbours killed for ever: so the last of a row falls on who reports. */
static void
reported(enum proc_id who, enum proc_id by)
{
	struct child *c = &w.children[by];
	int64_t now = monotonic_us(), *at;

	if (!one_shot_process(who) && (w.children[who].state == DOWN || w.children[who].nonsense))
		return; /* it is on its way already */
	at = &c->reports_us[c->reports++ % REPORTS_MAX];
	*at = now;
	at = &c->reports_us[c->reports % REPORTS_MAX]; /* the oldest kept */
	if (c->reports < REPORTS_MAX || now - *at > REPORTS_WITHIN_US) {
		nonsense(who, by);
		return;
	}
	c->reports = 0; /* it is started anew, and so is its count */
	nonsense(by, by);
}

static void
hear(enum proc_id from)
{
	struct child *c = &w.children[from];
	struct report r;
	enum rc rc = report_recv(c->orders_fd, &r);

	if (rc == RC_TIMEOUT)
		return;
	if (rc == RC_NOTFOUND || rc == RC_IO) { /* it is ending; SIGCHLD follows, if it does not want to, we help */
		child_kill(from);
		return;
	}
	if (rc == RC_OK && r.kind == REPORT_READY && r.who == from && c->state == STARTING) {
		c->state = UP;
		c->since_us = monotonic_us();
		say(proc_name(from), "ready");
		c->separated = r.bits;
		c->ready_at_us = now_us();
		event_add(from, CHILD_STARTED, (int)r.bits, c->ready_at_us);
		for (int other = 0; from == PROC_CORE && c->tries > 1 && other < PROC_COUNT; other++) /* a core that came back knows nobody */
			if (other != PROC_CORE && w.children[other].state == UP)
				event_add(other, CHILD_STANDS, (int)w.children[other].separated, w.children[other].ready_at_us);
		if (!w.all_up_once && all_up())
			announce();
	} else if (rc == RC_OK && r.kind == REPORT_NONSENSE && r.who != PROC_WARDEN && r.who != from && (any_route(from, r.who) || any_route(r.who, from))) {
		reported(r.who, from);
	} else {
		nonsense(from, PROC_WARDEN);
	}
	rc_trail_clear();
}

/* ---- the requests warden answers: a process for one job ---- */

static enum rc
one_shot_start(const struct request *q, int *ret_lane)
{
	enum proc_id process = q->message == MESSAGE_WARDEN_ONE_SHOT ? PROC_READER : q->message == MESSAGE_WARDEN_APPLY ? PROC_APPLY : PROC_WORKER;
	int most = process == PROC_READER ? READERS_MAX : process == PROC_WORKER ? WORKERS_MAX : APPLIES_MAX;
	const struct shot_row *row;
	struct one_shot *o = NULL;
	int ends[2] = { -1, -1 }, of_kind = 0;
	enum rc rc = RC_OK;

	if (q->body.n != 2 || !(row = shot_row(process, get_be16(q->body.p))))
		return FAIL(RC_SYNTAX, "no such row for one job");
	for (int i = 0; i < ONE_SHOTS_MAX; i++)
		if (!w.one_shots[i].pid)
			o = &w.one_shots[i];
		else
			of_kind += w.one_shots[i].process == process;
	if (!o || of_kind >= most)
		return FAIL(RC_LIMIT, "いま処理が混み合っています。少し待ってから、もう一度お試しください / %d jobs of this kind are running already: try again in a moment", of_kind);
	TRY(channel_pair(ends));
	TRY(launch(&w.station, process, row->number, &o->pid, &o->orders_fd));
	o->process = process;
	o->deadline_us = monotonic_us() + row->timeout_ms * 1000LL + ONE_SHOT_GRACE_US;
	o->late = false;
	TRY(launch_equip(&w.station, process, row->number, o->orders_fd));
	TRY(order_send(o->orders_fd, ORDER_CALLERS, q->from, "", "", &ends[1], 1));
	TRY(order_send(o->orders_fd, ORDER_GO, process, "", "", NULL, 0));
	*ret_lane = ends[0];
	ends[0] = -1;
out:
	if (rc != RC_OK && o && o->pid)
		(void)kill(o->pid, SIGKILL);
	close_fds(ends, 2);
	return rc;
}

static void
serve_request(enum proc_id from, int i)
{
	struct request q = { 0 };
	int lane = -1;
	enum rc rc = channel_recv(w.asking[from][i], from, PROC_WARDEN, &q);

	if (rc == RC_TIMEOUT)
		return;
	if (rc == RC_OK) {
		rc = one_shot_start(&q, &lane);
		if (channel_answer(&q, rc, STR_NONE, lane) != RC_OK)
			rc = RC_PEER;
		else
			rc = RC_OK;
	} else if (rc == RC_PEER) {
		nonsense(from, PROC_WARDEN);
	}
	close_fds(&lane, 1);
	if (rc != RC_OK)
		close_fds(&w.asking[from][i], 1);
	buf_free(&q.body);
	rc_trail_clear();
}

/* ---- the loop ---- */

static void
signals_read(void)
{
	struct signalfd_siginfo s;

	while (read(w.signal_fd, &s, sizeof(s)) == (ssize_t)sizeof(s))
		if (s.ssi_signo == SIGCHLD)
			reap();
		else
			w.stopping = true;
}

static void
wait_once(int64_t until_us)
{
	struct pollfd fds[1 + PROC_COUNT + PROC_COUNT * ASKING_LANES], *asking = fds + 1 + PROC_COUNT;
	int64_t left_us = until_us == INT64_MAX ? -1 : until_us - monotonic_us();
	int timeout_ms = until_us == INT64_MAX ? -1 : left_us <= 0 ? 0 : left_us > 3600000000LL ? 3600000 : (int)(left_us / 1000 + 1);

	fds[0] = (struct pollfd){ w.signal_fd, POLLIN, 0 };
	for (int id = 0; id < PROC_COUNT; id++) {
		fds[1 + id] = (struct pollfd){ w.children[id].state != DOWN ? w.children[id].orders_fd : -1, POLLIN, 0 };
		for (int i = 0; i < ASKING_LANES; i++)
			asking[id * ASKING_LANES + i] = (struct pollfd){ w.asking[id][i], POLLIN, 0 }; /* -1 is passed over */
	}
	if (poll(fds, sizeof(fds) / sizeof(fds[0]), timeout_ms) <= 0)
		return;
	for (int id = 0; id < PROC_COUNT; id++)
		if (fds[1 + id].revents && w.children[id].state != DOWN)
			hear(id);
	for (int id = 0; id < PROC_COUNT; id++)
		for (int i = 0; i < ASKING_LANES; i++)
			if (asking[id * ASKING_LANES + i].revents && asking[id * ASKING_LANES + i].fd == w.asking[id][i])
				serve_request(id, i);
	if (fds[0].revents)
		signals_read();
}

/* In the reverse order of starting: whoever is asked stands longer than who asks. */
static void
stop_all(void)
{
	for (size_t i = launch_count; i-- > 0;) {
		struct child *c = &w.children[launch_order[i]];
		int64_t deadline = monotonic_us() + STOP_TIMEOUT_US;

		if (c->state == DOWN)
			continue;
		if (order_send(c->orders_fd, ORDER_STOP, launch_order[i], "", "", NULL, 0) != RC_OK)
			child_kill(launch_order[i]);
		while (c->state != DOWN) {
			if (monotonic_us() >= deadline) {
				child_kill(launch_order[i]);
				deadline = INT64_MAX;
			}
			wait_once(deadline);
		}
	}
	for (int i = 0; i < ONE_SHOTS_MAX; i++)
		if (w.one_shots[i].pid)
			(void)kill(w.one_shots[i].pid, SIGKILL);
	say("station", "stopped / 番所を止めました");
}

/* Whoever starts us may have closed them: then the first file we open would get what we say. */
static enum rc
standard_descriptors(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
			return FAIL_OS("/dev/null");
	return RC_OK;
}

static enum rc
prepare(void)
{
	const int caught[] = { SIGCHLD, SIGTERM, SIGINT, SIGHUP };
	sigset_t signals;

	(void)mallopt(M_ARENA_MAX, 1);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)umask(077);
	(void)sigemptyset(&signals);
	for (size_t i = 0; i < sizeof(caught) / sizeof(caught[0]); i++)
		(void)sigaddset(&signals, caught[i]);
	if (sigprocmask(SIG_BLOCK, &signals, NULL) < 0)
		return FAIL_OS("signals");
	w.signal_fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	if (w.signal_fd < 0)
		return FAIL_OS("signals");
	memset(w.asking, -1, sizeof(w.asking));
	for (int id = 0; id < PROC_COUNT; id++)
		w.children[id].orders_fd = -1;
	return events_start();
}

int
main(int argc, char **argv)
{
	const char *root = NULL;
	bool listen = true;
	int64_t fd = -1;
	enum rc rc = RC_OK;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--root") == 0 && i + 1 < argc) {
			root = argv[++i];
		} else if (strcmp(argv[i], "--no-listen") == 0) {
			listen = false;
		} else if (strcmp(argv[i], "--ready-fd") == 0 && i + 1 < argc && num_parse(str_of(argv[i + 1]), 3, 1023, &fd) == RC_OK) {
			i++;
		} else {
			fprintf(stderr, "使い方 / usage: tsujiban-warden --root DIR [--no-listen] [--ready-fd N]\n");
			return 2;
		}
	}
	if (!root) {
		fprintf(stderr, "使い方 / usage: tsujiban-warden --root DIR [--no-listen] [--ready-fd N]\n");
		return 2;
	}
	TRY(standard_descriptors());
	w.ready_fd = (int)fd;
	if (fd >= 0 && fcntl(w.ready_fd, F_SETFD, FD_CLOEXEC) < 0)
		TRY(FAIL_OS("--ready-fd %d", w.ready_fd));
	TRY(prepare());
	TRY(station_open(root, listen, &w.station));
	while (!w.stopping) {
		int64_t next_us = start_due();

		if (!w.stopping)
			wait_once(next_us);
	}
	stop_all();
	station_close(&w.station);
out:
	if (rc != RC_OK)
		fprintf(stderr, "tsujiban-warden: %s\n", rc_trail());
	return rc != RC_OK || w.failed;
}
