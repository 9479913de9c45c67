// SPDX-License-Identifier: Apache-2.0
/* dates - instants as programs of the machine spell them. UTC µs. RC_SYNTAX: not that spelling. */
#ifndef CONTROL_DATES_H
#define CONTROL_DATES_H

#include "base/str.h"

MUST_USE enum rc date_asctime(struct str, int64_t *ret_us); /* "Wed Nov  2 07:45:08 2023" as if it were UTC    */
MUST_USE enum rc date_release(struct str, int64_t *ret_us); /* "Sat, 21 Nov 2026 00:53:02 UTC" of a Release file */
MUST_USE enum rc date_iso(struct str, int64_t *ret_us);     /* "2026-11-22T18:41:02.123456+09:00", the zone required */

#endif
