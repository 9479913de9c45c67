// SPDX-License-Identifier: Apache-2.0
#include "control/hsts.c"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	bool subdomains;

	(void)max_age((struct str){ (const char *)p, n }, &subdomains);
	return 0;
}
