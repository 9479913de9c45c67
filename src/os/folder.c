// SPDX-License-Identifier: Apache-2.0
/* folder: quick writes of what can be made again; room kept and counted. */
#include "os/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static enum rc
failed(const char *verb, const char *path)
{
	enum rc rc = FAIL_OS("%s %s", verb, path);
	int     e = rc_trail_errno();

	return e == ENOENT ? RC_NOTFOUND : e == ENOSPC || e == EDQUOT ? RC_LIMIT : rc;
}

/* Each folder on the way to `path`. */
static enum rc
folders_make(int dirfd, const char *path)
{
	char        folder[256];
	const char *slash = path;
	enum rc     rc = RC_OK;

	while ((slash = strchr(slash, '/')) != NULL) {
		size_t n = (size_t)(slash - path);

		if (n >= sizeof folder)
			return FAIL(RC_LIMIT, "a path of %zu bytes", strlen(path));
		memcpy(folder, path, n);
		folder[n] = '\0';
		if (mkdirat(dirfd, folder, 0755) < 0 && errno != EEXIST)
			TRY(failed("make folder", folder));
		slash++;
	}
out:
	return rc;
}

enum rc
folder_put(int dirfd, const char *path, struct str bytes, mode_t mode)
{
	struct buf temporary = BUF(300);
	int        fd = -1;
	bool       made = false;
	enum rc    rc = RC_OK;

	TRY(buf_addf(&temporary, "%s.new", path));
	rc = file_open(dirfd, buf_cstr(&temporary), O_WRONLY | O_CREAT | O_TRUNC, mode, &fd);
	if (rc == RC_NOTFOUND) {
		TRY(folders_make(dirfd, path));
		rc = file_open(dirfd, buf_cstr(&temporary), O_WRONLY | O_CREAT | O_TRUNC, mode, &fd);
	}
	TRY(rc);
	made = true;
	TRY(file_write_fd(fd, bytes));
	if (renameat(dirfd, buf_cstr(&temporary), dirfd, path) < 0)
		TRY(failed("rename", path));
	made = false;
out:
	if (fd >= 0 && close(fd) < 0 && rc == RC_OK)
		rc = failed("close", path);
	if (made)
		(void)unlinkat(dirfd, buf_cstr(&temporary), 0); /* the failure is already being told */
	buf_free(&temporary);
	return rc;
}

static enum rc
sync_path(int dirfd, const char *path, int flags)
{
	int     fd = -1;
	enum rc rc = RC_OK;

	TRY(file_open(dirfd, path, O_RDONLY | flags, 0, &fd));
	TRY(file_sync(fd));
out:
	if (fd >= 0)
		(void)close(fd); /* only read */
	return rc;
}

enum rc
folder_sync(int dirfd, const char *path)
{
	char        parent[256] = ".";
	const char *slash = strrchr(path, '/');
	enum rc     rc = RC_OK;

	if (slash && (size_t)(slash - path) >= sizeof parent)
		return FAIL(RC_LIMIT, "a path of %zu bytes", strlen(path));
	if (slash) {
		memcpy(parent, path, (size_t)(slash - path));
		parent[slash - path] = '\0';
	}
	TRY(sync_path(dirfd, path, 0));
	TRY(sync_path(dirfd, parent, O_DIRECTORY));
out:
	return rc;
}

enum rc
folder_remove(int dirfd, const char *path)
{
	DIR           *dir = NULL;
	struct dirent *e;
	int            fd = -1;
	enum rc        rc = RC_OK;

	rc = file_open_dir(dirfd, path, &fd);
	if (rc == RC_NOTFOUND) {
		rc_trail_clear();
		return RC_OK;
	}
	TRY(rc);
	dir = fdopendir(fd);
	if (!dir)
		TRY(failed("list", path));
	while ((e = readdir(dir)))
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, "..") && unlinkat(fd, e->d_name, 0) < 0)
			TRY(failed("remove from", path));
	if (unlinkat(dirfd, path, AT_REMOVEDIR) < 0 && errno != ENOENT)
		TRY(failed("remove", path));
out:
	if (dir)
		(void)closedir(dir); /* only read */
	else if (fd >= 0)
		(void)close(fd);
	return rc;
}

enum rc
folder_free(int dirfd, uint64_t *ret)
{
	struct statvfs st;

	if (fstatvfs(dirfd, &st) < 0)
		return FAIL_OS("room of the folder");
	*ret = (uint64_t)st.f_bavail * st.f_frsize;
	return RC_OK;
}

enum rc
folder_reserve(int dirfd, const char *path, uint64_t bytes)
{
	int     fd = -1, e;
	enum rc rc = RC_OK;

	TRY(file_open(dirfd, path, O_RDWR | O_CREAT, 0600, &fd));
	do
		e = posix_fallocate(fd, 0, (off_t)bytes);
	while (e == EINTR);
	if (e) {
		errno = e;
		rc = failed("reserve room", path);
		(void)unlinkat(dirfd, path, 0); /* half a reserve would only take room */
	}
out:
	if (fd >= 0)
		(void)close(fd); /* nothing was written through it */
	return rc;
}
