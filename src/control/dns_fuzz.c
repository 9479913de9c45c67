// SPDX-License-Identifier: Apache-2.0
/* What a name server sends, and a resolv.conf. */
#include "control/dns.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str s = { (const char *)p, n };
	struct dns_addresses found = { .count = 0 };
	struct buf question = BUF(512);
	struct dns_servers servers;

	dns_servers_read(s, &servers);
	if (dns_question(0x4142, STR("a.b"), DNS_A, &question) == RC_OK)
		(void)dns_answer(s, 0x4142, buf_str(&question), &found);
	buf_free(&question);
	return 0;
}
