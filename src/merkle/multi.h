// SPDX-License-Identifier: Apache-2.0
/*
 * multi - one proof for many entries of one tree.
 *
 * Walk the tree as RFC 6962 splits it, left before right. A part without a chosen entry is one hash of the proof;
 * an entry is its own leaf hash; everything else is worked out. So the proof is the hashes of the parts that were
 * left out, in the order they are met, and it is as short as the choice is contiguous.
 */
#ifndef MERKLE_MULTI_H
#define MERKLE_MULTI_H

#include "merkle/tile.h"

struct range { uint64_t first, last; };   /* both belong to it; ascending, apart */

/* Gives the next chosen entry: its index in `*ret_index` (UINT64_MAX: no more); taking it gives its leaf hash. */
struct multi_source { void *arg; uint64_t (*peek)(void *arg); enum rc (*take)(void *arg, struct hash *ret); };
struct multi_hashes { void *arg; enum rc (*next)(void *arg, struct hash *ret); };

MUST_USE enum rc multi_prove(struct view *, uint64_t size, const struct range *, size_t n, struct buf *ret_hashes); /* 32 bytes each */
/* RC_TAMPERED: the hashes do not fit; whether the root is the right one is the caller's question. */
MUST_USE enum rc multi_root(uint64_t size, struct multi_source, struct multi_hashes, struct hash *ret);

#endif
