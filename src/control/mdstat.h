// SPDX-License-Identifier: Apache-2.0
/* mdstat - software RAID as the kernel lists it in /proc/mdstat. Pure. */
#ifndef CONTROL_MDSTAT_H
#define CONTROL_MDSTAT_H

#include "base/str.h"

#define MD_MAX 64

struct md_array { struct str name, level; bool active; int64_t missing; /* members, of "[2/1]"; 0 when it does not say */ };
/* Names are borrowed. RC_SYNTAX: not such a list; RC_LIMIT: more than MD_MAX. */
MUST_USE enum rc mdstat_read(struct str, struct md_array *ret, size_t *ret_n);

#endif
