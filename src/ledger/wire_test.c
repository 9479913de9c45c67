// SPDX-License-Identifier: Apache-2.0
/* wire_test: what one end of the ledger's messages writes the other reads, and nothing else. */
#include "ledger/wire.h"

#include "base/test.h"
#include "ipc/codec.h"
#include "ledger/receipt.h"

static struct entry
example(uint8_t seed)
{
	struct entry e = { .leaf = { .type = LEAF_FINDING, .source = PROC_PROBE, .source_seq = seed, .claimed_at_us = 7, .name = STR("ports-closed"), .verdict = 1 } };

	e.leaf.object.b[0] = seed;
	e.payload = seed & 1 ? STR("sealed") : STR_NONE;
	return e;
}

CASE(entries_come_back)
{
	struct entry  in[3] = { example(1), example(2), example(3) }, *out = NULL;
	struct arena  a = ARENA(1 << 20);
	struct buf    b = BUF(4096);
	size_t        n = 0;

	CHECK_OK(entries_put(&b, in, 3));
	CHECK_OK(entries_get(buf_str(&b), ENTRIES_MAX, &a, &out, &n));
	CHECK_INT(n, 3);
	for (size_t i = 0; n == 3 && i < 3; i++) {
		CHECK(out[i].leaf.type == LEAF_FINDING && out[i].leaf.object.b[0] == i + 1 && out[i].leaf.source == PROC_PROBE);
		CHECK(str_eq(out[i].leaf.name, in[i].leaf.name) && str_eq(out[i].payload, in[i].payload));
	}
	for (size_t cut = 0; cut < b.n; cut++)
		CHECK_RC(entries_get((struct str){ b.p, cut }, ENTRIES_MAX, &a, &out, &n), RC_SYNTAX);
	CHECK_OK(put_u8(&b, 0));
	CHECK_RC(entries_get(buf_str(&b), ENTRIES_MAX, &a, &out, &n), RC_SYNTAX);
	CHECK_RC(entries_get(buf_str(&b), 2, &a, &out, &n), RC_LIMIT);
	arena_free(&a);
	buf_free(&b);
}

CASE(an_append_has_a_ceiling)
{
	static struct entry many[ENTRIES_MAX + 1];
	struct arena        a = ARENA(ENTRIES_ARENA_BYTES);
	struct entry       *out = NULL;
	struct buf          b = BUF(4194304);
	size_t              n = 0;

	for (size_t i = 0; i <= ENTRIES_MAX; i++)
		many[i] = example((uint8_t)i);
	CHECK_RC(entries_put(&b, many, ENTRIES_MAX + 1), RC_LIMIT);
	CHECK_OK(entries_put(&b, many, ENTRIES_MAX));
	CHECK_OK(entries_get(buf_str(&b), ENTRIES_MAX, &a, &out, &n));
	CHECK_INT(n, ENTRIES_MAX);
	arena_free(&a);
	buf_free(&b);
}

CASE(head_and_numbers_come_back)
{
	struct ledger_head in = { 9, 8, 7, 6, BUF(64) }, out = { 0 };
	struct buf         b = BUF(4096);
	uint64_t           from = 0;
	uint32_t           n = 0;

	CHECK_OK(buf_add_c(&in.checkpoint, "note\n"));
	CHECK_OK(head_put(&b, &in));
	CHECK_OK(head_get(buf_str(&b), &out));
	CHECK(out.entries == 9 && out.covered == 8 && out.covered_at_us == 7 && out.epoch == 6);
	CHECK_STR(buf_str(&out.checkpoint), "note\n");
	buf_free(&out.checkpoint);
	buf_reset(&b);
	in.covered = 10;
	CHECK_OK(head_put(&b, &in));
	CHECK_RC(head_get(buf_str(&b), &out), RC_SYNTAX);
	buf_reset(&b);
	CHECK_OK(put_u64(&b, 5));
	CHECK_OK(index_get(buf_str(&b), &from));
	CHECK_INT(from, 5);
	CHECK_RC(read_get(buf_str(&b), &from, &n), RC_SYNTAX);
	CHECK_OK(put_u32(&b, 6));
	CHECK_OK(read_get(buf_str(&b), &from, &n));
	CHECK(from == 5 && n == 6);
	CHECK_RC(index_get(buf_str(&b), &from), RC_SYNTAX);
	buf_free(&in.checkpoint);
	buf_free(&b);
}

CASE(a_receipt_stands_for_one_entry_one_object_one_time)
{
	struct receipt r = { .index = 4, .object = { { 1, 2, 3 } }, .expires_at_us = 1000 }, copy;
	struct secret  key = { NULL, 0 }, other = { NULL, 0 };
	struct buf     b = BUF(256);

	CHECK_OK(secret_random(&key, RECEIPT_KEY_BYTES));
	CHECK_OK(secret_random(&other, RECEIPT_KEY_BYTES));
	receipt_make(&key, &r);
	CHECK_OK(receipt_check(&key, &r, 1000));
	CHECK_RC(receipt_check(&key, &r, 1001), RC_DENIED);
	CHECK_RC(receipt_check(&other, &r, 0), RC_DENIED);
	CHECK_OK(receipt_encode(&r, &b));
	CHECK_OK(receipt_decode(buf_str(&b), &copy));
	CHECK_OK(receipt_check(&key, &copy, 0));
	for (size_t bit = 0; bit < b.n * 8; bit++) {
		b.p[bit / 8] ^= (char)(1 << bit % 8);
		CHECK_OK(receipt_decode(buf_str(&b), &copy));
		CHECK_RC(receipt_check(&key, &copy, 0), RC_DENIED);
		b.p[bit / 8] ^= (char)(1 << bit % 8);
	}
	CHECK_RC(receipt_decode((struct str){ b.p, b.n - 1 }, &copy), RC_SYNTAX);
	secret_free(&key);
	secret_free(&other);
	buf_free(&b);
}

TEST_MAIN
