// SPDX-License-Identifier: Apache-2.0
/*
 * wire - the bodies of the ledger's messages, as both ends write and read them.
 *
 * entries:         u16 count · count × (str leaf · str sealed payload)
 * APPEND:          entries                    → u64 first index
 * APPEND_RECEIPT:  i64 expiry · entries (one) → receipt
 * HEAD:            nothing                    → u64 entries · u64 covered · i64 covered at · u32 epoch · str checkpoint
 * PROOF:           u64 index                  → text of the .tlog-proof
 * EXTENDS:         u64 size · u8 with root · 32 root → u64 size of the head · str submission · str verifier key
 * PROVE:           u64 size · u32 n · n × (u64 first · u64 last) → hashes of 32 bytes
 * READ:            u64 from · u32 at most     → entries
 * Decoded entries borrow from the bytes; the array belongs to the arena.
 */
#ifndef LEDGER_WIRE_H
#define LEDGER_WIRE_H

#include "ledger/ask_ledger.h"

#define ENTRIES_MAX         512                /* of one append                       */
#define LEAF_BYTES_MAX      (117 + NAME_BYTES_MAX)
#define SEALED_BYTES_MAX    ((1 << 20) + 64)
#define READ_ENTRIES_MAX    65535
#define READ_BYTES_MAX      (4194304 - 64)     /* room for the heads of the message   */
#define SUBMISSION_TEXT_MAX 16384
#define VKEY_BYTES_MAX      512
#define ENTRIES_ARENA_BYTES (ENTRIES_MAX * sizeof(struct entry) + 256)

MUST_USE enum rc entry_put(struct buf *, struct str leaf_bytes, struct str payload);
MUST_USE enum rc entries_put(struct buf *, const struct entry *, size_t n);
MUST_USE enum rc entries_get(struct str, size_t max, struct arena *, struct entry **ret, size_t *ret_n);
MUST_USE enum rc head_put(struct buf *, const struct ledger_head *);
MUST_USE enum rc head_get(struct str, struct ledger_head *ret);                   /* checkpoint owned by the caller */
MUST_USE enum rc read_get(struct str, uint64_t *ret_from, uint32_t *ret_n);
MUST_USE enum rc extends_get(struct str, uint64_t *ret_size, bool *ret_with_root, struct hash *ret_root);
MUST_USE enum rc submission_get(struct str, uint64_t *ret_size, struct str *ret_submission, struct str *ret_vkey); /* borrows */
struct range;
MUST_USE enum rc prove_put(struct buf *, uint64_t size, const uint64_t (*ranges)[2], size_t n);
MUST_USE enum rc prove_get(struct str, struct arena *, uint64_t *ret_size, struct range **ret, size_t *ret_n);
MUST_USE enum rc index_get(struct str, uint64_t *ret);

#endif
