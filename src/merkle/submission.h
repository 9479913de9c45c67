// SPDX-License-Identifier: Apache-2.0
/*
 * submission - what a log asks of a witness and what it hears (C2SP tlog-witness).
 *
 * The question: "old SIZE", a consistency proof from that size, an empty line,
 * the checkpoint. The answer: a status as in HTTP and its body. Where there is
 * no network both travel as files; then the status is the answer's first line.
 * Decoded values borrow.
 */
#ifndef MERKLE_SUBMISSION_H
#define MERKLE_SUBMISSION_H

#include "merkle/checkpoint.h"

#define SUBMISSION_HASHES_MAX 63
#define SUBMISSION_BYTES_MAX  16384
#define ANSWER_BYTES_MAX      16384

enum answer_status {
	ANSWER_COSIGNED = 200,  /* body: cosignature lines; in a file: the whole note with them */
	ANSWER_MALFORMED = 400,
	ANSWER_UNSIGNED = 403,  /* no signature of a known key */
	ANSWER_UNKNOWN = 404,   /* no log of that origin is known */
	ANSWER_OTHER = 409,     /* body: the size the witness holds; its head has that size, or another root at this one */
	ANSWER_UNPROVEN = 422,
	ANSWER_FAILED = 500,
};

struct submission { uint64_t old_size; struct proof proof; struct str checkpoint; };
MUST_USE enum rc submission_encode(const struct submission *, struct buf *);
MUST_USE enum rc submission_decode(struct str, struct submission *ret); /* RC_SYNTAX, RC_LIMIT */

struct answer { enum answer_status status; struct str body; };
MUST_USE enum rc answer_file_encode(const struct answer *, struct buf *);
MUST_USE enum rc answer_file_decode(struct str, struct answer *ret);
/* An answer of an HTTP server that closes after it. RC_SYNTAX: not such an answer; RC_NOTFOUND: cut short. */
MUST_USE enum rc answer_http_decode(struct str, struct answer *ret);
MUST_USE enum rc answer_size(const struct answer *, uint64_t *ret);     /* of ANSWER_OTHER */

#endif
