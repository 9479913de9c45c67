// SPDX-License-Identifier: Apache-2.0
/* Locks the calling process in: a straight list of steps, each fatal. */
#include "os/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/mount.h>
#include <linux/securebits.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

int mount(const char *, const char *, const char *, unsigned long, const void *); /* <sys/mount.h> and <linux/mount.h> do not go together */

#define BIND         4096u  /* MS_BIND */
#define REMOUNT      32u
#define RECURSIVE    16384u
#define PRIVATE      (1u << 18)
#define READ_ONLY    1u
#define NO_SUID      2u
#define NO_DEVICES   4u
#define NO_EXEC      8u

static enum rc
write_once(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	enum rc rc = RC_OK;

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		rc = FAIL_OS("write %s", path);
	if (fd >= 0)
		(void)close(fd); /* the kernel took it at once */
	return rc;
}

/* An ordinary user: one uid, mapped to itself. */
static enum rc
user_namespace(void)
{
	unsigned uid = getuid(), gid = getgid();
	char text[64];
	enum rc rc = RC_OK;

	if (unshare(CLONE_NEWUSER) < 0) {
		rc = FAIL_OS("user namespace");
		return rc_context(rc, "started by an ordinary user, the station needs user namespaces, and this machine does not give them");
	}
	TRY(write_once("/proc/self/setgroups", "deny"));
	(void)snprintf(text, sizeof(text), "%u %u 1", uid, uid); /* fits */
	TRY(write_once("/proc/self/uid_map", text));
	(void)snprintf(text, sizeof(text), "%u %u 1", gid, gid);
	TRY(write_once("/proc/self/gid_map", text));
out:
	return rc;
}

static enum rc
namespaces(const struct sandbox *s, uint32_t *separated)
{
	int flags = CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS | (s->needs & NEED_HOST_NET ? 0 : CLONE_NEWNET);
	enum rc rc = RC_OK;

	if (!s->as_root) {
		TRY(user_namespace());
		*separated |= SEPARATED_USER_NAMESPACE;
	}
	if (unshare(flags) < 0)
		TRY(FAIL_OS("namespaces"));
	*separated |= SEPARATED_MOUNTS | SEPARATED_IPC | (flags & CLONE_NEWNET ? SEPARATED_NETWORK : 0);
	if (mount(NULL, "/", NULL, RECURSIVE | PRIVATE, NULL) < 0)
		TRY(FAIL_OS("private mounts"));
out:
	return rc;
}

/* A folder from outside, as a read-only mount of its own: nothing is above it. */
static enum rc
detached_folder(const char *path, int onto)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC };
	struct stat before, after;
	int tree = -1, fd = -1;
	enum rc rc = RC_OK;

	tree = (int)syscall(SYS_open_tree, AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
	if (tree < 0)
		TRY(FAIL_OS("separate %s", path));
	if (syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH, &attr, sizeof(attr)) < 0)
		TRY(FAIL_OS("make %s read-only", path));
	fd = openat(tree, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fstat(onto, &before) < 0 || fstat(fd, &after) < 0)
		TRY(FAIL_OS("open %s", path));
	if (before.st_dev != after.st_dev || before.st_ino != after.st_ino)
		TRY(FAIL(RC_TAMPERED, "%s is not the folder it was", path));
	if (dup3(fd, onto, O_CLOEXEC) < 0)
		TRY(FAIL_OS("open %s", path));
out:
	if (fd >= 0)
		(void)close(fd);   /* only looked at */
	if (tree >= 0)
		(void)close(tree); /* lives on in `onto` */
	return rc;
}

static enum rc
open_again(int onto)
{
	int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	enum rc rc = RC_OK;

	if (fd < 0 || dup3(fd, onto, O_CLOEXEC) < 0)
		rc = FAIL_OS("open / inside");
	if (fd >= 0)
		(void)close(fd);
	return rc;
}

static enum rc
enter_folder(const struct sandbox *s)
{
	if (mount(s->folder, s->folder, NULL, BIND, NULL) < 0)
		return FAIL_OS("mount %s", s->folder);
	if (mount(NULL, s->folder, NULL, BIND | REMOUNT | NO_SUID | NO_DEVICES | NO_EXEC | (s->needs & NEED_FILES_WRITE ? 0 : READ_ONLY), NULL) < 0)
		return FAIL_OS("remount %s", s->folder);
	if (chdir(s->folder) < 0 || chroot(".") < 0 || chdir("/") < 0)
		return FAIL_OS("chroot into %s", s->folder);
	return RC_OK;
}

/* Also for those whom Landlock would blind: the whole tree, and every mount in it, is only read; but for apply what lies in /etc itself. */
static enum rc
tree_read_only(const struct sandbox *s)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY }, writable = { .attr_clr = MOUNT_ATTR_RDONLY };
	struct statvfs etc;
	bool accounts = s->as_root && (s->needs & NEED_ACCOUNTS) && statvfs("/etc", &etc) == 0 && !(etc.f_flag & ST_RDONLY); /* who keeps it read-only keeps it */

	if (accounts && mount("/etc", "/etc", NULL, BIND | RECURSIVE, NULL) < 0)
		return FAIL_OS("mount /etc");
	if (syscall(SYS_mount_setattr, AT_FDCWD, "/", AT_RECURSIVE, &attr, sizeof(attr)) < 0)
		return FAIL_OS("make the tree read-only");
	if (accounts && syscall(SYS_mount_setattr, AT_FDCWD, "/etc", 0, &writable, sizeof(writable)) < 0)
		return FAIL_OS("make /etc writable");
	return RC_OK;
}

static enum rc
mounts(const struct sandbox *s, uint32_t *separated)
{
	enum rc rc = RC_OK;

	for (int i = 0; i < s->dirs_count; i++)
		if (s->dirs[i].path)
			TRY(detached_folder(s->dirs[i].path, s->dirs[i].fd));
	if (!(s->needs & NEED_WHOLE_TREE)) {
		TRY(enter_folder(s));
		*separated |= SEPARATED_FOLDER;
	} else {
		if (s->cover && mount("none", s->cover, "tmpfs", READ_ONLY | NO_SUID | NO_DEVICES | NO_EXEC, "size=4k,mode=0500") < 0)
			TRY(FAIL_OS("cover the station's own folder"));
		TRY(tree_read_only(s));
	}
	for (int i = 0; i < s->dirs_count; i++)
		if (!s->dirs[i].path)
			TRY(open_again(s->dirs[i].fd));
out:
	return rc;
}

_Static_assert(CAP_BIT_DAC_READ_SEARCH == 1ULL << CAP_DAC_READ_SEARCH && CAP_BIT_NET_ADMIN == 1ULL << CAP_NET_ADMIN && CAP_BIT_SYS_PTRACE == 1ULL << CAP_SYS_PTRACE && CAPS_ACCOUNTS == (1ULL << CAP_CHOWN | 1ULL << CAP_DAC_OVERRIDE | 1ULL << CAP_FOWNER | 1ULL << CAP_KILL),
    "the kernel's numbers");

static uint64_t
caps_kept(const struct sandbox *s)
{
	uint64_t caps = s->as_root ? s->caps : 0;

	if (s->as_root && (s->needs & NEED_WHOLE_TREE))
		caps |= 1ULL << CAP_DAC_READ_SEARCH;
	if (s->as_root && (s->needs & NEED_PTRACE_READ))
		caps |= 1ULL << CAP_SYS_PTRACE;
	return caps;
}

static enum rc
ids(const struct sandbox *s, uint32_t *separated)
{
	if (!s->as_root)
		return RC_OK;
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0)
		return FAIL_OS("keep capabilities");
	if (setgroups(0, NULL) < 0 || setresgid(s->uid, s->uid, s->uid) < 0 || setresuid(s->uid, s->uid, s->uid) < 0)
		return FAIL_OS("become user %u", s->uid);
	*separated |= SEPARATED_USER_ID;
	return RC_OK;
}

static enum rc
capabilities(const struct sandbox *s, uint32_t *separated)
{
	const unsigned long locked = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP | SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED |
	    SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;
	struct __user_cap_header_struct head = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct data[2] = { 0 };
	uint64_t kept = caps_kept(s), inherited = 0; /* what a program gets */
	const uint64_t setpcap = 1ULL << CAP_SETPCAP;

	if (s->needs & NEED_EXEC)
		inherited = kept & (1ULL << CAP_NET_ADMIN | (s->needs & NEED_EXEC_READS ? 1ULL << CAP_DAC_READ_SEARCH : 0) | (s->needs & NEED_ACCOUNTS ? CAPS_ACCOUNTS_PROGRAM : 0));
	/* twice: first with CAP_SETPCAP, to raise what a program inherits and to lock the door behind it */
	for (int last = 0; last < 2; last++) {
		uint64_t now = kept | (last ? 0 : setpcap);

		data[0].effective = data[0].permitted = (uint32_t)now;
		data[1].effective = data[1].permitted = (uint32_t)(now >> 32);
		data[0].inheritable = (uint32_t)inherited;
		data[1].inheritable = (uint32_t)(inherited >> 32);
		if (syscall(SYS_capset, &head, data) < 0)
			return FAIL_OS("set capabilities");
		if (last)
			break;
		for (int cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
			if (!(inherited >> cap & 1) && prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0)
				return FAIL_OS("drop capability %d", cap);
		if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0)
			return FAIL_OS("clear capabilities");
		for (int cap = 0; cap < 64; cap++)
			if ((inherited >> cap & 1) && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0) < 0)
				return FAIL_OS("hand on capability %d", cap);
		if (prctl(PR_SET_SECUREBITS, locked, 0, 0, 0) < 0)
			return FAIL_OS("secure bits");
	}
	*separated |= SEPARATED_CAPABILITIES;
	return RC_OK;
}

static enum rc
limits(const struct sandbox *s)
{
	const struct rlimit none = { 0, 0 }, memory = { s->memory_bytes, s->memory_bytes }, cpu = { s->cpu_s, s->cpu_s };

	if (setrlimit(RLIMIT_CORE, &none) < 0)
		return FAIL_OS("no core files");
	if ((s->memory_bytes && setrlimit(RLIMIT_AS, &memory) < 0) || (s->cpu_s && setrlimit(RLIMIT_CPU, &cpu) < 0))
		return FAIL_OS("memory and time");
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return FAIL_OS("not dumpable");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return FAIL_OS("no new privileges");
	return RC_OK;
}

enum rc
sandbox_enter(const struct sandbox *s, uint32_t *ret_separated)
{
	uint32_t separated = 0;
	int abi = 0;
	enum rc rc = RC_OK;

	if ((s->needs & NEED_NETWORK) && ((s->needs & NEED_EXEC_READS) || !(s->needs & NEED_HOST_NET)))
		return FAIL(RC_BUG, "needs 0x%x: a way out for what a program reads, or a network that is none", s->needs);
	TRY(namespaces(s, &separated));
	TRY(mounts(s, &separated));
	TRY(ids(s, &separated));
	TRY(capabilities(s, &separated));
	TRY(limits(s));
	if (!(s->needs & NEED_PTRACE_READ)) { /* a process under Landlock may not look into another's /proc */
		TRY(landlock_enter(s, &abi));
		separated |= SEPARATED_LANDLOCK | (uint32_t)(abi < 255 ? abi : 255) << 16;
	}
	TRY(syscalls_enter(s->needs));
	separated |= SEPARATED_SYSTEM_CALLS;
	*ret_separated = separated;
out:
	return rc;
}
