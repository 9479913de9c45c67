// SPDX-License-Identifier: Apache-2.0
/*
 * receipt - the proof towards the vault that an unseal leaf is durable.
 *
 * ledger makes it, vault checks it; both hold the receipt key vault made when
 * the younger of the two started. The MAC is HMAC-SHA-256 over
 * "tsujiban receipt v1\n" ‖ u64 index ‖ 16 object ‖ i64 expiry ‖ act, padded to 48 with zeros.
 */
#ifndef LEDGER_RECEIPT_H
#define LEDGER_RECEIPT_H

#include "ledger/ask_ledger.h"

#define RECEIPT_KEY_BYTES 32

void             receipt_act(struct receipt *, struct str act);                     /* the act of its leaf: part of what the mac covers */
void             receipt_make(const struct secret *key, struct receipt *);       /* fills mac from the other fields */
MUST_USE enum rc receipt_check(const struct secret *key, const struct receipt *, int64_t now_us); /* RC_DENIED: forged or expired; "once" is the vault's to keep */
MUST_USE enum rc receipt_encode(const struct receipt *, struct buf *);
MUST_USE enum rc receipt_decode(struct str, struct receipt *ret);

#endif
