// SPDX-License-Identifier: Apache-2.0
/* removal - what belongs to a person, and how its removal stands. */
#ifndef CORE_REMOVAL_H
#define CORE_REMOVAL_H

#include "core/people.h"

#define REMOVAL_HOURS 24 /* "promptly", as account-removal has it */

extern const char *const belongings[];          /* registers of what belongs to a person; NULL-terminated */
const char *row_owner(const struct row *);      /* the id of its person; "" */

struct asked;
MUST_USE enum rc removal_edits(struct core *, const struct asked *, struct edits *ret); /* of ACT_PERSON_REMOVE; under lock */

struct removal_numbers { int64_t removed, open, slowest_h, oldest_h; };
/* found.c: the station's usable accounts in numbers; under no lock */
struct people_numbers { int64_t roster, usable, privileged, unlinked, privileged_unlinked, over, privileged_over, shared, removed; };
MUST_USE enum rc people_numbers(struct core *, struct people_numbers *ret);
MUST_USE enum rc removal_numbers(struct core *, struct removal_numbers *ret);            /* under no lock */

#endif
