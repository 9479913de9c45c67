// SPDX-License-Identifier: Apache-2.0
/* Questions to recorded servers: each way a peer can answer, or not. */
#include "control/web_ask.h"

#include "base/test.h"

static const struct tls_ask any = { .name = "www.example.jp" }, old = { .name = "www.example.jp", .version_max = TLS_1_1 };

CASE(kinds_of_answers)
{
	static const struct { const char *address; uint16_t port; const struct tls_ask *tls; enum web_kind kind; int status; } cases[] = {
		{ "192.0.2.20", 443, &any, WEB_ANSWERED, 200 },
		{ "192.0.2.20", 443, &old, WEB_NO_TLS, 0 },
		{ "192.0.2.20", 443, NULL, WEB_NOT_HTTP, 0 },    /* TLS answers an alert, or closes */
		{ "192.0.2.20", 80, NULL, WEB_REFUSED, 0 },
		{ "192.0.2.12", 80, NULL, WEB_SILENT, 0 },
		{ "192.0.2.10", 80, NULL, WEB_NOT_HTTP, 0 },
		{ "192.0.2.10", 80, &any, WEB_NO_TLS, 0 },
		{ "192.0.2.30", 80, NULL, WEB_ANSWERED, 301 },
		{ "192.0.2.31", 80, NULL, WEB_TOO_LONG, 0 },
		{ "192.0.2.32", 80, NULL, WEB_NOT_HTTP, 0 },     /* cut short */
	};
	struct host *h = host_open_tree("tests/hosts/peers");
	struct buf request = BUF(4096);

	CHECK(h != NULL);
	CHECK_OK(web_request("GET", STR("/status"), STR("www.example.jp"), 443, &request));
	CHECK_STR(buf_str(&request), "GET /status HTTP/1.1\r\nHost: www.example.jp\r\nUser-Agent: tsujiban\r\nAccept: */*\r\nConnection: close\r\n\r\n");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena arena = ARENA(4 << 20);
		struct web_answer a = { .kind = WEB_NONE };
		const struct web_ask ask = { .to = { cases[i].address, cases[i].port, NULL }, .tls = cases[i].tls, .request = buf_str(&request), .timeout_ms = 1000 };

		CHECK_OK(web_ask(h, &ask, &arena, &a));
		if (a.kind != cases[i].kind || a.http.status != cases[i].status || a.shaken != (cases[i].tls && a.kind == WEB_ANSWERED) || (a.kind < WEB_OPEN && a.why.n == 0)) {
			test_failures++;
			printf("case %zu: kind %d status %d shaken %d: " STR_FMT "\n", i, a.kind, a.http.status, a.shaken, STR_ARG(a.why));
		}
		arena_free(&arena);
	}
	buf_free(&request);
	host_close(h);
}

CASE(only_hands_are_shaken)
{
	struct host *h = host_open_tree("tests/hosts/peers");
	struct arena arena = ARENA(4 << 20);
	struct web_answer a;

	CHECK_OK(web_ask(h, &(struct web_ask){ .to = { "192.0.2.20", 443, NULL }, .tls = &any, .timeout_ms = 1000 }, &arena, &a));
	CHECK(a.kind == WEB_OPEN && a.shaken && a.tls.version == TLS_1_3 && a.tls.certs_count == 2);
	CHECK_STR(a.tls.certs[0].subject, "CN = www.example.jp");
	CHECK_OK(web_ask(h, &(struct web_ask){ .to = { "192.0.2.10", 80, NULL }, .timeout_ms = 1000 }, &arena, &a));
	CHECK(a.kind == WEB_OPEN && !a.shaken);
	CHECK_RC(web_ask(h, &(struct web_ask){ .to = { "a/b", 80, NULL }, .timeout_ms = 1000 }, &arena, &a), RC_SYNTAX);
	arena_free(&arena);
	host_close(h);
}

CASE(requests_that_are_refused)
{
	static const struct { const char *path, *name; } cases[] = { { "x", "n" }, { "/a b", "n" }, { "/a\r\nX: y", "n" }, { "/\xe3\x81\x82", "n" }, { "/", "" }, { "/", "a b" }, { "/", "a\nb" }, { "/", "a/b" } };
	struct buf b = BUF(4096);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CHECK_RC(web_request("GET", str_of(cases[i].path), str_of(cases[i].name), 80, &b), RC_SYNTAX);
	CHECK_INT(b.n, 0);
	CHECK_OK(web_request("HEAD", STR(""), STR("2001:db8::1"), 8443, &b));
	CHECK(str_starts(buf_str(&b), STR("HEAD / HTTP/1.1\r\nHost: [2001:db8::1]:8443\r\n")));
	buf_free(&b);
}

TEST_MAIN
