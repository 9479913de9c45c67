// SPDX-License-Identifier: Apache-2.0
/*
 * The running machine, asked in its own formats: netlink, a Unix socket, the
 * kernel's clock. Programs: host_run.c; the network: host_net.c.
 */
#include "os/host_int.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "os/file.h"

#define NETLINK_TIMEOUT_MS 5000

struct host *
host_open(int root_dirfd, bool netlink)
{
	struct host *h = host_new(root_dirfd);

	if (netlink)
		h->netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_SOCK_DIAG);
	if (netlink)
		h->route = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	return h;
}

void
host_close(struct host *h)
{
	if (h)
		host_free(h);
}

enum rc
host_wait_for(int fd, short events, int64_t until_us, const char *what)
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
dump_once(const struct host *h, int fd, uint16_t type, struct str body, uint32_t sequence, struct buf *ret)
{
	static const struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	struct nlmsghdr head = { .nlmsg_len = (uint32_t)(sizeof(head) + body.n), .nlmsg_type = type, .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP, .nlmsg_seq = sequence };
	int64_t until = monotonic_us() + NETLINK_TIMEOUT_MS * 1000;
	struct buf request = BUF(4096), piece = BUF(1 << 20);
	bool done = false;
	enum rc rc = RC_OK;

	TRY(buf_add(&request, (struct str){ (const char *)&head, sizeof(head) }));
	TRY(buf_add(&request, body));
	if (sendto(fd, request.p, request.n, 0, (const struct sockaddr *)&kernel, sizeof(kernel)) < 0) {
		rc = FAIL_OS("netlink: send");
		goto out;
	}
	while (!done) {
		struct sockaddr_nl from = { 0 };
		socklen_t from_bytes = sizeof(from);
		ssize_t n;
		char *at;

		TRY(host_wait_for(fd, POLLIN, until, "netlink"));
		buf_reset(&piece);
		TRY(buf_reserve(&piece, 262144, &at));
		n = recvfrom(fd, at, 262144, MSG_TRUNC, (struct sockaddr *)&from, &from_bytes);
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
	int fd = protocol == NETLINK_SOCK_DIAG ? h->netlink : protocol == NETLINK_ROUTE ? h->route : -1;
	enum rc rc = RC_CONFLICT;

	if (fd < 0)
		return FAIL(RC_DENIED, "this process has no netlink socket of kind %d", protocol);
	for (int tries = 0; rc == RC_CONFLICT && tries < 3; tries++) {
		struct buf all = BUF(bytes_max);

		rc = dump_once(h, fd, type, body, atomic_fetch_add(&sequence, 1) + 1, &all);
		if (rc == RC_OK)
			rc = buf_add(ret, buf_str(&all));
		buf_free(&all);
	}
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

		TRY(host_wait_for(fd, POLLOUT, until, path));
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

		TRY(host_wait_for(fd, POLLIN, until, path));
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
