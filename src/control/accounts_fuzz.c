// SPDX-License-Identifier: Apache-2.0
/* One text as passwd, shadow and group at once. */
#include "control/accounts.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena arena = ARENA(16 << 20);
	struct str text = { (const char *)p, n };
	struct accounts a;

	if (accounts_parse(text, &text, text, &arena, &a) == RC_OK)
		for (size_t i = 0; i < a.count; i++)
			(void)(account_in(&a.list[i], STR("sudo")) && account_expired(&a.list[i], 0));
	arena_free(&arena);
	return 0;
}
