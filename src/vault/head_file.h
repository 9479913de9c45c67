// SPDX-License-Identifier: Apache-2.0
/*
 * head_file - the last head signed, in a file that is overwritten in place.
 *
 * Two places of two blocks each. A head goes, twice, into the place that does not hold the last one, so a write
 * that is cut off leaves the last one whole, and a block that goes bad later leaves its copy. A block is the
 * head's text, the SHA-256 of it in hex, a newline, and zeros. What stands in a whole block and covers most is the last head.
 */
#ifndef VAULT_HEAD_FILE_H
#define VAULT_HEAD_FILE_H

#include "base/str.h"

#define HEAD_BLOCK_BYTES 4096
#define HEAD_FILE_BLOCKS 4
#define HEAD_FILE_BYTES  (HEAD_BLOCK_BYTES * HEAD_FILE_BLOCKS)
#define HEAD_TEXT_MAX    (HEAD_BLOCK_BYTES - 65)

struct head_file { unsigned place; struct buf text; }; /* where the last head stands; its text */

MUST_USE enum rc head_file_make(struct str text, struct buf *ret);                /* the whole file of a first head */
MUST_USE enum rc head_file_decode(struct str bytes, struct head_file *ret);       /* RC_TAMPERED: no whole block    */
MUST_USE enum rc head_file_load(int dirfd, const char *path, struct head_file *ret);
MUST_USE enum rc head_file_save(int dirfd, const char *path, struct str text, struct head_file *); /* on disk, then in `text` */
void             head_file_free(struct head_file *);

#endif
