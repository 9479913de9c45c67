// SPDX-License-Identifier: Apache-2.0
/* A ruleset as nft prints it. */
#include "control/nft.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct nft_view view;

	(void)nft_read((struct str){ (const char *)p, n }, &view);
	return 0;
}
