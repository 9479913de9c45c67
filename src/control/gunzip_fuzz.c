// SPDX-License-Identifier: Apache-2.0
/* A packed log: never more than the ceiling comes out, whatever it says of itself. */
#include "control/gunzip.h"

#include <stdlib.h>

#define OUT_MAX 200000

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static enum rc
take(void *context, struct str piece)
{
	size_t *all = context;

	*all += piece.n;
	return RC_OK;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	size_t all = 0;

	if (gunzip_bytes((struct str){ (const char *)p, n }, OUT_MAX, take, &all) == RC_OK && n < 18)
		abort(); /* shorter than an empty one */
	if (all > OUT_MAX)
		abort();
	return 0;
}
