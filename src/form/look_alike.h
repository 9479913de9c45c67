// SPDX-License-Identifier: Apache-2.0
/* look_alike - does a name to show read like another's that is written otherwise? Pure. */
#ifndef FORM_LOOK_ALIKE_H
#define FORM_LOOK_ALIKE_H

#include "base/str.h"

MUST_USE enum rc name_alike(struct str a, struct str b, bool *ret);  /* the same bytes are a namesake, not alike */
MUST_USE enum rc name_one_script(struct str);                        /* RC_SYNTAX: Latin and Cyrillic or Greek in one name */

#endif
