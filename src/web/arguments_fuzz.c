// SPDX-License-Identifier: Apache-2.0
/* A segment and a form from any bytes, for every act: JSON that jansson takes back, or a refusal. */
#include <stdlib.h>

#include "web/arguments.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str in = { (const char *)p, n }, segment = str_sub(in, 0, n < 24 ? n : 24);
	struct arena arena = ARENA(1 << 20);
	struct buf json = BUF(1 << 20);
	static struct pairs pairs;

	pairs.n = 0;
	for (enum act a = ACT_NONE + 1; a < ACT_COUNT && decode_form(&arena, in, &pairs) == RC_OK; a++) {
		buf_reset(&json);
		if (arguments_build(a, segment, &pairs, false, NULL, &json) == RC_OK && arguments_check(buf_str(&json)) != RC_OK)
			abort();
	}
	(void)arguments_check(in); /* must not crash */
	buf_free(&json);
	arena_free(&arena);
	return 0;
}
