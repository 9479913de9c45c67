// SPDX-License-Identifier: Apache-2.0
/* head_file_fuzz: what may stand on the disk; a head that is found is one that decodes. */
#include <stdlib.h>

#include "merkle/checkpoint.h"
#include "vault/head_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct head_file f = { 0 };
	struct checkpoint head;

	if (head_file_decode((struct str){ (const char *)bytes, n }, &f) == RC_OK && (f.place > 1 || checkpoint_decode(buf_str(&f.text), &head) != RC_OK))
		abort();
	head_file_free(&f);
	return 0;
}
