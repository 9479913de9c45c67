// SPDX-License-Identifier: Apache-2.0
/*
 * http_answer - one answer of HTTP/1.1, read strictly.
 *
 * Framing that two readers could understand differently is RC_SYNTAX: a bare
 * LF, a folded or nameless header, a length twice or beside chunks, bytes that
 * are no header. Texts borrow the bytes given; a chunked body is joined in the arena.
 */
#ifndef CONTROL_HTTP_ANSWER_H
#define CONTROL_HTTP_ANSWER_H

#include "base/str.h"

#define HTTP_HEADERS_MAX 100
#define HTTP_HEAD_MAX    65536
#define HTTP_BODY_MAX    (4 << 20)

struct http_header { struct str name, value; };
struct http_answer {
	int                status;
	struct http_header headers[HTTP_HEADERS_MAX];
	size_t             headers_count;
	struct str         body;
};

/*
 * `closed`: the peer has closed, nothing more will come. `head_only`: the question was HEAD. RC_TIMEOUT: more bytes are
 * needed (or, once closed: it was cut short); RC_SYNTAX: this is not HTTP; RC_LIMIT: too long. Interim answers (1xx) are passed over.
 */
MUST_USE enum rc http_answer_read(struct str bytes, bool closed, bool head_only, struct arena *, struct http_answer *ret);
/* Does it begin as HTTP does? Enough to know what kind of thing answers. */
bool             http_answer_begins(struct str bytes);
/* The value of the first header of this name from `*at` on (start with 0), by any case; {NULL, 0}: none left. */
struct str       http_header_next(const struct http_answer *, const char *name, size_t *at);

#endif
