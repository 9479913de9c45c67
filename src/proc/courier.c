// SPDX-License-Identifier: Apache-2.0
/*
 * NAME          tsujiban-courier - everything that goes out
 * DOES          keeps a copy of the ledger's entries, already without personal data, until the one declared collector has it (RFC 5424 over TLS);
 *               hands the ledger's heads to the client's witness and keeps what it cosigned; hands mails without personal data to the one declared mail server (SMTP over TLS) and webhook (HTTPS)
 * TRUSTS        core for what may leave; of the collector only that it is whom its certificate proves, never what it says
 * HOLDS         the outgoing queue, the login of the mail server and the path of the webhook where they are declared
 * MAY           read and write its own folder; connect to the declared collector, witness, mail server and webhook, where the kernel can say so to their ports alone
 * NEVER         reads the ledger or a file of the host, listens, asks another process, sends to an address that is not in tsujiban.yaml
 * IF IT FALLS   the attacker has what was to be sent anyway, and a way out for it; the ledger has every entry still
 */
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "courier/hook.h"
#include "courier/mailer.h"
#include "courier/smtp.h"
#include "courier/submitter.h"
#include "os/file.h"
#include "proc/run.h"

#define CA_BYTES_MAX     (1 << 20)
#define SECRET_BYTES_MAX 2048

struct state { struct proc *proc; struct queue *queue; struct sender *sender; struct submitter *submitter; struct mailbox *mailbox; struct mailer *mailer, *hooker; struct collector to, witness, mail, hook; struct buf roots, witness_roots, mail_roots, hook_roots; struct secret login, path; };

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
	s->hook_roots = (struct buf)BUF(CA_BYTES_MAX);
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

/* A secret, wiped wherever else it was. */
static enum rc
read_secret(struct state *s, const char *name, struct secret *ret)
{
	struct buf bytes = BUF(SECRET_BYTES_MAX);
	enum rc rc = RC_OK;

	TRY(file_read_fd(proc_fd(s->proc, name), SECRET_BYTES_MAX, &bytes));
	TRY(secret_of(ret, buf_str(&bytes)));
out:
	if (bytes.n)
		wipe(bytes.p, bytes.n);
	buf_free(&bytes);
	return rc;
}

/* `address` empty: nobody is declared. */
static enum rc
whom(struct state *s, const char *const settings[4], struct buf *roots, struct collector *ret)
{
	int64_t port;
	enum rc rc = RC_OK;

	*ret = (struct collector){ .address = proc_setting(s->proc, settings[0]), .name = proc_setting(s->proc, settings[2]) };
	if (*ret->address == '\0')
		goto out;
	TRY(num_parse(str_of(proc_setting(s->proc, settings[1])), 1, UINT16_MAX, &port));
	ret->port = (uint16_t)port;
	TRY(file_read_fd(proc_fd(s->proc, settings[3]), CA_BYTES_MAX, roots));
	ret->roots = buf_str(roots);
out:
	return rc;
}

/* What cannot be used is said at the start, and not at the first mail. */
static enum rc
start_mail(struct state *s)
{
	static const char *const settings[] = { "mail_address", "mail_port", "mail_name", "mail_ca" };
	struct buf tried = BUF(2048);
	enum rc rc = RC_OK;

	TRY(whom(s, settings, &s->mail_roots, &s->mail));
	if (*s->mail.address == '\0')
		goto out; /* no mail goes out */
	if (*proc_setting(s->proc, "mail_login")) {
		TRY(read_secret(s, "mail_login", &s->login));
		TRY(smtp_auth_plain(secret_expose(&s->login), &tried));
	}
	TRY(mailer_start(&(struct mailer_way){ &s->mail, proc_setting(s->proc, "mail_from"), proc_setting(s->proc, "host_name"), &s->login, false }, s->mailbox, &s->mailer));
out:
	if (tried.n)
		wipe(tried.p, tried.n);
	buf_free(&tried);
	return rc;
}

static enum rc
start_hook(struct state *s)
{
	static const char *const settings[] = { "webhook_address", "webhook_port", "webhook_name", "webhook_ca" };
	struct str path;
	enum rc rc = RC_OK;

	TRY(whom(s, settings, &s->hook_roots, &s->hook));
	if (*s->hook.address == '\0')
		goto out;
	TRY(read_secret(s, "webhook_path", &s->path));
	TRY(hook_path(secret_expose(&s->path), &path));
	TRY(mailer_start(&(struct mailer_way){ .to = &s->hook, .secret = &s->path, .hook = true }, s->mailbox, &s->hooker));
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
	TRY(mailbox_open("/mail.db", &s->mailbox));
	TRY(start_mail(s));
	TRY(start_hook(s));
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
	mailer_stop(s->hooker);
	secret_free(&s->login);
	secret_free(&s->path);
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
	*now = (struct mail_state){ .sending = SENDING_OFF, .hook.sending = SENDING_OFF };
	TRY(mail_put_decode(body, &put));
	if (put.n && (s->mailer || s->hooker))
		TRY(mailbox_put(s->mailbox, &put, now_us()));
	if (s->mailer) {
		struct mail_channel mail;

		if (put.n)
			mailer_wake(s->mailer);
		mailer_state(s->mailer, &mail);
		now->sending = mail.sending;
		now->since_us = mail.since_us;
		memcpy(now->trouble, mail.trouble, sizeof(now->trouble));
	}
	if (s->hooker) {
		if (put.n)
			mailer_wake(s->hooker);
		mailer_state(s->hooker, &now->hook);
	}
	TRY(mailbox_state(s->mailbox, &a, now));
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
		.connects = { "collector_port", "witness_port", "mail_port", "webhook_port" },
		.threads = 1,
		.handlers = handlers,
		.open = open_state,
		.start = start,
		.stop = stop,
	};

	return proc_run(&spec, argc, argv);
}
