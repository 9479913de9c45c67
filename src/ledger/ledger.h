// SPDX-License-Identifier: Apache-2.0
/*
 * ledger - the sole writer of journal, tree and proofs, as ordinary functions;
 * proc/ledger.c puts messages in front of it, tests and tools call it as it is.
 *
 * Appends are staged one after the other and become durable together by ledger_commit(); nobody is
 * answered before that. One thread calls all of this. What each sender may write is a table.
 */
#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H

#include "ledger/ask_ledger.h"
#include "ledger/publish.h"

#define LEDGER_RESERVE_BYTES (UINT64_C(16) << 20)

struct ledger;

struct ledger_options {
	const char   *folder;         /* "/" in the process                               */
	int           dirfd;          /* the same; borrowed                               */
	struct signer signer;
	uint64_t      reserve_bytes;  /* kept free for outcomes and sign-ins; 0: none     */
	int64_t     (*now)(void);     /* now_us(), or a test's clock                      */
};

/*
 * Verifies and makes good: tiles from the journal, the journal against the last signed head, "interrupted" for acts
 * without an outcome, a new epoch when the signer names another origin. RC_TAMPERED: entries were cut or changed.
 */
MUST_USE enum rc ledger_open(const struct ledger_options *, struct ledger **ret);
void             ledger_close(struct ledger *);                  /* accepts NULL */

/*
 * Checks and stages. RC_SYNTAX, RC_DENIED, RC_CONFLICT, RC_LIMIT: nothing of this call was staged, the others stand.
 * With a receipt: exactly one unseal leaf; without: none.
 */
MUST_USE enum rc ledger_stage(struct ledger *, enum proc_id from, const struct entry *, size_t n, bool receipt, uint64_t *ret_first);
/* All that was staged is durable; or nothing is, and every caller hears why. */
MUST_USE enum rc ledger_commit(struct ledger *);
/* RC_OK: go on. Anything else: the journal can no longer be trusted to write; start again. */
MUST_USE enum rc ledger_sound(const struct ledger *);
void             ledger_tick(struct ledger *);                   /* about once a second: room on the disk */

void             ledger_head(struct ledger *, struct ledger_head *ret);               /* checkpoint owned by the caller */
MUST_USE enum rc ledger_proof(struct ledger *, uint64_t index, struct buf *ret);      /* RC_CONFLICT: not covered yet   */
struct range;
MUST_USE enum rc ledger_prove(struct ledger *, uint64_t size, const struct range *, size_t n, struct buf *ret_hashes); /* as ask_ledger_prove */
MUST_USE enum rc ledger_extends(struct ledger *, uint64_t size, const struct hash *root, uint64_t *ret_size, struct buf *ret_submission, struct buf *ret_vkey); /* as ask_ledger_extends */
/* Adds u16 count and the entries as on the wire; what does not fit into `bytes_max` is left for the next call. */
MUST_USE enum rc ledger_read(struct ledger *, uint64_t from, uint32_t n, size_t bytes_max, struct buf *ret);
struct publisher *ledger_publisher(struct ledger *);             /* borrow: its trouble and its losses */

#endif
