// SPDX-License-Identifier: Apache-2.0
/*
 * web_ask - one question to a web server: connect, TLS or not, one request, one answer.
 *
 * Whatever the peer does is an answer (`kind`, and `why` in words); only what
 * hindered the asker itself is a failure: RC_DENIED, RC_SYNTAX (no address),
 * RC_LIMIT (too many connections), RC_IO.
 */
#ifndef CONTROL_WEB_ASK_H
#define CONTROL_WEB_ASK_H

#include "control/http_answer.h"
#include "crypt/tls_client.h"
#include "os/host.h"

struct web_ask {
	struct host_to        to;
	const struct tls_ask *tls;      /* NULL: without encryption                              */
	struct str            request;  /* whole, to its blank line; empty: connect (and handshake) only */
	bool                  head_only;/* the request is HEAD                                   */
	size_t                bytes_max;/* of all it may say; 0: 256 KiB                         */
	int                   timeout_ms;
	bool                (*believe)(void *context, const struct tls_seen *); /* or NULL; false: the request is not said to this peer */
	void                 *believe_context;
};

enum web_kind {
	WEB_NONE = 0,
	WEB_REFUSED,   /* nobody listens                                                  */
	WEB_SILENT,    /* no answer in time, or no way there                              */
	WEB_NO_TLS,    /* connected, and no handshake: refused, closed, or not TLS at all */
	WEB_TOO_LONG,  /* it says more than was asked for                                 */
	WEB_NOT_HTTP,  /* it answered, or closed, and not as HTTP does                    */
	WEB_DOUBTED,   /* shown a certificate that `believe` does not take                 */
	WEB_OPEN,      /* connected (and hands shaken): nothing was asked                 */
	WEB_ANSWERED,  /* `http` is its answer                                            */
};

struct web_answer {
	enum web_kind      kind;
	struct str         why;
	bool               shaken;    /* `tls` is filled, also when what came after went wrong */
	struct tls_seen    tls;
	bool               begins;    /* what it says begins as HTTP does, whatever became of it */
	struct http_answer http;
};

/* A connection that may bear several questions, for a peer that keeps it open. */
struct web_line;
MUST_USE enum rc web_line_open(const struct host *, const struct host_to *, size_t bytes_max, int timeout_ms, struct web_line **ret); /* as host_tcp_open() */
/* One question; `ret` has its answer. `to` of it is not read; time and bytes count from now. False of web_line_usable(): the peer has closed, or does not keep it. */
MUST_USE enum rc web_line_ask(struct web_line *, const struct web_ask *, struct arena *, struct web_answer *ret);
bool             web_line_usable(const struct web_line *);
void             web_line_close(struct web_line *);

/* Texts live in the arena. */
MUST_USE enum rc web_ask(const struct host *, const struct web_ask *, struct arena *, struct web_answer *ret);
/* "GET path HTTP/1.1" with Host and what every question of ours carries; RC_SYNTAX: no such path or name. */
MUST_USE enum rc web_request(const char *method, struct str path, struct str host_name, uint16_t port, struct buf *ret);

#endif
