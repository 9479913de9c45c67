// SPDX-License-Identifier: Apache-2.0
/* The lines of a shadow file: nothing is lost, whatever they are. */
#include <stdint.h>
#include <stdlib.h>

#include "control/shadow_state.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct buf config = BUF(1 << 22), passwords = BUF(1 << 22);
	int64_t day;

	if (shadow_split((struct str){ (const char *)data, n }, &config, &passwords, &day) == RC_OK && (day < -1 || (n && config.n == 0)))
		abort();
	buf_free(&config);
	buf_free(&passwords);
	return 0;
}
