// SPDX-License-Identifier: Apache-2.0
/* authorized_keys. */
#include "control/accounts.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static enum rc
take(void *context, const struct key *k)
{
	(void)context;
	return k->blob.n ? RC_OK : RC_BUG;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	return keys_parse((struct str){ (const char *)p, n }, take, NULL) == RC_BUG ? __builtin_trap(), 0 : 0;
}
