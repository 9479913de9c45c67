// SPDX-License-Identifier: Apache-2.0
/* Tag, length, content: taken apart and put together. */
#include "control/ber.h"

#include "base/num.h"

enum rc
ber_take(struct str *rest, uint8_t *ret_tag, struct str *ret_content)
{
	const uint8_t *p = (const uint8_t *)rest->p;
	size_t length, head = 2;

	if (rest->n < 2 || (p[0] & 0x1f) == 0x1f)
		return FAIL(RC_SYNTAX, "BER: cut short");
	length = p[1];
	if (length > 0x80) {
		size_t bytes = length & 0x7f;

		if (bytes > 3 || rest->n < 2 + bytes)
			return FAIL(RC_SYNTAX, "BER: an impossible length");
		length = 0;
		for (size_t i = 0; i < bytes; i++)
			length = length << 8 | p[2 + i];
		head += bytes;
	} else if (length == 0x80) {
		return FAIL(RC_SYNTAX, "BER: no length");
	}
	if (length > rest->n - head)
		return FAIL(RC_SYNTAX, "BER: longer than what came");
	*ret_tag = p[0];
	*ret_content = (struct str){ rest->p + head, length };
	*rest = (struct str){ rest->p + head + length, rest->n - head - length };
	return RC_OK;
}

enum rc
ber_take_as(struct str *rest, uint8_t tag, struct str *ret_content)
{
	struct str after = *rest, content;
	uint8_t found;
	enum rc rc = RC_OK;

	TRY(ber_take(&after, &found, &content));
	if (found != tag)
		return FAIL(RC_SYNTAX, "BER: %02x where %02x belongs", found, tag);
	*rest = after;
	*ret_content = content;
out:
	return rc;
}

enum rc
ber_integer(struct str s, int64_t *ret)
{
	uint64_t v;

	if (s.n == 0 || s.n > 8)
		return FAIL(RC_SYNTAX, "BER: an integer of %zu bytes", s.n);
	v = (s.p[0] & 0x80) ? UINT64_MAX : 0;
	for (size_t i = 0; i < s.n; i++)
		v = v << 8 | (uint8_t)s.p[i];
	*ret = (int64_t)v;
	return RC_OK;
}

enum rc
ber_take_integer(struct str *rest, int64_t min, int64_t max, int64_t *ret)
{
	struct str content;
	int64_t v;
	enum rc rc = RC_OK;

	TRY(ber_take_as(rest, BER_INTEGER, &content));
	TRY(ber_integer(content, &v));
	if (v < min || v > max)
		return FAIL(RC_SYNTAX, "BER: an integer out of range");
	*ret = v;
out:
	return rc;
}

enum rc
ber_put(struct buf *b, uint8_t tag, struct str content)
{
	enum rc rc = RC_OK;

	if (content.n > UINT16_MAX)
		return FAIL(RC_LIMIT, "BER: too long");
	TRY(buf_add_byte(b, tag));
	if (content.n > 255)
		TRY(buf_add_byte(b, 0x82));
	else if (content.n > 127)
		TRY(buf_add_byte(b, 0x81));
	if (content.n > 255)
		TRY(buf_add_byte(b, (uint8_t)(content.n >> 8)));
	TRY(buf_add_byte(b, (uint8_t)content.n));
	TRY(buf_add(b, content));
out:
	return rc;
}

enum rc
ber_put_integer(struct buf *b, int64_t v)
{
	char bytes[9] = { 0 };
	size_t from = 0;

	put_be64(bytes + 1, (uint64_t)v);
	while (from < 8 && bytes[from] == 0 && !(bytes[from + 1] & 0x80))
		from++;
	return ber_put(b, BER_INTEGER, (struct str){ bytes + from, 9 - from });
}

static enum rc
put_arc(struct buf *b, uint64_t arc)
{
	enum rc rc = RC_OK;

	for (int shift = 28; shift > 0; shift -= 7)
		if (arc >> shift)
			TRY(buf_add_byte(b, (uint8_t)(0x80 | ((arc >> shift) & 0x7f))));
	TRY(buf_add_byte(b, arc & 0x7f));
out:
	return rc;
}

enum rc
ber_put_oid(struct buf *b, struct str dotted)
{
	struct buf content = BUF(512);
	struct str piece;
	uint64_t arc, first = 0;
	size_t n = 0;
	enum rc rc = RC_OK;

	if (dotted.n && dotted.p[0] == '.')
		dotted = str_sub(dotted, 1, dotted.n);
	for (; str_cut(&dotted, '.', &piece); n++) {
		TRY(num_parse_u64(piece, UINT32_MAX, &arc));
		if (n == 0)
			first = arc;
		else
			TRY(put_arc(&content, n == 1 ? first * 40 + arc : arc));
		if (n == 128 || (n == 0 && arc > 2) || (n == 1 && first < 2 && arc > 39) || (n == 1 && arc > 200))
			TRY(FAIL(RC_SYNTAX, "not an OID"));
	}
	if (n < 2)
		TRY(FAIL(RC_SYNTAX, "not an OID"));
	TRY(ber_put(b, BER_OID, buf_str(&content)));
out:
	buf_free(&content);
	return rc;
}
