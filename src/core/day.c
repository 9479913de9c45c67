// SPDX-License-Identifier: Apache-2.0
/* A day of hours as few bytes, and back. */
#include "core/day.h"

#include <string.h>

#include "ipc/codec.h"

static enum rc
put_number(struct buf *b, uint64_t n)
{
	enum rc rc = RC_OK;

	for (; n >= 0x80; n >>= 7)
		TRY(put_u8(b, (uint8_t)(n | 0x80)));
	TRY(put_u8(b, (uint8_t)n));
out:
	return rc;
}

static uint64_t
get_number(struct reader *r)
{
	uint64_t n = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		uint8_t byte = get_u8(r);

		if (shift == 63 && byte > 1)
			r->bad = true;
		n |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80) {
			r->bad |= byte == 0 && shift > 0; /* another spelling of a shorter number */
			return n;
		}
	}
	r->bad = true;
	return 0;
}

static uint64_t
zigzag(int64_t n)
{
	return n < 0 ? ~((uint64_t)n << 1) : (uint64_t)n << 1;
}

static int64_t
unzigzag(uint64_t n)
{
	return n & 1 ? (int64_t)~(n >> 1) : (int64_t)(n >> 1);
}

static bool
hour_eq(const struct hour *a, const struct hour *b)
{
	return a->unknown_min == b->unknown_min && (a->unknown_min == 60 || (a->least == b->least && a->most == b->most && a->mean == b->mean));
}

/* Differences wrap around: what is put as a - b comes back as b + it, whatever the numbers. */
enum rc
day_pack(const struct hour hours[24], struct buf *b)
{
	uint64_t before = 0;
	enum rc rc = RC_OK;

	for (unsigned i = 0, n; i < 24; i += n) {
		const struct hour *h = &hours[i];

		for (n = 1; i + n < 24 && hour_eq(h, &hours[i + n]);)
			n++;
		if (h->unknown_min > 60 || (h->unknown_min < 60 && (h->most < h->least || h->mean < h->least || h->mean > h->most)))
			return FAIL(RC_BUG, "an hour that cannot be");
		TRY(put_u8(b, (uint8_t)n));
		TRY(put_u8(b, h->unknown_min));
		if (h->unknown_min == 60)
			continue;
		TRY(put_number(b, zigzag((int64_t)((uint64_t)h->least - before))));
		TRY(put_number(b, (uint64_t)h->most - (uint64_t)h->least));
		TRY(put_number(b, (uint64_t)h->mean - (uint64_t)h->least));
		before = (uint64_t)h->least;
	}
out:
	return rc;
}

enum rc
day_unpack(struct str s, struct hour ret[24])
{
	struct hour hours[24];
	struct reader r = reader_of(s);
	uint64_t before = 0;

	memset(hours, 0, sizeof(hours));
	for (unsigned i = 0, n; i < 24; i += n) {
		struct hour h = { 0, 0, 0, 60 };

		n = get_u8(&r);
		h.unknown_min = get_u8(&r);
		if (h.unknown_min < 60) {
			before += (uint64_t)unzigzag(get_number(&r));
			h.least = (int64_t)before;
			h.most = (int64_t)(before + get_number(&r));
			h.mean = (int64_t)(before + get_number(&r));
		}
		if (r.bad || n == 0 || n > 24 - i || h.unknown_min > 60 || h.most < h.least || h.mean < h.least || h.mean > h.most || (i && hour_eq(&h, &hours[i - 1])))
			return FAIL(RC_SYNTAX, "a day of hours that does not read");
		for (unsigned k = 0; k < n; k++)
			hours[i + k] = h;
	}
	if (get_end(&r) != RC_OK)
		return RC_SYNTAX;
	memcpy(ret, hours, sizeof(hours));
	return RC_OK;
}
