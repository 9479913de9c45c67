// SPDX-License-Identifier: Apache-2.0
/*
 * usm - the keys of SNMP v3: localised from a passphrase (RFC 3414 A.2), HMAC-SHA-1-96
 * (RFC 3414) or HMAC-SHA-256-192 (RFC 7860), AES-128 in CFB mode (RFC 3826).
 *
 * There is no MD5, no DES and no message without both. A key is wiped by whoever holds it.
 */
#ifndef CRYPT_USM_H
#define CRYPT_USM_H

#include "base/str.h"

enum usm_hash { USM_SHA1 = 1, USM_SHA256 };
#define USM_MAC_MAX 24

struct usm_key { uint8_t b[32]; size_t n; };

size_t           usm_mac_bytes(enum usm_hash);                                                                      /* 12 or 24 */
MUST_USE enum rc usm_key_of(enum usm_hash, struct str passphrase, struct str engine_id, struct usm_key *ret);      /* RC_SYNTAX: under 8 letters */
void             usm_key_wipe(struct usm_key *);
void             usm_mac(enum usm_hash, const struct usm_key *, struct str, uint8_t ret[USM_MAC_MAX]);
bool             usm_mac_eq(enum usm_hash, const uint8_t *a, const uint8_t *b);                                     /* in constant time */
/* Both ways: CFB with the first 16 bytes of the key. */
MUST_USE enum rc usm_cipher(bool encrypt, const struct usm_key *, const uint8_t iv[16], struct str, struct buf *ret);
void             usm_random(void *, size_t);

#endif
