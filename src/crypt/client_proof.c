// SPDX-License-Identifier: Apache-2.0
/* Messages in the one order TLS 1.2 and 1.3 know, then OpenSSL for the signature and the chain. */
#include "crypt/client_proof.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <time.h>

#include "base/time_text.h"
#include "base/utf8.h"

#define MESSAGES_MAX 12
#define CHAIN_MAX    6
#define RSA_BITS_MIN 2048
#define EC_BITS_MIN  256

enum { CLIENT_HELLO = 1, SERVER_HELLO = 2, ENCRYPTED_EXTENSIONS = 8, CERTIFICATE = 11, KEY_EXCHANGE = 12, CERTIFICATE_REQUEST = 13, HELLO_DONE = 14, VERIFY = 15, CLIENT_KEY = 16, FINISHED = 20 };

/* The orders there are, with and without a second hello. */
static const uint8_t orders[][MESSAGES_MAX] = {
	{ CLIENT_HELLO, SERVER_HELLO, ENCRYPTED_EXTENSIONS, CERTIFICATE_REQUEST, CERTIFICATE, VERIFY, FINISHED, CERTIFICATE, VERIFY },
	{ CLIENT_HELLO, SERVER_HELLO, CLIENT_HELLO, SERVER_HELLO, ENCRYPTED_EXTENSIONS, CERTIFICATE_REQUEST, CERTIFICATE, VERIFY, FINISHED, CERTIFICATE, VERIFY },
	{ CLIENT_HELLO, SERVER_HELLO, CERTIFICATE, KEY_EXCHANGE, CERTIFICATE_REQUEST, HELLO_DONE, CERTIFICATE, CLIENT_KEY, VERIFY },
};
enum order { ORDER_13, ORDER_13_AGAIN, ORDER_12, ORDER_COUNT };

struct message { uint8_t type; struct str whole, body; };
struct messages { struct message list[MESSAGES_MAX]; size_t n; enum order order; const EVP_MD *digest; };

static uint32_t
number(struct str *s, size_t bytes, bool *bad)
{
	uint32_t n = 0;

	if (s->n < bytes) {
		*bad = true;
		return 0;
	}
	for (size_t i = 0; i < bytes; i++)
		n = n << 8 | (uint8_t)s->p[i];
	*s = str_sub(*s, bytes, s->n);
	return n;
}

/* What a length of so many bytes announces. */
static struct str
vector(struct str *s, size_t bytes, bool *bad)
{
	uint32_t n = number(s, bytes, bad);
	struct str ret;

	if (*bad || s->n < n) {
		*bad = true;
		return STR_NONE;
	}
	ret = str_sub(*s, 0, n);
	*s = str_sub(*s, n, s->n);
	return ret;
}

/* Version 1.3 and its cipher; false: of 1.2, or nonsense. */
static bool
hello_13(struct str body, uint8_t ret_random[PROOF_RANDOM_BYTES], uint32_t *ret_cipher, bool *bad)
{
	bool is_13 = false;
	struct str extensions;

	if (number(&body, 2, bad) != 0x0303 || body.n < PROOF_RANDOM_BYTES) {
		*bad = true;
		return false;
	}
	memcpy(ret_random, body.p, PROOF_RANDOM_BYTES);
	body = str_sub(body, PROOF_RANDOM_BYTES, body.n);
	(void)vector(&body, 1, bad);
	*ret_cipher = number(&body, 2, bad);
	(void)number(&body, 1, bad);
	extensions = body.n ? vector(&body, 2, bad) : STR_NONE;
	*bad |= body.n != 0;
	while (extensions.n && !*bad) {
		uint32_t type = number(&extensions, 2, bad);
		struct str value = vector(&extensions, 2, bad);

		is_13 |= type == 43 && value.n == 2 && (uint8_t)value.p[0] == 3 && (uint8_t)value.p[1] == 4;
	}
	return is_13 && !*bad;
}

static enum rc
messages_read(struct str handshake, struct messages *ret, uint8_t random[PROOF_RANDOM_BYTES])
{
	uint32_t cipher = 0;
	bool bad = false, is_13;
	size_t k;

	if (handshake.n > PROOF_BYTES_MAX)
		return FAIL(RC_LIMIT, "handshake: too long");
	for (ret->n = 0; handshake.n && !bad; ret->n++) {
		struct str at = handshake;

		if (ret->n == MESSAGES_MAX)
			return FAIL(RC_SYNTAX, "handshake: too many messages");
		ret->list[ret->n].type = (uint8_t)number(&handshake, 1, &bad);
		ret->list[ret->n].body = vector(&handshake, 3, &bad);
		ret->list[ret->n].whole = str_sub(at, 0, at.n - handshake.n);
	}
	for (ret->order = ORDER_13; !bad && ret->order < ORDER_COUNT; ret->order++) {
		for (k = 0; k < ret->n && ret->list[k].type == orders[ret->order][k]; k++)
			;
		if (ret->n && k == ret->n && (k == MESSAGES_MAX || orders[ret->order][k] == 0))
			break;
	}
	if (bad || ret->order == ORDER_COUNT)
		return FAIL(RC_SYNTAX, "handshake: not one that ends with a client's signature");
	is_13 = hello_13(ret->list[ret->order == ORDER_13_AGAIN ? 3 : 1].body, random, &cipher, &bad);
	if (bad || is_13 != (ret->order != ORDER_12))
		return FAIL(RC_SYNTAX, "handshake: its hello is not of its version");
	ret->digest = cipher == 0x1302 ? EVP_sha384() : EVP_sha256();
	return RC_OK;
}

/* What was signed: of TLS 1.2 the messages themselves, of 1.3 their hash behind words that no other signature begins with. */
static enum rc
signed_bytes(const struct messages *m, struct buf *ret)
{
	static const char words[] = "TLS 1.3, client CertificateVerify"; /* with its NUL */
	unsigned char hash[EVP_MAX_MD_SIZE];
	struct buf all = BUF(PROOF_BYTES_MAX + 64);
	unsigned hash_n = 0;
	enum rc rc = RC_OK;

	if (m->order == ORDER_13_AGAIN) { /* the first hello stands there as its hash */
		if (EVP_Digest(m->list[0].whole.p, m->list[0].whole.n, hash, &hash_n, m->digest, NULL) != 1)
			TRY(FAIL(RC_BUG, "no digest"));
		TRY(buf_add(&all, STR("\376\0\0")));
		TRY(buf_add_byte(&all, (uint8_t)hash_n));
		TRY(buf_add(&all, (struct str){ (const char *)hash, hash_n }));
	}
	for (size_t i = m->order == ORDER_13_AGAIN; i + 1 < m->n; i++)
		TRY(buf_add(&all, m->list[i].whole));
	if (m->order == ORDER_12) {
		TRY(buf_add(ret, buf_str(&all)));
		goto out;
	}
	if (EVP_Digest(all.p, all.n, hash, &hash_n, m->digest, NULL) != 1)
		TRY(FAIL(RC_BUG, "no digest"));
	for (int i = 0; i < 64; i++)
		TRY(buf_add_byte(ret, ' '));
	TRY(buf_add(ret, (struct str){ words, sizeof(words) }));
	TRY(buf_add(ret, (struct str){ (const char *)hash, hash_n }));
out:
	buf_free(&all);
	return rc;
}

/* RSA's old padding is of TLS 1.2 alone. */
static const struct scheme { uint32_t number; const char *digest; int type; bool pss, old; } schemes[] = {
	{ 0x0403, "SHA256", EVP_PKEY_EC, false, false }, { 0x0503, "SHA384", EVP_PKEY_EC, false, false },
	{ 0x0804, "SHA256", EVP_PKEY_RSA, true, false }, { 0x0805, "SHA384", EVP_PKEY_RSA, true, false }, { 0x0806, "SHA512", EVP_PKEY_RSA, true, false },
	{ 0x0401, "SHA256", EVP_PKEY_RSA, false, true }, { 0x0501, "SHA384", EVP_PKEY_RSA, false, true },
};

static enum rc
signature_check(const struct messages *m, EVP_PKEY *key)
{
	struct str verify = m->list[m->n - 1].body, signature;
	struct buf bytes = BUF(PROOF_BYTES_MAX + 64);
	const struct scheme *scheme = NULL;
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pctx = NULL;
	bool bad = false, good;
	uint32_t n = number(&verify, 2, &bad);
	enum rc rc = RC_OK;

	signature = vector(&verify, 2, &bad);
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (schemes[i].number == n && EVP_PKEY_get_base_id(key) == schemes[i].type && !(schemes[i].old && m->order != ORDER_12))
			scheme = &schemes[i];
	if (ctx == NULL)
		abort();
	if (bad || verify.n || scheme == NULL)
		TRY(FAIL(RC_DENIED, "handshake: signed in a way that is not taken"));
	TRY(signed_bytes(m, &bytes));
	good = EVP_DigestVerifyInit_ex(ctx, &pctx, scheme->digest, NULL, NULL, key, NULL) == 1 &&
	    (!scheme->pss || (EVP_PKEY_CTX_set_rsa_padding(pctx, RSA_PKCS1_PSS_PADDING) == 1 && EVP_PKEY_CTX_set_rsa_pss_saltlen(pctx, RSA_PSS_SALTLEN_DIGEST) == 1)) &&
	    EVP_DigestVerify(ctx, (const unsigned char *)signature.p, signature.n, (const unsigned char *)bytes.p, bytes.n) == 1;
	if (!good)
		rc = FAIL(RC_DENIED, "handshake: not signed by the certificate's key");
out:
	EVP_MD_CTX_free(ctx);
	buf_free(&bytes);
	return rc;
}

/* The client's chain, its own first. */
static enum rc
chain_read(const struct messages *m, STACK_OF(X509) *ret)
{
	struct str body = m->list[m->order == ORDER_12 ? m->n - 3 : m->n - 2].body, list;
	bool bad = false;

	if (m->order != ORDER_12 && number(&body, 1, &bad) != 0)
		bad = true; /* the context of a handshake is empty */
	list = vector(&body, 3, &bad);
	bad |= body.n != 0;
	while (list.n && !bad) {
		struct str der = vector(&list, 3, &bad);
		const unsigned char *at = (const unsigned char *)der.p;
		X509 *one;

		if (m->order != ORDER_12)
			(void)vector(&list, 2, &bad);
		one = bad || der.n == 0 ? NULL : d2i_X509(NULL, &at, (long)der.n);
		if (one == NULL || at != (const unsigned char *)der.p + der.n || sk_X509_num(ret) >= CHAIN_MAX || sk_X509_push(ret, one) <= 0) {
			X509_free(one);
			bad = true;
		}
	}
	if (bad || sk_X509_num(ret) == 0)
		return FAIL(RC_SYNTAX, "handshake: no certificate, or none that can be read");
	return RC_OK;
}

/* ---- the authorities */

static enum rc
store_load(struct str pem, X509_STORE *store, size_t *ret_n)
{
	BIO *bio = BIO_new_mem_buf(pem.n ? pem.p : "", (int)pem.n);
	STACK_OF(X509_INFO) *all = bio ? PEM_X509_INFO_read_bio(bio, NULL, NULL, (void *)(uintptr_t)"") : NULL; /* "": never asks for a password */
	bool lists = false;

	*ret_n = 0;
	for (int i = 0; all && i < sk_X509_INFO_num(all); i++) {
		const X509_INFO *info = sk_X509_INFO_value(all, i);

		if (info->x509 && X509_check_ca(info->x509) > 0 && X509_STORE_add_cert(store, info->x509) == 1)
			(*ret_n)++;
		if (info->crl)
			lists |= X509_STORE_add_crl(store, info->crl) == 1;
	}
	sk_X509_INFO_pop_free(all, X509_INFO_free);
	BIO_free(bio);
	ERR_clear_error();
	(void)X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN | (lists ? X509_V_FLAG_CRL_CHECK : 0));
	return *ret_n ? RC_OK : FAIL(RC_SYNTAX, "authorities: 認証局の証明書が一つもありません / not one certificate of an authority in the file");
}

enum rc
client_authorities_check(struct str pem, size_t *ret_n)
{
	X509_STORE *store = X509_STORE_new();
	enum rc rc;

	if (store == NULL)
		abort();
	rc = store_load(pem, store, ret_n);
	X509_STORE_free(store);
	return rc;
}

/* Of an authority that gives no list nothing can be asked; one whose list ran out is not believed. */
static int
without_list(int good, X509_STORE_CTX *ctx)
{
	return good || X509_STORE_CTX_get_error(ctx) == X509_V_ERR_UNABLE_TO_GET_CRL;
}

static enum proof_state
state_of(int error)
{
	switch (error) {
	case X509_V_OK:
	case X509_V_ERR_UNABLE_TO_GET_CRL: /* was passed over */
		return PROOF_GOOD;
	case X509_V_ERR_CERT_HAS_EXPIRED:
		return PROOF_EXPIRED;
	case X509_V_ERR_CERT_NOT_YET_VALID:
		return PROOF_NOT_YET;
	case X509_V_ERR_CERT_REVOKED:
		return PROOF_REVOKED;
	case X509_V_ERR_CRL_HAS_EXPIRED:
	case X509_V_ERR_CRL_NOT_YET_VALID:
		return PROOF_STALE;
	case X509_V_ERR_INVALID_PURPOSE:
	case X509_V_ERR_EE_KEY_TOO_SMALL:
	case X509_V_ERR_CA_KEY_TOO_SMALL:
	case X509_V_ERR_CA_MD_TOO_WEAK:
		return PROOF_UNFIT;
	default:
		return PROOF_STRANGER;
	}
}

static enum rc
chain_judge(STACK_OF(X509) *chain, struct str authorities, int64_t now_us, enum proof_state *ret)
{
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	X509 *own = sk_X509_value(chain, 0);
	EVP_PKEY *key = X509_get0_pubkey(own);
	bool strong = key && EVP_PKEY_get_bits(key) >= (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA ? RSA_BITS_MIN : EC_BITS_MIN);
	size_t n;
	enum rc rc = RC_OK;

	if (store == NULL || ctx == NULL)
		abort();
	TRY(store_load(authorities, store, &n));
	X509_STORE_set_verify_cb(store, without_list);
	if (X509_STORE_CTX_init(ctx, store, own, chain) != 1 || X509_STORE_CTX_set_purpose(ctx, X509_PURPOSE_SSL_CLIENT) != 1)
		TRY(FAIL(RC_BUG, "no check of a chain"));
	X509_VERIFY_PARAM_set_auth_level(X509_STORE_CTX_get0_param(ctx), 2);
	X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(ctx), (time_t)(now_us / SECOND_US));
	*ret = X509_verify_cert(ctx) == 1 ? PROOF_GOOD : state_of(X509_STORE_CTX_get_error(ctx));
	if (*ret == PROOF_GOOD && (!strong || X509_check_ca(own) > 0)) /* an authority is nobody's card */
		*ret = PROOF_UNFIT;
out:
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
	ERR_clear_error();
	return rc;
}

/* ---- what is told of it */

/* Cut between characters; what is no text is none. */
static void
name_text(X509_NAME *name, char ret[PROOF_NAME_MAX + 1])
{
	BIO *bio = BIO_new(BIO_s_mem());
	struct text text;
	char *p = NULL;
	long n = 0, cut;

	ret[0] = '\0';
	if (bio && X509_NAME_print_ex(bio, name, 0, (XN_FLAG_RFC2253 | ASN1_STRFLGS_ESC_CTRL) & ~(unsigned long)ASN1_STRFLGS_ESC_MSB) >= 0)
		n = BIO_get_mem_data(bio, &p);
	n = n > PROOF_NAME_MAX ? PROOF_NAME_MAX : n;
	for (cut = n; cut > 0 && cut > n - 4 && ret[0] == '\0'; cut--)
		if (utf8_check((struct str){ p, (size_t)cut }, &text) == RC_OK) {
			memcpy(ret, p, (size_t)cut);
			ret[cut] = '\0';
		}
	rc_trail_clear();
	BIO_free(bio);
}

static enum rc
tell(X509 *own, struct client_proof *ret)
{
	unsigned char *der = NULL;
	int n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(own), &der);
	struct tm tm;
	enum rc rc = RC_OK;

	if (n <= 0 || EVP_Digest(der, (size_t)n, ret->key, NULL, EVP_sha256(), NULL) != 1)
		TRY(FAIL(RC_SYNTAX, "certificate: no public key"));
	if (ASN1_TIME_to_tm(X509_get0_notAfter(own), &tm) != 1)
		TRY(FAIL(RC_SYNTAX, "certificate: no end"));
	ret->not_after_us = (int64_t)timegm(&tm) * SECOND_US;
	name_text(X509_get_subject_name(own), ret->subject);
	name_text(X509_get_issuer_name(own), ret->issuer);
out:
	OPENSSL_free(der);
	return rc;
}

/*= S-3-4 */
enum rc
client_proof_read(struct str handshake, struct str authorities, int64_t now_us, struct client_proof *ret)
{
	STACK_OF(X509) *chain = sk_X509_new_null();
	struct client_proof p = { .state = PROOF_UNKNOWN };
	struct messages m;
	EVP_PKEY *key;
	enum rc rc = RC_OK;

	if (chain == NULL)
		abort();
	TRY(messages_read(handshake, &m, p.random));
	TRY(chain_read(&m, chain));
	key = X509_get0_pubkey(sk_X509_value(chain, 0));
	if (key == NULL)
		TRY(FAIL(RC_SYNTAX, "certificate: a key nobody can read"));
	TRY(signature_check(&m, key));
	TRY(tell(sk_X509_value(chain, 0), &p));
	TRY(chain_judge(chain, authorities, now_us, &p.state));
	*ret = p;
out:
	sk_X509_pop_free(chain, X509_free);
	ERR_clear_error();
	return rc;
}
