// SPDX-License-Identifier: Apache-2.0
#include "control/gunzip.h"
#include "control/gunzip_test.h"

#include <stdlib.h>

#include "control/pam_stage.h"

#define BOMB_BYTES (64 << 20)

static enum rc
take(void *context, struct str piece)
{
	return buf_add(context, piece);
}

static enum rc
count(void *context, struct str piece)
{
	size_t *n = context;

	*n += piece.n;
	return RC_OK;
}

CASE(what_was_packed_comes_out)
{
	struct buf packed = BUF(4096), text = BUF(4096);

	gzip(STR("one\n"), &packed);
	gzip(STR(""), &packed);
	gzip(STR("two\n"), &packed);                    /* gzip -c >> file */
	CHECK_OK(buf_add(&packed, STR("\0\0\0\0\0")));  /* padding of a tape or a block */
	CHECK_OK(gunzip_bytes(buf_str(&packed), 8, take, &text));
	CHECK_STR(buf_str(&text), "one\ntwo\n");
	buf_free(&packed);
	buf_free(&text);
}

CASE(what_is_damaged_is_refused)
{
	struct buf packed = BUF(4096), text = BUF(1 << 20);
	struct str all;

	gzip(STR("2025-12-25T10:00:00+09:00 web1 sshd[7]: Accepted publickey for taro\n"), &packed);
	all = buf_str(&packed);
	for (size_t n = 0; n < all.n; n++) /* cut anywhere */
		CHECK_RC(gunzip_bytes(str_sub(all, 0, n), 4096, take, &text), RC_SYNTAX);
	packed.p[packed.n - 5] ^= 1; /* its sum */
	CHECK_RC(gunzip_bytes(buf_str(&packed), 4096, take, &text), RC_SYNTAX);
	packed.p[packed.n - 5] ^= 1;
	CHECK_RC(gunzip_bytes(all, 67, take, &text), RC_LIMIT); /* one byte less than it is */
	CHECK_OK(buf_add(&packed, STR("tail")));
	CHECK_RC(gunzip_bytes(buf_str(&packed), 4096, take, &text), RC_SYNTAX);
	CHECK_RC(gunzip_bytes(STR("2025-12-25T10:00:00+09:00 in the clear\n"), 4096, take, &text), RC_SYNTAX);
	CHECK_RC(gunzip_bytes(STR("\x78\x9c\x03\x00\x00\x00\x00\x01"), 4096, take, &text), RC_SYNTAX); /* zlib's own wrapping */
	buf_free(&packed);
	buf_free(&text);
}

CASE(a_bomb_ends_at_the_ceiling)
{
	struct buf packed = BUF(1 << 20);
	char *zeros = calloc(1, BOMB_BYTES);
	size_t n = 0;

	CHECK(zeros != NULL);
	gzip((struct str){ zeros, zeros ? BOMB_BYTES : 0 }, &packed);
	CHECK(packed.n < 100000);
	CHECK_RC(gunzip_bytes(buf_str(&packed), 1 << 20, count, &n), RC_LIMIT);
	CHECK(n > 0 && n <= 1 << 20);
	free(zeros);
	buf_free(&packed);
}

CASE(the_head_of_a_file)
{
	struct buf packed = BUF(1 << 16), head = BUF(4);
	struct stage s;
	struct host *h;

	stage_begin(&s, "");
	gzip(STR("first\nsecond\n"), &packed);
	gzip_put(s.folder, "/root/etc/a.gz", buf_str(&packed));
	gzip_put(s.folder, "/root/etc/cut.gz", str_sub(buf_str(&packed), 0, 20));
	h = host_open_tree(s.folder);
	CHECK(h != NULL);
	if (h) {
		CHECK_OK(gunzip_head(h, "/etc/a.gz", &head));
		CHECK_STR(buf_str(&head), "firs");
		buf_free(&head);
		head = (struct buf)BUF(4096);
		CHECK_OK(gunzip_head(h, "/etc/a.gz", &head));
		CHECK_STR(buf_str(&head), "first\nsecond\n");
		buf_reset(&head);
		CHECK_RC(gunzip_head(h, "/etc/cut.gz", &head), RC_SYNTAX);
		CHECK_RC(gunzip_head(h, "/etc/none.gz", &head), RC_NOTFOUND);
		host_close(h);
	}
	stage_end(&s);
	buf_free(&packed);
	buf_free(&head);
}

TEST_MAIN
