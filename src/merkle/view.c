// SPDX-License-Identifier: Apache-2.0
/* Computes roots and proofs of any size out of tiles, keeping the tiles used last expanded. */
#include <stdlib.h>
#include <string.h>

#include "merkle/tile.h"

#define WAYS       4                    /* places a tile may stand at   */
#define EXPANDED   (2 * TILE_WIDTH - 1) /* hashes of a tile and above   */

/* Row k (hashes that cover 2^k of the tile's own) starts at 512 - (512 >> k). */
struct slot { uint64_t index, used; unsigned level, width; struct hash h[EXPANDED]; };
struct view { struct tile_source source; uint64_t clock; unsigned sets; struct slot *slot; };

struct view *
view_new(struct tile_source source, unsigned tiles_cached)
{
	struct view *v = calloc(1, sizeof(*v));

	if (!v)
		abort();
	v->source = source;
	v->sets = tiles_cached < WAYS * 8 ? 8 : (tiles_cached + WAYS - 1) / WAYS;
	v->slot = calloc((size_t)v->sets * WAYS, sizeof(*v->slot));
	if (!v->slot)
		abort();
	return v;
}

void
view_free(struct view *v)
{
	if (!v)
		return;
	free(v->slot);
	free(v);
}

void
view_forget(struct view *v)
{
	for (unsigned i = 0; i < v->sets * WAYS; i++)
		v->slot[i].width = 0;
}

static void
expand(struct slot *s)
{
	unsigned below = 0, n = s->width;

	for (unsigned k = 1; n >>= 1; k++) {
		unsigned here = 2 * TILE_WIDTH - (2 * TILE_WIDTH >> k);

		for (unsigned i = 0; i < n; i++)
			tree_node_hash(&s->h[below + 2 * i], &s->h[below + 2 * i + 1], &s->h[here + i]);
		below = here;
	}
}

/* The expanded tile with at least `width` hashes. */
static enum rc
get_tile(struct view *v, struct tile_id id, struct slot **ret)
{
	uint64_t key = (id.index + (uint64_t)id.level * UINT64_C(0x9e3779b97f4a7c15)) % v->sets;
	struct slot *set = v->slot + key * WAYS, *s = set;
	enum rc rc = RC_OK;

	for (unsigned i = 0; i < WAYS; i++) {
		struct slot *c = set + i;

		if (c->width && c->level == id.level && c->index == id.index) {
			s = c;
			if (s->width >= id.width)
				goto found;
			break;
		}
		if (c->used < s->used)
			s = c;
	}
	s->width = 0; /* until it is read */
	TRY(v->source.read(v->source.arg, id, s->h));
	s->level = id.level;
	s->index = id.index;
	s->width = id.width;
	expand(s);
found:
	s->used = ++v->clock;
	*ret = s;
out:
	return rc;
}

/* The root of the perfect subtree of 2^level entries, number `index` of its row. */
static enum rc
get_node(struct view *v, unsigned level, uint64_t index, uint64_t size, struct hash *ret)
{
	unsigned k = level % 8;
	struct tile_id id = { (uint8_t)(level / 8), index >> (8 - k), 0 };
	struct slot *s;
	enum rc rc = RC_OK;

	id.width = (uint16_t)tile_width(id.level, id.index, size);
	if (id.width == 0)
		return FAIL(RC_BUG, "a tree of %llu has no tile %u/%llu", (unsigned long long)size, id.level, (unsigned long long)id.index);
	TRY(get_tile(v, id, &s));
	*ret = s->h[2 * TILE_WIDTH - (2 * TILE_WIDTH >> k) + (index & ((1u << (8 - k)) - 1))];
out:
	return rc;
}

/* The root of entries from…to, where `from` is a multiple of every power of two in to - from. */
static enum rc
get_range(struct view *v, uint64_t from, uint64_t to, uint64_t size, struct hash *ret)
{
	struct hash root, h;
	uint64_t n = to - from;
	bool any = false;
	enum rc rc = RC_OK;

	for (unsigned level = 0; level < 63; level++) { /* smallest, rightmost subtree first */
		if (!(n >> level & 1))
			continue;
		to -= UINT64_C(1) << level;
		TRY(get_node(v, level, to >> level, size, any ? &h : &root));
		if (any)
			tree_node_hash(&h, &root, &root);
		any = true;
	}
	*ret = root;
out:
	return rc;
}

/* The largest power of two below n; n > 1. */
static uint64_t
split(uint64_t n)
{
	return UINT64_C(1) << (63 - __builtin_clzll(n - 1));
}

static void
reverse(struct proof *p)
{
	for (size_t i = 0; i < p->n / 2; i++) {
		struct hash h = p->node[i];

		p->node[i] = p->node[p->n - 1 - i];
		p->node[p->n - 1 - i] = h;
	}
}

static enum rc
check_size(uint64_t size)
{
	return size <= TREE_SIZE_MAX ? RC_OK : FAIL(RC_LIMIT, "a tree of %llu is too large", (unsigned long long)size);
}

enum rc
view_root(struct view *v, uint64_t size, struct hash *ret)
{
	enum rc rc = RC_OK;

	TRY(check_size(size));
	if (size == 0)
		tree_empty_root(ret);
	else
		TRY(get_range(v, 0, size, size, ret));
out:
	return rc;
}

enum rc
view_part(struct view *v, uint64_t from, uint64_t to, uint64_t size, struct hash *ret)
{
	enum rc rc = RC_OK;

	TRY(check_size(size));
	if (from >= to || to > size)
		return FAIL(RC_BUG, "not a part of the tree");
	TRY(get_range(v, from, to, size, ret));
out:
	return rc;
}

enum rc
view_leaf(struct view *v, uint64_t index, uint64_t size, struct hash *ret)
{
	enum rc rc = RC_OK;

	TRY(check_size(size));
	if (index >= size)
		return FAIL(RC_NOTFOUND, "entry %llu is not in a tree of %llu", (unsigned long long)index, (unsigned long long)size);
	TRY(get_node(v, 0, index, size, ret));
out:
	return rc;
}

enum rc
view_inclusion(struct view *v, uint64_t index, uint64_t size, struct proof *ret)
{
	struct proof p = { 0 };
	uint64_t from = 0, to = size;
	enum rc rc = RC_OK;

	TRY(check_size(size));
	if (index >= size)
		return FAIL(RC_NOTFOUND, "entry %llu is not in a tree of %llu", (unsigned long long)index, (unsigned long long)size);
	while (to - from > 1) {
		uint64_t middle = from + split(to - from);

		if (index < middle) {
			TRY(get_range(v, middle, to, size, &p.node[p.n++]));
			to = middle;
		} else {
			TRY(get_range(v, from, middle, size, &p.node[p.n++]));
			from = middle;
		}
	}
	reverse(&p);
	*ret = p;
out:
	return rc;
}

enum rc
view_consistency(struct view *v, uint64_t old_size, uint64_t size, struct proof *ret)
{
	struct proof p = { 0 };
	uint64_t from = 0, to = size;
	enum rc rc = RC_OK;

	TRY(check_size(size));
	if (old_size > size)
		return FAIL(RC_NOTFOUND, "a tree of %llu does not grow into one of %llu", (unsigned long long)old_size, (unsigned long long)size);
	while (old_size && old_size != to) {
		uint64_t middle = from + split(to - from);

		if (old_size <= middle) {
			TRY(get_range(v, middle, to, size, &p.node[p.n++]));
			to = middle;
		} else {
			TRY(get_range(v, from, middle, size, &p.node[p.n++]));
			from = middle;
		}
	}
	if (old_size && from > 0)
		TRY(get_range(v, from, to, size, &p.node[p.n++]));
	reverse(&p);
	*ret = p;
out:
	return rc;
}

enum rc
edge_load(struct edge *ret, struct view *v, uint64_t size)
{
	enum rc rc = RC_OK;

	TRY(check_size(size));
	for (unsigned level = 0; level < TILE_LEVELS; level++) {
		uint64_t hashes = size >> (8 * level), first = hashes / TILE_WIDTH * TILE_WIDTH;

		for (uint64_t i = first; i < hashes; i++)
			TRY(get_node(v, 8 * level, i, size, &ret->row[level][i - first]));
	}
	ret->size = size;
out:
	return rc;
}
