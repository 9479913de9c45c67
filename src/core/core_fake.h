// SPDX-License-Identifier: Apache-2.0
/* core_fake - what stands around core in its tests, linked in place of the asking sides. */
#ifndef CORE_CORE_FAKE_H
#define CORE_CORE_FAKE_H

#include "core/core.h"

#define FAKE_ENTRIES 16384
#define FAKE_ACCOUNTS (2 * (ROLE_COUNT - 1))

struct fake {
	struct courier_state sending;  /* what courier answers            */
	char                 out[4096]; /* the newest line it was given   */
	uint64_t             out_count;
	struct witness_state witness;  /* what courier answers of the witness */
	int                  heads_sent, mails;
	char                 mail[2048]; /* the last one: to|subject|body */
	bool                 mail_off, mail_away;
	int64_t              mail_stuck_us; /* 0, or since when the server takes nothing: two wait */
	enum rc              extends;  /* what the ledger answers it       */

	struct entry entries[FAKE_ENTRIES];
	size_t       count;
	bool         disk_full;
	int          accounts_added, logged;
	struct account_add added; /* the last one */
	const char  *auth_facts; /* NULL: auth does not answer */
	const char  *tokens;     /* rows of API tokens as JSON; NULL: there are none */
	struct account accounts[FAKE_ACCOUNTS]; /* "person0" is an administrator, "person1" a security lead, …: a token "ROLE" is theirs; the second half is of "ROLE#2" */
	const char  *catalogue;   /* folder; NULL: the shipped one                     */
	const char  *sleeper;     /* only this subject sleeps; NULL: all               */
	_Atomic int  looks;
	struct { enum verdict verdict; int sleep_ms; bool fails; int more; struct str text; } look[2]; /* seismic, area-management */
};
extern struct fake fake;
extern struct control fake_first; /* a test may give it other subjects */

void         fake_reset(void);
struct core *core_up(bool fresh); /* not fresh: with the store of the one before */
void         core_down(struct core *);
void         core_lose(struct core *); /* down, and its store is gone */
const char  *core_text(const json_t *, const char *key); /* of an answer; "" when absent */
enum rc      core_ask_from(struct core *, enum act, const char *token, enum door, const char *address, const char *arguments, json_t **ret_or_null);
enum rc      core_ask(struct core *, enum act, const char *token, const char *arguments, json_t **ret); /* one act; the answer, or NULL */

#endif
