// SPDX-License-Identifier: Apache-2.0
/* Mails as RFC 5322 and 2045–2047 write them; answers as RFC 5321 does. */
#include "courier/smtp.h"

#include <string.h>

#include "base/mail_address.h"
#include "base/num.h"
#include "base/time_text.h"
#include "base/utf8.h"

#define WORD_BYTES 42 /* of text in one encoded word: 75 signs in all */
#define LINE_CHARS 76

/* ---- answers */

static bool
digit(char c, char least, char most)
{
	return c >= least && c <= most;
}

/* "AUTH LOGIN PLAIN"; some servers still write "AUTH=". */
static bool
offers_plain(struct str line)
{
	struct str word;

	if (line.n < 5 || strncasecmp(line.p, "AUTH", 4) != 0 || (line.p[4] != ' ' && line.p[4] != '='))
		return false;
	for (line = str_sub(line, 5, line.n); str_cut(&line, ' ', &word);)
		if (word.n == 5 && strncasecmp(word.p, "PLAIN", 5) == 0)
			return true;
	return false;
}

enum rc
smtp_reply_decode(struct str came, struct smtp_reply *ret)
{
	struct smtp_reply r = { .code = 0 };
	size_t at = 0;

	for (;;) {
		const char *end = at < came.n ? memchr(came.p + at, '\n', came.n - at) : NULL;
		struct str line, word;
		int code;

		if (end == NULL)
			return came.n >= SMTP_REPLY_MAX ? FAIL(RC_SYNTAX, "mail server: an answer without an end") : RC_NOTFOUND;
		line = str_sub(came, at, (size_t)(end - came.p) - at);
		at = (size_t)(end - came.p) + 1;
		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		if (at > SMTP_REPLY_MAX || line.n < 3 || !digit(line.p[0], '2', '5') || !digit(line.p[1], '0', '9') || !digit(line.p[2], '0', '9') || (line.n > 3 && line.p[3] != ' ' && line.p[3] != '-'))
			return FAIL(RC_SYNTAX, "mail server: not an answer of SMTP");
		code = (line.p[0] - '0') * 100 + (line.p[1] - '0') * 10 + line.p[2] - '0';
		if (r.code && code != r.code)
			return FAIL(RC_SYNTAX, "mail server: an answer of two codes");
		r.code = code;
		r.text = line.n > 4 ? str_sub(line, 4, line.n) : STR_NONE;
		word = str_trim(r.text);
		r.starttls |= word.n == 8 && strncasecmp(word.p, "STARTTLS", 8) == 0;
		r.auth_plain |= offers_plain(word);
		if (line.n == 3 || line.p[3] == ' ')
			break;
	}
	r.bytes = at;
	*ret = r;
	return RC_OK;
}

/* ---- mails */

/* Encoded words of whole characters, a line each. */
static enum rc
put_subject(struct str s, struct buf *ret)
{
	enum rc rc = RC_OK;

	TRY(buf_add_c(ret, "Subject:"));
	while (s.n) {
		size_t n = s.n < WORD_BYTES ? s.n : WORD_BYTES;

		while (n && n < s.n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
			n--;
		TRY(buf_add_c(ret, " =?UTF-8?B?"));
		TRY(base64_encode(ret, str_sub(s, 0, n)));
		s = str_sub(s, n, s.n);
		TRY(buf_add_c(ret, s.n ? "?=\r\n" : "?="));
	}
	TRY(buf_add_c(ret, "\r\n"));
out:
	return rc;
}

/* Lines end with CRLF before they are encoded. */
static enum rc
put_body(struct str s, struct buf *ret)
{
	struct buf lines = BUF(65536), text = BUF(65536 * 2);
	enum rc rc = RC_OK;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\n')
			TRY(buf_add_byte(&lines, '\r'));
		TRY(buf_add_byte(&lines, (uint8_t)s.p[i]));
	}
	TRY(buf_add_c(&lines, "\r\n"));
	TRY(base64_encode(&text, buf_str(&lines)));
	for (size_t at = 0; at < text.n; at += LINE_CHARS) {
		TRY(buf_add(ret, str_sub(buf_str(&text), at, LINE_CHARS)));
		TRY(buf_add_c(ret, "\r\n"));
	}
out:
	buf_free(&lines);
	buf_free(&text);
	return rc;
}

enum rc
smtp_message(const struct mail *m, const char *from, const char *host, int64_t now_us, struct buf *ret)
{
	static const char *const days[] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	struct civil t = time_civil(now_us);
	struct text clean;
	enum rc rc = RC_OK;

	if (!mail_address_ok(m->to) || !mail_address_ok(str_of(from)))
		return FAIL(RC_SYNTAX, "not an address that mail can be sent to or from");
	if (m->subject.n == 0 || m->subject.n > MAIL_SUBJECT_MAX || m->body.n > MAIL_BODY_MAX || utf8_check(m->subject, &clean) != RC_OK || utf8_check_lines(m->body, &clean) != RC_OK) {
		rc_trail_clear();
		return FAIL(RC_SYNTAX, "a subject or body that mail cannot carry");
	}
	TRY(buf_addf(ret, "Date: %s, %d %s %d %02d:%02d:%02d +0900\r\n", days[((now_us + 9 * HOUR_US) / DAY_US) % 7], t.day, months[(t.month - 1) % 12], t.year, t.hour, t.minute, t.second));
	TRY(buf_addf(ret, "From: <%s>\r\nTo: <" STR_FMT ">\r\n", from, STR_ARG(m->to)));
	TRY(put_subject(m->subject, ret));
	TRY(buf_addf(ret, "Message-ID: <tsujiban.%llu@%s>\r\n", (unsigned long long)m->id, host));
	TRY(buf_add_c(ret, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"));
	TRY(put_body(m->body, ret));
	TRY(buf_add_c(ret, ".\r\n"));
out:
	return rc;
}

enum rc
smtp_auth_plain(struct str login, struct buf *ret)
{
	struct buf plain = BUF(1024);
	struct str user = STR_NONE, password = STR_NONE;
	enum rc rc = RC_OK;

	if (!str_line(&login, &user) || !str_line(&login, &password) || user.n == 0 || password.n == 0 || user.n > 255 || password.n > 255 || memchr(user.p, '\0', user.n) || memchr(password.p, '\0', password.n))
		return FAIL(RC_SYNTAX, "mail_login: its first line is the user, its second the password");
	TRY(buf_add_byte(&plain, 0)); /* nobody but himself */
	TRY(buf_add(&plain, user));
	TRY(buf_add_byte(&plain, 0));
	TRY(buf_add(&plain, password));
	TRY(buf_add_c(ret, "AUTH PLAIN "));
	TRY(base64_encode(ret, buf_str(&plain)));
out:
	if (plain.n)
		wipe(plain.p, plain.n);
	buf_free(&plain);
	return rc;
}
