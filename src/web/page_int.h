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
void        page_help(const struct page_request *, json_t *page, const char *name);          /* ui_help_NAME, ui_help_NAME_1, … */
void        page_put(json_t *object, const char *key, const char *value);

#define each(array, i, one) for (i = 0; i < json_array_size(array) && ((one) = json_array_get((array), i)); i++)

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

/* view.c: what lists share. */
bool        page_contains(const char *hay, const char *needle);                        /* ASCII letters without case */
bool        page_status_open(const char *status);                                      /* someone has to do something */
#define STATUS_WORDS 10
int         page_urgency(const char *status);                                          /* 0 first; STATUS_WORDS: it is none */
const char *page_value_word(const struct page_request *, const char *prefix, const char *value); /* the word PREFIX_VALUE, or the value */
const char *page_side(const struct page_request *, const char *side);
json_t     *page_query_anew(const struct page_request *, const char *name, const char *value); /* as page_query_with(), from its first page */
void        page_chip(const struct page_request *, json_t *list, const char *text, const char *name, const char *value);
void        page_kept(const struct page_request *, json_t *page);                      /* filters that stand, for the search form */
void             page_narrow(const struct page_request *, json_t *page); /* before page_kept(): selects of p.choices in the search form */

/*
 * table.c: the one list. table_new(page, "table", …), a table_column() each, a table_row_of() and its cells for each member
 * of the answer, then table_list(); the template says {% call list(p) %}, csv.c names the act and this view.
 */
json_t *table_new(json_t *page, const char *key, const char *empty, const char *why);  /* why: shown when it is empty */
json_t *table_column(json_t *table, const char *text);
void    column_sorts(const struct page_request *, json_t *column, const char *id, bool plain); /* plain: the order unasked for */
json_t *table_row(json_t *table);
json_t *table_row_of(json_t *table, const json_t *of);                                 /* of: what its line in the CSV is made from */
json_t *table_cell(const json_t *table, json_t *row, const char *text);
void    cell_link(json_t *cell, const char *base, const char *id);
void    cell_more(json_t *cell, const char *base, const char *id, const char *text);   /* a link among several */
void    cell_time(json_t *cell, const json_t *at);
void    cell_entry(json_t *cell, const json_t *index);
void    cell_status(json_t *cell, const char *status);
void    table_list(const struct page_request *, json_t *page, json_t *table, const char *search_key); /* searched, sorted, in pages */
void    table_pager(const struct page_request *, json_t *table);                       /* of an answer in pages of core's … */
void    table_counted(const struct page_request *, json_t *page, json_t *table, json_int_t total, const char *search_key); /* … and how many there are */

/* view_register.c: the one form, and the models of registers. */
const char *register_value(const struct page_request *, const json_t *field, const json_t *values); /* a value as people read it */
void values_put(const struct page_request *, json_t *page); /* "values": label and text of each field of the answer, for a page that shows one */
void view_fields(const struct page_request *, json_t *page, const struct pairs *typed_or_null, const json_t *values);
void view_registers(const struct page_request *, json_t *page);
void view_register(const struct page_request *, json_t *page);
void view_register_row(const struct page_request *, json_t *page, const struct pairs *typed_or_null);
void view_register_preview(const struct page_request *, json_t *page, struct str csv);

struct csv;
size_t map_heading(const struct csv *, const struct pairs *chosen); /* the line of headings that was chosen, or the likeliest */
MUST_USE enum rc view_register_map(const struct page_request *, json_t *page, struct str csv, const struct pairs *chosen);

/* view_generator.c */
void view_generators(const struct page_request *, json_t *page);
MUST_USE enum rc page_generators(const struct page_request *, const json_t *checked_or_null, const char *field, const char *error, struct buf *out);

/* view_mail.c */
void view_mails(const struct page_request *, json_t *page);

/* view_month.c */
void view_months(const struct page_request *, json_t *page);
void view_month(const struct page_request *, json_t *page);
MUST_USE enum rc view_month_document(const struct page_request *, struct buf *tape); /* its summary, then all of it */

/* view_contract.c */
void view_contracts(const struct page_request *, json_t *page);
void view_contract(const struct page_request *, json_t *page);
void view_evidence(const struct page_request *, json_t *page);
void view_questions(const struct page_request *, json_t *page);
void view_clause_questions(const struct page_request *, json_t *page); /* what was typed, when it was refused */

/* view_exception.c */
void view_exceptions(const struct page_request *, json_t *page);
void view_exception(const struct page_request *, json_t *page);
void view_exception_form(const struct page_request *, json_t *page);

/* view_incident.c */
void view_incidents(const struct page_request *, json_t *page);
void view_incident(const struct page_request *, json_t *page);

/* view_deadline.c */
void view_deadlines(const struct page_request *, json_t *page);
void view_today(const struct page_request *, json_t *page);

/* view_paper.c */
void view_papers(const struct page_request *, json_t *page);
void view_paper_form(const struct page_request *, json_t *page);
void view_paper_renewal(const struct page_request *, json_t *page);
void view_paper(const struct page_request *, json_t *page);
void view_paper_draft(const struct page_request *, json_t *page, const struct pairs *typed_or_null);

/* view_access.c */
void view_access(const struct page_request *, json_t *page);

/* view_misuse.c */
void view_watch(const struct page_request *, json_t *page);
void view_alert(const struct page_request *, json_t *page);
/* view_approval.c */
void view_changes(const struct page_request *, json_t *page, const json_t *preview);    /* a table of now and afterwards */
void view_approvals(const struct page_request *, json_t *page);
void view_approval(const struct page_request *, json_t *page);

json_t     *exceptions_told(const struct page_request *, const json_t *spans, bool unmet, size_t max); /* each with the sentence and when it ends */
const char *exception_answer(const struct page_request *, const json_t *told, const char *subject);    /* "" when none answers for it */
void        exceptions_ending(const struct page_request *, json_t *page);                              /* the board's notice */
/* view_trial.c */
void view_witness(const struct page_request *, json_t *page);
void view_trials(const struct page_request *, json_t *page);
/* view_operation.c */
void view_duty_tabs(const struct page_request *, json_t *page, enum act here);
void view_operations(const struct page_request *, json_t *page);
void view_delegations(const struct page_request *, json_t *page);
void view_containments(const struct page_request *, json_t *page);
void view_holds(const struct page_request *, json_t *page);
void view_found(const struct page_request *, json_t *page);
void view_removals(const struct page_request *, json_t *page);
void view_reviews(const struct page_request *, json_t *page);
void view_review(const struct page_request *, json_t *page);
void view_gates(const struct page_request *, json_t *page);
MUST_USE enum rc view_paper_document(const struct page_request *, struct buf *tape); /* as offices exchange it */
MUST_USE enum rc view_review_head(const struct page_request *, struct buf *tape); /* above its list on paper */
void view_permissions(const struct page_request *, json_t *page);

/* Fields of a form, in the shape the template takes. */
json_t *page_fields(const struct page_request *, const struct page_field *, size_t n);

#endif
