// SPDX-License-Identifier: Apache-2.0
/* in_place: overwrites part of a file and waits for the disk. */
#include "os/in_place.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "os/file.h"

static enum rc
write_at(int fd, const char *path, uint64_t at, struct str bytes)
{
	while (bytes.n) {
		ssize_t n = pwrite(fd, bytes.p, bytes.n, (off_t)at);

		if (n < 0 && errno != EINTR)
			return FAIL_OS("write %s", path);
		if (n > 0) {
			at += (uint64_t)n;
			bytes = str_sub(bytes, (size_t)n, bytes.n);
		}
	}
	return RC_OK;
}

enum rc
in_place_write(int dirfd, const char *path, uint64_t at, struct str bytes)
{
	int     fd = -1;
	enum rc rc = RC_OK;

	TRY(file_open(dirfd, path, O_WRONLY, 0, &fd));
	TRY(write_at(fd, path, at, bytes));
	if (fdatasync(fd) < 0)
		TRY(FAIL_OS("sync %s", path));
out:
	if (fd >= 0 && close(fd) < 0 && rc == RC_OK)
		rc = FAIL_OS("close %s", path);
	return rc;
}
