// SPDX-License-Identifier: Apache-2.0
/*
 * print - a document as PDF: A4, fonts embedded, text that can be searched and copied, heads of tables on every page, page n of m.
 *
 * Fonts are files beneath `fonts`, named in print.c; without one for Japanese, or for a character that stands in the
 * document, nothing is printed: RC_NOTFOUND says what is missing.
 */
#ifndef DOCUMENT_PRINT_H
#define DOCUMENT_PRINT_H

#include "base/str.h"

#define FONTS_FOLDER "/usr/share/fonts"

MUST_USE enum rc print_pdf(struct str tape, const char *fonts, int64_t now_s, struct buf *ret);

#endif
