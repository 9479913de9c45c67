// SPDX-License-Identifier: Apache-2.0
/* Lines that a management controller made ipmitool print. */
#include "control/units.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct units u;

	(void)ipmi_parse((struct str){ (const char *)p, n }, &u);
	return 0;
}
