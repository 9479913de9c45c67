// SPDX-License-Identifier: Apache-2.0
/*
 * proof_bench [ENTRIES] - makes the tiles of a tree in memory and prints what an inclusion proof takes: from tiles at hand
 * (warm), and at random over the whole tree with a small cache (a tile to read and expand each time).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "merkle/tile.h"
#include "os/file.h"

#define PROOFS 20000
#define CACHED 1024

struct tiles { struct hash *level[TILE_LEVELS]; uint64_t read; };

static enum rc
write_tile(void *arg, struct tile_id id, const struct hash *h)
{
	struct tiles *t = arg;

	memcpy(t->level[id.level] + id.index * TILE_WIDTH, h, id.width * sizeof(*h));
	return RC_OK;
}

static enum rc
read_tile(void *arg, struct tile_id id, struct hash *ret)
{
	struct tiles *t = arg;

	memcpy(ret, t->level[id.level] + id.index * TILE_WIDTH, id.width * sizeof(*ret));
	t->read++;
	return RC_OK;
}

static uint64_t
next(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return *state >> 24;
}

static int
compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Proofs of random entries below `among`; prints mean, median and p99 in microseconds. */
static int
measure(struct view *v, const char *what, uint64_t size, uint64_t among, const struct hash *root)
{
	static int64_t took[PROOFS / 100];
	uint64_t seed = 20261122;
	int64_t began = monotonic_us(), all;
	struct proof p;
	struct hash leaf;

	for (int i = 0; i < PROOFS / 100; i++) {
		int64_t from = monotonic_us();

		for (int j = 0; j < 100; j++)
			if (view_inclusion(v, next(&seed) % among, size, &p) != RC_OK)
				return 1;
		took[i] = monotonic_us() - from;
	}
	all = monotonic_us() - began;
	qsort(took, PROOFS / 100, sizeof(*took), compare);
	for (int i = 0; i < 100; i++) { /* and they hold */
		uint64_t index = next(&seed) % among;

		if (view_leaf(v, index, size, &leaf) != RC_OK || view_inclusion(v, index, size, &p) != RC_OK || proof_inclusion_check(&p, index, size, &leaf, root) != RC_OK)
			return 1;
	}
	printf("proof, %s: %.2f us mean, %.2f us median, %.2f us p99 (of hundreds)\n", what, (double)all / PROOFS, (double)took[PROOFS / 200] / 100, (double)took[PROOFS / 100 * 99 / 100] / 100);
	return 0;
}

int
main(int argc, char **argv)
{
	uint64_t size = argc > 1 ? (uint64_t)atoll(argv[1]) : 10000000;
	static struct edge edge;
	struct tiles tiles = { { NULL }, 0 };
	struct tile_sink sink = { &tiles, write_tile };
	struct view *v;
	struct hash root;
	int64_t began = monotonic_us();
	int bad = 0;

	for (unsigned l = 0; l < TILE_LEVELS; l++)
		tiles.level[l] = calloc((size >> (8 * l)) + TILE_WIDTH, sizeof(struct hash));
	for (uint64_t i = 0; i < size; i++) {
		struct hash h;

		tree_leaf_hash((struct str){ (char *)&i, sizeof(i) }, &h);
		if (edge_add(&edge, &h, &sink) != RC_OK)
			return 1;
	}
	if (edge_flush(&edge, &sink) != RC_OK)
		return 1;
	edge_root(&edge, &root);
	printf("tree of %llu: %.0f entries/s\n", (unsigned long long)size, (double)size * 1e6 / (double)(monotonic_us() - began));
	v = view_new((struct tile_source){ &tiles, read_tile }, CACHED);
	bad |= measure(v, "tiles to fetch", size, 65536, &root); /* fills the cache */
	bad |= measure(v, "warm", size, 65536, &root);
	bad |= measure(v, "random over all", size, size, &root);
	view_free(v);
	for (unsigned l = 0; l < TILE_LEVELS; l++)
		free(tiles.level[l]);
	return bad;
}
