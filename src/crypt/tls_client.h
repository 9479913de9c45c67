// SPDX-License-Identifier: Apache-2.0
/*
 * tls_client - a TLS handshake as a browser makes it, over bytes in memory.
 *
 * The caller carries the bytes; nothing here opens anything. The handshake goes
 * on whatever the certificate says and however old the version: what the peer
 * is worth stands in the answer, and tls_trust() says whom it proves to be.
 * Two bodies link against this header: tls_client.c (reader, tests) and
 * tls_none.c (whoever only carries the list of controls).
 */
#ifndef CRYPT_TLS_CLIENT_H
#define CRYPT_TLS_CLIENT_H

#include "base/str.h"

#define TLS_1_0 0x0301
#define TLS_1_1 0x0302
#define TLS_1_2 0x0303
#define TLS_1_3 0x0304

struct tls_ask {
	const char *name;                     /* server name to ask for; NULL: none. A literal address is not sent */
	int         version_min, version_max; /* 0: from 1.0 to 1.3                                                */
	const char *ciphers;                  /* up to TLS 1.2, in OpenSSL's words; NULL: every one with encryption */
	struct str  roots;                    /* PEM: a handshake with anybody else than `name` under one of these is refused; STR_NONE: tls_trust() judges afterwards */
};

enum tls_step { TLS_MORE = 0, TLS_OPEN, TLS_ENDED /* the peer said that was all */, TLS_REFUSED };

struct tls_client; /* opaque; the caller's */
MUST_USE enum rc tls_client_new(const struct tls_ask *, struct tls_client **ret);
/*
 * Takes what came (first time: nothing), adds to `send` what has to go to the peer, and to `plain` what it said under
 * encryption (RC_LIMIT at its ceiling). TLS_REFUSED: no handshake, rc_trail() says which side refused and why.
 */
MUST_USE enum rc tls_client_take(struct tls_client *, struct str came, struct buf *send, struct buf *plain, enum tls_step *ret);
MUST_USE enum rc tls_client_say(struct tls_client *, struct str plain, struct buf *send); /* once TLS_OPEN */
void             tls_client_free(struct tls_client *);

#define TLS_CERTS_MAX 12
enum tls_key { TLS_KEY_OTHER = 0, TLS_KEY_RSA, TLS_KEY_EC, TLS_KEY_ED };
struct tls_cert {
	struct str   der, subject, issuer, signature; /* signature: OpenSSL's name of the algorithm                       */
	int64_t      not_before_us, not_after_us;
	enum tls_key key;
	int          key_bits;
	bool         old_digest;                      /* signed over MD5, SHA-1 or something nobody knows                 */
	bool         self_signed;
};
struct tls_seen {
	int             version;                      /* TLS_1_0 …                                                        */
	struct str      cipher;                       /* standard (IANA) name                                             */
	int             dh_bits;                      /* of the group the peer chose for DHE; 0: another key exchange     */
	struct tls_cert certs[TLS_CERTS_MAX];         /* as sent, the peer's own first                                    */
	size_t          certs_count;
};
/* Once TLS_OPEN: what was agreed and shown; texts live in the arena. */
MUST_USE enum rc tls_client_seen(const struct tls_client *, struct arena *, struct tls_seen *ret);

enum tls_trust { TLS_TRUST_UNKNOWN = 0, TLS_TRUSTED, TLS_EXPIRED, TLS_NOT_YET, TLS_SELF_SIGNED, TLS_STRANGER /* no way to a known root */, TLS_UNTRUSTED };
struct tls_proof { enum tls_trust trust; bool name_right; const char *words; /* OpenSSL's, static */ };
/* Is it whom we meant, by these roots (PEM, as in ca-certificates.crt), at this time? `name`: host name or literal address. RC_SYNTAX: no root can be read. */
MUST_USE enum rc tls_trust(const struct tls_seen *, struct str roots_pem, const char *name, int64_t now_us, struct tls_proof *ret);
/* SHA-256 over the certificate, 64 small hexadecimal digits. */
void             tls_cert_print(const struct tls_cert *, char ret[65]);

#endif
