// SPDX-License-Identifier: Apache-2.0
/* First words put to a real server in memory, and answers that are none. */
#include "crypt/tls_hello.h"

#include "base/test.h"
#include "crypt/tls_peer.h"

static enum tls_hello
ask(const char *how, int version, enum tls_offer offer, int *ret_version)
{
	struct buf pem = BUF(65536), hello = BUF(4096), answer = BUF(65536), plain = BUF(100);
	FILE *f = fopen("tests/hosts/peers/certificates/rsa.pem", "rb");
	struct tls_peer *p = NULL;
	enum tls_hello got;
	char piece[8192];
	uint16_t cipher;
	size_t n;

	CHECK(f != NULL);
	n = f ? fread(piece, 1, sizeof(piece), f) : 0;
	if (f)
		fclose(f);
	CHECK_OK(buf_add(&pem, (struct str){ piece, n }));
	CHECK_OK(tls_peer_new(str_of(how), buf_str(&pem), &p));
	CHECK_OK(tls_hello_put(version, offer, STR("www.example.jp"), &hello));
	CHECK_OK(tls_peer_take(p, buf_str(&hello), &answer, &plain));
	got = tls_hello_answer(buf_str(&answer), ret_version, &cipher);
	for (size_t i = 0; i < 5 && i < answer.n; i++) { /* cut short it asks for more */
		int ignored;

		CHECK(tls_hello_answer(str_sub(buf_str(&answer), 0, i), &ignored, &cipher) == TLS_HELLO_MORE);
	}
	tls_peer_free(p);
	buf_free(&pem);
	buf_free(&hello);
	buf_free(&answer);
	buf_free(&plain);
	return got;
}

CASE(first_words)
{
	int version = 0;

	CHECK_INT(ask("version 1.0 1.3", 0x0301, TLS_OFFER_USUAL, &version), TLS_HELLO_ACCEPTED);
	CHECK_INT(version, 0x0301);
	CHECK_INT(ask("version 1.0 1.3", 0x0302, TLS_OFFER_USUAL, &version), TLS_HELLO_ACCEPTED);
	CHECK_INT(version, 0x0302);
	CHECK_INT(ask("version 1.2 1.3", 0x0302, TLS_OFFER_USUAL, &version), TLS_HELLO_REFUSED);
	CHECK_INT(ask("version 1.2 1.3", 0x0300, TLS_OFFER_USUAL, &version), TLS_HELLO_REFUSED);
	CHECK_INT(ask("version 1.2 1.3", 0x0303, TLS_OFFER_USUAL, &version), TLS_HELLO_ACCEPTED);
	CHECK_INT(version, 0x0303);
	CHECK_INT(ask("version 1.2 1.2\nciphers ALL:eNULL:@SECLEVEL=0", 0x0303, TLS_OFFER_BROKEN, &version), TLS_HELLO_ACCEPTED);
	CHECK_INT(ask("version 1.2 1.2\nciphers HIGH:!aNULL", 0x0303, TLS_OFFER_BROKEN, &version), TLS_HELLO_REFUSED);
	CHECK_INT(ask("version 1.2 1.2\nciphers HIGH", 0x0303, TLS_OFFER_STATIC_RSA, &version), TLS_HELLO_ACCEPTED);
	CHECK_INT(ask("version 1.2 1.2\nciphers ECDHE+AESGCM", 0x0303, TLS_OFFER_STATIC_RSA, &version), TLS_HELLO_REFUSED);
	CHECK_INT(ask("version 1.2 1.2\nciphers ECDHE+AES", 0x0303, TLS_OFFER_CBC, &version), TLS_HELLO_ACCEPTED);
	CHECK_INT(ask("version 1.2 1.2\nciphers ECDHE+AESGCM", 0x0303, TLS_OFFER_CBC, &version), TLS_HELLO_REFUSED);
}

CASE(answers_that_are_none)
{
	static const struct { const char *bytes; size_t n; enum tls_hello want; } cases[] = {
		{ "", 0, TLS_HELLO_MORE }, { "HTTP/1.1 400", 12, TLS_HELLO_NONSENSE }, { "\x16\x03", 2, TLS_HELLO_MORE }, { "\x16\x03\x03\xff\xff", 5, TLS_HELLO_NONSENSE },
		{ "\x15\x03\x01\x00\x02\x02\x46", 7, TLS_HELLO_REFUSED }, { "\x16\x09\x03\x00\x10", 5, TLS_HELLO_NONSENSE }, { "\x15\x03\x01\x00\x00", 5, TLS_HELLO_NONSENSE },
	};
	struct buf b = BUF(4096);
	uint16_t cipher;
	int version;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CHECK_INT(tls_hello_answer((struct str){ cases[i].bytes, cases[i].n }, &version, &cipher), cases[i].want);
	CHECK_RC(tls_hello_put(0x0303, TLS_OFFERS, STR(""), &b), RC_SYNTAX);
	buf_free(&b);
}

TEST_MAIN
