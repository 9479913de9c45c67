// SPDX-License-Identifier: Apache-2.0
/* A request to look, from a process that may have been captured. */
#include "control/ask_probe.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena arena = ARENA(65536);
	struct look_request q;

	(void)look_request_decode((struct str){ (const char *)p, n }, &arena, &q);
	arena_free(&arena);
	return 0;
}
