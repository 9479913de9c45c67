// SPDX-License-Identifier: Apache-2.0
/* exception_int - requests for an exception as they are kept; what exception.c, exception_act.c and view_exception.c share. */
#ifndef CORE_EXCEPTION_INT_H
#define CORE_EXCEPTION_INT_H

#include "core/register_int.h"

enum exception_kind { EXCEPTION_PERMITTED = 1, EXCEPTION_NOT_APPLICABLE };
/* Stored by number. A request begins with the first; each further step names who took it and why. */
enum exception_step { STEP_REQUESTED = 1, STEP_APPROVED, STEP_REFUSED, STEP_WITHDRAWN, STEP_REVOKED, STEP_COUNT };

struct exception_new { char id[2 * ID_BYTES + 1]; const char *clause; enum exception_kind kind; const char *control, *subject, *reason, *instead; int64_t until_us; };
struct exception_taken { const char *id; int64_t version; enum exception_step step; const char *reason; }; /* `version`: the one it follows; 0: none */
struct exception_by { const struct opaque_id *actor; const char *who; int64_t at_us; uint64_t leaf; };

/* `made`: NULL, or the request that this step begins. RC_CONFLICT: somebody took a step meanwhile. */
MUST_USE enum rc exception_store(struct core *, const struct exception_new *made, const struct exception_taken *, const struct exception_by *);
/*
 * Requests, newest first, of one id or one clause or all ("" each); the state is as of `now_us`:
 * [{id, clause, kind, control, subject, reason, instead, until, until_date, state, since, version, leaf, steps: [{step, at, who, reason, leaf}]}]
 */
MUST_USE enum rc exception_list(struct core *, const char *id, const char *clause, int64_t now_us, json_t **ret);
MUST_USE enum rc exception_asked_by(struct core *, const char *id, struct opaque_id *ret);

/* The form of a request about this clause, in the arena; under lock. */
MUST_USE enum rc exception_form(struct core *, const struct clause *, struct arena *, struct form *ret);
/* What is wrong with it: {field: sentence}; `ret_until_us` is the instant it would end. Under lock. */
json_t *exception_errors(struct core *, struct draft *, enum lang, int64_t now_us, struct arena *, int64_t *ret_until_us);
const char *exception_kind_word(enum exception_kind);   /* "exception", "not-applicable" */

#endif
