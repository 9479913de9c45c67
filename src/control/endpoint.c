// SPDX-License-Identifier: Apache-2.0
/* Endpoints as people declared them. */
#include "control/endpoint.h"

#include <stdio.h>
#include <string.h>

#include "base/num.h"

const char *const web_kind_words[] = {
	[WEB_NONE] = "none", [WEB_REFUSED] = "refused", [WEB_SILENT] = "silent", [WEB_NO_TLS] = "no-tls", [WEB_TOO_LONG] = "too-long", [WEB_NOT_HTTP] = "not-http", [WEB_OPEN] = "open", [WEB_ANSWERED] = "answered",
};

static struct str
field(const struct facts *f, uint32_t row, const char *prefix, const char *name)
{
	char key[64];

	(void)snprintf(key, sizeof(key), "%s.%s", prefix, name);
	return fact_s(f, row, key);
}

static int64_t
number(const struct facts *f, uint32_t row, const char *prefix, const char *name)
{
	int64_t n = 0;
	char key[64];

	(void)snprintf(key, sizeof(key), "%s.%s", prefix, name);
	if (num_parse(fact_s(f, row, key), 1, 65535, &n) == RC_OK)
		return n;
	rc_trail_clear();
	return fact_n(f, row, key, 0);
}

/* The way to a server on this very machine is no wire. */
static bool
stays_here(struct str behind)
{
	return str_starts(behind, STR("127.")) || str_starts(behind, STR("[::1]")) || str_starts(behind, STR("localhost:")) || str_starts(behind, STR("/")) || str_starts(behind, STR("unix:"));
}

struct endpoint
endpoint_of(const struct facts *f, uint32_t row, const char *prefix, struct arena *arena)
{
	struct endpoint e = { .name = field(f, row, prefix, "name"), .kind = field(f, row, prefix, "kind"), .path = field(f, row, prefix, "path") };
	int64_t port = number(f, row, prefix, "port");
	char key[64];
	const struct fact *browsers;

	e.to.address = arena_cstr(arena, field(f, row, prefix, "address"));
	e.host_name = arena_cstr(arena, field(f, row, prefix, "host_name"));
	e.to.port = port > 0 && port <= 65535 ? (uint16_t)port : 0;
	(void)snprintf(key, sizeof(key), "%s.browsers", prefix);
	browsers = fact_get(f, row, key);
	e.browsers = !str_eq(e.kind, STR("tcp")) && !(browsers && (browsers->kind == FACT_TEXT ? str_eq(browsers->text, STR("no")) : browsers->n == 0));
	e.plain_hop = str_eq(field(f, row, prefix, "proxy_hop"), STR("plain")) && !stays_here(field(f, row, prefix, "proxy_of"));
	e.whole = e.to.address && e.to.address[0] && e.to.port && e.host_name && e.host_name[0];
	return e;
}

struct endpoint
endpoint_own(const struct subject *s, struct arena *arena)
{
	static const struct facts nothing = { .list = NULL };

	return endpoint_of(s->given ? s->given : &nothing, 0, "own", arena);
}

enum rc
endpoint_roots(const struct host *h, struct buf *ret)
{
	return host_read(h, "/etc/ssl/certs/ca-certificates.crt", ENDPOINT_ROOTS_MAX, ret);
}

enum rc
endpoint_get(const struct host *h, const struct endpoint *e, int timeout_ms, struct arena *arena, struct web_answer *ret)
{
	const struct tls_ask tls = { .name = e->host_name };
	struct web_ask ask = { .to = e->to, .tls = str_eq(e->kind, STR("https")) ? &tls : NULL, .bytes_max = 1 << 20, .timeout_ms = timeout_ms };
	struct buf request = BUF(4096);
	enum rc rc = RC_OK;

	TRY(web_request("GET", e->path, str_of(e->host_name), e->to.port, &request));
	ask.request = buf_str(&request);
	TRY(web_ask(h, &ask, arena, ret));
out:
	buf_free(&request);
	return rc;
}

enum rc
endpoint_page(const struct host *h, const struct subject *s, bool plain_too, struct arena *arena, struct facts *f, struct web_answer *ret)
{
	struct endpoint e = endpoint_own(s, arena);
	enum rc rc = RC_OK;

	*ret = (struct web_answer){ .kind = WEB_NONE };
	fact_text(f, 0, "kind", e.kind);
	if (!e.whole || str_eq(e.kind, STR("tcp")) || (!plain_too && !str_eq(e.kind, STR("https"))))
		return RC_OK;
	TRY(endpoint_get(h, &e, ENDPOINT_TIMEOUT_MS, arena, ret));
	fact_text(f, 0, "answer", str_of(web_kind_words[ret->kind]));
	if (ret->kind == WEB_ANSWERED)
		fact_int(f, 0, "status", ret->http.status);
out:
	return rc;
}
