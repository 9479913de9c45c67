// SPDX-License-Identifier: Apache-2.0
/* receipt: bytes and MAC of the permission to open one record. */
#include "ledger/receipt.h"

#include <string.h>

#include "base/num.h"
#include "ipc/codec.h"

#define LABEL "tsujiban receipt v1\n"

static void
mac(const struct secret *key, const struct receipt *r, struct hash *ret)
{
	char bytes[sizeof LABEL - 1 + 8 + ID_BYTES + 8 + NAME_BYTES_MAX], *p = bytes;

	memcpy(p, LABEL, sizeof LABEL - 1);
	p += sizeof LABEL - 1;
	put_be64(p, r->index);
	memcpy(p + 8, r->object.b, ID_BYTES);
	put_be64(p + 8 + ID_BYTES, (uint64_t)r->expires_at_us);
	memcpy(p + 8 + ID_BYTES + 8, r->act, NAME_BYTES_MAX);
	hmac_sha256(key, (struct str){ bytes, sizeof bytes }, ret);
}

void
receipt_act(struct receipt *r, struct str act)
{
	size_t n = act.n < NAME_BYTES_MAX ? act.n : NAME_BYTES_MAX;

	memset(r->act, 0, sizeof r->act);
	memcpy(r->act, n ? act.p : "", n);
}

void
receipt_make(const struct secret *key, struct receipt *r)
{
	struct hash h;

	mac(key, r, &h);
	memcpy(r->mac, h.b, sizeof r->mac);
}

enum rc
receipt_check(const struct secret *key, const struct receipt *r, int64_t now_us)
{
	struct hash h;

	mac(key, r, &h);
	if (!equal_constant_time((struct str){ (const char *)h.b, sizeof h.b }, (struct str){ (const char *)r->mac, sizeof r->mac }))
		return FAIL(RC_DENIED, "receipt of entry %llu is not the ledger's", (unsigned long long)r->index);
	if (now_us > r->expires_at_us)
		return FAIL(RC_DENIED, "receipt of entry %llu has expired", (unsigned long long)r->index);
	return RC_OK;
}

enum rc
receipt_encode(const struct receipt *r, struct buf *b)
{
	enum rc rc = RC_OK;

	TRY(put_u64(b, r->index));
	TRY(put_bytes(b, r->object.b, ID_BYTES));
	TRY(put_i64(b, r->expires_at_us));
	TRY(put_bytes(b, r->act, NAME_BYTES_MAX));
	TRY(put_bytes(b, r->mac, sizeof r->mac));
out:
	return rc;
}

enum rc
receipt_decode(struct str s, struct receipt *ret)
{
	struct reader  in = reader_of(s);
	struct receipt r = { 0 };
	enum rc        rc = RC_OK;

	r.index = get_u64(&in);
	get_copy(&in, r.object.b, ID_BYTES);
	r.expires_at_us = get_i64(&in);
	get_copy(&in, r.act, NAME_BYTES_MAX);
	get_copy(&in, r.mac, sizeof r.mac);
	TRY(get_end(&in));
	*ret = r;
out:
	return rc;
}
