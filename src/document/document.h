// SPDX-License-Identifier: Apache-2.0
/*
 * document - what goes on paper or into a workbook, as a tape of items: one head, then headings,
 * paragraphs, pairs of label and value, tables and their rows, in the order they are read.
 *
 * Whoever has something to show writes a tape (doc_…, all append to a buf); a worker reads it item by item
 * and draws (print.h) or writes cells (sheet.h). Text is UTF-8 without control characters but LF.
 * An item of the reader borrows from the tape.
 */
#ifndef DOCUMENT_DOCUMENT_H
#define DOCUMENT_DOCUMENT_H

#include "ipc/codec.h"

#define DOC_COLUMNS_MAX 64
#define DOC_TEXT_MAX    (64u << 10)
#define DOC_TAPE_MAX    (12u << 20)

enum doc_kind { DOC_HEAD = 1, DOC_HEADING, DOC_TEXT, DOC_PAIR, DOC_TABLE, DOC_ROW, DOC_KIND_COUNT };
enum doc_cell { DOC_CELL_TEXT = 1, DOC_CELL_NUMBER, DOC_CELL_DATE /* 2026-11-22 */, DOC_CELL_TIME /* 2026-11-22 10:42:07 */, DOC_CELL_COUNT };

struct doc_head {
	bool       english, landscape;
	struct str title;    /* of the document, and of the workbook's first sheet */
	struct str number;   /* 文書番号 with its label, or empty                   */
	struct str date;     /* as it is printed, or empty                         */
	struct str to, from; /* lines, or empty                                    */
	struct str qr;       /* what the QR code says, or empty: none              */
};
/* width: shares of the page; a table of 0 everywhere is measured by what stands in it. */
struct doc_column { enum doc_cell cell; uint8_t width; struct str text; };

struct doc_item {
	enum doc_kind     kind;
	struct doc_head   head;
	struct str        label, text;                /* heading and table: text. pair: both */
	size_t            columns_count;              /* table and row                       */
	struct doc_column columns[DOC_COLUMNS_MAX];   /* of the table last seen              */
	struct str        cells[DOC_COLUMNS_MAX];
};

MUST_USE enum rc doc_head(struct buf *, const struct doc_head *);
MUST_USE enum rc doc_heading(struct buf *, struct str);
MUST_USE enum rc doc_text(struct buf *, struct str);
MUST_USE enum rc doc_pair(struct buf *, struct str label, struct str value);
MUST_USE enum rc doc_table(struct buf *, struct str name, const struct doc_column *, size_t n); /* its rows follow */
MUST_USE enum rc doc_row(struct buf *, const struct str *cells, size_t n);                      /* as many as its table has columns */

/* False at the end of the tape or when it is bad: doc_end() tells which. `item` is the same one all along. */
bool             doc_next(struct reader *, struct doc_item *item);
MUST_USE enum rc doc_end(const struct reader *);                                                /* RC_SYNTAX */
MUST_USE enum rc doc_check(struct str tape);                                                    /* whole: one head, first; every text clean; rows fit */

#endif
