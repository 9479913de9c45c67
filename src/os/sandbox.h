// SPDX-License-Identifier: Apache-2.0
/*
 * sandbox - a process locks itself in, before it reads its first byte.
 *
 * Namespaces → mounts, chroot → ids and capabilities → no_new_privs → Landlock
 * → system calls. What the mode requires is fatal when it fails: every answer
 * but RC_OK means "do not run". There is no switch. Only while single-threaded.
 */
#ifndef OS_SANDBOX_H
#define OS_SANDBOX_H

#include "base/str.h"

/* What beyond the base set (memory, clocks, its channels, threads) a process may do. */
enum need {
	NEED_FILES_READ  = 1,    /* open and read beneath its folder     */
	NEED_FILES_WRITE = 2,    /* and write, rename, fsync, lock there */
	NEED_LISTENERS   = 4,    /* accept on inherited listeners        */
	NEED_NETLINK     = 8,    /* inherited netlink sockets            */
	NEED_WHOLE_TREE  = 16,   /* folder is /: read-only by Landlock   */
	NEED_EXEC        = 32,   /* reader: one program                  */
	NEED_UNIX_CLIENT = 64,   /* reader: connect to a Unix socket     */
	NEED_PTRACE_READ = 128,  /* reader: /proc of others, no Landlock */
	NEED_HOST_NET    = 256,  /* reader: stays in the host's network namespace */
	NEED_NETWORK     = 512,  /* connects to peers, with NEED_HOST_NET; a reader gives up files before */
	NEED_EXEC_READS  = 1024, /* reader: its program may read what it may; never with NEED_NETWORK    */
	NEED_ACCOUNTS    = 2048, /* apply: started by root, its program writes beneath /etc, and it ends processes of others */
};

/* Capabilities that a row of readers.def may keep: bits of `caps`, numbered as the kernel does. */
#define CAP_BIT_DAC_READ_SEARCH (1ULL << 2)
#define CAP_BIT_NET_ADMIN       (1ULL << 12)
#define CAP_BIT_SYS_PTRACE      (1ULL << 19)

/* What NEED_ACCOUNTS takes: files of other owners beneath /etc (CHOWN, DAC_OVERRIDE, FOWNER: its program has them too) and KILL, which is its own. */
#define CAPS_ACCOUNTS_PROGRAM   (1ULL << 0 | 1ULL << 1 | 1ULL << 3)
#define CAPS_ACCOUNTS           (CAPS_ACCOUNTS_PROGRAM | 1ULL << 5)

struct sandbox {
	unsigned    needs;
	bool        as_root;      /* started by root: own uid. Else: user namespace, one uid  */
	uint32_t    uid;          /* as_root: uid and gid to become                            */
	uint64_t    caps;         /* as_root: 1 << CAP_… to keep beyond what `needs` implies   */
	uint64_t    memory_bytes; /* of address space; 0: no limit                             */
	unsigned    cpu_s;        /* of the processor; 0: no limit                             */
	const char *folder;       /* absolute: becomes its "/". Without NEED_WHOLE_TREE only   */
	const char *cover;        /* NEED_WHOLE_TREE: the station's own folder, made invisible */
	/* Directory descriptors that stay in use: opened again inside, under the same number. `path` NULL: its "/". */
	struct { const char *path; int fd; } dirs[4];
	int         dirs_count;
	uint16_t    connect_ports[4]; /* NEED_NETWORK: the only ports of TCP it may connect to, where the kernel can say so (ABI 4); zeros: any */
};

/* What is separated, as core shows it; the Landlock ABI stands in bits 16 to 23. */
enum separated {
	SEPARATED_USER_ID = 1, SEPARATED_USER_NAMESPACE = 2, SEPARATED_MOUNTS = 4, SEPARATED_NETWORK = 8, SEPARATED_IPC = 16,
	SEPARATED_FOLDER = 32, SEPARATED_CAPABILITIES = 64, SEPARATED_LANDLOCK = 128, SEPARATED_SYSTEM_CALLS = 256,
};
#define SEPARATED_ABI(bits) (((bits) >> 16) & 255)

MUST_USE enum rc sandbox_enter(const struct sandbox *, uint32_t *ret_separated);

/* ---- parts, for sandbox.c and tests ---- */

#define LANDLOCK_ABI_FLOOR 2

struct landlock_rights { uint64_t files, network, scope; };
struct landlock_rights landlock_handled(int abi);                 /* everything this ABI can refuse; zeros below the floor */
uint64_t               landlock_granted(int abi, unsigned needs); /* beneath the process's folder */
int                    landlock_abi(void);                        /* 0: none */
MUST_USE enum rc       landlock_enter(const struct sandbox *, int *ret_abi);
MUST_USE enum rc       syscalls_enter(unsigned needs);
MUST_USE enum rc       syscalls_tighten(unsigned needs);          /* later, for every thread, by a process with NEED_EXEC */

#endif
