// SPDX-License-Identifier: Apache-2.0
/* removal - what belongs to a person, and how its removal stands. */
#ifndef CORE_REMOVAL_H
#define CORE_REMOVAL_H

#include "core/people.h"

extern const char *const belongings[];          /* registers of what belongs to a person; NULL-terminated */
const char *row_owner(const struct row *);      /* the id of its person; "" */

MUST_USE enum rc removal_preview(struct core *, json_t *arguments, json_t **ret); /* of ACT_PERSON_REMOVE; RC_CONFLICT: it would not come to its end */

struct asked;
struct applied;
MUST_USE enum rc os_account_edits(struct core *, const struct asked *, struct edits *ret); /* of ACT_OS_ACCOUNT_LOCK and _UNLOCK; under lock */
json_t *os_accounts_lock(struct core *, const struct actor *, const struct edits *); /* of the rows a removal marked: what this machine has is locked; answers the names left for a person's hand. Under no lock */
void os_account_offered(const struct core *, const struct actor *, const char *row, json_t *page); /* "lockable", "unlockable": this row is an account the station may change; under lock */
/* Changes the machine. RC_CONFLICT: the station cannot, with what to do by hand. Under no lock. */
MUST_USE enum rc os_account_apply(struct core *, enum act, const char *account, struct applied *ret);
MUST_USE enum rc removal_edits(struct core *, const struct asked *, struct edits *ret); /* of ACT_PERSON_REMOVE; under lock */

#endif
