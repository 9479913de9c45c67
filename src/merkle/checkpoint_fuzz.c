// SPDX-License-Identifier: Apache-2.0
/* checkpoint_fuzz: tree heads and names of epochs; one spelling each. */
#include <stdlib.h>

#include "merkle/checkpoint.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct str s = { (const char *)bytes, n }, name;
	struct buf again = BUF(1 << 20);
	struct checkpoint c;
	uint32_t epoch;

	if (checkpoint_decode(s, &c) == RC_OK && (checkpoint_encode(&c, &again) != RC_OK || !str_eq(s, buf_str(&again))))
		abort();
	buf_reset(&again);
	origin_split(s, &name, &epoch);
	if (n < 1000 && (origin_add(name, epoch, &again) != RC_OK || !str_eq(s, buf_str(&again))))
		abort();
	buf_free(&again);
	return 0;
}
