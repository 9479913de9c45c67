// SPDX-License-Identifier: Apache-2.0
/* Records of wtmp, and the same bytes as lastlog. */
#include "control/accounts.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena arena = ARENA(1 << 20);
	struct sign_ins s = { .lastlog = BUF(1 << 20) };
	const struct account who = { .name = STR("alice"), .uid = 1 };

	wtmp_names_feed(&s, (struct str){ (const char *)p, n }, &arena, INT64_MAX);
	if (buf_add(&s.lastlog, (struct str){ (const char *)p, n }) == RC_OK)
		(void)signed_in_at(&s, &who, 1);
	buf_free(&s.lastlog);
	arena_free(&arena);
	return 0;
}
