// SPDX-License-Identifier: Apache-2.0
/*
 * file - whole files beneath a directory descriptor, durable; and the clocks.
 *
 * A path never leaves its directory and never follows a symbolic link. Every
 * read has a ceiling. RC_NOTFOUND: it is not there; RC_LIMIT: over the ceiling,
 * or the disk is full; RC_IO: errno is in the trail. Descriptors are CLOEXEC
 * and belong to the caller.
 */
#ifndef OS_FILE_H
#define OS_FILE_H

#include <sys/types.h>

#include "base/str.h"

MUST_USE enum rc file_open(int dirfd, const char *path, int flags, mode_t mode, int *ret);   /* open(2) flags; adds O_CLOEXEC, O_NOFOLLOW */
MUST_USE enum rc file_open_dir(int dirfd, const char *path, int *ret);
MUST_USE enum rc file_read(int dirfd, const char *path, size_t bytes_max, struct buf *ret);  /* a regular file */
MUST_USE enum rc file_read_own(int dirfd, const char *path, size_t bytes_max, struct buf *ret); /* and of an owner we trust: file_check_owner */
/* A path as a person wrote it: the folder (links and .. allowed) and the name in it, for the calls above. */
MUST_USE enum rc file_open_place(const char *path, int *ret_dirfd, const char **ret_name);
MUST_USE enum rc file_read_fd(int fd, size_t bytes_max, struct buf *ret);                    /* from where it stands to its end */
/* All or nothing, on disk when it answers RC_OK: temporary file, fsync, rename, fsync of the folder. */
MUST_USE enum rc file_write(int dirfd, const char *path, struct str bytes, mode_t mode);
MUST_USE enum rc file_size_fd(int fd, int64_t *ret);
MUST_USE enum rc file_read_at(int fd, int64_t offset, void *ret, size_t bytes, size_t *ret_n); /* as many as there are, up to `bytes` */
MUST_USE enum rc file_write_fd(int fd, struct str bytes);
MUST_USE enum rc file_sync(int fd);
MUST_USE enum rc file_remove(int dirfd, const char *path);                                   /* RC_NOTFOUND when it was not there */
MUST_USE enum rc file_rename(int dirfd, const char *from, const char *to);                   /* and fsync of the folder of `to` */
MUST_USE enum rc file_mkdir(int dirfd, const char *path, mode_t mode);                       /* one level; RC_OK when it is there already */
MUST_USE enum rc file_list(int dirfd, const char *path, size_t names_max, struct arena *, struct str **ret, size_t *ret_n); /* sorted */
bool             file_exists(int dirfd, const char *path);
/* Only root or the user who runs us may own it, and nobody else may write it: RC_DENIED. */
MUST_USE enum rc file_check_owner(int fd, const char *name);
MUST_USE enum rc file_lock(int fd);                                                          /* exclusive, at once; RC_CONFLICT: another holds it */

int64_t now_us(void);        /* since 1970, UTC     */
int64_t monotonic_us(void);  /* only differences mean something */

#endif
