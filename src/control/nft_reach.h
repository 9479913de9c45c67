// SPDX-License-Identifier: Apache-2.0
/*
 * nft_reach - which sources a ruleset lets in, asked for one kind of packet.
 *
 * The packet is the first of a connection, from outside, to a protocol and a
 * port. Rules are walked as the kernel walks them, with sets of source
 * addresses: `sure` is what gets in whatever the rest of the packet says,
 * `maybe` also what hangs on something this reader does not know (a mark, a
 * time, a word it does not understand). The truth lies between the two.
 */
#ifndef CONTROL_NFT_REACH_H
#define CONTROL_NFT_REACH_H

#include "control/nft.h"

__extension__ typedef unsigned __int128 nft_address; /* IPv4 in the lowest 32 bits */

struct nft_range { nft_address first, last; };
struct nft_ranges { struct nft_range *list; size_t count; }; /* in order, apart from each other; in the arena */

struct nft_rules;   /* a listing, read once; in the arena but for its JSON */
/* As `nft -j list ruleset` prints it, elements of sets included. RC_SYNTAX: no such listing; RC_LIMIT: too large. */
MUST_USE enum rc nft_rules_read(struct str json, struct arena *, struct nft_rules **ret);
void             nft_rules_free(struct nft_rules *);

enum nft_hook { NFT_INPUT = 0, NFT_FORWARD, NFT_HOOKS };
struct nft_ask {
	enum nft_hook      hook;
	enum nft_family    family;
	unsigned           protocol;      /* NFT_TCP or NFT_UDP                                                     */
	uint16_t           port;
	const struct str  *outside;       /* interfaces a stranger comes in by; a rule for another one is not for him */
	size_t             outside_count; /* 0: not known; every interface but lo may be one                         */
};
struct nft_reach {
	struct nft_ranges sure, maybe;               /* get in, by a rule or by a policy                            */
	struct nft_ranges rule_sure, rule_maybe;     /* by a rule that says accept, in every chain in the way       */
	bool              chains;                    /* there is a chain in the way at all                          */
	bool              drops, drops_maybe;        /* what no rule lets in is dropped (surely; possibly)          */
};
/* RC_LIMIT: more steps or ranges than a look may take. */
MUST_USE enum rc nft_reach(struct nft_rules *, const struct nft_ask *, struct arena *, struct nft_reach *ret);

/*
 * Ports that every rule treats alike: one of each kind, and how many there are, the largest kinds first (those that find room). RC_LIMIT: too many numbers.
 */
#define NFT_KINDS_MAX 256
struct nft_kind { uint16_t port; uint32_t count; };
MUST_USE enum rc nft_port_kinds(struct nft_rules *, struct nft_kind ret[NFT_KINDS_MAX], size_t *ret_n);
bool             nft_ranges_any(const struct nft_ranges *, enum nft_family);                  /* so much of the address space that it is anyone */
struct str       nft_range_text(const struct nft_range *, enum nft_family, struct arena *);   /* "192.0.2.0/24", "192.0.2.1-192.0.2.9" */

#endif
