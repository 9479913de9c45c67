// SPDX-License-Identifier: Apache-2.0
/* note_fuzz: signed notes and verifier keys; what is read can be written again, byte for byte. */
#include <stdlib.h>

#include "merkle/note.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct str s = { (const char *)bytes, n };
	struct buf again = BUF(VKEY_TEXT_MAX);
	struct note note;
	struct note_key key;
	uint64_t time_s;

	if (note_key_parse(s, &key) == RC_OK && (note_key_text(&key, &again) != RC_OK || !str_eq(s, buf_str(&again))))
		abort();
	if (note_parse(s, &note) == RC_OK) {
		(void)note_key_make(note.signature[0].name, n & 1 ? NOTE_KEY_ED25519 : NOTE_KEY_COSIGNER, (const uint8_t[SIGN_PUB_BYTES]){ 1 }, &key);
		key.id = note.signature[0].id;
		if (note_verify(&note, &key) == RC_OK || note_verify_cosigned(&note, &key, &time_s) == RC_OK)
			abort();
	}
	buf_free(&again);
	return 0;
}
