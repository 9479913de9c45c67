// SPDX-License-Identifier: Apache-2.0
/*
 * queue - entries that wait for the collector, on disk, in order, bounded.
 *
 * An entry leaves only by queue_drop(), after it was confirmed. One that finds
 * the queue full is counted with its index and not kept: the ledger has it.
 */
#ifndef COURIER_QUEUE_H
#define COURIER_QUEUE_H

#include "courier/ask_courier.h"

struct queue; /* opaque; safe for several threads */

MUST_USE enum rc queue_open(const char *path, uint64_t entries_max, struct queue **ret);
void             queue_close(struct queue *);
/* All or nothing; entries it already had are passed over. */
MUST_USE enum rc queue_put(struct queue *, const struct courier_put *);
/* The oldest ones, framed for the line (RFC 5425: length, blank, text), up to bytes_max; `ret_last`: index of the last of them. RC_NOTFOUND: nothing waits. */
MUST_USE enum rc queue_oldest(struct queue *, size_t bytes_max, struct buf *ret, uint64_t *ret_last);
MUST_USE enum rc queue_drop(struct queue *, uint64_t last, int64_t now_us); /* those up to `last` arrived */
void             queue_state(struct queue *, struct courier_state *);       /* sets what it knows */

#endif
