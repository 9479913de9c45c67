// SPDX-License-Identifier: Apache-2.0
/* people - terms of persons, whose an account is, what is found about accounts by itself. Under lock unless said otherwise. */
#ifndef CORE_PEOPLE_H
#define CORE_PEOPLE_H

#include "core/core.h"

#define TERM_OPEN INT64_MAX

enum term_why { TERM_PERSON_OVER = 1, TERM_CONSENT_OVER, TERM_NO_CONSENT, TERM_LEFT };
enum term_state { TERM_STATE_BEFORE = 1, TERM_STATE_NOW, TERM_STATE_OVER, TERM_STATE_REFUSED };
struct term {
	int64_t         from_us, until_us; /* [from, until); TERM_OPEN: never begins, never ends */
	bool            waiting;           /* 発注者確認待ち: a renewal filed in time is not decided */
	enum term_why   why;               /* what bounds it                                     */
	enum term_state state;
	enum side       side;              /* of the person's company                            */
};

void people_term(const struct core *, const struct row *person, int64_t now_us, struct term *ret);
/* Those who audit leave: their person has an end in the roster. Before the roster has anybody nobody has one. */
MUST_USE enum rc people_auditor_ends(struct core *, uint32_t roles, const struct opaque_id *person);
void people_term_of(struct core *, const struct opaque_id *person, int64_t now_us, struct term *ret); /* also of one whose row has ended */
void people_kept(const struct term *, int64_t *ret_from, int64_t *ret_until);                          /* as auth keeps it: 0 is open */
void people_hex(const struct opaque_id *, char ret[2 * ID_BYTES + 1]);
bool people_nobody(const struct opaque_id *);

#endif
