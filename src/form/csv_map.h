// SPDX-License-Identifier: Apache-2.0
/*
 * csv_map - somebody else's table as one whose first line names fields: which line is the heading, which column is which field.
 *
 * Lists of offices begin with titles, leave merged cells empty below the first, and put headings of sections on lines of
 * their own. Pure; borrows from the table.
 */
#ifndef FORM_CSV_MAP_H
#define FORM_CSV_MAP_H

#include "form/csv.h"

#define CSV_MAP_MAX 40

struct csv_column {
	struct str field;    /* its id, which becomes the heading        */
	size_t     column;   /* counted from 1; 0: the same `fixed` value in each row */
	struct str fixed;
	bool       down;     /* an empty cell says what the one above said */
};

/* The likeliest heading: of the first lines the one with the most cells that say something. Index of a row; 0 of an empty table. */
size_t           csv_heading(const struct csv *);
/*
 * Rows behind `heading`, as a CSV of these fields, in this order. A row that says something only in columns that
 * carry down is a heading of what follows; one that says nothing is left out. RC_SYNTAX: a column that is not there,
 * or no row at all.
 */
MUST_USE enum rc csv_map(const struct csv *, size_t heading, const struct csv_column *, size_t n, struct buf *out);
/*
 * "number=項番,section=区分+,contract:=kobe": FIELD=HEADING, with a plus behind it where it carries down, FIELD:=VALUE for all
 * rows. At most CSV_MAP_MAX; RC_SYNTAX names the part that is wrong. Borrows.
 */
MUST_USE enum rc csv_columns(struct str spec, const struct csv *, size_t heading, struct csv_column ret[CSV_MAP_MAX], size_t *ret_n);

#endif
