// SPDX-License-Identifier: Apache-2.0
/* question - what one side asks the other about a clause, until when, and what was answered; and what is going on now, for the first screen. */
#ifndef CORE_QUESTION_H
#define CORE_QUESTION_H

#include "core/core.h"

bool             question_act(enum act);
MUST_USE enum rc question_load(struct core *);                        /* from the notes; under no lock */
void             question_free(struct core *);
int              questions_waiting(const struct core *, enum side);   /* for an answer of this side; under lock */
json_t          *questions_of(const struct core *, const char *clause_or_null, const struct actor *); /* new array, newest first, with can_answer and can_close; under lock */

/* {incidents: [{id, name, noticed}], duty: [account], changes}: open ones without drills, who is on call, what changed since the last accepted month (null: none was); under no lock. */
MUST_USE enum rc now_json(struct core *, int64_t now_us, json_t **ret);

#endif
