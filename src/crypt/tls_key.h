// SPDX-License-Identifier: Apache-2.0
/*
 * tls_key - the station's own TLS key and certificate (vault and init only).
 *
 * ECDSA P-256; the certificate is self-signed for the given names, valid 397
 * days, replaceable by files of the administrator's.
 */
#ifndef CRYPT_TLS_KEY_H
#define CRYPT_TLS_KEY_H

#include "crypt/crypt.h"

MUST_USE enum rc tls_key_new(struct secret *ret_pkcs8_der);
MUST_USE enum rc tls_key_from_pem(struct str pem, struct secret *ret_pkcs8_der); /* RC_SYNTAX: no unencrypted ECDSA P-256 key */
MUST_USE enum rc tls_cert_self_signed(const struct secret *pkcs8_der, struct str host_name, int64_t now_us, struct buf *ret_pem);
MUST_USE enum rc tls_sign_digest(const struct secret *pkcs8_der, struct str digest, struct buf *ret_der_signature); /* ECDSA over a 32, 48 or 64 byte digest */
MUST_USE enum rc tls_cert_check(struct str pem, const struct secret *pkcs8_der); /* RC_CONFLICT: not this key's; RC_SYNTAX */

#endif
