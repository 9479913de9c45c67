// SPDX-License-Identifier: Apache-2.0
/*
 * rotated - the files one log has become under logrotate(8): auth.log, auth.log.1, auth.log-20260101, auth.log.2.gz.
 *
 * Files packed otherwise than with gzip are not among them.
 */
#ifndef CONTROL_ROTATED_H
#define CONTROL_ROTATED_H

#include "os/host.h"

#define ROTATED_MAX 64

/* `path` lives during the call; `packed`: by gzip. It may end the walk by failing. */
typedef enum rc rotated_take(void *context, const char *path, bool packed);
/* The log and what rotation left of it, by name. RC_LIMIT: over ROTATED_MAX of them, and those were taken; a folder that does not answer leaves the log itself and its ".1". */
MUST_USE enum rc rotated_each(const struct host *, const char *folder, const char *log, rotated_take *, void *context);

#endif
