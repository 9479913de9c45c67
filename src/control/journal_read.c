// SPDX-License-Identifier: Apache-2.0
/* Which files of the journal to read, and in which order. */
#include "control/journal_read.h"

#include <stdlib.h>

#define FILES_MAX 256

struct file { struct str path; struct span span; uint64_t bytes; bool cut; };
struct reading {
	const struct host    *host;
	struct arena         *arena;
	struct file           files[FILES_MAX];
	size_t                count;
	int64_t               since_us, now_us;
	struct journal_reach *ret;
};

static void
unread(struct journal_reach *r, int64_t until_us)
{
	r->unread_us = until_us > r->unread_us ? until_us : r->unread_us;
}

/* Which files are worth reading: their heads say how far they reach. */
static enum rc
take_file(void *context, const char *path, bool cut)
{
	struct reading *r = context;
	const char *name = path;
	struct buf b = BUF(512);
	struct host_stat st;
	struct span span;
	enum rc rc;

	for (const char *p = path; *p; p++)
		name = *p == '/' ? p + 1 : name;
	if (!str_starts(str_of(name), STR("system"))) /* user-1000.journal: what root and the system's accounts do is not in it */
		return RC_OK;
	rc = host_read_head(r->host, path, 512, &b);
	if (rc == RC_OK)
		rc = journald_header(buf_str(&b), &span);
	buf_free(&b);
	if (rc == RC_OK)
		rc = host_stat(r->host, path, &st);
	if (rc == RC_OK && (span.count == 0 || span.last_us < r->since_us))
		return RC_OK;
	if (rc != RC_OK || r->count == FILES_MAX) {
		if (rc != RC_OK && rc != RC_NOTFOUND && !cut) /* where the head did not survive a power cut nobody can read more */
			unread(r->ret, r->now_us);
		r->ret->cut |= rc == RC_OK;
		return RC_OK;
	}
	r->files[r->count++] = (struct file){ arena_dup(r->arena, str_of(path)), span, st.size, cut };
	return RC_OK;
}

static int
newer(const void *a, const void *b)
{
	const struct file *x = a, *y = b;

	return x->span.last_us > y->span.last_us ? -1 : x->span.last_us < y->span.last_us;
}

static enum rc
feed(void *context, struct str piece)
{
	return journald_feed(context, piece);
}

static void
read_file(struct reading *r, const struct file *f, const struct journald_ask *ask)
{
	struct arena arena = ARENA(32 << 20);
	struct journald *j;
	enum rc rc = journald_begin(&arena, ask, &j);

	if (rc == RC_OK)
		rc = host_read_pieces(r->host, f->path.p, JOURNAL_BYTES_MAX, feed, j);
	if (rc == RC_OK && journald_whole(j)) {
		r->ret->from_us = r->ret->from_us == 0 || f->span.first_us < r->ret->from_us ? f->span.first_us : r->ret->from_us;
		r->ret->seen = true;
	} else if (rc != RC_NOTFOUND && !f->cut) { /* RC_NOTFOUND: rotated away meanwhile */
		unread(r->ret, f->span.last_us);
	}
	arena_free(&arena);
}

enum rc
journal_read(const struct host *h, int64_t since_us, uint64_t *left, const struct journald_ask *ask, journal_next *next, struct journal_reach *ret)
{
	static const char *const roots[] = { "/var/log/journal", "/run/log/journal" };
	struct arena arena = ARENA(1 << 20);
	struct reading *r = arena_get(&arena, sizeof(*r));

	*ret = (struct journal_reach){ 0 };
	if (r == NULL)
		return FAIL(RC_LIMIT, "no room");
	*r = (struct reading){ .host = h, .arena = &arena, .since_us = since_us, .now_us = host_now_us(h), .ret = ret };
	for (size_t i = 0; i < 2; i++) {
		enum rc rc = journald_files(h, roots[i], take_file, r);

		if (rc != RC_OK && rc != RC_NOTFOUND)
			unread(ret, r->now_us);
	}
	qsort(r->files, r->count, sizeof(r->files[0]), newer);
	for (size_t i = 0; i < r->count && (next == NULL || next(ask->context)); i++) {
		const struct file *f = &r->files[i];

		if (f->path.p == NULL || f->bytes > *left) {
			ret->cut = true;
			break;
		}
		*left -= f->bytes;
		read_file(r, f, ask);
	}
	rc_trail_clear();
	arena_free(&arena);
	return RC_OK;
}
