// SPDX-License-Identifier: Apache-2.0
/* Strict decoders of paths, forms, cookies and hosts (RFC 3986, RFC 6265, WHATWG urlencoded). */
#include "web/decode.h"

#include <string.h>

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* `slash`: an encoded slash may come out. CR before LF is dropped: browsers send CRLF in forms. */
static enum rc
percent_decode(struct arena *arena, struct str in, bool form, bool slash, struct str *ret)
{
	char *out = arena_get(arena, in.n + 1);
	size_t n = 0;

	if (!out)
		return FAIL(RC_LIMIT, "request: more than its memory allows");
	for (size_t i = 0; i < in.n; i++) {
		char c = in.p[i];

		if (c == '%') {
			int high = i + 2 < in.n ? hex_digit(in.p[i + 1]) : -1;
			int low = i + 2 < in.n ? hex_digit(in.p[i + 2]) : -1;

			if (high < 0 || low < 0)
				return FAIL(RC_SYNTAX, "request: a percent sign without two hexadecimal digits");
			c = (char)(high * 16 + low);
			i += 2;
			if (c == '/' && !slash)
				return FAIL(RC_SYNTAX, "request: an encoded slash in the path");
		} else if (c == '+' && form) {
			c = ' ';
		} else if ((unsigned char)c <= ' ' || c == 0x7f) {
			return FAIL(RC_SYNTAX, "request: a bare space or control byte");
		}
		if (form && c == '\n' && n && out[n - 1] == '\r')
			n--;
		out[n++] = c;
	}
	*ret = (struct str){ out, n };
	return RC_OK;
}

static enum rc
pairs_put(struct pairs *pairs, struct str name, struct str value)
{
	for (size_t i = 0; i < pairs->n; i++)
		if (str_eq(pairs->at[i].name, name))
			return FAIL(RC_SYNTAX, "request: a name given twice");
	if (pairs->n == PAIRS_MAX)
		return FAIL(RC_LIMIT, "request: more than %d names", PAIRS_MAX);
	pairs->at[pairs->n++] = (struct pair){ name, value };
	return RC_OK;
}

static enum rc
form_text(struct arena *arena, struct str raw, bool lines, struct str *ret)
{
	struct text text;
	enum rc rc = RC_OK;

	TRY(percent_decode(arena, raw, true, true, ret));
	TRY(lines ? utf8_check_lines(*ret, &text) : utf8_check(*ret, &text));
out:
	return rc;
}

enum rc
decode_form(struct arena *arena, struct str in, struct pairs *ret)
{
	struct str piece;
	enum rc rc = RC_OK;

	ret->n = 0;
	while (str_cut(&in, '&', &piece)) {
		struct str name, value;

		if (piece.n == 0)
			continue;
		(void)str_cut(&piece, '=', &name); /* always true: the piece is not empty */
		TRY(form_text(arena, name, false, &name));
		TRY(form_text(arena, piece, true, &value));
		if (name.n == 0)
			return FAIL(RC_SYNTAX, "request: a value without a name");
		TRY(pairs_put(ret, name, value));
	}
out:
	return rc;
}

static bool
cookie_name_byte(char c)
{
	return c > ' ' && c < 0x7f && !strchr("()<>@,;:\\\"/[]?={}", c);
}

static bool
cookie_value_byte(char c)
{
	return c > ' ' && c < 0x7f && c != '"' && c != ',' && c != ';' && c != '\\';
}

enum rc
decode_cookies(struct str in, struct pairs *ret)
{
	struct str piece;
	enum rc rc = RC_OK;

	ret->n = 0;
	while (str_cut(&in, ';', &piece)) {
		struct str name;

		piece = str_trim(piece);
		if (piece.n == 0)
			continue;
		if (!str_cut(&piece, '=', &name) || name.n == 0 || piece.p == NULL)
			return FAIL(RC_SYNTAX, "request: a cookie without a name or an equals sign");
		for (size_t i = 0; i < name.n; i++)
			if (!cookie_name_byte(name.p[i]))
				return FAIL(RC_SYNTAX, "request: a cookie's name has a byte that is not allowed");
		for (size_t i = 0; i < piece.n; i++)
			if (!cookie_value_byte(piece.p[i]))
				return FAIL(RC_SYNTAX, "request: a cookie's value has a byte that is not allowed");
		TRY(pairs_put(ret, name, piece));
	}
out:
	return rc;
}

enum rc
decode_path(struct arena *arena, struct str in, struct str *ret)
{
	struct str path, rest, segment;
	struct text text;
	enum rc rc = RC_OK;

	TRY(percent_decode(arena, in, false, false, &path));
	TRY(utf8_check(path, &text));
	if (path.n == 0 || path.p[0] != '/')
		return FAIL(RC_SYNTAX, "request: the path does not begin with a slash");
	rest = str_sub(path, 1, path.n - 1);
	while (path.n > 1 && str_cut(&rest, '/', &segment))
		if (segment.n == 0 || str_eq_c(segment, ".") || str_eq_c(segment, ".."))
			return FAIL(RC_SYNTAX, "request: an empty or dotted segment in the path");
	for (size_t i = 0; i < path.n; i++)
		if (path.p[i] == '\\')
			return FAIL(RC_SYNTAX, "request: a backslash in the path");
	*ret = path;
out:
	return rc;
}

static bool
host_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

enum rc
decode_host(struct str in)
{
	size_t i = 0, from = 0;

	if (in.n == 0 || in.n > 255)
		return FAIL(RC_SYNTAX, "request: no host, or one over 255 bytes");
	if (in.p[0] == '[') {
		for (i = 1; i < in.n && (hex_digit(in.p[i]) >= 0 || in.p[i] == ':' || in.p[i] == '.'); i++)
			;
		if (i < 3 || i == in.n || in.p[i] != ']')
			return FAIL(RC_SYNTAX, "request: the host is no address");
		i++;
	} else {
		while (i < in.n && host_byte(in.p[i]))
			i++;
		if (i == 0)
			return FAIL(RC_SYNTAX, "request: the host is no name");
	}
	if (i == in.n)
		return RC_OK;
	from = i + 1;
	if (in.p[i] != ':' || from == in.n || in.n - from > 5)
		return FAIL(RC_SYNTAX, "request: the host has a byte that is not allowed");
	for (i = from; i < in.n; i++)
		if (in.p[i] < '0' || in.p[i] > '9')
			return FAIL(RC_SYNTAX, "request: the port is no number");
	return RC_OK;
}

enum rc
decode_bearer(struct str in, struct str *ret_token)
{
	struct str scheme = STR("Bearer "), token;

	if (!str_starts(in, scheme))
		return FAIL(RC_SYNTAX, "request: the authorization is not a bearer's");
	token = str_sub(in, scheme.n, in.n);
	if (token.n == 0 || token.n > 128)
		return FAIL(RC_SYNTAX, "request: the bearer's token has a wrong length");
	for (size_t i = 0; i < token.n; i++)
		if (hex_digit(token.p[i]) < 0)
			return FAIL(RC_SYNTAX, "request: the bearer's token is not hexadecimal");
	*ret_token = token;
	return RC_OK;
}

enum rc
decode_api_bearer(struct str in, struct str *ret_token)
{
	struct str scheme = STR("Bearer "), token;

	if (!str_starts(in, scheme))
		return FAIL(RC_SYNTAX, "request: the authorization is not a bearer's");
	token = str_sub(in, scheme.n, in.n);
	if (token.n == 0 || token.n > 128)
		return FAIL(RC_SYNTAX, "request: the bearer's token has a wrong length");
	for (size_t i = 0; i < token.n; i++)
		if (!((token.p[i] >= 'a' && token.p[i] <= 'z') || (token.p[i] >= '0' && token.p[i] <= '9') || token.p[i] == '-'))
			return FAIL(RC_SYNTAX, "request: the bearer's token has a wrong character");
	*ret_token = token;
	return RC_OK;
}

static const struct pair *
pairs_find(const struct pairs *pairs, const char *name)
{
	for (size_t i = 0; i < pairs->n; i++)
		if (str_eq_c(pairs->at[i].name, name))
			return &pairs->at[i];
	return NULL;
}

bool
pairs_has(const struct pairs *pairs, const char *name)
{
	return pairs_find(pairs, name) != NULL;
}

struct str
pairs_get(const struct pairs *pairs, const char *name)
{
	const struct pair *pair = pairs_find(pairs, name);

	return pair ? pair->value : STR_NONE;
}

enum rc
percent_encode(struct buf *out, struct str in)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < in.n; i++) {
		unsigned char c = (unsigned char)in.p[i];

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("-._~", c)))
			TRY(buf_add_byte(out, c));
		else
			TRY(buf_addf(out, "%%%02X", c));
	}
out:
	return rc;
}

enum rc
query_with(struct buf *out, const struct pairs *pairs, const char *name, const char *value)
{
	size_t start = out->n;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < pairs->n; i++) {
		if (str_eq_c(pairs->at[i].name, name) || pairs->at[i].value.n == 0)
			continue;
		if (out->n > start)
			TRY(buf_add_c(out, "&"));
		TRY(percent_encode(out, pairs->at[i].name));
		TRY(buf_add_c(out, "="));
		TRY(percent_encode(out, pairs->at[i].value));
	}
	if (value) {
		if (out->n > start)
			TRY(buf_add_c(out, "&"));
		TRY(percent_encode(out, str_of(name)));
		TRY(buf_add_c(out, "="));
		TRY(percent_encode(out, str_of(value)));
	}
out:
	return rc;
}
