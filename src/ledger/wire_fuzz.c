// SPDX-License-Identifier: Apache-2.0
/* wire_fuzz: every body ledger may be sent, and every answer its callers may be. The first byte chooses. */
#include "ledger/receipt.h"
#include "ledger/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct str     s = { (const char *)bytes + (n ? 1 : 0), n ? n - 1 : 0 };
	struct arena   a = ARENA(1 << 20);
	union { struct entry *entries; struct ledger_head head; struct receipt receipt; uint64_t n; } got;
	size_t         count;
	uint32_t       most;

	switch (n ? bytes[0] & 7 : 0) {
	case 0: (void)entries_get(s, ENTRIES_MAX, &a, &got.entries, &count); break;
	case 1: (void)read_get(s, &got.n, &most); break;
	case 2: (void)index_get(s, &got.n); break;
	case 3: (void)receipt_decode(s, &got.receipt); break;
	case 4: if (head_get(s, &got.head) == RC_OK) buf_free(&got.head.checkpoint); break;
	case 5: { bool with; struct hash root; (void)extends_get(s, &got.n, &with, &root); break; }
	case 6: { struct str text, vkey; (void)submission_get(s, &got.n, &text, &vkey); break; }
	case 7: { struct range *ranges; (void)prove_get(s, &a, &got.n, &ranges, &count); break; }
	default: break;
	}
	arena_free(&a);
	return 0;
}
