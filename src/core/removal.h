// SPDX-License-Identifier: Apache-2.0
/* removal - what belongs to a person, and how its removal stands. */
#ifndef CORE_REMOVAL_H
#define CORE_REMOVAL_H

#include "core/people.h"

extern const char *const belongings[];          /* registers of what belongs to a person; NULL-terminated */
const char *row_owner(const struct row *);      /* the id of its person; "" */

MUST_USE enum rc removal_preview(struct core *, json_t *arguments, json_t **ret); /* of ACT_PERSON_REMOVE; RC_CONFLICT: it would not come to its end */

struct asked;
MUST_USE enum rc removal_edits(struct core *, const struct asked *, struct edits *ret); /* of ACT_PERSON_REMOVE; under lock */

#endif
