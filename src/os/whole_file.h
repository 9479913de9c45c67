// SPDX-License-Identifier: Apache-2.0
/*
 * whole_file - files that people wrote for the station: read whole, under a ceiling.
 *
 * Symbolic links at the last step, devices and pipes are refused. RC_NOTFOUND: it
 * is not there; RC_LIMIT: larger than `bytes_max`; RC_IO: errno is in the trail.
 */
#ifndef OS_WHOLE_FILE_H
#define OS_WHOLE_FILE_H

#include "base/str.h"

MUST_USE enum rc whole_file_read(int dirfd, const char *name, size_t bytes_max, struct buf *ret);
/* The same, and RC_DENIED unless it belongs to root or to this process's real user and nobody else may write it. */
MUST_USE enum rc whole_file_read_own(int dirfd, const char *name, size_t bytes_max, struct buf *ret);
/* Names of regular files in `folder` ending in `suffix`, sorted; RC_LIMIT over `names_max`. */
MUST_USE enum rc whole_file_names(int dirfd, const char *folder, const char *suffix, size_t names_max, struct arena *,
    struct str **ret, size_t *ret_n);

#endif
