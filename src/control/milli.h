// SPDX-License-Identifier: Apache-2.0
/*
 * milli - readings as thousandths: 24.3 is 24300. No floating point, no decimal lost to a whole number.
 *
 * Temperatures are in m℃ ("…_mc"), relative humidity in thousandths of a per cent ("…_mp").
 */
#ifndef CONTROL_MILLI_H
#define CONTROL_MILLI_H

#include "base/str.h"

/* "-3", "24.3", "24.3125": optional '-', digits, '.' and digits; more than three decimals are rounded to the nearest. RC_SYNTAX: anything else. */
MUST_USE enum rc milli_parse(struct str, int64_t *ret);
/* Dew point over water by the Magnus formula (b 17.62, c 243.12 ℃); -45 to 60 ℃ and 1 to 100 %, else RC_LIMIT. */
MUST_USE enum rc dew_point(int64_t temperature_mc, int64_t humidity_mp, int64_t *ret_mc);

#endif
