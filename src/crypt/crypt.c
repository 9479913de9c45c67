// SPDX-License-Identifier: Apache-2.0
/*
 * Primitives of OpenSSL and libsodium behind our names. Algorithms are fetched
 * once and each thread keeps its contexts: hashing a leaf costs no allocation.
 */
#include "crypt/crypt.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

void
hash_sha1(struct str s, uint8_t ret[20])
{
	if (EVP_Digest(s.p ? s.p : "", s.n, ret, NULL, EVP_sha1(), NULL) != 1)
		abort();
}

enum rc
secret_new(struct secret *s, size_t n)
{
	uint8_t *p;

	if (n == 0 || n > 65536)
		return FAIL(RC_LIMIT, "secret of %zu bytes", n);
	if (sodium_init() < 0)
		abort();
	p = sodium_malloc(n); /* guarded, locked where the limits allow, out of core dumps */
	if (p == NULL)
		abort();
	memset(p, 0, n);
	secret_free(s);
	*s = (struct secret){ p, n };
	return RC_OK;
}

enum rc
secret_random(struct secret *s, size_t n)
{
	enum rc rc = RC_OK;

	TRY(secret_new(s, n));
	random_bytes(s->p, n);
out:
	return rc;
}

enum rc
secret_of(struct secret *s, struct str from)
{
	enum rc rc = RC_OK;

	TRY(secret_new(s, from.n));
	memcpy(s->p, from.p, from.n);
out:
	return rc;
}

struct str
secret_expose(const struct secret *s)
{
	return (struct str){ (const char *)s->p, s->n };
}

void
secret_free(struct secret *s)
{
	if (s->p)
		sodium_free(s->p); /* wipes */
	*s = (struct secret){ NULL, 0 };
}

void
wipe(void *p, size_t n)
{
	sodium_memzero(p, n);
}

void
hmac_sha256(const struct secret *key, struct str s, struct hash *ret)
{
	uint8_t block[64] = { 0 }, pad[64];
	struct hash inner;

	if (key->n > sizeof(block)) {
		struct hash h;

		hash_bytes(secret_expose(key), &h);
		memcpy(block, h.b, sizeof(h.b));
		wipe(&h, sizeof(h));
	} else if (key->n) {
		memcpy(block, key->p, key->n);
	}
	for (size_t i = 0; i < 64; i++)
		pad[i] = block[i] ^ 0x36;
	hash_two((struct str){ (char *)pad, 64 }, s, &inner);
	for (size_t i = 0; i < 64; i++)
		pad[i] = block[i] ^ 0x5c;
	hash_two((struct str){ (char *)pad, 64 }, (struct str){ (char *)inner.b, 32 }, ret);
	wipe(block, sizeof(block));
	wipe(pad, sizeof(pad));
}

bool
equal_constant_time(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || sodium_memcmp(a.p, b.p, a.n) == 0);
}

void
random_bytes(void *p, size_t n)
{
	for (size_t got = 0; got < n;) {
		ssize_t more = getrandom((char *)p + got, n - got, 0);

		if (more <= 0)
			abort();
		got += (size_t)more;
	}
}

enum rc
sign_public(const struct secret *seed, uint8_t ret_pub[SIGN_PUB_BYTES])
{
	EVP_PKEY *k = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed->p, seed->n);
	size_t n = SIGN_PUB_BYTES;
	int ok = k && EVP_PKEY_get_raw_public_key(k, ret_pub, &n) == 1 && n == SIGN_PUB_BYTES;

	EVP_PKEY_free(k);
	return ok ? RC_OK : FAIL(RC_SYNTAX, "not an Ed25519 key");
}

enum rc
sign(const struct secret *seed, struct str s, uint8_t ret_sig[SIGNATURE_BYTES])
{
	EVP_PKEY *k = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed->p, seed->n);
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	size_t n = SIGNATURE_BYTES;
	int ok = k && c && EVP_DigestSignInit(c, NULL, NULL, NULL, k) == 1 &&
	    EVP_DigestSign(c, ret_sig, &n, (const unsigned char *)s.p, s.n) == 1 && n == SIGNATURE_BYTES;

	EVP_MD_CTX_free(c);
	EVP_PKEY_free(k);
	return ok ? RC_OK : FAIL(RC_SYNTAX, "cannot sign with this key");
}

#define NONCE_BYTES 12
#define TAG_BYTES   16

enum rc
seal(const struct secret *key, struct str aad, struct str plain, struct buf *ret)
{
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	unsigned char *at;
	char *room;
	int n = 0, m = 0;
	enum rc rc = RC_OK;

	if (c == NULL)
		abort();
	if (key->n != SEAL_KEY_BYTES || plain.n > INT32_MAX || aad.n > INT32_MAX) {
		rc = FAIL(RC_LIMIT, "cannot seal this");
		goto out;
	}
	TRY(buf_reserve(ret, plain.n + SEAL_OVERHEAD, &room));
	at = (unsigned char *)room;
	random_bytes(at, NONCE_BYTES);
	if (EVP_EncryptInit_ex(c, EVP_aes_256_gcm(), NULL, key->p, at) != 1 ||
	    (aad.n && EVP_EncryptUpdate(c, NULL, &n, (const unsigned char *)aad.p, (int)aad.n) != 1) ||
	    (plain.n && EVP_EncryptUpdate(c, at + NONCE_BYTES, &m, (const unsigned char *)plain.p, (int)plain.n) != 1) ||
	    EVP_EncryptFinal_ex(c, at + NONCE_BYTES + m, &n) != 1 ||
	    EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, TAG_BYTES, at + NONCE_BYTES + plain.n) != 1) {
		rc = FAIL(RC_BUG, "AES-256-GCM failed");
		goto out;
	}
	ret->n += plain.n + SEAL_OVERHEAD;
out:
	EVP_CIPHER_CTX_free(c);
	return rc;
}

/* Opens into `to`, which has room for sealed.n - SEAL_OVERHEAD bytes; wiped when the tag does not fit. */
static enum rc
open_into(const struct secret *key, struct str aad, struct str sealed, unsigned char *to)
{
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	const unsigned char *at = (const unsigned char *)sealed.p;
	size_t body = sealed.n - SEAL_OVERHEAD;
	unsigned char tag[TAG_BYTES], none[1];
	int n = 0;
	enum rc rc = RC_OK;

	if (c == NULL)
		abort();
	memcpy(tag, at + NONCE_BYTES + body, TAG_BYTES);
	if (key->n != SEAL_KEY_BYTES || EVP_DecryptInit_ex(c, EVP_aes_256_gcm(), NULL, key->p, at) != 1 ||
	    (aad.n && EVP_DecryptUpdate(c, NULL, &n, (const unsigned char *)aad.p, (int)aad.n) != 1) ||
	    (body && EVP_DecryptUpdate(c, to, &n, at + NONCE_BYTES, (int)body) != 1) ||
	    EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, TAG_BYTES, tag) != 1 || EVP_DecryptFinal_ex(c, body ? to + n : none, &n) != 1) {
		if (body)
			wipe(to, body);
		rc = FAIL(RC_TAMPERED, "sealed bytes do not open");
	}
	EVP_CIPHER_CTX_free(c);
	return rc;
}

static enum rc
sealed_check(struct str aad, struct str sealed)
{
	if (sealed.n < SEAL_OVERHEAD || sealed.n > INT32_MAX || aad.n > INT32_MAX)
		return FAIL(RC_TAMPERED, "sealed bytes are too short or too long");
	return RC_OK;
}

enum rc
seal_open(const struct secret *key, struct str aad, struct str sealed, struct buf *ret)
{
	char *room;
	enum rc rc = RC_OK;

	TRY(sealed_check(aad, sealed));
	TRY(buf_reserve(ret, sealed.n - SEAL_OVERHEAD, &room));
	TRY(open_into(key, aad, sealed, (unsigned char *)room));
	ret->n += sealed.n - SEAL_OVERHEAD;
out:
	return rc;
}

enum rc
seal_open_secret(const struct secret *key, struct str aad, struct str sealed, struct secret *ret)
{
	struct secret s = { NULL, 0 };
	enum rc rc = RC_OK;

	TRY(sealed_check(aad, sealed));
	TRY(secret_new(&s, sealed.n - SEAL_OVERHEAD));
	TRY(open_into(key, aad, sealed, s.p));
	secret_free(ret);
	*ret = s;
	s = (struct secret){ NULL, 0 };
out:
	secret_free(&s);
	return rc;
}

enum rc
password_hash(struct str password, unsigned opslimit, unsigned memory_kib, struct buf *ret)
{
	char encoded[crypto_pwhash_STRBYTES];

	if (sodium_init() < 0)
		abort();
	if (crypto_pwhash_str_alg(encoded, password.p ? password.p : "", password.n, opslimit, (size_t)memory_kib * 1024, crypto_pwhash_ALG_ARGON2ID13) != 0)
		return FAIL(RC_LIMIT, "not enough memory to hash a password");
	return buf_add_c(ret, encoded);
}

bool
password_verify(struct str encoded, struct str password)
{
	char z[crypto_pwhash_STRBYTES] = { 0 };

	if (encoded.n >= sizeof(z) || sodium_init() < 0)
		return false;
	memcpy(z, encoded.p, encoded.n);
	return crypto_pwhash_str_verify(z, password.p ? password.p : "", password.n) == 0;
}
