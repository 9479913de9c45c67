// SPDX-License-Identifier: Apache-2.0
/* act - the table of acts.def as an enum and rows; the one permission question. No system call, no allocation. */
#ifndef ACT_ACT_H
#define ACT_ACT_H

#include "act/side.h"

enum act {
	ACT_NONE = 0,
#define ACT(NAME, ...) ACT_##NAME,
#include "act/acts.def"
	ACT_COUNT
};
enum guard { GUARD_ADDRESS, GUARD_STEP_UP, GUARD_PURPOSE, GUARD_REASON, GUARD_TICKET, GUARD_PROCEDURE, GUARD_CONFIRM, GUARD_SECOND, GUARD_WAIT, GUARD_COUNT };
#define GUARD_BIT(guard) (UINT32_C(1) << (guard))
enum act_danger { DANGER_NONE, DANGER_SERVICE, DANGER_IRREVERSIBLE, DANGER_CONTAIN /* holds an incident off, or undoes that */ };
enum act_record { RECORD_COUNTED, RECORD_LEAF };
enum act_method { METHOD_NOWHERE, METHOD_GET, METHOD_POST };

struct act_row {
	const char     *id;
	uint32_t        roles;       /* bit 1 << enum role */
	enum act_danger danger;
	enum act_record record;
	enum act_method method;
	const char     *path;        /* with {id} or {index} as a whole segment */
	int             menu;
	const char     *cli;
	uint32_t        guards;      /* bit 1 << enum guard */
};

const struct act_row *act_row(enum act);          /* NULL out of range */
enum act              act_of(struct str id);      /* ACT_NONE when unknown */
enum act              act_of_path(enum act_method, struct str path, struct str *ret_segment); /* borrow of path */
bool                  act_permitted(enum act, uint32_t roles);  /* some role of the set may; the guards are another question */

/* What is known when an act is asked for. */
struct act_state {
	uint32_t roles;              /* those that stand now, of one side                                        */
	uint32_t met;                /* guards that are met, bit 1 << enum guard                                 */
	bool     by_token, in_scope; /* a program asks for the person; its token names this act                  */
	uint32_t also;               /* guards its object asks for beside those of its row: a register that administers */
	bool     own_approval;       /* the second person is the first: under another account, by a delegate or a token */
};
enum act_answer { ACT_REFUSED = 0, ACT_GUARDED, ACT_ALLOWED };
/* The one decision: no system call, no allocation. ACT_GUARDED: `ret_guard` is the first that is missing. */
enum act_answer       act_decide(enum act, const struct act_state *, enum guard *ret_guard);
const char           *guard_name(enum guard);                   /* "step-up" */

#endif
