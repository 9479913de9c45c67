// SPDX-License-Identifier: Apache-2.0
/* A dump of sock_diag. */
#include "control/sockets.h"

#include <netinet/in.h>

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static enum rc
take(void *context, const struct listener *l)
{
	(void)context;
	return l->port ? RC_OK : RC_BUG;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	uint32_t inode;

	(void)sockets_parse((struct str){ (const char *)p, n }, n % 2 ? IPPROTO_TCP : IPPROTO_UDP, take, NULL);
	(void)socket_link_parse((struct str){ (const char *)p, n }, &inode);
	return 0;
}
