// SPDX-License-Identifier: Apache-2.0
/* Peers over the network that answer, refuse, hang, flood, close: on loopback, with real sockets. */
#include "os/host.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/test.h"

static uint16_t
bound(int fd)
{
	struct sockaddr_in me = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(me);

	CHECK(fd >= 0 && bind(fd, (struct sockaddr *)&me, sizeof(me)) == 0 && getsockname(fd, (struct sockaddr *)&me, &n) == 0);
	return ntohs(me.sin_port);
}

/* A peer in a process of its own; it ends by itself. */
static pid_t
serve(const char *how, uint16_t *ret_port)
{
	int fd = socket(AF_INET, strcmp(how, "datagram") == 0 ? SOCK_DGRAM : SOCK_STREAM, 0);
	char piece[65536] = { 0 };
	pid_t child;

	*ret_port = bound(fd);
	CHECK(strcmp(how, "datagram") == 0 || listen(fd, 4) == 0);
	child = fork();
	if (child == 0) {
		struct sockaddr_in from;
		socklen_t n = sizeof(from);
		int peer;

		alarm(10);
		if (strcmp(how, "datagram") == 0)
			_exit(recvfrom(fd, piece, sizeof(piece), 0, (struct sockaddr *)&from, &n) == 4 && sendto(fd, "pong!", 5, 0, (struct sockaddr *)&from, n) == 5 ? 0 : 1);
		peer = accept(fd, NULL, NULL);
		if (strcmp(how, "answer") == 0)
			_exit(read(peer, piece, sizeof(piece)) > 0 && write(peer, "PONG", 4) == 4 ? 0 : 1);
		if (strcmp(how, "hang") == 0)
			pause();
		for (;;) /* flood */
			if (write(peer, piece, sizeof(piece)) < 0)
				_exit(0);
	}
	close(fd);
	return child;
}

static int locked;
static enum rc lock(void *context) { locked++; return *(enum rc *)context; }

CASE(peers_that_misbehave)
{
	static const char *const how[4] = { "answer", "hang", "flood", "datagram" };
	struct host *h = host_open(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC), false);
	struct host_to to[5] = { 0 };
	struct host_tcp *t = NULL;
	struct buf b = BUF(200000);
	enum rc verdict = RC_OK, rc;
	pid_t child[4];

	host_on_first_peer(h, lock, &verdict);
	for (size_t i = 0; i < 4; i++) {
		child[i] = serve(how[i], &to[i].port);
		to[i].address = "127.0.0.1";
	}
	CHECK_OK(host_tcp_open(h, &to[0], 1000, 2000, &t));
	CHECK_OK(host_tcp_send(t, STR("PING")));
	CHECK_OK(host_tcp_recv(t, &b));
	CHECK_STR(buf_str(&b), "PONG");
	CHECK_RC(host_tcp_recv(t, &b), RC_NOTFOUND); /* it closed */
	host_tcp_close(t);
	CHECK_OK(host_tcp_open(h, &to[1], 1000, 150, &t));
	CHECK_RC(host_tcp_recv(t, &b), RC_TIMEOUT);
	host_tcp_close(t);
	CHECK_OK(host_tcp_open(h, &to[2], 100000, 2000, &t));
	while ((rc = host_tcp_recv(t, &b)) == RC_OK)
		;
	CHECK_RC(rc, RC_LIMIT);
	CHECK(b.n <= 100004);
	host_tcp_close(t);
	buf_reset(&b);
	CHECK_OK(host_udp_ask(h, &to[3], STR("ping"), 1000, 2000, &b));
	CHECK_STR(buf_str(&b), "pong!");
	CHECK_INT(locked, 1); /* once, before the first */
	CHECK_INT(host_counted(h).connections, 4);
	for (size_t i = 0; i < 4; i++) {
		kill(child[i], SIGKILL);
		waitpid(child[i], NULL, 0);
	}
	CHECK_RC(host_tcp_open(h, &to[1], 1000, 2000, &t), RC_NOTFOUND); /* nobody listens now */
	CHECK_RC(host_udp_ask(h, &to[3], STR("ping"), 1000, 2000, &b), RC_NOTFOUND);
	buf_free(&b);
	host_close(h);
}

CASE(addresses_that_are_none)
{
	static const char *const cases[] = { "", "localhost", "127.0.0.1:80", "0.0.0.0", "::", "224.0.0.1", "255.255.255.255", "ff02::1", "fe80::1%lo", "1.2.3", "[::1]" };
	struct host *h = host_open(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC), false);
	const struct host_to there = { "127.0.0.1", 9, "no-such-interface-name" }, port = { "127.0.0.1", 0, NULL };
	struct host_tcp *t = NULL;
	enum rc verdict = RC_DENIED;
	struct buf b = BUF(10);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct host_to to = { cases[i], 9, NULL };

		CHECK_RC(host_tcp_open(h, &to, 10, 100, &t), RC_SYNTAX);
	}
	CHECK_RC(host_tcp_open(h, &port, 10, 100, &t), RC_SYNTAX);
	CHECK_RC(host_udp_ask(h, &there, STR("x"), 10, 100, &b), RC_IO);
	host_close(h);
	h = host_open(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC), false);
	host_on_first_peer(h, lock, &verdict);
	CHECK_RC(host_tcp_open(h, &(struct host_to){ "127.0.0.1", 9, NULL }, 10, 100, &t), RC_DENIED); /* not locked in: no connection */
	CHECK_RC(host_tcp_open(h, &(struct host_to){ "127.0.0.1", 9, NULL }, 10, 100, &t), RC_DENIED);
	host_close(h);
}

TEST_MAIN
