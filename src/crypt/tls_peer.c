// SPDX-License-Identifier: Apache-2.0
/* A TLS server over two memory buffers; for tests. */
#include "crypt/tls_peer.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>

struct tls_peer { SSL_CTX *ctx; SSL *ssl; BIO *in, *out; };

static int
version_of(struct str s)
{
	return str_eq(s, STR("1.0")) ? TLS1_VERSION : str_eq(s, STR("1.1")) ? TLS1_1_VERSION : str_eq(s, STR("1.2")) ? TLS1_2_VERSION : TLS1_3_VERSION;
}

static bool
set_up(struct tls_peer *p, struct str how, struct str pem)
{
	struct str line, word, min;
	struct buf ciphers = BUF(1024);
	BIO *b = BIO_new_mem_buf(pem.p, (int)pem.n);
	EVP_PKEY *key = PEM_read_bio_PrivateKey(b, NULL, NULL, NULL);
	X509 *own = PEM_read_bio_X509(b, NULL, NULL, NULL), *other;
	bool good = key && own && SSL_CTX_use_PrivateKey(p->ctx, key) == 1 && SSL_CTX_use_certificate(p->ctx, own) == 1;

	while (good && (other = PEM_read_bio_X509(b, NULL, NULL, NULL)) != NULL)
		good = SSL_CTX_add_extra_chain_cert(p->ctx, other) == 1;
	while (good && str_line(&how, &line)) {
		if (!str_cut(&line, ' ', &word))
			continue;
		if (str_eq(word, STR("version")) && str_cut(&line, ' ', &min))
			good = SSL_CTX_set_min_proto_version(p->ctx, version_of(min)) == 1 && SSL_CTX_set_max_proto_version(p->ctx, version_of(line)) == 1;
		else if (str_eq(word, STR("ciphers")))
			good = buf_add(&ciphers, line) == RC_OK && SSL_CTX_set_cipher_list(p->ctx, buf_cstr(&ciphers)) == 1;
	}
	buf_free(&ciphers);
	EVP_PKEY_free(key);
	X509_free(own);
	BIO_free(b);
	return good;
}

enum rc
tls_peer_new(struct str how, struct str pem, struct tls_peer **ret)
{
	struct tls_peer *p = calloc(1, sizeof(*p));

	if (p == NULL || OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) != 1 || (p->ctx = SSL_CTX_new(TLS_server_method())) == NULL)
		abort();
	SSL_CTX_set_security_level(p->ctx, 0);
	SSL_CTX_set_dh_auto(p->ctx, 1);
	if (!set_up(p, how, pem) || (p->ssl = SSL_new(p->ctx)) == NULL) {
		tls_peer_free(p);
		return FAIL(RC_SYNTAX, "a TLS peer cannot be made: %s", ERR_reason_error_string(ERR_get_error()));
	}
	p->in = BIO_new(BIO_s_mem());
	p->out = BIO_new(BIO_s_mem());
	if (p->in == NULL || p->out == NULL)
		abort();
	(void)BIO_set_mem_eof_return(p->in, -1);
	SSL_set_bio(p->ssl, p->in, p->out);
	SSL_set_accept_state(p->ssl);
	*ret = p;
	return RC_OK;
}

static enum rc
drain(struct tls_peer *p, struct buf *send)
{
	char piece[4096];
	int n;
	enum rc rc = RC_OK;

	ERR_clear_error();
	while ((n = BIO_read(p->out, piece, sizeof(piece))) > 0)
		TRY(buf_add(send, (struct str){ piece, (size_t)n }));
out:
	return rc;
}

enum rc
tls_peer_take(struct tls_peer *p, struct str came, struct buf *send, struct buf *plain)
{
	char piece[4096];
	size_t n;
	enum rc rc = RC_OK;

	if (came.n && BIO_write(p->in, came.p, (int)came.n) != (int)came.n)
		return FAIL(RC_LIMIT, "no room");
	if (SSL_is_init_finished(p->ssl) || SSL_do_handshake(p->ssl) == 1)
		while (SSL_read_ex(p->ssl, piece, sizeof(piece), &n) == 1)
			TRY(buf_add(plain, (struct str){ piece, n }));
out:
	return rc == RC_OK ? drain(p, send) : rc;
}

enum rc
tls_peer_say(struct tls_peer *p, struct str plain, struct buf *send)
{
	size_t n;

	if (plain.n && SSL_write_ex(p->ssl, plain.p, plain.n, &n) != 1)
		return FAIL(RC_IO, "TLS peer: cannot say it");
	(void)SSL_shutdown(p->ssl);
	return drain(p, send);
}

void
tls_peer_free(struct tls_peer *p)
{
	if (p == NULL)
		return;
	SSL_free(p->ssl);
	SSL_CTX_free(p->ctx);
	free(p);
}
