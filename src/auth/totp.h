// SPDX-License-Identifier: Apache-2.0
/*
 * totp - codes that follow the clock (RFC 6238): the only door to liboath. The app's are six digits every thirty
 * seconds with SHA-1; a hardware token's are as its maker says.
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

enum totp_algorithm { TOTP_SHA1 = 1, TOTP_SHA256, TOTP_SHA512 };
struct totp_kind { int digits, period_s; enum totp_algorithm algorithm; };
#define TOTP_DIGITS_MAX 8
#define TOTP_APP ((struct totp_kind){ TOTP_DIGITS, TOTP_STEP_S, TOTP_SHA1 })

MUST_USE enum rc totp_code_of(const struct totp_kind *, const struct secret *seed, int64_t step, char ret[TOTP_DIGITS_MAX + 1]);
int64_t          totp_match_of(const struct totp_kind *, const struct secret *seed, int64_t now_us, struct str code); /* as totp_match */
MUST_USE enum rc totp_code(const struct secret *seed, int64_t step, char ret[TOTP_DIGITS + 1]);
/* The step whose code this is, 0 when none; always computes all three. */
int64_t          totp_match(const struct secret *seed, int64_t now_us, struct str code);
/* otpauth://totp/… for a QR picture; holds the seed: wipe it. */
MUST_USE enum rc totp_uri(struct buf *, struct str account_name, const struct secret *seed);

#endif
