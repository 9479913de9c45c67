// SPDX-License-Identifier: Apache-2.0
/* Files beneath a directory, whole and durable; the only place where they are opened by name. */
#include "os/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static void
close_quietly(int fd)
{
	if (fd >= 0)
		(void)close(fd); /* read, or synced before */
}

static enum rc
failed(const char *verb, const char *path)
{
	if (errno == ENOENT)
		return FAIL(RC_NOTFOUND, "%s %s: not there", verb, path);
	if (errno == ENOSPC || errno == EDQUOT) {
		enum rc rc = FAIL_OS("%s %s", verb, path);

		return rc == RC_IO ? RC_LIMIT : rc;
	}
	return FAIL_OS("%s %s", verb, path);
}

enum rc
file_open(int dirfd, const char *path, int flags, mode_t mode, int *ret)
{
	struct open_how how = {
		.flags = (uint64_t)(flags | O_CLOEXEC | O_NOFOLLOW),
		.mode = flags & O_CREAT ? mode : 0,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};
	long fd;

	do
		fd = syscall(SYS_openat2, dirfd, path, &how, sizeof(how));
	while (fd < 0 && (errno == EINTR || errno == EAGAIN));
	if (fd < 0)
		return failed("open", path);
	*ret = (int)fd;
	return RC_OK;
}

enum rc
file_open_dir(int dirfd, const char *path, int *ret)
{
	return file_open(dirfd, path, O_RDONLY | O_DIRECTORY, 0, ret);
}

enum rc
file_read_fd(int fd, size_t bytes_max, struct buf *ret)
{
	size_t total = 0;

	for (;;) {
		size_t room = bytes_max - total < 65536 ? bytes_max - total + 1 : 65536;
		enum rc rc;
		ssize_t n;
		char *at;

		rc = buf_reserve(ret, room, &at);
		if (rc != RC_OK && ret->max - ret->n < room && ret->max > ret->n) {
			room = ret->max - ret->n;
			rc = buf_reserve(ret, room, &at);
		}
		if (rc != RC_OK) { /* the buffer is full: it fits only when this is the end */
			char one;

			n = read(fd, &one, 1);
			return n == 0 ? RC_OK : n < 0 ? FAIL_OS("read") : FAIL(RC_LIMIT, "over the ceiling of %zu bytes", ret->max);
		}
		n = read(fd, at, room);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return FAIL_OS("read");
		if (n == 0)
			return RC_OK;
		total += (size_t)n;
		if (total > bytes_max)
			return FAIL(RC_LIMIT, "over the ceiling of %zu bytes", bytes_max);
		ret->n += (size_t)n;
	}
}

static enum rc
read_whole(int dirfd, const char *path, bool own, size_t bytes_max, struct buf *ret)
{
	struct stat st;
	int fd = -1;
	enum rc rc = RC_OK;

	TRY(file_open(dirfd, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0, &fd));
	if (fstat(fd, &st) < 0)
		TRY(FAIL_OS("stat %s", path));
	if (!S_ISREG(st.st_mode))
		TRY(FAIL(RC_DENIED, "%s is not a file", path));
	if (own)
		TRY(file_check_owner(fd, path));
	rc = file_read_fd(fd, bytes_max, ret);
	if (rc != RC_OK)
		rc = rc_context(rc, "%s", path);
out:
	close_quietly(fd);
	return rc;
}

enum rc
file_read(int dirfd, const char *path, size_t bytes_max, struct buf *ret)
{
	return read_whole(dirfd, path, false, bytes_max, ret);
}

enum rc
file_read_own(int dirfd, const char *path, size_t bytes_max, struct buf *ret)
{
	return read_whole(dirfd, path, true, bytes_max, ret);
}

enum rc
file_open_place(const char *path, int *ret_dirfd, const char **ret_name)
{
	const char *slash = strrchr(path, '/');
	char folder[4096] = ".";
	int fd;

	if (slash && (size_t)(slash - path) + 2 > sizeof(folder))
		return FAIL(RC_LIMIT, "a path of %zu bytes", strlen(path));
	if (slash) {
		memcpy(folder, path, (size_t)(slash - path) + 1);
		folder[slash - path + 1] = '\0';
	}
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return failed("open", folder);
	*ret_dirfd = fd;
	*ret_name = slash ? slash + 1 : path;
	return RC_OK;
}

enum rc
file_size_fd(int fd, int64_t *ret)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return FAIL_OS("fstat");
	*ret = st.st_size;
	return RC_OK;
}

enum rc
file_read_at(int fd, int64_t offset, void *ret, size_t bytes, size_t *ret_n)
{
	size_t n = 0;

	while (n < bytes) {
		ssize_t got = pread(fd, (char *)ret + n, bytes - n, (off_t)(offset + (int64_t)n));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return FAIL_OS("pread");
		if (got == 0)
			break;
		n += (size_t)got;
	}
	*ret_n = n;
	return RC_OK;
}

enum rc
file_write_fd(int fd, struct str bytes)
{
	while (bytes.n) {
		ssize_t n = write(fd, bytes.p, bytes.n);

		if (n < 0 && errno != EINTR)
			return failed("write", "file");
		if (n > 0)
			bytes = str_sub(bytes, (size_t)n, bytes.n);
	}
	return RC_OK;
}

enum rc
file_sync(int fd)
{
	return fsync(fd) < 0 ? failed("sync", "file") : RC_OK;
}

/* Opens the folder a path stands in; *ret_name is the last part. */
static enum rc
open_parent(int dirfd, const char *path, int *ret, const char **ret_name)
{
	const char *slash = strrchr(path, '/');
	char folder[1024];
	enum rc rc = RC_OK;

	if (slash && (size_t)(slash - path) >= sizeof(folder))
		return FAIL(RC_LIMIT, "a path of %zu bytes", strlen(path));
	if (slash)
		memcpy(folder, path, (size_t)(slash - path));
	folder[slash ? slash - path : 0] = '\0';
	TRY(file_open_dir(dirfd, slash ? folder : ".", ret));
	*ret_name = slash ? slash + 1 : path;
out:
	return rc;
}

enum rc
file_write(int dirfd, const char *path, struct str bytes, mode_t mode)
{
	int folder = -1, fd = -1;
	const char *name = NULL;
	struct buf temporary = BUF(300);
	bool made = false;
	enum rc rc = RC_OK;

	TRY(open_parent(dirfd, path, &folder, &name));
	TRY(buf_addf(&temporary, ".%s.new", name));
	if (unlinkat(folder, buf_cstr(&temporary), 0) < 0 && errno != ENOENT) /* what an earlier kill left */
		TRY(failed("remove", buf_cstr(&temporary)));
	TRY(file_open(folder, buf_cstr(&temporary), O_WRONLY | O_CREAT | O_EXCL, mode, &fd));
	made = true;
	TRY(file_write_fd(fd, bytes));
	if (fchmod(fd, mode) < 0) /* whatever the umask is */
		TRY(FAIL_OS("mode of %s", path));
	TRY(file_sync(fd));
	if (renameat(folder, buf_cstr(&temporary), folder, name) < 0)
		TRY(failed("rename", path));
	made = false;
	TRY(file_sync(folder));
out:
	if (made)
		(void)unlinkat(folder, buf_cstr(&temporary), 0); /* the failure is already being told */
	close_quietly(fd);
	close_quietly(folder);
	buf_free(&temporary);
	return rc;
}

enum rc
file_remove(int dirfd, const char *path)
{
	const char *name = NULL;
	int folder = -1;
	enum rc rc = RC_OK;

	TRY(open_parent(dirfd, path, &folder, &name));
	if (unlinkat(folder, name, 0) < 0)
		TRY(failed("remove", path));
	TRY(file_sync(folder));
out:
	close_quietly(folder);
	return rc;
}

enum rc
file_rename(int dirfd, const char *from, const char *to)
{
	const char *from_name = NULL, *to_name = NULL;
	int from_folder = -1, to_folder = -1;
	enum rc rc = RC_OK;

	TRY(open_parent(dirfd, from, &from_folder, &from_name));
	TRY(open_parent(dirfd, to, &to_folder, &to_name));
	if (renameat(from_folder, from_name, to_folder, to_name) < 0)
		TRY(failed("rename", from));
	TRY(file_sync(to_folder));
out:
	close_quietly(to_folder);
	close_quietly(from_folder);
	return rc;
}

enum rc
file_mkdir(int dirfd, const char *path, mode_t mode)
{
	int folder = -1, fd = -1;
	const char *name = NULL;
	enum rc rc = RC_OK;

	TRY(open_parent(dirfd, path, &folder, &name));
	if (mkdirat(folder, name, mode) == 0)
		TRY(file_sync(folder));
	else if (errno != EEXIST)
		TRY(failed("make folder", path));
	TRY(file_open_dir(folder, name, &fd)); /* a folder, and no symbolic link */
out:
	close_quietly(fd);
	close_quietly(folder);
	return rc;
}

static int
compare(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

enum rc
file_list(int dirfd, const char *path, size_t names_max, struct arena *a, struct str **ret, size_t *ret_n)
{
	struct str *names = NULL, *grown;
	size_t n = 0, cap = 0;
	struct dirent *e;
	DIR *dir = NULL;
	int fd = -1;
	enum rc rc = RC_OK;

	TRY(file_open_dir(dirfd, path, &fd));
	dir = fdopendir(fd);
	if (!dir)
		TRY(FAIL_OS("list %s", path));
	fd = -1;
	for (errno = 0; (e = readdir(dir)); errno = 0) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (n == names_max)
			TRY(FAIL(RC_LIMIT, "%s: more than %zu names", path, names_max));
		if (n == cap) {
			cap = cap ? cap * 2 : 16;
			grown = arena_get(a, cap * sizeof(*grown));
			if (!grown)
				TRY(FAIL(RC_LIMIT, "%s: too many names", path));
			if (n)
				memcpy(grown, names, n * sizeof(*grown));
			names = grown;
		}
		names[n] = arena_dup(a, str_of(e->d_name));
		if (!names[n++].p)
			TRY(FAIL(RC_LIMIT, "%s: too many names", path));
	}
	if (errno)
		TRY(FAIL_OS("list %s", path));
	if (n)
		qsort(names, n, sizeof(*names), compare);
	*ret = names;
	*ret_n = n;
out:
	if (dir)
		(void)closedir(dir); /* only read */
	close_quietly(fd);
	return rc;
}

bool
file_exists(int dirfd, const char *path)
{
	struct stat st;

	return fstatat(dirfd, path, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

enum rc
file_check_owner(int fd, const char *name)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return FAIL_OS("stat %s", name);
	if (st.st_uid != 0 && st.st_uid != geteuid())
		return FAIL(RC_DENIED, "%s belongs to user %u, who may be anyone", name, (unsigned)st.st_uid);
	if (st.st_mode & (S_IWGRP | S_IWOTH))
		return FAIL(RC_DENIED, "%s can be written by others (mode %04o)", name, (unsigned)(st.st_mode & 07777));
	return RC_OK;
}

enum rc
file_lock(int fd)
{
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return RC_OK;
	return errno == EWOULDBLOCK ? FAIL(RC_CONFLICT, "another process holds the lock") : FAIL_OS("lock");
}

int64_t
now_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_REALTIME, &t); /* cannot fail */
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t
monotonic_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t); /* cannot fail */
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}
