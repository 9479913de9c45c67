// SPDX-License-Identifier: Apache-2.0
/* A title that any process of that account may have written. */
#include "control/pg_stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct pg_streams s;

	s.count = 0;
	pg_streams_title(&s, (struct str){ (const char *)p, n });
	return 0;
}
