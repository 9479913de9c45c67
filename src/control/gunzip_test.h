// SPDX-License-Identifier: Apache-2.0
/* gunzip_test - packs as gzip does. */
#ifndef CONTROL_GUNZIP_TEST_H
#define CONTROL_GUNZIP_TEST_H

#include <stdio.h>
#define ZLIB_CONST
#include <zlib.h>

#include "base/test.h"

/* A member behind what `ret` holds. */
static inline void
gzip(struct str text, struct buf *ret)
{
	z_stream z = { .next_in = (const Bytef *)text.p, .avail_in = (uInt)text.n };
	char room[4096];
	int r;

	CHECK_INT(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY), Z_OK);
	do {
		z.next_out = (Bytef *)room;
		z.avail_out = sizeof(room);
		r = deflate(&z, Z_FINISH);
		CHECK_OK(buf_add(ret, (struct str){ room, sizeof(room) - z.avail_out }));
	} while (r == Z_OK);
	CHECK_INT(r, Z_STREAM_END);
	CHECK_INT(deflateEnd(&z), Z_OK);
}

static inline void
gzip_put(const char *folder, const char *path, struct str packed)
{
	char full[512];
	FILE *f;

	(void)snprintf(full, sizeof(full), "%s%s", folder, path);
	f = fopen(full, "w");
	CHECK(f != NULL && fwrite(packed.p, 1, packed.n, f) == packed.n && fclose(f) == 0);
}

#endif
