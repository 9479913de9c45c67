// SPDX-License-Identifier: Apache-2.0
/*
 * http - an HTTP server for two listeners, behind which stands libmicrohttpd.
 *
 * A request reaches its handler whole: bounded body read, one Host, no
 * Transfer-Encoding, no control bytes. `quick` runs on the network's thread
 * and must not wait; what it leaves goes to a small pool of workers, one
 * request each, blocking calls allowed, while the connection is suspended.
 * TLS 1.3 and 1.2 only; the private key is elsewhere: `sign` asks for each
 * handshake's signature. Bytes of a request live until the handler returns.
 */
#ifndef WEB_HTTP_H
#define WEB_HTTP_H

#include "base/str.h"

#define HTTP_URI_MAX     4096
#define HTTP_BODY_MAX    131072 /* a table of 120 KB */
#define HTTP_FILES_MAX   983040 /* of a paper with its attachments (http_body_max) */
#define HTTP_ANSWER_MAX  (16u << 20)
#define HTTP_FIELDS_MAX  10
#define HTTP_ADDRESS_MAX 46
#define HTTP_LISTENERS_MAX 16

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST };

struct http_request {
	enum http_method method;
	bool             local;        /* came over the station's Unix socket */
	bool             admin;        /* came by a listener of administration */
	bool             card;         /* came by a listener that asks for certificates */
	bool             busy;         /* too many slow ones wait already: it is told to come again, not worked at */
	struct str       path, query;  /* as sent, still encoded              */
	struct str       host, cookie, origin, fetch_site, content_type, authorization, etag;
	struct str       body;
	struct str       handshake;    /* of this connection, when a certificate was shown in it: for auth, which believes nothing else */
	struct str       address;      /* of the client, as a declared proxy says it; "" when that says nothing */
	int64_t          connected_at_us;
};
struct http_field { const char *name; struct str value; };
struct http_answer {                   /* born zeroed with its arena           */
	int               status;
	struct buf        body;
	struct http_field fields[HTTP_FIELDS_MAX];
	size_t            fields_n;
	const void       *fixed;       /* http_fixed_new(): this answer instead */
	struct arena     *arena;       /* of the request                       */
};
typedef bool http_handler(void *context, const struct http_request *, struct http_answer *);

struct http_spec {
	int           fds_tls[HTTP_LISTENERS_MAX], fds_tls_n; /* listening; they stay the caller's    */
	int           fds_admin[HTTP_LISTENERS_MAX], fds_admin_n; /* the same, of administration */
	int           fds_card[HTTP_LISTENERS_MAX], fds_card_n;   /* the same, that ask for certificates of people */
	const char   *authorities_pem;               /* whose certificates are asked for; with fds_card   */
	enum rc     (*random)(void *context, uint8_t ret[32]); /* for the next handshake of such a listener; on the network's thread */
	const char   *proxies;                       /* whose word about the client's address is taken: addresses with one space between, or NULL */
	int           fd_local;                      /* the station's Unix socket; -1: none       */
	struct str    certificate_pem;               /* chain, leaf first                         */
	enum rc     (*sign)(void *context, struct str digest, struct buf *ret_der);
	http_handler *quick;                         /* false: not mine, give it to a worker      */
	http_handler *act;                           /* its bool is ignored                       */
	bool        (*slow)(const struct http_request *); /* it takes long and anyone may send it; NULL: none does */
	void         *context;
	int           slow_max;                      /* of the workers, how many may be with slow ones */
	int           slow_waiting_max;              /* slow ones that may wait for them; what comes beyond is `busy` */
	int           workers, connections_max, connections_per_ip, deadline_s;
};
struct http;

/* The one script that may run, by the SHA-256 (base64) of its text; before anything is answered. */
void             http_script_allow(const char *hash);
MUST_USE enum rc http_open(const struct http_spec *, struct http **ret); /* starts its threads; RC_SYNTAX: certificate; RC_CONFLICT: not this key's */
void             http_tick(struct http *);   /* each second or so: ends connections past their deadline */
void             http_close(struct http *);  /* accepts NULL */

void             http_field(struct http_answer *, const char *name, struct str value); /* a value with CR or LF becomes a 500 */
const void      *http_fixed_new(const void *bytes, size_t n, const struct http_field *, size_t fields_n); /* made once, sent often; bytes stay the caller's */
void             http_fixed_free(const void *);

/* SHA-256 through the TLS library: the console's form tokens. */
void             http_hash(struct str, uint8_t ret[32]);
void             http_random(uint8_t *ret, size_t n);

#endif
