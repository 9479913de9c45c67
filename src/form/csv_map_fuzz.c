// SPDX-License-Identifier: Apache-2.0
/* Any table by any columns: what comes out is a table again, as wide as was asked. */
#include <stdlib.h>

#include "form/csv_map.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str s = { (const char *)p, n }, spec;
	struct csv_column columns[CSV_MAP_MAX];
	struct arena a = ARENA(8 << 20);
	struct buf out = BUF(4 << 20);
	struct csv t, again;
	size_t count, heading;

	if (n && str_cut(&s, '\n', &spec) && csv_parse(s, &a, &t) == RC_OK && t.count) {
		heading = csv_heading(&t);
		if (csv_columns(spec, &t, heading, columns, &count) == RC_OK && csv_map(&t, heading, columns, count, &out) == RC_OK &&
		    csv_parse(buf_str(&out), &a, &again) == RC_OK && again.count && again.rows[0].count != count)
			abort();
	}
	rc_trail_clear();
	arena_free(&a);
	buf_free(&out);
	return 0;
}
