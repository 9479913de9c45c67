// SPDX-License-Identifier: Apache-2.0
/*
 * utf8 - `struct text`: valid UTF-8 without control characters (RFC 3629).
 *
 * The type is the permission: only `text` reaches HTML, CSV, logs and
 * terminals, and only utf8_check() makes one. A text borrows.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/str.h"

struct text { struct str s; };

#define TEXT(lit) ((struct text){ STR(lit) })

MUST_USE enum rc utf8_check(struct str, struct text *ret);       /* RC_SYNTAX: bad sequence, control, bidi override, non-character */
MUST_USE enum rc utf8_check_lines(struct str, struct text *ret); /* the same, LF and TAB allowed */
struct text      utf8_mend(struct arena *, struct str);          /* bad bytes and controls become U+FFFD; empty over budget */
size_t           utf8_count(struct text);                        /* code points */

#endif
