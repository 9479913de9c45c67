// SPDX-License-Identifier: Apache-2.0
/* The title of a process: any of them may write what it likes over it. */
#include "control/sshd_running.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena arena = ARENA(1 << 20);
	struct sshd_running r = { 0 };

	if (sshd_running_title(&r, (struct str){ (const char *)p, n }, &arena) && r.count == 0)
		__builtin_trap();
	arena_free(&arena);
	return 0;
}
