// SPDX-License-Identifier: Apache-2.0
/*
 * Canonical bytes of leaf and payload: one spelling each, every byte counted.
 *
 * Leaf v1, big-endian: u8 1 · u8 type · u8 source · u8 verdict · u64 source_seq ·
 * i64 claimed · i64 received · 16 actor · 16 object · u8 name length, name ·
 * i64 valid_until · u64 begin · u64 last · 32 commitment.
 * Sealed payload v1: u8 1 · u16 class · u32 month · AES-256-GCM(salt ‖ JSON).
 */
#include "evidence/leaf.h"

#include <string.h>

#include "base/num.h"
#include "ipc/codec.h"

#define LEAF_VERSION      1
#define PAYLOAD_VERSION   1
#define PAYLOAD_HEAD      7
#define PAYLOAD_BYTES_MAX (1 << 20)

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

static void
commit(struct str salted, struct hash *ret)
{
	hash_two(STR("tsujiban payload v1\n"), salted, ret);
}

enum rc
payload_seal(const struct secret *key, uint16_t key_class, uint32_t month, struct str json, struct buf *ret, struct hash *ret_commitment)
{
	struct buf plain = BUF(PAYLOAD_BYTES_MAX + SALT_BYTES);
	uint8_t salt[SALT_BYTES];
	size_t before = ret->n;
	enum rc rc = RC_OK;

	random_bytes(salt, sizeof(salt));
	TRY(put_bytes(&plain, salt, sizeof(salt)));
	TRY(buf_add(&plain, json));
	commit(buf_str(&plain), ret_commitment);
	TRY(put_u8(ret, PAYLOAD_VERSION));
	TRY(put_u16(ret, key_class));
	TRY(put_u32(ret, month));
	TRY(seal(key, (struct str){ (char *)ret_commitment->b, 32 }, buf_str(&plain), ret));
out:
	if (plain.p)
		wipe(plain.p, plain.cap);
	buf_free(&plain);
	if (rc != RC_OK)
		ret->n = before;
	return rc;
}

enum rc
payload_head(struct str sealed, uint16_t *ret_class, uint32_t *ret_month)
{
	struct reader r = reader_of(sealed);
	uint8_t version = get_u8(&r);
	uint16_t key_class = get_u16(&r);
	uint32_t month = get_u32(&r);

	if (r.bad || version != PAYLOAD_VERSION || r.left < SEAL_OVERHEAD + SALT_BYTES)
		return FAIL(RC_SYNTAX, "not a sealed payload of version %d", PAYLOAD_VERSION);
	*ret_class = key_class;
	*ret_month = month;
	return RC_OK;
}

enum rc
payload_open(const struct secret *key, struct str sealed, const struct hash *commitment, struct buf *ret, uint8_t ret_salt[SALT_BYTES])
{
	struct buf plain = BUF(PAYLOAD_BYTES_MAX + SALT_BYTES);
	struct hash h;
	uint16_t key_class;
	uint32_t month;
	enum rc rc = RC_OK;

	TRY(payload_head(sealed, &key_class, &month));
	TRY(seal_open(key, (struct str){ (const char *)commitment->b, 32 }, str_sub(sealed, PAYLOAD_HEAD, sealed.n), &plain));
	commit(buf_str(&plain), &h);
	if (plain.n < SALT_BYTES || !hash_eq(&h, commitment)) {
		rc = FAIL(RC_TAMPERED, "payload does not fit its leaf");
		goto out;
	}
	TRY(buf_add(ret, str_sub(buf_str(&plain), SALT_BYTES, plain.n)));
	memcpy(ret_salt, plain.p, SALT_BYTES);
out:
	if (plain.p)
		wipe(plain.p, plain.cap);
	buf_free(&plain);
	return rc;
}
