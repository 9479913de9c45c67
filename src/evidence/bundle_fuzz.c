// SPDX-License-Identifier: Apache-2.0
/* The pieces of a bundle: what reads is written the same again. */
#include <stdlib.h>

#include "evidence/bundle.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str s = { (const char *)p, n }, rest = s, name;
	struct bundle_omitted omitted;
	struct bundle_entry entry;
	struct tar_file file;
	struct hash h;

	while (tar_next(&rest, &file) == RC_OK)
		if (file.name.n == 0 || file.bytes.n > n)
			abort();
	(void)bundle_entry_get(s, &entry);
	if (bundle_omitted_get(s, &omitted) == RC_OK && omitted.first > omitted.last)
		abort();
	(void)manifest_get(s, &h, &name);
	rc_trail_clear();
	return 0;
}
