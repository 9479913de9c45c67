// SPDX-License-Identifier: Apache-2.0
/* Addresses, answers and mails: what would end a line or a header never gets in; what waits survives a restart. */
#include "courier/hook.h"
#include "courier/smtp.h"

#include <string.h>
#include <unistd.h>

#include "base/mail_address.h"
#include "base/num.h"
#include "base/test.h"
#include "base/time_text.h"
#include "courier/mailbox.h"

CASE(an_address_has_no_sign_that_ends_it)
{
	static const char *const good[] = { "a@b.jp", "kouho+1@city.example.lg.jp", "x_y-z@192.example" };
	static const char *const bad[] = { "", "@", "a@", "@b", "a@b@c", "a b@c", "a@b\r\nRCPT TO:<x@y>", "a@b>", "<a@b", "a@b,c@d", "\"a\"@b", "a@-b", "a@b-", "-a@b", "a..b@c", ".a@b", "a.@b", "a@b.", "a@.b", "a@例え.jp", "a\n@b", "a;b@c:" };

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		CHECK(mail_address_ok(str_of(good[i])));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!mail_address_ok(str_of(bad[i])));
	CHECK(!mail_address_ok((struct str){ "a@b\0c", 5 }));
}

CASE(answers_are_read_whole_or_refused)
{
	struct smtp_reply r;

	CHECK_RC(smtp_reply_decode(STR(""), &r), RC_NOTFOUND);
	CHECK_RC(smtp_reply_decode(STR("250-a\r\n250"), &r), RC_NOTFOUND);
	CHECK_OK(smtp_reply_decode(STR("250-mail.example\r\n250-STARTTLS\r\n250 SIZE 1\r\n220 later"), &r));
	CHECK_INT(r.code, 250);
	CHECK(r.starttls);
	CHECK_STR(r.text, "SIZE 1");
	CHECK_OK(smtp_reply_decode(STR("250-x STARTTLS no\n250 ok\n"), &r));
	CHECK(!r.starttls);
	CHECK_OK(smtp_reply_decode(STR("354\r\n"), &r));
	CHECK_OK(smtp_reply_decode(STR("250-mail.example\r\n250-AUTH LOGIN plain\r\n250 8BITMIME\r\n"), &r));
	CHECK(r.auth_plain);
	CHECK_OK(smtp_reply_decode(STR("250-AUTHOR PLAIN\r\n250-AUTH LOGIN PLAINER\r\n250 AUTH\r\n"), &r));
	CHECK(!r.auth_plain);
	CHECK_RC(smtp_reply_decode(STR("250-a\r\n550 b\r\n"), &r), RC_SYNTAX);
	CHECK_RC(smtp_reply_decode(STR("SSH-2.0-x\r\n"), &r), RC_SYNTAX);
	CHECK_RC(smtp_reply_decode(STR("25 x\r\n"), &r), RC_SYNTAX);
	rc_trail_clear();
}

CASE(a_login_is_two_lines)
{
	static const char *const bad[] = { "", "user", "user\n", "user\n\n", "\npassword\n" };
	struct buf b = BUF(2048);

	CHECK_OK(smtp_auth_plain(STR("user\r\npass word\n"), &b));
	CHECK_STR(buf_str(&b), "AUTH PLAIN AHVzZXIAcGFzcyB3b3Jk"); /* RFC 4616: nobody, NUL, user, NUL, password */
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		buf_reset(&b);
		CHECK_RC(smtp_auth_plain(str_of(bad[i]), &b), RC_SYNTAX);
		CHECK_INT(b.n, 0);
	}
	CHECK_RC(smtp_auth_plain((struct str){ "us\0r\npass\n", 10 }, &b), RC_SYNTAX);
	buf_free(&b);
	rc_trail_clear();
}

CASE(a_mail_cannot_be_made_into_two)
{
	struct mail m = { 7, STR("a@b.jp"), STR("辻番: 至急の知らせがあります。画面で確かめてください。とても長い件名でも一行になります"), STR("一行目\n.\nBcc: x@y\n") };
	struct buf b = BUF(65536);

	CHECK_OK(smtp_message(&m, "t@c.jp", "c.jp", INT64_C(1795400000000000), &b));
	CHECK(strstr(buf_cstr(&b), "Date: Mon, 23 Nov 2026") != NULL);
	CHECK(strstr(buf_cstr(&b), "\r\nTo: <a@b.jp>\r\n") != NULL && strstr(buf_cstr(&b), "Bcc") == NULL);
	CHECK(b.n > 5 && strcmp(b.p + b.n - 5, "\r\n.\r\n") == 0);
	for (const char *line = buf_cstr(&b); *line; line = strchr(line, '\n') + 1)
		CHECK(strchr(line, '\n') - line <= 78);
	buf_reset(&b);
	m.subject = STR("x\r\nBcc: y@z");
	CHECK_RC(smtp_message(&m, "t@c.jp", "c.jp", 0, &b), RC_SYNTAX);
	m.subject = STR("x");
	m.to = STR("a@b.jp>\r\nRCPT TO:<z@z");
	CHECK_RC(smtp_message(&m, "t@c.jp", "c.jp", 0, &b), RC_SYNTAX);
	rc_trail_clear();
	buf_free(&b);
}

CASE(what_waits_survives_and_what_became_of_it_is_kept)
{
	struct mailbox *box = NULL;
	struct mail_put put = { { { 1, STR("a@b.jp"), STR("x"), STR("y") }, { 2, STR("c@d.jp"), STR("x"), STR("y") } }, 2 };
	struct mail_state state = { .sending = SENDING_OFF };
	struct arena a = ARENA(65536);
	struct mail m;
	char path[64], junk[80];
	int64_t tries;

	(void)snprintf(path, sizeof(path), "/tmp/mail-test-%d.db", (int)getpid());
	CHECK_OK(mailbox_open(path, &box));
	CHECK_OK(mailbox_put(box, &put, 100));
	mailbox_close(box);
	CHECK_OK(mailbox_open(path, &box));
	CHECK_OK(mailbox_put(box, &put, 200)); /* again: nothing new */
	CHECK_OK(mailbox_due(box, false, 100, &a, &m, &tries));
	CHECK_INT(m.id, 1);
	CHECK_OK(mailbox_set(box, 1, MAIL_WAITING, 1, 500, 100, STR("mail server: 450 later")));
	CHECK_OK(mailbox_due(box, false, 100, &a, &m, &tries));
	CHECK_INT(m.id, 2);
	CHECK_OK(mailbox_set(box, 2, MAIL_REFUSED, 1, 0, 100, STR("mail server: 550 nobody")));
	CHECK_RC(mailbox_due(box, false, 499, &a, &m, &tries), RC_NOTFOUND);
	CHECK_OK(mailbox_due(box, false, 500, &a, &m, &tries));
	CHECK_INT(tries, 1);
	CHECK_OK(mailbox_set(box, 1, MAIL_WAITING, 2, 900, 4 * DAY_US, STR("away"))); /* nobody took it for three days */
	CHECK_OK(mailbox_state(box, &a, &state));
	CHECK_INT(state.n, 2);
	CHECK_INT(state.waiting, 0);
	CHECK_INT(state.list[1].fate, MAIL_EXPIRED);
	CHECK_STR(state.list[0].trouble, "mail server: 550 nobody");
	mailbox_close(box);
	arena_free(&a);
	for (const char *const *end = (const char *const[]){ "", "-wal", "-shm", NULL }; *end; end++) {
		(void)snprintf(junk, sizeof(junk), "%s%s", path, *end);
		(void)unlink(junk);
	}
}

CASE(mails_over_the_wire)
{
	struct mail_put put = { { { 1, STR("a@b.jp"), STR("件名"), STR("本文\n") } }, 1 }, back;
	struct buf b = BUF(65536);

	CHECK_OK(mail_put_encode(&put, &b));
	CHECK_OK(mail_put_decode(buf_str(&b), &back));
	CHECK_STR(back.list[0].subject, "件名");
	put.list[0].to = STR("a@b\r\n");
	buf_reset(&b);
	CHECK_OK(mail_put_encode(&put, &b));
	CHECK_RC(mail_put_decode(buf_str(&b), &back), RC_SYNTAX);
	rc_trail_clear();
	buf_free(&b);
}

CASE(a_webhook_gets_text_and_nothing_else)
{
	static const char *const paths[] = { "", "hooks/x", "/a b", "/\x7f" };
	static const struct { const char *came; enum rc rc; int code; } answers[] = {
		{ "HTTP/1.1 200 OK\r\n", RC_OK, 200 }, { "HTTP/1.0 404\n", RC_OK, 404 }, { "HTTP/1.1 20", RC_NOTFOUND, 0 }, { "HTTP/2 200 OK\r\n", RC_SYNTAX, 0 }, { "HTTP/1.1 2x0 OK\r\n", RC_SYNTAX, 0 }, { "SSH-2.0-x\r\n", RC_SYNTAX, 0 },
	};
	struct mail m = { 7, STR(MAIL_HOOK), STR("a \"b\""), STR("c\\d\ne") };
	struct str path = STR_NONE;
	struct buf b = BUF(1 << 16);

	CHECK_OK(hook_path(STR("/hooks/x?y=1\r\n"), &path));
	CHECK_STR(path, "/hooks/x?y=1");
	CHECK_OK(hook_request(&m, "chat.example.jp", path, &b));
	CHECK_STR(buf_str(&b), "POST /hooks/x?y=1 HTTP/1.1\r\nHost: chat.example.jp\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: 47\r\nConnection: close\r\n\r\n"
		"{\"text\":\"a \\u0022b\\u0022\\u000ac\\u005cd\\u000ae\"}");
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		CHECK_RC(hook_path(str_of(paths[i]), &path), RC_SYNTAX);
	CHECK_OK(hook_path(STR("/a\r\nX: y"), &path)); /* only the first line of a file is read */
	CHECK_STR(path, "/a");
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		int code = 0;

		CHECK_RC(hook_answer(str_of(answers[i].came), &code), answers[i].rc);
		CHECK_INT(code, answers[i].code);
	}
	buf_free(&b);
	rc_trail_clear();
}

TEST_MAIN
