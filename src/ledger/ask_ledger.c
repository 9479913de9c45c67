// SPDX-License-Identifier: Apache-2.0
/* ask_ledger: the caller's side of the ledger's messages. */
#include "ledger/ask_ledger.h"

#include <string.h>

#include "ipc/codec.h"
#include "ledger/receipt.h"
#include "ledger/wire.h"

#define APPEND_TIMEOUT_MS 15000 /* a slow disk is waited for; past this the act must not happen */
#define LOOK_TIMEOUT_MS    5000

/* What the ledger answers must be as it promised; anything else is a process gone wrong. */
static enum rc
promised(enum rc rc)
{
	return rc == RC_SYNTAX ? rc_context(RC_PEER, "ledger answered nonsense") : rc;
}

enum rc
ask_ledger_append(struct peer *peer, const struct entry *entries, size_t n, uint64_t *ret_first)
{
	struct buf request = BUF(message_request_max(MESSAGE_LEDGER_APPEND));
	struct buf reply = BUF(message_reply_max(MESSAGE_LEDGER_APPEND));
	enum rc    rc = RC_OK;

	TRY(entries_put(&request, entries, n));
	TRY(peer_call(peer, MESSAGE_LEDGER_APPEND, buf_str(&request), APPEND_TIMEOUT_MS, &reply));
	TRY(promised(index_get(buf_str(&reply), ret_first)));
out:
	buf_free(&reply);
	buf_free(&request);
	return rc;
}

enum rc
ask_ledger_append_receipt(struct peer *peer, const struct entry *entry, int64_t expires_at_us, struct receipt *ret)
{
	struct buf     request = BUF(message_request_max(MESSAGE_LEDGER_APPEND_RECEIPT));
	struct buf     reply = BUF(message_reply_max(MESSAGE_LEDGER_APPEND_RECEIPT));
	struct receipt receipt;
	enum rc        rc = RC_OK;

	TRY(put_i64(&request, expires_at_us));
	TRY(entries_put(&request, entry, 1));
	TRY(peer_call(peer, MESSAGE_LEDGER_APPEND_RECEIPT, buf_str(&request), APPEND_TIMEOUT_MS, &reply));
	TRY(promised(receipt_decode(buf_str(&reply), &receipt)));
	if (memcmp(&receipt.object, &entry->leaf.object, sizeof receipt.object) != 0 || receipt.expires_at_us != expires_at_us)
		TRY(FAIL(RC_PEER, "ledger answered another receipt"));
	*ret = receipt;
out:
	buf_free(&reply);
	buf_free(&request);
	return rc;
}

enum rc
ask_ledger_head(struct peer *peer, struct ledger_head *ret)
{
	struct buf reply = BUF(message_reply_max(MESSAGE_LEDGER_HEAD));
	enum rc    rc = RC_OK;

	TRY(peer_call(peer, MESSAGE_LEDGER_HEAD, STR_NONE, LOOK_TIMEOUT_MS, &reply));
	TRY(promised(head_get(buf_str(&reply), ret)));
out:
	buf_free(&reply);
	return rc;
}

enum rc
ask_ledger_proof(struct peer *peer, uint64_t index, struct buf *ret)
{
	struct buf request = BUF(message_request_max(MESSAGE_LEDGER_PROOF));
	enum rc    rc = RC_OK;

	TRY(put_u64(&request, index));
	TRY(peer_call(peer, MESSAGE_LEDGER_PROOF, buf_str(&request), LOOK_TIMEOUT_MS, ret));
out:
	buf_free(&request);
	return rc;
}

enum rc
ask_ledger_read(struct peer *peer, uint64_t from, uint32_t n, struct arena *a, struct entry **ret, size_t *ret_n)
{
	struct buf request = BUF(message_request_max(MESSAGE_LEDGER_READ));
	struct buf reply = BUF(message_reply_max(MESSAGE_LEDGER_READ));
	struct str kept;
	enum rc    rc = RC_OK;

	TRY(put_u64(&request, from));
	TRY(put_u32(&request, n));
	TRY(peer_call(peer, MESSAGE_LEDGER_READ, buf_str(&request), LOOK_TIMEOUT_MS, &reply));
	kept = arena_dup(a, buf_str(&reply));
	if (!kept.p)
		TRY(FAIL(RC_LIMIT, "entries read are over budget"));
	TRY(promised(entries_get(kept, READ_ENTRIES_MAX, a, ret, ret_n)));
out:
	buf_free(&reply);
	buf_free(&request);
	return rc;
}

enum rc
ask_ledger_extends(struct peer *peer, uint64_t size, const struct hash *root, uint64_t *ret_size, struct buf *ret, struct buf *ret_vkey)
{
	static const struct hash none;
	struct buf request = BUF(message_request_max(MESSAGE_LEDGER_EXTENDS));
	struct buf reply = BUF(message_reply_max(MESSAGE_LEDGER_EXTENDS));
	struct str text, vkey;
	enum rc    rc = RC_OK;

	TRY(put_u64(&request, size));
	TRY(put_u8(&request, root != NULL));
	TRY(buf_add(&request, (struct str){ (const char *)(root ? root : &none)->b, sizeof(none.b) }));
	TRY(peer_call(peer, MESSAGE_LEDGER_EXTENDS, buf_str(&request), LOOK_TIMEOUT_MS, &reply));
	TRY(promised(submission_get(buf_str(&reply), ret_size, &text, &vkey)));
	TRY(buf_add(ret, text));
	TRY(buf_add(ret_vkey, vkey));
out:
	buf_free(&reply);
	buf_free(&request);
	return rc;
}

enum rc
ask_ledger_prove(struct peer *peer, uint64_t size, const uint64_t (*ranges)[2], size_t n, struct buf *ret)
{
	struct buf request = BUF(message_request_max(MESSAGE_LEDGER_PROVE));
	struct buf reply = BUF(message_reply_max(MESSAGE_LEDGER_PROVE));
	enum rc    rc = RC_OK;

	TRY(prove_put(&request, size, ranges, n));
	TRY(peer_call(peer, MESSAGE_LEDGER_PROVE, buf_str(&request), LOOK_TIMEOUT_MS, &reply));
	if (reply.n % sizeof(struct hash))
		TRY(FAIL(RC_PEER, "hashes cut short"));
	TRY(buf_add(ret, buf_str(&reply)));
out:
	buf_free(&reply);
	buf_free(&request);
	return rc;
}
