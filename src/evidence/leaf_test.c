// SPDX-License-Identifier: Apache-2.0
#include "base/test.h"
#include "evidence/leaf.h"

static const struct leaf sample = { .type = LEAF_FINDING, .source = PROC_CORE, .source_seq = 7, .claimed_at_us = 1, .received_at_us = 2,
	.name = { "ports-closed", 12 }, .verdict = 1, .valid_until_us = 99, .commitment = { { 1, 2, 3 } } };

CASE(leaf_has_one_spelling)
{
	struct buf b = BUF(1000), again = BUF(1000);
	struct leaf l;

	CHECK_OK(leaf_encode(&sample, &b));
	CHECK_OK(leaf_decode(buf_str(&b), &l));
	CHECK_OK(leaf_encode(&l, &again));
	CHECK(str_eq(buf_str(&b), buf_str(&again)));
	CHECK_INT(b.n, 4 + 24 + 32 + 1 + 12 + 24 + 32);
	for (size_t n = 0; n < b.n; n++)
		CHECK_RC(leaf_decode(str_sub(buf_str(&b), 0, n), &l), RC_SYNTAX);
	CHECK_OK(buf_add_byte(&b, 0));
	CHECK_RC(leaf_decode(buf_str(&b), &l), RC_SYNTAX);
	b.n--;
	b.p[0] = 2;
	CHECK_RC(leaf_decode(buf_str(&b), &l), RC_SYNTAX);
	b.p[0] = 1;
	b.p[1] = LEAF_TYPE_COUNT;
	CHECK_RC(leaf_decode(buf_str(&b), &l), RC_SYNTAX);
	buf_free(&b);
	buf_free(&again);
}

CASE(payload_opens_only_beside_its_leaf)
{
	struct secret k = { NULL, 0 };
	struct buf s = BUF(1000), json = BUF(1000);
	struct hash c;
	uint8_t salt[SALT_BYTES];
	uint16_t key_class;
	uint32_t month;

	CHECK_OK(secret_random(&k, SEAL_KEY_BYTES));
	CHECK_OK(payload_seal(&k, 1, 202611, STR("{\"a\":1}"), &s, &c));
	CHECK_OK(payload_head(buf_str(&s), &key_class, &month));
	CHECK_INT(key_class, 1);
	CHECK_INT(month, 202611);
	CHECK_OK(payload_open(&k, buf_str(&s), &c, &json, salt));
	CHECK_STR(buf_str(&json), "{\"a\":1}");
	c.b[0] ^= 1;
	CHECK_RC(payload_open(&k, buf_str(&s), &c, &json, salt), RC_TAMPERED);
	CHECK_RC(payload_head(STR("\1\0\1\0\0"), &key_class, &month), RC_SYNTAX);
	buf_free(&s);
	buf_free(&json);
	secret_free(&k);
}

TEST_MAIN
