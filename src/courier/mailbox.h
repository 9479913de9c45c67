// SPDX-License-Identifier: Apache-2.0
/*
 * mailbox - mails on disk, bounded: those that wait, and what became of the last ones.
 *
 * A mail leaves the waiting ones when the server took it, refused it for good, or nobody took it for three days.
 */
#ifndef COURIER_MAILBOX_H
#define COURIER_MAILBOX_H

#include "courier/ask_courier.h"

#define MAILBOX_WAITING_MAX 1000
#define MAILBOX_KEPT        500

struct mailbox; /* opaque; safe for several threads */

MUST_USE enum rc mailbox_open(const char *path, struct mailbox **ret);
void             mailbox_close(struct mailbox *);                          /* accepts NULL */
MUST_USE enum rc mailbox_put(struct mailbox *, const struct mail_put *, int64_t now_us); /* one it had already is passed over; RC_LIMIT: too many wait */
MUST_USE enum rc mailbox_due(struct mailbox *, bool hook, int64_t now_us, struct arena *, struct mail *ret, int64_t *ret_tries); /* the oldest to an address, or to the webhook; RC_NOTFOUND: none is due */
MUST_USE enum rc mailbox_set(struct mailbox *, uint64_t id, enum mail_fate, int64_t tries, int64_t next_us, int64_t now_us, struct str trouble);
MUST_USE enum rc mailbox_state(struct mailbox *, struct arena *, struct mail_state *); /* sets what it knows */

#endif
