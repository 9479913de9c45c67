// SPDX-License-Identifier: Apache-2.0
/* faillock.conf */
#include "control/pam_conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct faillock f;

	faillock_default(&f);
	(void)faillock_read(&f, (struct str){ (const char *)p, n });
	return 0;
}
