// SPDX-License-Identifier: Apache-2.0
/* The fingerprint of a listing. */
#include "control/nft_print.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena arena = ARENA(8 << 20);
	struct nft_print print;

	(void)nft_print((struct str){ (const char *)p, n }, &arena, &print);
	arena_free(&arena);
	return 0;
}
