// SPDX-License-Identifier: Apache-2.0
#include "core/day.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct hour hours[24];
	struct buf again = BUF(4096);

	if (day_unpack((struct str){ (const char *)p, n }, hours) == RC_OK && (day_pack(hours, &again) != RC_OK || !str_eq(buf_str(&again), (struct str){ (const char *)p, n })))
		abort(); /* one day, one spelling */
	buf_free(&again);
	return 0;
}
