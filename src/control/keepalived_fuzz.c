// SPDX-License-Identifier: Apache-2.0
/* A keepalived.conf that anybody may have written. */
#include "control/keepalived.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct keepalived k;

	k.count = 0;
	keepalived_read((struct str){ (const char *)p, n }, &k);
	return 0;
}
