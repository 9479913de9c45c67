// SPDX-License-Identifier: Apache-2.0
/* nft_hit - one condition of a rule: for which sources it holds. What nft_reach.c and nft_hit.c share. */
#ifndef CONTROL_NFT_HIT_H
#define CONTROL_NFT_HIT_H

#include <jansson.h>

#include "control/nft_ranges.h"

enum nft_holds { NFT_NO = 0, NFT_MAYBE, NFT_YES };

struct nft_chain {
	const char    *family, *table, *name, *type, *hook, *policy; /* borrowed from the JSON; "" when absent */
	bool           table_flags;                                  /* the table may be dormant               */
	const json_t **rules;
	size_t         rules_count;
};
struct nft_set { const char *family, *table, *name; const json_t *elements; };
struct nft_cached { const json_t *list; enum nft_family family; struct nft_ranges ranges; };

struct nft_rules {
	json_t           *root;
	const json_t     *items;
	struct arena     *arena;
	struct nft_chain *chains;   /* in order of family, table, name */
	size_t            chains_count;
	struct nft_set   *sets;     /* and maps, in the same order     */
	size_t            sets_count;
	struct nft_cached cached[32];
	size_t            cached_count;
	size_t            steps;
	bool              notrack;  /* some rule leaves connections untracked: one of them is not new */
};

/* Everyone, or these. */
struct nft_region { bool all; struct nft_ranges r; };
/* For whom it surely holds, and for whom it may. */
struct nft_hit { struct nft_region sure, maybe; };
struct nft_view_of { struct nft_rules *rules; const struct nft_ask *ask; struct arena *arena; };

bool                    nft_is(const char *a, const char *b);
bool                    nft_listed(const char *const *list, const char *name);
const char             *nft_text(const json_t *object, const char *key);
const struct nft_chain *nft_chain_of(const struct nft_rules *, const char *family, const char *table, const char *name);
/* The list behind {"set": […]}, "@name" or […]; NULL: none. */
const json_t           *nft_elements(const struct nft_view_of *, const struct nft_chain *in, const json_t *set);
const json_t           *nft_element(const json_t *); /* without {"elem": {"val": …}} around it */
MUST_USE enum rc        nft_step(struct nft_view_of *, size_t n);
MUST_USE enum rc        nft_hit_match(struct nft_view_of *, const struct nft_chain *in, const json_t *match, struct nft_hit *ret);
MUST_USE enum rc        nft_hit_value(struct nft_view_of *, const struct nft_chain *in, const json_t *left, const json_t *value, struct nft_hit *ret);
MUST_USE enum rc        nft_hit_both(struct nft_view_of *, const struct nft_hit *, const struct nft_hit *, struct nft_hit *ret);

#endif
