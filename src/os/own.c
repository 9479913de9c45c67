// SPDX-License-Identifier: Apache-2.0
/* Hands files that root wrote to the owner of their folder. Apart from file.c, so that no process imports it. */
#include "os/own.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum rc
own_as_folder(int dirfd, const char *path)
{
	const char *slash = strrchr(path, '/');
	char folder[PATH_MAX] = ".";
	struct stat st;

	if (geteuid() != 0)
		return RC_OK;
	if (slash && (size_t)(slash - path) >= sizeof(folder))
		return FAIL(RC_LIMIT, "a path of %zu bytes", strlen(path));
	if (slash) {
		memcpy(folder, path, (size_t)(slash - path));
		folder[slash - path] = '\0';
	}
	if (fstatat(dirfd, folder, &st, AT_SYMLINK_NOFOLLOW) < 0 || fchownat(dirfd, path, st.st_uid, st.st_gid, AT_SYMLINK_NOFOLLOW) < 0)
		return FAIL_OS("hand over %s", path);
	return RC_OK;
}
