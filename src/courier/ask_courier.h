// SPDX-License-Identifier: Apache-2.0
/*
 * ask_courier - what core may ask of the process that sends: take these
 * entries, and say how sending stands. Entries go in order of their index;
 * what courier has it keeps until the collector's machine confirmed it.
 */
#ifndef COURIER_ASK_COURIER_H
#define COURIER_ASK_COURIER_H

#include "ipc/channel.h"

#define COURIER_BATCH_MAX 128
#define COURIER_BYTES_MAX 2048   /* of one entry as text */

enum sending { SENDING_OFF = 0 /* no collector is declared */, SENDING_IDLE, SENDING_CONNECTED, SENDING_REFUSED /* it does not prove whom we mean */, SENDING_AWAY, SENDING_COUNT };

struct outgoing { uint64_t index; struct str text; }; /* borrow */
struct courier_put { uint64_t told; /* of what was missed, how many stand in the ledger by now */ struct outgoing list[COURIER_BATCH_MAX]; size_t n; };
struct courier_state {
	enum sending sending;
	bool         begun;                    /* it ever had an entry: `last` is one     */
	uint64_t     last;                     /* index of the newest entry it was given  */
	uint64_t     waiting, sent, missed, told;
	uint64_t     missed_from, missed_to;   /* indexes of those not told yet           */
	int64_t      since_us, sent_at_us;     /* in this state; the last confirmed entry */
	char         trouble[200];             /* in words, of the last attempt; ""       */
};

MUST_USE enum rc courier_put_encode(const struct courier_put *, struct buf *);
MUST_USE enum rc courier_put_decode(struct str, struct courier_put *ret);
MUST_USE enum rc courier_state_encode(const struct courier_state *, struct buf *);
MUST_USE enum rc courier_state_decode(struct str, struct courier_state *ret);
MUST_USE enum rc ask_courier_put(struct peer *, const struct courier_put *, struct courier_state *ret);

#endif
