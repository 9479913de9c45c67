// SPDX-License-Identifier: Apache-2.0
/*
 * tls_peer - the server side of TLS over bytes in memory: for recorded peers in tests; no part of the product.
 *
 * `how` is lines "version MIN MAX" (1.0 … 1.3), "ciphers WORDS"; `pem` its key, its certificate, then the others.
 */
#ifndef CRYPT_TLS_PEER_H
#define CRYPT_TLS_PEER_H

#include "base/str.h"

struct tls_peer;
MUST_USE enum rc tls_peer_new(struct str how, struct str pem, struct tls_peer **ret);
MUST_USE enum rc tls_peer_take(struct tls_peer *, struct str came, struct buf *send, struct buf *plain); /* a refused handshake sends its alert */
MUST_USE enum rc tls_peer_say(struct tls_peer *, struct str plain, struct buf *send);
void             tls_peer_free(struct tls_peer *);

#endif
