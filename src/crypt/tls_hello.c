// SPDX-License-Identifier: Apache-2.0
/* RFC 5246 §7.4.1: one record out, the head of one record in. */
#include "crypt/tls_hello.h"

#include "base/num.h"

#define RECORD_ALERT     21
#define RECORD_HANDSHAKE 22
#define CLIENT_HELLO     1
#define SERVER_HELLO     2

/* Numbers of the IANA registry. */
static const uint16_t usual[] = {
	0xc02b, 0xc02c, 0xc02f, 0xc030, 0xcca8, 0xcca9, 0x009e, 0x009f, 0xccaa, 0xc023, 0xc024, 0xc027, 0xc028, 0xc009, 0xc00a, 0xc013, 0xc014, 0x0067, 0x006b, 0x0033, 0x0039, 0x009c,
	0x009d, 0x003c, 0x003d, 0x002f, 0x0035, 0x000a, 0x0016, 0xc008, 0xc012, 0x0005, 0x0004,
};
static const uint16_t broken[] = {
	0x0000, 0x0001, 0x0002, 0x003b, 0xc001, 0xc006, 0xc010, 0xc015,                                                 /* no encryption               */
	0x0018, 0x001b, 0x0034, 0x003a, 0x006c, 0x006d, 0x00a6, 0x00a7, 0xc016, 0xc017, 0xc018, 0xc019,                 /* nobody shows who he is      */
	0x0003, 0x0006, 0x0008, 0x000b, 0x000e, 0x0011, 0x0014, 0x0017, 0x0019, 0x0062, 0x0063, 0x0064, 0x0065,         /* weakened for export         */
	0x0004, 0x0005, 0x0066, 0xc002, 0xc007, 0xc00c, 0xc011,                                                         /* RC4                         */
	0x0009, 0x000c, 0x000f, 0x0012, 0x0015, 0x001a, 0x000a, 0x000d, 0x0010, 0x0013, 0x0016, 0xc003, 0xc008, 0xc00d, 0xc012, /* DES, 3DES           */
	0x0007, 0x0096, 0x0098, 0x0099, 0x009a,                                                                         /* IDEA, SEED                  */
};
static const uint16_t static_rsa[] = { 0x009c, 0x009d, 0xc09c, 0xc09d, 0xc0a0, 0xc0a1, 0x003c, 0x003d, 0x002f, 0x0035, 0x0041, 0x0084, 0x00ba, 0x00c0, 0xc07a, 0xc07b };
static const uint16_t cbc[] = { 0xc023, 0xc024, 0xc027, 0xc028, 0xc009, 0xc00a, 0xc013, 0xc014, 0x0067, 0x006b, 0x0033, 0x0039, 0x0032, 0x0038, 0x0040, 0x006a, 0x0045, 0x0088, 0xc072, 0xc073, 0xc076, 0xc077 };

#define LIST(l) { l, sizeof(l) / sizeof((l)[0]) }
static const struct { const uint16_t *ciphers; size_t count; } offers[TLS_OFFERS] = { LIST(usual), LIST(broken), LIST(static_rsa), LIST(cbc) };

static enum rc
put16(struct buf *b, size_t n)
{
	char bytes[2];

	put_be16(bytes, (uint16_t)n);
	return buf_add(b, (struct str){ bytes, 2 });
}

static enum rc
extensions(struct str name, struct buf *b)
{
	static const uint8_t rest[] = {
		0, 10, 0, 10, 0, 8, 0, 29, 0, 23, 0, 24, 0, 25,                                                                      /* groups: X25519, P-256, P-384, P-521 */
		0, 11, 0, 2, 1, 0,                                                                                                   /* points: uncompressed                */
		0, 13, 0, 26, 0, 24, 4, 3, 5, 3, 6, 3, 8, 4, 8, 5, 8, 6, 8, 7, 4, 1, 5, 1, 6, 1, 2, 3, 2, 1, /* signatures, SHA-1 among them        */
		0xff, 1, 0, 1, 0,                                                                                                    /* renegotiation is understood         */
	};
	enum rc rc = RC_OK;

	if (name.n) {
		TRY(put16(b, 0));
		TRY(put16(b, name.n + 5));
		TRY(put16(b, name.n + 3));
		TRY(buf_add_byte(b, 0));
		TRY(put16(b, name.n));
		TRY(buf_add(b, name));
	}
	TRY(buf_add(b, (struct str){ (const char *)rest, sizeof(rest) }));
out:
	return rc;
}

enum rc
tls_hello_put(int version, enum tls_offer offer, struct str name, struct buf *ret)
{
	struct buf body = BUF(4096), more = BUF(1024);
	enum rc rc = RC_OK;

	if (name.n > 255 || (unsigned)offer >= TLS_OFFERS)
		return FAIL(RC_SYNTAX, "no such hello");
	TRY(put16(&body, (size_t)version));
	for (uint8_t i = 0; i < 32; i++) /* nothing is agreed: any 32 bytes will do */
		TRY(buf_add_byte(&body, (uint8_t)(i * 37 + 11)));
	TRY(buf_add_byte(&body, 0));
	TRY(put16(&body, offers[offer].count * 2));
	for (size_t i = 0; i < offers[offer].count; i++)
		TRY(put16(&body, offers[offer].ciphers[i]));
	TRY(buf_add(&body, (struct str){ "\x01\x00", 2 }));
	if (version > 0x0300) {
		TRY(extensions(name, &more));
		TRY(put16(&body, more.n));
		TRY(buf_add(&body, buf_str(&more)));
	}
	TRY(buf_add_byte(ret, RECORD_HANDSHAKE));
	TRY(put16(ret, version > 0x0301 ? 0x0301 : (size_t)version));
	TRY(put16(ret, body.n + 4));
	TRY(buf_add_byte(ret, CLIENT_HELLO));
	TRY(buf_add_byte(ret, 0));
	TRY(put16(ret, body.n));
	TRY(buf_add(ret, buf_str(&body)));
out:
	buf_free(&body);
	buf_free(&more);
	return rc;
}

enum tls_hello
tls_hello_answer(struct str came, int *ret_version, uint16_t *ret_cipher)
{
	const unsigned char *p = (const unsigned char *)came.p;
	size_t n;

	if (came.n < 1)
		return TLS_HELLO_MORE;
	if (p[0] != RECORD_ALERT && p[0] != RECORD_HANDSHAKE)
		return TLS_HELLO_NONSENSE;
	if (came.n < 5)
		return TLS_HELLO_MORE;
	n = get_be16(p + 3);
	if (p[1] != 3 || n < 2 || n > 16640)
		return TLS_HELLO_NONSENSE;
	if (p[0] == RECORD_ALERT)
		return TLS_HELLO_REFUSED;
	if (came.n < 5 + 4 + 2 + 32 + 1)
		return TLS_HELLO_MORE;
	if (p[5] != SERVER_HELLO || p[9] != 3 || p[43] > 32)
		return TLS_HELLO_NONSENSE;
	if (came.n < 44u + p[43] + 2)
		return TLS_HELLO_MORE;
	*ret_version = get_be16(p + 9);
	*ret_cipher = get_be16(p + 44 + p[43]);
	return TLS_HELLO_ACCEPTED;
}
