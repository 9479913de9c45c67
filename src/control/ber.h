// SPDX-License-Identifier: Apache-2.0
/*
 * ber - the little of X.690 that SNMP is written in: definite lengths, short tags.
 *
 * A taken piece borrows the bytes it stands in; lengths that lie are RC_SYNTAX.
 */
#ifndef CONTROL_BER_H
#define CONTROL_BER_H

#include "base/str.h"

enum ber_tag { BER_INTEGER = 0x02, BER_OCTETS = 0x04, BER_NULL = 0x05, BER_OID = 0x06, BER_SEQUENCE = 0x30 };

MUST_USE enum rc ber_take(struct str *rest, uint8_t *ret_tag, struct str *ret_content);
MUST_USE enum rc ber_take_as(struct str *rest, uint8_t tag, struct str *ret_content);
MUST_USE enum rc ber_integer(struct str content, int64_t *ret);                 /* two's complement, 8 bytes at most */
MUST_USE enum rc ber_take_integer(struct str *rest, int64_t min, int64_t max, int64_t *ret);

MUST_USE enum rc ber_put(struct buf *, uint8_t tag, struct str content);        /* content of 65535 bytes at most */
MUST_USE enum rc ber_put_integer(struct buf *, int64_t);                        /* 0 and up */
MUST_USE enum rc ber_put_oid(struct buf *, struct str dotted);                  /* "1.3.6.1.…"; RC_SYNTAX: not one */

#endif
