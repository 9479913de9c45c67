// SPDX-License-Identifier: Apache-2.0
/* Typed bytes; the reader fails once and stays failed. */
#include "ipc/codec.h"

#include <string.h>

#include "base/num.h"

struct reader
reader_of(struct str s)
{
	return (struct reader){ s.p, s.n, false };
}

struct str
get_bytes(struct reader *r, size_t n)
{
	struct str s = { r->p, n };

	if (r->bad || n > r->left) {
		r->bad = true;
		return STR_NONE;
	}
	r->p = n ? r->p + n : r->p;
	r->left -= n;
	return s;
}

void
get_copy(struct reader *r, void *to, size_t n)
{
	struct str s = get_bytes(r, n);

	memset(to, 0, n);
	if (s.n)
		memcpy(to, s.p, s.n);
}

struct str
get_str(struct reader *r, size_t max)
{
	uint32_t n = get_u32(r);

	if (n > max)
		r->bad = true;
	return get_bytes(r, n);
}

uint8_t
get_u8(struct reader *r)
{
	struct str s = get_bytes(r, 1);

	return s.n ? (uint8_t)s.p[0] : 0;
}

uint16_t
get_u16(struct reader *r)
{
	struct str s = get_bytes(r, 2);

	return s.n ? get_be16(s.p) : 0;
}

uint32_t
get_u32(struct reader *r)
{
	struct str s = get_bytes(r, 4);

	return s.n ? get_be32(s.p) : 0;
}

uint64_t
get_u64(struct reader *r)
{
	struct str s = get_bytes(r, 8);

	return s.n ? get_be64(s.p) : 0;
}

int64_t
get_i64(struct reader *r)
{
	return (int64_t)get_u64(r);
}

enum rc
get_end(const struct reader *r)
{
	if (r->bad)
		return FAIL(RC_SYNTAX, "message is cut short or a part is too long");
	if (r->left)
		return FAIL(RC_SYNTAX, "message has %zu bytes too many", r->left);
	return RC_OK;
}

enum rc
put_bytes(struct buf *b, const void *p, size_t n)
{
	return buf_add(b, (struct str){ p, n });
}

enum rc
put_u8(struct buf *b, uint8_t v)
{
	return buf_add_byte(b, v);
}

enum rc
put_u16(struct buf *b, uint16_t v)
{
	char bytes[2];

	put_be16(bytes, v);
	return put_bytes(b, bytes, 2);
}

enum rc
put_u32(struct buf *b, uint32_t v)
{
	char bytes[4];

	put_be32(bytes, v);
	return put_bytes(b, bytes, 4);
}

enum rc
put_u64(struct buf *b, uint64_t v)
{
	char bytes[8];

	put_be64(bytes, v);
	return put_bytes(b, bytes, 8);
}

enum rc
put_i64(struct buf *b, int64_t v)
{
	return put_u64(b, (uint64_t)v);
}

enum rc
put_str(struct buf *b, struct str s)
{
	enum rc rc = RC_OK;

	if (s.n > UINT32_MAX)
		return FAIL(RC_LIMIT, "string too long");
	TRY(put_u32(b, (uint32_t)s.n));
	TRY(buf_add(b, s));
out:
	return rc;
}
