// SPDX-License-Identifier: Apache-2.0
/* Every line as each of the three. */
#include "control/storage.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena arena = ARENA(1 << 20);
	struct str rest = { (const char *)p, n }, line;
	struct mount m;
	struct swap s;
	struct crypt_entry e;

	while (str_line(&rest, &line)) {
		(void)(mount_line(line, &arena, &m) == RC_OK && option_value(m.options, STR("upperdir=")).n);
		(void)(swap_line(line, &arena, &s) == RC_OK && crypttab_line(line, &e) == RC_OK);
	}
	arena_free(&arena);
	return 0;
}
