// SPDX-License-Identifier: Apache-2.0
/*
 * page - from the answer of an act to a page: what the template needs is put
 * beside the answer (filters, groups, chips, words), then the template writes.
 *
 * A page's data is one JSON object: the answer under "d", the rest as the
 * templates name it. Nothing here decides anything: absent is shown as absent.
 */
#ifndef WEB_PAGE_H
#define WEB_PAGE_H

#include <jansson.h>

#include "act/act.h"
#include "web/decode.h"

struct page_request {
	bool                english;
	int64_t             now_us;
	struct str          path;       /* as sent, for the language switch */
	const struct pairs *query;      /* filters as sent                  */
	const char         *form;       /* token for this session's forms   */
	const char         *owner;      /* of the form that was sent, or ""; where the answer names nobody */
	bool                signed_in, cards, closed; /* cards: certificates serve here; closed: nobody is let in for the moment */
	const char         *station;    /* the installation's name, or ""   */
	int                 password_min; /* characters of a password     */
	struct arena       *arena;
	const json_t       *answer;     /* of the act, or NULL              */
	const char         *problem;    /* a sentence above the form, or NULL */
	const struct pairs *typed;      /* what was typed into the page's form and refused, or NULL */
};
#define STEP_UP_FIELD "step_up" /* of any form: a code that goes to auth, never to core */
#define GUARD_READ_FIELD "g.read" /* "ROW:VERSION": the procedure ticked as read, recorded before the act is asked for */
struct page_field { const char *name, *type, *autocomplete, *label_key, *help_key; const char *value, *error; bool required, numeric; int max; };

/* The page of an act as HTML; RC_NOTFOUND: it has none. */
MUST_USE enum rc page_act(const struct page_request *, enum act, struct buf *out);
MUST_USE enum rc page_account_added(const struct page_request *, const json_t *list, const char *link, const char *name, struct buf *out);
MUST_USE enum rc page_accounts_again(const struct page_request *, const struct pairs *form, const char *error_field, const char *error, struct buf *out);
/* Of registers: a form or a row shown again with what was typed; a table before it is imported. */
MUST_USE enum rc page_register_again(const struct page_request *, enum act, const struct pairs *typed, struct buf *out);
/* Which column is which field; `chosen` as it was sent. RC_SYNTAX: no table. */
MUST_USE enum rc page_register_map(const struct page_request *, struct str csv, const struct pairs *chosen, struct buf *out);
MUST_USE enum rc page_register_preview(const struct page_request *, struct str csv, struct buf *out);
MUST_USE enum rc page_break_glass(const struct page_request *, const char *name, const char *reason, struct buf *out);
MUST_USE enum rc page_sign_in(const struct page_request *, const char *note_key, const char *name, const char *to, const json_t *challenge, struct buf *out);
/* The form that was sent, kept, with one field more: a code. */
MUST_USE enum rc page_step_up(const struct page_request *, const struct pairs *form, const char *error, struct buf *out);
/* A form that was kept while its writer had to sign in again. */
MUST_USE enum rc page_draft(const struct page_request *, const char *path, const struct pairs *form, struct buf *out);
/* The same with all that the act misses, and what it would change; `answer` is that of ACT_ACT_PREVIEW. */
MUST_USE enum rc page_guard(const struct page_request *, const struct pairs *form, struct buf *out);
struct page_enrol { const char *link, *name, *display, *uri, *error_field, *error; };
MUST_USE enum rc page_enrol(const struct page_request *, const struct page_enrol *, struct buf *out);
MUST_USE enum rc page_failure(const struct page_request *, int code, struct buf *out);

/* The list of an act as CSV; RC_NOTFOUND: it has none. The same filters as the page. */
MUST_USE enum rc page_csv(const struct page_request *, enum act, struct buf *out);

MUST_USE enum rc page_print(const struct page_request *, enum act, struct buf *ret_tape); /* a document for paper; RC_NOTFOUND: there is none */
/* The same as a document, for a workbook. */
MUST_USE enum rc page_document(const struct page_request *, enum act, struct buf *ret_tape);

/* Its rows as events of the Elastic Common Schema, a line each; RC_NOTFOUND: it has none. */
MUST_USE enum rc page_ecs(const struct page_request *, enum act, struct buf *out);

#endif
