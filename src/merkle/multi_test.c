// SPDX-License-Identifier: Apache-2.0
/* One proof for many entries: every choice of every small tree, and what is not such a choice. */
#include "merkle/multi.h"

#include <string.h>

#include "base/test.h"

#define MOST 21

static struct hash leaves[MOST];

static enum rc
row(void *arg, struct tile_id id, struct hash *ret)
{
	(void)arg;
	if (id.level || id.index)
		return FAIL(RC_NOTFOUND, "small");
	memcpy(ret, leaves, id.width * sizeof(*ret));
	return RC_OK;
}

struct chosen { unsigned set; uint64_t at; struct str hashes; };

static uint64_t
peek(void *arg)
{
	struct chosen *c = arg;

	while (c->at < MOST && !(c->set >> c->at & 1))
		c->at++;
	return c->at < MOST ? c->at : UINT64_MAX;
}

static enum rc
take(void *arg, struct hash *ret)
{
	struct chosen *c = arg;

	*ret = leaves[c->at++];
	return RC_OK;
}

static enum rc
next(void *arg, struct hash *ret)
{
	struct chosen *c = arg;

	if (c->hashes.n < sizeof(*ret))
		return FAIL(RC_TAMPERED, "no more");
	memcpy(ret, c->hashes.p, sizeof(*ret));
	c->hashes = str_sub(c->hashes, sizeof(*ret), c->hashes.n);
	return RC_OK;
}

static bool
holds(uint64_t size, unsigned set, struct str hashes, const struct hash *want)
{
	struct chosen c = { set, 0, hashes };
	struct hash root;
	bool good = multi_root(size, (struct multi_source){ &c, peek, take }, (struct multi_hashes){ &c, next }, &root) == RC_OK && hash_eq(&root, want) && c.hashes.n == 0 && peek(&c) == UINT64_MAX;

	rc_trail_clear();
	return good;
}

CASE(any_choice_leads_to_the_root_and_no_other_does)
{
	struct view *v = view_new((struct tile_source){ NULL, row }, 4);
	struct buf proof = BUF(65536);
	unsigned seed = 7;

	for (uint8_t i = 0; i < MOST; i++)
		tree_leaf_hash((struct str){ (const char *)&i, 1 }, &leaves[i]);
	for (uint64_t size = 1; size <= MOST; size++) {
		struct hash root;

		view_forget(v);
		CHECK_OK(view_root(v, size, &root));
		for (int round = 0; round < (size <= 5 ? 1 << size : 60); round++) {
			unsigned set = size <= 5 ? (unsigned)round : (seed = seed * 1664525u + 1013904223u) >> 7;
			struct range list[MOST];
			size_t n = 0;

			set &= (1u << size) - 1;
			for (uint64_t i = 0; i < size; i++)
				if (set >> i & 1) {
					if (n && list[n - 1].last == i - 1)
						list[n - 1].last = i;
					else
						list[n++] = (struct range){ i, i };
				}
			buf_reset(&proof);
			CHECK_OK(multi_prove(v, size, list, n, &proof));
			CHECK(holds(size, set, buf_str(&proof), &root));
			if (set)
				CHECK(!holds(size, set & (set - 1), buf_str(&proof), &root)); /* an entry less */
			if (proof.n) {
				proof.p[proof.n - 1] ^= 1;
				CHECK(!holds(size, set, buf_str(&proof), &root));
				CHECK(!holds(size, set, str_sub(buf_str(&proof), 0, proof.n - 32), &root));
			}
		}
	}
	CHECK(multi_prove(v, 5, &(struct range){ 4, 5 }, 1, &proof) == RC_SYNTAX && multi_prove(v, 5, (struct range[]){ { 2, 3 }, { 3, 4 } }, 2, &proof) == RC_SYNTAX && multi_prove(v, 5, &(struct range){ 3, 2 }, 1, &proof) == RC_SYNTAX);
	rc_trail_clear();
	view_free(v);
	buf_free(&proof);
}

TEST_MAIN
