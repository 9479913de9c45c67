// SPDX-License-Identifier: Apache-2.0
/*
 * ask_vault - what ledger, auth, core and web may ask of the vault.
 *
 * Keys never leave but the payload keys of a class and month, which the sealing
 * process holds while it works. Classes: 1 station, 2 accounts.
 */
#ifndef VAULT_ASK_VAULT_H
#define VAULT_ASK_VAULT_H

#include "crypt/crypt.h"
#include "ledger/ask_ledger.h"

enum payload_class { PAYLOAD_STATION = 1, PAYLOAD_ACCOUNT = 2 };

/*
 * `checkpoint` is the note text without signatures; `proof` the consistency proof from the last head signed.
 * An empty `checkpoint` asks for that last head: the answer is the whole note. ledger starts from it, so a head signed
 * just before a crash is neither lost nor cut below, and its origin tells the log's name and whether a new epoch was opened.
 */
MUST_USE enum rc ask_vault_sign_head(struct peer *, struct str checkpoint, struct str proof, struct buf *ret_signature_line);
MUST_USE enum rc ask_vault_receipt_key(struct peer *, struct secret *ret);
MUST_USE enum rc ask_vault_tls_sign(struct peer *, struct str digest, struct buf *ret_der_signature);
MUST_USE enum rc ask_vault_payload_key(struct peer *, enum payload_class, uint32_t yyyymm, struct secret *ret); /* made when missing */
MUST_USE enum rc ask_vault_wrap(struct peer *, struct str aad, const struct secret *, struct buf *ret);
MUST_USE enum rc ask_vault_unwrap(struct peer *, struct str aad, struct str wrapped, struct secret *ret);
MUST_USE enum rc ask_vault_unseal(struct peer *, const struct receipt *, struct str aad, struct str wrapped, struct secret *ret); /* RC_DENIED: no, spent or expired receipt */

#endif
