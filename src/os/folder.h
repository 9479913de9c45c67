// SPDX-License-Identifier: Apache-2.0
/*
 * folder - files that can be made again from elsewhere, and the room there is.
 *
 * folder_put() shows readers a file whole or not at all but does not wait for the disk: after a
 * power cut it may be missing or empty until somebody makes it again; file_write() is the one
 * that waits. Failures as in os/file.h.
 */
#ifndef OS_FOLDER_H
#define OS_FOLDER_H

#include "os/file.h"

MUST_USE enum rc folder_put(int dirfd, const char *path, struct str bytes, mode_t mode); /* makes the folders on the way */
MUST_USE enum rc folder_sync(int dirfd, const char *path);                       /* the file and the folder it stands in */
MUST_USE enum rc folder_remove(int dirfd, const char *path);                     /* with the plain files in it; RC_OK when not there */
MUST_USE enum rc folder_free(int dirfd, uint64_t *ret_bytes);                    /* for the user who runs us */
MUST_USE enum rc folder_reserve(int dirfd, const char *path, uint64_t bytes);    /* a file that only takes up room */

#endif
