// SPDX-License-Identifier: Apache-2.0
/* What is accepted, written out and read again, is the same. */
#include <stdlib.h>

#include "catalogue/expression.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a = ARENA(1 << 20);
	struct buf one = BUF(65536), two = BUF(65536);
	struct yaml_node where = { .kind = YAML_SCALAR, .line = 1, .file = "f" };
	struct node *node;

	if (expression_parse(&where, (struct str){ (const char *)p, n }, &a, &node) == RC_OK && expression_text(node, &one) == RC_OK)
		if (one.n <= EXPRESSION_BYTES_MAX && (expression_parse(&where, buf_str(&one), &a, &node) != RC_OK || expression_text(node, &two) != RC_OK || !str_eq(buf_str(&one), buf_str(&two))))
			abort();
	buf_free(&one);
	buf_free(&two);
	arena_free(&a);
	return 0;
}
