// SPDX-License-Identifier: Apache-2.0
/*
 * nft_print - the fingerprint of a ruleset, as a whole and of each table.
 *
 * It stays the same while only counters, handles, the order of tables or of set
 * elements, and the elements of sets that change by themselves (timeout,
 * dynamic; tables of fail2ban) differ. The order of rules in a chain counts.
 */
#ifndef CONTROL_NFT_PRINT_H
#define CONTROL_NFT_PRINT_H

#include "base/str.h"

#define NFT_TABLES_MAX 256

struct nft_table_print { struct str name; /* "inet filter" */ char print[33]; int64_t rules; };
struct nft_print { char whole[33]; struct nft_table_print *tables; size_t tables_count; int64_t rules; };

MUST_USE enum rc nft_print(struct str json, struct arena *, struct nft_print *ret); /* RC_SYNTAX: not such a listing */

#endif
