// SPDX-License-Identifier: Apache-2.0
/* Answers as servers write them, and answers that mean harm. */
#include "control/http_answer.h"

#include "base/test.h"

CASE(answers_that_are_read)
{
	static const struct { const char *bytes; bool closed, head; int status; const char *body; } cases[] = {
		{ "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", false, false, 200, "hello" },
		{ "HTTP/1.1 200 OK\r\ncontent-length:5\t \r\n\r\nhello and more", false, false, 200, "hello" },
		{ "HTTP/1.1 200\r\n\r\nall of it", true, false, 200, "all of it" },
		{ "HTTP/1.0 301 Moved\r\nLocation: https://x/\r\n\r\n", true, false, 301, "" },
		{ "HTTP/1.1 204 No Content\r\n\r\n", false, false, 204, "" },
		{ "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", false, true, 200, "" },
		{ "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", false, false, 200, "x" },
		{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n", false, false, 200, "abc0123456789" },
		{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n1\r\nx\r\n0\r\nTrailer: y\r\n\r\n", false, false, 200, "x" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena arena = ARENA(1 << 20);
		struct http_answer a = { .status = 0 };

		CHECK_OK(http_answer_read(str_of(cases[i].bytes), cases[i].closed, cases[i].head, &arena, &a));
		CHECK_INT(a.status, cases[i].status);
		CHECK_STR(a.body, cases[i].body);
		arena_free(&arena);
	}
}

CASE(answers_that_are_not)
{
	static const struct { const char *bytes; bool closed; enum rc rc; } cases[] = {
		{ "", false, RC_TIMEOUT }, { "", true, RC_TIMEOUT }, { "HTTP/1.1 200 OK\r\n", false, RC_TIMEOUT },
		{ "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", true, RC_TIMEOUT }, /* cut short */
		{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhell", true, RC_TIMEOUT },
		{ "HTTP/1.1 200 OK\r\n\r\nnot closed yet", false, RC_TIMEOUT },
		{ "HTTP/1.1 200 OK\n\n", true, RC_SYNTAX },
		{ "SSH-2.0-OpenSSH\r\n", true, RC_SYNTAX }, { "HTTP/2 200\r\n\r\n", true, RC_SYNTAX }, { "HTTP/1.1 20 OK\r\n\r\n", true, RC_SYNTAX },
		{ "HTTP/1.1 2000 OK\r\n\r\n", true, RC_SYNTAX }, { "HTTP/1.1 999 OK\r\n\r\n", true, RC_SYNTAX }, { "HTTP/1.1  200 OK\r\n\r\n", true, RC_SYNTAX },
		{ "HTTP/1.1 200 OK\r\nName : v\r\n\r\n", true, RC_SYNTAX }, { "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", true, RC_SYNTAX },
		{ "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", true, RC_SYNTAX }, { "HTTP/1.1 200 OK\r\nA: \x01\r\n\r\n", true, RC_SYNTAX },
		{ "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello", true, RC_SYNTAX },
		{ "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", true, RC_SYNTAX },
		{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", true, RC_SYNTAX },
		{ "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello", true, RC_SYNTAX }, { "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello", true, RC_SYNTAX },
		{ "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", true, RC_LIMIT },
		{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", true, RC_SYNTAX }, { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n123456789\r\n", true, RC_SYNTAX },
		{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7fffffff\r\n", true, RC_LIMIT }, { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n0\r\n\r\n", true, RC_SYNTAX },
		{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", true, RC_SYNTAX },
		{ "HTTP/1.1 100 C\r\n\r\nHTTP/1.1 100 C\r\n\r\nHTTP/1.1 100 C\r\n\r\nHTTP/1.1 100 C\r\n\r\nHTTP/1.1 100 C\r\n\r\nHTTP/1.1 100 C\r\n\r\nHTTP/1.1 100 C\r\n\r\nHTTP/1.1 100 C\r\n\r\n", true, RC_SYNTAX },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena arena = ARENA(1 << 20);
		struct http_answer a = { .status = 7 };
		enum rc rc = http_answer_read(str_of(cases[i].bytes), cases[i].closed, false, &arena, &a);

		if (rc != cases[i].rc || a.status != 7) {
			test_failures++;
			printf("case %zu: %s, want %s\n", i, rc_name(rc), rc_name(cases[i].rc));
		}
		arena_free(&arena);
	}
}

CASE(headers_by_name)
{
	struct arena arena = ARENA(1 << 20);
	struct http_answer a;
	struct buf b = BUF(1 << 20);
	size_t at = 0;

	CHECK_OK(http_answer_read(STR("HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nX:\r\nSET-COOKIE: b=2\r\nContent-Length: 0\r\n\r\n"), false, false, &arena, &a));
	CHECK_STR(http_header_next(&a, "set-cookie", &at), "a=1");
	CHECK_STR(http_header_next(&a, "set-cookie", &at), "b=2");
	CHECK(http_header_next(&a, "set-cookie", &at).p == NULL);
	at = 0;
	CHECK(http_header_next(&a, "x", &at).p != NULL);
	CHECK_OK(buf_add(&b, STR("HTTP/1.1 200 OK\r\n")));
	for (int i = 0; i <= HTTP_HEADERS_MAX; i++)
		CHECK_OK(buf_add(&b, STR("A: b\r\n")));
	CHECK_RC(http_answer_read(buf_str(&b), false, false, &arena, &a), RC_LIMIT);
	buf_reset(&b);
	for (int i = 0; i < 10000; i++)
		CHECK_OK(buf_add(&b, STR("no end of it, ")));
	CHECK_RC(http_answer_read(buf_str(&b), false, false, &arena, &a), RC_LIMIT);
	buf_free(&b);
	arena_free(&arena);
}

TEST_MAIN
