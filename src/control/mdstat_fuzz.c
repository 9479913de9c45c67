// SPDX-License-Identifier: Apache-2.0
/* /proc/mdstat. */
#include "control/mdstat.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct md_array arrays[MD_MAX];
	size_t count;

	(void)mdstat_read((struct str){ (const char *)p, n }, arrays, &count);
	return 0;
}
