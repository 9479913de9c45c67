// SPDX-License-Identifier: Apache-2.0
/* Codes by liboath; the window and the comparison are ours. */
#include "auth/totp.h"

#include <liboath/oath.h>
#include <string.h>

#include "base/time_text.h"

enum rc
totp_code_of(const struct totp_kind *kind, const struct secret *seed, int64_t step, char ret[TOTP_DIGITS_MAX + 1])
{
	static const int flags[] = { [TOTP_SHA1] = 0, [TOTP_SHA256] = OATH_TOTP_HMAC_SHA256, [TOTP_SHA512] = OATH_TOTP_HMAC_SHA512 };
	struct str s = secret_expose(seed);

	if (step < 0 || oath_totp_generate2(s.p, s.n, (time_t)step * kind->period_s, (unsigned)kind->period_s, 0, (unsigned)kind->digits, flags[kind->algorithm], ret) != OATH_OK)
		return FAIL(RC_BUG, "no code for this step");
	return RC_OK;
}

int64_t
totp_match_of(const struct totp_kind *kind, const struct secret *seed, int64_t now_us, struct str code)
{
	int64_t now = now_us / SECOND_US / kind->period_s, found = 0;

	for (int64_t step = now - 1; step <= now + 1; step++) {
		char want[TOTP_DIGITS_MAX + 1];

		if (totp_code_of(kind, seed, step, want) != RC_OK)
			continue;
		if (code.n == (size_t)kind->digits && equal_constant_time((struct str){ want, code.n }, code))
			found = step;
		wipe(want, sizeof(want));
	}
	return found;
}

enum rc
totp_code(const struct secret *seed, int64_t step, char ret[TOTP_DIGITS + 1])
{
	char code[TOTP_DIGITS_MAX + 1];
	enum rc rc = RC_OK;

	TRY(totp_code_of(&TOTP_APP, seed, step, code));
	memcpy(ret, code, TOTP_DIGITS + 1);
out:
	wipe(code, sizeof(code));
	return rc;
}

int64_t
totp_match(const struct secret *seed, int64_t now_us, struct str code)
{
	return totp_match_of(&TOTP_APP, seed, now_us, code);
}

/* Base32 without padding (RFC 4648); 20 bytes make 32 letters. */
static enum rc
put_base32(struct buf *b, struct str s)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	uint32_t bits = 0;
	int have = 0;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < s.n; i++) {
		bits = bits << 8 | (uint8_t)s.p[i];
		for (have += 8; have >= 5; have -= 5)
			TRY(buf_add_byte(b, (uint8_t)letters[bits >> (have - 5) & 31]));
	}
	if (have)
		TRY(buf_add_byte(b, (uint8_t)letters[bits << (5 - have) & 31]));
out:
	return rc;
}

enum rc
totp_uri(struct buf *b, struct str name, const struct secret *seed)
{
	enum rc rc = RC_OK;

	TRY(buf_addf(b, "otpauth://totp/Tsujiban:" STR_FMT "?secret=", STR_ARG(name)));
	TRY(put_base32(b, secret_expose(seed)));
	TRY(buf_addf(b, "&issuer=Tsujiban&algorithm=SHA1&digits=%d&period=%d", TOTP_DIGITS, TOTP_STEP_S));
out:
	return rc;
}
