// SPDX-License-Identifier: Apache-2.0
/* Forms, cookies, paths, hosts and bearer tokens from any bytes: pieces or a refusal, and what came out goes back in. */
#include <stdlib.h>

#include "web/decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str in = { (const char *)p, n }, out;
	struct arena arena = ARENA(1 << 20);
	struct buf query = BUF(1 << 20);
	static struct pairs pairs, again;

	if (decode_form(&arena, in, &pairs) == RC_OK && query_with(&query, &pairs, "", NULL) == RC_OK && decode_form(&arena, buf_str(&query), &again) != RC_OK)
		abort();
	(void)(decode_cookies(in, &pairs) | decode_path(&arena, in, &out) | decode_host(in) | decode_bearer(in, &out)); /* must not crash */
	buf_free(&query);
	arena_free(&arena);
	return 0;
}
