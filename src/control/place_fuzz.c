// SPDX-License-Identifier: Apache-2.0
/* Mounts, routes and addresses, all three of the same bytes. */
#include "control/place.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena arena = ARENA(4 << 20);
	struct str s = { (const char *)p, n };
	static struct own_addresses own;
	struct place place;

	own_addresses_read(s, s, &arena, &own);
	own_names_read(s, &arena, &own);
	(void)place_find(s, STR("/srv/backup"), STR("host"), &own, &arena, &place);
	arena_free(&arena);
	return 0;
}
