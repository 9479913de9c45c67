// SPDX-License-Identifier: Apache-2.0
/* Any bytes as a bundle of evidence: judged, never believed without a key. */
#include <stdlib.h>
#include <string.h>

#include "tool/verify.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct report r;
	static const struct trust nobody;
	struct buf out = BUF(1 << 20);

	memset(&r, 0, sizeof(r));
	if (verify_bundle(&r, &nobody, (struct str){ (const char *)p, n }) != RC_OK || r.faults == 0 || report_print(&r, (struct output){ true, true }, &out) != RC_OK)
		abort();
	rc_trail_clear();
	buf_free(&out);
	return 0;
}
