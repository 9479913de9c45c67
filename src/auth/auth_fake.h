// SPDX-License-Identifier: Apache-2.0
/* auth_fake - ledger and vault in memory, for the tests of auth: counts what was asked, refuses on demand. */
#ifndef AUTH_AUTH_FAKE_H
#define AUTH_AUTH_FAKE_H

#include "ledger/ask_ledger.h"

#define FAKE_LEAVES_MAX 256

struct fake_leaf { struct leaf leaf; char name[NAME_BYTES_MAX + 1]; char json[2048]; };

struct fakes {
	struct fake_leaf leaves[FAKE_LEAVES_MAX];
	size_t           leaves_count;
	unsigned         appends, wraps, unwraps;
	enum rc          ledger_says, vault_says;   /* RC_OK, or what they answer instead */
	unsigned         ledger_refuses_after;      /* 0: never; else that many appends still work */
};
extern struct fakes fakes;

void fakes_reset(void);

#endif
