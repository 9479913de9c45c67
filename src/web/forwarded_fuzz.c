// SPDX-License-Identifier: Apache-2.0
/* Whatever a proxy sends, what comes out is an address, and no proxy's. */
#include <arpa/inet.h>
#include <stdlib.h>

#include "web/forwarded.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str s = { (const char *)data, size };
	char client[FORWARDED_MAX];
	unsigned char bytes[16];

	for (int i = 0; i < 2; i++)
		if (forwarded_client("192.0.2.2 2001:db8::2", i ? STR_NONE : s, i ? s : STR_NONE, client) &&
		    ((inet_pton(AF_INET, client, bytes) != 1 && inet_pton(AF_INET6, client, bytes) != 1) || forwarded_proxy("192.0.2.2 2001:db8::2", str_of(client))))
			abort();
	return 0;
}
