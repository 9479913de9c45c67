// SPDX-License-Identifier: Apache-2.0
/*
 * Canonical bytes of a payload: salted, committed to by its leaf, sealed.
 *
 * Sealed payload v1: u8 1 · u16 class · u32 month · AES-256-GCM(salt ‖ JSON).
 */
#include "evidence/leaf.h"

#include <string.h>

#include "ipc/codec.h"

#define PAYLOAD_VERSION   1
#define PAYLOAD_HEAD      7
#define PAYLOAD_BYTES_MAX (1 << 20)

void
payload_commit(struct str salted, struct hash *ret)
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
	payload_commit(buf_str(&plain), ret_commitment);
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
	payload_commit(buf_str(&plain), &h);
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
