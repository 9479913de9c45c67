// SPDX-License-Identifier: Apache-2.0
/*
 * scan - who has clamscan or clamdscan run, over what, and what their logs say. Pure.
 *
 * A log counts only by its summary: clamscan writes it when it came to its end.
 */
#ifndef CONTROL_SCAN_H
#define CONTROL_SCAN_H

#include "base/str.h"

#define SCAN_TARGETS_MAX 16

/* One invocation, as it stands in a crontab, a script or a unit. Borrowed. */
struct scan_call { struct str log, targets[SCAN_TARGETS_MAX]; size_t targets_count; bool whole /* covers / but the kernel's own */, leaves_out, unsure /* what it covers stands in a variable, or in another configuration */, mute /* says nothing to its standard output */, daemon /* clamd looks: clamd.conf says what is passed over */; };
enum scan_pattern { SCAN_OUT_SOMETHING = 0, SCAN_OUT_NOTHING, SCAN_OUT_UNSURE };
enum scan_pattern scan_pattern(struct str); /* "^/proc/", "^/(sys|dev)" and the like: what the kernel makes is not stored; a pattern nobody reads here is unsure */
bool scan_leaves_nothing_out(struct str pattern);
bool scan_call_find(struct str line, struct scan_call *ret); /* false: the line runs neither */
bool scan_path_next(struct str *line, struct str *ret);      /* the next word of a line that is a path from /: a script it may run */

struct scan_summary { int64_t ended_us /* local time as if it were UTC */, infected, errors; };
struct scan_log {
	struct buf          line;    /* born BUF(4096) */
	bool                in_summary, seen, headless; /* headless: a summary's end without its beginning */
	int64_t             ended_at_us;                /* if set: when the lines that are fed were written, to be believed more than what they say */
	struct scan_summary now, last;                  /* the newest whole summary: `seen` */
};
#define SCAN_LOG { .line = BUF(4096) }
bool scan_log_line(struct str message); /* does a log need this line? */
void scan_log_feed(struct scan_log *, struct str piece);
void scan_log_end(struct scan_log *);
void scan_log_free(struct scan_log *);

#endif
