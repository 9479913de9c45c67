// SPDX-License-Identifier: Apache-2.0
/*
 * records - from when to when a machine's own records reach.
 *
 * Read from the formats of their writers: utmp(5) records of wtmp, the first
 * line of an audit log, ISO times of auth.log; journald.h has the journal.
 * Nobody's name is kept.
 */
#ifndef CONTROL_RECORDS_H
#define CONTROL_RECORDS_H

#include "base/str.h"

struct span { int64_t first_us, last_us; int64_t count; }; /* count 0: nothing is recorded */

void             span_add(struct span *, int64_t at_us);
void             span_join(struct span *, const struct span *more);

struct wtmp { char rest[512]; size_t rest_n; struct span span; }; /* born zeroed */
void             wtmp_feed(struct wtmp *, struct str piece);
MUST_USE enum rc audit_line(struct str line, int64_t *ret_us);       /* "type=… msg=audit(1767225600.123:45): …" */

#endif
