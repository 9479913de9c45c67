// SPDX-License-Identifier: Apache-2.0
/* One strict UTF-8 decoder; everything else asks it. */
#include "base/utf8.h"

#include <string.h>

/* Length of the sequence at p (1 to 4) and its code point; 0 when it is malformed. */
static size_t
decode(const unsigned char *p, size_t left, uint32_t *cp)
{
	static const uint32_t least[5] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n = p[0] < 0x80 ? 1 : p[0] >= 0xc2 && p[0] < 0xe0 ? 2 : p[0] >= 0xe0 && p[0] < 0xf0 ? 3 : p[0] >= 0xf0 && p[0] < 0xf5 ? 4 : 0;

	if (n == 0 || n > left)
		return 0;
	*cp = n == 1 ? p[0] : p[0] & (0xffu >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		*cp = *cp << 6 | (p[i] & 0x3f);
	}
	if (*cp < least[n] || *cp > 0x10ffff || (*cp >= 0xd800 && *cp < 0xe000))
		return 0;
	return n;
}

static bool
allowed(uint32_t cp, bool lines)
{
	if (lines && (cp == '\n' || cp == '\t'))
		return true;
	if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0))
		return false;
	if ((cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069) || cp == 0x2028 || cp == 0x2029)
		return false; /* would re-order or break what a person reads */
	return (cp & 0xfffe) != 0xfffe && !(cp >= 0xfdd0 && cp <= 0xfdef) && cp != 0xfeff;
}

static enum rc
check(struct str s, bool lines, struct text *ret)
{
	const unsigned char *p = (const unsigned char *)s.p;

	for (size_t i = 0; i < s.n;) {
		uint32_t cp;
		size_t n = decode(p + i, s.n - i, &cp);

		if (n == 0)
			return FAIL(RC_SYNTAX, "not valid UTF-8 at byte %zu", i);
		if (!allowed(cp, lines))
			return FAIL(RC_SYNTAX, "character U+%04X is not allowed", (unsigned)cp);
		i += n;
	}
	ret->s = s;
	return RC_OK;
}

enum rc
utf8_check(struct str s, struct text *ret)
{
	return check(s, false, ret);
}

enum rc
utf8_check_lines(struct str s, struct text *ret)
{
	return check(s, true, ret);
}

struct text
utf8_mend(struct arena *a, struct str s)
{
	struct text t;
	char *to, *at;

	if (check(s, false, &t) == RC_OK)
		return (struct text){ arena_dup(a, s) };
	rc_trail_clear();
	to = at = s.n > a->max / 3 ? NULL : arena_get(a, s.n * 3 + 1);
	if (to == NULL)
		return (struct text){ STR_NONE };
	for (size_t i = 0; i < s.n;) {
		uint32_t cp;
		size_t n = decode((const unsigned char *)s.p + i, s.n - i, &cp);

		if (n && allowed(cp, false)) {
			memcpy(at, s.p + i, n);
			at += n;
		} else {
			memcpy(at, "\xef\xbf\xbd", 3);
			at += 3;
		}
		i += n ? n : 1;
	}
	return (struct text){ { to, (size_t)(at - to) } };
}

size_t
utf8_count(struct text t)
{
	size_t n = 0;

	for (size_t i = 0; i < t.s.n; i++)
		n += (t.s.p[i] & 0xc0) != 0x80;
	return n;
}
