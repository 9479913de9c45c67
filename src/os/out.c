// SPDX-License-Identifier: Apache-2.0
/* A connection outwards: never blocking, always with an end. */
#include "os/out.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "os/file.h"

static enum rc
ready(int fd, short events, int64_t until_us)
{
	for (;;) {
		struct pollfd p = { fd, events, 0 };
		int64_t left_us = until_us - monotonic_us();
		int n = poll(&p, 1, left_us <= 0 ? 0 : (int)(left_us / 1000 + 1));

		if (n > 0)
			return RC_OK;
		if (n < 0 && errno != EINTR)
			return FAIL_OS("poll");
		if (n == 0)
			return FAIL(RC_TIMEOUT, "no answer in time");
	}
}

static enum rc
trouble(int error, const char *what)
{
	errno = error;
	if (error == ECONNREFUSED || error == ECONNRESET || error == EPIPE || error == ECONNABORTED)
		return FAIL(RC_NOTFOUND, "%s: %s", what, strerror(error));
	if (error == ETIMEDOUT || error == EHOSTUNREACH || error == ENETUNREACH)
		return FAIL(RC_TIMEOUT, "%s: %s", what, strerror(error));
	return FAIL_OS("%s", what);
}

enum rc
out_connect(const char *address, uint16_t port, int timeout_ms, int *ret_fd)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(port) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	bool four = inet_pton(AF_INET, address, &v4.sin_addr) == 1;
	int64_t until_us = monotonic_us() + timeout_ms * INT64_C(1000);
	socklen_t bytes = sizeof(int);
	int fd = -1, error = 0;
	enum rc rc = RC_OK;

	if (!four && inet_pton(AF_INET6, address, &v6.sin6_addr) != 1)
		return FAIL(RC_SYNTAX, "'%s' is no address", address);
	fd = socket(four ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return FAIL_OS("socket");
	if (connect(fd, four ? (struct sockaddr *)&v4 : (struct sockaddr *)&v6, four ? sizeof(v4) : sizeof(v6)) != 0) {
		if (errno != EINPROGRESS)
			TRY(trouble(errno, "connect"));
		TRY(ready(fd, POLLOUT, until_us));
		if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &bytes) != 0)
			error = errno;
		if (error)
			TRY(trouble(error, "connect"));
	}
	*ret_fd = fd;
	fd = -1;
out:
	if (fd >= 0)
		(void)close(fd); /* nothing was sent */
	return rc;
}

enum rc
out_send(int fd, struct str bytes, int timeout_ms)
{
	int64_t until_us = monotonic_us() + timeout_ms * INT64_C(1000);
	enum rc rc = RC_OK;

	while (bytes.n) {
		ssize_t n = send(fd, bytes.p, bytes.n, MSG_NOSIGNAL);

		if (n >= 0)
			bytes = str_sub(bytes, (size_t)n, bytes.n);
		else if (errno == EAGAIN)
			TRY(ready(fd, POLLOUT, until_us));
		else if (errno != EINTR)
			TRY(trouble(errno, "send"));
	}
out:
	return rc;
}

enum rc
out_recv(int fd, int timeout_ms, struct buf *ret)
{
	int64_t until_us = monotonic_us() + timeout_ms * INT64_C(1000);
	char piece[16384];
	ssize_t n;
	enum rc rc = RC_OK;

	do {
		TRY(ready(fd, POLLIN, until_us));
		n = recv(fd, piece, sizeof(piece), 0);
	} while (n < 0 && (errno == EAGAIN || errno == EINTR));
	if (n == 0)
		return FAIL(RC_NOTFOUND, "it closed");
	if (n < 0)
		return trouble(errno, "recv");
	TRY(buf_add(ret, (struct str){ piece, (size_t)n }));
out:
	return rc;
}

enum rc
out_settled(int fd, int timeout_ms)
{
	int64_t until_us = monotonic_us() + timeout_ms * INT64_C(1000);

	for (;;) {
		int waiting = 0;

		if (ioctl(fd, TIOCOUTQ, &waiting) != 0)
			return trouble(errno, "what is on its way");
		if (waiting == 0)
			return RC_OK;
		if (monotonic_us() >= until_us)
			return FAIL(RC_TIMEOUT, "it does not confirm what was sent");
		(void)nanosleep(&(struct timespec){ 0, 2000000 }, NULL); /* shorter when woken */
	}
}
