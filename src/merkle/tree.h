// SPDX-License-Identifier: Apache-2.0
/*
 * tree - the Merkle tree of RFC 6962 over SHA-256: hashing, appending, checking.
 *
 * Pure: no system call, no allocation. A frontier is all that an appender has
 * to keep (the roots of the perfect subtrees along the right edge). Proofs list
 * hashes from the leaf upwards. A proof that does not hold is RC_TAMPERED.
 */
#ifndef MERKLE_TREE_H
#define MERKLE_TREE_H

#include "crypt/crypt.h"

#define TREE_SIZE_MAX    (UINT64_C(1) << 62)
#define PROOF_HASHES_MAX 64

struct proof { size_t n; struct hash node[PROOF_HASHES_MAX]; };
struct frontier { uint64_t size; struct hash node[63]; }; /* node[i] counts where bit i of size is set; born { 0 } */

void             tree_leaf_hash(struct str entry, struct hash *ret);                              /* SHA-256(0x00 ‖ entry)        */
void             tree_node_hash(const struct hash *left, const struct hash *right, struct hash *ret); /* SHA-256(0x01 ‖ left ‖ right) */
void             tree_empty_root(struct hash *ret);                                               /* SHA-256("")                  */

void             frontier_add(struct frontier *, const struct hash *leaf);
void             frontier_root(const struct frontier *, struct hash *ret);

MUST_USE enum rc proof_inclusion_check(const struct proof *, uint64_t index, uint64_t size, const struct hash *leaf, const struct hash *root);
/* The tree of `old_size` is a prefix of the tree of `size`. An empty old tree is a prefix of every tree. */
MUST_USE enum rc proof_consistency_check(const struct proof *, uint64_t old_size, const struct hash *old_root, uint64_t size, const struct hash *root);

/* Proofs in messages: the hashes one after the other, nothing else. */
MUST_USE enum rc proof_encode(const struct proof *, struct buf *);
MUST_USE enum rc proof_decode(struct str, struct proof *ret);

#endif
