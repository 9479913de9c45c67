// SPDX-License-Identifier: Apache-2.0
/*
 * vault_init - makes the operational keys of a new installation, and opens a
 * new epoch for a restored one. Called by the command line, never while the
 * station runs.
 *
 * Beneath the installation's folder: vault/log.key vault/tls.key vault/wrap.key
 * vault/head (0600, in a folder 0700), ledger/key.pub (the verifier key),
 * web/cert.pem. A half-made set (no vault/log.key) is made anew.
 */
#ifndef VAULT_VAULT_INIT_H
#define VAULT_VAULT_INIT_H

#include "crypt/crypt.h"

#define VAULT_PATH_LOG_KEY  "vault/log.key"
#define VAULT_PATH_TLS_KEY  "vault/tls.key"
#define VAULT_PATH_WRAP_KEY "vault/wrap.key"
#define VAULT_PATH_HEAD     "vault/head"
#define VAULT_PATH_VKEY     "ledger/key.pub"
#define VAULT_PATH_CERT     "web/cert.pem"

/* `name`: origin of the ledger; empty: tsujiban.local/ and 8 random hexadecimal digits. RC_CONFLICT: there are keys already. */
MUST_USE enum rc vault_init(int root_dirfd, struct str name, struct str host_name, int64_t now_us);

struct epoch_new { uint32_t epoch; uint64_t signed_before, continues_from; }; /* entries between the two are not in the restored copy */
/* After a restore: a new name for the key, continuing from the head in ledger/checkpoint (none: from nothing). RC_TAMPERED: that head is not this key's. */
MUST_USE enum rc vault_epoch_look(int root_dirfd, struct epoch_new *ret); /* what it would be; nothing is changed */
MUST_USE enum rc vault_epoch_new(int root_dirfd, struct epoch_new *ret);

/* The payload key of a class and month as it lies there; RC_NOTFOUND: destroyed, or never made. For `tsujiban ledger verify`. */
MUST_USE enum rc vault_payload_key_read(int root_dirfd, unsigned key_class, uint32_t yyyymm, struct secret *ret);

#endif
