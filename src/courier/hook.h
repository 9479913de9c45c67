// SPDX-License-Identifier: Apache-2.0
/*
 * hook - one notice as a request to a webhook, and the other side's answer back: pure.
 *
 * A POST of {"text": "SUBJECT\nWORDS"}, as the usual messengers take it (RFC 9112, RFC 8259). The path is a secret.
 */
#ifndef COURIER_HOOK_H
#define COURIER_HOOK_H

#include "courier/ask_courier.h"

#define HOOK_PATH_MAX   1024
#define HOOK_ANSWER_MAX 8192

/* The first line of a file: "/" and printable ASCII without blanks. RC_SYNTAX: it is none. */
MUST_USE enum rc hook_path(struct str file, struct str *ret);
/* RC_SYNTAX: the subject or the words cannot be carried. */
MUST_USE enum rc hook_request(const struct mail *, const char *host, struct str path, struct buf *ret);
/* 100–599. RC_NOTFOUND: its first line is not whole yet; RC_SYNTAX: that is no answer of HTTP/1. */
MUST_USE enum rc hook_answer(struct str came, int *ret_code);

#endif
