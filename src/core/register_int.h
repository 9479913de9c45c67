// SPDX-License-Identifier: Apache-2.0
/* register_int - rows under check and tables under import; what register_act.c and view_register.c share. Under lock: forms and rows are borrowed. */
#ifndef CORE_REGISTER_INT_H
#define CORE_REGISTER_INT_H

#include "core/core.h"

struct draft { const struct form *form; struct str typed[FORM_FIELDS_MAX], values[FORM_FIELDS_MAX]; enum form_rule wrong[FORM_FIELDS_MAX]; };

/* What is typed: of `values`, else what stood `before` (NULL: nothing). RC_SYNTAX: no such field. */
MUST_USE enum rc draft_take(struct draft *, const json_t *values, const json_t *before);
bool             draft_check(struct core *, struct draft *, const char *except_row, struct arena *);
json_t          *draft_errors(const struct draft *, enum lang);    /* {field: sentence}      */
json_t          *draft_values(const struct draft *);               /* {field: text}, canonical */

struct import_row { size_t line; struct str name; struct draft *draft; const struct row *there; bool same, wrong, wide; };
struct import { const struct form *form; struct import_row *rows; size_t count, wrong; };
MUST_USE enum rc import_read(struct core *, const struct form *, struct str csv, bool again, struct arena *, struct import *ret);
bool             register_export_heading(struct str);              /* a column that exports add and imports pass over */

struct edit     *edits_add(struct edits *);
void             edits_set(struct edits *, const struct row *, const char *field, const char *value); /* one field of a row that stands; "": taken away */
MUST_USE enum rc register_undo(struct core *, const struct actor *, json_t *arguments);  /* of trial-undo; under no lock */
MUST_USE enum rc trial_edits(struct core *, const json_t *arguments, struct edits *ret); /* what undoes a change; under lock */

/* -- said.c */
void             id_of_leaf(const char *kind, uint64_t leaf, char ret[2 * ID_BYTES + 1]); /* of what this entry began: the ledger alone tells it again */
MUST_USE enum rc reason_said(const json_t *arguments, bool needed, struct buf *ret);      /* "reason": lines of text, at most 1000 characters */
MUST_USE enum rc errors_fail(const struct form *, const json_t *errors, enum lang);       /* {field: sentence} as a refusal, for whoever has no form before him */

/* One act about rows as it was asked, now or `again` from the ledger. */
struct asked { enum act act; json_t *arguments; uint64_t leaf; enum lang lang; bool again; int64_t at_us; };
/* Asked, stored and told to whoever looks; the edits are the caller's to free. Under no lock. */
MUST_USE enum rc register_edit(struct core *, const struct actor *, enum act, json_t *arguments, struct edits *);

json_t *fields_json(struct core *, const struct form *, enum lang);   /* view_register.c; under lock */

#endif
