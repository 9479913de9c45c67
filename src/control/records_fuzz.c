// SPDX-License-Identifier: Apache-2.0
/* wtmp, journal headers, audit lines, dates. */
#include "control/journald.h"

#include "control/dates.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str s = { (const char *)p, n };
	struct wtmp w = { .rest_n = 0 };
	struct span span;
	int64_t at;

	wtmp_feed(&w, str_sub(s, 0, n / 3));
	wtmp_feed(&w, str_sub(s, n / 3, n));
	(void)journald_header(s, &span);
	(void)audit_line(s, &at);
	(void)date_iso(s, &at);
	(void)date_release(s, &at);
	return 0;
}
