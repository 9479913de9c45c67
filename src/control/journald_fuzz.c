// SPDX-License-Identifier: Apache-2.0
/* A journal file in two pieces. */
#include "control/journald.h"

static enum rc
take(void *context, const struct accepted *a)
{
	*(size_t *)context += a->user.n + a->address.n;
	return RC_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena arena = ARENA(8 << 20);
	struct str s = { (const char *)p, n };
	struct journald *j;
	size_t sum = 0;

	if (journald_begin(&arena, take, &sum, &j) == RC_OK && journald_feed(j, str_sub(s, 0, n / 3)) == RC_OK && journald_feed(j, str_sub(s, n / 3, n)) == RC_OK)
		(void)journald_whole(j);
	arena_free(&arena);
	return 0;
}
