// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>

#include "control/routes.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t n);

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	struct routes *r = calloc(1, sizeof(*r));

	if (r && links_parse((struct str){ (const char *)data, n }, r) == RC_OK && routes_parse((struct str){ (const char *)data, n }, r) == RC_OK && rules_parse((struct str){ (const char *)data, n }, r) == RC_OK)
		for (size_t i = 0; i < r->links_count; i++)
			if (link_root(r, &r->links[i]) == 7 && routes_way(r, &r->links[i], STR_NONE) == ROUTE_YES)
				break;
	free(r);
	return 0;
}
