// SPDX-License-Identifier: Apache-2.0
/* Landlock by system call: everything the kernel can refuse is refused, but what lies in the process's own folder. */
#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/sandbox.h"

/* The kernel's numbers, by the ABI that brought them; the build machine's header may be older than the kernel. */
enum {
	EXECUTE = 1 << 0, WRITE_FILE = 1 << 1, READ_FILE = 1 << 2, READ_DIR = 1 << 3, REMOVE_DIR = 1 << 4, REMOVE_FILE = 1 << 5,
	MAKE_DIR = 1 << 7, MAKE_REG = 1 << 8,
	ABI_1 = (1 << 13) - 1, REFER = 1 << 13, TRUNCATE = 1 << 14, IOCTL_DEV = 1 << 15,
	BIND_TCP = 1 << 0, CONNECT_TCP = 1 << 1, SCOPE_ABSTRACT_UNIX = 1 << 0, SCOPE_SIGNAL = 1 << 1,
	VERSION = 1 << 0, PATH_BENEATH = 1, NET_PORT = 2,
};
struct ruleset { uint64_t files, network, scope; };
struct to_port { uint64_t allowed, port; };
struct beneath { uint64_t allowed; int32_t fd; } __attribute__((packed));

struct landlock_rights
landlock_handled(int abi)
{
	struct landlock_rights r = { 0, 0, 0 };

	if (abi < LANDLOCK_ABI_FLOOR)
		return r;
	r.files = ABI_1 | REFER;
	if (abi >= 3)
		r.files |= TRUNCATE;
	if (abi >= 4)
		r.network = BIND_TCP | CONNECT_TCP;
	if (abi >= 5)
		r.files |= IOCTL_DEV;
	if (abi >= 6)
		r.scope = SCOPE_ABSTRACT_UNIX | SCOPE_SIGNAL;
	return r;
}

uint64_t
landlock_granted(int abi, unsigned needs)
{
	uint64_t r = 0;

	if (needs & (NEED_FILES_READ | NEED_FILES_WRITE | NEED_WHOLE_TREE))
		r |= READ_FILE | READ_DIR;
	if ((needs & NEED_FILES_WRITE) && !(needs & NEED_WHOLE_TREE))
		r |= WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | REFER | TRUNCATE;
	if (needs & NEED_EXEC)
		r |= EXECUTE | READ_FILE | READ_DIR;
	return r & landlock_handled(abi).files;
}

int
landlock_abi(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, VERSION);

	return abi > 0 ? (int)abi : 0;
}

static enum rc
grant(int rules, const char *path, uint64_t allowed)
{
	struct beneath b = { allowed, open(path, O_PATH | O_DIRECTORY | O_CLOEXEC) };
	enum rc rc = RC_OK;

	if (b.fd < 0)
		return FAIL_OS("open %s for Landlock", path);
	if (syscall(SYS_landlock_add_rule, rules, PATH_BENEATH, &b, 0) < 0)
		rc = FAIL_OS("Landlock rule for %s", path);
	(void)close(b.fd); /* a path only */
	return rc;
}

static enum rc
grant_fd(int rules, int fd, uint64_t allowed)
{
	struct beneath b = { allowed, fd };

	return syscall(SYS_landlock_add_rule, rules, PATH_BENEATH, &b, 0) < 0 ? FAIL_OS("Landlock rule for a folder") : RC_OK;
}

enum rc
landlock_enter(const struct sandbox *s, int *ret_abi)
{
	int abi = landlock_abi(), rules = -1;
	struct landlock_rights handled = landlock_handled(abi);
	struct ruleset attr = { handled.files, handled.network & ~(uint64_t)(s->needs & NEED_NETWORK && !s->connect_ports[0] ? CONNECT_TCP : 0), handled.scope & ~(uint64_t)(s->needs & NEED_ACCOUNTS ? SCOPE_SIGNAL : 0) };
	enum rc rc = RC_OK;

	if (abi < LANDLOCK_ABI_FLOOR)
		return FAIL(RC_DENIED, "this kernel has Landlock ABI %d; %d is needed (Linux 5.19 or newer, \"landlock\" among its security modules)", abi, LANDLOCK_ABI_FLOOR);
	rules = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
	if (rules < 0)
		return FAIL_OS("Landlock rules");
	if (landlock_granted(abi, s->needs))
		TRY(grant(rules, "/", landlock_granted(abi, s->needs)));
	if (s->as_root && (s->needs & NEED_ACCOUNTS))
		TRY(grant(rules, "/etc", (READ_FILE | READ_DIR | WRITE_FILE | MAKE_REG | REMOVE_FILE | TRUNCATE) & handled.files));
	for (int i = 0; i < s->dirs_count; i++)
		if (s->dirs[i].path)
			TRY(grant_fd(rules, s->dirs[i].fd, READ_FILE | READ_DIR));
	for (size_t i = 0; i < sizeof(s->connect_ports) / sizeof(s->connect_ports[0]); i++) {
		struct to_port port = { CONNECT_TCP, s->connect_ports[i] };

		if (s->connect_ports[i] && (attr.network & CONNECT_TCP) && syscall(SYS_landlock_add_rule, rules, NET_PORT, &port, 0) < 0)
			TRY(FAIL_OS("Landlock rule for port %u", s->connect_ports[i]));
	}
	if (syscall(SYS_landlock_restrict_self, rules, 0) < 0)
		TRY(FAIL_OS("Landlock"));
	*ret_abi = abi;
out:
	(void)close(rules); /* in force or refused */
	return rc;
}
