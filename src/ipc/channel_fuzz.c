// SPDX-License-Identifier: Apache-2.0
/* Bytes of a captured process, as a request to core from web and as an answer to web from core. */
#include <sys/socket.h>
#include <unistd.h>

#include "ipc/channel.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct request q = { 0 };
	struct peer *p = peer_new(PROC_WEB, PROC_CORE);
	struct buf reply = BUF(1 << 20);
	int a[2], b[2];

	if (channel_pair(a) != RC_OK || channel_pair(b) != RC_OK)
		__builtin_trap();
	if (send(a[0], data, n, 0) < 0 || send(b[0], data, n, 0) < 0)
		return 0;
	if (channel_recv(a[1], PROC_WEB, PROC_CORE, &q) == RC_OK && q.message != MESSAGE_CORE_ACT && q.message != MESSAGE_CORE_DOOR)
		__builtin_trap();
	peer_lanes_set(p, &b[1], 1);
	(void)!peer_call(p, MESSAGE_CORE_ACT, STR("x"), 0, &reply); /* every class is an answer here */
	peer_free(p);
	buf_free(&reply);
	buf_free(&q.body);
	(void)close(a[0]); (void)close(a[1]); (void)close(b[0]); /* a fuzzer runs for long */
	return 0;
}
