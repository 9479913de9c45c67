// SPDX-License-Identifier: Apache-2.0
/* The running machine: files that try to leave, programs and sockets that misbehave. */
#include "os/host.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/inet_diag.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/test.h"

static char folder[] = "/tmp/host-test-XXXXXX";

static void
put(const char *path, const char *bytes, size_t n)
{
	char whole[256];
	int fd;

	(void)snprintf(whole, sizeof(whole), "%s/%s", folder, path);
	fd = open(whole, O_CREAT | O_WRONLY | O_TRUNC, 0600);
	CHECK(fd >= 0 && write(fd, bytes, n) == (ssize_t)n);
	close(fd);
}

static void
at(char whole[256], const char *path)
{
	(void)snprintf(whole, 256, "%s/%s", folder, path);
}

static struct host *
start(void)
{
	char path[256];

	if (strstr(folder, "XXXXXX"))
		CHECK(mkdtemp(folder) != NULL);
	at(path, "etc");
	(void)mkdir(path, 0700); /* may be there from the case before */
	put("etc/plain", "hello\n", 6);
	at(path, "etc/absolute");
	CHECK(symlink("/etc/plain", path) == 0 || errno == EEXIST);
	at(path, "etc/away");
	CHECK(symlink("../../../../../../../../etc/hostname", path) == 0 || errno == EEXIST);
	at(path, "etc/fifo");
	(void)mkfifo(path, 0600);
	return host_open(open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), false);
}

static void
sweep(void)
{
	char command[256];
	pid_t child = fork();

	(void)snprintf(command, sizeof(command), "%s", folder);
	if (child == 0)
		execl("/bin/rm", "rm", "-rf", "--", command, NULL);
	waitpid(child, NULL, 0);
}

CASE(files_stay_beneath_the_root)
{
	struct host *h = start();
	struct buf b = BUF(4096);
	struct host_stat st;
	struct arena a = ARENA(65536);
	struct str *names;
	size_t n;

	CHECK_OK(host_read(h, "/etc/plain", 100, &b));
	CHECK_OK(host_read(h, "/etc/absolute", 100, &b)); /* an absolute link means the root's */
	CHECK_STR(buf_str(&b), "hello\nhello\n");
	CHECK_RC(host_read(h, "/etc/away", 4096, &b), RC_NOTFOUND);
	CHECK_RC(host_read(h, "/etc/plain", 5, &b), RC_LIMIT);
	CHECK_RC(host_read(h, "/etc/fifo", 100, &b), RC_IO);
	CHECK_RC(host_read(h, "/etc/nothing", 100, &b), RC_NOTFOUND);
	CHECK_RC(host_read(h, "/etc", 100, &b), RC_IO);
	CHECK_INT(b.n, 12); /* failures added nothing */
	CHECK_OK(host_stat(h, "/etc/plain", &st));
	CHECK(st.exists && st.size == 6 && st.modified_at_us > 0);
	CHECK_OK(host_stat(h, "/etc/nothing", &st));
	CHECK(!st.exists);
	CHECK_OK(host_list(h, "/etc", 10, &a, &names, &n));
	CHECK_INT(n, 4);
	CHECK_STR(names[0], "absolute");
	CHECK_RC(host_list(h, "/etc", 3, &a, &names, &n), RC_LIMIT);
	CHECK_RC(host_list(h, "/etc/plain", 3, &a, &names, &n), RC_NOTFOUND);
	buf_reset(&b);
	CHECK_OK(host_link(h, "/etc/absolute", &b));
	CHECK_STR(buf_str(&b), "/etc/plain");
	CHECK(host_counted(h).files == 5 && host_counted(h).bytes >= 18 && host_counted(h).execs == 0);
	buf_free(&b);
	arena_free(&a);
	host_close(h);
}

CASE(the_listeners_of_this_machine)
{
	struct host *h = host_open(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC), true);
	struct inet_diag_req_v2 q = { .sdiag_family = AF_INET, .sdiag_protocol = IPPROTO_TCP, .idiag_states = 1 << 10 };
	struct sockaddr_in me = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct buf b = BUF(1 << 20);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	CHECK(bind(fd, (struct sockaddr *)&me, sizeof(me)) == 0 && listen(fd, 1) == 0);
	CHECK_OK(host_netlink(h, NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY, (struct str){ (const char *)&q, sizeof(q) }, 1 << 20, &b));
	CHECK(b.n >= sizeof(struct nlmsghdr) + sizeof(struct inet_diag_msg));
	CHECK_RC(host_netlink(h, NETLINK_AUDIT, 20, (struct str){ (const char *)&q, sizeof(q) }, 1 << 20, &b), RC_DENIED);
	CHECK_RC(host_run(h, "rm", 100, &b), RC_BUG);
	CHECK(host_now_us(h) > INT64_C(1600000000000000));
	close(fd);
	buf_free(&b);
	host_close(h);
}

/* A socket that answers, hangs, floods or hangs up; the child ends by itself. */
static pid_t
serve(const char *name, const char *how)
{
	struct sockaddr_un me = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	pid_t child;

	(void)snprintf(me.sun_path, sizeof(me.sun_path), "%s/%s", folder, name);
	CHECK(bind(fd, (struct sockaddr *)&me, sizeof(me)) == 0 && listen(fd, 4) == 0);
	child = fork();
	if (child == 0) {
		int peer = accept(fd, NULL, NULL);
		char piece[65536] = { 0 };

		alarm(10);
		signal(SIGPIPE, SIG_DFL);
		if (strcmp(how, "answer") == 0)
			_exit(read(peer, piece, sizeof(piece)) > 0 && write(peer, "PONG\0", 5) == 5 ? 0 : 1);
		if (strcmp(how, "hang") == 0)
			pause();
		for (;;) /* flood */
			if (write(peer, piece, sizeof(piece)) < 0)
				_exit(0);
	}
	close(fd);
	return child;
}

CASE(sockets_that_misbehave)
{
	struct host *h = start();
	struct buf b = BUF(4096);
	pid_t child[3] = { serve("answer.sock", "answer"), serve("hang.sock", "hang"), serve("flood.sock", "flood") };

	CHECK_OK(host_unix_ask(h, "/answer.sock", STR("zPING\0"), 1000, 2000, &b));
	CHECK(b.n == 5 && memcmp(b.p, "PONG", 5) == 0);
	CHECK_RC(host_unix_ask(h, "/hang.sock", STR("zPING\0"), 1000, 150, &b), RC_TIMEOUT);
	CHECK_RC(host_unix_ask(h, "/flood.sock", STR("zPING\0"), 1000, 2000, &b), RC_LIMIT);
	CHECK_RC(host_unix_ask(h, "/nothing.sock", STR("zPING\0"), 1000, 2000, &b), RC_NOTFOUND);
	CHECK_RC(host_unix_ask(h, "/etc/plain", STR("zPING\0"), 1000, 2000, &b), RC_NOTFOUND);
	CHECK_INT(b.n, 5);
	for (size_t i = 0; i < 3; i++) {
		kill(child[i], SIGKILL);
		waitpid(child[i], NULL, 0);
	}
	CHECK_RC(host_unix_ask(h, "/answer.sock", STR("zPING\0"), 1000, 2000, &b), RC_NOTFOUND); /* nobody listens now */
	buf_free(&b);
	host_close(h);
	sweep();
}

TEST_MAIN
