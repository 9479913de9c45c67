// SPDX-License-Identifier: Apache-2.0
/* A sudoers text, asked what one account may do. */
#include "control/sudoers.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena arena = ARENA(16 << 20);
	struct str groups[] = { STR("sudo"), STR("alice") };
	const struct account who = { .name = STR("alice"), .uid = 1000, .gid = 1000, .groups = groups, .groups_count = 2 };
	struct sudo_right right;
	struct sudoers s;

	if (sudoers_parse((struct str){ (const char *)p, n }, &arena, &s) == RC_OK) {
		sudoers_right(&s, &who, STR("web1.example.org"), &right);
		(void)sudoers_may_run(&s, &who, STR("web1.example.org"), STR("/bin/sh"));
	}
	arena_free(&arena);
	return 0;
}
