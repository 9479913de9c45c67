// SPDX-License-Identifier: Apache-2.0
/*
 * narrow - a list of clauses or controls, only as far as it concerns one subject or one system.
 *
 * Arguments "subject" (an id as held rows have it) and "system" (what the register's row says;
 * an application is its own). Nothing asked for: everything. All of it under lock.
 */
#ifndef CORE_NARROW_H
#define CORE_NARROW_H

#include "core/core.h"

struct narrow { bool on; struct subject_list ids; /* sorted */ };
void    narrow_make(struct core *, json_t *arguments, struct narrow *ret);
void    narrow_free(struct narrow *);
bool    narrow_has(const struct narrow *, const char *subject);
bool    narrow_control(struct core *, const struct narrow *, struct str control); /* has it been looked at for one of them, or is to be? */
bool    narrow_clause(struct core *, const struct narrow *, const struct clause *);
/* {"systems": [name…], "subjects": [{id, text}…], "more": bool}: of the system asked for, or all while they are few. */
json_t *narrow_choices(struct core *, json_t *arguments, enum lang);

#endif
