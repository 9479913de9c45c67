// SPDX-License-Identifier: Apache-2.0
/*
 * unpack - the beginning of a text packed by journald: xz, lz4 or zstd.
 *
 * The room for it is the caller's and the ceiling of what is unpacked; nothing
 * the packed bytes say makes it larger.
 */
#ifndef CONTROL_UNPACK_H
#define CONTROL_UNPACK_H

#include "base/str.h"

enum unpack_kind { UNPACK_XZ = 1, UNPACK_LZ4 = 2, UNPACK_ZSTD = 4 }; /* flags of an object in a journal file */

/* RC_LIMIT: it is longer than `room`; RC_SYNTAX: not packed so, or cut short; RC_TIMEOUT: more of it is needed to know. */
MUST_USE enum rc unpack(enum unpack_kind, struct str packed, bool whole, char *room, size_t room_n, size_t *ret_n);

#endif
