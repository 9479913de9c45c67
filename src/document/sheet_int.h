// SPDX-License-Identifier: Apache-2.0
/* sheet_int - XML of a workbook's parts, and what a number in a cell means; xml.c is the only door to expat. */
#ifndef DOCUMENT_SHEET_INT_H
#define DOCUMENT_SHEET_INT_H

#include "document/sheet.h"

/* Names are local: without their prefix. `attributes`: name, value, …, NULL; xml_attribute() finds one by its local name, NULL: none. */
struct xml_events {
	enum rc (*begin)(void *, const char *name, const char **attributes);
	enum rc (*end)(void *, const char *name);
	enum rc (*text)(void *, struct str);
};
const char      *xml_attribute(const char **attributes, const char *name);
MUST_USE enum rc xml_read(struct zip_in *, const char *part, size_t *left, const struct xml_events *, void *); /* a DTD is refused; RC_NOTFOUND: no such part */

/* A number as text. `date`: its format shows a day or a time. RC_SYNTAX: no number, or no day. */
MUST_USE enum rc sheet_number(struct str typed, bool date, bool from_1904, struct buf *ret);
bool             sheet_date_format(struct str code);                     /* "yyyy/m/d", "[$-411]ge.m.d" */
bool             sheet_date_builtin(int64_t format_id);

#endif
