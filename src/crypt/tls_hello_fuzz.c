// SPDX-License-Identifier: Apache-2.0
#include "crypt/tls_hello.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t n);

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	uint16_t cipher;
	int version;

	(void)tls_hello_answer((struct str){ (const char *)data, n }, &version, &cipher);
	return 0;
}
