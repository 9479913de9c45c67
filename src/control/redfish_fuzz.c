// SPDX-License-Identifier: Apache-2.0
/* Whatever a service answers to a question for a resource. */
#include "control/units.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str s = { (const char *)p, n }, paths[8], supplies;
	struct arena arena = ARENA(1 << 16);
	struct units u = { .count = 0 };
	struct redfish_chassis c;
	size_t count;

	(void)redfish_members(s, &arena, paths, 8, &count);
	(void)redfish_chassis(s, &arena, &c);
	(void)redfish_power(s, &u);
	(void)redfish_subsystem(s, &arena, &u, &supplies);
	(void)redfish_supply(s, &u);
	arena_free(&arena);
	return 0;
}
