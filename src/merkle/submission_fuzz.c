// SPDX-License-Identifier: Apache-2.0
/* submission_fuzz: what goes between a log and its witness; what decodes encodes to the same bytes. */
#include <stdlib.h>

#include "merkle/submission.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct str in = { (const char *)bytes, n };
	struct buf again = BUF(2 * SUBMISSION_BYTES_MAX);
	struct submission s;
	struct answer a;

	if (submission_decode(in, &s) == RC_OK && (submission_encode(&s, &again) != RC_OK || !str_eq(in, buf_str(&again))))
		abort();
	if (answer_file_decode(in, &a) == RC_OK && a.body.n > n)
		abort();
	if (answer_http_decode(in, &a) == RC_OK && a.body.n > n)
		abort();
	rc_trail_clear();
	buf_free(&again);
	return 0;
}
