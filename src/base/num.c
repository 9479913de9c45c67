// SPDX-License-Identifier: Apache-2.0
/* Numbers and their spellings. */
#include "base/num.h"

#include <string.h>

enum rc
num_parse_u64(struct str s, uint64_t max, uint64_t *ret)
{
	uint64_t v = 0;

	if (s.n == 0 || s.n > 20 || (s.n > 1 && s.p[0] == '0'))
		return FAIL(RC_SYNTAX, "not a whole number");
	for (size_t i = 0; i < s.n; i++) {
		unsigned d = (unsigned char)s.p[i] - (unsigned)'0';

		if (d > 9)
			return FAIL(RC_SYNTAX, "not a whole number");
		if (v > (UINT64_MAX - d) / 10)
			return FAIL(RC_SYNTAX, "number too large");
		v = v * 10 + d;
	}
	if (v > max)
		return FAIL(RC_SYNTAX, "number above %llu", (unsigned long long)max);
	*ret = v;
	return RC_OK;
}

enum rc
num_parse(struct str s, int64_t min, int64_t max, int64_t *ret)
{
	bool minus = s.n && s.p[0] == '-';
	uint64_t u;
	int64_t v;
	enum rc rc = RC_OK;

	TRY(num_parse_u64(minus ? str_sub(s, 1, s.n) : s, INT64_MAX, &u));
	v = minus ? -(int64_t)u : (int64_t)u;
	if (v < min || v > max)
		return FAIL(RC_SYNTAX, "number outside %lld to %lld", (long long)min, (long long)max);
	*ret = v;
out:
	return rc;
}

enum rc
hex_encode(struct buf *b, struct str s)
{
	static const char digit[] = "0123456789abcdef";
	char *at;
	enum rc rc = RC_OK;

	TRY(buf_reserve(b, s.n * 2, &at));
	for (size_t i = 0; i < s.n; i++) {
		*at++ = digit[(unsigned char)s.p[i] >> 4];
		*at++ = digit[(unsigned char)s.p[i] & 15];
	}
	b->n += s.n * 2;
out:
	return rc;
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

enum rc
hex_decode(struct str s, void *ret, size_t n)
{
	unsigned char *to = ret;

	if (s.n != n * 2)
		return FAIL(RC_SYNTAX, "expected %zu hexadecimal digits", n * 2);
	for (size_t i = 0; i < s.n; i++)
		if (hex_value(s.p[i]) < 0)
			return FAIL(RC_SYNTAX, "not a hexadecimal digit");
	for (size_t i = 0; i < n; i++)
		to[i] = (unsigned char)(hex_value(s.p[2 * i]) << 4 | hex_value(s.p[2 * i + 1]));
	return RC_OK;
}

static const char b64_digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

enum rc
base64_encode(struct buf *b, struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	char *at;
	enum rc rc = RC_OK;

	TRY(buf_reserve(b, (s.n + 2) / 3 * 4, &at));
	for (size_t i = 0; i < s.n; i += 3) {
		size_t left = s.n - i;
		uint32_t v = (uint32_t)p[i] << 16 | (left > 1 ? (uint32_t)p[i + 1] << 8 : 0) | (left > 2 ? p[i + 2] : 0);

		*at++ = b64_digit[v >> 18];
		*at++ = b64_digit[v >> 12 & 63];
		*at++ = left > 1 ? b64_digit[v >> 6 & 63] : '=';
		*at++ = left > 2 ? b64_digit[v & 63] : '=';
	}
	b->n += (s.n + 2) / 3 * 4;
out:
	return rc;
}

static int
b64_value(char c)
{
	const char *at = c ? memchr(b64_digit, c, 64) : NULL;

	return at ? (int)(at - b64_digit) : -1;
}

enum rc
base64_decode(struct str s, struct buf *ret)
{
	size_t pad = 0, digits;
	char *at;
	enum rc rc = RC_OK;

	if (s.n % 4)
		return FAIL(RC_SYNTAX, "base64 length is not a multiple of four");
	while (pad < 2 && pad < s.n && s.p[s.n - 1 - pad] == '=')
		pad++;
	digits = s.n - pad;
	for (size_t i = 0; i < digits; i++)
		if (b64_value(s.p[i]) < 0)
			return FAIL(RC_SYNTAX, "not a base64 digit");
	if ((pad == 1 && (b64_value(s.p[digits - 1]) & 3)) || (pad == 2 && (b64_value(s.p[digits - 1]) & 15)))
		return FAIL(RC_SYNTAX, "base64 with stray bits");
	TRY(buf_reserve(ret, s.n / 4 * 3, &at));
	for (size_t i = 0; i < digits; i += 4) {
		uint32_t v = 0;
		size_t here = digits - i < 4 ? digits - i : 4;

		for (size_t k = 0; k < 4; k++)
			v = v << 6 | (k < here ? (uint32_t)b64_value(s.p[i + k]) : 0);
		*at++ = (char)(v >> 16);
		if (here > 2)
			*at++ = (char)(v >> 8);
		if (here > 3)
			*at++ = (char)v;
	}
	ret->n += s.n / 4 * 3 - pad;
out:
	return rc;
}

enum rc
base64url_decode(struct str s, struct buf *ret)
{
	struct buf standard = BUF(16384 + 4);
	enum rc rc = RC_OK;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '+' || s.p[i] == '/' || s.p[i] == '=')
			TRY(FAIL(RC_SYNTAX, "not a base64url digit"));
		TRY(buf_add_byte(&standard, (uint8_t)(s.p[i] == '-' ? '+' : s.p[i] == '_' ? '/' : s.p[i])));
	}
	while (standard.n % 4)
		TRY(buf_add_byte(&standard, '='));
	TRY(base64_decode(buf_str(&standard), ret));
out:
	buf_free(&standard);
	return rc;
}

void put_be16(void *p, uint16_t v) { unsigned char *b = p; b[0] = (unsigned char)(v >> 8); b[1] = (unsigned char)v; }
void put_be32(void *p, uint32_t v) { put_be16(p, (uint16_t)(v >> 16)); put_be16((char *)p + 2, (uint16_t)v); }
void put_be64(void *p, uint64_t v) { put_be32(p, (uint32_t)(v >> 32)); put_be32((char *)p + 4, (uint32_t)v); }
uint16_t get_be16(const void *p) { const unsigned char *b = p; return (uint16_t)(b[0] << 8 | b[1]); }
uint32_t get_be32(const void *p) { return (uint32_t)get_be16(p) << 16 | get_be16((const char *)p + 2); }
uint64_t get_be64(const void *p) { return (uint64_t)get_be32(p) << 32 | get_be32((const char *)p + 4); }
