// SPDX-License-Identifier: Apache-2.0
/*
 * vault - keeps the operational keys and answers narrow questions with them.
 *
 * NAME      vault
 * DOES      signs log heads, TLS handshakes; wraps and opens small secrets; makes payload keys
 * TRUSTS    its own folder; of its callers only which process they are
 * HOLDS     log key, TLS key, wrapping key, receipt key
 * MAY       read and write its folder
 * NEVER     reach a network, run a program, sign a head that does not extend the last,
 *           open twice for one receipt
 * IF IT FALLS  the attacker has the keys, with no way out but these answers
 *
 * One worker: the last head and the spent receipts are one state.
 */
#include "vault/vault.h"

#include <stdlib.h>

#include "ipc/codec.h"
#include "ledger/receipt.h"
#include "os/file.h"
#include "proc/run.h"
#include "vault/wire.h"

struct state { struct proc *proc; struct vault *vault; };

static enum rc
sign_head(void *state, struct str body, struct call *call)
{
	struct reader r = reader_of(body);
	struct str text = get_str(&r, body.n), proof = get_str(&r, body.n);
	struct state *s = state;
	enum rc rc = RC_OK;

	TRY(get_end(&r));
	TRY(vault_sign_head(s->vault, text, proof, call->answer));
out:
	return rc;
}

static enum rc
receipt_key(void *state, struct str body, struct call *call)
{
	struct state *s = state;

	if (body.n)
		return FAIL(RC_SYNTAX, "a request without a body");
	return vault_receipt_key(s->vault, call->answer);
}

static enum rc
tls_sign(void *state, struct str body, struct call *call)
{
	struct state *s = state;

	return vault_tls_sign(s->vault, body, call->answer);
}

static enum rc
payload_key(void *state, struct str body, struct call *call)
{
	struct reader r = reader_of(body);
	uint8_t key_class = get_u8(&r);
	uint32_t yyyymm = get_u32(&r);
	struct state *s = state;
	enum rc rc = RC_OK;

	TRY(get_end(&r));
	TRY(vault_payload_key(s->vault, key_class, yyyymm, now_us(), call->answer));
out:
	return rc;
}

static enum rc
wrap(void *state, struct str body, struct call *call)
{
	struct reader r = reader_of(body);
	struct str aad = get_str(&r, AAD_BYTES_MAX), plain = get_bytes(&r, r.left);
	struct state *s = state;
	enum rc rc = RC_OK;

	TRY(get_end(&r));
	TRY(vault_wrap(s->vault, proc_name(call->request->from), aad, plain, call->answer));
out:
	return rc;
}

static enum rc
unwrap(void *state, struct str body, struct call *call)
{
	struct reader r = reader_of(body);
	struct str aad = get_str(&r, AAD_BYTES_MAX), wrapped = get_bytes(&r, r.left);
	struct state *s = state;
	enum rc rc = RC_OK;

	TRY(get_end(&r));
	TRY(vault_unwrap(s->vault, proc_name(call->request->from), aad, wrapped, call->answer));
out:
	return rc;
}

static enum rc
unseal(void *state, struct str body, struct call *call)
{
	struct reader r = reader_of(body);
	struct str bytes = get_str(&r, RECEIPT_BYTES_MAX), aad = get_str(&r, AAD_BYTES_MAX), wrapped = get_bytes(&r, r.left);
	struct state *s = state;
	struct receipt receipt;
	enum rc rc = RC_OK;

	TRY(get_end(&r));
	TRY(receipt_decode(bytes, &receipt));
	TRY(vault_unseal(s->vault, proc_name(call->request->from), &receipt, aad, wrapped, now_us(), call->answer));
out:
	return rc;
}

static enum rc
open_state(struct proc *proc, void **ret)
{
	struct state *s = calloc(1, sizeof(*s));

	if (!s)
		abort();
	s->proc = proc;
	*ret = s;
	return RC_OK;
}

static enum rc
start(void *state)
{
	struct state *s = state;
	int given = proc_fd(s->proc, "tls_key");
	struct buf pem = BUF(16384);
	enum rc rc = RC_OK;

	TRY(vault_open(proc_fd(s->proc, "folder"), &s->vault));
	if (given >= 0) {
		TRY(file_read_fd(given, 16384, &pem));
		TRY(vault_tls_key_set(s->vault, buf_str(&pem)));
	}
out:
	if (pem.p)
		wipe(pem.p, pem.cap);
	buf_free(&pem);
	return rc;
}

static void
stop(void *state)
{
	struct state *s = state;

	vault_close(s->vault);
	s->vault = NULL;
}

static const struct handler handlers[] = {
	{ MESSAGE_VAULT_SIGN_HEAD, sign_head },
	{ MESSAGE_VAULT_RECEIPT_KEY, receipt_key },
	{ MESSAGE_VAULT_TLS_SIGN, tls_sign },
	{ MESSAGE_VAULT_PAYLOAD_KEY, payload_key },
	{ MESSAGE_VAULT_WRAP, wrap },
	{ MESSAGE_VAULT_UNWRAP, unwrap },
	{ MESSAGE_VAULT_UNSEAL, unseal },
	{ 0, NULL },
};

static const struct proc_spec spec = {
	.id = PROC_VAULT,
	.needs = NEED_FILES_READ | NEED_FILES_WRITE,
	.threads = 1,
	.handlers = handlers,
	.open = open_state,
	.start = start,
	.stop = stop,
};

int
main(int argc, char **argv)
{
	return proc_run(&spec, argc, argv);
}
