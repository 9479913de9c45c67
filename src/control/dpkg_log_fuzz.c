// SPDX-License-Identifier: Apache-2.0
/* A log in two pieces. */
#include "control/dpkg_log.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct dpkg_log l = DPKG_LOG;
	int64_t from;

	dpkg_log_feed(&l, (struct str){ (const char *)p, n / 2 });
	dpkg_log_feed(&l, (struct str){ (const char *)p + n / 2, n - n / 2 });
	dpkg_log_settle(&l, INT64_C(1767225600000000));
	(void)dpkg_log_during(&l, INT64_C(1767225600000000), &from);
	dpkg_log_free(&l);
	return 0;
}
