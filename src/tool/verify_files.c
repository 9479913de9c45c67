// SPDX-License-Identifier: Apache-2.0
/* Goes through a ledger's folder once: bundles to leaves, leaves to tiles, tiles to the root that was signed. */
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "os/file.h"
#include "tool/verify.h"

#define BUNDLE_BYTES_MAX ((size_t)TILE_WIDTH * (2 + ENTRY_BYTES_MAX))
#define DIFFERENCES_KEPT 16

struct difference { struct tile_id id; unsigned at; bool same_set; };
struct walk {
	struct files       files;
	struct report     *r;
	struct edge        edge;
	struct arena       names;
	size_t             differences;
	struct difference  difference[DIFFERENCES_KEPT];
	bool               no_leaves; /* of a bundle that was not there: its hashes come from the tile */
};

/* One file of a tile or bundle; RC_NOTFOUND when it is not there. Anything else than reading it is a failure to look. */
static enum rc
read_file(struct files *f, struct tile_id id, size_t bytes_max, struct buf *ret)
{
	char path[TILE_PATH_MAX];
	enum rc rc = RC_OK;

	buf_reset(ret);
	TRY(tile_path(id, path));
	TRY(file_read(f->dirfd, path, bytes_max, ret));
out:
	return rc;
}

/* The file that holds at least `width` of a tile: the partial one of the folder's size, or the full one. */
static enum rc
read_widest(struct files *f, struct tile_id *id, size_t bytes_max, struct buf *ret)
{
	enum rc rc;

	id->width = (uint16_t)tile_width(id->level, id->index, f->size);
	rc = read_file(f, *id, bytes_max, ret);
	if (rc == RC_NOTFOUND && id->width < TILE_WIDTH) {
		id->width = TILE_WIDTH;
		rc = read_file(f, *id, bytes_max, ret);
	}
	return rc;
}

enum rc
files_read_tile(void *arg, struct tile_id id, struct hash *ret)
{
	struct files *f = arg;
	struct tile_id have = id;
	enum rc rc = RC_OK;

	TRY(read_widest(f, &have, TILE_BYTES + 1, &f->bytes));
	if (have.width < id.width || f->bytes.n != have.width * sizeof(struct hash))
		return FAIL(RC_TAMPERED, "a tile has another length");
	memcpy(ret, f->bytes.p, id.width * sizeof(struct hash));
out:
	return rc;
}

static int
by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct hash));
}

static bool
is_same_set(const struct hash *a, const struct hash *b, unsigned n)
{
	struct hash x[TILE_WIDTH], y[TILE_WIDTH];

	memcpy(x, a, n * sizeof(*x));
	memcpy(y, b, n * sizeof(*y));
	qsort(x, n, sizeof(*x), by_bytes);
	qsort(y, n, sizeof(*y), by_bytes);
	return memcmp(x, y, n * sizeof(*x)) == 0;
}

/* The bytes of one tile file against the hashes computed; only as many as both have. */
static void
compare(struct walk *w, struct tile_id id, unsigned computed, const struct hash *h, struct str bytes)
{
	unsigned n = id.width < computed ? id.width : computed;
	struct hash row[TILE_WIDTH];
	char path[TILE_PATH_MAX];

	if (tile_decode(bytes, id.width, row) != RC_OK) {
		rc_trail_clear();
		if (tile_path(id, path) == RC_OK)
			report_fault(w->r, FAULT_TILE_SIZE, "%s", path);
		return;
	}
	w->r->tiles++;
	for (unsigned i = 0; i < n; i++)
		if (!hash_eq(&row[i], &h[i])) {
			if (w->differences < DIFFERENCES_KEPT)
				w->difference[w->differences] = (struct difference){ id, i, is_same_set(row, h, n) };
			w->differences++;
			return;
		}
}

/* The widths of partial files of a tile, as far as there are any. */
static enum rc
partial_widths(struct walk *w, struct tile_id id, uint16_t ret[TILE_WIDTH], size_t *ret_n)
{
	char path[TILE_PATH_MAX + 4];
	struct str *names;
	size_t count;
	enum rc rc = RC_OK;

	*ret_n = 0;
	id.width = TILE_WIDTH;
	TRY(tile_path(id, path));
	memcpy(path + strlen(path), ".p", sizeof(".p")); /* fits: TILE_PATH_MAX + 4 */
	rc = file_list(w->files.dirfd, path, 1024, &w->names, &names, &count);
	if (rc == RC_NOTFOUND) {
		rc_trail_clear(); /* no partial ones */
		return RC_OK;
	}
	if (rc != RC_OK)
		return rc;
	for (size_t i = 0; i < count; i++) {
		uint64_t width;

		if (num_parse_u64(names[i], TILE_WIDTH - 1, &width) == RC_OK && width > 0 && *ret_n < TILE_WIDTH)
			ret[(*ret_n)++] = (uint16_t)width;
		else
			w->r->stray++;
	}
	rc_trail_clear();
out:
	arena_free(&w->names);
	return rc;
}

/* Every file of one tile against what was computed: the one the checkpoint needs, and older partial ones. */
static enum rc
check_tile(void *arg, struct tile_id id, const struct hash *h)
{
	struct walk *w = arg;
	struct tile_id main = id;
	uint16_t widths[TILE_WIDTH];
	char path[TILE_PATH_MAX];
	size_t n;
	enum rc rc;

	rc = read_widest(&w->files, &main, TILE_BYTES + 1, &w->files.bytes);
	if (rc == RC_NOTFOUND) {
		rc_trail_clear();
		TRY(tile_path(id, path));
		report_fault(w->r, FAULT_TILE_MISSING, "%s", path);
		rc = RC_OK;
	} else if (rc == RC_OK || rc == RC_LIMIT) {
		rc_trail_clear();
		compare(w, main, id.width, h, buf_str(&w->files.bytes));
	} else {
		return rc;
	}
	TRY(partial_widths(w, id, widths, &n));
	for (size_t i = 0; i < n; i++) {
		struct tile_id part = { id.level, id.index, widths[i] };

		if (part.width == main.width)
			continue;
		rc = read_file(&w->files, part, TILE_BYTES + 1, &w->files.bytes);
		if (rc != RC_OK && rc != RC_LIMIT)
			return rc;
		compare(w, part, id.width, h, buf_str(&w->files.bytes));
	}
	rc = RC_OK;
out:
	return rc;
}

/* Where entry number i of the bundle starts; ret[n] where the n-th ends. */
static enum rc
entry_offsets(struct str bytes, unsigned n, size_t ret[TILE_WIDTH + 1])
{
	struct str rest = bytes, entry;
	enum rc rc = RC_OK;

	ret[0] = 0;
	for (unsigned i = 0; i < n; i++) {
		TRY(bundle_next(&rest, &entry));
		ret[i + 1] = bytes.n - rest.n;
	}
out:
	return rc;
}

static enum rc
check_bundle_copies(struct walk *w, struct tile_id main, unsigned needed, struct str bytes, const size_t *offset)
{
	struct buf copy = BUF(BUNDLE_BYTES_MAX + 1);
	uint16_t widths[TILE_WIDTH];
	char path[TILE_PATH_MAX];
	size_t n;
	enum rc rc = RC_OK;

	TRY(partial_widths(w, main, widths, &n));
	for (size_t i = 0; i < n; i++) {
		struct tile_id part = { TILE_ENTRIES, main.index, widths[i] };
		unsigned common = part.width < needed ? part.width : needed;
		bool fits;

		if (part.width == main.width)
			continue;
		TRY(read_file(&w->files, part, BUNDLE_BYTES_MAX, &copy));
		fits = str_starts(buf_str(&copy), str_sub(bytes, 0, offset[common])) && (part.width > needed || copy.n == offset[common]);
		w->r->bundles++;
		if (!fits) {
			TRY(tile_path(part, path));
			report_fault(w->r, FAULT_BUNDLE_DIFFERS, "%s", path);
		}
	}
out:
	buf_free(&copy);
	return rc;
}

/* A bundle that cannot be used: its hashes are taken from the tile, so that what stands behind it can be checked. */
static enum rc
hashes_instead(struct walk *w, uint64_t index, unsigned needed)
{
	struct hash row[TILE_WIDTH];
	struct tile_sink sink = { w, check_tile };
	enum rc rc = RC_OK;

	TRY(files_read_tile(&w->files, (struct tile_id){ 0, index, (uint16_t)needed }, row));
	for (unsigned i = 0; i < needed; i++)
		TRY(edge_add(&w->edge, &row[i], &sink));
	w->no_leaves = true;
out:
	return rc;
}

static enum rc
check_bundle(struct walk *w, uint64_t index, unsigned needed, struct buf *bytes)
{
	struct tile_id id = { TILE_ENTRIES, index, 0 };
	struct tile_sink sink = { w, check_tile };
	size_t offset[TILE_WIDTH + 1];
	char path[TILE_PATH_MAX];
	enum rc rc;

	rc = read_widest(&w->files, &id, BUNDLE_BYTES_MAX, bytes);
	if (rc == RC_NOTFOUND || rc == RC_LIMIT) {
		enum fault_id fault = rc == RC_LIMIT ? FAULT_BUNDLE_LONG : FAULT_BUNDLE_MISSING;

		id.width = (uint16_t)needed;
		TRY(tile_path(id, path));
		report_fault(w->r, fault, "%s", path);
		return hashes_instead(w, index, needed);
	}
	if (rc != RC_OK)
		return rc;
	TRY(tile_path(id, path));
	if (entry_offsets(buf_str(bytes), needed, offset) != RC_OK) {
		report_fault(w->r, FAULT_BUNDLE_CUT, "%s", path);
		return hashes_instead(w, index, needed);
	}
	w->r->bundles++;
	if (id.width == needed && offset[needed] != bytes->n)
		report_fault(w->r, FAULT_BUNDLE_LONG, "%s", path);
	for (unsigned i = 0; i < needed; i++) {
		struct str entry = str_sub(buf_str(bytes), offset[i] + 2, offset[i + 1] - offset[i] - 2);
		struct hash h;

		tree_leaf_hash(entry, &h);
		if (!w->no_leaves)
			leaf_note(w->r, index * TILE_WIDTH + i, entry);
		TRY(edge_add(&w->edge, &h, &sink));
	}
	TRY(check_bundle_copies(w, id, needed, buf_str(bytes), offset));
out:
	return rc;
}

/* Who is wrong where entries and tiles differ: those that do not lead to the signed root. */
static enum rc
name_differences(struct walk *w, const struct hash *computed)
{
	struct view *view = view_new((struct tile_source){ &w->files, files_read_tile }, 0);
	bool entries_right = hash_eq(computed, &w->r->root), tiles_right, named = false;
	struct hash of_tiles;

	tiles_right = view_root(view, w->files.size, &of_tiles) == RC_OK && hash_eq(&of_tiles, &w->r->root);
	rc_trail_clear();
	view_free(view);
	for (size_t i = 0; i < w->differences && i < DIFFERENCES_KEPT; i++) {
		const struct difference *d = &w->difference[i];
		char path[TILE_PATH_MAX];
		enum rc rc = tile_path(d->id, path);

		if (rc != RC_OK)
			return rc;
		if (entries_right)
			report_fault(w->r, FAULT_TILE_DIFFERS, "%s +%u", path, d->at);
		else if (tiles_right && d->id.level == 0 && (named = true))
			report_fault(w->r, d->same_set ? FAULT_ENTRIES_REORDERED : FAULT_ENTRY_DIFFERS, "#%llu", (unsigned long long)(d->id.index * TILE_WIDTH + d->at));
	}
	if (!entries_right && !named)
		report_fault(w->r, FAULT_ROOT_DIFFERS, "%llu", (unsigned long long)w->files.size);
	return RC_OK;
}

/* Everything in the folder that the head covers. */
enum rc
verify_folder(struct report *r, int dirfd, const struct checkpoint *head)
{
	struct walk *w = calloc(1, sizeof(*w));
	struct buf bundle = BUF(BUNDLE_BYTES_MAX + 1);
	struct tile_sink sink = { w, check_tile };
	struct hash root;
	enum rc rc = RC_OK;

	if (!w)
		abort();
	w->r = r;
	w->files = (struct files){ dirfd, head->size, r, BUF(TILE_BYTES + 1) };
	w->names = (struct arena)ARENA(1 << 20);
	for (uint64_t i = 0; i * TILE_WIDTH < head->size; i++) {
		rc = check_bundle(w, i, tile_width(TILE_ENTRIES, i, head->size), &bundle);
		if ((rc == RC_NOTFOUND || rc == RC_TAMPERED) && r->faults) { /* neither entries nor hashes: nothing to go on with */
			rc = RC_OK;
			goto out;
		}
		if (rc != RC_OK)
			goto out;
	}
	TRY(edge_flush(&w->edge, &sink));
	edge_root(&w->edge, &root);
	TRY(name_differences(w, &root));
out:
	buf_free(&bundle);
	buf_free(&w->files.bytes);
	arena_free(&w->names);
	free(w);
	return rc;
}
