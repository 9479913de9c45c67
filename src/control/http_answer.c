// SPDX-License-Identifier: Apache-2.0
/* HTTP/1.1 answers as RFC 9112 frames them; what it lets be read in two ways is refused. */
#include "control/http_answer.h"

#include <string.h>
#include <strings.h>

#include "base/num.h"

static bool
is_token(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("!#$%&'*+-.^_`|~", c))))
			return false;
	}
	return s.n != 0;
}

static bool
same_name(struct str a, const char *name)
{
	return a.n == strlen(name) && strncasecmp(a.p, name, a.n) == 0;
}

/* Blanks of HTTP: spaces and tabs. */
static struct str
trim(struct str s)
{
	while (s.n && (s.p[0] == ' ' || s.p[0] == '\t'))
		s = str_sub(s, 1, s.n);
	while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
		s.n--;
	return s;
}

/* One line up to CRLF. RC_TIMEOUT: not whole yet. */
static enum rc
take_line(struct str *rest, struct str *ret)
{
	const char *end = rest->n ? memchr(rest->p, '\n', rest->n) : NULL;
	size_t n = end ? (size_t)(end - rest->p) : rest->n;

	if (end == NULL)
		return rest->n > HTTP_HEAD_MAX ? FAIL(RC_LIMIT, "HTTP: a line without an end") : FAIL(RC_TIMEOUT, "HTTP: cut short");
	if (n == 0 || rest->p[n - 1] != '\r')
		return FAIL(RC_SYNTAX, "HTTP: a line that does not end as lines do");
	*ret = str_sub(*rest, 0, n - 1);
	*rest = str_sub(*rest, n + 1, rest->n);
	for (size_t i = 0; i < ret->n; i++)
		if (((unsigned char)ret->p[i] < 0x20 && ret->p[i] != '\t') || ret->p[i] == 0x7f)
			return FAIL(RC_SYNTAX, "HTTP: control characters in a header");
	return RC_OK;
}

bool
http_answer_begins(struct str bytes)
{
	return str_starts(bytes, STR("HTTP/1.")) || str_starts(bytes, STR("HTTP/2"));
}

/* "HTTP/1.1 200 OK" */
static enum rc
status_line(struct str line, int *ret)
{
	int64_t n;

	if (line.n < 12 || !(str_starts(line, STR("HTTP/1.1 ")) || str_starts(line, STR("HTTP/1.0 "))) || (line.n > 12 && line.p[12] != ' '))
		return FAIL(RC_SYNTAX, "HTTP: no status line");
	if (num_parse(str_sub(line, 9, 3), 100, 599, &n) != RC_OK)
		return FAIL(RC_SYNTAX, "HTTP: no status");
	*ret = (int)n;
	return RC_OK;
}

static enum rc
take_headers(struct str *rest, struct http_answer *a)
{
	struct str line, name;
	enum rc rc = RC_OK;

	for (;;) {
		TRY(take_line(rest, &line));
		if (line.n == 0)
			return RC_OK;
		if (a->headers_count == HTTP_HEADERS_MAX)
			return FAIL(RC_LIMIT, "HTTP: more than %d headers", HTTP_HEADERS_MAX);
		if (!memchr(line.p, ':', line.n) || !str_cut(&line, ':', &name) || !is_token(name))
			return FAIL(RC_SYNTAX, "HTTP: no header, or a folded one");
		a->headers[a->headers_count++] = (struct http_header){ name, trim(line) };
	}
out:
	return rc;
}

struct str
http_header_next(const struct http_answer *a, const char *name, size_t *at)
{
	while (*at < a->headers_count) {
		const struct http_header *h = &a->headers[(*at)++];

		if (same_name(h->name, name))
			return h->value.p ? h->value : STR("");
	}
	return STR_NONE;
}

static enum rc
chunk_size(struct str line, size_t *ret)
{
	struct str digits;
	size_t n = 0;

	if (!str_cut(&line, ';', &digits))
		return FAIL(RC_SYNTAX, "HTTP: no size of a chunk");
	digits = trim(digits);
	for (size_t i = 0; i < digits.n; i++) {
		char c = digits.p[i];
		int value = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;

		if (value < 0 || i >= 8)
			return FAIL(RC_SYNTAX, "HTTP: the size of a chunk is no number");
		n = n * 16 + (size_t)value;
	}
	if (digits.n == 0)
		return FAIL(RC_SYNTAX, "HTTP: no size of a chunk");
	*ret = n;
	return RC_OK;
}

static enum rc
chunked(struct str rest, struct arena *arena, struct str *ret)
{
	struct http_answer trailer = { .status = 0 };
	struct buf body = BUF(HTTP_BODY_MAX);
	struct str line;
	size_t n;
	enum rc rc = RC_OK;

	for (;;) {
		TRY(take_line(&rest, &line));
		TRY(chunk_size(line, &n));
		if (n == 0)
			break;
		if (n > HTTP_BODY_MAX)
			TRY(FAIL(RC_LIMIT, "HTTP: the answer is too long"));
		if (rest.n < n + 2)
			TRY(FAIL(RC_TIMEOUT, "HTTP: cut short"));
		if (rest.p[n] != '\r' || rest.p[n + 1] != '\n')
			TRY(FAIL(RC_SYNTAX, "HTTP: a chunk longer than it says"));
		TRY(buf_add(&body, str_sub(rest, 0, n)));
		rest = str_sub(rest, n + 2, rest.n);
	}
	TRY(take_headers(&rest, &trailer));
	*ret = arena_dup(arena, buf_str(&body));
	if (ret->p == NULL)
		rc = FAIL(RC_LIMIT, "no room for the body");
out:
	buf_free(&body);
	return rc;
}

static enum rc
take_body(struct str rest, bool closed, struct arena *arena, struct http_answer *a)
{
	size_t at = 0;
	struct str length = http_header_next(a, "content-length", &at), coding;
	bool twice = length.p && http_header_next(a, "content-length", &at).p;
	int64_t n;
	enum rc rc = RC_OK;

	at = 0;
	coding = http_header_next(a, "transfer-encoding", &at);
	if (twice || (coding.p && (length.p || http_header_next(a, "transfer-encoding", &at).p || !same_name(coding, "chunked"))))
		return FAIL(RC_SYNTAX, "HTTP: its length can be read in two ways");
	if (coding.p) {
		TRY(chunked(rest, arena, &a->body));
	} else if (length.p) {
		if (num_parse(length, 0, INT64_MAX, &n) != RC_OK)
			return FAIL(RC_SYNTAX, "HTTP: its length is no number");
		if (n > HTTP_BODY_MAX)
			return FAIL(RC_LIMIT, "HTTP: the answer is too long");
		if (rest.n < (size_t)n)
			return FAIL(RC_TIMEOUT, "HTTP: cut short");
		a->body = str_sub(rest, 0, (size_t)n);
	} else {
		if (rest.n > HTTP_BODY_MAX)
			return FAIL(RC_LIMIT, "HTTP: the answer is too long");
		if (!closed)
			return FAIL(RC_TIMEOUT, "HTTP: cut short");
		a->body = rest;
	}
out:
	return rc;
}

enum rc
http_answer_read(struct str bytes, bool closed, bool head_only, struct arena *arena, struct http_answer *ret)
{
	struct http_answer a;
	struct str line;
	enum rc rc = RC_OK;

	for (int i = 0;; i++) {
		if (i == 8)
			return FAIL(RC_SYNTAX, "HTTP: interim answers without end");
		a = (struct http_answer){ .status = 0 };
		TRY(take_line(&bytes, &line));
		TRY(status_line(line, &a.status));
		TRY(take_headers(&bytes, &a));
		if (a.status >= 200)
			break;
	}
	if (!head_only && a.status != 204 && a.status != 304)
		TRY(take_body(bytes, closed, arena, &a));
	*ret = a;
out:
	return rc;
}
