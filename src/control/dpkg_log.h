// SPDX-License-Identifier: Apache-2.0
/*
 * dpkg_log - when packages were worked on: spans of /var/log/dpkg.log.
 *
 * Lines "2026-11-22 18:36:01 status installed bash:amd64 5.2" in the machine's
 * own zone, which the file does not name: the caller finds it by comparing the
 * last line with the time the file was last written.
 */
#ifndef CONTROL_DPKG_LOG_H
#define CONTROL_DPKG_LOG_H

#include "base/str.h"

#define DPKG_SPANS_MAX 64

struct dpkg_span { int64_t from_us, to_us; };
struct dpkg_log {
	struct dpkg_span spans[DPKG_SPANS_MAX]; /* the newest; local time as if it were UTC until dpkg_log_settle */
	size_t           count;
	struct buf       line;                  /* born BUF(4096): what is left of a piece */
	bool             odd;                   /* a line too long was passed over         */
};
#define DPKG_LOG { .line = BUF(4096) }

void dpkg_log_feed(struct dpkg_log *, struct str piece);
void dpkg_log_settle(struct dpkg_log *, int64_t written_at_us); /* after the last piece; forgets all when the zone cannot be told */
bool dpkg_log_during(const struct dpkg_log *, int64_t at_us, int64_t *ret_from_us);
void dpkg_log_free(struct dpkg_log *);

#endif
