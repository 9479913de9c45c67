// SPDX-License-Identifier: Apache-2.0
/*
 * str - borrowed bytes; buf - owned bytes with a ceiling; arena - everything
 * that belongs to one request.
 *
 * A `struct str` never owns, is never NUL-terminated, and is passed by value.
 * A `struct buf` owns; it states its ceiling when it is born, and buf_free()
 * may be called on it at any time, any number of times. A `struct arena` has a
 * fixed budget and is freed in one call; parsed results live there.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rc.h"

struct str { const char *p; size_t n; };
struct buf { char *p; size_t n, cap, max; };

#define STR(lit)     ((struct str){ "" lit, sizeof(lit) - 1 })
#define STR_NONE     ((struct str){ NULL, 0 })
#define BUF(ceiling) { NULL, 0, 0, (ceiling) }
#define STR_FMT      "%.*s"
#define STR_ARG(s)   (int)(s).n, ((s).n ? (s).p : "")

bool       str_eq(struct str, struct str);
bool       str_eq_c(struct str, const char *);
int        str_cmp(struct str, struct str);                /* byte order                              */
bool       str_starts(struct str, struct str prefix);
bool       str_ends(struct str, struct str suffix);
struct str str_of(const char *);                           /* borrow a C string; NULL is the empty str */
struct str str_sub(struct str, size_t from, size_t n);     /* clamped                                 */
struct str str_base_name(struct str path); /* what follows the last slash; all of it without one */
struct str str_trim(struct str);                           /* spaces, tabs, CR, LF at both ends        */
bool       str_find(struct str hay, struct str needle, size_t *ret_at);
/* Cuts the next piece up to `sep` off `*rest`; false when nothing is left. */
bool       str_cut(struct str *rest, char sep, struct str *ret_piece);
bool       str_line(struct str *rest, struct str *ret_line); /* without its LF or CRLF */

MUST_USE enum rc buf_add(struct buf *, struct str);        /* all or nothing; RC_LIMIT at the ceiling  */
MUST_USE enum rc buf_add_c(struct buf *, const char *);
MUST_USE enum rc buf_add_byte(struct buf *, uint8_t);
MUST_USE enum rc buf_addf(struct buf *, const char *fmt, ...) PRINTF_LIKE(2, 3);
MUST_USE enum rc buf_reserve(struct buf *, size_t more, char **ret_at); /* room to write; then buf->n += what was written */
struct str       buf_str(const struct buf *);              /* borrow, valid until the next buf_add     */
const char      *buf_cstr(struct buf *);                   /* borrow, NUL-terminated; "" when empty    */
void             buf_reset(struct buf *);                  /* empty, memory kept                       */
void             buf_free(struct buf *);

struct arena_block;
struct arena { struct arena_block *head; size_t used, max; };
#define ARENA(budget) { NULL, 0, (budget) }

void            *arena_get(struct arena *, size_t n);      /* zeroed, aligned to 16; NULL over budget  */
struct str       arena_dup(struct arena *, struct str);    /* p is NUL-terminated; {NULL,0} over budget */
char            *arena_cstr(struct arena *, struct str);   /* NULL over budget                         */
struct str       arena_f(struct arena *, const char *fmt, ...) PRINTF_LIKE(2, 3);
void             arena_free(struct arena *);

#endif
