// SPDX-License-Identifier: Apache-2.0
#include "form/alike.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* What is drawn like something else and no normal form brings together; after NFKC and case folding. Sorted. */
static const struct { int32_t from; char to[4]; } drawn[] = {
	{ 0x0131, "i" }, { 0x03b1, "a" }, { 0x03b9, "i" }, { 0x03ba, "k" }, { 0x03bd, "v" }, { 0x03bf, "o" }, { 0x03c1, "p" }, { 0x03c4, "t" }, { 0x03c5, "u" }, { 0x03c7, "x" },
	{ 0x0430, "a" }, { 0x0432, "b" }, { 0x0435, "e" }, { 0x0438, "n" }, { 0x043a, "k" }, { 0x043c, "m" }, { 0x043d, "h" }, { 0x043e, "o" }, { 0x0440, "p" }, { 0x0441, "c" },
	{ 0x0442, "t" }, { 0x0443, "y" }, { 0x0445, "x" }, { 0x0455, "s" }, { 0x0456, "i" }, { 0x0458, "j" }, { 0x0501, "d" }, { 0x051b, "q" }, { 0x051d, "w" },
	{ 0x2010, "-" }, { 0x2011, "-" }, { 0x2012, "-" }, { 0x2013, "-" }, { 0x2014, "-" }, { 0x2015, "-" }, { 0x2212, "-" },
	{ 0x30a8, "工" }, { 0x30ab, "力" }, { 0x30bf, "夕" }, { 0x30c8, "卜" }, { 0x30cb, "二" }, { 0x30cf, "八" }, { 0x30d8, "へ" }, { 0x30da, "ぺ" }, { 0x30ed, "口" }, { 0x30fc, "-" },
	{ 0x4e00, "-" }, { 0x5d5c, "崎" }, { 0x5fb7, "徳" }, { 0x69c7, "槙" }, { 0x6a9c, "桧" }, { 0x6ff1, "浜" }, { 0x6ff5, "浜" },
	{ 0x9089, "辺" }, { 0x908a, "辺" }, { 0x9ad9, "高" }, { 0x9f4a, "斉" }, { 0x9f4b, "斎" }, { 0x9f8d, "竜" }, { 0xfa11, "崎" },
};

static const char *
drawn_like(int32_t c)
{
	size_t low = 0, high = sizeof(drawn) / sizeof(drawn[0]);

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (drawn[middle].from == c)
			return drawn[middle].to;
		if (drawn[middle].from < c)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static struct str
fold(const utf8proc_uint8_t *s, size_t n, struct arena *a)
{
	char *to = arena_get(a, n + 1);
	size_t at = 0, used = 0;

	while (to && at < n) {
		utf8proc_int32_t c;
		utf8proc_ssize_t bytes = utf8proc_iterate(s + at, (utf8proc_ssize_t)(n - at), &c);
		const char *like;

		if (bytes <= 0)
			break;
		like = drawn_like(c);
		if (like) { /* never longer than what it stands for */
			memcpy(to + used, like, strlen(like));
			used += strlen(like);
		} else if (utf8proc_category(c) != UTF8PROC_CATEGORY_ZS) {
			memcpy(to + used, s + at, (size_t)bytes);
			used += (size_t)bytes;
		}
		at += (size_t)bytes;
	}
	return (struct str){ to, to ? used : 0 };
}

struct str
alike(struct str name, struct arena *a)
{
	utf8proc_uint8_t *normal = NULL;
	utf8proc_ssize_t n;
	struct str ret;

	if (name.n == 0)
		return name;
	n = utf8proc_map((const utf8proc_uint8_t *)name.p, (utf8proc_ssize_t)name.n, &normal, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
	if (n < 0)
		return name;
	ret = fold(normal, (size_t)n, a);
	free(normal);
	return ret;
}
