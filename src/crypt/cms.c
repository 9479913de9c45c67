// SPDX-License-Identifier: Apache-2.0
#include "crypt/cms.h"

#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct cms { BIO *out, *chain; CMS_ContentInfo *info; };

static enum rc
failed(const char *what)
{
	char text[128];

	ERR_error_string_n(ERR_peek_last_error(), text, sizeof(text));
	ERR_clear_error();
	return FAIL(RC_SYNTAX, "%s: %s", what, text);
}

static enum rc
read_pem(struct str pem, X509 **ret)
{
	BIO *b = pem.n && pem.n <= CMS_PEM_MAX ? BIO_new_mem_buf(pem.p, (int)pem.n) : NULL;
	EVP_PKEY *key;
	int type;

	*ret = b ? PEM_read_bio_X509(b, NULL, NULL, NULL) : NULL;
	BIO_free(b);
	if (*ret == NULL)
		return failed("証明書（PEM）として読めません / this is no certificate (PEM)");
	key = X509_get0_pubkey(*ret);
	type = key ? EVP_PKEY_get_base_id(key) : 0;
	if (type == EVP_PKEY_RSA || type == EVP_PKEY_EC)
		return RC_OK;
	X509_free(*ret);
	*ret = NULL;
	return FAIL(RC_SYNTAX, "この証明書の鍵では暗号化できません。RSA か楕円曲線の鍵にしてください / nobody can encrypt to this certificate's key: RSA or an elliptic curve is needed");
}

enum rc
cms_recipient(struct str pem, struct buf *ret_subject, struct hash *ret, int64_t *ret_until_s)
{
	X509 *cert = NULL;
	BIO *b = BIO_new(BIO_s_mem());
	unsigned n = sizeof(ret->b);
	struct tm until = { .tm_year = 0 };
	char *text;
	long length;
	enum rc rc = RC_OK;

	if (b == NULL)
		abort();
	TRY(read_pem(pem, &cert));
	if (X509_digest(cert, EVP_sha256(), ret->b, &n) != 1 || ASN1_TIME_to_tm(X509_get0_notAfter(cert), &until) != 1 || X509_NAME_print_ex(b, X509_get_subject_name(cert), 0, XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB) < 0)
		TRY(failed("certificate"));
	*ret_until_s = timegm(&until);
	length = BIO_get_mem_data(b, &text);
	TRY(buf_add(ret_subject, (struct str){ text, length > 0 ? (size_t)length : 0 }));
out:
	X509_free(cert);
	BIO_free(b);
	return rc;
}

enum rc
cms_begin(struct str pem, int fd, struct cms **ret)
{
	struct cms *c = calloc(1, sizeof(*c));
	STACK_OF(X509) *to = sk_X509_new_null();
	X509 *cert = NULL;
	enum rc rc = RC_OK;

	if (c == NULL || to == NULL)
		abort();
	TRY(read_pem(pem, &cert));
	if (sk_X509_push(to, cert) <= 0)
		abort();
	c->info = CMS_encrypt(to, NULL, EVP_aes_256_cbc(), CMS_BINARY | CMS_STREAM);
	c->out = BIO_new_fd(fd, BIO_NOCLOSE);
	c->chain = c->info && c->out ? BIO_new_CMS(c->out, c->info) : NULL;
	if (c->chain == NULL)
		TRY(failed("cms"));
	*ret = c;
	c = NULL;
out:
	sk_X509_free(to);
	X509_free(cert);
	cms_free(c);
	return rc;
}

enum rc
cms_add(struct cms *c, struct str s)
{
	while (s.n) {
		int now = s.n > (1 << 20) ? 1 << 20 : (int)s.n;

		if (BIO_write(c->chain, s.p, now) != now)
			return FAIL_OS("the envelope cannot be written");
		s = str_sub(s, (size_t)now, s.n);
	}
	return RC_OK;
}

enum rc
cms_end(struct cms *c)
{
	return BIO_flush(c->chain) == 1 ? RC_OK : FAIL_OS("the envelope cannot be written");
}

void
cms_free(struct cms *c)
{
	if (c == NULL)
		return;
	while (c->chain && c->chain != c->out) {
		BIO *next = BIO_pop(c->chain);

		BIO_free(c->chain);
		c->chain = next;
	}
	BIO_free(c->out);
	CMS_ContentInfo_free(c->info);
	free(c);
}
