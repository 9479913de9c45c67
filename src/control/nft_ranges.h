// SPDX-License-Identifier: Apache-2.0
/* nft_ranges - sets of addresses as ordered ranges; results live in the arena, RC_LIMIT when it is full. */
#ifndef CONTROL_NFT_RANGES_H
#define CONTROL_NFT_RANGES_H

#include "control/nft_reach.h"

nft_address      nft_address_last(enum nft_family);
MUST_USE enum rc nft_address_parse(const char *text, enum nft_family, nft_address *ret);                     /* RC_SYNTAX: not of this family */
struct nft_range nft_range_of_prefix(nft_address, unsigned bits, enum nft_family);
MUST_USE enum rc nft_ranges_all(enum nft_family, struct arena *, struct nft_ranges *ret);
MUST_USE enum rc nft_ranges_order(struct nft_ranges *);                                                      /* from any order, overlaps joined, in place */
MUST_USE enum rc nft_ranges_union(const struct nft_ranges *, const struct nft_ranges *, struct arena *, struct nft_ranges *ret);
MUST_USE enum rc nft_ranges_both(const struct nft_ranges *, const struct nft_ranges *, struct arena *, struct nft_ranges *ret);
MUST_USE enum rc nft_ranges_less(const struct nft_ranges *, const struct nft_ranges *, struct arena *, struct nft_ranges *ret); /* a without b */

#endif
