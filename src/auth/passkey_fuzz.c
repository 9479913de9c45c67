// SPDX-License-Identifier: Apache-2.0
#include "auth/passkey.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static const struct passkey_site here = { { "https://localhost:8443", 22 }, { "localhost", 9 } };
	static const struct passkey known = { .id_n = 1, .key_n = 64, .algorithm = -7 };
	size_t cut = n ? bytes[0] * n / 256 : 0;
	struct str a = { (const char *)bytes, cut }, b = { (const char *)bytes + cut, n - cut };
	uint8_t challenge[CHALLENGE_BYTES] = { 0 };
	struct passkey p;
	uint32_t counter;
	bool verified;

	if (passkey_register(&here, a, b, challenge, &p) != RC_OK || passkey_assert(&here, &known, a, b, b, challenge, &verified, &counter) != RC_OK)
		rc_trail_clear();
	return 0;
}
