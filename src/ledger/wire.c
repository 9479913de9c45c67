// SPDX-License-Identifier: Apache-2.0
/* wire: writes and reads the bodies of the ledger's messages, each of one spelling. */
#include "ledger/wire.h"

#include "merkle/multi.h"

#include <string.h>

#include "ipc/codec.h"

#define ENTRY_BYTES_LEAST    (4 + LEAF_BYTES_MAX - NAME_BYTES_MAX + 4)
#define CHECKPOINT_BYTES_MAX 1984 /* HEAD's ceiling less its numbers */

enum rc
entry_put(struct buf *b, struct str leaf_bytes, struct str payload)
{
	size_t  before = b->n;
	enum rc rc = RC_OK;

	TRY(put_str(b, leaf_bytes));
	TRY(put_str(b, payload));
out:
	if (rc != RC_OK)
		b->n = before;
	return rc;
}

enum rc
entries_put(struct buf *b, const struct entry *entries, size_t n)
{
	struct buf leaf = BUF(LEAF_BYTES_MAX);
	enum rc    rc = RC_OK;

	if (n > ENTRIES_MAX)
		return FAIL(RC_LIMIT, "more than %d entries in one append", ENTRIES_MAX);
	TRY(put_u16(b, (uint16_t)n));
	for (size_t i = 0; i < n; i++) {
		buf_reset(&leaf);
		TRY(leaf_encode(&entries[i].leaf, &leaf));
		TRY(entry_put(b, buf_str(&leaf), entries[i].payload));
	}
out:
	buf_free(&leaf);
	return rc;
}

enum rc
entries_get(struct str s, size_t max, struct arena *a, struct entry **ret, size_t *ret_n)
{
	struct reader in = reader_of(s);
	size_t        n = get_u16(&in);
	struct entry *entries = NULL;
	enum rc       rc = RC_OK;

	if (n > max)
		TRY(FAIL(RC_LIMIT, "%zu entries, at most %zu", n, max));
	if (n * ENTRY_BYTES_LEAST > in.left)
		TRY(FAIL(RC_SYNTAX, "fewer bytes than %zu entries have", n));
	entries = arena_get(a, n * sizeof *entries + 1);
	if (!entries)
		TRY(FAIL(RC_LIMIT, "entries over budget"));
	for (size_t i = 0; i < n && !in.bad; i++) {
		struct str leaf = get_str(&in, LEAF_BYTES_MAX);

		entries[i].payload = get_str(&in, SEALED_BYTES_MAX);
		if (in.bad)
			break;
		TRY(leaf_decode(leaf, &entries[i].leaf));
	}
	TRY(get_end(&in));
	*ret = entries;
	*ret_n = n;
out:
	return rc;
}

enum rc
head_put(struct buf *b, const struct ledger_head *head)
{
	enum rc rc = RC_OK;

	TRY(put_u64(b, head->entries));
	TRY(put_u64(b, head->covered));
	TRY(put_i64(b, head->covered_at_us));
	TRY(put_u32(b, head->epoch));
	TRY(put_str(b, buf_str(&head->checkpoint)));
out:
	return rc;
}

enum rc
head_get(struct str s, struct ledger_head *ret)
{
	struct reader      in = reader_of(s);
	struct ledger_head head = { .checkpoint = BUF(CHECKPOINT_BYTES_MAX) };
	struct str         checkpoint;
	enum rc            rc = RC_OK;

	head.entries = get_u64(&in);
	head.covered = get_u64(&in);
	head.covered_at_us = get_i64(&in);
	head.epoch = get_u32(&in);
	checkpoint = get_str(&in, CHECKPOINT_BYTES_MAX);
	TRY(get_end(&in));
	if (head.covered > head.entries)
		TRY(FAIL(RC_SYNTAX, "head covers more entries than there are"));
	TRY(buf_add(&head.checkpoint, checkpoint));
	*ret = head;
	head.checkpoint.p = NULL;
out:
	buf_free(&head.checkpoint);
	return rc;
}

enum rc
read_get(struct str s, uint64_t *ret_from, uint32_t *ret_n)
{
	struct reader in = reader_of(s);
	uint64_t      from = get_u64(&in);
	uint32_t      n = get_u32(&in);
	enum rc       rc = RC_OK;

	TRY(get_end(&in));
	*ret_from = from;
	*ret_n = n;
out:
	return rc;
}

enum rc
index_get(struct str s, uint64_t *ret)
{
	struct reader in = reader_of(s);
	uint64_t      index = get_u64(&in);
	enum rc       rc = RC_OK;

	TRY(get_end(&in));
	*ret = index;
out:
	return rc;
}

enum rc
extends_get(struct str s, uint64_t *ret_size, bool *ret_with_root, struct hash *ret_root)
{
	struct reader in = reader_of(s);
	uint64_t      size = get_u64(&in);
	uint8_t       with = get_u8(&in);
	struct str    root = get_bytes(&in, sizeof(ret_root->b));
	enum rc       rc = RC_OK;

	TRY(get_end(&in));
	if (with > 1)
		return FAIL(RC_SYNTAX, "with a root or without");
	*ret_size = size;
	*ret_with_root = with;
	memcpy(ret_root->b, root.p, sizeof(ret_root->b));
out:
	return rc;
}

enum rc
submission_get(struct str s, uint64_t *ret_size, struct str *ret, struct str *ret_vkey)
{
	struct reader in = reader_of(s);
	uint64_t      size = get_u64(&in);
	struct str    text = get_str(&in, SUBMISSION_TEXT_MAX), vkey = get_str(&in, VKEY_BYTES_MAX);
	enum rc       rc = RC_OK;

	TRY(get_end(&in));
	*ret_size = size;
	*ret_vkey = vkey;
	*ret = text;
out:
	return rc;
}

enum rc
prove_put(struct buf *b, uint64_t size, const uint64_t (*ranges)[2], size_t n)
{
	enum rc rc = RC_OK;

	if (n > LEDGER_RANGES_MAX)
		return FAIL(RC_LIMIT, "more than %d ranges of entries", LEDGER_RANGES_MAX);
	TRY(put_u64(b, size));
	TRY(put_u32(b, (uint32_t)n));
	for (size_t i = 0; i < n; i++) {
		TRY(put_u64(b, ranges[i][0]));
		TRY(put_u64(b, ranges[i][1]));
	}
out:
	return rc;
}

enum rc
prove_get(struct str s, struct arena *a, uint64_t *ret_size, struct range **ret, size_t *ret_n)
{
	struct reader in = reader_of(s);
	uint64_t      size = get_u64(&in);
	uint32_t      n = get_u32(&in);
	struct range *list = n <= LEDGER_RANGES_MAX ? arena_get(a, (n + 1) * sizeof(*list)) : NULL;
	enum rc       rc = RC_OK;

	if (list == NULL)
		return FAIL(RC_LIMIT, "more than %d ranges of entries", LEDGER_RANGES_MAX);
	for (uint32_t i = 0; i < n; i++) {
		list[i].first = get_u64(&in);
		list[i].last = get_u64(&in);
	}
	TRY(get_end(&in));
	*ret_size = size;
	*ret = list;
	*ret_n = n;
out:
	return rc;
}
