// SPDX-License-Identifier: Apache-2.0
/*
 * fact - typed things a control saw: a key, a row, a value.
 *
 * A list of facts is a small table: facts of one thing (a port, a package)
 * share a row number from 1; row 0 is about the subject as a whole. A list that
 * overflows says so and can only be judged UNKNOWN. Facts own their text in the arena.
 */
#ifndef CONTROL_FACT_H
#define CONTROL_FACT_H

#include "base/str.h"

#define FACTS_MAX       8192
#define FACTS_BYTES_MAX 1048576 /* of their bytes between processes, and of their JSON */

enum fact_kind { FACT_NONE = 0, FACT_INT, FACT_BOOL, FACT_TIME /* µs */, FACT_TEXT };

struct fact { struct str key; uint32_t row; enum fact_kind kind; int64_t n; struct str text; };

struct facts {
	struct arena *arena;      /* borrowed */
	struct fact  *list;       /* born NULL */
	size_t        count, cap, sorted; /* `sorted`: how many from the start stand in order of their rows */
	bool          overflow;
};

void fact_int(struct facts *, uint32_t row, const char *key, int64_t);
void fact_bool(struct facts *, uint32_t row, const char *key, bool);
void fact_time(struct facts *, uint32_t row, const char *key, int64_t at_us);
void fact_text(struct facts *, uint32_t row, const char *key, struct str); /* bad UTF-8 is mended */

const struct fact *fact_get(const struct facts *, uint32_t row, const char *key); /* NULL: not there */
int64_t            fact_n(const struct facts *, uint32_t row, const char *key, int64_t otherwise);
struct str         fact_s(const struct facts *, uint32_t row, const char *key);   /* empty when not there */
uint32_t           fact_rows(const struct facts *);                               /* highest row number  */

MUST_USE enum rc facts_encode(const struct facts *, struct buf *);
MUST_USE enum rc facts_decode(struct str, struct facts *ret);                     /* ret->arena set by the caller */
/* Adds `more` behind what is there, its rows after the highest row; `more` and `f` share the arena. RC_LIMIT: overflow. */
MUST_USE enum rc facts_join(struct facts *f, const struct facts *more);
/*
 * How long is a thing known? Each row of `now` with a text fact `key` gets the
 * time "first_seen_at": that of the row with the same text in the facts of the
 * look before (NULL: none), else now. The judge then needs no memory.
 */
void             facts_carry(struct facts *now, const struct facts *before, const char *key, int64_t now_us);
MUST_USE enum rc facts_json(const struct facts *, struct buf *);                  /* an array [{row, key, kind, value}], as added; for payload and screen */

#endif
