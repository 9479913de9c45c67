// SPDX-License-Identifier: Apache-2.0
/*
 * peer - asking a device that people declared, and saying how it went.
 *
 * A device that hangs, lies or floods makes no look fail: "answer" of row 0
 * says which, and "state" of row 1 ("heard" or "silent") is remembered by core
 * from look to look, so that silence has its minutes.
 */
#ifndef CONTROL_PEER_H
#define CONTROL_PEER_H

#include "control/control.h"

#define PEER_REMEMBER "state"

struct peer { struct host_to to; char address[64]; struct str unit; };

/* From "own.address", "own.port", "own.unit". RC_NOTFOUND: no address, or no unit where it is needed. */
MUST_USE enum rc peer_of(const struct subject *, uint16_t port_otherwise, bool unit_needed, struct peer *ret);
/* How a conversation ended: one word ("ok", "silent", "refused", "nonsense", "too-much", "denied", "undeclared", "failed") as facts. */
void             peer_answered(struct facts *, enum rc);
void             peer_said(struct facts *, const char *word);  /* the same, in a word of the caller's own */

/* In a judge: true when it answered. Else the finding says what kept it silent, and for how long. */
bool             peer_heard(const struct facts *, int64_t now_us, struct finding *);
int64_t          peer_since(const struct facts *, int64_t now_us); /* whole minutes in the state it is in; 0: since now */

#define SECRET_FILE_MAX 4096
/* A file that only root or its owner can read (mode 0600 or less), small, not a link. RC_SYNTAX: others could; RC_DENIED: who looks may not. Wipe it with secret_file_free(). */
MUST_USE enum rc secret_file_read(const struct host *, const struct subject *, struct buf *ret);
MUST_USE enum rc secret_file_check(const struct host *, const struct subject *); /* RC_NOTFOUND: none is declared */
void             secret_file_said(struct facts *, enum rc); /* why it was not used */
void             secret_file_free(struct buf *);

#endif
