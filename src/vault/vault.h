// SPDX-License-Identifier: Apache-2.0
/*
 * vault - holds the operational keys and answers narrow questions with them.
 *
 * Its folder: log.key tls.key wrap.key head spent payload/CLASS-YYYYMM. The last
 * head signed is on disk before its signature leaves; a head that is missing or
 * does not parse stops the start (RC_TAMPERED): nothing is ever signed below it.
 * Wrapped bytes: u8 1 · AES-256-GCM, bound to the name of the process that wrapped.
 */
#ifndef VAULT_VAULT_H
#define VAULT_VAULT_H

#include "ledger/ask_ledger.h"

struct vault;

MUST_USE enum rc vault_open(int folder_dirfd, struct vault **ret);  /* borrows the descriptor */
MUST_USE enum rc vault_tls_key_set(struct vault *, struct str pem);  /* the administrator's instead of the one made at init */
void             vault_close(struct vault *);                       /* accepts NULL           */

/* An empty checkpoint: the last head signed, as a whole note. */
MUST_USE enum rc vault_sign_head(struct vault *, struct str checkpoint, struct str proof, struct buf *ret_line);
MUST_USE enum rc vault_receipt_key(struct vault *, struct buf *ret);
MUST_USE enum rc vault_tls_sign(struct vault *, struct str digest, struct buf *ret);
MUST_USE enum rc vault_payload_key(struct vault *, unsigned key_class, uint32_t yyyymm, int64_t now_us, struct buf *ret);
MUST_USE enum rc vault_wrap(struct vault *, const char *process, struct str aad, struct str plain, struct buf *ret);
MUST_USE enum rc vault_unwrap(struct vault *, const char *process, struct str aad, struct str wrapped, struct buf *ret);
/* `aad` starts with the object the receipt names; a receipt opens once, and is spent on disk before the secret leaves. */
MUST_USE enum rc vault_unseal(struct vault *, const char *process, const struct receipt *, struct str aad, struct str wrapped, int64_t now_us, struct buf *ret);

#endif
