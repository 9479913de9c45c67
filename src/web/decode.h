// SPDX-License-Identifier: Apache-2.0
/*
 * decode - what a browser sends, taken apart: paths, queries and forms,
 * cookies, host names.
 *
 * Every decoder is strict and whole: one spelling in, pieces in the arena out,
 * or RC_SYNTAX (RC_LIMIT over a count). NUL, control bytes and bytes that are
 * not UTF-8 never come out of here; LF and TAB only out of a form.
 */
#ifndef WEB_DECODE_H
#define WEB_DECODE_H

#include "base/utf8.h"

#define PAIRS_MAX 320 /* a page of a list has a box a row, of papers to renew three dates as well */

struct pair { struct str name, value; };
struct pairs { struct pair at[PAIRS_MAX]; size_t n; };

MUST_USE enum rc decode_form(struct arena *, struct str, struct pairs *ret);    /* application/x-www-form-urlencoded; a name twice is refused */
MUST_USE enum rc decode_cookies(struct str, struct pairs *ret);                 /* borrows; a name twice is refused                           */
MUST_USE enum rc decode_path(struct arena *, struct str, struct str *ret);      /* absolute, no empty, "." or ".." segment, no encoded slash  */
MUST_USE enum rc decode_host(struct str);                                       /* a name or address, perhaps with a port                     */
MUST_USE enum rc decode_api_bearer(struct str, struct str *ret_token);
MUST_USE enum rc decode_bearer(struct str, struct str *ret_token);              /* "Bearer " and hexadecimal digits; borrows                  */

bool       pairs_has(const struct pairs *, const char *name);
struct str pairs_get(const struct pairs *, const char *name); /* empty when absent */

/* `a=b&c=d` out of pairs, with one replaced (value NULL: left out); what is not unreserved is percent-encoded. */
MUST_USE enum rc query_with(struct buf *, const struct pairs *, const char *name, const char *value);
MUST_USE enum rc percent_encode(struct buf *, struct str);

#endif
