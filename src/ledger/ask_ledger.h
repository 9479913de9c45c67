// SPDX-License-Identifier: Apache-2.0
/*
 * ask_ledger - what core and auth may ask of the ledger, as ordinary functions.
 *
 * An append that answers RC_OK is durable. RC_LIMIT: disk full, nothing was
 * written and the act must not happen. Limits: 512 entries a call. Sequence and
 * time of receipt are the ledger's. core writes for itself, warden, web, probe and
 * reader, auth for itself; an outcome names an open begin of the same source
 * (else RC_CONFLICT), and a payload comes with its commitment.
 *
 * A process that starts appends a STATION leaf of its own named STATION_STARTED: in the same
 * transaction every act it had open is ended as interrupted. The ledger's own STATION leaves
 * are "clock-set-back", "clock-caught-up" and "disk-full" (`last`: how many entries were refused).
 */
#ifndef LEDGER_ASK_LEDGER_H
#define LEDGER_ASK_LEDGER_H

#include "evidence/leaf.h"
#include "ipc/channel.h"

#define STATION_STARTED "process-started"

struct entry { struct leaf leaf; struct str payload; };  /* payload sealed; may be empty */

struct ledger_head {
	uint64_t   entries;        /* durable                             */
	uint64_t   covered;        /* under the latest signed checkpoint  */
	int64_t    covered_at_us;
	uint32_t   epoch;
	struct buf checkpoint;     /* owned: the signed note              */
};

struct receipt { uint64_t index; struct opaque_id object; int64_t expires_at_us; char act[NAME_BYTES_MAX + 1]; uint8_t mac[32]; };

MUST_USE enum rc ask_ledger_append(struct peer *, const struct entry *, size_t n, uint64_t *ret_first_index);
MUST_USE enum rc ask_ledger_append_receipt(struct peer *, const struct entry *, int64_t expires_at_us, struct receipt *ret);
MUST_USE enum rc ask_ledger_head(struct peer *, struct ledger_head *ret);
MUST_USE enum rc ask_ledger_proof(struct peer *, uint64_t index, struct buf *ret_tlog_proof);  /* RC_CONFLICT: not under a head yet */
/*
 * The latest head and the proof that it extends the one of `size` with `root` (NULL: whatever its root was), as a submission to a witness.
 * RC_NOTFOUND: the ledger is shorter; RC_TAMPERED: it had another root then: either way its past was changed, or that head is not of it.
 */
MUST_USE enum rc ask_ledger_extends(struct peer *, uint64_t size, const struct hash *root, uint64_t *ret_size, struct buf *ret_submission, struct buf *ret_vkey);
/* The hashes (32 bytes each) that lead from these entries, [first, last] ascending and apart, to the root of the first `size` (merkle/multi.h). */
#define LEDGER_RANGES_MAX 8192
MUST_USE enum rc ask_ledger_prove(struct peer *, uint64_t size, const uint64_t (*ranges)[2], size_t n, struct buf *ret_hashes);
/* Entries from `from` on, at most `n` and at most 4 MiB; what is borrowed belongs to `a`. */
MUST_USE enum rc ask_ledger_read(struct peer *, uint64_t from, uint32_t n, struct arena *a, struct entry **ret, size_t *ret_n);

#endif
