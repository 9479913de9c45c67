// SPDX-License-Identifier: Apache-2.0
/* Spells and reads the pieces of a bundle, one spelling each. */
#include "evidence/bundle.h"

#include <stdio.h>
#include <string.h>

#include "base/num.h"

#define BLOCK 512

static const char *const states[] = { "none", "", "erased", "withheld" };

/* ---- tar: ustar, regular files of nobody, mode 0644 */

static bool
plain_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '-' || s.p[i] == '.'))
			return false;
	return s.n > 0 && s.n <= TAR_NAME_MAX && s.p[0] != '.' && s.p[0] != '-';
}

static unsigned
sum_of(const char *h)
{
	unsigned sum = 8 * ' '; /* the sum itself counts as blanks */

	for (int i = 0; i < BLOCK; i++)
		sum += i >= 148 && i < 156 ? 0 : (unsigned char)h[i];
	return sum;
}

static void
header(char h[BLOCK], struct str name, uint64_t size, int64_t mtime_s)
{
	memset(h, 0, BLOCK);
	memcpy(h, name.p, name.n);
	memcpy(h + 100, "0000644", 7);
	memcpy(h + 108, "0000000", 7);
	memcpy(h + 116, "0000000", 7);
	(void)snprintf(h + 124, 12, "%011llo", (unsigned long long)size & 077777777777ULL); /* fits: below 8 GiB */
	(void)snprintf(h + 136, 12, "%011llo", (unsigned long long)mtime_s & 077777777777ULL);
	h[156] = '0';
	memcpy(h + 257, "ustar\00000", 8);
	(void)snprintf(h + 148, 8, "%06o", sum_of(h)); /* and its NUL */
	h[155] = ' ';
}

enum rc
tar_add(struct buf *b, const char *name, struct str bytes, int64_t mtime_s)
{
	static const char zeros[BLOCK];
	char h[BLOCK];
	size_t before = b->n;
	enum rc rc = RC_OK;

	if (!plain_name(str_of(name)) || bytes.n >> 33)
		return FAIL(RC_BUG, "'%s' cannot stand in an archive", name);
	header(h, str_of(name), bytes.n, mtime_s);
	TRY(buf_add(b, (struct str){ h, BLOCK }));
	TRY(buf_add(b, bytes));
	TRY(buf_add(b, (struct str){ zeros, (BLOCK - bytes.n % BLOCK) % BLOCK }));
out:
	if (rc != RC_OK)
		b->n = before;
	return rc;
}

enum rc
tar_end(struct buf *b)
{
	static const char zeros[2 * BLOCK];

	return buf_add(b, (struct str){ zeros, sizeof(zeros) });
}

static bool
all_zero(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i])
			return false;
	return true;
}

static bool
octal(const char *p, size_t n, uint64_t *ret)
{
	*ret = 0;
	for (size_t i = 0; i < n; i++) {
		if (p[i] < '0' || p[i] > '7')
			return false;
		*ret = *ret << 3 | (uint64_t)(p[i] - '0');
	}
	return p[n] == '\0';
}

enum rc
tar_next(struct str *rest, struct tar_file *ret)
{
	char again[BLOCK];
	uint64_t size, mtime;
	size_t padded;
	struct str name;

	if (rest->n >= (size_t)2 * BLOCK && all_zero(str_sub(*rest, 0, (size_t)2 * BLOCK)))
		return rest->n == (size_t)2 * BLOCK ? FAIL(RC_NOTFOUND, "the archive ends") : FAIL(RC_SYNTAX, "something stands behind the archive's end");
	if (rest->n < BLOCK || !octal(rest->p + 124, 11, &size) || !octal(rest->p + 136, 11, &mtime))
		return FAIL(RC_SYNTAX, "not an archive of evidence, or cut short");
	name = (struct str){ rest->p, strnlen(rest->p, 100) };
	if (!plain_name(name))
		return FAIL(RC_SYNTAX, "a file's name in the archive is none of ours");
	header(again, name, size, (int64_t)mtime);
	padded = (size + BLOCK - 1) / BLOCK * BLOCK;
	if (memcmp(again, rest->p, BLOCK) != 0 || rest->n - BLOCK < padded || !all_zero(str_sub(*rest, BLOCK + size, padded - size)))
		return FAIL(RC_SYNTAX, "the archive is not as we write it, or cut short");
	*ret = (struct tar_file){ name, str_sub(*rest, BLOCK, size) };
	*rest = str_sub(*rest, BLOCK + padded, rest->n);
	return RC_OK;
}

/* ---- lines */

enum rc
bundle_entry_put(struct buf *b, uint64_t index, struct str leaf, enum payload_state state, const uint8_t salt[SALT_BYTES], struct str json)
{
	size_t before = b->n, at;
	enum rc rc = RC_OK;

	if (state == PAYLOAD_SHOWN && str_find(json, STR("\n"), &at))
		return FAIL(RC_BUG, "a payload of several lines");
	TRY(buf_addf(b, "%llu ", (unsigned long long)index));
	TRY(base64_encode(b, leaf));
	if (state == PAYLOAD_SHOWN) {
		TRY(buf_add_byte(b, ' '));
		TRY(base64_encode(b, (struct str){ (const char *)salt, SALT_BYTES }));
		TRY(buf_add_byte(b, ' '));
		TRY(buf_add(b, json));
	} else {
		TRY(buf_addf(b, " - %s", states[state]));
	}
	TRY(buf_add_byte(b, '\n'));
out:
	if (rc != RC_OK)
		b->n = before;
	return rc;
}

enum rc
bundle_entry_get(struct str line, struct bundle_entry *ret)
{
	struct bundle_entry e = { .state = PAYLOAD_SHOWN };
	struct str index = STR_NONE;

	if (!str_cut(&line, ' ', &index) || num_parse_u64(index, INT64_MAX, &e.index) != RC_OK || !str_cut(&line, ' ', &e.leaf64) || !str_cut(&line, ' ', &e.salt64) || line.n == 0)
		return FAIL(RC_SYNTAX, "a line of entries is: number, entry, salt, payload");
	e.json = line;
	if (str_eq(e.salt64, STR("-"))) {
		e.state = str_eq_c(line, states[PAYLOAD_NONE]) ? PAYLOAD_NONE : str_eq_c(line, states[PAYLOAD_ERASED]) ? PAYLOAD_ERASED : PAYLOAD_WITHHELD;
		if (!str_eq_c(line, states[e.state]))
			return FAIL(RC_SYNTAX, "why a payload is missing is not said");
		e.json = STR_NONE;
	}
	*ret = e;
	return RC_OK;
}

enum rc
bundle_omitted_get(struct str line, struct bundle_omitted *ret)
{
	struct str first = STR_NONE, last = STR_NONE;

	if (!str_cut(&line, ' ', &first) || !str_cut(&line, ' ', &last) || num_parse_u64(first, INT64_MAX, &ret->first) != RC_OK || num_parse_u64(last, INT64_MAX, &ret->last) != RC_OK || line.n == 0 || ret->first > ret->last)
		return FAIL(RC_SYNTAX, "a line of what is left out is: first, last, reason");
	ret->reason = line;
	return RC_OK;
}

enum rc
manifest_put(struct buf *b, const char *name, struct str bytes)
{
	struct hash h;
	enum rc rc = RC_OK;

	hash_bytes(bytes, &h);
	TRY(hex_encode(b, (struct str){ (const char *)h.b, sizeof(h.b) }));
	TRY(buf_addf(b, "  %s\n", name));
out:
	return rc;
}

enum rc
manifest_get(struct str line, struct hash *ret, struct str *ret_name)
{
	if (line.n < 67 || hex_decode(str_sub(line, 0, 64), ret->b, sizeof(ret->b)) != RC_OK || line.p[64] != ' ' || line.p[65] != ' ' || !plain_name(str_sub(line, 66, line.n)))
		return FAIL(RC_SYNTAX, "a line of the manifest is: hash, two blanks, name");
	*ret_name = str_sub(line, 66, line.n);
	return RC_OK;
}
