// SPDX-License-Identifier: Apache-2.0
/* Carries bytes between a connection, TLS and the reader of HTTP answers. */
#include "control/web_ask.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define BYTES_MAX 262144

struct web_line {
	const struct web_ask *ask;
	struct host_tcp      *tcp;
	struct tls_client    *tls;
	struct tls_seen       seen; /* of the first question, in its arena */
	struct buf            came, send, plain;
	bool                  closed, ended /* nothing more can be asked here */;
};

/* A class of failure that is the peer's doing. */
static enum web_kind
kind_of(enum rc rc, enum web_kind closed)
{
	return rc == RC_NOTFOUND ? closed : rc == RC_TIMEOUT ? WEB_SILENT : rc == RC_LIMIT ? WEB_TOO_LONG : WEB_NONE;
}

static enum rc
send_all(struct web_line *t)
{
	enum rc rc = t->send.n ? host_tcp_send(t->tcp, buf_str(&t->send)) : RC_OK;

	buf_reset(&t->send);
	return rc;
}

/* More of what the peer says, decrypted; RC_NOTFOUND: it has closed. */
static enum rc
hear(struct web_line *t, enum tls_step *step)
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
shake(struct web_line *t, struct arena *arena, struct web_answer *a)
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
	TRY(tls_client_seen(t->tls, arena, &t->seen));
	a->tls = t->seen;
	a->shaken = true;
	if (t->ask->believe && !t->ask->believe(t->ask->believe_context, &a->tls))
		a->kind = WEB_DOUBTED;
out:
	return rc;
}

static enum rc
talk(struct web_line *t, struct arena *arena, struct web_answer *a)
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
web_line_open(const struct host *h, const struct host_to *to, size_t bytes_max, int timeout_ms, struct web_line **ret)
{
	struct web_line *t = calloc(1, sizeof(*t));
	enum rc rc = RC_OK;

	if (t == NULL)
		abort();
	*t = (struct web_line){ .came = BUF(65536), .send = BUF(131072), .plain = BUF(bytes_max) };
	TRY(host_tcp_open(h, to, bytes_max, timeout_ms, &t->tcp));
	*ret = t;
	t = NULL;
out:
	web_line_close(t);
	return rc;
}

/* "Connection: close", HTTP/1.0, or a body that only the end of the connection ends. */
static bool
keeps(const struct web_line *t, const struct web_answer *a)
{
	size_t at = 0, length = 0, coding = 0;
	struct str how = http_header_next(&a->http, "connection", &at);

	return a->kind == WEB_ANSWERED && !t->closed && str_starts(buf_str(&t->plain), STR("HTTP/1.1")) && !(how.n == 5 && strncasecmp(how.p, "close", 5) == 0) &&
	    (http_header_next(&a->http, "content-length", &length).p || http_header_next(&a->http, "transfer-encoding", &coding).p);
}

static enum rc
line_ask(struct web_line *t, const struct web_ask *ask, struct arena *arena, struct web_answer *ret)
{
	struct web_answer *a = arena_get(arena, sizeof(*a));
	enum rc rc = RC_OK;

	if (a == NULL)
		return FAIL(RC_LIMIT, "no room for the answer");
	rc_trail_clear();
	t->ask = ask;
	buf_reset(&t->plain);
	if (t->tls) {
		a->tls = t->seen;
		a->shaken = true;
	} else if (ask->tls) {
		rc = shake(t, arena, a);
	}
	if (rc == RC_OK && a->kind == WEB_NONE && ask->request.n)
		rc = talk(t, arena, a);
	else if (rc == RC_OK && a->kind == WEB_NONE)
		a->kind = WEB_OPEN;
	if (rc == RC_LIMIT || rc == RC_TIMEOUT || rc == RC_NOTFOUND) { /* by the peer's doing, at a place where it is the same to us */
		a->kind = kind_of(rc, a->shaken ? WEB_NOT_HTTP : ask->tls ? WEB_NO_TLS : WEB_NOT_HTTP);
		rc = RC_OK;
	}
	t->ended = rc != RC_OK || !keeps(t, a);
	TRY(rc);
	if (a->kind < WEB_OPEN)
		a->why = arena_dup(arena, str_of(rc_trail()));
	*ret = *a;
out:
	return rc;
}

enum rc
web_line_ask(struct web_line *t, const struct web_ask *ask, struct arena *arena, struct web_answer *ret)
{
	host_tcp_again(t->tcp, t->plain.max, ask->timeout_ms);
	return line_ask(t, ask, arena, ret);
}

bool
web_line_usable(const struct web_line *t)
{
	return t && !t->ended;
}

void
web_line_close(struct web_line *t)
{
	if (t == NULL)
		return;
	host_tcp_close(t->tcp);
	tls_client_free(t->tls);
	buf_free(&t->came);
	buf_free(&t->send);
	buf_free(&t->plain);
	free(t);
}

enum rc
web_ask(const struct host *h, const struct web_ask *ask, struct arena *arena, struct web_answer *ret)
{
	struct web_line *t = NULL;
	enum rc rc;

	rc_trail_clear();
	rc = web_line_open(h, &ask->to, ask->bytes_max ? ask->bytes_max : BYTES_MAX, ask->timeout_ms, &t);
	if (rc == RC_NOTFOUND || rc == RC_TIMEOUT) {
		struct web_answer *a = arena_get(arena, sizeof(*a));

		if (a == NULL)
			return FAIL(RC_LIMIT, "no room for the answer");
		a->kind = rc == RC_NOTFOUND ? WEB_REFUSED : WEB_SILENT;
		a->why = arena_dup(arena, str_of(rc_trail()));
		*ret = *a;
		return RC_OK;
	}
	TRY(rc);
	rc = line_ask(t, ask, arena, ret);
out:
	web_line_close(t);
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
