// SPDX-License-Identifier: Apache-2.0
/*
 * sender - carries the queue to the one collector that is declared: TLS 1.2 or
 * newer, its certificate proven, octet counting (RFC 5425). A batch counts as
 * sent when the collector's machine has confirmed every byte; until then it is
 * sent again, so the collector may see an entry twice and never misses one.
 */
#ifndef COURIER_SENDER_H
#define COURIER_SENDER_H

#include "courier/queue.h"

struct collector { const char *address, *name; uint16_t port; struct str roots; };

struct sender; /* its own thread */
MUST_USE enum rc sender_start(const struct collector *, struct queue *, struct sender **ret); /* collector and queue outlive it */
void             sender_wake(struct sender *);                     /* there is something to send */
void             sender_state(struct sender *, struct courier_state *);
void             sender_stop(struct sender *);                     /* waits for its thread; accepts NULL */

#endif
