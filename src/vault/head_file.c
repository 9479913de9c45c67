// SPDX-License-Identifier: Apache-2.0
/* head_file: where the last head signed stands twice, and the one before it. */
#include "vault/head_file.h"

#include "base/num.h"
#include "crypt/crypt.h"
#include "merkle/checkpoint.h"
#include "os/file.h"
#include "os/in_place.h"

#define SUM_BYTES 65 /* in hex, and a newline */

static enum rc
sum_add(struct str text, struct buf *ret)
{
	struct hash h;
	enum rc     rc = RC_OK;

	hash_bytes(text, &h);
	TRY(hex_encode(ret, (struct str){ (const char *)h.b, sizeof h.b }));
	TRY(buf_add_byte(ret, '\n'));
out:
	return rc;
}

/* Both blocks of a place. */
static enum rc
place_encode(struct str text, struct buf *ret)
{
	enum rc rc = RC_OK;

	if (text.n > HEAD_TEXT_MAX)
		return FAIL(RC_LIMIT, "a head of %zu bytes", text.n);
	for (int copy = 0; copy < 2; copy++) {
		size_t end = ret->n + HEAD_BLOCK_BYTES;

		TRY(buf_add(ret, text));
		TRY(sum_add(text, ret));
		while (ret->n < end)
			TRY(buf_add_byte(ret, 0));
	}
out:
	return rc;
}

/* The text of a block that is whole; borrows. */
static bool
block_text(struct str block, struct str *ret)
{
	struct buf sum = BUF(SUM_BYTES);
	size_t     n = block.n;
	bool       whole = false;

	while (n && block.p[n - 1] == 0)
		n--;
	if (n > SUM_BYTES && sum_add(str_sub(block, 0, n - SUM_BYTES), &sum) == RC_OK && str_eq(str_sub(block, n - SUM_BYTES, SUM_BYTES), buf_str(&sum))) {
		*ret = str_sub(block, 0, n - SUM_BYTES);
		whole = true;
	}
	buf_free(&sum);
	return whole;
}

enum rc
head_file_make(struct str text, struct buf *ret)
{
	enum rc rc = RC_OK;

	TRY(place_encode(text, ret));
	TRY(place_encode(text, ret));
out:
	return rc;
}

enum rc
head_file_decode(struct str bytes, struct head_file *ret)
{
	struct checkpoint head, last = { .size = 0 };
	struct str        text, found = STR_NONE;
	unsigned          place = 0;
	enum rc           rc = RC_OK;

	if (bytes.n != HEAD_FILE_BYTES)
		return FAIL(RC_TAMPERED, "a file of heads of %zu bytes", bytes.n);
	for (unsigned i = 0; i < HEAD_FILE_BLOCKS; i++) {
		if (!block_text(str_sub(bytes, i * (size_t)HEAD_BLOCK_BYTES, HEAD_BLOCK_BYTES), &text))
			continue;
		if (checkpoint_decode(text, &head) != RC_OK || head.extensions.n)
			return rc_context(RC_TAMPERED, "the last head that was signed");
		if (found.n && (!str_eq(head.origin, last.origin) || (head.size == last.size && !hash_eq(&head.root, &last.root))))
			return FAIL(RC_TAMPERED, "two heads of %llu entries", (unsigned long long)head.size);
		if (found.n && head.size <= last.size)
			continue;
		found = text;
		last = head;
		place = i / 2;
	}
	if (!found.n)
		return FAIL(RC_TAMPERED, "no head stands whole in its file");
	ret->text.max = HEAD_TEXT_MAX;
	buf_reset(&ret->text);
	TRY(buf_add(&ret->text, found));
	ret->place = place;
out:
	return rc;
}

enum rc
head_file_load(int dirfd, const char *path, struct head_file *ret)
{
	struct buf bytes = BUF(HEAD_FILE_BYTES + 1);
	enum rc    rc = RC_OK;

	TRY(file_read(dirfd, path, HEAD_FILE_BYTES, &bytes));
	TRY(head_file_decode(buf_str(&bytes), ret));
out:
	buf_free(&bytes);
	return rc;
}

enum rc
head_file_save(int dirfd, const char *path, struct str text, struct head_file *f)
{
	struct buf bytes = BUF(2 * HEAD_BLOCK_BYTES), copy = BUF(HEAD_TEXT_MAX);
	unsigned   place = 1 - f->place;
	enum rc    rc = RC_OK;

	TRY(buf_add(&copy, text));
	TRY(place_encode(text, &bytes));
	TRY(in_place_write(dirfd, path, place * (uint64_t)(2 * HEAD_BLOCK_BYTES), buf_str(&bytes)));
	buf_free(&f->text);
	f->text = copy;
	f->place = place;
	copy = (struct buf)BUF(0);
out:
	buf_free(&copy);
	buf_free(&bytes);
	return rc;
}

void
head_file_free(struct head_file *f)
{
	buf_free(&f->text);
}
