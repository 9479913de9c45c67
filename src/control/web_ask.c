// SPDX-License-Identifier: Apache-2.0
/* Carries bytes between a connection, TLS and the reader of HTTP answers. */
#include "control/web_ask.h"

#include <string.h>

#define BYTES_MAX 262144

struct talk {
	const struct web_ask *ask;
	struct host_tcp      *tcp;
	struct tls_client    *tls;
	struct buf            came, send, plain;
	bool                  closed;
};

/* A class of failure that is the peer's doing. */
static enum web_kind
kind_of(enum rc rc, enum web_kind closed)
{
	return rc == RC_NOTFOUND ? closed : rc == RC_TIMEOUT ? WEB_SILENT : rc == RC_LIMIT ? WEB_TOO_LONG : WEB_NONE;
}

static enum rc
send_all(struct talk *t)
{
	enum rc rc = t->send.n ? host_tcp_send(t->tcp, buf_str(&t->send)) : RC_OK;

	buf_reset(&t->send);
	return rc;
}

/* More of what the peer says, decrypted; RC_NOTFOUND: it has closed. */
static enum rc
hear(struct talk *t, enum tls_step *step)
{
	struct buf *into = t->tls ? &t->came : &t->plain;
	enum rc rc = RC_OK;

	TRY(host_tcp_recv(t->tcp, into));
	if (t->tls) {
		rc = tls_client_take(t->tls, buf_str(&t->came), &t->send, &t->plain, step);
		buf_reset(&t->came);
		TRY(rc);
		rc = send_all(t);
		if (rc == RC_NOTFOUND && t->plain.n)
			rc = RC_OK; /* it has answered, and closed without waiting for our last word */
		TRY(rc);
	}
out:
	return rc;
}

static enum rc
shake(struct talk *t, struct arena *arena, struct web_answer *a)
{
	enum tls_step step = TLS_MORE;
	enum rc rc = RC_OK;

	TRY(tls_client_new(t->ask->tls, &t->tls));
	TRY(tls_client_take(t->tls, STR_NONE, &t->send, &t->plain, &step));
	TRY(send_all(t));
	while (step == TLS_MORE) {
		rc = hear(t, &step);
		if (rc != RC_OK) {
			a->kind = kind_of(rc, WEB_NO_TLS);
			return a->kind ? RC_OK : rc;
		}
	}
	if (step == TLS_REFUSED) {
		a->kind = WEB_NO_TLS;
		return RC_OK;
	}
	TRY(tls_client_seen(t->tls, arena, &a->tls));
	a->shaken = true;
	if (t->ask->believe && !t->ask->believe(t->ask->believe_context, &a->tls))
		a->kind = WEB_DOUBTED;
out:
	return rc;
}

static enum rc
talk(struct talk *t, struct arena *arena, struct web_answer *a)
{
	enum tls_step step = TLS_OPEN;
	enum rc rc = RC_OK;

	if (t->tls)
		TRY(tls_client_say(t->tls, t->ask->request, &t->send));
	else
		TRY(buf_add(&t->send, t->ask->request));
	rc = send_all(t);
	t->closed = rc == RC_NOTFOUND; /* it may have answered before */
	if (rc != RC_OK && rc != RC_NOTFOUND)
		goto out;
	for (;;) {
		struct str copy;

		if (!t->closed && step == TLS_OPEN) {
			rc = hear(t, &step);
			t->closed = rc == RC_NOTFOUND;
			if (rc != RC_OK && !t->closed)
				break;
		}
		t->closed |= step != TLS_OPEN;
		a->begins = http_answer_begins(buf_str(&t->plain));
		rc = http_answer_read(buf_str(&t->plain), t->closed, t->ask->head_only, arena, &a->http);
		if (rc == RC_TIMEOUT && !t->closed)
			continue;
		if (rc == RC_OK) { /* what it borrows must outlive the connection */
			copy = arena_dup(arena, buf_str(&t->plain));
			if (copy.p == NULL)
				return FAIL(RC_LIMIT, "no room for the answer");
			TRY(http_answer_read(copy, t->closed, t->ask->head_only, arena, &a->http));
			a->kind = WEB_ANSWERED;
			return RC_OK;
		}
		a->kind = rc == RC_LIMIT ? WEB_TOO_LONG : WEB_NOT_HTTP;
		return RC_OK;
	}
	a->kind = kind_of(rc, WEB_NOT_HTTP);
	return a->kind ? RC_OK : rc;
out:
	return rc;
}

enum rc
web_ask(const struct host *h, const struct web_ask *ask, struct arena *arena, struct web_answer *ret)
{
	size_t bytes_max = ask->bytes_max ? ask->bytes_max : BYTES_MAX;
	struct talk t = { .ask = ask, .came = BUF(65536), .send = BUF(131072), .plain = BUF(bytes_max) };
	struct web_answer *a = arena_get(arena, sizeof(*a));
	enum rc rc = RC_OK;

	if (a == NULL)
		return FAIL(RC_LIMIT, "no room for the answer");
	rc_trail_clear();
	rc = host_tcp_open(h, &ask->to, bytes_max, ask->timeout_ms, &t.tcp);
	if (rc == RC_NOTFOUND || rc == RC_TIMEOUT) {
		a->kind = rc == RC_NOTFOUND ? WEB_REFUSED : WEB_SILENT;
		rc = RC_OK;
	}
	TRY(rc);
	if (a->kind == WEB_NONE && ask->tls)
		rc = shake(&t, arena, a);
	if (rc == RC_OK && a->kind == WEB_NONE && ask->request.n)
		rc = talk(&t, arena, a);
	else if (rc == RC_OK && a->kind == WEB_NONE)
		a->kind = WEB_OPEN;
	if (rc == RC_LIMIT || rc == RC_TIMEOUT || rc == RC_NOTFOUND) { /* by the peer's doing, at a place where it is the same to us */
		a->kind = kind_of(rc, a->shaken ? WEB_NOT_HTTP : ask->tls ? WEB_NO_TLS : WEB_NOT_HTTP);
		rc = RC_OK;
	}
	TRY(rc);
	if (a->kind < WEB_OPEN)
		a->why = arena_dup(arena, str_of(rc_trail()));
	*ret = *a;
out:
	host_tcp_close(t.tcp);
	tls_client_free(t.tls);
	buf_free(&t.came);
	buf_free(&t.send);
	buf_free(&t.plain);
	return rc;
}

enum rc
web_request(const char *method, struct str path, struct str host_name, uint16_t port, struct buf *ret)
{
	bool colon = host_name.n && memchr(host_name.p, ':', host_name.n), usual = port == 80 || port == 443;

	if (path.n == 0)
		path = STR("/");
	if (path.p[0] != '/' || path.n > 2048 || host_name.n == 0 || host_name.n > 255)
		return FAIL(RC_SYNTAX, "no path or name to ask for");
	for (size_t i = 0; i < path.n; i++)
		if ((unsigned char)path.p[i] <= 0x20 || (unsigned char)path.p[i] >= 0x7f)
			return FAIL(RC_SYNTAX, "a path with characters that must be encoded");
	for (size_t i = 0; i < host_name.n; i++)
		if ((unsigned char)host_name.p[i] <= 0x20 || (unsigned char)host_name.p[i] >= 0x7f || host_name.p[i] == '/')
			return FAIL(RC_SYNTAX, "no name to ask for");
	if (usual)
		return buf_addf(ret, "%s " STR_FMT " HTTP/1.1\r\nHost: %s" STR_FMT "%s\r\nUser-Agent: tsujiban\r\nAccept: */*\r\nConnection: close\r\n\r\n", method, STR_ARG(path), colon ? "[" : "", STR_ARG(host_name),
		    colon ? "]" : "");
	return buf_addf(ret, "%s " STR_FMT " HTTP/1.1\r\nHost: %s" STR_FMT "%s:%u\r\nUser-Agent: tsujiban\r\nAccept: */*\r\nConnection: close\r\n\r\n", method, STR_ARG(path), colon ? "[" : "", STR_ARG(host_name),
	    colon ? "]" : "", port);
}
