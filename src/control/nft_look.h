// SPDX-License-Identifier: Apache-2.0
/*
 * nft_look - the ruleset of this machine with what is needed to judge it.
 *
 * Everything but the ruleset is read first; the ruleset is the last question of a look.
 */
#ifndef CONTROL_NFT_LOOK_H
#define CONTROL_NFT_LOOK_H

#include "control/fact.h"
#include "control/nft_reach.h"
#include "os/host.h"

#define NFT_OUTSIDE_MAX 16

struct nft_look {
	struct nft_rules *rules;
	struct str        outside[NFT_OUTSIDE_MAX]; /* interfaces of default routes, both families */
	size_t            outside_count;
	bool              routes[NFT_FAMILIES];     /* this machine forwards                       */
	bool              routes_unknown;
	bool              old;                      /* filters of the old iptables are loaded, or may be: nft does not show them */
};

/* Rules live in `arena`; nft_rules_free() them. RC_NOTFOUND: nft is not installed. */
MUST_USE enum rc nft_look(const struct host *, struct arena *, struct nft_look *ret);
/* The same with its kinds of ports, kept in `out`; the largest first: ports nobody names. */
MUST_USE enum rc nft_look_kinds(const struct host *, struct arena *, struct arena *out, struct nft_look *ret, struct nft_kind **ret_kinds, size_t *ret_n);
bool             nft_old_tables(const struct host *); /* filters of the old iptables are loaded, or may be */

#endif
