// SPDX-License-Identifier: Apache-2.0
/*
 * codec - typed get and put of message and leaf bytes (big-endian).
 *
 * Writers append to a buf and obey its ceiling. A reader borrows; once a get
 * fails every later get fails too, and get_end() demands that nothing is
 * left: a message has exactly one spelling.
 */
#ifndef IPC_CODEC_H
#define IPC_CODEC_H

#include "base/str.h"

struct reader { const char *p; size_t left; bool bad; };

struct reader    reader_of(struct str);
uint8_t          get_u8(struct reader *);
uint16_t         get_u16(struct reader *);
uint32_t         get_u32(struct reader *);
uint64_t         get_u64(struct reader *);
int64_t          get_i64(struct reader *);
struct str       get_str(struct reader *, size_t max);        /* u32 length, bytes; borrow        */
struct str       get_bytes(struct reader *, size_t exactly);  /* borrow                           */
void             get_copy(struct reader *, void *to, size_t exactly);
MUST_USE enum rc get_end(const struct reader *);              /* RC_SYNTAX when bad or bytes left */

MUST_USE enum rc put_u8(struct buf *, uint8_t);
MUST_USE enum rc put_u16(struct buf *, uint16_t);
MUST_USE enum rc put_u32(struct buf *, uint32_t);
MUST_USE enum rc put_u64(struct buf *, uint64_t);
MUST_USE enum rc put_i64(struct buf *, int64_t);
MUST_USE enum rc put_str(struct buf *, struct str);           /* u32 length, bytes                */
MUST_USE enum rc put_bytes(struct buf *, const void *, size_t);

#endif
