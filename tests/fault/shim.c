// SPDX-License-Identifier: Apache-2.0
/*
 * shim - stands between a program and its files (LD_PRELOAD), counts what
 * changes them, and lets the N-th of these calls go wrong.
 *
 * FAULT_AT=N (0: only count), FAULT_KIND=eio|enospc|full|short|tear|kill, FAULT_REPORT=file that gets the count at
 * the end. full: no space from the N-th call on, for 40 calls. tear: half of it is written, then SIGKILL. Only
 * descriptors opened by name count: pipes and sockets work on.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#define FDS_MAX    1024
#define FULL_CALLS 40

enum kind { COUNT = 0, EIO_ONCE, ENOSPC_ONCE, FULL, SHORT, TEAR, KILL };
enum verdict { GO_ON, GO_WRONG, GO_SHORT, GO_TEAR };

static atomic_long   calls;
static long          fault_at;
static enum kind     kind;
static atomic_bool   ours[FDS_MAX];
static long        (*real_syscall)(long, ...);

#define REAL(name) ((__typeof__(&name))real(#name))

static void *
real(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

__attribute__((constructor)) static void
begin(void)
{
	static const char *const names[] = { "count", "eio", "enospc", "full", "short", "tear", "kill" };
	const char              *at = getenv("FAULT_AT"), *what = getenv("FAULT_KIND");

	fault_at = at ? strtol(at, NULL, 10) : 0;
	for (size_t i = 0; what && i < sizeof names / sizeof *names; i++)
		if (!strcmp(what, names[i]))
			kind = (enum kind)i;
	real_syscall = (long (*)(long, ...))real("syscall");
}

__attribute__((destructor)) static void
end(void)
{
	const char *report = getenv("FAULT_REPORT");
	char        text[32];
	long        fd = report ? real_syscall(SYS_openat, AT_FDCWD, report, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;

	if (fd >= 0) {
		int n = snprintf(text, sizeof text, "%ld\n", atomic_load(&calls));

		(void)real_syscall(SYS_write, fd, text, (long)n);
		(void)real_syscall(SYS_close, fd);
	}
}

/* One more call: does it go wrong? `writes`: it can be done by half. */
static enum verdict
judge(int writes)
{
	long n = atomic_fetch_add(&calls, 1) + 1;

	if (!fault_at || n < fault_at || (n > fault_at && (kind != FULL || n >= fault_at + FULL_CALLS)))
		return GO_ON;
	switch (kind) {
	case KILL:
		(void)kill(getpid(), SIGKILL);
		return GO_WRONG;
	case SHORT:
		return writes ? GO_SHORT : GO_ON;
	case TEAR:
		if (writes)
			return GO_TEAR;
		(void)kill(getpid(), SIGKILL);
		return GO_WRONG;
	case EIO_ONCE:
		errno = EIO;
		return GO_WRONG;
	case ENOSPC_ONCE:
	case FULL:
		errno = ENOSPC;
		return GO_WRONG;
	default:
		return GO_ON;
	}
}

static int
is_ours(int fd)
{
	return fd >= 0 && fd < FDS_MAX && atomic_load(&ours[fd]);
}

static int
opened(int fd)
{
	if (fd >= 0 && fd < FDS_MAX)
		atomic_store(&ours[fd], 1);
	return fd;
}

/* ---- by name ---- */

#define MODE_OF(flags, mode)                                       \
	mode_t mode = 0;                                           \
	if ((flags) & (O_CREAT | O_TMPFILE)) {                     \
		va_list ap;                                        \
		va_start(ap, flags);                               \
		mode = va_arg(ap, mode_t);                         \
		va_end(ap);                                        \
	}

int open(const char *path, int flags, ...)
{
	MODE_OF(flags, mode)
	return judge(0) == GO_WRONG ? -1 : opened((int)real_syscall(SYS_openat, AT_FDCWD, path, flags, mode));
}

int open64(const char *path, int flags, ...)
{
	MODE_OF(flags, mode)
	return judge(0) == GO_WRONG ? -1 : opened((int)real_syscall(SYS_openat, AT_FDCWD, path, flags, mode));
}

int openat(int dir, const char *path, int flags, ...)
{
	MODE_OF(flags, mode)
	return judge(0) == GO_WRONG ? -1 : opened((int)real_syscall(SYS_openat, dir, path, flags, mode));
}

int openat64(int dir, const char *path, int flags, ...)
{
	MODE_OF(flags, mode)
	return judge(0) == GO_WRONG ? -1 : opened((int)real_syscall(SYS_openat, dir, path, flags, mode));
}

long syscall(long number, ...)
{
	va_list ap;
	long    a[6], fd;

	va_start(ap, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(ap, long);
	va_end(ap);
	if (number == SYS_openat2 && judge(0) == GO_WRONG)
		return -1;
	fd = real_syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
	return number == SYS_openat2 ? opened((int)fd) : fd;
}

#define BY_NAME(name, params, args)                                        \
	int name params                                                    \
	{                                                                  \
		return judge(0) == GO_WRONG ? -1 : REAL(name) args;        \
	}
BY_NAME(rename, (const char *from, const char *to), (from, to))
BY_NAME(renameat, (int a, const char *from, int b, const char *to), (a, from, b, to))
BY_NAME(unlink, (const char *path), (path))
BY_NAME(unlinkat, (int dir, const char *path, int flags), (dir, path, flags))
BY_NAME(mkdir, (const char *path, mode_t mode), (path, mode))
BY_NAME(mkdirat, (int dir, const char *path, mode_t mode), (dir, path, mode))

/* ---- by descriptor ---- */

#define WRITES(name, params, whole, half)                                  \
	ssize_t name params                                                \
	{                                                                  \
		enum verdict v = is_ours(fd) ? judge(1) : GO_ON;           \
		ssize_t      done;                                         \
		if (v == GO_WRONG)                                         \
			return -1;                                         \
		if (v == GO_ON || n < 2)                                   \
			return REAL(name) whole;                           \
		done = REAL(name) half;                                    \
		if (v == GO_TEAR)                                          \
			(void)kill(getpid(), SIGKILL);                     \
		return done;                                               \
	}
WRITES(write, (int fd, const void *p, size_t n), (fd, p, n), (fd, p, n / 2))
WRITES(pwrite, (int fd, const void *p, size_t n, off_t at), (fd, p, n, at), (fd, p, n / 2, at))
WRITES(pwrite64, (int fd, const void *p, size_t n, off64_t at), (fd, p, n, at), (fd, p, n / 2, at))

#define BY_FD(name, params, args)                                                    \
	int name params                                                              \
	{                                                                            \
		return is_ours(fd) && judge(0) == GO_WRONG ? -1 : REAL(name) args;   \
	}
BY_FD(fsync, (int fd), (fd))
BY_FD(fdatasync, (int fd), (fd))
BY_FD(ftruncate, (int fd, off_t n), (fd, n))
BY_FD(ftruncate64, (int fd, off64_t n), (fd, n))
BY_FD(fallocate, (int fd, int mode, off_t at, off_t n), (fd, mode, at, n))
BY_FD(fchmod, (int fd, mode_t mode), (fd, mode))

int posix_fallocate(int fd, off_t at, off_t n)
{
	return is_ours(fd) && judge(0) == GO_WRONG ? errno : REAL(posix_fallocate)(fd, at, n);
}

/* The descriptor is gone even when closing it fails. */
int close(int fd)
{
	int wrong = is_ours(fd) && judge(0) == GO_WRONG, e = errno;
	int rc;

	if (fd >= 0 && fd < FDS_MAX)
		atomic_store(&ours[fd], 0);
	rc = (int)real_syscall(SYS_close, fd);
	if (wrong) {
		errno = e;
		return -1;
	}
	return rc;
}
