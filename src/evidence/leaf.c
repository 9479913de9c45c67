// SPDX-License-Identifier: Apache-2.0
/*
 * Canonical bytes of a leaf: one spelling, every byte counted.
 *
 * Leaf v1, big-endian: u8 1 · u8 type · u8 source · u8 verdict · u64 source_seq ·
 * i64 claimed · i64 received · 16 actor · 16 object · u8 name length, name ·
 * i64 valid_until · u64 begin · u64 last · 32 commitment.
 */
#include "evidence/leaf.h"

#include <string.h>

#include "ipc/codec.h"

#define LEAF_VERSION 1

enum rc
leaf_encode(const struct leaf *l, struct buf *b)
{
	size_t before = b->n;
	enum rc rc = RC_OK;

	if (l->type <= LEAF_NONE || l->type >= LEAF_TYPE_COUNT || (unsigned)l->source >= PROC_COUNT || l->name.n > NAME_BYTES_MAX)
		return FAIL(RC_BUG, "leaf out of range");
	TRY(put_u8(b, LEAF_VERSION));
	TRY(put_u8(b, (uint8_t)l->type));
	TRY(put_u8(b, (uint8_t)l->source));
	TRY(put_u8(b, l->verdict));
	TRY(put_u64(b, l->source_seq));
	TRY(put_i64(b, l->claimed_at_us));
	TRY(put_i64(b, l->received_at_us));
	TRY(put_bytes(b, l->actor.b, ID_BYTES));
	TRY(put_bytes(b, l->object.b, ID_BYTES));
	TRY(put_u8(b, (uint8_t)l->name.n));
	TRY(buf_add(b, l->name));
	TRY(put_i64(b, l->valid_until_us));
	TRY(put_u64(b, l->begin));
	TRY(put_u64(b, l->last));
	TRY(put_bytes(b, l->commitment.b, sizeof(l->commitment.b)));
out:
	if (rc != RC_OK)
		b->n = before;
	return rc;
}

static bool
name_ok(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < 0x21 || s.p[i] > 0x7e)
			return false;
	return s.n <= NAME_BYTES_MAX;
}

enum rc
leaf_decode(struct str bytes, struct leaf *ret)
{
	struct reader r = reader_of(bytes);
	struct leaf l = { 0 };
	uint8_t version = get_u8(&r), type = get_u8(&r), source = get_u8(&r);
	enum rc rc = RC_OK;

	l.verdict = get_u8(&r);
	l.source_seq = get_u64(&r);
	l.claimed_at_us = get_i64(&r);
	l.received_at_us = get_i64(&r);
	get_copy(&r, l.actor.b, ID_BYTES);
	get_copy(&r, l.object.b, ID_BYTES);
	l.name = get_bytes(&r, get_u8(&r));
	l.valid_until_us = get_i64(&r);
	l.begin = get_u64(&r);
	l.last = get_u64(&r);
	get_copy(&r, l.commitment.b, sizeof(l.commitment.b));
	TRY(get_end(&r));
	if (version != LEAF_VERSION || type == LEAF_NONE || type >= LEAF_TYPE_COUNT || source >= PROC_COUNT || !name_ok(l.name))
		return FAIL(RC_SYNTAX, "not a leaf of version %d", LEAF_VERSION);
	l.type = (enum leaf_type)type;
	l.source = (enum proc_id)source;
	*ret = l;
out:
	return rc;
}

const char *
leaf_type_name(enum leaf_type t)
{
	static const char *const names[LEAF_TYPE_COUNT] = { NULL, "epoch", "act-begin", "act-outcome", "finding", "confirm", "verdict", "station", "sign-in", "unseal", "heartbeat" };

	return (unsigned)t < LEAF_TYPE_COUNT ? names[t] : NULL;
}
