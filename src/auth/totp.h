// SPDX-License-Identifier: Apache-2.0
/*
 * totp - six digits every thirty seconds (RFC 6238, SHA-1): the only door to liboath.
 *
 * A code is good in its own step, the one before and the one after, and never
 * at or before the last step that was used.
 */
#ifndef AUTH_TOTP_H
#define AUTH_TOTP_H

#include "crypt/crypt.h"

#define TOTP_SEED_BYTES 20
#define TOTP_STEP_S     30
#define TOTP_DIGITS     6

MUST_USE enum rc totp_code(const struct secret *seed, int64_t step, char ret[TOTP_DIGITS + 1]);
/* The step whose code this is, 0 when none; always computes all three. */
int64_t          totp_match(const struct secret *seed, int64_t now_us, struct str code);
/* otpauth://totp/… for a QR picture; holds the seed: wipe it. */
MUST_USE enum rc totp_uri(struct buf *, struct str account_name, const struct secret *seed);

#endif
