// SPDX-License-Identifier: Apache-2.0
/*
 * nft - what a ruleset printed by `nft -j -t list ruleset` does to a newcomer.
 *
 * The newcomer is the first packet of a connection from outside, about which
 * nothing else is known: a rule that needs more than that does not apply to it.
 * What this reader does not understand makes the answer UNSURE, never a guess.
 */
#ifndef CONTROL_NFT_H
#define CONTROL_NFT_H

#include "base/str.h"

enum nft_input { NFT_UNSURE = 0, NFT_NO_CHAIN, NFT_LETS_IN, NFT_DROPS };
enum nft_family { NFT_IPV4 = 0, NFT_IPV6, NFT_FAMILIES };

#define NFT_TCP 1
#define NFT_UDP 2
#define NFT_FORWARDS_MAX 256

struct nft_forward { unsigned protocols; uint16_t first, last; }; /* ports that are sent elsewhere before any listener sees them */

struct nft_view {
	enum nft_input     input[NFT_FAMILIES];
	int64_t            rules;               /* in chains that a packet for this machine meets */
	struct nft_forward forwards[NFT_FORWARDS_MAX];
	size_t             forwards_count;
	char               whole[32];           /* an interface but loopback from which everything is accepted; "" none */
	bool               forwards_unsure;     /* there are some whose ports cannot be read      */
};

MUST_USE enum rc nft_read(struct str json, struct nft_view *ret); /* RC_SYNTAX: not such a listing */

#endif
