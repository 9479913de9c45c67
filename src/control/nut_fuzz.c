// SPDX-License-Identifier: Apache-2.0
/* What a hostile upsd answers. */
#include "control/nut.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str s = { (const char *)p, n };
	struct arena arena = ARENA(1 << 20);
	struct nut_status status;
	struct nut_vars vars;
	int64_t at;

	if (nut_parse(s, STR("sp"), &arena, &vars) == RC_OK)
		nut_status_read(nut_get(&vars, "ups.status"), &status);
	nut_status_read(s, &status);
	(void)nut_test_read(s);
	(void)nut_date(s, &at);
	arena_free(&arena);
	return 0;
}
