// SPDX-License-Identifier: Apache-2.0
/*
 * NAME          tsujiban-courier - everything that goes out
 * DOES          keeps a copy of the ledger's entries, already without personal data, until the one declared collector has it (RFC 5424 over TLS);
 *               hands the ledger's heads to the client's witness and keeps what it cosigned; hands mails without personal data to the one declared mail server (SMTP over TLS)
 * TRUSTS        core for what may leave; of the collector only that it is whom its certificate proves, never what it says
 * HOLDS         the outgoing queue, the login of the mail server where one is declared
 * MAY           read and write its own folder; connect to the declared collector, witness and mail server, where the kernel can say so to their ports alone
 * NEVER         reads the ledger or a file of the host, listens, asks another process, sends to an address that is not in tsujiban.yaml
 * IF IT FALLS   the attacker has what was to be sent anyway, and a way out for it; the ledger has every entry still
 */
#include <stdlib.h>

#include "base/num.h"
#include "courier/mailer.h"
#include "courier/smtp.h"
#include "courier/submitter.h"
#include "os/file.h"
#include "proc/run.h"

#define CA_BYTES_MAX    (1 << 20)
#define LOGIN_BYTES_MAX 1024

struct state { struct proc *proc; struct queue *queue; struct sender *sender; struct submitter *submitter; struct mailbox *mailbox; struct mailer *mailer; struct collector to, witness, mail; struct buf roots, witness_roots, mail_roots; struct secret login; };

static enum rc
open_state(struct proc *proc, void **ret)
{
	struct state *s = calloc(1, sizeof(*s));

	if (s == NULL)
		abort();
	s->proc = proc;
	s->roots = (struct buf)BUF(CA_BYTES_MAX);
	s->witness_roots = (struct buf)BUF(CA_BYTES_MAX);
	s->mail_roots = (struct buf)BUF(CA_BYTES_MAX);
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

/* Tried at the start: a file that is none is said then, and not at the first mail. */
static enum rc
read_login(struct state *s)
{
	struct buf bytes = BUF(LOGIN_BYTES_MAX), tried = BUF(2048);
	enum rc rc = RC_OK;

	TRY(file_read_fd(proc_fd(s->proc, "mail_login"), LOGIN_BYTES_MAX, &bytes));
	TRY(smtp_auth_plain(buf_str(&bytes), &tried));
	TRY(secret_of(&s->login, buf_str(&bytes)));
out:
	if (bytes.n)
		wipe(bytes.p, bytes.n);
	if (tried.n)
		wipe(tried.p, tried.n);
	buf_free(&bytes);
	buf_free(&tried);
	return rc;
}

static enum rc
start_mail(struct state *s)
{
	int64_t port;
	enum rc rc = RC_OK;

	if (*proc_setting(s->proc, "mail_address") == '\0')
		goto out; /* no server is declared: no mail goes out */
	TRY(num_parse(str_of(proc_setting(s->proc, "mail_port")), 1, UINT16_MAX, &port));
	s->mail = (struct collector){ .address = proc_setting(s->proc, "mail_address"), .name = proc_setting(s->proc, "mail_name"), .port = (uint16_t)port };
	TRY(file_read_fd(proc_fd(s->proc, "mail_ca"), CA_BYTES_MAX, &s->mail_roots));
	s->mail.roots = buf_str(&s->mail_roots);
	TRY(mailbox_open("/mail.db", &s->mailbox));
	if (*proc_setting(s->proc, "mail_login"))
		TRY(read_login(s));
	TRY(mailer_start(&s->mail, proc_setting(s->proc, "mail_from"), proc_setting(s->proc, "host_name"), &s->login, s->mailbox, &s->mailer));
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
	TRY(start_mail(s));
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
	mailer_stop(s->mailer);
	secret_free(&s->login);
	mailbox_close(s->mailbox);
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

static enum rc
handle_mail(void *state, struct str body, struct call *call)
{
	struct state *s = state;
	struct arena a = ARENA(1 << 20);
	struct mail_state *now = arena_get(&a, sizeof(*now));
	struct mail_put put;
	enum rc rc = RC_OK;

	if (now == NULL)
		TRY(FAIL(RC_LIMIT, "no room for what became of mails"));
	*now = (struct mail_state){ .sending = SENDING_OFF };
	TRY(mail_put_decode(body, &put));
	if (s->mailer) {
		if (put.n) {
			TRY(mailbox_put(s->mailbox, &put, now_us()));
			mailer_wake(s->mailer);
		}
		mailer_state(s->mailer, now);
		TRY(mailbox_state(s->mailbox, &a, now));
	}
	TRY(mail_state_encode(now, call->answer));
out:
	arena_free(&a);
	return rc;
}

static const struct handler handlers[] = {
	{ MESSAGE_COURIER_PUT, handle_put },
	{ MESSAGE_COURIER_WITNESS, handle_witness },
	{ MESSAGE_COURIER_MAIL, handle_mail },
	{ 0, NULL },
};

int
main(int argc, char **argv)
{
	static const struct proc_spec spec = {
		.id = PROC_COURIER,
		.needs = NEED_FILES_READ | NEED_FILES_WRITE | NEED_NETWORK | NEED_HOST_NET,
		.connects = { "collector_port", "witness_port", "mail_port" },
		.threads = 1,
		.handlers = handlers,
		.open = open_state,
		.start = start,
		.stop = stop,
	};

	return proc_run(&spec, argc, argv);
}
