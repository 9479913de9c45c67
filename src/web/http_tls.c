// SPDX-License-Identifier: Apache-2.0
/* The TLS side of http: the certificate is here, the key is not; every handshake's signature is asked for. */
#include "web/http_int.h"

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <stdlib.h>
#include <string.h>

#define CHAIN_MAX 8

struct http_tls {
	gnutls_pcert_st  chain[CHAIN_MAX];
	unsigned         chain_n;
	gnutls_privkey_t key;
	enum rc        (*sign)(void *, struct str, struct buf *);
	void            *context;
};
static struct http_tls *current; /* libmicrohttpd hands its retrieve function no context */

static int
key_sign_hash(gnutls_privkey_t key, gnutls_sign_algorithm_t algorithm, void *userdata, unsigned flags, const gnutls_datum_t *digest, gnutls_datum_t *signature)
{
	struct http_tls *tls = userdata;
	struct buf der = BUF(512);
	int result = GNUTLS_E_PK_SIGN_FAILED;

	if (tls->sign(tls->context, (struct str){ (const char *)digest->data, digest->size }, &der) == RC_OK && der.n) {
		signature->data = gnutls_malloc(der.n);
		if (signature->data) {
			memcpy(signature->data, der.p, der.n);
			signature->size = (unsigned)der.n;
			result = 0;
		}
	}
	buf_free(&der);
	return result;
}

static int
key_info(gnutls_privkey_t key, unsigned flags, void *userdata)
{
	if (flags & GNUTLS_PRIVKEY_INFO_PK_ALGO)
		return GNUTLS_PK_ECDSA;
	if (flags & GNUTLS_PRIVKEY_INFO_PK_ALGO_BITS)
		return 256;
	if (flags & GNUTLS_PRIVKEY_INFO_HAVE_SIGN_ALGO) {
		unsigned algorithm = GNUTLS_FLAGS_TO_SIGN_ALGO(flags);

		return algorithm == GNUTLS_SIGN_ECDSA_SECP256R1_SHA256 || algorithm == GNUTLS_SIGN_ECDSA_SHA256 || algorithm == GNUTLS_SIGN_ECDSA_SHA384;
	}
	return -1;
}

/* One signature against the certificate: a foreign key is found at start, not at the first browser. */
static enum rc
key_matches(struct http_tls *tls)
{
	uint8_t bytes[32] = { 1 };
	struct buf der = BUF(512);
	gnutls_datum_t digest = { bytes, sizeof(bytes) }, signature;
	gnutls_pubkey_t pubkey = tls->chain[0].pubkey;
	enum rc rc = RC_OK;

	if (gnutls_pubkey_get_pk_algorithm(pubkey, NULL) != GNUTLS_PK_ECDSA)
		return FAIL(RC_SYNTAX, "certificate: its key is not ECDSA P-256");
	TRY(tls->sign(tls->context, (struct str){ (const char *)bytes, sizeof(bytes) }, &der));
	signature = (gnutls_datum_t){ (unsigned char *)der.p, (unsigned)der.n };
	if (gnutls_pubkey_verify_hash2(pubkey, GNUTLS_SIGN_ECDSA_SHA256, 0, &digest, &signature) < 0)
		rc = FAIL(RC_CONFLICT, "certificate: it does not belong to the station's TLS key");
out:
	buf_free(&der);
	return rc;
}

static enum rc
chain_load(struct http_tls *tls, struct str pem)
{
	gnutls_datum_t data = { (unsigned char *)(uintptr_t)pem.p, (unsigned)pem.n }; /* only read */
	unsigned n = CHAIN_MAX;
	int e = gnutls_pcert_list_import_x509_raw(tls->chain, &n, &data, GNUTLS_X509_FMT_PEM, GNUTLS_X509_CRT_LIST_FAIL_IF_UNSORTED);

	if (e < 0 || n == 0)
		return FAIL(RC_SYNTAX, "certificate: no PEM chain of at most %d certificates, leaf first (%s)", CHAIN_MAX, gnutls_strerror(e));
	tls->chain_n = n;
	return RC_OK;
}

enum rc
http_tls_new(const struct http_spec *spec, struct http_tls **ret)
{
	struct http_tls *tls = calloc(1, sizeof(*tls));
	enum rc rc = RC_OK;
	int e;

	if (!tls)
		abort(); /* out of memory ends the process; warden restarts it */
	tls->sign = spec->sign;
	tls->context = spec->context;
	TRY(chain_load(tls, spec->certificate_pem));
	TRY(key_matches(tls));
	e = gnutls_privkey_init(&tls->key);
	if (e >= 0)
		e = gnutls_privkey_import_ext4(tls->key, tls, NULL, key_sign_hash, NULL, NULL, key_info, 0);
	if (e < 0)
		TRY(FAIL(RC_IO, "TLS key: %s", gnutls_strerror(e)));
	current = tls;
	*ret = tls;
	tls = NULL;
out:
	http_tls_free(tls);
	return rc;
}

void
http_tls_free(struct http_tls *tls)
{
	if (!tls)
		return;
	if (current == tls)
		current = NULL;
	if (tls->key)
		gnutls_privkey_deinit(tls->key);
	for (unsigned i = 0; i < tls->chain_n; i++)
		gnutls_pcert_deinit(&tls->chain[i]);
	free(tls);
}

int
http_tls_retrieve(gnutls_session_t session, const gnutls_datum_t *authorities, int authorities_n, const gnutls_pk_algorithm_t *algorithms, int algorithms_n,
    gnutls_pcert_st **ret_chain, unsigned *ret_n, gnutls_privkey_t *ret_key)
{
	if (!current)
		return -1;
	*ret_chain = current->chain;
	*ret_n = current->chain_n;
	*ret_key = current->key;
	return 0;
}

/* ---- a handshake as auth wants to see it */

#define HELLO_RETRY 1025 /* GnuTLS tells it apart from the hello that it is */

/* The library hands over the bodies; type and length stand before each as on the wire. */
static int
handshake_message(gnutls_session_t session, unsigned type, unsigned when, unsigned incoming, const gnutls_datum_t *body)
{
	struct http_handshake *h = gnutls_db_get_ptr(session);
	unsigned n = body ? body->size : 0, wire = type == HELLO_RETRY ? GNUTLS_HANDSHAKE_SERVER_HELLO : type;
	const char head[4] = { (char)wire, (char)(n >> 16), (char)(n >> 8), (char)n };

	if (!h || h->whole || h->lost)
		return 0;
	if (buf_add(&h->bytes, (struct str){ head, sizeof(head) }) != RC_OK || (n && buf_add(&h->bytes, (struct str){ (const char *)body->data, n }) != RC_OK)) {
		rc_trail_clear(); /* longer than any that counts: it proves nothing */
		h->lost = true;
	}
	h->whole = !h->lost && incoming && type == GNUTLS_HANDSHAKE_CERTIFICATE_VERIFY;
	return 0;
}

/* Sessions are not kept, so the place for their store is free. */
void
http_handshake_follow(gnutls_session_t session, struct http_handshake *h, const uint8_t random[32])
{
	const gnutls_datum_t datum = { (unsigned char *)(uintptr_t)random, 32 }; /* only read */

	if (gnutls_handshake_set_random(session, &datum) < 0)
		return; /* without it a handshake proves nothing, and none is kept */
	gnutls_db_set_ptr(session, h);
	gnutls_handshake_set_hook_function(session, GNUTLS_HANDSHAKE_ANY, GNUTLS_HOOK_PRE, handshake_message);
}

void
http_hash(struct str bytes, uint8_t ret[32])
{
	if (gnutls_hash_fast(GNUTLS_DIG_SHA256, bytes.p, bytes.n, ret) < 0)
		abort(); /* without a hash no form can be trusted */
}

void
http_random(uint8_t *ret, size_t n)
{
	if (gnutls_rnd(GNUTLS_RND_KEY, ret, n) < 0)
		abort(); /* without randomness no token can be made */
}
