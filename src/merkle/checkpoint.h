// SPDX-License-Identifier: Apache-2.0
/*
 * checkpoint - a tree head as C2SP tlog-checkpoint text: origin, size, root;
 * and `.tlog-proof`: an entry's inclusion proof with the checkpoint it leads to.
 *
 * Decoding is strict: one spelling, no extension lines of ours (others' are
 * kept). Parsed values borrow. In our proofs `extra` is the entry itself.
 */
#ifndef MERKLE_CHECKPOINT_H
#define MERKLE_CHECKPOINT_H

#include "merkle/note.h"
#include "merkle/tree.h"

struct checkpoint { struct str origin; uint64_t size; struct hash root; struct str extensions; }; /* extensions: whole lines or empty */

MUST_USE enum rc checkpoint_encode(const struct checkpoint *, struct buf *);       /* the note's text                     */
MUST_USE enum rc checkpoint_decode(struct str text, struct checkpoint *ret);       /* RC_SYNTAX                           */
/* A whole note: parse, verify by `key` (which see note_verify), demand `origin` (empty: the key's name). RC_DENIED: other origin. */
MUST_USE enum rc checkpoint_open(struct str note, const struct note_key *, struct str origin, struct checkpoint *ret);

/* The origin of epoch 1 is NAME, of epoch n NAME/epoch-n; the key that signs bears the origin's name. */
void             origin_split(struct str origin, struct str *ret_name, uint32_t *ret_epoch);
MUST_USE enum rc origin_add(struct str name, uint32_t epoch, struct buf *);

#define TLOG_PROOF_BYTES_MAX (NOTE_BYTES_MAX + 2 * 65536)

struct tlog_proof {
	bool          has_extra;
	struct str    extra64;      /* base64, checked; decode with base64_decode */
	uint64_t      index;
	struct proof  proof;
	struct str    checkpoint;   /* the signed note                            */
};
MUST_USE enum rc tlog_proof_encode(struct str extra, uint64_t index, const struct proof *, struct str checkpoint, struct buf *); /* extra empty: none */
MUST_USE enum rc tlog_proof_decode(struct str, struct tlog_proof *ret);
/* The entry stands at `index` under the head that `key` signed for `origin`. */
MUST_USE enum rc tlog_proof_verify(const struct tlog_proof *, const struct note_key *, struct str origin, struct str entry, struct checkpoint *ret);

#endif
