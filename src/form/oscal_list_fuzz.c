// SPDX-License-Identifier: Apache-2.0
/* Whatever a catalog of OSCAL says, what comes out is a table. */
#include <stdlib.h>

#include "form/csv_map.h"
#include "form/oscal_list.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct buf out = BUF(1 << 20);
	struct arena a = ARENA(4 << 20);
	struct csv t;

	if (oscal_list((struct str){ (const char *)p, n }, &out) == RC_OK && csv_parse(buf_str(&out), &a, &t) == RC_OK && csv_heading(&t) >= t.count)
		abort();
	rc_trail_clear();
	arena_free(&a);
	buf_free(&out);
	return 0;
}
