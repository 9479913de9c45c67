// SPDX-License-Identifier: Apache-2.0
/* ask_apply - the asking side of APPLY_CHANGE: an apply of its own for one change, started by warden, gone after it. */
#ifndef APPLY_ASK_APPLY_H
#define APPLY_ASK_APPLY_H

#include "apply/os_account.h"
#include "ipc/channel.h"

/* Blocks until it is made or refused, at most the time of its row. What went wrong is said in both languages where a person can do something about it. */
MUST_USE enum rc ask_apply_os_account(struct peer *warden, enum proc_id self, enum apply_change, struct str account, struct applied *ret);

/* ---- the bytes ---- */
MUST_USE enum rc applied_encode(const struct applied *, struct buf *);
MUST_USE enum rc applied_decode(struct str bytes, struct applied *ret);

#endif
