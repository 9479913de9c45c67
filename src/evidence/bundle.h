// SPDX-License-Identifier: Apache-2.0
/*
 * bundle - evidence handed over: entries with payloads and salts, their proof, what was left out and why.
 *
 * A tar archive of text files whose names and order are fixed (docs/format-bundle.md): order.txt, custody.txt, entries-NNNN.txt,
 * omitted.txt, proof.txt, checkpoint, manifest.txt; behind them what binds it all: seal.txt, seal.tlog-proof and
 * consistency.txt prove that the manifest stands in the ledger itself. Nothing here reads a file or a clock.
 */
#ifndef EVIDENCE_BUNDLE_H
#define EVIDENCE_BUNDLE_H

#include "crypt/crypt.h"
#include "evidence/leaf.h"

#define TAR_NAME_MAX       64
#define BUNDLE_PART_BYTES  (8u << 20)            /* an entries file is closed when it is longer */
#define BUNDLE_LINE_MAX    (2u << 20)
#define BUNDLE_FILES_MAX   4096
#define BUNDLE_SEAL_NAME   "evidence-seal"       /* of the leaf that holds the manifest's hash */

/* ---- the archive: regular files, one spelling */
MUST_USE enum rc tar_add(struct buf *, const char *name, struct str bytes, int64_t mtime_s);
MUST_USE enum rc tar_end(struct buf *);
struct tar_file { struct str name, bytes; };
MUST_USE enum rc tar_next(struct str *rest, struct tar_file *ret);   /* RC_NOTFOUND: its end, and nothing behind it; RC_SYNTAX */

/* ---- lines */
enum payload_state { PAYLOAD_NONE = 0 /* the leaf commits to none */, PAYLOAD_SHOWN, PAYLOAD_ERASED /* its key is destroyed */, PAYLOAD_WITHHELD };
struct bundle_entry { uint64_t index; struct str leaf64; enum payload_state state; struct str salt64, json; };
/* "INDEX LEAF SALT JSON"; without a payload the salt is "-" and the rest "none", "erased" or "withheld". */
MUST_USE enum rc bundle_entry_put(struct buf *, uint64_t index, struct str leaf, enum payload_state, const uint8_t salt[SALT_BYTES], struct str json);
MUST_USE enum rc bundle_entry_get(struct str line, struct bundle_entry *ret);  /* borrows */
/* "FIRST LAST REASON" of omitted.txt. */
struct bundle_omitted { uint64_t first, last; struct str reason; };
MUST_USE enum rc bundle_omitted_get(struct str line, struct bundle_omitted *ret);
/* "HASH  NAME" as sha256sum(1) writes it. */
MUST_USE enum rc manifest_put(struct buf *, const char *name, struct str bytes);
MUST_USE enum rc manifest_get(struct str line, struct hash *ret, struct str *ret_name);

#endif
