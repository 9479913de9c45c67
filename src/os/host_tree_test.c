// SPDX-License-Identifier: Apache-2.0
/* A recorded machine answers what was recorded, and refuses what it is told to refuse. */
#include "os/host.h"

#include "base/test.h"

CASE(a_recorded_machine)
{
	struct host *h = host_open_tree("tests/hosts/hostile");
	struct buf b = BUF(4096);
	struct host_clock clock;
	struct arena a = ARENA(4096);
	struct str release;

	CHECK(h != NULL);
	CHECK(host_now_us(h) > 0);
	CHECK_OK(host_clock(h, &clock));
	CHECK_OK(host_uname(h, &a, &release));
	CHECK_STR(release, "6.1.0-18-amd64");
	CHECK_RC(host_read(h, "/var/log/wtmp", 100, &b), RC_DENIED);  /* a line of its file "refuse" */
	CHECK_RC(host_read(h, "/no/such", 100, &b), RC_NOTFOUND);
	CHECK_RC(host_run(h, "no-such-row", 100, &b), RC_BUG);
	CHECK(host_open_tree("tests/hosts/no-such") == NULL);
	arena_free(&a);
	buf_free(&b);
	host_close(h);
}

CASE(owners_and_attributes_are_as_recorded)
{
	struct host *h = host_open_tree("tests/hosts/kept");
	struct arena a = ARENA(65536);
	struct buf b = BUF(64);
	struct host_stat st;
	struct str *names;
	size_t n;

	CHECK_OK(host_stat(h, "/etc/clamav/clamd.conf", &st));
	CHECK(st.uid == 0 && st.gid == 0 && (st.mode & 07777) == 0644); /* whoever checked it out */
	CHECK_OK(host_stat(h, "/etc/shadow", &st));
	CHECK(st.exists && st.gid == 42 && (st.mode & 07777) == 0640);
	CHECK_OK(host_xattrs(h, "/usr/bin/ping", &a, &names, &n));
	CHECK_INT(n, 1);
	CHECK_STR(names[0], "security.capability");
	CHECK_OK(host_xattr(h, "/usr/bin/ping", "security.capability", 64, &b));
	CHECK_INT(b.n, 20);
	CHECK_RC(host_xattr(h, "/usr/bin/ping", "system.posix_acl_access", 64, &b), RC_NOTFOUND);
	CHECK_RC(host_xattr(h, "/usr/bin/none", "security.capability", 64, &b), RC_NOTFOUND);
	CHECK_OK(host_xattrs(h, "/etc/shadow", &a, &names, &n));
	CHECK_INT(n, 0);
	buf_free(&b);
	arena_free(&a);
	host_close(h);
}

CASE(recorded_peers)
{
	const struct host_to plain = { "192.0.2.10", 80, NULL }, line = { "192.0.2.10", 80, "eth1" }, nobody = { "192.0.2.11", 80, NULL }, hangs = { "192.0.2.12", 80, NULL };
	struct host *h = host_open_tree("tests/hosts/peers");
	struct host_tcp *t = NULL;
	struct buf b = BUF(4096);

	CHECK(h != NULL);
	CHECK_OK(host_tcp_open(h, &plain, 1000, 1000, &t));
	CHECK_OK(host_tcp_recv(t, &b));
	CHECK_STR(buf_str(&b), "hello\n");
	CHECK_OK(host_tcp_send(t, STR("GET / HTTP/1.1\r\nHost: x\r\n\r\n")));
	CHECK_OK(host_tcp_recv(t, &b));
	CHECK_STR(buf_str(&b), "hello\nslash\n");
	CHECK_OK(host_tcp_send(t, STR("something else")));
	CHECK_OK(host_tcp_recv(t, &b));
	CHECK_STR(buf_str(&b), "hello\nslash\nother\n");
	CHECK_RC(host_tcp_recv(t, &b), RC_NOTFOUND);
	host_tcp_close(t);
	CHECK_OK(host_tcp_open(h, &plain, 3, 1000, &t));
	CHECK_RC(host_tcp_recv(t, &b), RC_LIMIT);
	host_tcp_close(t);
	CHECK_RC(host_tcp_open(h, &line, 1000, 1000, &t), RC_NOTFOUND);
	CHECK_RC(host_tcp_open(h, &nobody, 1000, 1000, &t), RC_NOTFOUND);
	CHECK_RC(host_tcp_open(h, &hangs, 1000, 1000, &t), RC_TIMEOUT);
	buf_reset(&b);
	CHECK_OK(host_udp_ask(h, &(struct host_to){ "2001:db8::1", 161, NULL }, STR("\x30\x01"), 1000, 1000, &b));
	CHECK_STR(buf_str(&b), "datagram\n");
	CHECK_INT(host_counted(h).connections, 6);
	buf_free(&b);
	host_close(h);
}

TEST_MAIN
