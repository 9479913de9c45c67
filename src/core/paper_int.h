// SPDX-License-Identifier: Apache-2.0
/* paper_int - papers as they are kept; what paper.c, paper_act.c and view_paper.c share. */
#ifndef CORE_PAPER_INT_H
#define CORE_PAPER_INT_H

#include "core/register_int.h"
#include "form/paper.h"

/* One step of a paper, in memory with who took it; `values`: of PAPER_FILE. */
struct paper_kept { struct paper_event event; enum side side; struct opaque_id actor, behalf[BEHALF_MAX]; size_t behalf_count; char *who, *reason; json_t *values, *files; uint64_t leaf; };
struct paper { char id[2 * ID_BYTES + 1], form[FORM_ID_MAX + 1]; char *name; struct paper_kept *steps; size_t count; };

/* How many days a window of a form has, from an instant on. */
struct form_window { char form[FORM_ID_MAX + 1]; struct paper_window set; };
int64_t window_end(const struct core *, const struct form *, struct paper_span, bool *ret_owed); /* owed: one was set before the period ended; under lock */

struct paper_by { const struct opaque_id *actor; const char *who; enum side side; int64_t at_us; uint64_t leaf; const struct actor *whom; /* whose roles and for whom; NULL: nobody's */ };
/* Steps to store, all of them or none; `made`: form and name of the paper it begins, NULL: it is there. RC_CONFLICT: somebody took one meanwhile. */
struct paper_made { const char *form, *name; };
struct paper_taken { const struct paper_made *made; const char *id; size_t after; enum paper_step step; unsigned closing; int64_t version; const char *reason, *values, *files; };
MUST_USE enum rc paper_store(struct core *, const struct paper_taken *, size_t n, const struct paper_by *);

/* Under lock; borrowed until the next paper_refresh(). */
const struct paper *paper_get(const struct core *, const char *id);
const struct paper *paper_named(const struct core *, struct str form, struct str name);
void                paper_now(const struct core *, const struct paper *, int64_t now_us, struct paper_now *ret);
const struct paper_kept *paper_version(const struct paper *, int64_t version); /* the step that filed it; NULL: none */
bool                paper_passed_by(const struct paper *, int64_t version, const struct opaque_id *account); /* a stage of it */
/* "運用基準書（2026年度）": the form's name and what names the paper; in the arena. */
struct str          paper_title(const struct form *, const json_t *values, enum lang, struct arena *);
unsigned            paper_closing_of(enum act, const struct form *, const struct paper_now *); /* the closing act it would do now; 0: none */
/* attach.c: files of a version, and what binds them all: a hash of their names and hashes; nothing when there are none. */
json_t             *attach_kept(const json_t *files);    /* without their content */
MUST_USE enum rc    attach_digest(const json_t *kept, struct buf *ret_hex);
/*
 * renewal.c: papers of one side that run out or want a look by a day, renewed together. `typed`: for each that is ticked its id with the
 * entry seen ("12"), and its dates as "ID.FIELD"; every other field is as in the version filed last.
 */
#define RENEWAL_MAX 60
json_t             *renewal_values(const struct form *, const struct paper *, const json_t *typed);
/* What is wrong with a draft: {field: sentence}; under lock. */
json_t             *paper_draft_check(struct core *, struct draft *, enum lang, struct arena *);
#endif
