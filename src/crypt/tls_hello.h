// SPDX-License-Identifier: Apache-2.0
/*
 * tls_hello - the first word of a TLS handshake, and what is answered to it.
 *
 * To see what a server still accepts, one has to offer what no library offers
 * any more: old versions, broken ciphers. A ServerHello is acceptance; nothing
 * is agreed, the connection is dropped after it. Pure.
 */
#ifndef CRYPT_TLS_HELLO_H
#define CRYPT_TLS_HELLO_H

#include "base/str.h"

enum tls_offer { TLS_OFFER_USUAL = 0, TLS_OFFER_BROKEN /* no encryption, no key of the server's, export, RC4, DES, 3DES */, TLS_OFFER_STATIC_RSA, TLS_OFFER_CBC, TLS_OFFERS };
/* A ClientHello of one version (SSL 3.0: 0x0300 … TLS 1.2: 0x0303) with the ciphers of one offer. `name`: server name, or empty. */
MUST_USE enum rc tls_hello_put(int version, enum tls_offer, struct str name, struct buf *ret);

enum tls_hello { TLS_HELLO_MORE = 0, TLS_HELLO_ACCEPTED, TLS_HELLO_REFUSED /* an alert */, TLS_HELLO_NONSENSE };
enum tls_hello   tls_hello_answer(struct str came, int *ret_version, uint16_t *ret_cipher);

#endif
