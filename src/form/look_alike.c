// SPDX-License-Identifier: Apache-2.0
/*
 * Names that read like another's and are not: compatibility forms (full width,
 * ligatures), case, blanks, and letters of other alphabets drawn alike.
 */
#include "form/look_alike.h"

#include <stdlib.h>
#include <utf8proc.h>

enum script { SCRIPT_OTHER = 0, SCRIPT_LATIN, SCRIPT_CYRILLIC, SCRIPT_GREEK };

static enum script
script_of(utf8proc_int32_t c)
{
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0x24f))
		return SCRIPT_LATIN;
	return c >= 0x400 && c <= 0x52f ? SCRIPT_CYRILLIC : c >= 0x370 && c <= 0x3ff ? SCRIPT_GREEK : SCRIPT_OTHER;
}

/* Small letters of Cyrillic and Greek that are drawn like a Latin one, and kana and signs that are drawn like one another. */
static const struct { utf8proc_int32_t from, to; } alike[] = {
	{ 0x430, 'a' }, { 0x432, 'b' }, { 0x435, 'e' }, { 0x43a, 'k' }, { 0x43c, 'm' }, { 0x43d, 'h' }, { 0x43e, 'o' }, { 0x440, 'p' }, { 0x441, 'c' }, { 0x442, 't' }, { 0x443, 'y' }, { 0x445, 'x' },
	{ 0x455, 's' }, { 0x456, 'i' }, { 0x458, 'j' }, { 0x501, 'd' }, { 0x51b, 'q' }, { 0x51d, 'w' }, { 0x4bb, 'h' },
	{ 0x3b1, 'a' }, { 0x3b2, 'b' }, { 0x3b5, 'e' }, { 0x3b9, 'i' }, { 0x3ba, 'k' }, { 0x3bd, 'v' }, { 0x3bf, 'o' }, { 0x3c1, 'p' }, { 0x3c4, 't' }, { 0x3c5, 'u' }, { 0x3c7, 'x' }, { 0x3c9, 'w' },
	{ 0x131, 'i' }, { '1', 'l' }, { '0', 'o' },
	{ 0x30fc, '-' }, { 0x2010, '-' }, { 0x2011, '-' }, { 0x2012, '-' }, { 0x2013, '-' }, { 0x2014, '-' }, { 0x2015, '-' }, { 0x2212, '-' }, { 0x4e00, '-' },
	{ 0x30a8, 0x5de5 }, { 0x30ab, 0x529b }, { 0x30bf, 0x5915 }, { 0x30cb, 0x4e8c }, { 0x30cf, 0x516b }, { 0x30ed, 0x53e3 }, { 0x30c8, 0x535c }, { 0x3078, 0x30d8 }, { 0x3079, 0x30d9 }, { 0x307a, 0x30da },
};

/* How a name reads: NFKC, small letters, no marks that are not seen, no blanks, one of those drawn alike. RC_SYNTAX: no UTF-8. */
static enum rc
reads(struct str name, bool *ret_mixed, struct buf *ret)
{
	utf8proc_uint8_t *folded = NULL, bytes[4];
	utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)(name.n ? name.p : ""), (utf8proc_ssize_t)name.n, &folded,
	    UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
	bool seen[4] = { false };
	enum rc rc = RC_OK;

	if (n < 0)
		return FAIL(RC_SYNTAX, "display-bytes: a name to show holds printable characters only");
	for (utf8proc_ssize_t at = 0, step; at < n; at += step) {
		utf8proc_int32_t c = 0;

		step = utf8proc_iterate(folded + at, n - at, &c);
		if (step <= 0)
			break; /* utf8proc wrote it: does not happen */
		if (c == ' ' || utf8proc_category(c) == UTF8PROC_CATEGORY_ZS) {
			continue;
		}
		seen[script_of(c)] = true;
		for (size_t i = 0; i < sizeof(alike) / sizeof(alike[0]); i++)
			if (alike[i].from == c) {
				c = alike[i].to;
				break;
			}
		TRY(buf_add(ret, (struct str){ (const char *)bytes, (size_t)utf8proc_encode_char(c, bytes) }));
	}
	*ret_mixed = seen[SCRIPT_LATIN] + seen[SCRIPT_CYRILLIC] + seen[SCRIPT_GREEK] > 1;
out:
	free(folded);
	return rc;
}

enum rc
name_alike(struct str a, struct str b, bool *ret)
{
	struct buf x = BUF(4096), y = BUF(4096);
	bool mixed;
	enum rc rc = RC_OK;

	TRY(reads(a, &mixed, &x));
	TRY(reads(b, &mixed, &y));
	*ret = !str_eq(a, b) && str_eq(buf_str(&x), buf_str(&y));
out:
	buf_free(&x);
	buf_free(&y);
	return rc;
}

enum rc
name_one_script(struct str name)
{
	struct buf x = BUF(4096);
	bool mixed = false;
	enum rc rc = reads(name, &mixed, &x);

	buf_free(&x);
	if (rc == RC_OK && mixed)
		rc = FAIL(RC_SYNTAX, "display-mixed: a name to show mixes Latin, Cyrillic or Greek letters");
	return rc;
}
