// SPDX-License-Identifier: Apache-2.0
/* ECDSA P-256 for TLS: made, kept as PKCS#8, used only by vault and init. */
#include "crypt/tls_key.h"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/time_text.h"

static EVP_PKEY *
key_of(const struct secret *der)
{
	const unsigned char *at = der->p;

	return d2i_AutoPrivateKey(NULL, &at, (long)der->n);
}

enum rc
tls_key_new(struct secret *ret)
{
	EVP_PKEY *k = EVP_EC_gen("P-256");
	PKCS8_PRIV_KEY_INFO *info = k ? EVP_PKEY2PKCS8(k) : NULL;
	unsigned char *der = NULL;
	int n = info ? i2d_PKCS8_PRIV_KEY_INFO(info, &der) : -1;
	enum rc rc = n > 0 ? secret_of(ret, (struct str){ (char *)der, (size_t)n }) : FAIL(RC_BUG, "cannot make a P-256 key");

	if (n > 0)
		OPENSSL_clear_free(der, (size_t)n);
	PKCS8_PRIV_KEY_INFO_free(info);
	EVP_PKEY_free(k);
	return rc;
}

enum rc
tls_key_from_pem(struct str pem, struct secret *ret)
{
	BIO *bio = BIO_new_mem_buf(pem.p, (int)pem.n);
	EVP_PKEY *k = bio ? PEM_read_bio_PrivateKey(bio, NULL, NULL, (void *)(uintptr_t)"") : NULL; /* "": never asks for a password */
	char group[32] = "";
	PKCS8_PRIV_KEY_INFO *info = NULL;
	unsigned char *der = NULL;
	int n = -1;
	enum rc rc;

	if (k && EVP_PKEY_is_a(k, "EC") && EVP_PKEY_get_utf8_string_param(k, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof(group), NULL) == 1 && str_eq_c(STR("prime256v1"), group)) {
		info = EVP_PKEY2PKCS8(k);
		n = info ? i2d_PKCS8_PRIV_KEY_INFO(info, &der) : -1;
	}
	rc = n > 0 ? secret_of(ret, (struct str){ (char *)der, (size_t)n }) : FAIL(RC_SYNTAX, "tls_key: not an unencrypted ECDSA P-256 key in PEM");
	if (n > 0)
		OPENSSL_clear_free(der, (size_t)n);
	PKCS8_PRIV_KEY_INFO_free(info);
	EVP_PKEY_free(k);
	BIO_free(bio);
	return rc;
}

static bool
extension_add(X509 *x, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *e;
	bool ok;

	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, x, x, NULL, NULL, 0);
	e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	ok = e && X509_add_ext(x, e, -1) == 1;
	X509_EXTENSION_free(e);
	return ok;
}

/* A host name of letters, digits, dots and hyphens: nothing that X509V3 syntax would read as more. */
static bool
plain_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= 'A' && s.p[i] <= 'Z') || (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '.' || s.p[i] == '-'))
			return false;
	return s.n > 0 && s.n <= 64;
}

enum rc
tls_cert_self_signed(const struct secret *der, struct str host, int64_t now_us, struct buf *ret)
{
	EVP_PKEY *k = key_of(der);
	X509 *x = X509_new();
	BIO *bio = BIO_new(BIO_s_mem());
	struct buf names = BUF(512);
	unsigned char serial[16];
	BIGNUM *number = NULL;
	X509_NAME *name = x ? X509_get_subject_name(x) : NULL;
	char *pem;
	long n;
	enum rc rc = RC_OK;

	if (!plain_name(host)) {
		rc = FAIL(RC_SYNTAX, "host name has other characters than letters, digits, '.' and '-'");
		goto out;
	}
	random_bytes(serial, sizeof(serial));
	serial[0] &= 0x7f;
	number = BN_bin2bn(serial, sizeof(serial), NULL);
	TRY(buf_addf(&names, "DNS:%.*s,DNS:localhost,IP:127.0.0.1,IP:::1", STR_ARG(host)));
	if (k == NULL || bio == NULL || number == NULL || name == NULL || X509_set_version(x, 2) != 1 || BN_to_ASN1_INTEGER(number, X509_get_serialNumber(x)) == NULL ||
	    ASN1_TIME_set(X509_getm_notBefore(x), (time_t)(now_us / SECOND_US - 300)) == NULL ||
	    ASN1_TIME_set(X509_getm_notAfter(x), (time_t)(now_us / SECOND_US + 397L * 86400)) == NULL ||
	    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)host.p, (int)host.n, -1, 0) != 1 ||
	    X509_set_issuer_name(x, name) != 1 || X509_set_pubkey(x, k) != 1 || !extension_add(x, NID_subject_alt_name, buf_cstr(&names)) ||
	    !extension_add(x, NID_basic_constraints, "critical,CA:FALSE") || !extension_add(x, NID_key_usage, "critical,digitalSignature") ||
	    !extension_add(x, NID_ext_key_usage, "serverAuth") || X509_sign(x, k, EVP_sha256()) == 0 || PEM_write_bio_X509(bio, x) != 1) {
		rc = FAIL(RC_BUG, "cannot make the certificate");
		goto out;
	}
	n = BIO_get_mem_data(bio, &pem);
	TRY(buf_add(ret, (struct str){ pem, (size_t)n }));
out:
	buf_free(&names);
	BN_free(number);
	BIO_free(bio);
	X509_free(x);
	EVP_PKEY_free(k);
	return rc;
}

enum rc
tls_sign_digest(const struct secret *der, struct str digest, struct buf *ret)
{
	EVP_PKEY *k = key_of(der);
	EVP_PKEY_CTX *c = k ? EVP_PKEY_CTX_new(k, NULL) : NULL;
	unsigned char sig[512];
	size_t n = sizeof(sig);
	enum rc rc = RC_OK;

	if (digest.n != 32 && digest.n != 48 && digest.n != 64)
		rc = FAIL(RC_SYNTAX, "not a digest of SHA-2");
	else if (c == NULL || EVP_PKEY_sign_init(c) != 1 || EVP_PKEY_sign(c, sig, &n, (const unsigned char *)digest.p, digest.n) != 1)
		rc = FAIL(RC_SYNTAX, "the TLS key cannot sign");
	else
		rc = buf_add(ret, (struct str){ (char *)sig, n });
	EVP_PKEY_CTX_free(c);
	EVP_PKEY_free(k);
	return rc;
}

enum rc
tls_cert_check(struct str pem, const struct secret *der)
{
	BIO *bio = pem.n && pem.n < 1 << 20 ? BIO_new_mem_buf(pem.p, (int)pem.n) : NULL;
	X509 *x = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
	EVP_PKEY *k = key_of(der);
	enum rc rc = RC_OK;

	if (x == NULL)
		rc = FAIL(RC_SYNTAX, "not a certificate in PEM");
	else if (k == NULL)
		rc = FAIL(RC_SYNTAX, "not a private key");
	else if (X509_check_private_key(x, k) != 1)
		rc = FAIL(RC_CONFLICT, "certificate and key do not belong together");
	EVP_PKEY_free(k);
	X509_free(x);
	BIO_free(bio);
	return rc;
}
