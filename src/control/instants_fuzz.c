// SPDX-License-Identifier: Apache-2.0
/* Short words that become numbers: instants as each format writes them, and thousandths. */
#include <stdint.h>

#include "control/dates.h"
#include "control/milli.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	enum rc (*const list[])(struct str, int64_t *) = { date_asctime, date_release, date_iso, milli_parse };

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
		int64_t ret;

		(void)list[i]((struct str){ (const char *)p, n }, &ret);
		rc_trail_clear();
	}
	return 0;
}
