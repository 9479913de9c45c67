// SPDX-License-Identifier: Apache-2.0
#include "base/num.h"
#include "base/test.h"
#include "crypt/tls_key.h"

static bool
hex_is(const void *p, size_t n, const char *want)
{
	struct buf b = BUF(1024);
	bool same = hex_encode(&b, (struct str){ p, n }) == RC_OK && str_eq_c(buf_str(&b), want);

	buf_free(&b);
	return same;
}

CASE(tls_key_from_pem_takes_only_p256)
{
	static const char p256[] = "-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg";
	struct secret key = { 0 };

	CHECK_RC(tls_key_from_pem(STR("nothing"), &key), RC_SYNTAX);
	CHECK_RC(tls_key_from_pem((struct str){ p256, sizeof(p256) - 1 }, &key), RC_SYNTAX); /* cut short */
	CHECK_RC(tls_key_from_pem(STR_NONE, &key), RC_SYNTAX);
}

CASE(sha256_fips_180_4)
{
	struct hash h, g;

	hash_bytes(STR("abc"), &h);
	CHECK(hex_is(h.b, 32, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
	hash_two(STR("a"), STR("bc"), &g);
	CHECK(hash_eq(&h, &g));
}

CASE(hmac_rfc_4231_case_2)
{
	struct secret k = { NULL, 0 };
	struct hash h;

	CHECK_OK(secret_of(&k, STR("Jefe")));
	hmac_sha256(&k, STR("what do ya want for nothing?"), &h);
	CHECK(hex_is(h.b, 32, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
	secret_free(&k);
}

CASE(ed25519_rfc_8032_test_2)
{
	struct secret k = { NULL, 0 };
	uint8_t pub[32], sig[64];

	CHECK_OK(secret_new(&k, 32));
	CHECK_OK(hex_decode(STR("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"), k.p, 32));
	CHECK_OK(sign_public(&k, pub));
	CHECK(hex_is(pub, 32, "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"));
	CHECK_OK(sign(&k, STR("\x72"), sig));
	CHECK(hex_is(sig, 64, "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"));
	CHECK_OK(sign_verify(pub, STR("\x72"), sig));
	sig[3] ^= 1;
	CHECK_RC(sign_verify(pub, STR("\x72"), sig), RC_TAMPERED);
	secret_free(&k);
}

CASE(seal_opens_only_whole_and_with_its_context)
{
	struct secret k = { NULL, 0 }, out = { NULL, 0 };
	struct buf s = BUF(100), p = BUF(100);

	CHECK_OK(secret_random(&k, SEAL_KEY_BYTES));
	CHECK_OK(seal(&k, STR("ctx"), STR("hello"), &s));
	CHECK_OK(seal_open(&k, STR("ctx"), buf_str(&s), &p));
	CHECK_STR(buf_str(&p), "hello");
	CHECK_OK(seal_open_secret(&k, STR("ctx"), buf_str(&s), &out));
	CHECK_STR(secret_expose(&out), "hello");
	CHECK_RC(seal_open(&k, STR("other"), buf_str(&s), &p), RC_TAMPERED);
	for (size_t i = 0; i < s.n; i++) {
		s.p[i] ^= 4;
		CHECK_RC(seal_open(&k, STR("ctx"), buf_str(&s), &p), RC_TAMPERED);
		s.p[i] ^= 4;
	}
	CHECK_RC(seal_open(&k, STR("ctx"), str_sub(buf_str(&s), 0, 27), &p), RC_TAMPERED);
	buf_reset(&s);
	CHECK_OK(seal(&k, STR("ctx"), STR_NONE, &s));
	buf_reset(&p);
	CHECK_OK(seal_open(&k, STR("ctx"), buf_str(&s), &p));
	CHECK_INT(p.n, 0);
	buf_free(&s);
	buf_free(&p);
	secret_free(&k);
	secret_free(&out);
}

CASE(passwords)
{
	struct buf b = BUF(200);

	CHECK_OK(password_hash(STR("見本のことば 12"), 1, 8192, &b));
	CHECK(password_verify(buf_str(&b), STR("見本のことば 12")));
	CHECK(!password_verify(buf_str(&b), STR("見本のことば 13")));
	CHECK(!password_verify(STR("$argon2id$nonsense"), STR("x")));
	buf_free(&b);
}

CASE(tls_certificate_belongs_to_its_key)
{
	struct secret a = { NULL, 0 }, b = { NULL, 0 };
	struct buf pem = BUF(8192), sig = BUF(512);

	CHECK_OK(tls_key_new(&a));
	CHECK_OK(tls_key_new(&b));
	CHECK_OK(tls_cert_self_signed(&a, STR("station.example"), INT64_C(1790000000000000), &pem));
	CHECK_OK(tls_cert_check(buf_str(&pem), &a));
	CHECK_RC(tls_cert_check(buf_str(&pem), &b), RC_CONFLICT);
	CHECK_RC(tls_cert_check(STR("-----BEGIN"), &a), RC_SYNTAX);
	CHECK_RC(tls_cert_self_signed(&a, STR("a,IP:1.2.3.4"), 0, &pem), RC_SYNTAX);
	CHECK_OK(tls_sign_digest(&a, STR("01234567890123456789012345678901"), &sig));
	CHECK(sig.n > 60);
	CHECK_RC(tls_sign_digest(&a, STR("short"), &sig), RC_SYNTAX);
	secret_free(&a);
	secret_free(&b);
	buf_free(&pem);
	buf_free(&sig);
}

TEST_MAIN
