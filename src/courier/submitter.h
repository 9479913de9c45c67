// SPDX-License-Identifier: Apache-2.0
/*
 * submitter - hands heads to the witness and keeps what it cosigned.
 *
 * The last cosigned head stands on the disk (witness.note), and what the witness said against us (witness.against) until it
 * cosigns again: both outlive a restart. With an address a thread of its own sends; without one answers come on a stick.
 */
#ifndef COURIER_SUBMITTER_H
#define COURIER_SUBMITTER_H

#include "courier/sender.h"

struct submitter; /* opaque; safe for several threads */

/* `to` NULL: on a stick. `dirfd` and `to` outlive it. RC_SYNTAX: `vkey` is not a witness's. */
MUST_USE enum rc submitter_start(int dirfd, const struct collector *to, struct str vkey, struct submitter **ret);
void             submitter_stop(struct submitter *);                 /* accepts NULL */
MUST_USE enum rc submitter_send(struct submitter *, struct str submission); /* on a stick: remembered, to understand the answer */
MUST_USE enum rc submitter_answer(struct submitter *, struct str file); /* RC_SYNTAX with a sentence for the person who brought it */
/* `note`: room for the last cosigned head. Another origin: as if nothing was ever cosigned. */
void             submitter_state(struct submitter *, struct str origin, struct buf *note, struct witness_state *ret);

#endif
