// SPDX-License-Identifier: Apache-2.0
#include "crypt/client_proof_maker.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/time_text.h"

struct maker { EVP_PKEY *key; X509 *own; X509_CRL *list; long serial; int64_t now_us; };
struct maker_card { EVP_PKEY *key; X509 *own; bool rsa; };

static void
must(bool good)
{
	if (!good)
		abort();
}

static void
extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *e;

	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	must(e && X509_add_ext(cert, e, -1) == 1);
	X509_EXTENSION_free(e);
}

static X509 *
certificate(const char *name, EVP_PKEY *key, X509 *issuer, long serial, int64_t from_us, int64_t until_us)
{
	X509 *cert = X509_new();
	X509_NAME *subject;

	must(cert && X509_set_version(cert, 2) && ASN1_INTEGER_set(X509_get_serialNumber(cert), serial) && X509_set_pubkey(cert, key));
	subject = X509_get_subject_name(cert);
	must(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1, 0) == 1);
	must(X509_set_issuer_name(cert, issuer ? X509_get_subject_name(issuer) : subject) == 1);
	must(ASN1_TIME_set(X509_getm_notBefore(cert), (time_t)(from_us / SECOND_US)) && ASN1_TIME_set(X509_getm_notAfter(cert), (time_t)(until_us / SECOND_US)));
	return cert;
}

struct maker *
maker_new(const char *name, int64_t now_us)
{
	struct maker *m = calloc(1, sizeof(*m));

	must(m != NULL);
	m->key = EVP_EC_gen("P-256");
	m->now_us = now_us;
	m->own = certificate(name, m->key, NULL, 1, now_us - 365 * DAY_US, now_us + 3650 * DAY_US);
	extension(m->own, m->own, NID_basic_constraints, "critical,CA:TRUE");
	extension(m->own, m->own, NID_key_usage, "critical,keyCertSign,cRLSign");
	must(X509_sign(m->own, m->key, EVP_sha256()) > 0);
	m->list = X509_CRL_new();
	must(m->list && X509_CRL_set_version(m->list, 1) && X509_CRL_set_issuer_name(m->list, X509_get_subject_name(m->own)));
	m->serial = 1;
	return m;
}

void
maker_free(struct maker *m)
{
	EVP_PKEY_free(m->key);
	X509_free(m->own);
	X509_CRL_free(m->list);
	free(m);
}

struct maker_card *
maker_card_new(struct maker *m, const struct maker_spec *s)
{
	struct maker_card *c = calloc(1, sizeof(*c));

	must(c != NULL);
	c->rsa = s->rsa;
	c->key = s->rsa ? EVP_RSA_gen(s->weak ? 1024 : 2048) : EVP_EC_gen("P-256");
	must(c->key != NULL);
	c->own = certificate(s->name, c->key, m->own, ++m->serial, s->from_us ? s->from_us : m->now_us - DAY_US, s->until_us ? s->until_us : m->now_us + 365 * DAY_US);
	extension(c->own, m->own, NID_ext_key_usage, s->server_only ? "serverAuth" : "clientAuth");
	must(X509_sign(c->own, m->key, EVP_sha256()) > 0);
	return c;
}

void
maker_card_free(struct maker_card *c)
{
	EVP_PKEY_free(c->key);
	X509_free(c->own);
	free(c);
}

void
maker_revoke(struct maker *m, const struct maker_card *c)
{
	X509_REVOKED *r = X509_REVOKED_new();
	ASN1_TIME *at = ASN1_TIME_set(NULL, (time_t)(m->now_us / SECOND_US));

	must(r && at && X509_REVOKED_set_serialNumber(r, X509_get_serialNumber(c->own)) && X509_REVOKED_set_revocationDate(r, at) && X509_CRL_add0_revoked(m->list, r));
	ASN1_TIME_free(at);
}

void
maker_pem(struct maker *m, int64_t list_until_us, struct buf *ret)
{
	ASN1_TIME *from = ASN1_TIME_set(NULL, (time_t)((m->now_us - 2 * DAY_US) / SECOND_US)), *until = ASN1_TIME_set(NULL, (time_t)(list_until_us / SECOND_US));
	BIO *bio = BIO_new(BIO_s_mem());
	char *p;
	long n;

	must(bio && PEM_write_bio_X509(bio, m->own) == 1);
	if (list_until_us)
		must(X509_CRL_set1_lastUpdate(m->list, from) && X509_CRL_set1_nextUpdate(m->list, until) && X509_CRL_sort(m->list) && X509_CRL_sign(m->list, m->key, EVP_sha256()) > 0 &&
		    PEM_write_bio_X509_CRL(bio, m->list) == 1);
	n = BIO_get_mem_data(bio, &p);
	must(buf_add(ret, (struct str){ p, (size_t)n }) == RC_OK);
	ASN1_TIME_free(from);
	ASN1_TIME_free(until);
	BIO_free(bio);
}

/* ---- messages */

static void
put(struct buf *b, size_t bytes, size_t n)
{
	while (bytes--)
		must(buf_add_byte(b, (uint8_t)(n >> 8 * bytes)) == RC_OK);
}

static void
message(struct buf *b, int type, struct str body)
{
	put(b, 1, (size_t)type);
	put(b, 3, body.n);
	must(buf_add(b, body) == RC_OK);
}

static void
server_hello(struct buf *b, enum maker_how how, const uint8_t random[32])
{
	struct buf body = BUF(256);

	put(&body, 2, 0x0303);
	must(buf_add(&body, (struct str){ (const char *)random, 32 }) == RC_OK);
	put(&body, 1, 0);
	put(&body, 2, how == MAKER_12 ? 0xc02b : how == MAKER_13_SHA384 ? 0x1302 : 0x1301);
	put(&body, 1, 0);
	if (how != MAKER_12) {
		put(&body, 2, 6);
		put(&body, 2, 43);
		put(&body, 2, 2);
		put(&body, 2, 0x0304);
	}
	message(b, 2, buf_str(&body));
	buf_free(&body);
}

static void
client_certificate(struct buf *b, const struct maker_card *c, bool is_12)
{
	struct buf body = BUF(16384);
	unsigned char *der = NULL;
	int n = i2d_X509(c->own, &der);

	must(n > 0);
	if (!is_12)
		put(&body, 1, 0);
	put(&body, 3, (size_t)n + (is_12 ? 3 : 5));
	put(&body, 3, (size_t)n);
	must(buf_add(&body, (struct str){ (const char *)der, (size_t)n }) == RC_OK);
	if (!is_12)
		put(&body, 2, 0);
	message(b, 11, buf_str(&body));
	OPENSSL_free(der);
	buf_free(&body);
}

static void
verify(struct buf *b, const struct maker_card *c, struct str signs)
{
	unsigned char signature[1024];
	size_t n = sizeof(signature);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pctx = NULL;
	struct buf body = BUF(2048);

	must(ctx && EVP_DigestSignInit_ex(ctx, &pctx, "SHA256", NULL, NULL, c->key, NULL) == 1);
	if (c->rsa)
		must(EVP_PKEY_CTX_set_rsa_padding(pctx, RSA_PKCS1_PSS_PADDING) == 1 && EVP_PKEY_CTX_set_rsa_pss_saltlen(pctx, RSA_PSS_SALTLEN_DIGEST) == 1);
	must(EVP_DigestSign(ctx, signature, &n, (const unsigned char *)signs.p, signs.n) == 1);
	put(&body, 2, c->rsa ? 0x0804 : 0x0403);
	put(&body, 2, n);
	must(buf_add(&body, (struct str){ (const char *)signature, n }) == RC_OK);
	message(b, 15, buf_str(&body));
	EVP_MD_CTX_free(ctx);
	buf_free(&body);
}

void
maker_handshake(const struct maker_card *c, enum maker_how how, const uint8_t random[32], struct buf *ret)
{
	static const uint8_t again[32] = { 0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c };
	const EVP_MD *digest = how == MAKER_13_SHA384 ? EVP_sha384() : EVP_sha256();
	unsigned char hash[EVP_MAX_MD_SIZE];
	struct buf signs = BUF(65536), rest = BUF(65536);
	size_t first;
	unsigned n = 0;

	message(ret, 1, STR("the client's hello"));
	first = ret->n;
	if (how == MAKER_13_AGAIN) {
		server_hello(ret, how, again);
		message(ret, 1, STR("the client's second hello"));
	}
	server_hello(ret, how, random);
	if (how == MAKER_12) {
		message(ret, 11, STR("the server's certificate"));
		message(ret, 12, STR("the server's key exchange"));
		message(ret, 13, STR("asks for a certificate"));
		message(ret, 14, STR(""));
		client_certificate(ret, c, true);
		message(ret, 16, STR("the client's key exchange"));
		must(buf_add(&signs, buf_str(ret)) == RC_OK);
	} else {
		message(ret, 8, STR("extensions"));
		message(ret, 13, STR("asks for a certificate"));
		message(ret, 11, STR("the server's certificate"));
		message(ret, 15, STR("the server's signature"));
		message(ret, 20, STR("finished"));
		client_certificate(ret, c, false);
		if (how == MAKER_13_AGAIN) {
			must(EVP_Digest(ret->p, first, hash, &n, digest, NULL) == 1);
			message(&rest, 254, (struct str){ (const char *)hash, n });
			must(buf_add(&rest, str_sub(buf_str(ret), first, ret->n)) == RC_OK);
		} else {
			must(buf_add(&rest, buf_str(ret)) == RC_OK);
		}
		must(EVP_Digest(rest.p, rest.n, hash, &n, digest, NULL) == 1);
		for (int i = 0; i < 64; i++)
			must(buf_add_byte(&signs, ' ') == RC_OK);
		must(buf_add(&signs, STR("TLS 1.3, client CertificateVerify\0")) == RC_OK && buf_add(&signs, (struct str){ (const char *)hash, n }) == RC_OK);
	}
	verify(ret, c, buf_str(&signs));
	buf_free(&signs);
	buf_free(&rest);
}
