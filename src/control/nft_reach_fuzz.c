// SPDX-License-Identifier: Apache-2.0
#include "control/nft_reach.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t n);

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	struct arena arena = ARENA(8 << 20);
	struct nft_rules *rules;
	struct nft_reach r;

	if (nft_rules_read((struct str){ (const char *)data, n }, &arena, &rules) == RC_OK) {
		for (unsigned i = 0; i < 4; i++)
			(void)nft_reach(rules, &(struct nft_ask){ .hook = i & 1, .family = i >> 1, .protocol = 1 + (i & 1), .port = 443 }, &arena, &r); /* nobody reads it */
		nft_rules_free(rules);
	}
	arena_free(&arena);
	return 0;
}
