// SPDX-License-Identifier: Apache-2.0
/*
 * num - integers from outside, hexadecimal and base64 (RFC 4648), big-endian.
 *
 * Every parser consumes the whole `str` or fails with RC_SYNTAX.
 */
#ifndef BASE_NUM_H
#define BASE_NUM_H

#include "base/str.h"

MUST_USE enum rc num_parse(struct str, int64_t min, int64_t max, int64_t *ret);   /* decimal, optional '-', no '+', no spaces, no leading zeros */
MUST_USE enum rc num_parse_u64(struct str, uint64_t max, uint64_t *ret);
MUST_USE enum rc hex_encode(struct buf *, struct str);                              /* lower case                              */
MUST_USE enum rc hex_decode(struct str, void *ret, size_t n);                       /* exactly 2n digits                       */
MUST_USE enum rc base64_encode(struct buf *, struct str);                           /* padded, standard alphabet               */
MUST_USE enum rc base64_decode(struct str, struct buf *ret);                        /* strict: padding and zero bits checked   */
MUST_USE enum rc base64url_decode(struct str, struct buf *ret);                     /* no padding, - and _; up to 16 KiB       */

void     put_be16(void *, uint16_t);
void     put_be32(void *, uint32_t);
void     put_be64(void *, uint64_t);
uint16_t get_be16(const void *);
uint32_t get_be32(const void *);
uint64_t get_be64(const void *);

#endif
