// SPDX-License-Identifier: Apache-2.0
/* Submissions and answers: round trips, and each way to spell them wrong. */
#include "base/test.h"
#include "merkle/submission.h"

static const char head[] = "log.example/1\n3\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\xe2\x80\x94 log.example/1 Az3grlgt\n";

CASE(a_submission_goes_there_and_back)
{
	struct submission s = { .old_size = 2, .checkpoint = str_of(head) }, got;
	struct buf b = BUF(SUBMISSION_BYTES_MAX);

	s.proof.n = 2;
	memset(&s.proof.node[0], 7, sizeof(struct hash));
	memset(&s.proof.node[1], 8, sizeof(struct hash));
	CHECK_OK(submission_encode(&s, &b));
	CHECK_OK(submission_decode(buf_str(&b), &got));
	CHECK(got.old_size == 2 && got.proof.n == 2 && hash_eq(&got.proof.node[1], &s.proof.node[1]) && str_eq(got.checkpoint, s.checkpoint));
	s.proof.n = SUBMISSION_HASHES_MAX + 1;
	CHECK_RC(submission_encode(&s, &b), RC_LIMIT);
	buf_free(&b);
}

CASE(wrong_spellings_are_refused)
{
	static const char *const bad[] = { "", "old 1\n", "old 01\n\nx", "old -1\n\nx", "new 1\n\nx", "old 1\nAAAA\n\nx", "old 1\r\n\nx", "old 1\n CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\nx", NULL };
	struct buf many = BUF(SUBMISSION_BYTES_MAX + 1);
	struct submission s;

	for (size_t i = 0; bad[i]; i++)
		CHECK_RC(submission_decode(str_of(bad[i]), &s), RC_SYNTAX);
	CHECK_OK(buf_add_c(&many, "old 1\n"));
	for (int i = 0; i < SUBMISSION_HASHES_MAX + 1; i++)
		CHECK_OK(buf_add_c(&many, "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"));
	CHECK_OK(buf_add_c(&many, "\nx"));
	CHECK_RC(submission_decode(buf_str(&many), &s), RC_LIMIT);
	rc_trail_clear();
	buf_free(&many);
}

CASE(answers_of_servers)
{
	static const struct { const char *text; enum rc rc; enum answer_status status; const char *body; } cases[] = {
		{ "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcd", RC_OK, ANSWER_COSIGNED, "abc" },
		{ "HTTP/1.0 409 Conflict\r\nContent-Type: text/x.tlog.size\r\n\r\n12\n", RC_OK, ANSWER_OTHER, "12\n" },
		{ "HTTP/1.1 503 Busy\r\n\r\n", RC_OK, ANSWER_FAILED, "" },
		{ "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc", RC_NOTFOUND, 0, "" },
		{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", RC_SYNTAX, 0, "" },
		{ "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", RC_SYNTAX, 0, "" },
		{ "HTTP/1.1 200 OK\r\nContent-", RC_NOTFOUND, 0, "" },
		{ "HTTP/1.1 301 Moved\r\n\r\n", RC_SYNTAX, 0, "" },
		{ "HTTP/1.1 2000\r\n\r\n", RC_SYNTAX, 0, "" },
		{ "SSH-2.0-x\r\n", RC_SYNTAX, 0, "" },
	};
	struct answer a;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum rc rc = answer_http_decode(str_of(cases[i].text), &a);

		CHECK_RC(rc, cases[i].rc);
		if (rc == RC_OK && cases[i].rc == RC_OK) {
			CHECK(a.status == cases[i].status);
			CHECK_STR(a.body, cases[i].body);
		}
		rc_trail_clear();
	}
}

CASE(answers_as_files)
{
	struct buf b = BUF(ANSWER_BYTES_MAX);
	struct answer a;
	uint64_t size;

	CHECK_OK(answer_file_encode(&(struct answer){ ANSWER_OTHER, STR("77\n") }, &b));
	CHECK_OK(answer_file_decode(buf_str(&b), &a));
	CHECK(a.status == ANSWER_OTHER && answer_size(&a, &size) == RC_OK && size == 77);
	CHECK_RC(answer_file_decode(STR("abc\n"), &a), RC_SYNTAX);
	CHECK_RC(answer_file_decode(STR("200"), &a), RC_SYNTAX);
	CHECK_RC(answer_file_decode(STR("302\n"), &a), RC_SYNTAX);
	rc_trail_clear();
	buf_free(&b);
}

TEST_MAIN
