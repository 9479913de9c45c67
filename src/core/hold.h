// SPDX-License-Identifier: Apache-2.0
/*
 * hold - what one person on call stops for some hours while an incident lasts: an address, taking data out, the use of the
 * console. It ends by itself, or when one of them ends it (S-1-3: contain and undo alone, at any hour).
 */
#ifndef CORE_HOLD_H
#define CORE_HOLD_H

#include "control/sshd_match.h"
#include "core/core.h"

#define HOLD_WORDS 256
enum hold_kind { HOLD_ADDRESS = 0, HOLD_EXPORTS, HOLD_SERVICE, HOLD_KINDS };

/* One that nobody ended: in force until its time is over. `prefix`: of an address alone. */
struct hold { uint64_t leaf; enum hold_kind kind; struct prefix prefix; int64_t until_us; };

bool             hold_address(struct core *, struct str address, int64_t now_us); /* stopped; under no lock */
/* Whether this person may go on over this door: RC_DENIED with "hold:address" or "hold:service" first in its words. Under no lock. */
MUST_USE enum rc hold_ask(struct core *, const struct actor *);
bool             hold_exports(const struct core *, int64_t now_us);               /* under lock */
int64_t          hold_count(const struct core *, int64_t now_us);                 /* in force; under lock */
const char      *hold_words(const json_t *arguments, enum lang, char ret[HOLD_WORDS]);    /* what was stopped, as its note tells it */

#endif
