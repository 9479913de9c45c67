// SPDX-License-Identifier: Apache-2.0
/*
 * review - the half-yearly review of accounts (棚卸): which accounts there are, and a review of them as it stands.
 *
 * A review is a row of "account-review", each account of it a row of "account-review-item", the client's answer a row of
 * "account-review-answer": what people do here are acts about those rows, told again by the ledger like any other.
 * What is signed is the text of review_text(): its SHA-256 stands in the rows and in the entries that sign.
 */
#ifndef CORE_REVIEW_H
#define CORE_REVIEW_H

#include "core/core.h"
#include "crypt/crypt.h"

/* An account that there is: what it is called, whose, where, what it is, and where it is removed. Strings live in the arena. */
struct listed { struct str account, person, place; const char *kind; struct str of; };
struct listing { struct listed *list; size_t n, cap; struct arena *arena; };
MUST_USE enum rc review_accounts(struct core *, struct listing *ret); /* every one of today; under no lock */
MUST_USE enum rc review_tokens(struct core *, json_t **ret_rows);     /* API tokens in force; under no lock */

enum review_state { REVIEW_OPEN = 1, REVIEW_SIGNED, REVIEW_RETURNED, REVIEW_CONFIRMED };
extern const char *const review_states[];
struct review {
	const struct row *row, *answer;   /* the client's to what is signed now; NULL: none yet */
	const struct row **items;         /* in order of their names */
	size_t            n, open, keep, remove;
	enum review_state state;
	bool              same;           /* the list is still what was signed */
	char              hash[2 * sizeof(struct hash) + 1]; /* of the list as it is now */
	struct buf        text;           /* what that is the hash of  */
};
MUST_USE enum rc review_get(struct core *, struct str id, struct review *ret); /* under lock; RC_NOTFOUND */
void             review_free(struct review *);
const char      *review_value(const struct row *, const char *field); /* "": none */

#endif
