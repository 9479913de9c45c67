// SPDX-License-Identifier: Apache-2.0
/* pwquality.conf */
#include "control/pam_conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct pwquality q;

	pwquality_default(&q);
	(void)pwquality_read(&q, (struct str){ (const char *)p, n });
	return pwquality_length(&q) < 0 || pwquality_classes(&q) > 4;
}
