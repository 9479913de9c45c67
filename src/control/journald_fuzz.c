// SPDX-License-Identifier: Apache-2.0
/* A journal file in two pieces. */
#include "control/journald.h"

static enum rc
take(void *context, int64_t at_us, struct str message)
{
	*(size_t *)context += message.n + (at_us > 0);
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
	struct journald_ask ask = journald_sign_ins(take, &sum);

	if (journald_begin(&arena, &ask, &j) == RC_OK && journald_feed(j, str_sub(s, 0, n / 3)) == RC_OK && journald_feed(j, str_sub(s, n / 3, n)) == RC_OK)
		(void)journald_whole(j);
	arena_free(&arena);
	return 0;
}
