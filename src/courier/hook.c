// SPDX-License-Identifier: Apache-2.0
#include "courier/hook.h"

#include <string.h>

#include "base/num.h"
#include "base/utf8.h"

enum rc
hook_path(struct str file, struct str *ret)
{
	struct str path = STR_NONE;
	bool good = str_line(&file, &path) && path.n <= HOOK_PATH_MAX && str_starts(path, STR("/"));

	for (size_t i = 0; good && i < path.n; i++)
		good = path.p[i] > ' ' && path.p[i] < 0x7f;
	if (!good)
		return FAIL(RC_SYNTAX, "webhook_path: its first line is the path of the address, such as /hooks/…");
	*ret = path;
	return RC_OK;
}

/* Inside a string of JSON. */
static enum rc
put_text(struct str s, struct buf *ret)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < 0x20 || c == 0x7f || c == '"' || c == '\\')
			TRY(buf_addf(ret, "\\u%04x", c));
		else
			TRY(buf_add_byte(ret, c));
	}
out:
	return rc;
}

enum rc
hook_request(const struct mail *m, const char *host, struct str path, struct buf *ret)
{
	struct buf body = BUF(8 * (MAIL_SUBJECT_MAX + MAIL_BODY_MAX));
	struct text clean;
	enum rc rc = RC_OK;

	if (m->subject.n == 0 || m->subject.n > MAIL_SUBJECT_MAX || m->body.n > MAIL_BODY_MAX || utf8_check(m->subject, &clean) != RC_OK || utf8_check_lines(m->body, &clean) != RC_OK) {
		rc_trail_clear();
		return FAIL(RC_SYNTAX, "a subject or words that a webhook cannot carry");
	}
	TRY(buf_add_c(&body, "{\"text\":\""));
	TRY(put_text(m->subject, &body));
	TRY(put_text(STR("\n"), &body));
	TRY(put_text(m->body, &body));
	TRY(buf_add_c(&body, "\"}"));
	TRY(buf_addf(ret, "POST " STR_FMT " HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n", STR_ARG(path), host, body.n));
	TRY(buf_add(ret, buf_str(&body)));
out:
	buf_free(&body);
	return rc;
}

enum rc
hook_answer(struct str came, int *ret_code)
{
	struct str line;
	const char *end = came.n ? memchr(came.p, '\n', came.n) : NULL;
	int64_t code;

	if (end == NULL)
		return came.n >= HOOK_ANSWER_MAX ? FAIL(RC_SYNTAX, "webhook: an answer without an end") : RC_NOTFOUND;
	line = str_sub(came, 0, (size_t)(end - came.p));
	if (line.n < 12 || !str_starts(line, STR("HTTP/1.")) || line.p[8] != ' ' || num_parse(str_sub(line, 9, 3), 100, 599, &code) != RC_OK) {
		rc_trail_clear();
		return FAIL(RC_SYNTAX, "webhook: not an answer of HTTP");
	}
	*ret_code = (int)code;
	return RC_OK;
}
