// SPDX-License-Identifier: Apache-2.0
/* Sums of packages' files, looked up for a few paths. */
#include "control/md5sums.h"

#include <stdio.h>
#include <string.h>

#define FOLDER    "/var/lib/dpkg/info"
#define NAMES_MAX 50000
#define FILE_MAX  (16 << 20)
#define ALL_MAX   (UINT64_C(64) << 20)
#define LINE_BYTES 4096

struct search { struct md5sums_wanted *list; size_t n; struct buf line; bool skip; uint64_t bytes; };

enum rc
md5sums_line(struct str line, struct str *ret_md5, struct str *ret_path)
{
	if (line.n < 35 || line.p[32] != ' ' || line.p[33] != ' ' || line.p[34] == '/' || memchr(line.p, '\0', line.n))
		return FAIL(RC_SYNTAX, "no sum and path");
	for (size_t i = 0; i < 32; i++)
		if (strchr("0123456789abcdef", line.p[i]) == NULL)
			return FAIL(RC_SYNTAX, "no sum");
	*ret_md5 = str_sub(line, 0, 32);
	*ret_path = str_sub(line, 34, line.n);
	return RC_OK;
}

/* Folders that are links into /usr: "bin", "lib64" and their like. */
static struct str
without_usr(struct str path)
{
	struct str rest = str_starts(path, STR("usr/")) ? str_sub(path, 4, path.n) : path;

	return str_starts(rest, STR("bin/")) || str_starts(rest, STR("sbin/")) || str_starts(rest, STR("lib")) ? rest : path;
}

bool
md5sums_same_path(struct str path, struct str named)
{
	return path.n > 1 && path.p[0] == '/' && str_eq(without_usr(str_sub(path, 1, path.n)), without_usr(named));
}

static void
one_line(struct search *s, struct str line)
{
	struct str md5, path;

	if (md5sums_line(line, &md5, &path) != RC_OK) {
		rc_trail_clear();
		return;
	}
	for (size_t i = 0; i < s->n; i++)
		s->list[i].found |= str_eq(s->list[i].md5, md5) && md5sums_same_path(s->list[i].path, path);
}

static enum rc
take(void *context, struct str piece)
{
	struct search *s = context;

	s->bytes += piece.n;
	while (piece.n) {
		const char *end = memchr(piece.p, '\n', piece.n);
		size_t n = end ? (size_t)(end - piece.p) : piece.n;

		if (!s->skip && buf_add(&s->line, str_sub(piece, 0, n)) != RC_OK) {
			rc_trail_clear();
			s->skip = true; /* too long to be a path */
		}
		if (end) {
			if (!s->skip)
				one_line(s, buf_str(&s->line));
			buf_reset(&s->line);
			s->skip = false;
		}
		piece = str_sub(piece, end ? n + 1 : n, piece.n);
	}
	return RC_OK;
}

enum rc
md5sums_find(const struct host *h, struct md5sums_wanted *list, size_t n)
{
	struct search s = { .list = list, .n = n, .line = BUF(LINE_BYTES) };
	struct arena arena = ARENA(8 << 20);
	struct str *names;
	size_t names_n = 0;
	char path[400];
	enum rc rc = RC_OK;

	if (n == 0)
		return RC_OK;
	rc = host_list(h, FOLDER, NAMES_MAX, &arena, &names, &names_n);
	if (rc != RC_OK)
		goto out;
	for (size_t i = 0; i < names_n && s.bytes < ALL_MAX; i++) {
		if (!str_ends(names[i], STR(".md5sums")) || names[i].n > 300)
			continue;
		(void)snprintf(path, sizeof(path), FOLDER "/%s", names[i].p);
		if (host_read_pieces(h, path, FILE_MAX, take, &s) != RC_OK)
			rc_trail_clear();
		buf_reset(&s.line); /* a last line without its end was cut */
		s.skip = false;
	}
out:
	if (rc == RC_NOTFOUND || rc == RC_DENIED || rc == RC_LIMIT) {
		rc_trail_clear();
		rc = RC_OK;
	}
	buf_free(&s.line);
	arena_free(&arena);
	return rc;
}
