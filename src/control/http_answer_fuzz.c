// SPDX-License-Identifier: Apache-2.0
#include "control/http_answer.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t n);

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	struct arena arena = ARENA(8 << 20);
	struct http_answer a;
	size_t at = 0;

	for (int how = 0; how < 4; how++)
		if (http_answer_read((struct str){ (const char *)data, n }, how & 1, how & 2, &arena, &a) == RC_OK)
			while (http_header_next(&a, "set-cookie", &at).p)
				;
	arena_free(&arena);
	return 0;
}
