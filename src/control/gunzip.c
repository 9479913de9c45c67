// SPDX-License-Identifier: Apache-2.0
#include "control/gunzip.h"

#include <stdlib.h>
#define ZLIB_CONST
#include <zlib.h>

#define GZIP_ONLY (15 + 16) /* a window of 32 KiB, the largest there is; no other wrapping */

struct gunzip {
	z_stream   z;
	size_t     bytes, bytes_max;
	bool       whole; /* the last member came to its end */
	host_take *take;
	void      *context;
};

static void
begin(struct gunzip *g, size_t bytes_max, host_take *take, void *context)
{
	*g = (struct gunzip){ .bytes_max = bytes_max, .take = take, .context = context };
	if (inflateInit2(&g->z, GZIP_ONLY) != Z_OK)
		abort(); /* no memory */
}

/* One step: as much as the room takes. `ret_more`: there is more to come without another byte. */
static enum rc
step(struct gunzip *g, bool *ret_more)
{
	static _Thread_local char room[65536];
	size_t n;
	int r;

	g->z.next_out = (Bytef *)room;
	g->z.avail_out = sizeof(room);
	r = inflate(&g->z, Z_NO_FLUSH);
	if (r != Z_OK && r != Z_STREAM_END && (r != Z_BUF_ERROR || g->z.avail_in)) /* nothing more without another byte is no fault */
		return FAIL(RC_SYNTAX, "gzip: %s", g->z.msg ? g->z.msg : "damaged");
	n = sizeof(room) - g->z.avail_out;
	g->whole = r == Z_STREAM_END;
	*ret_more = r == Z_OK && g->z.avail_out == 0;
	if (n > g->bytes_max - g->bytes)
		return FAIL(RC_LIMIT, "gzip: over %zu bytes unpacked", g->bytes_max);
	g->bytes += n;
	return n ? g->take(g->context, (struct str){ room, n }) : RC_OK;
}

static enum rc
feed(void *context, struct str piece)
{
	struct gunzip *g = context;
	bool more = false;
	enum rc rc = RC_OK;

	g->z.next_in = (const Bytef *)piece.p;
	g->z.avail_in = (uInt)piece.n;
	while (g->z.avail_in || more) {
		if (g->whole && *g->z.next_in == '\0') { /* padding behind the last member */
			g->z.next_in++;
			g->z.avail_in--;
			continue;
		}
		if (g->whole && inflateReset(&g->z) != Z_OK) /* another member */
			return FAIL(RC_BUG, "gzip: no new beginning");
		TRY(step(g, &more));
	}
out:
	return rc;
}

static enum rc
end(struct gunzip *g, enum rc rc)
{
	(void)inflateEnd(&g->z); /* cannot fail */
	return rc == RC_OK && !g->whole ? FAIL(RC_SYNTAX, "gzip: cut short") : rc;
}

enum rc
gunzip_bytes(struct str packed, size_t bytes_max, host_take *take, void *context)
{
	struct gunzip g;

	begin(&g, bytes_max, take, context);
	return end(&g, packed.n > UINT32_MAX ? FAIL(RC_LIMIT, "gzip: too long") : feed(&g, packed));
}

enum rc
gunzip_file(const struct host *h, const char *path, size_t bytes_max, host_take *take, void *context)
{
	struct gunzip g;

	begin(&g, bytes_max, take, context);
	return end(&g, host_read_pieces(h, path, bytes_max, feed, &g));
}

static enum rc
take_head(void *context, struct str piece)
{
	struct buf *b = context;
	enum rc rc = buf_add(b, str_sub(piece, 0, b->max - b->n));

	return rc == RC_OK && b->n == b->max ? RC_LIMIT : rc; /* enough */
}

enum rc
gunzip_head(const struct host *h, const char *path, struct buf *ret)
{
	enum rc rc = gunzip_file(h, path, ret->max * 1024, take_head, ret);

	if (rc == RC_LIMIT && ret->n == ret->max) {
		rc_trail_clear();
		rc = RC_OK;
	}
	return rc;
}
