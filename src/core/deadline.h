// SPDX-License-Identifier: Apache-2.0
/*
 * deadline - what is due: papers to file, renew, look at again, rows that end, secrets to change, exceptions that run out.
 *
 * A day in JST. A due day that is over is overdue from its end; 30, 7 and 1 days before it asks for somebody louder.
 */
#ifndef CORE_DEADLINE_H
#define CORE_DEADLINE_H

#include "core/core.h"

/* `due_us`: the first instant after the day. "overdue", "today", "week" (7 days), "month" (30 days), "later". Pure. */
const char *deadline_state(int64_t due_us, int64_t now_us);
int64_t     deadline_days_left(int64_t due_us, int64_t now_us); /* whole days; 0: that day; below: it is over. Pure */

/*
 * [{kind, what, title, of, due, left, state, side, base, link, owner, deputy}], the soonest first, what is done last.
 * kind: first, again, period, close, renew, review, row, rotate, exception, question, duty (of a control; what: it). what: the form or register. `due`: the last
 * microsecond of the day, null: none. state: as above, or never, waiting (for the side named), done. Under lock.
 */
json_t     *deadlines_json(struct core *, enum lang, int64_t now_us);

#endif
