// SPDX-License-Identifier: Apache-2.0
/* Installed packages from dpkg's status file, and the lists of apt, plain, lz4 or gzip. */
#include "control/packages.h"

#include <lz4frame.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "control/gunzip.h"

#define STATUS_MAX   (64 << 20)
#define LIST_MAX     (256 << 20)
#define HEAD_BYTES   16384
#define LISTS_MAX    512
#define LISTS        "/var/lib/apt/lists"

static enum rc
take_installed(void *context, const struct stanza *s)
{
	struct packages *all = context;
	struct package *p = &all->list[all->count];
	bool held;
	enum rc rc = RC_OK;

	if (!status_installed(s->status, &held))
		return RC_OK;
	if (all->count == PACKAGES_MAX)
		return FAIL(RC_LIMIT, "more than %d packages", PACKAGES_MAX);
	TRY(deb_version_check(s->version));
	*p = (struct package){ arena_dup(all->arena, s->package), arena_dup(all->arena, s->architecture), arena_dup(all->arena, s->version), arena_dup(all->arena, source_name(s)),
		arena_dup(all->arena, s->maintainer), held, NULL };
	if (p->name.n == 0 || p->source.p == NULL)
		return p->source.p ? FAIL(RC_SYNTAX, "a package without a name") : FAIL(RC_LIMIT, "no room for the packages");
	all->count++;
out:
	return rc;
}

static int
name_order(const void *a, const void *b)
{
	return str_cmp(((const struct package *)a)->name, ((const struct package *)b)->name);
}

static enum rc
feed(void *context, struct str piece)
{
	return stanzas_feed(context, piece);
}

enum rc
packages_read(struct packages *all)
{
	struct stanzas s = STANZAS(take_installed, all);
	enum rc rc = RC_OK;

	all->count = 0;
	all->list = arena_get(all->arena, sizeof(*all->list) * PACKAGES_MAX);
	if (all->list == NULL)
		return FAIL(RC_LIMIT, "no room for the packages");
	TRY(host_read_pieces(all->host, "/var/lib/dpkg/status", STATUS_MAX, feed, &s));
	TRY(stanzas_end_whole(&s));
	qsort(all->list, all->count, sizeof(*all->list), name_order);
out:
	stanzas_free(&s);
	return rc;
}

/* ---- what is available */

struct reading { const struct packages *all; struct lists_reader *reader; struct apt_list list; };

static bool
fits(const struct package *p, struct str architecture)
{
	return str_eq(p->architecture, architecture) || str_eq(p->architecture, STR("all")) || str_eq(architecture, STR("all"));
}

static bool
is_installed(void *context, struct str package)
{
	const struct reading *r = context;
	struct package key = { .name = package };

	return r->all->count && bsearch(&key, r->all->list, r->all->count, sizeof(key), name_order);
}

static enum rc
take_available(void *context, const struct stanza *s)
{
	struct reading *r = context;
	struct package key = { .name = s->package }, *p;
	enum rc rc = RC_OK;

	if (s->package.n == 0)
		return FAIL(RC_SYNTAX, "a list with a stanza of no package");
	p = r->all->count ? bsearch(&key, r->all->list, r->all->count, sizeof(*p), name_order) : NULL;
	if (p == NULL)
		return RC_OK;
	TRY(deb_version_check(s->version));
	while (p > r->all->list && str_eq(p[-1].name, s->package))
		p--;
	for (; p < r->all->list + r->all->count && str_eq(p->name, s->package); p++) /* one for each architecture */
		if (fits(p, s->architecture))
			TRY(r->reader->take(r->reader->context, &r->list, p, s->version));
out:
	return rc;
}

struct unpack { LZ4F_dctx *lz4; struct stanzas *stanzas; size_t bytes; bool ended; };

static enum rc
feed_lz4(void *context, struct str piece)
{
	struct unpack *u = context;
	static _Thread_local char out[65536];
	enum rc rc = RC_OK;

	while (piece.n) {
		size_t out_bytes = sizeof(out), in_bytes = piece.n;
		size_t left = LZ4F_decompress(u->lz4, out, &out_bytes, piece.p, &in_bytes, NULL);

		if (LZ4F_isError(left) || (in_bytes == 0 && out_bytes == 0))
			return FAIL(RC_SYNTAX, "not lz4: %s", LZ4F_isError(left) ? LZ4F_getErrorName(left) : "it does not move");
		u->ended = left == 0;
		u->bytes += out_bytes;
		if (u->bytes > LIST_MAX)
			return FAIL(RC_LIMIT, "a list over %d bytes", LIST_MAX);
		TRY(stanzas_feed(u->stanzas, (struct str){ out, out_bytes }));
		piece = str_sub(piece, in_bytes, piece.n);
	}
out:
	return rc;
}

/* By the end of its name. */
enum packing { PACKED_NOT, PACKED_LZ4, PACKED_GZIP, PACKED_OTHERWISE };

static enum rc
read_list(struct reading *r, const char *path, enum packing packing)
{
	struct stanzas s = STANZAS(take_available, r);
	struct unpack u = { .stanzas = &s };
	enum rc rc = RC_OK;

	s.wanted = is_installed;
	if (packing == PACKED_NOT) {
		TRY(host_read_pieces(r->all->host, path, LIST_MAX, feed, &s));
	} else if (packing == PACKED_GZIP) {
		TRY(gunzip_file(r->all->host, path, LIST_MAX, feed, &s));
	} else {
		if (LZ4F_isError(LZ4F_createDecompressionContext(&u.lz4, LZ4F_VERSION)))
			abort(); /* no memory */
		TRY(host_read_pieces(r->all->host, path, LIST_MAX, feed_lz4, &u));
		if (!u.ended) {
			rc = FAIL(RC_SYNTAX, "%s is cut short", path);
			goto out;
		}
	}
	TRY(stanzas_end(&s));
out:
	if (u.lz4)
		(void)LZ4F_freeDecompressionContext(u.lz4); /* cannot fail */
	stanzas_free(&s);
	return rc;
}

/* The Release file that covers a list is the one whose name, up to its last word, begins the list's name. */
static bool
prefix_of(struct str file, struct str *ret)
{
	static const struct str ends[] = { { "_InRelease", 10 }, { "_Release", 8 } };

	for (size_t i = 0; i < 2; i++)
		if (str_ends(file, ends[i])) {
			*ret = str_sub(file, 0, file.n - ends[i].n + 1);
			return true;
		}
	return false;
}

static enum rc
covering_release(struct reading *r, const struct str *names, size_t count, struct str list, struct buf *b)
{
	struct str best = STR_NONE, prefix;
	const char *file = NULL;
	char path[512];
	size_t at;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < count; i++)
		if (prefix_of(names[i], &prefix) && str_starts(list, prefix) && prefix.n > best.n) {
			best = prefix;
			file = names[i].p;
		}
	if (file == NULL)
		return FAIL(RC_NOTFOUND, "no Release file covers " STR_FMT, STR_ARG(list));
	(void)snprintf(path, sizeof(path), LISTS "/%s", file);
	buf_reset(b);
	TRY(host_read_head(r->all->host, path, HEAD_BYTES, b));
	TRY(release_parse(buf_str(b), &r->list.release));
	r->list.component = str_sub(list, best.n, list.n); /* "main_binary-amd64_Packages" */
	if (str_find(r->list.component, STR("_"), &at))
		r->list.component.n = at;
out:
	return rc;
}

static bool
list_file(struct str name, enum packing *ret)
{
	size_t at;

	if (!str_find(name, STR("_Packages."), &at)) {
		*ret = PACKED_NOT;
		return str_ends(name, STR("_Packages"));
	}
	*ret = str_ends(name, STR("_Packages.lz4")) ? PACKED_LZ4 : str_ends(name, STR("_Packages.gz")) ? PACKED_GZIP : PACKED_OTHERWISE; /* .xz: not read by this version */
	return true;
}

static enum rc
one_list(struct reading *r, const struct str *names, size_t count, struct str name)
{
	struct buf head = BUF(HEAD_BYTES);
	enum packing packing;
	char path[512];
	enum rc rc = RC_OK;

	if (!list_file(name, &packing))
		return RC_OK;
	rc = covering_release(r, names, count, name, &head);
	if (rc == RC_NOTFOUND) {
		r->reader->unread++;
		rc = RC_OK;
		goto out;
	}
	TRY(rc);
	if (!r->reader->wanted(r->reader->context, &r->list))
		goto out;
	if (packing == PACKED_OTHERWISE || name.n > 400) {
		r->reader->unread++;
		goto out;
	}
	(void)snprintf(path, sizeof(path), LISTS "/%s", name.p);
	TRY(read_list(r, path, packing));
	r->reader->read++;
	r->reader->done(r->reader->context, &r->list);
out:
	buf_free(&head);
	return rc;
}

enum rc
packages_lists(const struct packages *all, struct lists_reader *reader)
{
	struct arena arena = ARENA(1 << 20);
	struct reading r = { .all = all, .reader = reader };
	struct str *names = NULL;
	size_t count = 0;
	enum rc rc = host_list(all->host, LISTS, LISTS_MAX, &arena, &names, &count);

	if (rc == RC_NOTFOUND)
		rc = RC_OK;
	TRY(rc);
	for (size_t i = 0; i < count; i++)
		TRY(one_list(&r, names, count, names[i]));
out:
	arena_free(&arena);
	return rc;
}
