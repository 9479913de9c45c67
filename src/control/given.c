// SPDX-License-Identifier: Apache-2.0
/* Fields people declared: dates as times, yes-no as a truth or a word. */
#include "control/given.h"

#include <string.h>
#include <strings.h>

#include "base/time_text.h"

bool
given_yes(const struct facts *f, uint32_t row, const char *key)
{
	const struct fact *at = fact_get(f, row, key);

	return at && (at->kind == FACT_TEXT ? str_eq(at->text, STR("yes")) : at->kind == FACT_BOOL && at->n);
}

bool
given_no(const struct facts *f, uint32_t row, const char *key)
{
	const struct fact *at = fact_get(f, row, key);

	return at && (at->kind == FACT_TEXT ? str_eq(at->text, STR("no")) : at->kind == FACT_BOOL && !at->n);
}

int64_t
given_date(const struct facts *f, uint32_t row, const char *key)
{
	const struct fact *at = fact_get(f, row, key);
	int64_t us = 0;

	if (at && at->kind == FACT_TIME)
		return at->n;
	return at && at->kind == FACT_TEXT && time_parse_date(at->text, &us) == RC_OK ? us : 0;
}

int64_t
given_date_end(const struct facts *f, uint32_t row, const char *key)
{
	int64_t at = given_date(f, row, key);

	return at ? at + DAY_US : 0;
}

bool
names_have(struct str names, struct str name)
{
	struct str word;

	while (name.n && str_cut(&names, ' ', &word))
		if (str_eq(word, name))
			return true;
	return false;
}

bool
host_named(struct str name, struct str host_name)
{
	struct str rest = name, other = host_name, a = STR_NONE, b = STR_NONE;
	bool whole;

	if (!str_cut(&rest, '.', &a) || !str_cut(&other, '.', &b))
		return false;
	whole = name.n == host_name.n && strncasecmp(name.p, host_name.p, name.n) == 0;
	return whole || ((a.n == name.n || b.n == host_name.n) && a.n == b.n && a.n && strncasecmp(a.p, b.p, a.n) == 0);
}

/* The next letter of a name as people compare names: no blanks, small, full-width letters as the usual ones; -1: its end. */
static int
letter(struct str *s)
{
	while (s->n) {
		const unsigned char *p = (const unsigned char *)s->p;
		bool wide = s->n >= 3 && p[0] == 0xef && ((p[1] == 0xbc && p[2] >= 0x81) || (p[1] == 0xbd && p[2] <= 0x9e));
		int c = wide ? (p[1] - 0xbc) * 64 + p[2] - 0x60 : p[0];
		bool blank = c == ' ' || (s->n >= 3 && memcmp(p, "\xe3\x80\x80", 3) == 0);

		*s = str_sub(*s, wide || (blank && c != ' ') ? 3 : 1, s->n);
		if (!blank)
			return c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c;
	}
	return -1;
}

bool
same_name(struct str a, struct str b)
{
	int x, y;

	do {
		x = letter(&a);
		y = letter(&b);
	} while (x == y && x >= 0);
	return x == y;
}

/* Where a part ends: a comma of either script, or blanks before the next path. */
static size_t
part_end(struct str s, size_t *ret_skip)
{
	static const char *const wide[] = { "\xe3\x80\x81" /* 、 */, "\xef\xbc\x8c" /* ， */, "\xef\xbc\x9b" /* ； */ };

	for (size_t i = 0; i < s.n; i++) {
		*ret_skip = s.p[i] == ',' || s.p[i] == ';' || s.p[i] == '\n' || (s.p[i] == ' ' && i + 1 < s.n && s.p[i + 1] == '/') ? 1 : 0;
		for (size_t k = 0; k < 3 && *ret_skip == 0; k++)
			*ret_skip = s.n - i >= 3 && memcmp(s.p + i, wide[k], 3) == 0 ? 3 : 0;
		if (*ret_skip)
			return i;
	}
	*ret_skip = 0;
	return s.n;
}

bool
list_next(struct str *rest, struct str *ret)
{
	while (rest->n) {
		size_t skip, end = part_end(*rest, &skip);

		*ret = str_trim(str_sub(*rest, 0, end));
		*rest = str_sub(*rest, end + skip, rest->n);
		if (ret->n)
			return true;
	}
	return false;
}

bool
list_has(struct str list, struct str part)
{
	struct str one;

	while (part.n && list_next(&list, &one)) {
		while (one.n > 1 && one.p[0] == '/' && one.p[one.n - 1] == '/')
			one.n--;
		if (same_name(one, part) || (one.p[0] == '/' && part.p[0] == '/' && str_starts(part, one) && (one.n == 1 || (part.n > one.n && part.p[one.n] == '/'))))
			return true;
	}
	return false;
}
