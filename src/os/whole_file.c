// SPDX-License-Identifier: Apache-2.0
/* Open, look at what was opened, then read: never the other way round. */
#include "os/whole_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static enum rc
read_fd(int fd, const char *name, size_t bytes_max, struct buf *ret)
{
	enum rc rc = RC_OK;

	for (size_t seen = 0;;) {
		char *at;
		ssize_t n;

		TRY(buf_reserve(ret, 65536, &at));
		n = read(fd, at, 65536);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return FAIL_OS("read %s", name);
		if (n == 0)
			return RC_OK;
		seen += (size_t)n;
		if (seen > bytes_max)
			return FAIL(RC_LIMIT, "%s: larger than %zu bytes", name, bytes_max);
		ret->n += (size_t)n;
	}
out:
	return rc;
}

static enum rc
read_checked(int dirfd, const char *name, bool own, size_t bytes_max, struct buf *ret)
{
	struct buf b = BUF(bytes_max + 2 * 65536);
	struct stat st;
	enum rc rc = RC_OK;
	int fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return errno == ENOENT ? FAIL(RC_NOTFOUND, "%s: no such file", name) : FAIL_OS("open %s", name);
	if (fstat(fd, &st) < 0)
		rc = FAIL_OS("stat %s", name);
	else if (!S_ISREG(st.st_mode))
		rc = FAIL(RC_DENIED, "%s: not a regular file", name);
	else if (own && st.st_uid != 0 && st.st_uid != getuid())
		rc = FAIL(RC_DENIED, "%s: belongs to user %u, not to root or to the user who starts the station", name, (unsigned)st.st_uid);
	else if (own && (st.st_mode & (S_IWGRP | S_IWOTH)))
		rc = FAIL(RC_DENIED, "%s: others than its owner may write it (mode %03o); chmod go-w", name, (unsigned)st.st_mode & 0777);
	TRY(rc);
	TRY(read_fd(fd, name, bytes_max, &b));
	TRY(buf_add(ret, buf_str(&b)));
out:
	(void)close(fd); /* read only: nothing to lose */
	buf_free(&b);
	return rc;
}

enum rc
whole_file_read(int dirfd, const char *name, size_t bytes_max, struct buf *ret)
{
	return read_checked(dirfd, name, false, bytes_max, ret);
}

enum rc
whole_file_read_own(int dirfd, const char *name, size_t bytes_max, struct buf *ret)
{
	return read_checked(dirfd, name, true, bytes_max, ret);
}

static int
by_bytes(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

enum rc
whole_file_names(int dirfd, const char *folder, const char *suffix, size_t names_max, struct arena *arena, struct str **ret, size_t *ret_n)
{
	struct str *names = arena_get(arena, names_max * sizeof(*names));
	struct dirent *e;
	size_t n = 0;
	DIR *d;
	enum rc rc = RC_OK;
	int fd = openat(dirfd, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return errno == ENOENT ? FAIL(RC_NOTFOUND, "%s: no such folder", folder) : FAIL_OS("open %s", folder);
	d = fdopendir(fd);
	if (d == NULL || names == NULL) {
		rc = d ? FAIL(RC_LIMIT, "%s: out of memory", folder) : FAIL_OS("open %s", folder);
		d ? (void)closedir(d) : (void)close(fd);
		return rc;
	}
	while (errno = 0, (e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.' || !str_ends(str_of(e->d_name), str_of(suffix)))
			continue;
		if (n == names_max)
			rc = FAIL(RC_LIMIT, "%s: more than %zu files", folder, names_max);
		else if ((names[n] = arena_dup(arena, str_of(e->d_name))).p == NULL)
			rc = FAIL(RC_LIMIT, "%s: out of memory", folder);
		TRY(rc);
		n++;
	}
	if (errno)
		rc = FAIL_OS("list %s", folder);
	TRY(rc);
	qsort(names, n, sizeof(*names), by_bytes);
	*ret = names;
	*ret_n = n;
out:
	(void)closedir(d); /* read only */
	return rc;
}
