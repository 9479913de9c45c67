// SPDX-License-Identifier: Apache-2.0
/*
 * time_text - the only place that knows JST (UTC+9, no summer time) and 和暦.
 *
 * Instants are UTC microseconds since 1970 (`…_at_us`) everywhere else.
 * Dates are proleptic Gregorian, years 1970 to 9999; anything else prints "-".
 */
#ifndef BASE_TIME_TEXT_H
#define BASE_TIME_TEXT_H

#include "base/str.h"

#define SECOND_US INT64_C(1000000)
#define MINUTE_US (60 * SECOND_US)
#define HOUR_US   (60 * MINUTE_US)
#define DAY_US    (24 * HOUR_US)

struct civil { int year, month, day, hour, minute, second; }; /* in JST; month and day from 1 */

struct civil     time_civil(int64_t at_us);
int64_t          time_of_civil(struct civil);                     /* the instant of that JST civil time */
int              time_weekday(int64_t at_us);                     /* in JST; 0 = Sunday                 */
MUST_USE enum rc time_iso(struct buf *, int64_t at_us);           /* 2026-11-22T10:42:07+09:00          */
MUST_USE enum rc time_utc(struct buf *, int64_t at_us);           /* 2026-11-22T01:42:07Z               */
MUST_USE enum rc time_wareki(struct buf *, int64_t at_us);        /* 2026年11月22日（令和8年）           */
MUST_USE enum rc time_minute(struct buf *, int64_t at_us);        /* 2026-11-22 10:42 (JST)             */
MUST_USE enum rc time_parse_date(struct str, int64_t *ret_at_us); /* 2026-11-22: its first instant in JST */
MUST_USE enum rc time_parse_iso(struct str, int64_t *ret_at_us);  /* with Z or +09:00, seconds given    */

#endif
