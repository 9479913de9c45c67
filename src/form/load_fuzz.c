// SPDX-License-Identifier: Apache-2.0
#include "form/load.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a = ARENA(8 << 20);
	const struct yaml_node *root;
	struct form *forms;
	size_t count;

	if (yaml_parse("fuzz.yaml", (struct str){ (const char *)p, n }, &a, &root) == RC_OK)
		(void)!forms_load(root, &a, &forms, &count);
	arena_free(&a);
	return 0;
}
