// SPDX-License-Identifier: Apache-2.0
/* The handshake begins at the third byte, the authorities where the first two say: a sentence, never a crash. */
#include "crypt/client_proof.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	size_t cut = n > 2 ? ((size_t)bytes[0] << 8 | bytes[1]) % n : 0;
	struct str all = { (const char *)bytes, n };
	struct client_proof p;
	size_t count;

	if (client_proof_read(str_sub(all, 2, n), str_sub(all, cut, n), INT64_C(1795305600000000), &p) != RC_OK || client_authorities_check(str_sub(all, cut, n), &count) != RC_OK)
		rc_trail_clear();
	return 0;
}
