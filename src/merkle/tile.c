// SPDX-License-Identifier: Apache-2.0
/* Names tiles, reads and writes their bytes, and keeps the right edge of tiles for a publisher. */
#include "merkle/tile.h"

#include <stdio.h>
#include <string.h>

#include "base/num.h"

unsigned
tile_width(unsigned level, uint64_t index, uint64_t size)
{
	uint64_t hashes, before = index * TILE_WIDTH;

	if (level == TILE_ENTRIES)
		level = 0;
	if (level >= TILE_LEVELS || index > UINT64_MAX / TILE_WIDTH)
		return 0;
	hashes = size >> (8 * level);
	if (hashes <= before)
		return 0;
	return hashes - before < TILE_WIDTH ? (unsigned)(hashes - before) : TILE_WIDTH;
}

enum rc
tile_path(struct tile_id id, char ret[TILE_PATH_MAX])
{
	unsigned groups[8];
	uint64_t index = id.index;
	size_t n = 0;
	int at;

	if (id.width == 0 || id.width > TILE_WIDTH || (id.level >= TILE_LEVELS && id.level != TILE_ENTRIES))
		return FAIL(RC_BUG, "no such tile: level %u, width %u", id.level, id.width);
	do {
		groups[n++] = (unsigned)(index % 1000);
		index /= 1000;
	} while (index && n < 8);
	if (id.level == TILE_ENTRIES)
		at = snprintf(ret, TILE_PATH_MAX, "tile/entries");
	else
		at = snprintf(ret, TILE_PATH_MAX, "tile/%u", id.level);
	while (n--)
		at += snprintf(ret + at, TILE_PATH_MAX - (size_t)at, n ? "/x%03u" : "/%03u", groups[n]);
	if (id.width < TILE_WIDTH)
		(void)snprintf(ret + at, TILE_PATH_MAX - (size_t)at, ".p/%u", id.width); /* fits: 12 + 7*5 + 6 */
	return RC_OK;
}

/* Three digits, with `x` in front unless they are the last group. */
static enum rc
read_group(struct str piece, bool last, uint64_t *index)
{
	if (!last && (piece.n == 0 || piece.p[0] != 'x'))
		return FAIL(RC_SYNTAX, "a tile path's group starts with x");
	if (!last)
		piece = str_sub(piece, 1, piece.n);
	if (piece.n != 3 || *index > UINT64_MAX / 1000 / TILE_WIDTH)
		return FAIL(RC_SYNTAX, "a tile path's group is three digits");
	for (size_t i = 0; i < 3; i++) {
		if (piece.p[i] < '0' || piece.p[i] > '9')
			return FAIL(RC_SYNTAX, "a tile path's group is three digits");
		*index = *index * 10 + (uint64_t)(piece.p[i] - '0');
	}
	return RC_OK;
}

enum rc
tile_path_parse(struct str path, struct tile_id *ret)
{
	struct tile_id id = { .width = TILE_WIDTH };
	struct str piece, partial = STR_NONE, whole = path;
	uint64_t number;
	size_t at;
	char again[TILE_PATH_MAX];
	enum rc rc = RC_OK;

	if (str_find(path, STR(".p/"), &at)) {
		partial = str_sub(path, at + 3, path.n);
		path.n = at;
		TRY(num_parse_u64(partial, TILE_WIDTH - 1, &number));
		id.width = (uint16_t)number;
	}
	if (id.width == 0 || !str_starts(path, STR("tile/")))
		return FAIL(RC_SYNTAX, "not the path of a tile");
	path = str_sub(path, 5, path.n);
	if (!str_cut(&path, '/', &piece))
		return FAIL(RC_SYNTAX, "not the path of a tile");
	if (str_eq(piece, STR("entries"))) {
		id.level = TILE_ENTRIES;
	} else {
		TRY(num_parse_u64(piece, TILE_LEVELS - 1, &number));
		id.level = (uint8_t)number;
	}
	if (path.n == 0)
		return FAIL(RC_SYNTAX, "a tile path without an index");
	while (str_cut(&path, '/', &piece))
		TRY(read_group(piece, path.n == 0, &id.index));
	TRY(tile_path(id, again));
	if (!str_eq_c(whole, again)) /* one spelling: no empty groups in front */
		return FAIL(RC_SYNTAX, "a tile path with a needless group");
	*ret = id;
out:
	return rc;
}

enum rc
tile_decode(struct str bytes, unsigned width, struct hash *ret)
{
	if (bytes.n != width * sizeof(struct hash))
		return FAIL(RC_TAMPERED, "a tile of %u hashes has %zu bytes", width, bytes.n);
	memcpy(ret, bytes.p, bytes.n);
	return RC_OK;
}

enum rc
bundle_add(struct buf *b, struct str entry)
{
	uint8_t length[2];
	char *at;
	enum rc rc = RC_OK;

	if (entry.n > ENTRY_BYTES_MAX)
		return FAIL(RC_LIMIT, "an entry of %zu bytes; %d are the limit", entry.n, ENTRY_BYTES_MAX);
	put_be16(length, (uint16_t)entry.n);
	TRY(buf_reserve(b, 2 + entry.n, &at));
	memcpy(at, length, 2);
	if (entry.n)
		memcpy(at + 2, entry.p, entry.n);
	b->n += 2 + entry.n;
out:
	return rc;
}

enum rc
bundle_next(struct str *rest, struct str *ret_entry)
{
	size_t n;

	if (rest->n == 0)
		return FAIL(RC_NOTFOUND, "no more entries in the bundle");
	if (rest->n < 2)
		return FAIL(RC_TAMPERED, "bundle ends inside a length");
	n = get_be16(rest->p);
	if (rest->n - 2 < n)
		return FAIL(RC_TAMPERED, "bundle ends inside an entry");
	*ret_entry = str_sub(*rest, 2, n);
	*rest = str_sub(*rest, 2 + n, rest->n);
	return RC_OK;
}

/* The root of a full tile. Works in place on a copy. */
static void
fold(const struct hash *row, struct hash *ret)
{
	struct hash h[TILE_WIDTH / 2];

	for (unsigned i = 0; i < TILE_WIDTH / 2; i++)
		tree_node_hash(&row[2 * i], &row[2 * i + 1], &h[i]);
	for (unsigned n = TILE_WIDTH / 4; n; n /= 2)
		for (unsigned i = 0; i < n; i++)
			tree_node_hash(&h[2 * i], &h[2 * i + 1], &h[i]);
	*ret = h[0];
}

enum rc
edge_add(struct edge *e, const struct hash *leaf, const struct tile_sink *sink)
{
	struct hash h = *leaf;
	enum rc rc = RC_OK;

	if (e->size >= TREE_SIZE_MAX)
		return FAIL(RC_LIMIT, "the tree is full");
	for (unsigned level = 0; level < TILE_LEVELS; level++) {
		unsigned at = (unsigned)(e->size >> (8 * level) & (TILE_WIDTH - 1));

		e->row[level][at] = h;
		if (at < TILE_WIDTH - 1)
			break;
		if (sink)
			TRY(sink->write(sink->arg, (struct tile_id){ (uint8_t)level, e->size >> (8 * level + 8), TILE_WIDTH }, e->row[level]));
		fold(e->row[level], &h);
	}
	e->size++;
out:
	return rc;
}

enum rc
edge_flush(const struct edge *e, const struct tile_sink *sink)
{
	enum rc rc = RC_OK;

	for (unsigned level = 0; level < TILE_LEVELS; level++) {
		uint64_t hashes = e->size >> (8 * level);

		if (hashes % TILE_WIDTH)
			TRY(sink->write(sink->arg, (struct tile_id){ (uint8_t)level, hashes / TILE_WIDTH, (uint16_t)(hashes % TILE_WIDTH) }, e->row[level]));
	}
out:
	return rc;
}

/* Joins, from the lowest row up, each row's hashes beyond what became a hash of the row above. */
void
edge_root(const struct edge *e, struct hash *ret)
{
	struct hash root;
	bool any = false;

	for (unsigned level = 0; level < TILE_LEVELS; level++) {
		unsigned n = (unsigned)(e->size >> (8 * level) & (TILE_WIDTH - 1));
		struct frontier f = { 0 };

		for (unsigned i = 0; i < n; i++)
			frontier_add(&f, &e->row[level][i]);
		for (unsigned bit = 0; bit < 8; bit++) {
			if (!(n >> bit & 1))
				continue;
			if (any)
				tree_node_hash(&f.node[bit], &root, &root);
			else
				root = f.node[bit];
			any = true;
		}
	}
	if (any)
		*ret = root;
	else
		tree_empty_root(ret);
}
