// SPDX-License-Identifier: Apache-2.0
/*
 * day - what is kept of a number for years: for each hour of a Japanese day its
 * least, its most, its mean, and the minutes nobody knew it.
 *
 * Bytes: per run of equal hours u8 hours · u8 minutes unknown · then, unless all 60 are, least (signed, from the run
 * before), most - least, mean - least as base-128 numbers. One day, one spelling; 24 hours always.
 */
#ifndef CORE_DAY_H
#define CORE_DAY_H

#include "base/str.h"

struct hour { int64_t least, most, mean; uint8_t unknown_min; }; /* 60: nothing is known, the rest is 0 */

MUST_USE enum rc day_pack(const struct hour hours[24], struct buf *);
MUST_USE enum rc day_unpack(struct str, struct hour ret[24]);

#endif
