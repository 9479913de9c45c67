// SPDX-License-Identifier: Apache-2.0
/*
 * in_place - bytes of a file that is there already, replaced and on disk.
 *
 * Nothing of the file system changes but those bytes, so nothing else has to be written before
 * the answer. It is not all or nothing: the caller can tell what was cut off, and keeps the older elsewhere.
 */
#ifndef OS_IN_PLACE_H
#define OS_IN_PLACE_H

#include <stdint.h>

#include "base/str.h"

MUST_USE enum rc in_place_write(int dirfd, const char *path, uint64_t at, struct str bytes); /* RC_NOTFOUND: no such file */

#endif
