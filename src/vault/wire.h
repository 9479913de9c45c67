// SPDX-License-Identifier: Apache-2.0
/*
 * wire - the bodies of vault's messages, as both ends write and read them.
 *
 * SIGN_HEAD:   str checkpoint text · str proof     → the signature line
 * RECEIPT_KEY: nothing                             → 32 bytes
 * TLS_SIGN:    the digest                          → DER signature
 * PAYLOAD_KEY: u8 class · u32 yyyymm               → 32 bytes
 * WRAP:        str aad · the secret                → wrapped bytes
 * UNWRAP:      str aad · wrapped bytes             → the secret
 * UNSEAL:      str receipt · str aad · wrapped     → the secret
 */
#ifndef VAULT_WIRE_H
#define VAULT_WIRE_H

#define AAD_BYTES_MAX     1024
#define RECEIPT_BYTES_MAX 128
#define WRAPPED_BYTES_MAX 3072

#endif
