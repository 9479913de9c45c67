// SPDX-License-Identifier: Apache-2.0
/* contract - contracts taken up at the station: the catalogue beside its folder, and what makes them again from the ledger. */
#ifndef CORE_CONTRACT_H
#define CORE_CONTRACT_H

#include "core/core.h"

#define ADOPTED_MAX 16

/* In force beside the folder's contracts; text as tsujiban-catalogue(5), hash of it in hex. */
struct adopted { char *id, *text, *who, hash[65]; int64_t at_us; uint64_t leaf; };

MUST_USE enum rc contracts_load(struct core *);                                 /* from the store; under no lock      */
MUST_USE enum rc contracts_catalogue(struct core *, struct catalogue **ret);    /* folder and what was taken up       */
MUST_USE enum rc contracts_start(struct core *);                                /* the catalogue a station begins with */
void             contracts_free(struct core *);
bool             contract_act(enum act);
MUST_USE enum rc contract_stored(struct core *, uint64_t begin, uint64_t outcome, bool *ret);
MUST_USE enum rc contract_replay(struct core *, uint64_t begin, const struct leaf *, json_t *payload, const char *who, bool *ret_changed);
MUST_USE enum rc contracts_again(struct core *);

#endif
