// SPDX-License-Identifier: Apache-2.0
#include "control/cookie_flags.c"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena arena = ARENA(1 << 20);
	struct facts f = { .arena = &arena };

	cookie_facts((struct str){ (const char *)p, n }, 1, &f);
	arena_free(&arena);
	return 0;
}
