// SPDX-License-Identifier: Apache-2.0
/* A list of snapshots, read and counted. */
#include "control/backup.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena arena = ARENA(4 << 20);
	struct facts f = { .arena = &arena };
	struct snapshots s;

	if (snapshots_read((struct str){ (const char *)p, n }, INT64_C(1767225600000000), &arena, &s) == RC_OK)
		(void)snapshots_facts(&s, 3600000000, &f);
	arena_free(&arena);
	return 0;
}
