// SPDX-License-Identifier: Apache-2.0
/*
 * journal_read - what the journal of this machine says, kept on disk or in memory.
 *
 * Newest file first, up to a ceiling of bytes: what lies before is `cut`. Within a
 * file entries come as written. Only what the system's own units wrote: files of
 * people (user-1000.journal) are passed over.
 */
#ifndef CONTROL_JOURNAL_READ_H
#define CONTROL_JOURNAL_READ_H

#include "control/journald.h"

#define JOURNAL_BYTES_MAX (160 << 20) /* in all: one file of the largest journald makes, and some */

struct journal_reach {
	bool    seen;      /* a file was read to its end                                                 */
	bool    cut;       /* older ones were not read                                                   */
	int64_t unread_us; /* up to when some could not be read (damaged, of a later kind); 0: all was   */
	int64_t from_us;   /* since when it was read; 0: none was                                        */
};
typedef bool journal_next(void *context); /* before each file: false when enough is known */

/* Files with anything since `since_us`; `left`: bytes that may still be read; `next` or NULL. */
MUST_USE enum rc journal_read(const struct host *, int64_t since_us, uint64_t *left, const struct journald_ask *, journal_next *next, struct journal_reach *ret);

#endif
