// SPDX-License-Identifier: Apache-2.0
/* A file of /etc/pam.d: read, then a walk through each of its stacks. */
#include "control/pam.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena arena = ARENA(4 << 20);
	struct pam_service service;
	struct pam_walk walk;

	if (pam_read_text(&arena, (struct str){ (const char *)p, n }, &service) == RC_OK)
		for (int type = 0; type < PAM_TYPE_COUNT; type++)
			for (pam_begin(&walk); pam_next(&service.chains[type], &walk);)
				pam_answer(&service.chains[type], &walk, (uint8_t)((n + walk.at) % (PAM_RESULTS + 1)));
	arena_free(&arena);
	return 0;
}
