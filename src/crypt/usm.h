// SPDX-License-Identifier: Apache-2.0
/*
 * usm - the keys of SNMP v3: localised from a passphrase (RFC 3414 A.2), HMAC-SHA-1-96
 * (RFC 3414) or HMAC of SHA-224, 256, 384 or 512 (RFC 7860), AES-128 in CFB mode (RFC 3826).
 *
 * There is no MD5, no DES and no message without both. A key is wiped by whoever holds it.
 */
#ifndef CRYPT_USM_H
#define CRYPT_USM_H

#include "base/str.h"

enum usm_hash { USM_SHA1 = 1, USM_SHA224, USM_SHA256, USM_SHA384, USM_SHA512 };
#define USM_MAC_MAX 48

struct usm_key { uint8_t b[64]; size_t n; };

size_t           usm_mac_bytes(enum usm_hash);                                                                      /* 12, 16, 24, 32, 48 */
MUST_USE enum rc usm_key_of(enum usm_hash, struct str passphrase, struct str engine_id, struct usm_key *ret);      /* RC_SYNTAX: under 8 letters */
void             usm_key_wipe(struct usm_key *);
void             usm_mac(enum usm_hash, const struct usm_key *, struct str, uint8_t ret[USM_MAC_MAX]);
bool             usm_mac_eq(enum usm_hash, const uint8_t *a, const uint8_t *b);                                     /* in constant time */
/* Both ways: CFB with the first 16 bytes of the key. */
MUST_USE enum rc usm_cipher(bool encrypt, const struct usm_key *, const uint8_t iv[16], struct str, struct buf *ret);
void             usm_random(void *, size_t);

#endif
