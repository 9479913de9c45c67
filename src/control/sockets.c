// SPDX-License-Identifier: Apache-2.0
/* The kernel's socket table, and who holds what is in it. */
#include "control/sockets.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"

#define DUMP_MAX      (8 << 20)
#define PIDS_MAX      65536
#define FDS_MAX       65536
#define LOOPBACK_IF   1          /* the kernel gives lo this index in every network namespace */
#define STATE_UNCONN  7          /* TCP_CLOSE: how an unconnected UDP socket shows */
#define STATE_LISTEN  10
#define UNCONN_BIT    (1u << STATE_UNCONN)
#define LISTEN_BIT    (1u << STATE_LISTEN)

static bool
is_loopback(const struct inet_diag_msg *m)
{
	const unsigned char *a = (const unsigned char *)m->id.idiag_src;
	static const unsigned char mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff }, one[16] = { [15] = 1 };

	if (m->id.idiag_if == LOOPBACK_IF)
		return true;
	if (m->idiag_family == AF_INET)
		return a[0] == 127;
	return memcmp(a, one, 16) == 0 || (memcmp(a, mapped, 12) == 0 && a[12] == 127);
}

static enum rc
take_one(const struct inet_diag_msg *m, uint8_t protocol, listener_take *take, void *context)
{
	struct listener l = { .protocol = protocol, .family = m->idiag_family, .port = ntohs(m->id.idiag_sport), .inode = m->idiag_inode };

	if (m->idiag_family != AF_INET && m->idiag_family != AF_INET6)
		return FAIL(RC_SYNTAX, "sock_diag: family %u", m->idiag_family);
	if (m->idiag_state != (protocol == IPPROTO_TCP ? STATE_LISTEN : STATE_UNCONN) || l.port == 0 || is_loopback(m))
		return RC_OK;
	if (inet_ntop(m->idiag_family, m->id.idiag_src, l.address, sizeof(l.address)) == NULL)
		return FAIL_OS("sock_diag: address");
	return take(context, &l);
}

enum rc
sockets_parse(struct str dump, uint8_t protocol, listener_take *take, void *context)
{
	enum rc rc = RC_OK;

	while (dump.n) {
		struct nlmsghdr head;
		struct inet_diag_msg m;

		if (dump.n < sizeof(head))
			return FAIL(RC_SYNTAX, "sock_diag: half a header");
		memcpy(&head, dump.p, sizeof(head));
		if (head.nlmsg_len < sizeof(head) + sizeof(m) || head.nlmsg_len > dump.n || /* first: NLMSG_ALIGN wraps at 32 bits */
		    NLMSG_ALIGN((size_t)head.nlmsg_len) > dump.n || head.nlmsg_type != SOCK_DIAG_BY_FAMILY)
			return FAIL(RC_SYNTAX, "sock_diag: a message of impossible length or type");
		memcpy(&m, dump.p + sizeof(head), sizeof(m));
		TRY(take_one(&m, protocol, take, context));
		dump = str_sub(dump, NLMSG_ALIGN((size_t)head.nlmsg_len), dump.n);
	}
out:
	return rc;
}

enum rc
sockets_listening(const struct host *h, listener_take *take, void *context)
{
	static const uint8_t families[] = { AF_INET, AF_INET6 }, protocols[] = { IPPROTO_TCP, IPPROTO_UDP };
	struct buf b = BUF(DUMP_MAX);
	enum rc rc = RC_OK;

	for (size_t i = 0; i < 4; i++) {
		struct inet_diag_req_v2 q = { .sdiag_family = families[i / 2], .sdiag_protocol = protocols[i % 2],
			.idiag_states = protocols[i % 2] == IPPROTO_TCP ? LISTEN_BIT : UNCONN_BIT };

		buf_reset(&b);
		rc = host_netlink(h, NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY, (struct str){ (const char *)&q, sizeof(q) }, DUMP_MAX, &b);
		if (rc == RC_NOTFOUND && families[i / 2] == AF_INET6) { /* a kernel without IPv6 has no such table */
			rc = RC_OK;
			continue;
		}
		if (rc == RC_NOTFOUND) /* tcp_diag and udp_diag cannot be loaded here: who listens is not known */
			rc = FAIL(RC_IO, "the kernel has no table of its sockets (module %s)", protocols[i % 2] == IPPROTO_TCP ? "tcp_diag" : "udp_diag");
		TRY(rc);
		TRY(sockets_parse(buf_str(&b), protocols[i % 2], take, context));
	}
out:
	buf_free(&b);
	return rc;
}

enum rc
socket_link_parse(struct str link, uint32_t *ret)
{
	uint64_t inode;
	enum rc rc = RC_OK;

	if (!str_starts(link, STR("socket:[")) || !str_ends(link, STR("]")))
		return RC_NOTFOUND;
	TRY(num_parse_u64(str_sub(link, 8, link.n - 9), UINT32_MAX, &inode));
	*ret = (uint32_t)inode;
out:
	return rc;
}

static int
inode_order(const void *a, const void *b)
{
	uint32_t x = ((const struct owner *)a)->inode, y = ((const struct owner *)b)->inode;

	return (x > y) - (x < y);
}

struct str
owner_program(const struct host *h, struct arena *arena, const char *pid)
{
	struct buf b = BUF(4096);
	struct str program = STR_NONE;
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%s/exe", pid);
	if (host_link(h, path, &b) == RC_OK) {
		program = buf_str(&b);
		if (str_ends(program, STR(" (deleted)")))
			program.n -= 10;
		program = arena_dup(arena, program);
	}
	buf_free(&b);
	return program;
}

/* One process: each of its sockets that we look for gets its program. */
static enum rc
one_process(const struct host *h, struct arena *arena, const char *pid, struct owner *owners, size_t count)
{
	struct arena names_arena = ARENA(FDS_MAX * 64);
	struct buf link = BUF(4200);
	struct str *names, program = STR_NONE;
	size_t n;
	char path[300];
	enum rc rc = RC_OK;

	(void)snprintf(path, sizeof(path), "/proc/%s/fd", pid);
	TRY(host_list(h, path, FDS_MAX, &names_arena, &names, &n));
	for (size_t i = 0; i < n; i++) {
		struct owner key, *found;

		(void)snprintf(path, sizeof(path), "/proc/%s/fd/%s", pid, names[i].p);
		buf_reset(&link);
		rc = host_link(h, path, &link);
		if (rc == RC_NOTFOUND || (rc == RC_OK && socket_link_parse(buf_str(&link), &key.inode) != RC_OK)) {
			rc = RC_OK;
			continue;
		}
		TRY(rc);
		found = bsearch(&key, owners, count, sizeof(*owners), inode_order);
		if (found && found->program.n == 0) {
			if (program.n == 0)
				program = owner_program(h, arena, pid);
			found->program = program;
		}
	}
out:
	arena_free(&names_arena);
	buf_free(&link);
	return rc;
}

enum rc
sockets_owners(const struct host *h, struct arena *arena, struct owner *owners, size_t count, bool *ret_whole)
{
	struct arena names_arena = ARENA(PIDS_MAX * 64);
	struct str *names;
	size_t n;
	bool whole = true, any = false;
	enum rc rc = RC_OK;

	qsort(owners, count, sizeof(*owners), inode_order);
	TRY(host_list(h, "/proc", PIDS_MAX, &names_arena, &names, &n));
	for (size_t i = 0; i < n; i++) {
		if (names[i].n == 0 || names[i].n > 10 || names[i].p[0] < '0' || names[i].p[0] > '9')
			continue;
		any = true;
		rc = one_process(h, arena, names[i].p, owners, count);
		if (rc != RC_OK && rc != RC_NOTFOUND)
			whole = false; /* not ours to read: its sockets stay without a name */
		rc = RC_OK;
	}
	*ret_whole = whole && any; /* a machine that shows no process at all shows no owner either */
out:
	arena_free(&names_arena);
	return rc;
}
