// SPDX-License-Identifier: Apache-2.0
/*
 * misuse - alarms about how the system is used: the watch fed with the access
 * log as it grows, each alarm an entry of the ledger, what became of it, and
 * the monthly review that somebody signs.
 *
 * Everything here is read back from the ledger's entries, by one way: an alarm
 * is written, then read like any other entry. So a lost store loses nothing.
 */
#ifndef CORE_MISUSE_H
#define CORE_MISUSE_H

#include "core/core.h"
#include "watch/watch.h"

struct misuse;

MUST_USE enum rc misuse_follow(struct core *, struct misuse **); /* by the watching thread alone; makes it when it is NULL */
void             misuse_free(struct misuse *);
MUST_USE enum rc misuse_facts(struct core *, bool impersonation, struct facts *); /* for the two controls; under no lock */
/* Urgent alarms nobody has dealt with. */
int64_t          misuse_urgent(struct core *);

#define REVIEW_WORDS_MAX 1000 /* characters */

/* The newest month whose review was signed, and since when there is anything to review; 0: none. Under no lock. */
MUST_USE enum rc misuse_reviewed(struct core *, int64_t *ret_month_us, int64_t *ret_since_us);

#endif
