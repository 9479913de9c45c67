// SPDX-License-Identifier: Apache-2.0
/*
 * access - who did what, when, from where, why, and what came of it: a row for
 * each act, sign-in and minute of page views, taken from the ledger as the
 * index reads it, and a row for each line of an outside service's log.
 *
 * A row's id is the leaf it stands in and its place there, so what is read
 * again makes the same row. Lost with the store, made again from the ledger.
 */
#ifndef CORE_ACCESS_H
#define CORE_ACCESS_H

#include "core/core.h"

enum access_kind { ACCESS_NONE = 0, ACCESS_ACT, ACCESS_SIGN_IN, ACCESS_VIEWS, ACCESS_IMPORTED, ACCESS_OUTCOME /* no row: the result of one */ };

#define ACCESS_PARTS 65536 /* rows of one leaf */
#define ACCESS_ID(leaf, part) ((int64_t)(leaf) * ACCESS_PARTS + (int64_t)(part))

/* What one entry says; texts are malloc'ed, NULL reads as empty. */
struct seen {
	enum access_kind kind;
	int64_t          id, done_leaf, at_us, n;  /* n: pages viewed, rows taken out, or 1 */
	struct opaque_id actor;
	int              result;                   /* enum outcome; 0: not known yet */
	char            *who, *name, *address, *host, *object, *purpose, *device, *session;
};

void             access_read(struct core *, uint64_t leaf, const struct entry *, struct seen *ret); /* asks vault; under no lock of the store */
MUST_USE enum rc access_add(struct core *, const struct seen *);                                   /* within the index's transaction     */
void             access_clear(struct seen *, size_t n);

#endif
