// SPDX-License-Identifier: Apache-2.0
/*
 * NAME          tsujiban-courier - everything that goes out
 * DOES          keeps a copy of the ledger's entries, already without personal data, until the one declared collector has it (RFC 5424 over TLS);
 *               hands the ledger's heads to the client's witness and keeps what it cosigned
 * TRUSTS        core for what may leave; of the collector only that it is whom its certificate proves, never what it says
 * HOLDS         the outgoing queue
 * MAY           read and write its own folder; connect to the declared collector and witness, where the kernel can say so to their ports alone
 * NEVER         reads the ledger or a file of the host, listens, asks another process, sends to an address that is not in tsujiban.yaml
 * IF IT FALLS   the attacker has what was to be sent anyway, and a way out for it; the ledger has every entry still
 */
#include <stdlib.h>

#include "base/num.h"
#include "courier/submitter.h"
#include "os/file.h"
#include "proc/run.h"

#define CA_BYTES_MAX (1 << 20)

struct state { struct proc *proc; struct queue *queue; struct sender *sender; struct submitter *submitter; struct collector to, witness; struct buf roots, witness_roots; };

static enum rc
open_state(struct proc *proc, void **ret)
{
	struct state *s = calloc(1, sizeof(*s));

	if (s == NULL)
		abort();
	s->proc = proc;
	s->roots = (struct buf)BUF(CA_BYTES_MAX);
	s->witness_roots = (struct buf)BUF(CA_BYTES_MAX);
	*ret = s;
	return RC_OK;
}

static enum rc
start_witness(struct state *s)
{
	const char *key = proc_setting(s->proc, "witness_key");
	int64_t port;
	enum rc rc = RC_OK;

	if (*key == '\0')
		goto out;
	TRY(num_parse(str_of(proc_setting(s->proc, "witness_port")), 1, UINT16_MAX, &port));
	s->witness = (struct collector){ .address = proc_setting(s->proc, "witness_address"), .name = proc_setting(s->proc, "witness_name"), .port = (uint16_t)port };
	if (*s->witness.address) {
		TRY(file_read_fd(proc_fd(s->proc, "witness_ca"), CA_BYTES_MAX, &s->witness_roots));
		s->witness.roots = buf_str(&s->witness_roots);
	}
	TRY(submitter_start(proc_fd(s->proc, "folder"), *s->witness.address ? &s->witness : NULL, str_of(key), &s->submitter));
out:
	return rc;
}

static enum rc
start(void *state)
{
	struct state *s = state;
	int64_t max, port;
	enum rc rc = RC_OK;

	TRY(num_parse(str_of(proc_setting(s->proc, "collector_queue")), 1, INT64_MAX, &max));
	TRY(num_parse(str_of(proc_setting(s->proc, "collector_port")), 1, UINT16_MAX, &port));
	TRY(queue_open("/queue.db", (uint64_t)max, &s->queue));
	TRY(start_witness(s));
	s->to = (struct collector){ .address = proc_setting(s->proc, "collector_address"), .name = proc_setting(s->proc, "collector_name"), .port = (uint16_t)port };
	if (*s->to.address == '\0')
		goto out; /* nothing is declared: nothing goes out */
	TRY(file_read_fd(proc_fd(s->proc, "collector_ca"), CA_BYTES_MAX, &s->roots));
	s->to.roots = buf_str(&s->roots);
	TRY(sender_start(&s->to, s->queue, &s->sender));
out:
	return rc;
}

static void
stop(void *state)
{
	struct state *s = state;

	sender_stop(s->sender);
	submitter_stop(s->submitter);
	queue_close(s->queue);
}

static enum rc
handle_put(void *state, struct str body, struct call *call)
{
	struct state *s = state;
	struct courier_put put;
	struct courier_state now = { .sending = SENDING_OFF };
	enum rc rc = RC_OK;

	TRY(courier_put_decode(body, &put));
	if (s->sender) {
		if (put.n || put.told)
			TRY(queue_put(s->queue, &put));
		if (put.n)
			sender_wake(s->sender);
		sender_state(s->sender, &now);
		queue_state(s->queue, &now);
	}
	TRY(courier_state_encode(&now, call->answer));
out:
	return rc;
}

static enum rc
handle_witness(void *state, struct str body, struct call *call)
{
	struct state *s = state;
	struct buf note = BUF(4096);
	struct witness_state now = { .standing = STANDING_OFF };
	struct witness_asked asked;
	enum rc rc = RC_OK;

	TRY(witness_asked_decode(body, &asked));
	if (s->submitter) {
		if (asked.what == WITNESS_SEND)
			TRY(submitter_send(s->submitter, asked.text));
		if (asked.what == WITNESS_ANSWER)
			TRY(submitter_answer(s->submitter, asked.text));
		submitter_state(s->submitter, asked.origin, &note, &now);
	}
	TRY(witness_state_encode(&now, call->answer));
out:
	buf_free(&note);
	return rc;
}

static const struct handler handlers[] = {
	{ MESSAGE_COURIER_PUT, handle_put },
	{ MESSAGE_COURIER_WITNESS, handle_witness },
	{ 0, NULL },
};

int
main(int argc, char **argv)
{
	static const struct proc_spec spec = {
		.id = PROC_COURIER,
		.needs = NEED_FILES_READ | NEED_FILES_WRITE | NEED_NETWORK | NEED_HOST_NET,
		.connects = { "collector_port", "witness_port" },
		.threads = 1,
		.handlers = handlers,
		.open = open_state,
		.start = start,
		.stop = stop,
	};

	return proc_run(&spec, argc, argv);
}
