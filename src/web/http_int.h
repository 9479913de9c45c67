// SPDX-License-Identifier: Apache-2.0
/* http_int - what http.c and http_tls.c share. */
#ifndef WEB_HTTP_INT_H
#define WEB_HTTP_INT_H

#include <gnutls/abstract.h>

#include "web/http.h"

struct http_tls;

/* Ciphers, groups and signatures of the console: TLS 1.3 and 1.2, forward secrecy and AEAD only, no tickets. */
#define HTTP_TLS_PRIORITIES                                                                            \
	"NONE:+VERS-TLS1.3:+VERS-TLS1.2:+AES-256-GCM:+CHACHA20-POLY1305:+AES-128-GCM:+AEAD:"           \
	"+ECDHE-ECDSA:+GROUP-X25519:+GROUP-SECP256R1:+GROUP-SECP384R1:+SIGN-ECDSA-SECP256R1-SHA256:"   \
	"+SIGN-ECDSA-SHA256:+SIGN-ECDSA-SHA384:+COMP-NULL:+CTYPE-X509:%SERVER_PRECEDENCE:%NO_TICKETS"

/* The same where people show certificates: their keys are of other kinds than ours. */
#define HTTP_CARD_PRIORITIES HTTP_TLS_PRIORITIES ":+SIGN-ECDSA-SECP384R1-SHA384:+SIGN-RSA-PSS-RSAE-SHA256:+SIGN-RSA-PSS-RSAE-SHA384:+SIGN-RSA-PSS-RSAE-SHA512:+SIGN-RSA-SHA256:+SIGN-RSA-SHA384"

/* The messages of one handshake as they are sent, up to the client's signature. */
struct http_handshake { struct buf bytes; bool whole, lost; };
void             http_handshake_follow(gnutls_session_t, struct http_handshake *, const uint8_t random[32]); /* before its first message; the handshake outlives the session */

MUST_USE enum rc http_tls_new(const struct http_spec *, struct http_tls **ret);
void             http_tls_free(struct http_tls *);
/* For gnutls_certificate_set_retrieve_function2; finds its http_tls through the one that was made last. */
int              http_tls_retrieve(gnutls_session_t, const gnutls_datum_t *, int, const gnutls_pk_algorithm_t *, int,
                                   gnutls_pcert_st **, unsigned *, gnutls_privkey_t *);

#endif
