// SPDX-License-Identifier: Apache-2.0
/* Hashes and checks signatures: all of crypt that a verifier links, without any secret. */
#include "crypt/crypt.h"

#include <openssl/evp.h>
#include <openssl/md5.h>
#include <openssl/sha.h>
#include <string.h>

/* The one-shot functions of the SHA-256 block code: an EVP fetch and context per leaf would cost more than the hash. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

void
hash_bytes(struct str s, struct hash *ret)
{
	hash_two(s, STR_NONE, ret);
}

void
hash_two(struct str a, struct str b, struct hash *ret)
{
	SHA256_CTX c;

	(void)SHA256_Init(&c); /* cannot fail: pure arithmetic on the caller's stack */
	if (a.n)
		(void)SHA256_Update(&c, a.p, a.n);
	if (b.n)
		(void)SHA256_Update(&c, b.p, b.n);
	(void)SHA256_Final(ret->b, &c);
}

void
hash_md5(struct str s, uint8_t ret[16])
{
	MD5_CTX c;

	(void)MD5_Init(&c);
	if (s.n)
		(void)MD5_Update(&c, s.p, s.n);
	(void)MD5_Final(ret, &c);
}
#pragma GCC diagnostic pop

bool
hash_eq(const struct hash *a, const struct hash *b)
{
	return memcmp(a->b, b->b, sizeof(a->b)) == 0;
}

enum rc
sign_verify(const uint8_t pub[SIGN_PUB_BYTES], struct str s, const uint8_t sig[SIGNATURE_BYTES])
{
	EVP_PKEY *k = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, pub, SIGN_PUB_BYTES);
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	int ok = k && c && EVP_DigestVerifyInit(c, NULL, NULL, NULL, k) == 1 &&
	    EVP_DigestVerify(c, sig, SIGNATURE_BYTES, (const unsigned char *)s.p, s.n) == 1;

	EVP_MD_CTX_free(c);
	EVP_PKEY_free(k);
	return ok ? RC_OK : FAIL(RC_TAMPERED, "signature does not fit");
}
