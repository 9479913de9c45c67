// SPDX-License-Identifier: Apache-2.0
/*
 * evidence - what the client ordered of the ledger, chosen, proved, enveloped to its certificate, and kept until it is fetched.
 *
 * An order is a row of the register "evidence-order": while it is in force, what it names is held. Its bundle
 * (docs/format-bundle.md) is made by a thread of its own and stands in core's folder as an envelope only the holder of the
 * certificate's key opens; without the file it is made again.
 */
#ifndef CORE_EVIDENCE_H
#define CORE_EVIDENCE_H

#include "core/core.h"

#define EVIDENCE_PART_BYTES (6 << 20)

MUST_USE enum rc evidence_start(struct core *, int dirfd);   /* the thread; dirfd: where bundles stand, kept */
void             evidence_free(struct core *);
/* Makes what is ordered and not made yet; how many it made. Under no lock. */
MUST_USE enum rc evidence_follow(struct core *, int *ret_made);
MUST_USE enum rc evidence_facts(struct core *, struct facts *); /* evidence-order; under no lock */
/* May the payload key of this month be destroyed? Not while an order in force names entries of it. Under lock. */
bool             evidence_held(const struct core *, int64_t from_us, int64_t to_us);

#endif
