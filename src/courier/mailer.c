// SPDX-License-Identifier: Apache-2.0
/* A session carries what is due, mail by mail; each step of it has a deadline. */
#include "courier/mailer.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mail_address.h"
#include "base/time_text.h"
#include "base/utf8.h"
#include "courier/hook.h"
#include "courier/line.h"
#include "courier/smtp.h"
#include "os/file.h"
#include "os/out.h"

#define STEP_MS      20000
#define LOOK_MS      5000
#define WAIT_MIN_MS  1000
#define WAIT_MAX_MS  60000
#define SESSION_MAX  20    /* mails in one session */
#define AGAIN_US     (30 * SECOND_US)
#define AGAIN_MAX_US (30 * MINUTE_US)
#define IMPLICIT_TLS 465
#define MAIL_BYTES   (256u << 10)

struct mailer {
	struct mailer_way       way;
	struct mailbox         *box;
	pthread_t               thread;
	pthread_mutex_t         lock;   /* guards what follows */
	pthread_cond_t          wake;
	bool                    stopping, asked;
	enum sending            sending;
	int64_t                 since_us;
	char                    trouble[200];
};

struct session { struct line line; bool secure; struct buf came; };

static void
say_state(struct mailer *m, enum sending sending, const char *trouble)
{
	struct arena a = ARENA(4096);
	struct text text = utf8_mend(&a, str_of(trouble));

	pthread_mutex_lock(&m->lock);
	if (m->sending != sending)
		m->since_us = now_us();
	m->sending = sending;
	(void)snprintf(m->trouble, sizeof(m->trouble), "%.*s", (int)(text.s.n < 180 ? text.s.n : 180), text.s.n ? text.s.p : ""); /* mended again where it is encoded */
	pthread_mutex_unlock(&m->lock);
	arena_free(&a);
}

/* ---- one session */

static enum rc
tell(struct session *s, struct str bytes)
{
	struct buf send = BUF(4 * MAIL_BYTES);
	enum rc rc = RC_OK;

	if (s->secure)
		TRY(tls_client_say(s->line.tls, bytes, &send));
	TRY(out_send(s->line.fd, s->secure ? buf_str(&send) : bytes, STEP_MS));
out:
	buf_free(&send);
	return rc;
}

/* Until `whole` says of what came that it is an answer (else RC_NOTFOUND). */
typedef enum rc whole_answer(struct str came, void *ret);

static enum rc
listen_for(struct session *s, whole_answer *whole, void *ret)
{
	int64_t until_us = monotonic_us() + STEP_MS * INT64_C(1000);
	struct buf bytes = BUF(65536), send = BUF(65536);
	enum tls_step step = TLS_OPEN;
	enum rc rc = RC_OK;

	for (;;) {
		rc = whole(buf_str(&s->came), ret);
		if (rc != RC_NOTFOUND)
			goto out;
		rc = RC_OK;
		if (step != TLS_OPEN)
			TRY(FAIL(RC_NOTFOUND, "the other side closed without an answer"));
		if (monotonic_us() >= until_us)
			TRY(FAIL(RC_TIMEOUT, "no answer in time"));
		buf_reset(&bytes);
		buf_reset(&send);
		TRY(out_recv(s->line.fd, (int)((until_us - monotonic_us()) / 1000 + 1), &bytes));
		if (!s->secure) {
			TRY(buf_add(&s->came, buf_str(&bytes)));
			continue;
		}
		TRY(tls_client_take(s->line.tls, buf_str(&bytes), &send, &s->came, &step));
		if (send.n)
			TRY(out_send(s->line.fd, buf_str(&send), STEP_MS));
	}
out:
	buf_free(&bytes);
	buf_free(&send);
	return rc;
}

static enum rc
whole_reply(struct str came, void *ret)
{
	return smtp_reply_decode(came, ret);
}

static enum rc
whole_http(struct str came, void *ret)
{
	return hook_answer(came, ret);
}

/* What was heard is done with; what came behind it stays. */
static void
heard(struct session *s, const struct smtp_reply *r)
{
	memmove(s->came.p, s->came.p + r->bytes, s->came.n - r->bytes);
	s->came.n -= r->bytes;
}

static enum rc
expect(struct session *s, int class, struct smtp_reply *ret)
{
	enum rc rc = RC_OK;

	TRY(listen_for(s, whole_reply, ret)); /* its text borrows from what came until the next one is listened for */
	if (ret->code / 100 != class)
		rc = FAIL(RC_CONFLICT, "mail server: %d " STR_FMT, ret->code, (int)(ret->text.n < 120 ? ret->text.n : 120), ret->text.p ? ret->text.p : "");
	heard(s, ret);
out:
	return rc;
}

static enum rc
ask(struct session *s, int class, const char *verb, const char *rest, struct smtp_reply *ret)
{
	struct buf line = BUF(1024);
	enum rc rc = RC_OK;

	TRY(buf_addf(&line, "%s%s\r\n", verb, rest));
	TRY(tell(s, buf_str(&line)));
	TRY(expect(s, class, ret));
out:
	buf_free(&line);
	return rc;
}

static void
session_close(struct session *s)
{
	line_close(&s->line);
	buf_free(&s->came);
}

static enum rc
sign_in(const struct mailer *m, struct session *s, struct smtp_reply *r, bool *ret_refused)
{
	struct buf line = BUF(2048);
	enum rc rc = RC_OK;

	if (secret_expose(m->way.secret).n == 0)
		return RC_OK;
	*ret_refused = true;
	if (!r->auth_plain)
		TRY(FAIL(RC_DENIED, "the mail server offers no AUTH PLAIN"));
	TRY(smtp_auth_plain(secret_expose(m->way.secret), &line));
	TRY(buf_add_c(&line, "\r\n"));
	TRY(tell(s, buf_str(&line)));
	TRY(expect(s, 2, r));
	*ret_refused = false;
out:
	if (line.n)
		wipe(line.p, line.n);
	buf_free(&line);
	return rc;
}

/* Greeted, proven, greeted again. Whatever was said before TLS counts for nothing. */
static enum rc
session_open(const struct mailer *m, struct session *s, bool *ret_refused)
{
	struct smtp_reply r;
	enum rc rc = RC_OK;

	*s = (struct session){ .line = { -1, NULL }, .came = BUF(2 * SMTP_REPLY_MAX + 65536) };
	*ret_refused = false;
	if (m->way.to->port == IMPLICIT_TLS) {
		TRY(line_open(m->way.to, &s->line, ret_refused));
		s->secure = true;
		TRY(expect(s, 2, &r));
	} else {
		TRY(line_connect(m->way.to, &s->line));
		TRY(expect(s, 2, &r));
		TRY(ask(s, 2, "EHLO ", m->way.host, &r));
		if (!r.starttls) {
			*ret_refused = true;
			TRY(FAIL(RC_DENIED, "the mail server offers no STARTTLS"));
		}
		TRY(ask(s, 2, "STARTTLS", "", &r));
		if (s->came.n) { /* somebody in between put words into its mouth */
			*ret_refused = true;
			TRY(FAIL(RC_DENIED, "the mail server speaks on before TLS"));
		}
		TRY(line_secure(m->way.to, &s->line, ret_refused));
		s->secure = true;
	}
	TRY(ask(s, 2, "EHLO ", m->way.host, &r));
	TRY(sign_in(m, s, &r, ret_refused));
out:
	return rc;
}

/* RC_CONFLICT: the server's answer, its code in `r`; anything else: the line broke. */
static enum rc
mail_carry(const struct mailer *m, struct session *s, const struct mail *mail, struct str text, struct smtp_reply *r)
{
	struct buf to = BUF(512), from = BUF(512);
	enum rc rc = RC_OK;

	*r = (struct smtp_reply){ .code = 0 };
	TRY(buf_addf(&from, "<%s>", m->way.from));
	TRY(buf_addf(&to, "<" STR_FMT ">", STR_ARG(mail->to)));
	TRY(ask(s, 2, "MAIL FROM:", buf_cstr(&from), r));
	TRY(ask(s, 2, "RCPT TO:", buf_cstr(&to), r));
	TRY(ask(s, 3, "DATA", "", r));
	TRY(tell(s, text));
	TRY(expect(s, 2, r));
out:
	buf_free(&to);
	buf_free(&from);
	return rc;
}

static int64_t
again_us(int64_t tries)
{
	int64_t us = AGAIN_US << (tries < 7 ? tries : 7);

	return us < AGAIN_MAX_US ? us : AGAIN_MAX_US;
}

/* ---- a webhook */

/* One notice, one connection. RC_CONFLICT: what the other side answered; `ret_reached`: it proved whom we mean. */
static enum rc
hook_carry(const struct mailer *m, struct str request, int *ret_code, bool *ret_reached, bool *ret_refused)
{
	struct session s = { .line = { -1, NULL }, .secure = true, .came = BUF(HOOK_ANSWER_MAX + 65536) };
	enum rc rc = RC_OK;

	*ret_reached = false;
	TRY(line_open(m->way.to, &s.line, ret_refused));
	*ret_reached = true;
	TRY(tell(&s, request));
	TRY(listen_for(&s, whole_http, ret_code));
	if (*ret_code / 100 != 2)
		rc = FAIL(RC_CONFLICT, "webhook: %d", *ret_code);
out:
	session_close(&s);
	return rc;
}

/* An answer for good: what was asked is wrong, and stays so. 408, 425 and 429 say "later" (RFC 9110, RFC 8470, RFC 6585). */
static bool
for_good(int code)
{
	return code / 100 == 4 && code != 408 && code != 425 && code != 429;
}

/* RC_NOTFOUND as from mailbox_due(): no more of them. Where nobody is reached the notice waits as it is. */
static enum rc
hook_one(struct mailer *m, struct str path, struct mail *mail, int64_t *tries, struct arena *a, bool *ret_refused)
{
	struct buf request = BUF(MAIL_BYTES);
	struct str trouble = STR_NONE;
	enum mail_fate fate = MAIL_SENT;
	bool reached = true;
	int code = 0;
	enum rc rc = hook_request(mail, *m->way.to->name ? m->way.to->name : m->way.to->address, path, &request), why = rc;

	if (rc == RC_OK)
		why = rc = hook_carry(m, buf_str(&request), &code, &reached, ret_refused);
	if (!reached) {
		rc = rc == RC_NOTFOUND ? RC_IO : rc; /* nobody listens */
		goto out;
	}
	say_state(m, SENDING_IDLE, "");
	if (why != RC_OK) {
		trouble = utf8_mend(a, str_sub(str_of(rc_trail()), 0, 180)).s;
		fate = why == RC_SYNTAX || (why == RC_CONFLICT && for_good(code)) ? MAIL_REFUSED : MAIL_WAITING;
	}
	rc_trail_clear();
	TRY(mailbox_set(m->box, mail->id, fate, *tries + 1, now_us() + again_us(*tries), now_us(), trouble));
	rc = mailbox_due(m->box, true, now_us(), a, mail, tries);
out:
	if (request.n)
		wipe(request.p, request.n);
	buf_free(&request);
	return rc;
}

static enum rc
hook_all(struct mailer *m, struct mail *mail, int64_t tries, bool *ret_refused)
{
	struct arena a = ARENA(1 << 20);
	struct str path = STR_NONE;
	enum rc rc = hook_path(secret_expose(m->way.secret), &path);

	for (int i = 0; i < SESSION_MAX && rc == RC_OK; i++)
		rc = hook_one(m, path, mail, &tries, &a, ret_refused);
	arena_free(&a);
	return rc == RC_NOTFOUND ? RC_OK : rc;
}

/* ---- mails */

/* What became of one mail; RC_OK also when the server refused it. */
static enum rc
mail_one(struct mailer *m, struct session *s, const struct mail *mail, int64_t tries)
{
	struct buf text = BUF(MAIL_BYTES);
	struct smtp_reply r = { .code = 0 }, reset;
	struct arena a = ARENA(4096);
	enum mail_fate fate = MAIL_SENT;
	struct str trouble = STR_NONE;
	enum rc rc = smtp_message(mail, m->way.from, m->way.host, now_us(), &text), why = rc;
	bool unfit = rc == RC_SYNTAX; /* the mail itself; an answer that is none of SMTP says nothing about it */

	if (rc == RC_OK)
		why = rc = mail_carry(m, s, mail, buf_str(&text), &r);
	if (rc != RC_OK) {
		trouble = utf8_mend(&a, str_of(rc_trail())).s;
		trouble.n = trouble.n < 180 ? trouble.n : 180;
		fate = unfit || (rc == RC_CONFLICT && r.code / 100 == 5) ? MAIL_REFUSED : MAIL_WAITING;
		trouble = utf8_mend(&a, trouble).s;
	}
	rc_trail_clear();
	TRY(mailbox_set(m->box, mail->id, fate, tries + 1, now_us() + again_us(tries), now_us(), trouble));
	if (why == RC_CONFLICT)
		TRY(ask(s, 2, "RSET", "", &reset));
	else if (why != RC_OK && !unfit)
		rc = FAIL(why, "the mail server broke off");
out:
	buf_free(&text);
	arena_free(&a);
	return rc;
}

/* false in ret_any: nothing was due. */
static enum rc
deliver(struct mailer *m, bool *ret_any, bool *ret_refused)
{
	struct session s = { .line = { -1, NULL } };
	struct arena a = ARENA(1 << 20);
	struct smtp_reply r;
	struct mail mail;
	int64_t tries;
	enum rc rc = mailbox_due(m->box, m->way.hook, now_us(), &a, &mail, &tries);

	*ret_any = rc == RC_OK;
	*ret_refused = false;
	if (rc == RC_NOTFOUND)
		return RC_OK;
	TRY(rc);
	if (m->way.hook) {
		TRY(hook_all(m, &mail, tries, ret_refused));
		goto out;
	}
	TRY(session_open(m, &s, ret_refused));
	say_state(m, SENDING_CONNECTED, "");
	for (int i = 0; i < SESSION_MAX && rc == RC_OK; i++) {
		TRY(mail_one(m, &s, &mail, tries));
		rc = mailbox_due(m->box, m->way.hook, now_us(), &a, &mail, &tries);
	}
	if (rc == RC_NOTFOUND)
		rc = RC_OK;
	TRY(rc);
	if (ask(&s, 2, "QUIT", "", &r) != RC_OK)
		rc_trail_clear(); /* it has them */
	say_state(m, SENDING_IDLE, "");
out:
	session_close(&s);
	arena_free(&a);
	return rc;
}

/* false: told to stop. */
static bool
rest(struct mailer *m, int ms, bool shortened)
{
	struct timespec until;
	bool go;

	(void)clock_gettime(CLOCK_MONOTONIC, &until); /* cannot fail */
	until.tv_sec += ms / 1000;
	pthread_mutex_lock(&m->lock);
	while (!m->stopping && !(shortened && m->asked) && pthread_cond_timedwait(&m->wake, &m->lock, &until) == 0)
		;
	m->asked = false;
	go = !m->stopping;
	pthread_mutex_unlock(&m->lock);
	return go;
}

static void *
run(void *context)
{
	struct mailer *m = context;
	int wait_ms = WAIT_MIN_MS;
	bool go = true;

	while (go) {
		bool any, refused;
		enum rc rc = deliver(m, &any, &refused);

		if (rc == RC_OK) {
			wait_ms = WAIT_MIN_MS;
			go = any ? rest(m, 0, true) : rest(m, LOOK_MS, true);
			continue;
		}
		say_state(m, refused ? SENDING_REFUSED : SENDING_AWAY, rc_trail());
		rc_trail_clear();
		go = rest(m, wait_ms, false);
		wait_ms = 2 * wait_ms < WAIT_MAX_MS ? 2 * wait_ms : WAIT_MAX_MS;
	}
	return NULL;
}

enum rc
mailer_start(const struct mailer_way *way, struct mailbox *box, struct mailer **ret)
{
	struct mailer *m = calloc(1, sizeof(*m));
	pthread_condattr_t attr;

	if (m == NULL)
		abort();
	*m = (struct mailer){ .way = *way, .box = box, .sending = SENDING_IDLE, .since_us = now_us() };
	pthread_mutex_init(&m->lock, NULL);
	(void)pthread_condattr_init(&attr); /* cannot fail here */
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&m->wake, &attr);
	if (pthread_create(&m->thread, NULL, run, m) != 0) {
		free(m);
		return FAIL(RC_IO, "a thread cannot start");
	}
	*ret = m;
	return RC_OK;
}

void
mailer_wake(struct mailer *m)
{
	pthread_mutex_lock(&m->lock);
	m->asked = true;
	pthread_cond_signal(&m->wake);
	pthread_mutex_unlock(&m->lock);
}

void
mailer_state(struct mailer *m, struct mail_channel *ret)
{
	pthread_mutex_lock(&m->lock);
	ret->sending = m->sending;
	ret->since_us = m->since_us;
	(void)snprintf(ret->trouble, sizeof(ret->trouble), "%s", m->trouble);
	pthread_mutex_unlock(&m->lock);
}

void
mailer_stop(struct mailer *m)
{
	if (m == NULL)
		return;
	pthread_mutex_lock(&m->lock);
	m->stopping = true;
	pthread_cond_signal(&m->wake);
	pthread_mutex_unlock(&m->lock);
	(void)pthread_join(m->thread, NULL); /* each of its steps has a deadline */
	free(m);
}
