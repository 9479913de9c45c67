// SPDX-License-Identifier: Apache-2.0
/* Texts of a journal, each packed by itself. */
#include "control/unpack.h"

#include <lz4.h>
#include <lzma.h>
#include <zstd.h>

#define XZ_MEMORY (16 << 20) /* journald packs with a dictionary of a megabyte */

/* The length in eight bytes, then one block. */
static enum rc
lz4(struct str p, char *room, size_t room_n, size_t *ret_n)
{
	uint64_t length = 0;
	int n;

	if (p.n < 9 || p.n > INT32_MAX)
		return FAIL(RC_SYNTAX, "lz4: too short");
	for (size_t i = 8; i-- > 0;)
		length = length << 8 | (unsigned char)p.p[i];
	if (length > room_n)
		return FAIL(RC_LIMIT, "lz4: a long text");
	n = LZ4_decompress_safe(p.p + 8, room, (int)(p.n - 8), (int)room_n);
	if (n < 0 || (uint64_t)n != length)
		return FAIL(RC_SYNTAX, "lz4: damaged");
	*ret_n = (size_t)n;
	return RC_OK;
}

static enum rc
zstd(struct str p, char *room, size_t room_n, size_t *ret_n)
{
	ZSTD_DStream *d = ZSTD_createDStream();
	ZSTD_outBuffer out = { room, room_n, 0 };
	ZSTD_inBuffer in = { p.p, p.n, 0 };
	unsigned long long length = ZSTD_getFrameContentSize(p.p, p.n);
	size_t left;
	enum rc rc = RC_OK;

	if (d == NULL)
		return FAIL(RC_LIMIT, "zstd: no room");
	if (length == ZSTD_CONTENTSIZE_ERROR)
		TRY(FAIL(RC_SYNTAX, "zstd: not packed so"));
	if (length != ZSTD_CONTENTSIZE_UNKNOWN && length > room_n)
		TRY(FAIL(RC_LIMIT, "zstd: a long text"));
	if (ZSTD_isError(ZSTD_DCtx_setParameter(d, ZSTD_d_windowLogMax, 24)))
		TRY(FAIL(RC_BUG, "zstd: no such limit"));
	do {
		size_t in_was = in.pos, out_was = out.pos;

		left = ZSTD_decompressStream(d, &out, &in);
		if (ZSTD_isError(left))
			TRY(FAIL(RC_SYNTAX, "zstd: %s", ZSTD_getErrorName(left)));
		if (in.pos == in_was && out.pos == out_was)
			break;
	} while (left);
	if (left)
		TRY(out.pos == room_n ? FAIL(RC_LIMIT, "zstd: a long text") : FAIL(RC_SYNTAX, "zstd: cut short"));
	*ret_n = out.pos;
out:
	(void)ZSTD_freeDStream(d); /* cannot fail */
	return rc;
}

static enum rc
xz(struct str p, char *room, size_t room_n, size_t *ret_n)
{
	lzma_stream s = LZMA_STREAM_INIT;
	lzma_ret r = lzma_stream_decoder(&s, XZ_MEMORY, 0);
	enum rc rc = RC_OK;

	if (r != LZMA_OK)
		return FAIL(RC_LIMIT, "xz: no room");
	s.next_in = (const uint8_t *)p.p;
	s.avail_in = p.n;
	s.next_out = (uint8_t *)room;
	s.avail_out = room_n;
	do
		r = lzma_code(&s, LZMA_RUN);
	while (r == LZMA_OK && s.avail_out && s.avail_in);
	*ret_n = room_n - s.avail_out;
	if (r == LZMA_OK && s.avail_out == 0 && s.avail_in)
		r = lzma_code(&s, LZMA_RUN); /* exactly as long as the room: its end is yet to come */
	if (r != LZMA_STREAM_END)
		rc = s.avail_out == 0 ? FAIL(RC_LIMIT, "xz: a long text") : FAIL(RC_SYNTAX, "xz: damaged or cut short");
	lzma_end(&s);
	return rc;
}

enum rc
unpack(enum unpack_kind kind, struct str packed, bool whole, char *room, size_t room_n, size_t *ret_n)
{
	enum rc rc = RC_SYNTAX;
	size_t n = 0;

	if (packed.n == 0)
		return FAIL(RC_SYNTAX, "nothing is packed");
	switch (kind) {
	case UNPACK_XZ:   rc = xz(packed, room, room_n, &n); break;
	case UNPACK_LZ4:  rc = lz4(packed, room, room_n, &n); break;
	case UNPACK_ZSTD: rc = zstd(packed, room, room_n, &n); break;
	}
	if (rc == RC_SYNTAX && !whole) {
		rc_trail_clear();
		return FAIL(RC_TIMEOUT, "packed bytes are missing");
	}
	if (rc == RC_OK)
		*ret_n = n;
	return rc;
}
