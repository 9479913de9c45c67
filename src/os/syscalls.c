// SPDX-License-Identifier: Apache-2.0
/* The system calls a process may make: a table; every other one kills the process. The only door to libseccomp. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <unistd.h>

#include "os/sandbox.h"

#define ANYONE   0u
#define FILES    (NEED_FILES_READ | NEED_FILES_WRITE | NEED_WHOLE_TREE | NEED_EXEC)
#define WRITES   (NEED_FILES_WRITE | NEED_EXEC)
#define NO_FILES (1u << 31) /* only for processes without any need of files */

enum how { ALWAYS, WHEN /* (argument & mask) == value */, NOT_THERE /* ENOSYS */, REFUSED /* EACCES */, NO_TERMINAL /* ENOTTY */ };

struct rule { int call; unsigned needs; enum how how; unsigned arg; uint64_t mask, value; };

#define WORD          UINT32_MAX
#define IS(arg, val)  WHEN, (arg), WORD, (uint32_t)(val)
#define NONE_OF(a, m) WHEN, (a), (m), 0
#define S(name)       SCMP_SYS(name)
#define NEW_SPACES    (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)
#define A_THREAD      (CLONE_VM | CLONE_THREAD | CLONE_SIGHAND)

static const struct rule rules[] = {
	/* memory: never executable */
	{ S(brk), ANYONE }, { S(munmap), ANYONE }, { S(mremap), ANYONE }, { S(madvise), ANYONE }, { S(mlock), ANYONE }, { S(mlock2), ANYONE }, { S(munlock), ANYONE },
	{ S(mmap), ANYONE, NONE_OF(2, PROT_EXEC) }, { S(mprotect), ANYONE, NONE_OF(2, PROT_EXEC) }, { S(msync), NEED_FILES_WRITE },
	/* threads of its own, nothing else that runs */
	{ S(clone), ANYONE, WHEN, 0, NEW_SPACES | A_THREAD, A_THREAD }, { S(clone3), ANYONE, NOT_THERE }, { S(set_robust_list), ANYONE }, { S(rseq), ANYONE },
	{ S(futex), ANYONE }, { S(gettid), ANYONE }, { S(getpid), ANYONE }, { S(getppid), ANYONE }, { S(set_tid_address), ANYONE }, { S(membarrier), ANYONE },
	{ S(sched_yield), ANYONE }, { S(sched_getaffinity), ANYONE }, { S(exit), ANYONE }, { S(exit_group), ANYONE }, { S(restart_syscall), ANYONE },
	{ S(getuid), ANYONE }, { S(geteuid), ANYONE }, { S(getgid), ANYONE }, { S(getegid), ANYONE }, { S(prctl), ANYONE, IS(0, PR_SET_NAME) },
	{ S(prlimit64), ANYONE, WHEN, 2, UINT64_MAX, 0 }, { S(getrlimit), ANYONE }, { S(sysinfo), ANYONE }, { S(uname), ANYONE }, { S(getrusage), ANYONE },
	/* signals to itself are added below, with its own number */
	{ S(rt_sigaction), ANYONE }, { S(rt_sigprocmask), ANYONE }, { S(rt_sigreturn), ANYONE }, { S(sigaltstack), ANYONE }, { S(rt_sigtimedwait), ANYONE },
	/* clocks and chance */
	{ S(clock_gettime), ANYONE }, { S(clock_getres), ANYONE }, { S(clock_nanosleep), ANYONE }, { S(nanosleep), ANYONE }, { S(gettimeofday), ANYONE }, { S(time), ANYONE },
	{ S(getrandom), ANYONE },
	/* descriptors it has */
	{ S(read), ANYONE }, { S(readv), ANYONE }, { S(pread64), ANYONE }, { S(write), ANYONE }, { S(writev), ANYONE }, { S(pwrite64), ANYONE }, { S(close), ANYONE },
	{ S(lseek), ANYONE }, { S(fstat), ANYONE }, { S(newfstatat), ANYONE }, { S(dup), ANYONE }, { S(poll), ANYONE }, { S(ppoll), ANYONE }, { S(select), ANYONE },
	{ S(pselect6), ANYONE }, { S(epoll_create1), ANYONE }, { S(epoll_ctl), ANYONE }, { S(epoll_wait), ANYONE }, { S(epoll_pwait), ANYONE }, { S(eventfd2), ANYONE },
	{ S(pipe2), ANYONE }, { S(memfd_create), ANYONE }, { S(ftruncate), ANYONE },
	{ S(fcntl), ANYONE, IS(1, F_GETFD) }, { S(fcntl), ANYONE, IS(1, F_SETFD) }, { S(fcntl), ANYONE, IS(1, F_GETFL) }, { S(fcntl), ANYONE, IS(1, F_SETFL) },
	{ S(fcntl), ANYONE, IS(1, F_DUPFD_CLOEXEC) }, { S(fcntl), ANYONE, IS(1, F_ADD_SEALS) }, { S(fcntl), ANYONE, IS(1, F_GET_SEALS) },
	{ S(ioctl), ANYONE, IS(1, FIONBIO) }, { S(ioctl), ANYONE, IS(1, FIONREAD) }, { S(ioctl), ANYONE, NO_TERMINAL, 1, WORD, TCGETS },
	/* its channels */
	{ S(sendmsg), ANYONE }, { S(recvmsg), ANYONE }, { S(sendto), ANYONE }, { S(recvfrom), ANYONE }, { S(shutdown), ANYONE },
	/* files beneath its folder; Landlock and chroot say which */
	{ S(open), NO_FILES, REFUSED }, { S(openat), NO_FILES, REFUSED }, { S(openat2), NO_FILES, REFUSED }, { S(access), NO_FILES, REFUSED },
	{ S(stat), NO_FILES, REFUSED }, { S(readlink), NO_FILES, REFUSED }, { S(readlinkat), NO_FILES, REFUSED }, { S(faccessat2), NO_FILES, REFUSED },
	{ S(openat), NEED_FILES_READ | NEED_WHOLE_TREE, NONE_OF(2, O_ACCMODE | O_CREAT | O_TRUNC) }, { S(openat2), FILES },
	{ S(open), NEED_FILES_READ | NEED_WHOLE_TREE, NONE_OF(1, O_ACCMODE | O_CREAT | O_TRUNC) },
	{ S(stat), FILES }, { S(lstat), FILES }, { S(statx), FILES }, { S(access), FILES }, { S(faccessat), FILES }, { S(faccessat2), FILES }, { S(readlink), FILES },
	{ S(readlinkat), FILES }, { S(getdents64), FILES }, { S(statfs), FILES }, { S(fstatfs), FILES }, { S(flistxattr), FILES }, { S(fgetxattr), FILES }, { S(getcwd), FILES }, { S(fadvise64), FILES },
	{ S(open), WRITES }, { S(openat), WRITES }, { S(rename), WRITES }, { S(renameat), WRITES }, { S(renameat2), WRITES }, { S(unlink), WRITES }, { S(unlinkat), WRITES },
	{ S(mkdir), WRITES }, { S(mkdirat), WRITES }, { S(rmdir), WRITES }, { S(fsync), WRITES }, { S(fdatasync), WRITES }, { S(fallocate), WRITES }, { S(fchmod), WRITES },
	{ S(flock), WRITES }, { S(umask), WRITES }, { S(pwritev), WRITES }, { S(sync_file_range), WRITES },
	{ S(fcntl), WRITES, IS(1, F_GETLK) }, { S(fcntl), WRITES, IS(1, F_SETLK) }, { S(fcntl), WRITES, IS(1, F_SETLKW) },
	{ S(fcntl), WRITES, IS(1, F_OFD_GETLK) }, { S(fcntl), WRITES, IS(1, F_OFD_SETLK) }, { S(fcntl), WRITES, IS(1, F_OFD_SETLKW) },
	/* inherited listeners */
	{ S(accept4), NEED_LISTENERS }, { S(accept), NEED_LISTENERS }, { S(getpeername), NEED_LISTENERS }, { S(getsockname), NEED_LISTENERS | NEED_NETLINK | NEED_UNIX_CLIENT },
	{ S(getsockopt), NEED_LISTENERS | NEED_NETLINK | NEED_UNIX_CLIENT | NEED_NETWORK },
	{ S(setsockopt), NEED_LISTENERS, IS(1, SOL_SOCKET) }, { S(setsockopt), NEED_LISTENERS, IS(1, IPPROTO_TCP) },
	/* looking at the whole machine; without CAP_SYS_TIME the clock can only be read */
	{ S(adjtimex), NEED_WHOLE_TREE }, { S(clock_adjtime), NEED_WHOLE_TREE },
	/* a reader that asks one Unix socket */
	{ S(socket), NEED_UNIX_CLIENT, IS(0, AF_UNIX) }, { S(connect), NEED_UNIX_CLIENT | NEED_NETWORK },
	/* a reader that asks peers over the network: it connects, and never listens */
	{ S(socket), NEED_NETWORK, IS(0, AF_INET) }, { S(socket), NEED_NETWORK, IS(0, AF_INET6) }, { S(setsockopt), NEED_NETWORK, IS(1, SOL_SOCKET) },
	{ S(ioctl), NEED_NETWORK, IS(1, TIOCOUTQ) }, /* what the peer has not confirmed yet */
	/* a reader that has its program's output, or is about to hear its first peer, locks itself in once more */
	{ S(seccomp), NEED_EXEC | NEED_NETWORK }, { S(prctl), NEED_NETWORK, IS(0, PR_SET_NO_NEW_PRIVS) },
	/* a reader that starts one program: what its loader and an ordinary program need; Landlock keeps it from writing */
	{ S(execve), NEED_EXEC }, { S(mmap), NEED_EXEC }, { S(mprotect), NEED_EXEC }, { S(clone), NEED_EXEC, NONE_OF(0, NEW_SPACES) }, { S(vfork), NEED_EXEC }, { S(fork), NEED_EXEC },
	{ S(wait4), NEED_EXEC }, { S(waitid), NEED_EXEC }, { S(kill), NEED_EXEC }, { S(dup2), NEED_EXEC }, { S(dup3), NEED_EXEC }, { S(pipe), NEED_EXEC }, { S(arch_prctl), NEED_EXEC },
	{ S(close_range), NEED_EXEC }, { S(setpgid), NEED_EXEC }, { S(getpgrp), NEED_EXEC }, { S(getpgid), NEED_EXEC }, { S(setsid), NEED_EXEC }, { S(getgroups), NEED_EXEC },
	{ S(getresuid), NEED_EXEC }, { S(getresgid), NEED_EXEC }, { S(capget), NEED_EXEC }, { S(prctl), NEED_EXEC }, { S(fcntl), NEED_EXEC }, { S(ioctl), NEED_EXEC },
	{ S(chdir), NEED_EXEC }, { S(fchdir), NEED_EXEC }, { S(getdents), NEED_EXEC }, { S(prlimit64), NEED_EXEC }, { S(tgkill), NEED_EXEC }, { S(times), NEED_EXEC },
	{ S(alarm), NEED_EXEC }, { S(setitimer), NEED_EXEC }, { S(pause), NEED_EXEC }, { S(epoll_create), NEED_EXEC }, { S(splice), NEED_EXEC }, { S(sendfile), NEED_EXEC },
	{ S(socket), NEED_EXEC, IS(0, AF_NETLINK) }, { S(socket), NEED_EXEC, IS(0, AF_UNIX) }, { S(bind), NEED_EXEC }, { S(connect), NEED_EXEC }, { S(getsockname), NEED_EXEC },
	{ S(getsockopt), NEED_EXEC }, { S(setsockopt), NEED_EXEC }, { S(socketpair), NEED_EXEC }, { S(sendmmsg), NEED_EXEC }, { S(recvmmsg), NEED_EXEC },
	/* apply: usermod(8) writes, links and hands over the files it locks and replaces; then processes of one user are ended, by descriptor */
	{ S(link), NEED_ACCOUNTS }, { S(linkat), NEED_ACCOUNTS }, { S(chown), NEED_ACCOUNTS }, { S(lchown), NEED_ACCOUNTS }, { S(fchown), NEED_ACCOUNTS }, { S(fchownat), NEED_ACCOUNTS },
	{ S(chmod), NEED_ACCOUNTS }, { S(fchmodat), NEED_ACCOUNTS }, { S(utime), NEED_ACCOUNTS }, { S(utimes), NEED_ACCOUNTS }, { S(utimensat), NEED_ACCOUNTS }, { S(fsetxattr), NEED_ACCOUNTS },
	{ S(pidfd_open), NEED_ACCOUNTS }, { S(pidfd_send_signal), NEED_ACCOUNTS },
};

static bool
applies(const struct rule *r, unsigned needs)
{
	if (r->needs == NO_FILES)
		return !(needs & FILES);
	return r->needs == ANYONE || (r->needs & needs);
}

static enum rc
add(scmp_filter_ctx ctx, const struct rule *r)
{
	static const uint32_t actions[] = { [ALWAYS] = SCMP_ACT_ALLOW, [WHEN] = SCMP_ACT_ALLOW, [NOT_THERE] = SCMP_ACT_ERRNO(ENOSYS),
		[REFUSED] = SCMP_ACT_ERRNO(EACCES), [NO_TERMINAL] = SCMP_ACT_ERRNO(ENOTTY) };
	bool compared = r->how == WHEN || r->how == NO_TERMINAL;
	int n;

	if (compared)
		n = seccomp_rule_add(ctx, actions[r->how], r->call, 1, SCMP_CMP64(r->arg, SCMP_CMP_MASKED_EQ, r->mask, r->value));
	else
		n = seccomp_rule_add(ctx, actions[r->how], r->call, 0);
	if (n == -EDOM || n == -EEXIST) /* not a call of this machine, or already granted without condition */
		n = 0;
	return n < 0 ? FAIL(RC_BUG, "system call rule %d: error %d", r->call, -n) : RC_OK;
}

static enum rc
enter(unsigned needs, bool all_threads)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
	const struct rule own_signals[] = { { S(tgkill), ANYONE, IS(0, getpid()) }, { S(kill), ANYONE, IS(0, getpid()) } };
	enum rc rc = RC_OK;
	int n;

	if (!ctx)
		return FAIL(RC_LIMIT, "no memory for the system call filter");
	if (seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) < 0 || seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2) < 0 ||
	    (all_threads && seccomp_attr_set(ctx, SCMP_FLTATR_CTL_TSYNC, 1) < 0))
		TRY(FAIL(RC_BUG, "system call filter"));
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (applies(&rules[i], needs) && rules[i].how == ALWAYS)
			TRY(add(ctx, &rules[i]));
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (applies(&rules[i], needs) && rules[i].how != ALWAYS)
			TRY(add(ctx, &rules[i]));
	for (size_t i = 0; i < 2; i++)
		TRY(add(ctx, &own_signals[i]));
	n = seccomp_load(ctx);
	if (n < 0)
		TRY(FAIL(RC_DENIED, "this kernel refuses the system call filter (error %d)", -n));
out:
	seccomp_release(ctx);
	return rc;
}

enum rc
syscalls_enter(unsigned needs)
{
	return enter(needs, false);
}

enum rc
syscalls_tighten(unsigned needs)
{
	return enter(needs, true);
}
