// SPDX-License-Identifier: Apache-2.0
#include "document/document.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	(void)!doc_check((struct str){ (const char *)p, n });
	return 0;
}
