// SPDX-License-Identifier: Apache-2.0
/* line - one TLS connection to one declared machine that proved whom it is. */
#ifndef COURIER_LINE_H
#define COURIER_LINE_H

#include "courier/sender.h"
#include "crypt/tls_client.h"

struct line { int fd; struct tls_client *tls; }; /* born { -1, NULL } */

MUST_USE enum rc line_open(const struct collector *to, struct line *, bool *ret_refused); /* RC_DENIED with ret_refused: the other side proves somebody else */
MUST_USE enum rc line_connect(const struct collector *to, struct line *);  /* not yet proven: for a protocol that asks for TLS in its own words */
MUST_USE enum rc line_secure(const struct collector *to, struct line *, bool *ret_refused); /* the handshake on it */
void             line_close(struct line *);

#endif
