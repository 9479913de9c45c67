// SPDX-License-Identifier: Apache-2.0
/* What a hostile daemon answers, and files it may have written. */
#include "control/clamd.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str s = { (const char *)p, n };
	struct clamd_conf conf;
	struct clamd_version version;
	struct clamd_header header;
	enum clamd_scan scan;

	(void)clamd_conf_parse(s, &conf);
	(void)clamd_version_parse(s, &version);
	(void)clamd_scan_parse(s, &scan);
	(void)clamd_header_parse(s, &header);
	return 0;
}
