// SPDX-License-Identifier: Apache-2.0
/* Any bytes as a maker's list of seeds. */
#include "auth/generator_list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena arena = ARENA(4u << 20);
	struct generator_list list = { 0 };

	if (generator_list_read((struct str){ (const char *)data, n }, &arena, &list) == RC_OK)
		generator_list_wipe(&list);
	rc_trail_clear();
	arena_free(&arena);
	return 0;
}
