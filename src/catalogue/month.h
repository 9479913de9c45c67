// SPDX-License-Identifier: Apache-2.0
/*
 * month - a clause's month in minutes, as it is closed and signed: pure, no clock and no system call.
 *
 * A month is [its first midnight, the next one's) in Japan. A clause is judged from the instant it first had a status;
 * what lies before is nobody's. Minutes add up to the month's, always: what does not divide is rounded against the
 * contractor (FAIL and UNKNOWN up), and what is left goes where a part of a minute really was.
 */
#ifndef CATALOGUE_MONTH_H
#define CATALOGUE_MONTH_H

#include "base/str.h"
#include "catalogue/status.h"

#define MONTH_TEXT_BYTES 7 /* "2026-10" */

struct month_minutes {
	int64_t     total_min;                                               /* of the calendar month             */
	int64_t     before_min, fail_min, unknown_min, pass_min, other_min; /* add up to it                      */
	enum status worst, end, verdict;                                     /* UNKNOWN when nothing was judged   */
};

/* "2026-10"; RC_SYNTAX: no month between 2000-01 and 9998-12. */
MUST_USE enum rc month_parse(struct str, struct range *ret);
void             month_text(int64_t at_us, char ret[MONTH_TEXT_BYTES + 1]); /* the month in Japan that holds the instant */
/* `first_us`: when it first had a status, 0: never; `list` as period_sum() takes it. */
void             month_sum(const struct clause *, const struct interval *list, size_t n, int64_t first_us, struct range month, struct month_minutes *ret);

#endif
