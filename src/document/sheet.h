// SPDX-License-Identifier: Apache-2.0
/*
 * sheet - workbooks of Office Open XML (.xlsx): read as the values people see in the first visible sheet, written from a document.
 *
 * Read: formulas are never evaluated, their saved value is taken; what could hide or reach out (macros, links to other
 * workbooks, DTDs, passwords) is refused in words, and so is what unpacks to more than its ceiling.
 * Written: text stays text whatever it starts with, no hidden part, no name of a person or program.
 */
#ifndef DOCUMENT_SHEET_H
#define DOCUMENT_SHEET_H

#include "base/str.h"

#define SHEET_FILE_MAX     (4u << 20)   /* of an upload */
#define SHEET_UNPACKED_MAX (64u << 20)  /* of all its parts that are read */
#define SHEET_ROWS_MAX     10000        /* rows with something in them */
#define SHEET_ROW_MAX      20000        /* the last row anything may stand in */
#define SHEET_CELLS_MAX    64           /* in a row */
#define SHEET_TEXT_MAX     (1u << 20)   /* of what it becomes */

bool             sheet_looks_like(struct str bytes);                     /* a ZIP or an older Office file: not a CSV in any case. In ask_worker.c: whoever asks links no reader */
/* As CSV (form/csv.h): line n is row n; dates as 2026-11-22, numbers as few digits as say the same. */
MUST_USE enum rc sheet_read(struct str bytes, struct buf *ret_csv);
MUST_USE enum rc sheet_write(struct str tape, struct buf *ret);          /* of document.h; every table its own sheet */

/* zip.c: the only door to libzip. */
struct zip_in;
MUST_USE enum rc zip_in_open(struct str bytes, struct zip_in **ret);
void             zip_in_close(struct zip_in *);
bool             zip_in_has(struct zip_in *, const char *name);          /* a name that ends in '/': anything beneath it */
/* Feeds a part to `take` in pieces, `left` less what it unpacked to. RC_NOTFOUND; RC_LIMIT when `left` is spent; else what `take` says. */
MUST_USE enum rc zip_in_read(struct zip_in *, const char *name, size_t *left, enum rc (*take)(void *, struct str piece, bool last), void *);
struct zip_part { const char *name; struct str bytes; };
MUST_USE enum rc zip_out(const struct zip_part *, size_t n, struct buf *ret);

#endif
