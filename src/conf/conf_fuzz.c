// SPDX-License-Identifier: Apache-2.0
#include "conf/conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct conf *c = NULL;

	(void)!conf_parse("fuzz.yaml", (struct str){ (const char *)p, n }, &c);
	conf_free(c);
	return 0;
}
