// SPDX-License-Identifier: Apache-2.0
/* Lines of /proc/N/maps: "from-to perms offset device inode   path". */
#include "control/maps.h"
#include "control/sockets.h"

#include <stdio.h>

#define MAPS_MAX     (8 << 20)
#define PIDS_MAX     65536
#define PROGRAMS_MAX 200

static bool
system_file(struct str path)
{
	static const struct str folders[] = { { "/usr/", 5 }, { "/lib", 4 }, { "/bin/", 5 }, { "/sbin/", 6 }, { "/opt/", 5 } };

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (str_starts(path, folders[i]))
			return true;
	return false;
}

enum rc
maps_replaced(struct str maps, struct str *ret)
{
	const struct str gone = STR(" (deleted)");
	struct str line, rest, field[5];

	*ret = STR_NONE;
	while (str_line(&maps, &line)) {
		rest = line;
		for (size_t i = 0; i < 5; i++)
			if (!str_cut(&rest, ' ', &field[i]))
				return FAIL(RC_SYNTAX, "maps: a line of %zu fields", i);
		if (field[1].n != 4 || (field[1].p[0] != 'r' && field[1].p[0] != '-') || (field[1].p[3] != 'p' && field[1].p[3] != 's'))
			return FAIL(RC_SYNTAX, "maps: no permissions");
		rest = str_trim(rest);
		if (field[1].p[2] != 'x' || !str_ends(rest, gone))
			continue;
		rest.n -= gone.n;
		if (system_file(rest)) {
			*ret = rest;
			return RC_OK;
		}
	}
	return RC_OK;
}

static void
add(struct facts *f, struct str program, struct str file)
{
	uint32_t rows = fact_rows(f);

	for (uint32_t row = 1; row <= rows; row++)
		if (str_eq(fact_s(f, row, "fix"), program))
			return;
	if (rows == PROGRAMS_MAX) {
		f->overflow = true;
		return;
	}
	fact_text(f, rows + 1, "fix", program);
	fact_text(f, rows + 1, "kind", STR("restart"));
	fact_text(f, rows + 1, "file", file);
}

enum rc
replaced_code_look(const struct host *h, const struct subject *s, struct facts *f)
{
	struct arena arena = ARENA(PIDS_MAX * 64);
	struct buf maps = BUF(MAPS_MAX);
	struct str *names, file;
	bool whole = true;
	size_t n;
	enum rc rc = RC_OK;

	(void)s;
	TRY(host_list(h, "/proc", PIDS_MAX, &arena, &names, &n));
	for (size_t i = 0; i < n; i++) {
		char path[64];

		if (names[i].n == 0 || names[i].n > 10 || names[i].p[0] < '0' || names[i].p[0] > '9')
			continue;
		(void)snprintf(path, sizeof(path), "/proc/%s/maps", names[i].p);
		buf_reset(&maps);
		rc = host_read(h, path, MAPS_MAX, &maps);
		if (rc == RC_OK)
			rc = maps_replaced(buf_str(&maps), &file);
		if (rc == RC_OK && file.n) {
			struct str program = owner_program(h, f->arena, names[i].p);

			add(f, program.n ? program : file, file);
		}
		whole &= rc == RC_OK || rc == RC_NOTFOUND; /* it ended meanwhile: nothing to restart */
		rc = RC_OK;
	}
	fact_bool(f, 0, "maps_whole", whole);
out:
	buf_free(&maps);
	arena_free(&arena);
	return rc;
}
