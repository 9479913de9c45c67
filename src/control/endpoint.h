// SPDX-License-Identifier: Apache-2.0
/* endpoint - a row of the register of endpoints as a control asks it. */
#ifndef CONTROL_ENDPOINT_H
#define CONTROL_ENDPOINT_H

#include "control/control.h"
#include "control/web_ask.h"

struct endpoint {
	struct host_to to;
	const char    *host_name;
	struct str     name, kind, path;
	bool           browsers;      /* unless somebody said no                              */
	bool           plain_hop;     /* to a server behind it, over a wire, without encryption */
	bool           whole;         /* address, port and name are there                     */
};
/* `prefix`: "own" or "endpoint". Texts live in the arena. */
struct endpoint  endpoint_of(const struct facts *given, uint32_t row, const char *prefix, struct arena *);
struct endpoint  endpoint_own(const struct subject *, struct arena *); /* what the look is about */
/* Root certificates this machine trusts; read before the first peer. RC_NOTFOUND: the package ca-certificates is missing. */
MUST_USE enum rc endpoint_roots(const struct host *, struct buf *ret);
/* One GET of its path, over TLS for https. */
MUST_USE enum rc endpoint_get(const struct host *, const struct endpoint *, int timeout_ms, struct arena *, struct web_answer *ret);
/* The subject's own page as facts "kind", "answer" and "status"; `ret->kind` is WEB_ANSWERED when there is an answer to read. tcp is not asked, http only when `plain_too`. */
MUST_USE enum rc endpoint_page(const struct host *, const struct subject *, bool plain_too, struct arena *, struct facts *, struct web_answer *ret);
#define ENDPOINT_ROOTS_MAX (4 << 20)
#define ENDPOINT_TIMEOUT_MS 5000
extern const char *const web_kind_words[]; /* by enum web_kind, for facts */

#endif
