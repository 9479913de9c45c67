// SPDX-License-Identifier: Apache-2.0
/* Hashes leaves and nodes, keeps the right edge, and checks proofs of inclusion and of consistency. */
#include "merkle/tree.h"

#include <string.h>

void
tree_leaf_hash(struct str entry, struct hash *ret)
{
	hash_two((struct str){ "\0", 1 }, entry, ret);
}

void
tree_node_hash(const struct hash *left, const struct hash *right, struct hash *ret)
{
	char bytes[1 + 2 * sizeof(struct hash)];

	bytes[0] = 1;
	memcpy(bytes + 1, left->b, sizeof(left->b));
	memcpy(bytes + 1 + sizeof(left->b), right->b, sizeof(right->b));
	hash_bytes((struct str){ bytes, sizeof(bytes) }, ret);
}

void
tree_empty_root(struct hash *ret)
{
	hash_bytes(STR_NONE, ret);
}

void
frontier_add(struct frontier *f, const struct hash *leaf)
{
	struct hash h = *leaf;
	int level = 0;

	for (uint64_t size = f->size; size & 1; size >>= 1, level++)
		tree_node_hash(&f->node[level], &h, &h);
	f->node[level] = h;
	f->size++;
}

void
frontier_root(const struct frontier *f, struct hash *ret)
{
	struct hash h;
	bool any = false;

	for (int level = 0; level < 63; level++) {
		if (!(f->size >> level & 1))
			continue;
		if (any)
			tree_node_hash(&f->node[level], &h, &h);
		else
			h = f->node[level];
		any = true;
	}
	if (any)
		*ret = h;
	else
		tree_empty_root(ret);
}

/* Going up from node `at` of a row whose last node is `last`: is the other half on the left? */
static bool
sibling_is_left(uint64_t at, uint64_t last)
{
	return (at & 1) || at == last;
}

/* One row up; a node that stands alone at the right edge rises until it has a sibling. */
static void
rise(uint64_t *at, uint64_t *last)
{
	if (!(*at & 1) && *at == *last)
		while (*at && !(*at & 1)) {
			*at >>= 1;
			*last >>= 1;
		}
	*at >>= 1;
	*last >>= 1;
}

enum rc
proof_inclusion_check(const struct proof *p, uint64_t index, uint64_t size, const struct hash *leaf, const struct hash *root)
{
	struct hash h = *leaf;
	uint64_t at = index, last = size - 1;

	if (size == 0 || size > TREE_SIZE_MAX || index >= size)
		return FAIL(RC_SYNTAX, "entry %llu is not in a tree of %llu", (unsigned long long)index, (unsigned long long)size);
	for (size_t i = 0; i < p->n; i++) {
		if (last == 0)
			return FAIL(RC_TAMPERED, "inclusion proof is too long");
		if (sibling_is_left(at, last))
			tree_node_hash(&p->node[i], &h, &h);
		else
			tree_node_hash(&h, &p->node[i], &h);
		rise(&at, &last);
	}
	if (last != 0)
		return FAIL(RC_TAMPERED, "inclusion proof is too short");
	if (!hash_eq(&h, root))
		return FAIL(RC_TAMPERED, "inclusion proof leads to another root");
	return RC_OK;
}

enum rc
proof_consistency_check(const struct proof *p, uint64_t old_size, const struct hash *old_root, uint64_t size, const struct hash *root)
{
	struct hash of_old, of_new;
	uint64_t at = old_size - 1, last = size - 1;
	size_t i = 0;

	if (size > TREE_SIZE_MAX || old_size > size)
		return FAIL(RC_SYNTAX, "a tree of %llu does not grow into one of %llu", (unsigned long long)old_size, (unsigned long long)size);
	if (old_size == 0) {
		tree_empty_root(&of_old);
		if (p->n || !hash_eq(&of_old, old_root))
			return FAIL(RC_TAMPERED, "the empty tree has another root or needs no proof");
		if (size == 0 && !hash_eq(&of_old, root))
			return FAIL(RC_TAMPERED, "two roots for one size");
		return RC_OK;
	}
	if (old_size == size) {
		if (p->n)
			return FAIL(RC_TAMPERED, "one size needs no consistency proof");
		return hash_eq(old_root, root) ? RC_OK : FAIL(RC_TAMPERED, "two roots for one size");
	}
	for (; at & 1; at >>= 1)
		last >>= 1;
	if (at == 0) /* the old tree is perfect: its root is the first node */
		of_old = *old_root;
	else if (p->n)
		of_old = p->node[i++];
	else
		return FAIL(RC_TAMPERED, "consistency proof is empty");
	of_new = of_old;
	for (; i < p->n; i++) {
		if (last == 0)
			return FAIL(RC_TAMPERED, "consistency proof is too long");
		if (sibling_is_left(at, last)) {
			tree_node_hash(&p->node[i], &of_old, &of_old);
			tree_node_hash(&p->node[i], &of_new, &of_new);
		} else {
			tree_node_hash(&of_new, &p->node[i], &of_new);
		}
		rise(&at, &last);
	}
	if (last != 0)
		return FAIL(RC_TAMPERED, "consistency proof is too short");
	if (!hash_eq(&of_old, old_root) || !hash_eq(&of_new, root))
		return FAIL(RC_TAMPERED, "the newer tree does not contain the older");
	return RC_OK;
}

enum rc
proof_encode(const struct proof *p, struct buf *b)
{
	return buf_add(b, (struct str){ (const char *)p->node, p->n * sizeof(struct hash) });
}

enum rc
proof_decode(struct str s, struct proof *ret)
{
	if (s.n % sizeof(struct hash) || s.n > sizeof(ret->node))
		return FAIL(RC_SYNTAX, "a proof is up to %d hashes", PROOF_HASHES_MAX);
	ret->n = s.n / sizeof(struct hash);
	if (s.n)
		memcpy(ret->node, s.p, s.n);
	return RC_OK;
}
