// SPDX-License-Identifier: Apache-2.0
/*
 * crypt - the only door to OpenSSL and libsodium.
 *
 * SHA-256 (FIPS 180-4), HMAC (RFC 2104), Ed25519 (RFC 8032), AES-256-GCM
 * (SP 800-38D, random 96-bit nonce in front, tag behind), argon2id (RFC 9106),
 * ECDSA P-256 for TLS. A `struct secret` is locked, kept out of core dumps and
 * wiped; it becomes bytes only through secret_expose().
 */
#ifndef CRYPT_CRYPT_H
#define CRYPT_CRYPT_H

#include "base/str.h"

struct hash { uint8_t b[32]; };
struct secret { uint8_t *p; size_t n; }; /* born { NULL, 0 } */

MUST_USE enum rc secret_new(struct secret *, size_t n);          /* zeroed                         */
MUST_USE enum rc secret_random(struct secret *, size_t n);
MUST_USE enum rc secret_of(struct secret *, struct str);         /* copies                         */
struct str       secret_expose(const struct secret *);           /* borrow                         */
void             secret_free(struct secret *);                   /* wipes; idempotent              */
void             wipe(void *, size_t);

void             hash_bytes(struct str, struct hash *ret);
void             hash_two(struct str a, struct str b, struct hash *ret);   /* SHA-256(a ‖ b), no copy */
void             hash_md5(struct str, uint8_t ret[16]);                    /* only to compare with sums that dpkg wrote down; proves nothing */
void             hash_sha1(struct str, uint8_t ret[20]);                     /* for lists others keep in SHA-1; proves nothing */
bool             hash_eq(const struct hash *, const struct hash *);
void             hmac_sha256(const struct secret *key, struct str, struct hash *ret);
bool             equal_constant_time(struct str, struct str);
void             random_bytes(void *, size_t);                    /* aborts when the kernel has none */

#define SIGN_KEY_BYTES  32 /* Ed25519 seed   */
#define SIGN_PUB_BYTES  32
#define SIGNATURE_BYTES 64
MUST_USE enum rc sign_public(const struct secret *seed, uint8_t ret_pub[SIGN_PUB_BYTES]);
MUST_USE enum rc sign(const struct secret *seed, struct str, uint8_t ret_sig[SIGNATURE_BYTES]);
MUST_USE enum rc sign_verify(const uint8_t pub[SIGN_PUB_BYTES], struct str, const uint8_t sig[SIGNATURE_BYTES]); /* RC_TAMPERED */

#define SEAL_KEY_BYTES 32
#define SEAL_OVERHEAD  28
MUST_USE enum rc seal(const struct secret *key, struct str aad, struct str plain, struct buf *ret);
MUST_USE enum rc seal_open(const struct secret *key, struct str aad, struct str sealed, struct buf *ret); /* RC_TAMPERED */
MUST_USE enum rc seal_open_secret(const struct secret *key, struct str aad, struct str sealed, struct secret *ret);

/* argon2id as an encoded string; memory in KiB. */
MUST_USE enum rc password_hash(struct str password, unsigned opslimit, unsigned memory_kib, struct buf *ret);
bool             password_verify(struct str encoded, struct str password);
#endif
