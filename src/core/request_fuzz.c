// SPDX-License-Identifier: Apache-2.0
#include "core/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct act_request a;
	struct child_request c;

	(void)act_request_decode((struct str){ (const char *)p, n }, &a);   /* must only not crash */
	(void)child_request_decode((struct str){ (const char *)p, n }, &c);
	return 0;
}
