// SPDX-License-Identifier: Apache-2.0
/* tile_fuzz: paths of tiles and bundles of entries; one spelling each. */
#include <stdlib.h>

#include "merkle/tile.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct str s = { (const char *)bytes, n }, rest = s, entry;
	struct buf again = BUF(1 << 20);
	char path[TILE_PATH_MAX];
	struct tile_id id;

	if (tile_path_parse(s, &id) == RC_OK && (tile_path(id, path) != RC_OK || !str_eq_c(s, path)))
		abort();
	while (bundle_next(&rest, &entry) == RC_OK)
		if (bundle_add(&again, entry) != RC_OK)
			abort();
	if (!str_eq(buf_str(&again), str_sub(s, 0, n - rest.n)))
		abort();
	buf_free(&again);
	return 0;
}
