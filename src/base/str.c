// SPDX-License-Identifier: Apache-2.0
/* Bytes: borrowed, owned, and owned together. Out of memory ends the process; warden restarts it. */
#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool
str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool
str_eq_c(struct str a, const char *b)
{
	return str_eq(a, str_of(b));
}

int
str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;

	return c ? c : (a.n > b.n) - (a.n < b.n);
}

bool
str_starts(struct str s, struct str prefix)
{
	return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

bool
str_ends(struct str s, struct str suffix)
{
	return s.n >= suffix.n && (suffix.n == 0 || memcmp(s.p + s.n - suffix.n, suffix.p, suffix.n) == 0);
}

struct str
str_of(const char *c)
{
	return (struct str){ c, c ? strlen(c) : 0 };
}

struct str
str_sub(struct str s, size_t from, size_t n)
{
	if (from > s.n)
		from = s.n;
	if (n > s.n - from)
		n = s.n - from;
	return (struct str){ s.p ? s.p + from : NULL, n };
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str
str_trim(struct str s)
{
	while (s.n && is_blank(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

bool
str_find(struct str hay, struct str needle, size_t *ret_at)
{
	const char *at = needle.n && hay.n ? memmem(hay.p, hay.n, needle.p, needle.n) : NULL;

	if (at && ret_at)
		*ret_at = (size_t)(at - hay.p);
	return at != NULL;
}

bool
str_cut(struct str *rest, char sep, struct str *ret_piece)
{
	const char *at;

	if (rest->p == NULL)
		return false;
	at = rest->n ? memchr(rest->p, sep, rest->n) : NULL;
	if (at == NULL) {
		*ret_piece = *rest;
		*rest = STR_NONE;
		return true;
	}
	*ret_piece = (struct str){ rest->p, (size_t)(at - rest->p) };
	*rest = (struct str){ at + 1, rest->n - ret_piece->n - 1 };
	return true;
}

bool
str_line(struct str *rest, struct str *ret_line)
{
	if (rest->n == 0 || !str_cut(rest, '\n', ret_line))
		return false;
	if (ret_line->n && ret_line->p[ret_line->n - 1] == '\r')
		ret_line->n--;
	return true;
}

enum rc
buf_reserve(struct buf *b, size_t more, char **ret_at)
{
	if (more > b->max || b->n > b->max - more)
		return FAIL(RC_LIMIT, "over the ceiling of %zu bytes", b->max);
	if (b->n + more + 1 > b->cap) {
		size_t cap = b->cap ? b->cap : 64;
		char *p;

		while (cap < b->n + more + 1)
			cap *= 2;
		p = realloc(b->p, cap);
		if (p == NULL)
			abort();
		b->p = p;
		b->cap = cap;
	}
	*ret_at = b->p + b->n;
	return RC_OK;
}

enum rc
buf_add(struct buf *b, struct str s)
{
	char *at;
	enum rc rc = RC_OK;

	TRY(buf_reserve(b, s.n, &at));
	if (s.n)
		memcpy(at, s.p, s.n);
	b->n += s.n;
out:
	return rc;
}

enum rc
buf_add_c(struct buf *b, const char *c)
{
	return buf_add(b, str_of(c));
}

enum rc
buf_add_byte(struct buf *b, uint8_t byte)
{
	char c = (char)byte;

	return buf_add(b, (struct str){ &c, 1 });
}

enum rc
buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	char *at;
	int n;
	enum rc rc = RC_OK;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		return FAIL(RC_BUG, "unprintable format");
	TRY(buf_reserve(b, (size_t)n, &at));
	va_start(ap, fmt);
	(void)vsnprintf(at, (size_t)n + 1, fmt, ap); /* measured just above */
	va_end(ap);
	b->n += (size_t)n;
out:
	return rc;
}

struct str
buf_str(const struct buf *b)
{
	return (struct str){ b->p, b->n };
}

const char *
buf_cstr(struct buf *b)
{
	if (b->p == NULL)
		return "";
	b->p[b->n] = '\0';
	return b->p;
}

void
buf_reset(struct buf *b)
{
	b->n = 0;
}

void
buf_free(struct buf *b)
{
	free(b->p);
	b->p = NULL;
	b->n = b->cap = 0;
}

struct arena_block {
	struct arena_block *next;
	size_t used, cap;
	_Alignas(16) char bytes[];
};

void *
arena_get(struct arena *a, size_t n)
{
	struct arena_block *b = a->head;
	void *at;

	if (n > a->max)
		return NULL;
	n = (n + 15) & ~(size_t)15;
	if (n > a->max || a->used > a->max - n)
		return NULL;
	if (b == NULL || b->cap - b->used < n) {
		size_t cap = n > 4096 ? n : 4096;

		b = calloc(1, sizeof(*b) + cap);
		if (b == NULL)
			abort();
		b->cap = cap;
		b->next = a->head;
		a->head = b;
	}
	at = b->bytes + b->used;
	b->used += n;
	a->used += n;
	return at;
}

char *
arena_cstr(struct arena *a, struct str s)
{
	char *p = arena_get(a, s.n + 1);

	if (p && s.n)
		memcpy(p, s.p, s.n);
	return p;
}

struct str
arena_dup(struct arena *a, struct str s)
{
	char *p = arena_cstr(a, s);

	return (struct str){ p, p ? s.n : 0 };
}

struct str
arena_f(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	p = n < 0 ? NULL : arena_get(a, (size_t)n + 1);
	if (p == NULL)
		return STR_NONE;
	va_start(ap, fmt);
	(void)vsnprintf(p, (size_t)n + 1, fmt, ap); /* measured just above */
	va_end(ap);
	return (struct str){ p, (size_t)n };
}

void
arena_free(struct arena *a)
{
	while (a->head) {
		struct arena_block *next = a->head->next;

		free(a->head);
		a->head = next;
	}
	a->used = 0;
}

struct str
str_base_name(struct str path)
{
	size_t from = path.n;

	while (from && path.p[from - 1] != '/')
		from--;
	return str_sub(path, from, path.n);
}
