// SPDX-License-Identifier: Apache-2.0
/* Facts from a process that may have been captured. */
#include "control/fact.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena arena = ARENA(1 << 20);
	struct facts f = { .arena = &arena };
	struct buf again = BUF(1 << 20), json = BUF(1 << 24);

	if (facts_decode((struct str){ (const char *)p, n }, &f) == RC_OK &&
	    (facts_encode(&f, &again) != RC_OK || !str_eq(buf_str(&again), (struct str){ (const char *)p, n }) || facts_json(&f, &json) != RC_OK))
		abort(); /* one list, one spelling */
	buf_free(&again);
	buf_free(&json);
	arena_free(&arena);
	return 0;
}
