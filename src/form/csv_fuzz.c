// SPDX-License-Identifier: Apache-2.0
#include "form/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a = ARENA(8 << 20);
	struct csv csv;

	(void)!csv_parse((struct str){ (const char *)p, n }, &a, &csv);
	arena_free(&a);
	return 0;
}
