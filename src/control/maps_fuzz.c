// SPDX-License-Identifier: Apache-2.0
/* Lines of /proc/N/maps: any process may choose its paths. */
#include "control/maps.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str path;

	(void)maps_replaced((struct str){ (const char *)p, n }, &path);
	return 0;
}
