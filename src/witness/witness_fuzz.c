// SPDX-License-Identifier: Apache-2.0
/* witness_fuzz: any bytes as the witness's own file of a log: never good without its own cosignature. */
#include <stdlib.h>

#include "witness/witness.c" /* its reader is its own */

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct witness w = { .dirfd = -1, .key = { .type = NOTE_KEY_COSIGNER, .id = 7, .name_bytes = 1, .name = "w" } };
	struct log l = { .bytes = BUF(FILE_BYTES_MAX) };

	if (buf_add(&l.bytes, (struct str){ (const char *)bytes, n }) == RC_OK && log_decode(&w, &l) == RC_OK && l.note.n)
		abort();
	rc_trail_clear();
	buf_free(&l.bytes);
	return 0;
}
