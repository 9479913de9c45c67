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
 * An empty `checkpoint` signs nothing: the answer is the log's origin, LF, then the last note signed, whole (nothing:
 * none yet). ledger starts from it, so a head signed just before a crash is never lost or cut below. Once a new epoch
 * was opened in vault's folder the origin is the new one and the note still the old: ledger writes the epoch's first
 * leaf, which commits to the old head, and the first head of the new origin needs no proof.
 * The text signed last is answered again. RC_CONFLICT: no extension of the last head signed.
 */
MUST_USE enum rc ask_vault_sign_head(struct peer *, struct str checkpoint, struct str proof, struct buf *ret_signature_line);
MUST_USE enum rc ask_vault_receipt_key(struct peer *, struct secret *ret);
MUST_USE enum rc ask_vault_tls_sign(struct peer *, struct str digest, struct buf *ret_der_signature);
MUST_USE enum rc ask_vault_payload_key(struct peer *, enum payload_class, uint32_t yyyymm, struct secret *ret); /* made when missing */
MUST_USE enum rc ask_vault_wrap(struct peer *, struct str aad, const struct secret *, struct buf *ret);
MUST_USE enum rc ask_vault_unwrap(struct peer *, struct str aad, struct str wrapped, struct secret *ret);
MUST_USE enum rc ask_vault_unseal(struct peer *, const struct receipt *, struct str aad, struct str wrapped, struct secret *ret); /* RC_DENIED: no, spent or expired receipt */

#endif
