// SPDX-License-Identifier: Apache-2.0
#include "yaml/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a = ARENA(8 << 20);
	const struct yaml_node *root;

	(void)!yaml_parse("fuzz.yaml", (struct str){ (const char *)p, n }, &a, &root);
	arena_free(&a);
	return 0;
}
