// SPDX-License-Identifier: Apache-2.0
/*
 * leaf - the small envelope that stands in the ledger for ever, and the
 * sealed payload beside it. docs/format-ledger.md is the same in words.
 *
 * A leaf carries no personal data: opaque ids, times, a verdict, and a salted
 * commitment SHA-256("tsujiban payload v1\n" ‖ salt ‖ payload) to its payload. Version 1.
 * Limits: act and control ids ≤ 48 bytes; payload ≤ 1 MiB before sealing.
 */
#ifndef EVIDENCE_LEAF_H
#define EVIDENCE_LEAF_H

#include "crypt/crypt.h"
#include "ipc/channel.h"

enum leaf_type {
	LEAF_NONE = 0,
	LEAF_EPOCH,        /* first leaf of an epoch, the very first too: `object` ends with its number (u32), `begin` is its own
	                      index, `last` and `commitment` size and root of the signed head it continues from (0, zero: none) */
	LEAF_ACT_BEGIN,
	LEAF_ACT_OUTCOME,  /* `begin` names the begin leaf; result in `verdict` as enum outcome */
	LEAF_FINDING,      /* what a control judged                                          */
	LEAF_CONFIRM,      /* findings from `begin` to `last` stand; its payload says which  */
	LEAF_VERDICT,      /* a clause changed its status                                    */
	LEAF_STATION,      /* a process started, ended, was killed; disk full; clock stepped */
	LEAF_SIGN_IN,      /* also refused ones and lockouts                                 */
	LEAF_UNSEAL,       /* permission to open one record; answered with a receipt         */
	LEAF_HEARTBEAT,
	LEAF_TYPE_COUNT
};

enum outcome { OUTCOME_NONE = 0, OUTCOME_DONE, OUTCOME_REFUSED, OUTCOME_FAILED, OUTCOME_INTERRUPTED };

#define ID_BYTES      16
#define NAME_BYTES_MAX 48
#define SALT_BYTES    16

struct opaque_id { uint8_t b[ID_BYTES]; };

struct leaf {
	enum leaf_type   type;
	enum proc_id     source;
	uint64_t         source_seq;      /* counts every leaf of that source from 1, over restarts; set by ledger */
	int64_t          claimed_at_us;
	int64_t          received_at_us;  /* set by ledger, never earlier than the leaf before  */
	struct opaque_id actor;           /* account, or zero: the station itself               */
	struct opaque_id object;          /* what it is about: subject, clause, account…        */
	struct str       name;            /* act, control or clause id; borrow                  */
	uint8_t          verdict;         /* enum verdict, enum outcome or 0                    */
	int64_t          valid_until_us;  /* findings; else 0                                   */
	uint64_t         begin;           /* outcome: index of its begin; confirm: first index; else 0 */
	uint64_t         last;            /* confirm: last index; else 0                        */
	struct hash      commitment;      /* all zero: no payload                               */
};

MUST_USE enum rc leaf_encode(const struct leaf *, struct buf *);
MUST_USE enum rc leaf_decode(struct str, struct leaf *ret);  /* name borrows; unknown version or type: RC_SYNTAX */
const char      *leaf_type_name(enum leaf_type);

void             payload_commit(struct str salted, struct hash *ret);         /* salt ‖ JSON as a leaf commits to it */
/* payload = salt ‖ canonical JSON, sealed under the payload key of class and month (aad: commitment). */
MUST_USE enum rc payload_seal(const struct secret *key, uint16_t key_class, uint32_t month, struct str json, struct buf *ret_sealed, struct hash *ret_commitment);
MUST_USE enum rc payload_head(struct str sealed, uint16_t *ret_class, uint32_t *ret_month);
MUST_USE enum rc payload_open(const struct secret *key, struct str sealed, const struct hash *commitment, struct buf *ret_json, uint8_t ret_salt[SALT_BYTES]); /* RC_TAMPERED */

#endif
