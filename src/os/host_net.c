// SPDX-License-Identifier: Apache-2.0
/* Peers over the network: a connection or a datagram to a literal address, with one deadline and one ceiling for all of it. */
#include "os/host_int.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "os/file.h"

struct host_tcp {
	const struct host *h;
	int                fd;
	int64_t            until_us;
	size_t             left;     /* bytes it may still say */
	char               name[80]; /* for sentences          */
};

/* A literal unicast address. */
static enum rc
address_of(const struct host_to *to, struct sockaddr_storage *ret, socklen_t *ret_bytes)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(to->port) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(to->port) };

	memset(ret, 0, sizeof(*ret));
	if (inet_pton(AF_INET, to->address, &v4.sin_addr) == 1) {
		uint32_t a = ntohl(v4.sin_addr.s_addr);

		if (a == 0 || a >> 28 >= 14)
			return FAIL(RC_SYNTAX, "%s is no address of one machine", to->address);
		memcpy(ret, &v4, sizeof(v4));
		*ret_bytes = sizeof(v4);
	} else if (inet_pton(AF_INET6, to->address, &v6.sin6_addr) == 1) {
		if (IN6_IS_ADDR_UNSPECIFIED(&v6.sin6_addr) || IN6_IS_ADDR_MULTICAST(&v6.sin6_addr))
			return FAIL(RC_SYNTAX, "%s is no address of one machine", to->address);
		memcpy(ret, &v6, sizeof(v6));
		*ret_bytes = sizeof(v6);
	} else {
		return FAIL(RC_SYNTAX, "'%s' is no IPv4 or IPv6 address", to->address);
	}
	return to->port ? RC_OK : FAIL(RC_SYNTAX, "port 0");
}

/* What the kernel says when there is no connection, in classes a control can use. */
static enum rc
no_connection(int error, const char *name)
{
	switch (error) {
	case ECONNREFUSED:
		return FAIL(RC_NOTFOUND, "%s: refused", name);
	case ETIMEDOUT: case EHOSTUNREACH: case ENETUNREACH: case ENETDOWN: case EHOSTDOWN:
		return FAIL(RC_TIMEOUT, "%s: %s", name, strerror(error));
	case EACCES: case EPERM:
		return FAIL(RC_DENIED, "%s: not permitted", name);
	default:
		errno = error;
		return FAIL_OS("%s", name);
	}
}

/* From here on this process opens no file: what it hears from outside finds nothing to take. */
static enum rc
begin(const struct host *h)
{
	enum rc rc = RC_OK;

	if (!atomic_load(h->peers_begun) && h->lock_peer)
		TRY(h->lock_peer(h->lock_peer_context));
	atomic_store(h->peers_begun, true);
out:
	return rc;
}

static enum rc
open_socket(const struct host *h, const struct host_to *to, int kind, int64_t until_us, const char *name, int *ret)
{
	struct sockaddr_storage at;
	socklen_t at_bytes = 0, error_bytes = sizeof(int);
	int fd = -1, error = 0;
	enum rc rc = RC_OK;

	TRY(address_of(to, &at, &at_bytes));
	TRY(begin(h));
	TRY(host_connection_count(h));
	fd = socket(at.ss_family, kind | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		TRY(no_connection(errno, name));
	if (to->interface && (strlen(to->interface) >= IFNAMSIZ || setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, to->interface, (socklen_t)strlen(to->interface)) != 0))
		TRY(FAIL_OS("%s: by way of %s", name, to->interface));
	if (connect(fd, (const struct sockaddr *)&at, at_bytes) != 0) {
		if (errno != EINPROGRESS)
			TRY(no_connection(errno, name));
		TRY(host_wait_for(fd, POLLOUT, until_us, name));
		if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &error_bytes) != 0)
			error = errno;
		if (error)
			TRY(no_connection(error, name));
	}
	*ret = fd;
	fd = -1;
out:
	if (fd >= 0)
		close(fd);
	return rc;
}

static void
name_of(const struct host_to *to, char name[80])
{
	struct buf b = BUF(256);

	if (buf_addf(&b, "%s port %u%s%s", to->address, to->port, to->interface ? " by way of " : "", to->interface ? to->interface : "") == RC_OK) {
		size_t n = b.n < 79 ? b.n : 79;

		memcpy(name, b.p, n);
		name[n] = '\0';
	} else {
		memcpy(name, "a peer", 7);
	}
	buf_free(&b);
}

enum rc
host_tcp_open(const struct host *h, const struct host_to *to, size_t bytes_max, int timeout_ms, struct host_tcp **ret)
{
	struct host_tcp *t = calloc(1, sizeof(*t));
	enum rc rc = RC_OK;

	if (t == NULL)
		abort();
	*t = (struct host_tcp){ .h = h, .fd = -1, .until_us = monotonic_us() + (int64_t)timeout_ms * 1000, .left = bytes_max };
	name_of(to, t->name);
	TRY(open_socket(h, to, SOCK_STREAM, t->until_us, t->name, &t->fd));
	*ret = t;
	t = NULL;
out:
	host_tcp_close(t);
	return rc;
}

enum rc
host_tcp_send(struct host_tcp *t, struct str bytes)
{
	enum rc rc = RC_OK;

	while (bytes.n) {
		ssize_t n = send(t->fd, bytes.p, bytes.n, MSG_NOSIGNAL);

		if (n >= 0) {
			bytes = str_sub(bytes, (size_t)n, bytes.n);
			continue;
		}
		if (errno == EPIPE || errno == ECONNRESET)
			return FAIL(RC_NOTFOUND, "%s: it closed", t->name);
		if (errno != EAGAIN && errno != EINTR)
			return no_connection(errno, t->name);
		TRY(host_wait_for(t->fd, POLLOUT, t->until_us, t->name));
	}
out:
	return rc;
}

enum rc
host_tcp_recv(struct host_tcp *t, struct buf *ret)
{
	char piece[16384];
	ssize_t n;
	enum rc rc = RC_OK;

	do {
		TRY(host_wait_for(t->fd, POLLIN, t->until_us, t->name));
		n = recv(t->fd, piece, sizeof(piece), 0);
	} while (n < 0 && (errno == EINTR || errno == EAGAIN));
	if (n == 0 || (n < 0 && errno == ECONNRESET))
		return FAIL(RC_NOTFOUND, "%s: it closed", t->name);
	if (n < 0)
		return no_connection(errno, t->name);
	atomic_fetch_add(t->h->bytes, (uint64_t)n);
	if ((size_t)n > t->left)
		return FAIL(RC_LIMIT, "%s: it says more than was asked for", t->name);
	t->left -= (size_t)n;
	TRY(buf_add(ret, (struct str){ piece, (size_t)n }));
out:
	return rc;
}

void
host_tcp_again(struct host_tcp *t, size_t bytes_max, int timeout_ms)
{
	t->until_us = monotonic_us() + (int64_t)timeout_ms * 1000;
	t->left = bytes_max;
}

void
host_tcp_close(struct host_tcp *t)
{
	if (t == NULL)
		return;
	if (t->fd >= 0)
		close(t->fd);
	free(t);
}

enum rc
host_udp_ask(const struct host *h, const struct host_to *to, struct str request, size_t bytes_max, int timeout_ms, struct buf *ret)
{
	int64_t until_us = monotonic_us() + (int64_t)timeout_ms * 1000;
	struct buf answer = BUF(65536);
	char name[80], *at;
	int fd = -1;
	ssize_t n;
	enum rc rc = RC_OK;

	name_of(to, name);
	TRY(open_socket(h, to, SOCK_DGRAM, until_us, name, &fd));
	if (send(fd, request.p, request.n, MSG_NOSIGNAL) != (ssize_t)request.n)
		TRY(no_connection(errno, name));
	TRY(buf_reserve(&answer, 65536, &at));
	do {
		TRY(host_wait_for(fd, POLLIN, until_us, name));
		n = recv(fd, at, 65536, 0);
	} while (n < 0 && (errno == EINTR || errno == EAGAIN));
	if (n < 0)
		TRY(no_connection(errno, name));
	atomic_fetch_add(h->bytes, (uint64_t)n);
	if ((size_t)n > bytes_max)
		TRY(FAIL(RC_LIMIT, "%s: it says more than was asked for", name));
	TRY(buf_add(ret, (struct str){ at, (size_t)n }));
out:
	if (fd >= 0)
		close(fd);
	buf_free(&answer);
	return rc;
}
