// SPDX-License-Identifier: Apache-2.0
/*
 * passkey - what an authenticator says (W3C Web Authentication, Level 2): the only door to libfido2 and libcbor.
 *
 * Pure: bytes in, a verdict out. Type, origin, challenge and relying party are checked here; which
 * account a credential belongs to and whether its counter went back is the caller's. Attestation
 * is not asked for: any authenticator of the holder's will do, the key is what counts.
 */
#ifndef AUTH_PASSKEY_H
#define AUTH_PASSKEY_H

#include "crypt/crypt.h"

#define PASSKEY_ID_MAX   255
#define PASSKEY_KEY_MAX  600
#define PASSKEY_PART_MAX 4096  /* bytes of clientDataJSON, authenticatorData, attestationObject each */
#define CHALLENGE_BYTES  32

struct passkey_site { struct str origin, rp_id, admin_origin; }; /* "https://host:port", "host"; the listener of administration, or empty */
struct passkey { uint8_t id[PASSKEY_ID_MAX], key[PASSKEY_KEY_MAX]; size_t id_n, key_n; int algorithm; /* COSE */ uint32_t counter; };

/* RC_SYNTAX: not well formed; RC_DENIED: another type, origin, site or challenge, nobody was there, or the signature does not fit. */
MUST_USE enum rc passkey_register(const struct passkey_site *, struct str client_data, struct str attestation, const uint8_t challenge[CHALLENGE_BYTES], struct passkey *ret);
/* `ret_verified`: the authenticator checked its holder itself (PIN or body), so this is two factors of two kinds. */
MUST_USE enum rc passkey_assert(const struct passkey_site *, const struct passkey *known, struct str client_data, struct str authenticator_data, struct str signature,
    const uint8_t challenge[CHALLENGE_BYTES], bool *ret_verified, uint32_t *ret_counter);
/* The challenge that the client data names, before anything is believed. */
MUST_USE enum rc passkey_challenge(struct str client_data, uint8_t ret[CHALLENGE_BYTES]);

#endif
