// SPDX-License-Identifier: Apache-2.0
/* The tree against published vectors, and against a naive tree for every size, index and pair up to 300. */
#include "base/num.h"
#include "base/test.h"
#include "merkle/tile.h"

#define SIZES 300

static struct hash leaves[SIZES];

/* MTH of RFC 6962, word by word. */
static void
naive_root(const struct hash *h, size_t n, struct hash *ret)
{
	struct hash left, right;
	size_t k = 1;

	if (n == 1) {
		*ret = *h;
		return;
	}
	while (k * 2 < n)
		k *= 2;
	naive_root(h, k, &left);
	naive_root(h + k, n - k, &right);
	tree_node_hash(&left, &right, ret);
}

/* PATH of RFC 6962. */
static void
naive_path(size_t m, const struct hash *h, size_t n, struct proof *p)
{
	size_t k = 1;

	if (n == 1)
		return;
	while (k * 2 < n)
		k *= 2;
	if (m < k) {
		naive_path(m, h, k, p);
		naive_root(h + k, n - k, &p->node[p->n++]);
	} else {
		naive_path(m - k, h + k, n - k, p);
		naive_root(h, k, &p->node[p->n++]);
	}
}

/* SUBPROOF of RFC 6962. */
static void
naive_subproof(size_t m, const struct hash *h, size_t n, bool whole, struct proof *p)
{
	size_t k = 1;

	if (m == n) {
		if (!whole)
			naive_root(h, n, &p->node[p->n++]);
		return;
	}
	while (k * 2 < n)
		k *= 2;
	if (m <= k) {
		naive_subproof(m, h, k, whole, p);
		naive_root(h + k, n - k, &p->node[p->n++]);
	} else {
		naive_subproof(m - k, h + k, n - k, false, p);
		naive_root(h, k, &p->node[p->n++]);
	}
}

static bool
same(const struct proof *a, const struct proof *b)
{
	return a->n == b->n && memcmp(a->node, b->node, a->n * sizeof(struct hash)) == 0;
}

static void
make_leaves(void)
{
	for (unsigned i = 0; i < SIZES; i++) {
		char entry[4] = { (char)i, (char)(i >> 8) };

		tree_leaf_hash((struct str){ entry, i % 5 }, &leaves[i]);
		leaves[i].b[31] ^= (uint8_t)i; /* all different */
		leaves[i].b[30] ^= (uint8_t)(i >> 8);
	}
}

/* A folder of tiles in memory: level 0 to 2, first tiles only. */
struct store { struct hash row[3][8][TILE_WIDTH]; unsigned width[3][8], reads; };

static enum rc
store_write(void *arg, struct tile_id id, const struct hash *h)
{
	struct store *s = arg;

	if (id.level > 2 || id.index > 7)
		return FAIL(RC_LIMIT, "test store");
	memcpy(s->row[id.level][id.index], h, id.width * sizeof(*h));
	s->width[id.level][id.index] = id.width;
	return RC_OK;
}

static enum rc
store_read(void *arg, struct tile_id id, struct hash *ret)
{
	struct store *s = arg;

	s->reads++;
	if (id.level > 2 || id.index > 7 || s->width[id.level][id.index] < id.width)
		return FAIL(RC_NOTFOUND, "no tile %u/%u", id.level, (unsigned)id.index);
	memcpy(ret, s->row[id.level][id.index], id.width * sizeof(*ret));
	return RC_OK;
}

static struct store store;

static struct view *
build(uint64_t size)
{
	static struct edge e;
	struct tile_sink sink = { &store, store_write };

	memset(&e, 0, sizeof(e));
	memset(&store, 0, sizeof(store));
	make_leaves();
	for (uint64_t i = 0; i < size; i++)
		CHECK_OK(edge_add(&e, &leaves[i], &sink));
	CHECK_OK(edge_flush(&e, &sink));
	return view_new((struct tile_source){ &store, store_read }, 0);
}

static void
check_hex(const struct hash *h, const char *want)
{
	struct buf b = BUF(100);

	CHECK_OK(hex_encode(&b, (struct str){ (const char *)h->b, 32 }));
	CHECK_STR(buf_str(&b), want);
	buf_free(&b);
}

/* The eight entries and roots used by the tests of Certificate Transparency logs. */
CASE(published_vectors)
{
	static const struct str entry[8] = { { "", 0 }, { "\0", 1 }, { "\x10", 1 }, { "\x20\x21", 2 }, { "\x30\x31", 2 }, { "\x40\x41\x42\x43", 4 },
		{ "\x50\x51\x52\x53\x54\x55\x56\x57", 8 }, { "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16 } };
	static const char *const root[9] = { "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
		"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
		"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
		"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c", "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328" };
	struct frontier f = { 0 };
	struct hash h;

	for (size_t n = 0; n <= 8; n++) {
		frontier_root(&f, &h);
		check_hex(&h, root[n]);
		if (n == 8)
			break;
		tree_leaf_hash(entry[n], &h);
		frontier_add(&f, &h);
	}
}

CASE(every_size_has_the_root_of_the_naive_tree)
{
	struct frontier f = { 0 };
	static struct edge e;
	struct view *v = build(SIZES);
	struct hash a, b, c, d;

	memset(&e, 0, sizeof(e));
	for (size_t n = 0; n <= SIZES; n++) {
		if (n)
			naive_root(leaves, n, &a);
		else
			tree_empty_root(&a);
		frontier_root(&f, &b);
		edge_root(&e, &c);
		CHECK_OK(view_root(v, n, &d));
		CHECK(hash_eq(&a, &b) && hash_eq(&a, &c) && hash_eq(&a, &d));
		if (n < SIZES) {
			frontier_add(&f, &leaves[n]);
			CHECK_OK(edge_add(&e, &leaves[n], NULL));
		}
	}
	view_free(v);
}

CASE(every_index_of_every_size_is_provable)
{
	struct view *v = build(SIZES);
	struct hash root;

	for (size_t n = 1; n <= SIZES; n++) {
		CHECK_OK(view_root(v, n, &root));
		for (size_t m = 0; m < n; m++) {
			struct proof want = { 0 }, got;

			CHECK_OK(view_inclusion(v, m, n, &got));
			if (n < 40 || m % 7 == n % 7) { /* the naive tree is slow */
				naive_path(m, leaves, n, &want);
				CHECK(same(&want, &got));
			}
			CHECK_OK(proof_inclusion_check(&got, m, n, &leaves[m], &root));
			CHECK_RC(proof_inclusion_check(&got, m, n, &leaves[(m + 1) % SIZES], &root), RC_TAMPERED);
			if (n > 1)
				CHECK(proof_inclusion_check(&got, m ^ 1, n, &leaves[m], &root) != RC_OK);
		}
	}
	view_free(v);
}

CASE(every_pair_is_consistent_and_nothing_else_is)
{
	struct view *v = build(SIZES);
	static struct hash root[SIZES + 1];

	for (size_t n = 0; n <= SIZES; n++)
		CHECK_OK(view_root(v, n, &root[n]));
	for (size_t n = 0; n <= SIZES; n++)
		for (size_t m = 0; m <= n; m++) {
			struct proof want = { 0 }, got;
			struct hash other = root[m];

			CHECK_OK(view_consistency(v, m, n, &got));
			if (m && (n < 40 || (m + n) % 11 == 0)) {
				naive_subproof(m, leaves, n, true, &want);
				CHECK(same(&want, &got));
			}
			CHECK_OK(proof_consistency_check(&got, m, &root[m], n, &root[n]));
			other.b[m % 32] ^= 1;
			CHECK_RC(proof_consistency_check(&got, m, &other, n, &root[n]), RC_TAMPERED);
			if (m) {
				other = root[n];
				other.b[n % 32] ^= 0x80;
				CHECK_RC(proof_consistency_check(&got, m, &root[m], n, &other), RC_TAMPERED);
			}
			if (got.n) {
				got.n--;
				CHECK_RC(proof_consistency_check(&got, m, &root[m], n, &root[n]), RC_TAMPERED);
			} else {
				got.node[got.n++] = other;
				CHECK_RC(proof_consistency_check(&got, m, &root[m], n, &root[n]), RC_TAMPERED);
			}
		}
	CHECK_RC(proof_consistency_check(&(struct proof){ 0 }, 3, &root[3], 2, &root[2]), RC_SYNTAX);
	view_free(v);
}

CASE(every_flipped_bit_of_a_proof_is_seen)
{
	struct view *v = build(SIZES);
	struct proof p;
	struct hash root;

	CHECK_OK(view_root(v, SIZES, &root));
	CHECK_OK(view_inclusion(v, 123, SIZES, &p));
	for (size_t bit = 0; bit < p.n * 256; bit++) {
		struct proof q = p;

		q.node[bit / 256].b[bit / 8 % 32] ^= (uint8_t)(1 << bit % 8);
		CHECK_RC(proof_inclusion_check(&q, 123, SIZES, &leaves[123], &root), RC_TAMPERED);
	}
	p.n--;
	CHECK_RC(proof_inclusion_check(&p, 123, SIZES, &leaves[123], &root), RC_TAMPERED);
	p.n += 2;
	CHECK_RC(proof_inclusion_check(&p, 123, SIZES, &leaves[123], &root), RC_TAMPERED);
	CHECK_RC(proof_inclusion_check(&p, SIZES, SIZES, &leaves[0], &root), RC_SYNTAX);
	CHECK_RC(proof_inclusion_check(&p, 0, 0, &leaves[0], &root), RC_SYNTAX);
	view_free(v);
}

CASE(a_large_tree_of_equal_leaves_is_proved_through_three_levels)
{
	static struct edge e;
	struct frontier f = { 0 };
	struct hash leaf, a, b;

	memset(&e, 0, sizeof(e));
	tree_leaf_hash(STR("x"), &leaf);
	for (int i = 0; i < 70000; i++) {
		CHECK_OK(edge_add(&e, &leaf, NULL));
		frontier_add(&f, &leaf);
	}
	frontier_root(&f, &a);
	edge_root(&e, &b);
	CHECK(hash_eq(&a, &b));
}

CASE(the_edge_is_read_back_from_its_tiles)
{
	static struct edge again, want;

	for (uint64_t size = 0; size <= SIZES; size += 13) {
		struct view *v = build(size);
		struct hash a, b;

		memset(&again, 0, sizeof(again));
		memset(&want, 0, sizeof(want));
		for (uint64_t i = 0; i < size; i++)
			CHECK_OK(edge_add(&want, &leaves[i], NULL));
		CHECK_OK(edge_load(&again, v, size));
		for (uint64_t i = size; i < SIZES; i++) {
			CHECK_OK(edge_add(&again, &leaves[i], NULL));
			CHECK_OK(edge_add(&want, &leaves[i], NULL));
		}
		edge_root(&again, &a);
		edge_root(&want, &b);
		CHECK(hash_eq(&a, &b));
		view_free(v);
	}
}

CASE(a_missing_tile_is_an_error_and_not_cached)
{
	struct view *v = build(SIZES);
	struct proof p;
	unsigned reads;

	store.width[0][0] = 0;
	CHECK_RC(view_inclusion(v, 5, SIZES, &p), RC_NOTFOUND);
	store.width[0][0] = TILE_WIDTH;
	CHECK_OK(view_inclusion(v, 5, SIZES, &p));
	reads = store.reads;
	CHECK_OK(view_inclusion(v, 6, SIZES, &p));
	CHECK_INT(store.reads, reads);
	view_forget(v);
	CHECK_OK(view_inclusion(v, 6, SIZES, &p));
	CHECK(store.reads > reads);
	CHECK_RC(view_inclusion(v, SIZES, SIZES, &p), RC_NOTFOUND);
	CHECK_RC(view_consistency(v, SIZES + 1, SIZES, &p), RC_NOTFOUND);
	view_free(v);
}

CASE(widths)
{
	CHECK_INT(tile_width(0, 0, 0), 0);
	CHECK_INT(tile_width(0, 0, 1), 1);
	CHECK_INT(tile_width(0, 272, 70000), 256);
	CHECK_INT(tile_width(0, 273, 70000), 112);
	CHECK_INT(tile_width(1, 1, 70000), 17);
	CHECK_INT(tile_width(2, 0, 70000), 1);
	CHECK_INT(tile_width(TILE_ENTRIES, 273, 70000), 112);
	CHECK_INT(tile_width(0, 274, 70000), 0);
	CHECK_INT(tile_width(8, 0, 70000), 0);
	CHECK_INT(tile_width(0, UINT64_MAX, 70000), 0);
}

CASE(paths)
{
	static const struct { struct tile_id id; const char *path; } table[] = {
		{ { 0, 0, 256 }, "tile/0/000" },
		{ { 0, 1234067, 256 }, "tile/0/x001/x234/067" },
		{ { 1, 999, 17 }, "tile/1/999.p/17" },
		{ { TILE_ENTRIES, 1000, 255 }, "tile/entries/x001/000.p/255" },
		{ { 7, UINT64_C(72057594037927935), 1 }, "tile/7/x072/x057/x594/x037/x927/935.p/1" },
	};
	static const char *const bad[] = { "", "tile", "tile/", "tile/0", "tile/0/", "tile/0/0", "tile/0/00", "tile/0/0000", "tile/00/000", "tile/8/000", "tile/0/x000/001",
		"tile/0/001/000", "tile/0/x001", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p/", "tile/entry/000", "tile/0/00a", "tile/0/000/", "tile/0//000",
		"/tile/0/000", "tile/0/000.p/1.p/2", "tile/0/x999/x999/x999/x999/x999/x999/999" };
	char path[TILE_PATH_MAX];
	struct tile_id id;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		CHECK_OK(tile_path(table[i].id, path));
		CHECK_STR(str_of(path), table[i].path);
		CHECK_OK(tile_path_parse(str_of(path), &id));
		CHECK(id.level == table[i].id.level && id.index == table[i].id.index && id.width == table[i].id.width);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CHECK_RC(tile_path_parse(str_of(bad[i]), &id), RC_SYNTAX);
		if (tile_path_parse(str_of(bad[i]), &id) == RC_OK)
			printf("accepted: %s\n", bad[i]);
	}
}

CASE(bundles)
{
	struct buf b = BUF(100000);
	struct str rest, entry;
	static char big[ENTRY_BYTES_MAX + 1];

	CHECK_OK(bundle_add(&b, STR("one")));
	CHECK_OK(bundle_add(&b, STR("")));
	CHECK_OK(bundle_add(&b, (struct str){ big, ENTRY_BYTES_MAX }));
	CHECK_RC(bundle_add(&b, (struct str){ big, ENTRY_BYTES_MAX + 1 }), RC_LIMIT);
	rest = buf_str(&b);
	CHECK_OK(bundle_next(&rest, &entry));
	CHECK_STR(entry, "one");
	CHECK_OK(bundle_next(&rest, &entry));
	CHECK_INT(entry.n, 0);
	CHECK_OK(bundle_next(&rest, &entry));
	CHECK_INT(entry.n, ENTRY_BYTES_MAX);
	CHECK_RC(bundle_next(&rest, &entry), RC_NOTFOUND);
	rest = str_sub(buf_str(&b), 0, 4);
	CHECK_RC(bundle_next(&rest, &entry), RC_TAMPERED);
	rest = str_sub(buf_str(&b), 0, 1);
	CHECK_RC(bundle_next(&rest, &entry), RC_TAMPERED);
	buf_free(&b);
}

TEST_MAIN
