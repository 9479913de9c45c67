// SPDX-License-Identifier: Apache-2.0
/* guard_int - what guard.c, preview.c and the files of approvals share. */
#ifndef CORE_GUARD_INT_H
#define CORE_GUARD_INT_H

#include "base/time_text.h"
#include "core/core.h"

#define HASH_CHARS 64

/* {object, words, rows: [{what, kind, before, after}]}; RC_NOTFOUND, RC_SYNTAX: there is nothing to do it to. */
MUST_USE enum rc preview_of(struct core *, enum act, json_t *arguments, json_t **ret);
/* Parts of one, for those who make them: `before` and `after` are taken. */
json_t          *preview_new(const char *object, const char *words);
void             preview_row(json_t *preview, const char *what, const char *kind, json_t *before, json_t *after);
json_t          *preview_compare(const json_t *expected, const json_t *now);   /* [{what, kind, after, now}]: what came otherwise */
/* Over the act, its arguments and its preview: what one person asked for and another one saw. */
MUST_USE enum rc approval_hash(enum act, json_t *arguments, const json_t *preview, char ret[HASH_CHARS + 1]);

MUST_USE enum rc account_new_allowed(struct core *, const json_t *arguments); /* name and display of a new account; RC_SYNTAX, RC_CONFLICT */

/* acts.c: an act that is permitted, from its begin to its outcome. */
MUST_USE enum rc act_perform(struct core *, enum act, struct actor *, json_t *arguments, json_t **ret);
MUST_USE enum rc act_by_station(struct core *, enum act, json_t *arguments); /* one that nobody asks for: the station itself is who acts; `arguments` are taken */

/* The begin leaf of an act that was done, as note.c keeps it. `who` and `arguments` are borrowed. */
struct note { uint64_t leaf; int64_t at_us; struct opaque_id actor; struct str who; json_t *arguments; };
typedef void note_taker(void *context, const struct note *);
MUST_USE enum rc note_put(struct core *, enum act, const struct actor *, json_t *arguments);
MUST_USE enum rc note_each(struct core *, enum act, note_taker *, void *context);  /* newest first; the taker may lock */
MUST_USE enum rc note_ends(struct core *, enum act, json_t **ret);                 /* {"id" of what it ended: {at, who}} */
const char      *note_text(const struct note *, const char *key);                  /* "" when absent */

MUST_USE enum rc delegation_apply(struct core *, enum act, struct actor *);        /* roles that others lend; under no lock */
/* How this act is done: {id, procedure, version, read} or null when nothing is declared. */
bool             operation_declares(const struct actor *);                         /* may say how things are done */
json_t          *operation_procedure(struct core *, enum act, const struct actor *, bool *ret_read);

/* Steps of a request, stored by number. */
enum approval_step { APPROVAL_OPENED = 1, APPROVAL_APPROVED, APPROVAL_REFUSED, APPROVAL_CANCELLED, APPROVAL_STARTED, APPROVAL_DONE, APPROVAL_FAILED, APPROVAL_CHANGED, APPROVAL_REMARK, APPROVAL_STEP_COUNT };
#define APPROVAL_LAPSE_US  (7 * DAY_US)      /* nobody decided: it must be asked for again */
#define APPROVAL_WINDOW_US (30 * MINUTE_US)  /* to cancel what cannot be undone */

struct approval {
	char id[2 * ID_BYTES + 1], hash[HASH_CHARS + 1];
	enum act act;
	json_t *arguments, *preview;             /* owned */
	struct party by;
	char who[4 * ACCOUNT_NAME_MAX + 1];
	int64_t at_us;
	uint64_t leaf;
	enum approval_step step;                 /* the last that is no remark */
	int64_t step_us, version, approved_us;   /* approved_us: 0: not */
	struct opaque_id approver;
};
struct approval_taken { const char *id; int64_t version; enum approval_step step; const char *words; const struct opaque_id *actor; const char *who; int64_t at_us; uint64_t leaf; };

void             approval_free(struct approval *);
MUST_USE enum rc approval_get(struct core *, const char *id, struct approval *ret);           /* RC_NOTFOUND */
MUST_USE enum rc approval_store(struct core *, const struct approval *made_or_null, const struct approval_taken *); /* RC_CONFLICT: somebody took a step meanwhile */
MUST_USE enum rc approval_ids(struct core *, const char *where, json_t **ret);                /* constant SQL after "where"; newest first */
MUST_USE enum rc approval_steps(struct core *, const char *id, json_t **ret);
const char      *approval_state(const struct core *, const struct approval *, int64_t now_us); /* "waiting", "window", … */
int64_t          approval_due(const struct approval *);                                       /* the end of its window, or when it lapses; 0: neither */
MUST_USE enum rc approval_run(struct core *, const char *id);
const char      *approval_step_word(enum approval_step);

#endif
