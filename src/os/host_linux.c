// SPDX-License-Identifier: Apache-2.0
/*
 * The running machine, asked in its own formats: netlink, one fixed program,
 * a Unix socket, the kernel's clock. Nothing here changes anything.
 */
#include "os/host_int.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/file.h"

#define RUN_TIMEOUT_MS     8000
#define NETLINK_TIMEOUT_MS 5000
#define ARGV_MAX           8

struct host *
host_open(int root_dirfd, bool netlink)
{
	struct host *h = host_new(root_dirfd);

	if (netlink)
		h->netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_SOCK_DIAG);
	return h;
}

void
host_close(struct host *h)
{
	if (h)
		host_free(h);
}

/* Waits until `fd` is ready or the time is up. */
static enum rc
wait_for(int fd, short events, int64_t until_us, const char *what)
{
	for (;;) {
		struct pollfd p = { .fd = fd, .events = events };
		int64_t left_us = until_us - monotonic_us();
		int n;

		if (left_us <= 0)
			return FAIL(RC_TIMEOUT, "%s: no answer in time", what);
		n = poll(&p, 1, (int)(left_us / 1000) + 1);
		if (n > 0)
			return RC_OK;
		if (n < 0 && errno != EINTR)
			return FAIL_OS("%s: poll", what);
	}
}

/* One datagram of a dump: adds its messages to `ret`, says when the dump is done. */
static enum rc
take_dump(struct str piece, uint32_t sequence, struct buf *ret, bool *done)
{
	const char *p = piece.p;
	size_t left = piece.n;
	enum rc rc = RC_OK;

	while (left >= sizeof(struct nlmsghdr)) {
		struct nlmsghdr m;
		size_t whole;

		memcpy(&m, p, sizeof(m));
		if (m.nlmsg_len < sizeof(m) || m.nlmsg_len > left)
			return FAIL(RC_SYNTAX, "netlink: a message of impossible length");
		if (m.nlmsg_seq == sequence) {
			if (m.nlmsg_flags & NLM_F_DUMP_INTR)
				return FAIL(RC_CONFLICT, "netlink: the table changed under the dump");
			if (m.nlmsg_type == NLMSG_DONE) {
				*done = true;
				return RC_OK;
			}
			if (m.nlmsg_type == NLMSG_ERROR) {
				int32_t error = 0;

				if (m.nlmsg_len >= sizeof(m) + sizeof(error))
					memcpy(&error, p + sizeof(m), sizeof(error));
				errno = error < 0 ? -error : EPROTO;
				if (errno == ENOENT) /* the kernel has no such table: an answer */
					return FAIL(RC_NOTFOUND, "netlink: no such table");
				return errno == EPERM || errno == EACCES ? FAIL(RC_DENIED, "netlink: not permitted") : FAIL_OS("netlink");
			}
			TRY(buf_add(ret, (struct str){ p, m.nlmsg_len }));
			while (ret->n % NLMSG_ALIGNTO)
				TRY(buf_add_byte(ret, 0));
		}
		whole = NLMSG_ALIGN((size_t)m.nlmsg_len);
		if (whole > left)
			break;
		p += whole;
		left -= whole;
	}
out:
	return rc;
}

static enum rc
dump_once(const struct host *h, uint16_t type, struct str body, uint32_t sequence, struct buf *ret)
{
	static const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct nlmsghdr head = { .nlmsg_len = (uint32_t)(sizeof(head) + body.n), .nlmsg_type = type, .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP, .nlmsg_seq = sequence };
	int64_t until = monotonic_us() + NETLINK_TIMEOUT_MS * 1000;
	struct buf request = BUF(4096), piece = BUF(1 << 20);
	bool done = false;
	enum rc rc = RC_OK;

	TRY(buf_add(&request, (struct str){ (const char *)&head, sizeof(head) }));
	TRY(buf_add(&request, body));
	if (sendto(h->netlink, request.p, request.n, 0, (const struct sockaddr *)&kernel, sizeof(kernel)) < 0) {
		rc = FAIL_OS("netlink: send");
		goto out;
	}
	while (!done) {
		struct sockaddr_nl from = { 0 };
		socklen_t from_bytes = sizeof(from);
		ssize_t n;
		char *at;

		TRY(wait_for(h->netlink, POLLIN, until, "netlink"));
		buf_reset(&piece);
		TRY(buf_reserve(&piece, 262144, &at));
		n = recvfrom(h->netlink, at, 262144, MSG_TRUNC, (struct sockaddr *)&from, &from_bytes);
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n < 0 && errno == ENOBUFS) {
			rc = FAIL(RC_LIMIT, "netlink: the kernel dropped answers");
			goto out;
		}
		if (n < 0 || n > 262144) {
			rc = n < 0 ? FAIL_OS("netlink: receive") : FAIL(RC_LIMIT, "netlink: an answer was cut");
			goto out;
		}
		if (from.nl_pid != 0)
			continue; /* not the kernel */
		atomic_fetch_add(h->bytes, (uint64_t)n);
		TRY(take_dump((struct str){ at, (size_t)n }, sequence, ret, &done));
	}
out:
	buf_free(&request);
	buf_free(&piece);
	return rc;
}

enum rc
host_netlink(const struct host *h, int protocol, uint16_t type, struct str body, size_t bytes_max, struct buf *ret)
{
	static atomic_uint sequence;
	enum rc rc = RC_CONFLICT;

	if (h->netlink < 0 || protocol != NETLINK_SOCK_DIAG)
		return FAIL(RC_DENIED, "this process has no netlink socket of kind %d", protocol);
	for (int tries = 0; rc == RC_CONFLICT && tries < 3; tries++) {
		struct buf all = BUF(bytes_max);

		rc = dump_once(h, type, body, atomic_fetch_add(&sequence, 1) + 1, &all);
		if (rc == RC_OK)
			rc = buf_add(ret, buf_str(&all));
		buf_free(&all);
	}
	return rc;
}

struct program { const char *row, *argv[ARGV_MAX]; };

static const struct program programs[] = {
#define PROGRAM(name, ...) { name, { __VA_ARGS__, NULL } },
#include "control/readers.def"
};

static void
become(const struct program *p, int out)
{
	static const char *const environment[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", NULL };
	int null = open("/dev/null", O_RDWR);

	if (null < 0)
		null = 0; /* locked in: standard input is it already */
	if (dup2(null, 0) < 0 || dup2(out, 1) < 0 || dup2(null, 2) < 0 || close_range(3, ~0U, 0) != 0)
		_exit(126);
	execve(p->argv[0], (char *const *)(uintptr_t)p->argv, (char *const *)(uintptr_t)environment);
	_exit(errno == ENOENT ? 127 : 126);
}

static enum rc
collect(const struct host *h, int from, const char *name, struct buf *ret)
{
	int64_t until = monotonic_us() + RUN_TIMEOUT_MS * 1000;
	char piece[16384];
	enum rc rc = RC_OK;

	for (;;) {
		ssize_t n;

		TRY(wait_for(from, POLLIN, until, name));
		n = read(from, piece, sizeof(piece));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return FAIL_OS("%s: read", name);
		if (n == 0)
			return RC_OK;
		atomic_fetch_add(h->bytes, (uint64_t)n);
		TRY(buf_add(ret, (struct str){ piece, (size_t)n }));
	}
out:
	return rc;
}

static enum rc
run(const struct host *h, const struct program *p, struct buf *ret)
{
	int ends[2] = { -1, -1 }, status = 0;
	pid_t child = -1;
	enum rc rc = RC_OK;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return FAIL_OS("%s: pipe", p->row);
	child = fork();
	if (child == 0)
		become(p, ends[1]);
	close(ends[1]);
	if (child < 0) {
		rc = FAIL_OS("%s: fork", p->row);
		goto out;
	}
	atomic_fetch_add(h->execs, 1);
	rc = collect(h, ends[0], p->row, ret);
	if (rc != RC_OK)
		kill(child, SIGKILL);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	TRY(rc);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		rc = FAIL(RC_NOTFOUND, "%s is not installed", p->argv[0]);
	else if (!WIFEXITED(status))
		rc = FAIL(RC_IO, "%s ended by signal %d", p->row, WTERMSIG(status));
	else if (WEXITSTATUS(status) != 0)
		rc = FAIL(RC_IO, "%s ended with status %d", p->row, WEXITSTATUS(status));
out:
	close(ends[0]);
	return rc;
}

enum rc
host_run(const struct host *h, const char *row, size_t bytes_max, struct buf *ret)
{
	const struct program *p = NULL;
	struct buf output = BUF(bytes_max);
	enum rc rc = RC_OK, locked;

	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (strcmp(programs[i].row, row) == 0)
			p = &programs[i];
	if (p == NULL)
		return FAIL(RC_BUG, "no program '%s' in readers.def", row);
	if (access(p->argv[0], F_OK) != 0 && errno == ENOENT)
		rc = FAIL(RC_NOTFOUND, "%s is not installed", p->argv[0]);
	else
		rc = run(h, p, &output);
	locked = h->lock ? h->lock(h->lock_context) : RC_OK;
	if (rc == RC_OK)
		rc = locked != RC_OK ? locked : buf_add(ret, buf_str(&output));
	buf_free(&output);
	return rc;
}

static enum rc
connect_unix(const struct host *h, const char *path, int *ret)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	struct stat st;
	int at = -1, fd = -1;
	enum rc rc = RC_OK;

	TRY(host_open_beneath(h->root, path, O_PATH, &at));
	if (fstat(at, &st) != 0 || !S_ISSOCK(st.st_mode)) {
		rc = FAIL(RC_NOTFOUND, "%s is not a socket", path);
		goto out;
	}
	(void)snprintf(to.sun_path, sizeof(to.sun_path), "/proc/self/fd/%d", at); /* that very socket, however long its path */
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0) {
		rc = FAIL_OS("socket");
		goto out;
	}
	if (connect(fd, (const struct sockaddr *)&to, sizeof(to)) != 0) {
		if (errno == ECONNREFUSED)
			rc = FAIL(RC_NOTFOUND, "nobody listens on %s", path);
		else if (errno == EAGAIN) /* its queue is full */
			rc = FAIL(RC_TIMEOUT, "%s takes no more connections", path);
		else if (errno == EACCES || errno == EPERM)
			rc = FAIL(RC_DENIED, "connect %s: not permitted", path);
		else
			rc = FAIL_OS("connect %s", path);
	}
out:
	if (at >= 0)
		close(at);
	if (rc == RC_OK)
		*ret = fd;
	else if (fd >= 0)
		close(fd);
	return rc;
}

enum rc
host_unix_ask(const struct host *h, const char *path, struct str request, size_t bytes_max, int timeout_ms, struct buf *ret)
{
	int64_t until = monotonic_us() + (int64_t)timeout_ms * 1000;
	struct buf answer = BUF(bytes_max);
	int fd = -1;
	enum rc rc = RC_OK;

	TRY(connect_unix(h, path, &fd));
	while (request.n) {
		ssize_t n;

		TRY(wait_for(fd, POLLOUT, until, path));
		n = send(fd, request.p, request.n, MSG_NOSIGNAL);
		if (n < 0 && errno != EINTR && errno != EAGAIN) {
			if (errno == EPIPE || errno == ECONNRESET)
				break; /* it may have answered before it closed */
			rc = FAIL_OS("send to %s", path);
			goto out;
		}
		if (n > 0)
			request = str_sub(request, (size_t)n, request.n);
	}
	for (;;) {
		char piece[4096];
		ssize_t n;

		TRY(wait_for(fd, POLLIN, until, path));
		n = recv(fd, piece, sizeof(piece), 0);
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n < 0 && errno != ECONNRESET) {
			rc = FAIL_OS("receive from %s", path);
			goto out;
		}
		if (n <= 0)
			break;
		atomic_fetch_add(h->bytes, (uint64_t)n);
		TRY(buf_add(&answer, (struct str){ piece, (size_t)n }));
	}
	rc = buf_add(ret, buf_str(&answer));
out:
	if (fd >= 0)
		close(fd);
	buf_free(&answer);
	return rc;
}

enum rc
host_clock(const struct host *h, struct host_clock *ret)
{
	struct timex t = { .modes = 0 };
	int state = adjtimex(&t);

	(void)h;
	if (state < 0)
		return errno == EPERM ? FAIL(RC_DENIED, "adjtimex: not permitted") : FAIL_OS("adjtimex");
	*ret = (struct host_clock){ .synchronised = state != TIME_ERROR && !(t.status & STA_UNSYNC), .offset_us = t.status & STA_NANO ? t.offset / 1000 : t.offset,
		.max_error_us = t.maxerror, .status = t.status };
	return RC_OK;
}

enum rc
host_uname(const struct host *h, struct arena *arena, struct str *ret_release)
{
	struct utsname u;

	(void)h;
	if (uname(&u) != 0)
		return FAIL_OS("uname");
	*ret_release = arena_dup(arena, str_of(u.release));
	return ret_release->p ? RC_OK : FAIL(RC_LIMIT, "no room");
}

int64_t
host_now_us(const struct host *h)
{
	(void)h;
	return now_us();
}
