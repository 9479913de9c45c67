// SPDX-License-Identifier: Apache-2.0
/* A recorded machine: the same questions, answered from a folder; for tests. */
#include "os/host_int.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/num.h"

#define FIXTURE_MAX (1 << 20)

struct host *
host_open_tree(const char *folder)
{
	int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int root = dir < 0 ? -1 : openat(dir, "root", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct host *h;

	if (root < 0) {
		(void)FAIL_OS("open the recorded tree %s", folder); /* trail only */
		if (dir >= 0)
			close(dir);
		return NULL;
	}
	h = host_new(root);
	h->folder = dir;
	h->refuse.max = h->stat.max = h->xattr.max = FIXTURE_MAX;
	if ((faccessat(dir, "refuse", R_OK, 0) == 0 && host_read_beneath(h, dir, "refuse", FIXTURE_MAX, &h->refuse) != RC_OK) ||
	    (faccessat(dir, "xattr", R_OK, 0) == 0 && host_read_beneath(h, dir, "xattr", FIXTURE_MAX, &h->xattr) != RC_OK) ||
	    (faccessat(dir, "stat", R_OK, 0) == 0 && host_read_beneath(h, dir, "stat", FIXTURE_MAX, &h->stat) != RC_OK)) {
		host_free(h);
		return NULL;
	}
	for (size_t i = 0; i < 3; i++)
		atomic_store(&h->counts[i], 0);
	return h;
}

void
host_close(struct host *h)
{
	if (h)
		host_free(h);
}

static enum rc
answer(const struct host *h, const char *name, size_t bytes_max, struct buf *ret)
{
	enum rc rc = RC_OK;

	TRY(host_refused(h, name));
	TRY(host_read_beneath(h, h->folder, name, bytes_max, ret));
out:
	return rc;
}

enum rc
host_netlink(const struct host *h, int protocol, uint16_t type, struct str body, size_t bytes_max, struct buf *ret)
{
	char name[64];

	if (body.n < 2)
		return FAIL(RC_BUG, "a netlink request without a body");
	(void)snprintf(name, sizeof(name), "netlink/%d-%u-%02x%02x", protocol, type, (unsigned char)body.p[0], (unsigned char)body.p[1]);
	return answer(h, name, bytes_max, ret);
}

enum rc
host_run(const struct host *h, const char *row, size_t bytes_max, struct buf *ret)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "run/%s", row);
	atomic_fetch_add(h->execs, 1);
	return answer(h, name, bytes_max, ret);
}

enum rc
host_unix_ask(const struct host *h, const char *path, struct str request, size_t bytes_max, int timeout_ms, struct buf *ret)
{
	char name[80];
	struct str word = { request.p, strnlen(request.p, request.n) };
	enum rc rc = RC_OK;

	(void)timeout_ms;
	TRY(host_refused(h, path));
	(void)snprintf(name, sizeof(name), "unix/" STR_FMT "-%zu", STR_ARG(word), request.n);
	if (faccessat(h->folder, name, R_OK, 0) != 0)
		(void)snprintf(name, sizeof(name), "unix/" STR_FMT, STR_ARG(word));
	TRY(answer(h, name, bytes_max, ret));
out:
	return rc;
}

static enum rc
clock_numbers(const struct host *h, int64_t ret[5])
{
	struct buf b = BUF(256);
	struct str rest, piece;
	size_t n = 0;
	enum rc rc = RC_OK;

	TRY(answer(h, "clock", 256, &b));
	rest = str_trim(buf_str(&b));
	while (n < 5 && str_cut(&rest, ' ', &piece))
		TRY(num_parse(piece, INT64_MIN + 1, INT64_MAX, &ret[n++]));
	if (n != 5)
		rc = FAIL(RC_SYNTAX, "clock: five numbers are expected");
out:
	buf_free(&b);
	return rc;
}

enum rc
host_clock(const struct host *h, struct host_clock *ret)
{
	int64_t n[5];
	enum rc rc = RC_OK;

	TRY(clock_numbers(h, n));
	*ret = (struct host_clock){ .synchronised = n[1] != 0, .offset_us = n[2], .max_error_us = n[3], .status = (int)n[4] };
out:
	return rc;
}

int64_t
host_now_us(const struct host *h)
{
	int64_t n[5];

	return clock_numbers(h, n) == RC_OK ? n[0] : 0;
}

enum rc
host_uname(const struct host *h, struct arena *arena, struct str *ret_release)
{
	struct buf b = BUF(256);
	enum rc rc = RC_OK;

	TRY(answer(h, "uname", 256, &b));
	*ret_release = arena_dup(arena, str_trim(buf_str(&b)));
out:
	buf_free(&b);
	return rc;
}
