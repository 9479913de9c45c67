// SPDX-License-Identifier: Apache-2.0
/* A log in two pieces, and each of its lines as a command. */
#include "control/scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str all = { (const char *)p, n }, line;
	struct scan_log l = SCAN_LOG;
	struct scan_call c;

	scan_log_feed(&l, str_sub(all, 0, n / 2));
	scan_log_feed(&l, str_sub(all, n / 2, n));
	scan_log_end(&l);
	scan_log_free(&l);
	while (str_line(&all, &line))
		(void)scan_call_find(line, &c);
	return 0;
}
