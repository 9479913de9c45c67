// SPDX-License-Identifier: Apache-2.0
/*
 * ssh_sessions - whom sshd let in: who, from where, when.
 *
 * From the journal (kept on disk or in memory) and auth.log with what rotation left of it, packed by gzip or not; what stands in both
 * is told twice. Newest first, up to a ceiling of bytes; what lies before is `cut`.
 */
#ifndef CONTROL_SSH_SESSIONS_H
#define CONTROL_SSH_SESSIONS_H

#include "control/journald.h"

struct ssh_sessions {
	bool    seen;      /* there is a record at all                                                        */
	bool    cut;       /* older ones were not read                                                        */
	int64_t unread_us; /* up to when some could not be read (damaged, of a later kind); 0: all was */
	int64_t from_us;   /* since when the journal was read; 0: none was                                    */
	int64_t oldest_us; /* the oldest instant any record speaks of; 0: none does                           */
};
/* Those since `since_us`. Times behind now are not believed. */
MUST_USE enum rc ssh_sessions_read(const struct host *h, int64_t since_us, accepted_take *take, void *context, struct ssh_sessions *ret);

#endif
