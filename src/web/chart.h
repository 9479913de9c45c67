// SPDX-License-Identifier: Apache-2.0
/*
 * chart - the pictures of the console as inline SVG: marks, bars, strips,
 * step lines, the QR code of an enrolment.
 *
 * Classes carry the colour, <title> and aria-label carry the same in words. A
 * gap in the data breaks a line and is hatched; nothing is interpolated.
 */
#ifndef WEB_CHART_H
#define WEB_CHART_H

#include "web/html.h"

void chart_mark(struct html *, const json_t *status);                           /* the shape that goes with the word             */
void chart_counts_bar(struct html *, const json_t *tally);                      /* [{status, n}]                                 */
void chart_strip(struct html *, const json_t *history, const json_t *at);       /* [{from, status or verdict}], 30 days up to at */
void chart_strip_wide(struct html *, const json_t *history, const json_t *at);
void chart_steps(struct html *, const json_t *series, const json_t *at);        /* {key, points[]{at, n}, min, max}; n null: gap */
/* The one script there is, within the page; its hash stands in the policy. */
void chart_passkey_script(struct html *, const json_t *page);
void chart_load(struct html *, const json_t *months);                             /* [{month, n}]: a bar each, its number above it       */
void chart_qr(struct html *, const json_t *text);

#endif
