// SPDX-License-Identifier: Apache-2.0
/* The first byte is the type of the field, the rest what somebody typed; what is good stays good in its one spelling. */
#include <stdlib.h>

#include "form/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct form_choice choices[2] = { { STR("own"), { STR("自前"), STR("own") } }, { STR("no"), { STR("ない"), STR("none") } } };
	struct field f = { .type = n ? FIELD_TEXT + (enum field_type)(p[0] % FIELD_LOGIC) : FIELD_TEXT, .min = -5, .max = 900, .choices = choices, .choices_count = 2 };
	struct arena a = ARENA(1 << 20);
	struct str once, twice;

	if (n && field_check(&f, (struct str){ (const char *)p + 1, n - 1 }, &a, &once) == FORM_GOOD && (field_check(&f, once, &a, &twice) != FORM_GOOD || !str_eq(once, twice)))
		abort();
	arena_free(&a);
	return 0;
}
