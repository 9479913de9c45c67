// SPDX-License-Identifier: Apache-2.0
/* The client side of TLS over two memory buffers, by OpenSSL; its configuration files are not read. */
#include "crypt/tls_client.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct tls_client {
	SSL_CTX *ctx;
	SSL     *ssl;
	BIO     *in, *out; /* owned by ssl */
	bool     open;
};

static enum rc
fail_ssl(enum rc class, const char *what)
{
	unsigned long e = ERR_get_error();
	const char *reason = e ? ERR_reason_error_string(e) : NULL;

	ERR_clear_error();
	return FAIL(class, "%s: %s", what, reason ? reason : "closed without a word");
}

static size_t roots_load(struct str pem, X509_STORE *store);

static bool
is_literal(const char *name)
{
	unsigned char bytes[16];

	return inet_pton(AF_INET, name, bytes) == 1 || inet_pton(AF_INET6, name, bytes) == 1;
}

/* Only whom we mean, by nothing weak. */
static enum rc
insist(SSL_CTX *ctx, const struct tls_ask *ask)
{
	X509_VERIFY_PARAM *param = SSL_CTX_get0_param(ctx);

	SSL_CTX_set_security_level(ctx, 2);
	SSL_CTX_clear_options(ctx, SSL_OP_LEGACY_SERVER_CONNECT);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
	if (ask->name == NULL || (is_literal(ask->name) ? X509_VERIFY_PARAM_set1_ip_asc(param, ask->name) : X509_VERIFY_PARAM_set1_host(param, ask->name, 0)) != 1 ||
	    SSL_CTX_set_cipher_list(ctx, "DEFAULT") != 1 || SSL_CTX_set_min_proto_version(ctx, TLS_1_2) != 1)
		return fail_ssl(RC_SYNTAX, "TLS");
	if (roots_load(ask->roots, SSL_CTX_get_cert_store(ctx)) == 0)
		return FAIL(RC_SYNTAX, "no root certificate can be read");
	return RC_OK;
}

enum rc
tls_client_new(const struct tls_ask *ask, struct tls_client **ret)
{
	struct tls_client *c = calloc(1, sizeof(*c));
	enum rc rc = RC_OK;

	if (c == NULL)
		abort();
	if (OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, NULL) != 1)
		TRY(fail_ssl(RC_IO, "TLS"));
	c->ctx = SSL_CTX_new(TLS_client_method());
	if (c->ctx == NULL)
		TRY(fail_ssl(RC_IO, "TLS"));
	SSL_CTX_set_security_level(c->ctx, 0); /* weak is what we look for */
	SSL_CTX_set_options(c->ctx, SSL_OP_LEGACY_SERVER_CONNECT | SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_NO_COMPRESSION);
	SSL_CTX_set_verify(c->ctx, SSL_VERIFY_NONE, NULL); /* tls_trust() judges afterwards */
	if (SSL_CTX_set_min_proto_version(c->ctx, ask->version_min ? ask->version_min : TLS_1_0) != 1 ||
	    SSL_CTX_set_max_proto_version(c->ctx, ask->version_max ? ask->version_max : TLS_1_3) != 1 ||
	    SSL_CTX_set_cipher_list(c->ctx, ask->ciphers ? ask->ciphers : "ALL:@SECLEVEL=0") != 1)
		TRY(fail_ssl(RC_SYNTAX, "TLS"));
	if (ask->roots.n)
		TRY(insist(c->ctx, ask));
	c->ssl = SSL_new(c->ctx);
	c->in = BIO_new(BIO_s_mem());
	c->out = BIO_new(BIO_s_mem());
	if (c->ssl == NULL || c->in == NULL || c->out == NULL) {
		BIO_free(c->in);
		BIO_free(c->out);
		TRY(fail_ssl(RC_LIMIT, "TLS"));
	}
	(void)BIO_set_mem_eof_return(c->in, -1);
	SSL_set_bio(c->ssl, c->in, c->out);
	SSL_set_connect_state(c->ssl);
	if (ask->name && !is_literal(ask->name) && SSL_set_tlsext_host_name(c->ssl, ask->name) != 1)
		TRY(fail_ssl(RC_SYNTAX, ask->name));
	*ret = c;
	c = NULL;
out:
	tls_client_free(c);
	return rc;
}

void
tls_client_free(struct tls_client *c)
{
	if (c == NULL)
		return;
	SSL_free(c->ssl);
	SSL_CTX_free(c->ctx);
	free(c);
}

static enum rc
drain(struct tls_client *c, struct buf *send)
{
	char piece[4096];
	int n;
	enum rc rc = RC_OK;

	while ((n = BIO_read(c->out, piece, sizeof(piece))) > 0)
		TRY(buf_add(send, (struct str){ piece, (size_t)n }));
out:
	return rc;
}

/* Everything readable; says how it stands. */
static enum rc
hear(struct tls_client *c, struct buf *plain, enum tls_step *step)
{
	char piece[16384];
	size_t n;
	enum rc rc = RC_OK;

	for (;;) {
		int got = SSL_read_ex(c->ssl, piece, sizeof(piece), &n), error = SSL_get_error(c->ssl, got);

		if (got == 1) {
			TRY(buf_add(plain, (struct str){ piece, n }));
			continue;
		}
		*step = error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? TLS_OPEN : error == SSL_ERROR_ZERO_RETURN ? TLS_ENDED : TLS_REFUSED;
		if (*step == TLS_REFUSED)
			(void)fail_ssl(RC_IO, "TLS"); /* for the trail */
		return RC_OK;
	}
out:
	return rc;
}

enum rc
tls_client_take(struct tls_client *c, struct str came, struct buf *send, struct buf *plain, enum tls_step *ret)
{
	enum tls_step step = TLS_OPEN;
	enum rc rc = RC_OK, sent;

	ERR_clear_error();
	if (came.n > INT32_MAX || (came.n && BIO_write(c->in, came.p, (int)came.n) != (int)came.n))
		return fail_ssl(RC_LIMIT, "TLS");
	if (!c->open) {
		int done = SSL_do_handshake(c->ssl), error = SSL_get_error(c->ssl, done);

		step = done == 1 ? TLS_OPEN : error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? TLS_MORE : TLS_REFUSED;
		c->open = done == 1;
		if (step == TLS_REFUSED)
			(void)fail_ssl(RC_IO, "TLS handshake"); /* for the trail */
	}
	if (c->open)
		rc = hear(c, plain, &step);
	sent = drain(c, send);
	ERR_clear_error();
	if (rc == RC_OK)
		rc = sent;
	if (rc == RC_OK)
		*ret = step;
	return rc;
}

enum rc
tls_client_say(struct tls_client *c, struct str plain, struct buf *send)
{
	size_t n = 0;

	if (!c->open)
		return FAIL(RC_BUG, "TLS is not open yet");
	if (plain.n && SSL_write_ex(c->ssl, plain.p, plain.n, &n) != 1)
		return fail_ssl(RC_IO, "TLS");
	return drain(c, send);
}

static int64_t
time_us(const ASN1_TIME *at)
{
	struct tm tm;

	return at && ASN1_TIME_to_tm(at, &tm) == 1 ? (int64_t)timegm(&tm) * 1000000 : 0;
}

/* A name as people read it: CN=…, O=…; in UTF-8, control characters escaped. */
static struct str
name_text(const X509_NAME *name, struct arena *arena)
{
	BIO *b = BIO_new(BIO_s_mem());
	char *p = NULL;
	long n = 0;
	struct str text = STR_NONE;

	if (b && X509_NAME_print_ex(b, name, 0, (XN_FLAG_ONELINE & ~(unsigned long)ASN1_STRFLGS_ESC_MSB) | ASN1_STRFLGS_UTF8_CONVERT) >= 0 && (n = BIO_get_mem_data(b, &p)) > 0)
		text = arena_dup(arena, (struct str){ p, n < 200 ? (size_t)n : 200 });
	BIO_free(b);
	return text;
}

static enum rc
cert_seen(X509 *x, struct arena *arena, struct tls_cert *ret)
{
	unsigned char *der = NULL;
	EVP_PKEY *key = X509_get0_pubkey(x);
	int n = i2d_X509(x, &der), digest = NID_undef, kind = key ? EVP_PKEY_get_base_id(key) : EVP_PKEY_NONE, signature = X509_get_signature_nid(x);
	enum rc rc = RC_OK;

	if (n <= 0)
		return fail_ssl(RC_SYNTAX, "certificate");
	*ret = (struct tls_cert){ .der = arena_dup(arena, (struct str){ (char *)der, (size_t)n }) };
	ret->subject = name_text(X509_get_subject_name(x), arena);
	ret->issuer = name_text(X509_get_issuer_name(x), arena);
	ret->not_before_us = time_us(X509_get0_notBefore(x));
	ret->not_after_us = time_us(X509_get0_notAfter(x));
	ret->key = kind == EVP_PKEY_RSA || kind == EVP_PKEY_RSA_PSS ? TLS_KEY_RSA : kind == EVP_PKEY_EC ? TLS_KEY_EC : kind == EVP_PKEY_ED25519 || kind == EVP_PKEY_ED448 ? TLS_KEY_ED : TLS_KEY_OTHER;
	ret->key_bits = key ? EVP_PKEY_get_bits(key) : 0;
	ret->signature = str_of(OBJ_nid2ln(signature));
	if (X509_get_signature_info(x, &digest, NULL, NULL, NULL) != 1)
		ret->old_digest = true;
	else
		ret->old_digest = digest != NID_sha256 && digest != NID_sha384 && digest != NID_sha512 && digest != NID_sha3_256 && digest != NID_sha3_384 && digest != NID_sha3_512 &&
		    signature != NID_ED25519 && signature != NID_ED448;
	ret->self_signed = X509_self_signed(x, 1) == 1;
	if (ret->der.p == NULL)
		rc = FAIL(RC_LIMIT, "no room for a certificate");
	OPENSSL_free(der);
	ERR_clear_error();
	return rc;
}

enum rc
tls_client_seen(const struct tls_client *c, struct arena *arena, struct tls_seen *ret)
{
	STACK_OF(X509) *chain = SSL_get_peer_cert_chain(c->ssl);
	const char *cipher = SSL_CIPHER_standard_name(SSL_get_current_cipher(c->ssl));
	struct tls_seen seen = { .version = SSL_version(c->ssl), .cipher = arena_dup(arena, str_of(cipher ? cipher : SSL_get_cipher_name(c->ssl))) };
	EVP_PKEY *once = NULL;
	enum rc rc = RC_OK;

	if (!c->open)
		return FAIL(RC_BUG, "TLS is not open yet");
	if (SSL_get_peer_tmp_key(c->ssl, &once) == 1 && EVP_PKEY_is_a(once, "DH"))
		seen.dh_bits = EVP_PKEY_get_bits(once);
	EVP_PKEY_free(once);
	if (sk_X509_num(chain) > TLS_CERTS_MAX)
		return FAIL(RC_LIMIT, "the peer sends %d certificates", sk_X509_num(chain));
	for (int i = 0; i < sk_X509_num(chain); i++)
		TRY(cert_seen(sk_X509_value(chain, i), arena, &seen.certs[seen.certs_count++]));
	*ret = seen;
out:
	return rc;
}

/* ---- whom it proves to be ---- */

static X509 *
cert_of(struct str der)
{
	const unsigned char *p = (const unsigned char *)der.p;

	return d2i_X509(NULL, &p, (long)der.n);
}

static size_t
roots_load(struct str pem, X509_STORE *store)
{
	BIO *b = pem.n <= INT32_MAX ? BIO_new_mem_buf(pem.p, (int)pem.n) : NULL;
	size_t count = 0;
	X509 *x;

	while (b && (x = PEM_read_bio_X509(b, NULL, NULL, NULL)) != NULL) {
		count += X509_STORE_add_cert(store, x) == 1;
		X509_free(x);
	}
	BIO_free(b);
	ERR_clear_error();
	return count;
}

static enum tls_trust
trust_of(int error)
{
	switch (error) {
	case X509_V_OK:
		return TLS_TRUSTED;
	case X509_V_ERR_CERT_HAS_EXPIRED:
		return TLS_EXPIRED;
	case X509_V_ERR_CERT_NOT_YET_VALID:
		return TLS_NOT_YET;
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
		return TLS_SELF_SIGNED;
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN: case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT: case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY: case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
		return TLS_STRANGER;
	case X509_V_ERR_OUT_OF_MEM: case X509_V_ERR_UNSPECIFIED: case X509_V_ERR_STORE_LOOKUP:
		return TLS_TRUST_UNKNOWN;
	default:
		return TLS_UNTRUSTED;
	}
}

static bool
names(X509 *x, const char *name)
{
	if (is_literal(name))
		return X509_check_ip_asc(x, name, 0) == 1;
	return X509_check_host(x, name, 0, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT, NULL) == 1; /* as browsers do */
}

enum rc
tls_trust(const struct tls_seen *seen, struct str roots_pem, const char *name, int64_t now_us, struct tls_proof *ret)
{
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	STACK_OF(X509) *others = sk_X509_new_null();
	X509 *own = seen->certs_count ? cert_of(seen->certs[0].der) : NULL, *x;
	enum rc rc = RC_OK;

	if (store == NULL || ctx == NULL || others == NULL)
		TRY(FAIL(RC_LIMIT, "no room for certificates"));
	if (own == NULL)
		TRY(FAIL(RC_SYNTAX, "the peer showed no certificate"));
	if (roots_load(roots_pem, store) == 0)
		TRY(FAIL(RC_SYNTAX, "no root certificate can be read"));
	for (size_t i = 1; i < seen->certs_count; i++)
		if ((x = cert_of(seen->certs[i].der)) != NULL && sk_X509_push(others, x) == 0)
			X509_free(x);
	if (X509_STORE_CTX_init(ctx, store, own, others) != 1)
		TRY(fail_ssl(RC_LIMIT, "certificates"));
	X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(ctx), (time_t)(now_us / 1000000));
	(void)X509_VERIFY_PARAM_set_purpose(X509_STORE_CTX_get0_param(ctx), X509_PURPOSE_SSL_SERVER);
	X509_VERIFY_PARAM_set_auth_level(X509_STORE_CTX_get0_param(ctx), 0); /* sizes and digests are judged by tls-profile */
	(void)X509_VERIFY_PARAM_set_flags(X509_STORE_CTX_get0_param(ctx), X509_V_FLAG_TRUSTED_FIRST);
	(void)X509_verify_cert(ctx);
	*ret = (struct tls_proof){ .trust = trust_of(X509_STORE_CTX_get_error(ctx)), .name_right = names(own, name), .words = X509_verify_cert_error_string(X509_STORE_CTX_get_error(ctx)) };
out:
	ERR_clear_error();
	sk_X509_pop_free(others, X509_free);
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
	X509_free(own);
	return rc;
}

void
tls_cert_print(const struct tls_cert *c, char ret[65])
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (EVP_Digest(c->der.p, c->der.n, hash, &n, EVP_sha256(), NULL) != 1 || n != 32)
		abort(); /* no memory */
	for (unsigned i = 0; i < n; i++)
		(void)snprintf(ret + 2 * i, 3, "%02x", hash[i]);
}
