// SPDX-License-Identifier: Apache-2.0
/* Asks vault: each function writes one message, waits, and wipes what was secret on the way. */
#include "vault/ask_vault.h"

#include "ipc/codec.h"
#include "ledger/receipt.h"
#include "merkle/checkpoint.h"
#include "vault/wire.h"

#define TIMEOUT_MS 10000

static void
wipe_buf(struct buf *b)
{
	if (b->p)
		wipe(b->p, b->cap);
	buf_free(b);
}

/* An answer that is a secret of `bytes` (0: any). */
static enum rc
call_secret(struct peer *vault, enum message message, struct str request, size_t bytes, struct secret *ret)
{
	struct buf reply = BUF(message_reply_max(message));
	enum rc rc = RC_OK;

	TRY(peer_call(vault, message, request, TIMEOUT_MS, &reply));
	if (reply.n == 0 || (bytes && reply.n != bytes)) {
		rc = FAIL(RC_PEER, "vault answered %zu bytes", reply.n);
		goto out;
	}
	TRY(secret_of(ret, buf_str(&reply)));
out:
	wipe_buf(&reply);
	return rc;
}

enum rc
ask_vault_sign_head(struct peer *vault, struct str checkpoint, struct str proof, struct buf *ret)
{
	struct buf request = BUF(message_request_max(MESSAGE_VAULT_SIGN_HEAD));
	enum rc rc = RC_OK;

	TRY(put_str(&request, checkpoint));
	TRY(put_str(&request, proof));
	TRY(peer_call(vault, MESSAGE_VAULT_SIGN_HEAD, buf_str(&request), TIMEOUT_MS, ret));
out:
	buf_free(&request);
	return rc;
}

enum rc
ask_vault_receipt_key(struct peer *vault, struct secret *ret)
{
	return call_secret(vault, MESSAGE_VAULT_RECEIPT_KEY, STR_NONE, RECEIPT_KEY_BYTES, ret);
}

enum rc
ask_vault_tls_sign(struct peer *vault, struct str digest, struct buf *ret)
{
	return peer_call(vault, MESSAGE_VAULT_TLS_SIGN, digest, TIMEOUT_MS, ret);
}

enum rc
ask_vault_payload_key(struct peer *vault, enum payload_class class, uint32_t yyyymm, struct secret *ret)
{
	struct buf request = BUF(8);
	enum rc rc = RC_OK;

	TRY(put_u8(&request, (uint8_t)class));
	TRY(put_u32(&request, yyyymm));
	TRY(call_secret(vault, MESSAGE_VAULT_PAYLOAD_KEY, buf_str(&request), SEAL_KEY_BYTES, ret));
out:
	buf_free(&request);
	return rc;
}

enum rc
ask_vault_wrap(struct peer *vault, struct str aad, const struct secret *secret, struct buf *ret)
{
	struct buf request = BUF(message_request_max(MESSAGE_VAULT_WRAP));
	enum rc rc = RC_OK;

	TRY(put_str(&request, aad));
	TRY(buf_add(&request, secret_expose(secret)));
	TRY(peer_call(vault, MESSAGE_VAULT_WRAP, buf_str(&request), TIMEOUT_MS, ret));
out:
	wipe_buf(&request);
	return rc;
}

enum rc
ask_vault_unwrap(struct peer *vault, struct str aad, struct str wrapped, struct secret *ret)
{
	struct buf request = BUF(message_request_max(MESSAGE_VAULT_UNWRAP));
	enum rc rc = RC_OK;

	TRY(put_str(&request, aad));
	TRY(buf_add(&request, wrapped));
	TRY(call_secret(vault, MESSAGE_VAULT_UNWRAP, buf_str(&request), 0, ret));
out:
	buf_free(&request);
	return rc;
}

enum rc
ask_vault_unseal(struct peer *vault, const struct receipt *receipt, struct str aad, struct str wrapped, struct secret *ret)
{
	struct buf request = BUF(message_request_max(MESSAGE_VAULT_UNSEAL)), bytes = BUF(RECEIPT_BYTES_MAX);
	enum rc rc = RC_OK;

	TRY(receipt_encode(receipt, &bytes));
	TRY(put_str(&request, buf_str(&bytes)));
	TRY(put_str(&request, aad));
	TRY(buf_add(&request, wrapped));
	TRY(call_secret(vault, MESSAGE_VAULT_UNSEAL, buf_str(&request), 0, ret));
out:
	buf_free(&bytes);
	buf_free(&request);
	return rc;
}
