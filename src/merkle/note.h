// SPDX-License-Identifier: Apache-2.0
/*
 * note - C2SP signed notes with Ed25519 (type 0x01) and witness cosignatures
 * (tlog-cosignature v1, type 0x04); verifier keys as text (vkey).
 *
 * A parsed note borrows from its bytes. Signatures of unknown keys are kept and
 * ignored; a known key must have signed exactly once and rightly.
 */
#ifndef MERKLE_NOTE_H
#define MERKLE_NOTE_H

#include "crypt/crypt.h"

#define NOTE_BYTES_MAX      (128 * 1024)
#define NOTE_SIGNATURES_MAX 32
#define NOTE_NAME_MAX       255
#define VKEY_TEXT_MAX       (NOTE_NAME_MAX + 64)

enum note_key_type { NOTE_KEY_ED25519 = 1, NOTE_KEY_COSIGNER = 4 };

struct note_key { enum note_key_type type; uint32_t id; uint8_t pub[SIGN_PUB_BYTES]; size_t name_bytes; char name[NOTE_NAME_MAX + 1]; };

/* Names are without spaces and `+`. The id is made from name, type and key. */
MUST_USE enum rc note_key_make(struct str name, enum note_key_type, const uint8_t pub[SIGN_PUB_BYTES], struct note_key *ret);
MUST_USE enum rc note_key_parse(struct str vkey, struct note_key *ret);   /* name+hash+key; RC_SYNTAX, also when the hash is not the key's */
MUST_USE enum rc note_key_text(const struct note_key *, struct buf *);
struct str       note_key_name(const struct note_key *);

struct note_signature { struct str name; uint32_t id; struct str base64; };
struct note { struct str text; size_t signatures; struct note_signature signature[NOTE_SIGNATURES_MAX]; }; /* text with its last LF */

bool             note_line(struct str *rest, struct str *ret_line);       /* the next line, which must have its LF; CR is no line end */
MUST_USE enum rc note_parse(struct str, struct note *ret);
/* RC_NOTFOUND: this key did not sign; RC_CONFLICT: more than one signature of it; RC_TAMPERED: the signature is not its own. */
MUST_USE enum rc note_verify(const struct note *, const struct note_key *);
MUST_USE enum rc note_verify_cosigned(const struct note *, const struct note_key *, uint64_t *ret_time_s);

/* Writing: text, blank line, then one line for each signature. */
MUST_USE enum rc note_signature_line(const struct note_key *, const uint8_t signature[SIGNATURE_BYTES], struct buf *);
MUST_USE enum rc note_cosignature_line(const struct note_key *, uint64_t time_s, const uint8_t signature[SIGNATURE_BYTES], struct buf *);
MUST_USE enum rc note_cosigned_message(struct str text, uint64_t time_s, struct buf *);  /* what a witness signs */
MUST_USE enum rc note_join(struct str text, struct str signature_lines, struct buf *);

#endif
