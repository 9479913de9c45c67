// SPDX-License-Identifier: Apache-2.0
/*
 * csv - a table as spreadsheets save it (RFC 4180): commas, quotes, CRLF or LF, with or without a BOM.
 *
 * Whole or refused: RC_SYNTAX "line N: …" in two languages, RC_LIMIT over a ceiling. Empty lines are passed over.
 * Cells borrow from the arena; a cell may hold line feeds when it is quoted.
 */
#ifndef FORM_CSV_H
#define FORM_CSV_H

#include "base/str.h"

#define CSV_ROWS_MAX  10000
#define CSV_CELLS_MAX 64      /* in a row */

struct csv_row { size_t line; struct str *cells; size_t count; };
struct csv { struct csv_row *rows; size_t count; };

/* One more cell of a line, in quotes; a carriage return is left out. The line ends by the caller's line feed. */
MUST_USE enum rc csv_put(struct buf *out, struct str, bool first);
MUST_USE enum rc csv_parse(struct str bytes, struct arena *, struct csv *ret);

#endif
