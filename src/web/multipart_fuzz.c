// SPDX-License-Identifier: Apache-2.0
#include "web/multipart.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a = ARENA(1 << 20);
	struct pairs pairs;

	(void)!decode_multipart(&a, STR("multipart/form-data; boundary=b"), (struct str){ (const char *)p, n }, &pairs);
	(void)!decode_multipart(&a, (struct str){ (const char *)p, n }, STR("--b\r\n"), &pairs);
	arena_free(&a);
	return 0;
}
