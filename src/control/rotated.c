// SPDX-License-Identifier: Apache-2.0
#include "control/rotated.h"

#include <stdio.h>

#define NAMES_MAX 4096

/* What stands behind the log's own name: nothing, or a point or dash with digits. */
static bool
is_turn(struct str left)
{
	bool turn = left.n == 0 || ((left.p[0] == '.' || left.p[0] == '-') && left.n > 1 && left.n < 16);

	for (size_t i = 1; turn && i < left.n; i++)
		turn = left.p[i] >= '0' && left.p[i] <= '9';
	return turn;
}

enum rc
rotated_each(const struct host *h, const char *folder, const char *log, rotated_take *take, void *context)
{
	static const char *const usual[] = { ".1", "" };
	struct arena arena = ARENA(1 << 20);
	struct str *names;
	char path[300];
	size_t n, count = 0;
	enum rc rc = host_list(h, folder, NAMES_MAX, &arena, &names, &n);

	if (rc != RC_OK) {
		rc_trail_clear();
		rc = RC_OK;
		for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
			(void)snprintf(path, sizeof(path), "%s/%s%s", folder, log, usual[i]);
			TRY(take(context, path, false));
		}
		goto out;
	}
	for (size_t i = 0; i < n; i++) {
		bool packed = str_ends(names[i], STR(".gz"));
		struct str left = str_sub(names[i], 0, names[i].n - (packed ? 3 : 0));

		if (!str_starts(left, str_of(log)) || !is_turn(str_sub(left, str_of(log).n, left.n)))
			continue;
		if (count++ == ROTATED_MAX)
			TRY(FAIL(RC_LIMIT, "%s was rotated into more than %d files", log, ROTATED_MAX));
		(void)snprintf(path, sizeof(path), "%s/" STR_FMT, folder, STR_ARG(names[i]));
		TRY(take(context, path, packed));
	}
out:
	arena_free(&arena);
	return rc;
}
