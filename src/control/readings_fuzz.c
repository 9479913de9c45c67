// SPDX-License-Identifier: Apache-2.0
/* A file of readings that anybody may have written. */
#include "control/readings.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct readings r;

	readings_begin(&r);
	if (readings_feed(&r, (struct str){ (const char *)p, n / 2 }) == RC_OK && readings_feed(&r, (struct str){ (const char *)p + n / 2, n - n / 2 }) == RC_OK)
		(void)readings_end(&r);
	return 0;
}
