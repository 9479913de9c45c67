// SPDX-License-Identifier: Apache-2.0
/*
 * ledger - the sole writer of journal, tree and proofs.
 *
 * NAME      ledger
 * DOES      appends leaves with their sealed payloads, durable before it answers; publishes
 *           tiles and signed heads; answers proofs, ranges and receipts
 * TRUSTS    its own folder, held against the last head the vault signed; of its callers only
 *           which process they are
 * HOLDS     the receipt key, fetched anew whenever vault or ledger starts; no other key
 * MAY       read and write its folder, ask vault for a signature
 * NEVER     change or remove an entry, answer before the disk has it, cut below a signed head,
 *           open a payload, reach a network, run a program
 * IF IT FALLS  the attacker can stop it, or lie about what is not yet under a signed head; he cannot
 *           change what a head covers; he can mint receipts but has no way to vault's unwrap
 *
 * One worker: whatever has arrived when nothing more is ready becomes one transaction.
 */
#include "ledger/ledger.h"

#include <stdlib.h>
#include <unistd.h>

#include "ipc/codec.h"
#include "ledger/receipt.h"
#include "ledger/wire.h"
#include "proc/run.h"
#include "vault/ask_vault.h"

#define WAITING_MAX 256 /* as many as there are lanes */
#define TICK_MS     1000

/* An append that is answered after the commit. */
struct waiting { struct request request; uint64_t first; struct receipt receipt; };

struct state {
	struct proc   *proc;
	struct peer   *vault;
	struct ledger *ledger;
	struct secret  receipt_key;
	unsigned       receipt_key_of; /* generation of the vault it came from */
	struct waiting waiting[WAITING_MAX];
	size_t         waiting_n;
	enum rc        trouble;        /* of the publisher, told once */
};

static enum rc
sign_head(void *arg, struct str checkpoint, struct str proof, struct buf *ret)
{
	struct state *s = arg;

	return ask_vault_sign_head(s->vault, checkpoint, proof, ret);
}

/* The vault makes a new key when it starts; a receipt under an older one opens nothing. */
static enum rc
receipt_key_get(struct state *s)
{
	unsigned generation = peer_generation(s->vault);
	enum rc  rc = RC_OK;

	if (s->receipt_key.p && s->receipt_key_of == generation)
		return RC_OK;
	secret_free(&s->receipt_key);
	TRY(ask_vault_receipt_key(s->vault, &s->receipt_key));
	s->receipt_key_of = generation;
out:
	return rc;
}

/* Remembers whom to answer; the request's body is not kept. */
static struct waiting *
wait_add(struct state *s, struct call *call)
{
	struct waiting *w = &s->waiting[s->waiting_n++];

	*w = (struct waiting){ .request = { .message = call->request->message, .from = call->request->from, .tag = call->request->tag, .lane_fd = call->request->lane_fd } };
	call->deferred = true;
	return w;
}

static void
batch_end(void *state)
{
	struct state *s = state;
	struct buf    body = BUF(256);
	enum rc       rc;

	if (!s->waiting_n)
		return;
	rc = ledger_commit(s->ledger);
	for (size_t i = 0; i < s->waiting_n; i++) {
		struct waiting *w = &s->waiting[i];

		if (rc != RC_OK) {
			proc_answer(&w->request, rc, str_of("not recorded: nothing was written"));
			continue;
		}
		buf_reset(&body);
		if (w->request.message == MESSAGE_LEDGER_APPEND_RECEIPT) {
			w->receipt.index = w->first;
			receipt_make(&s->receipt_key, &w->receipt);
		}
		if ((w->request.message == MESSAGE_LEDGER_APPEND_RECEIPT ? receipt_encode(&w->receipt, &body) : put_u64(&body, w->first)) != RC_OK)
			abort(); /* a few numbers do not fit into 256 bytes: memory is gone */
		proc_answer(&w->request, RC_OK, buf_str(&body));
	}
	s->waiting_n = 0;
	buf_free(&body);
	if (ledger_sound(s->ledger) != RC_OK) {
		proc_log(rc, "journal");
		_exit(1); /* the next start verifies what stands there */
	}
}

static enum rc
append(void *state, struct str body, struct call *call)
{
	struct state *s = state;
	struct arena  a = ARENA(ENTRIES_ARENA_BYTES);
	struct entry *entries = NULL;
	size_t        n = 0;
	uint64_t      first = 0;
	enum rc       rc = RC_OK;

	if (s->waiting_n == WAITING_MAX)
		batch_end(s);
	TRY(entries_get(body, ENTRIES_MAX, &a, &entries, &n));
	TRY(ledger_stage(s->ledger, call->request->from, entries, n, false, &first));
	wait_add(s, call)->first = first;
out:
	arena_free(&a);
	return rc;
}

static enum rc
append_receipt(void *state, struct str body, struct call *call)
{
	struct reader   r = reader_of(body);
	struct state   *s = state;
	struct arena    a = ARENA(ENTRIES_ARENA_BYTES);
	struct entry   *entries = NULL;
	struct waiting *w;
	size_t          n = 0;
	int64_t         expires_at_us = get_i64(&r);
	uint64_t        first = 0;
	enum rc         rc = RC_OK;

	if (s->waiting_n == WAITING_MAX)
		batch_end(s);
	TRY(receipt_key_get(s));
	TRY(entries_get(get_bytes(&r, r.left), 1, &a, &entries, &n));
	TRY(get_end(&r));
	TRY(ledger_stage(s->ledger, call->request->from, entries, n, true, &first));
	w = wait_add(s, call);
	w->first = first;
	w->receipt.object = entries[0].leaf.object;
	receipt_act(&w->receipt, entries[0].leaf.name);
	w->receipt.expires_at_us = expires_at_us;
out:
	arena_free(&a);
	return rc;
}

static enum rc
head(void *state, struct str body, struct call *call)
{
	struct state      *s = state;
	struct ledger_head h;
	enum rc            rc;

	if (body.n)
		return FAIL(RC_SYNTAX, "a request without a body");
	ledger_head(s->ledger, &h);
	rc = head_put(call->answer, &h);
	buf_free(&h.checkpoint);
	return rc;
}

static enum rc
proof(void *state, struct str body, struct call *call)
{
	struct state *s = state;
	uint64_t      index = 0;
	enum rc       rc = RC_OK;

	TRY(index_get(body, &index));
	TRY(ledger_proof(s->ledger, index, call->answer));
out:
	return rc;
}

static enum rc
extends(void *state, struct str body, struct call *call)
{
	struct state *s = state;
	struct buf    text = BUF(SUBMISSION_TEXT_MAX), vkey = BUF(VKEY_BYTES_MAX);
	struct hash   root;
	uint64_t      from = 0, size = 0;
	bool          with = false;
	enum rc       rc = RC_OK;

	TRY(extends_get(body, &from, &with, &root));
	TRY(ledger_extends(s->ledger, from, with ? &root : NULL, &size, &text, &vkey));
	TRY(put_u64(call->answer, size));
	TRY(put_str(call->answer, buf_str(&text)));
	TRY(put_str(call->answer, buf_str(&vkey)));
out:
	buf_free(&text);
	buf_free(&vkey);
	return rc;
}

static enum rc
prove(void *state, struct str body, struct call *call)
{
	struct state *s = state;
	struct arena  a = ARENA(4 << 20);
	struct range *ranges = NULL;
	uint64_t      size = 0;
	size_t        n = 0;
	enum rc       rc = RC_OK;

	TRY(prove_get(body, &a, &size, &ranges, &n));
	TRY(ledger_prove(s->ledger, size, ranges, n, call->answer));
out:
	arena_free(&a);
	return rc;
}

static enum rc
read_range(void *state, struct str body, struct call *call)
{
	struct state *s = state;
	uint64_t      from = 0;
	uint32_t      n = 0;
	enum rc       rc = RC_OK;

	TRY(read_get(body, &from, &n));
	TRY(ledger_read(s->ledger, from, n, READ_BYTES_MAX, call->answer));
out:
	return rc;
}

/* Room on the disk; and what keeps heads from being published, once each time it changes. */
static void
tick(void *state)
{
	struct state *s = state;
	enum rc       rc;

	ledger_tick(s->ledger);
	rc = publisher_trouble(ledger_publisher(s->ledger));
	if (rc != s->trouble && rc != RC_OK)
		proc_log(rc, "publish");
	s->trouble = rc;
	if (rc == RC_CONFLICT || rc == RC_TAMPERED)
		_exit(1); /* another epoch, or another history: the next start says which */
}

static enum rc
open_state(struct proc *proc, void **ret)
{
	struct state *s = calloc(1, sizeof *s);

	if (!s)
		abort();
	s->proc = proc;
	s->vault = proc_peer(proc, PROC_VAULT);
	*ret = s;
	return RC_OK;
}

static enum rc
start(void *state)
{
	struct state         *s = state;
	struct ledger_options o = { .folder = "/", .dirfd = proc_fd(s->proc, "folder"), .signer = { s, sign_head }, .reserve_bytes = LEDGER_RESERVE_BYTES };
	enum rc               rc = RC_OK;

	TRY(receipt_key_get(s));
	TRY(ledger_open(&o, &s->ledger));
out:
	return rc;
}

static void
stop(void *state)
{
	struct state *s = state;

	ledger_close(s->ledger);
	secret_free(&s->receipt_key);
}

static const struct handler handlers[] = {
	{ MESSAGE_LEDGER_APPEND, append },
	{ MESSAGE_LEDGER_APPEND_RECEIPT, append_receipt },
	{ MESSAGE_LEDGER_HEAD, head },
	{ MESSAGE_LEDGER_PROOF, proof },
	{ MESSAGE_LEDGER_EXTENDS, extends },
	{ MESSAGE_LEDGER_PROVE, prove },
	{ MESSAGE_LEDGER_READ, read_range },
	{ 0, NULL },
};

static const struct proc_spec spec = {
	.id = PROC_LEDGER,
	.needs = NEED_FILES_READ | NEED_FILES_WRITE,
	.threads = 1,
	.handlers = handlers,
	.open = open_state,
	.start = start,
	.batch_end = batch_end,
	.tick = tick,
	.tick_ms = TICK_MS,
	.stop = stop,
};

int
main(int argc, char **argv)
{
	return proc_run(&spec, argc, argv);
}
