// SPDX-License-Identifier: Apache-2.0
#include "evidence/leaf.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str s = { (const char *)p, n };
	struct buf again = BUF(1024);
	struct leaf l;
	uint16_t class;
	uint32_t month;

	if (leaf_decode(s, &l) == RC_OK && (leaf_encode(&l, &again) != RC_OK || !str_eq(s, buf_str(&again))))
		__builtin_trap(); /* two spellings of one leaf */
	(void)payload_head(s, &class, &month);
	buf_free(&again);
	return 0;
}
