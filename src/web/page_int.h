// SPDX-License-Identifier: Apache-2.0
/* page_int - what page.c, view.c and csv.c share. */
#ifndef WEB_PAGE_INT_H
#define WEB_PAGE_INT_H

#include "web/html.h"
#include "web/page.h"

/* A new page object with the frame's members; `title_key` names its title. */
json_t *page_new(const struct page_request *, enum act, struct text title);
enum rc page_write(const struct page_request *, const json_t *page, void (*template)(struct html *, const json_t *), struct buf *out);

const char *page_word(const struct page_request *, const char *key);
const char *page_query(const struct page_request *, const char *name);                       /* "" when absent                     */
json_t     *page_query_with(const struct page_request *, const char *name, const char *value); /* a JSON string for the query filter */
void        page_put(json_t *object, const char *key, const char *value);

/* The models: what each page needs beside the answer. */
void view_board(const struct page_request *, json_t *page);
void view_clause(const struct page_request *, json_t *page);
void view_controls(const struct page_request *, json_t *page);
void view_control(const struct page_request *, json_t *page);
void view_ledger(const struct page_request *, json_t *page);
void view_entry(const struct page_request *, json_t *page);
void view_station(const struct page_request *, json_t *page);
void view_account(const struct page_request *, json_t *page);
void view_accounts(const struct page_request *, json_t *page, const struct pairs *form, const char *error_field, const char *error);

/* Fields of a form, in the shape the template takes. */
json_t *page_fields(const struct page_request *, const struct page_field *, size_t n);

#endif
