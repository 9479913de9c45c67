// SPDX-License-Identifier: Apache-2.0
/* The keys of SNMP v3, from OpenSSL's parts. */
#include "crypt/usm.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

#define STRETCHED_BYTES 1048576 /* RFC 3414 A.2: the passphrase over and over */

static const EVP_MD *
digest(enum usm_hash h)
{
	return h == USM_SHA1 ? EVP_sha1() : h == USM_SHA224 ? EVP_sha224() : h == USM_SHA256 ? EVP_sha256() : h == USM_SHA384 ? EVP_sha384() : EVP_sha512();
}

size_t
usm_mac_bytes(enum usm_hash h)
{
	static const size_t bytes[] = { [USM_SHA1] = 12, [USM_SHA224] = 16, [USM_SHA256] = 24, [USM_SHA384] = 32, [USM_SHA512] = 48 };

	return bytes[h];
}

static void
stretch(EVP_MD_CTX *c, struct str passphrase)
{
	char block[4096];
	size_t at = 0;

	for (size_t done = 0; done < STRETCHED_BYTES; done += sizeof(block)) {
		for (size_t i = 0; i < sizeof(block); i++, at = at + 1 == passphrase.n ? 0 : at + 1)
			block[i] = passphrase.p[at];
		if (EVP_DigestUpdate(c, block, sizeof(block)) != 1)
			abort();
	}
	OPENSSL_cleanse(block, sizeof(block));
}

enum rc
usm_key_of(enum usm_hash h, struct str passphrase, struct str engine_id, struct usm_key *ret)
{
	uint8_t whole[EVP_MAX_MD_SIZE];
	EVP_MD_CTX *c;
	unsigned n = 0;

	if (passphrase.n < 8 || passphrase.n > 1024)
		return FAIL(RC_SYNTAX, "a passphrase of SNMP v3 has 8 letters or more");
	c = EVP_MD_CTX_new();
	if (c == NULL || EVP_DigestInit_ex(c, digest(h), NULL) != 1)
		abort(); /* no memory */
	stretch(c, passphrase);
	if (EVP_DigestFinal_ex(c, whole, &n) != 1 || EVP_DigestInit_ex(c, digest(h), NULL) != 1 || EVP_DigestUpdate(c, whole, n) != 1 ||
	    EVP_DigestUpdate(c, engine_id.p, engine_id.n) != 1 || EVP_DigestUpdate(c, whole, n) != 1 || EVP_DigestFinal_ex(c, whole, &n) != 1)
		abort();
	EVP_MD_CTX_free(c);
	memcpy(ret->b, whole, n);
	ret->n = n;
	OPENSSL_cleanse(whole, sizeof(whole));
	return RC_OK;
}

void
usm_key_wipe(struct usm_key *k)
{
	OPENSSL_cleanse(k, sizeof(*k));
}

void
usm_mac(enum usm_hash h, const struct usm_key *k, struct str s, uint8_t ret[USM_MAC_MAX])
{
	uint8_t whole[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (HMAC(digest(h), k->b, (int)k->n, (const unsigned char *)s.p, s.n, whole, &n) == NULL)
		abort();
	memcpy(ret, whole, usm_mac_bytes(h));
}

bool
usm_mac_eq(enum usm_hash h, const uint8_t *a, const uint8_t *b)
{
	return CRYPTO_memcmp(a, b, usm_mac_bytes(h)) == 0;
}

enum rc
usm_cipher(bool encrypt, const struct usm_key *k, const uint8_t iv[16], struct str s, struct buf *ret)
{
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	char *at = NULL;
	int n = 0, more = 0;
	enum rc rc = RC_OK;

	TRY(buf_reserve(ret, s.n + 16, &at));
	if (c == NULL || s.n > INT32_MAX || EVP_CipherInit_ex(c, EVP_aes_128_cfb128(), NULL, k->b, iv, encrypt) != 1 || EVP_CipherUpdate(c, (unsigned char *)at, &n, (const unsigned char *)s.p, (int)s.n) != 1 ||
	    EVP_CipherFinal_ex(c, (unsigned char *)at + n, &more) != 1)
		rc = FAIL(RC_IO, "AES of SNMP v3");
	else
		ret->n += (size_t)(n + more);
out:
	EVP_CIPHER_CTX_free(c);
	return rc;
}

void
usm_random(void *p, size_t n)
{
	if (n > INT32_MAX || RAND_bytes(p, (int)n) != 1)
		abort(); /* no randomness, no question */
}
