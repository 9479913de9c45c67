// SPDX-License-Identifier: Apache-2.0
#include "control/sudoers.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/test.h"

static struct arena arena = ARENA(256 << 20);

CASE(who_may_become_root) /*= O1-1-1 type=test */
{
	static const struct { const char *text; enum sudo_answer answer; bool no_password; } cases[] = {
		{ "", SUDO_NO, false }, { "alice ALL=(ALL:ALL) ALL", SUDO_ANY, false }, { "%sudo ALL=NOPASSWD: ALL", SUDO_ANY, true }, { "alice ALL = (bob) ALL", SUDO_NO, false },
		{ "alice ALL = (:adm) ALL", SUDO_NO, false }, { "alice db1 = ALL", SUDO_NO, false }, { "alice web1 = ALL", SUDO_ANY, false }, { "alice web1.example.org = ALL", SUDO_ANY, false },
		{ "ALL, !alice ALL = ALL", SUDO_NO, false }, { "!alice, ALL ALL = ALL", SUDO_ANY, false }, { "#1000 ALL = /bin/sh", SUDO_SOME, false },
		{ "alice ALL = NOPASSWD: /bin/a, PASSWD: /bin/b", SUDO_SOME, true }, { "alice ALL = ALL, !/bin/su", SUDO_ANY, false }, { "alice ALL = ALL\nalice ALL = !ALL", SUDO_NO, false },
		{ "+admins ALL = ALL", SUDO_UNSURE, false }, { "%:domain\\ admins ALL = ALL", SUDO_UNSURE, false }, { "alice 192.0.2.0/24 = ALL", SUDO_UNSURE, false },
		{ "Defaults !authenticate\nalice ALL = ALL", SUDO_ANY, true }, { "Defaults:alice !authenticate\nalice ALL = ALL", SUDO_ANY, true }, { "alice ALL = sudoedit /etc/motd", SUDO_SOME, false },
		{ "Defaults runas_default=bob\nalice ALL = ALL", SUDO_UNSURE, false }, { "alice ALL = \\\n  ALL # everything", SUDO_ANY, false }, { "# alice ALL = ALL", SUDO_NO, false },
		{ "User_Alias A = alice\nA ALL = (root) ALL", SUDO_ANY, false }, { "User_Alias A = B\nUser_Alias B = A\nA ALL = ALL", SUDO_UNSURE, false }, { "alice ALL = (ALL, !root) ALL", SUDO_NO, false },
		{ "Cmnd_Alias C = ALL\nalice ALL = C", SUDO_ANY, false }, { "alice ALL = sha256:00ff /bin/sh", SUDO_SOME, false }, { "nonsense\nalice ALL = ALL", SUDO_ANY, false },
		{ "alice ALL = (\"root\") ALL", SUDO_ANY, false }, { "\"alice\" ALL = ALL", SUDO_ANY, false }, { "alice ALL = db1 = ALL", SUDO_NO, false },
	};
	struct str groups[] = { STR("alice"), STR("sudo") };
	const struct account who = { .name = STR("alice"), .uid = 1000, .gid = 1000, .groups = groups, .groups_count = 2 };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sudo_right right;
		struct sudoers s;

		CHECK_OK(sudoers_parse(str_of(cases[i].text), &arena, &s));
		sudoers_right(&s, &who, STR("web1.example.org"), &right);
		if (right.answer != cases[i].answer || right.no_password != cases[i].no_password) {
			test_failures++;
			printf("%s: %d %d\n", cases[i].text, right.answer, right.no_password);
		}
	}
}

CASE(who_may_run_a_program) /*= O2-3-1 type=test */
{
	static const struct { const char *text, *path; enum sudo_answer answer; } cases[] = {
		{ "alice ALL = /usr/bin/reset", "/usr/bin/reset", SUDO_SOME }, { "alice ALL = /bin/reset", "/usr/bin/reset", SUDO_SOME }, /* one file by two names */
		{ "alice ALL = /usr/sbin/reset", "/sbin/reset", SUDO_SOME }, { "alice ALL = /bin/", "/usr/bin/reset", SUDO_SOME }, { "alice ALL = /usr/", "/usr/bin/reset", SUDO_NO },
		{ "alice ALL = ALL, !/bin/reset", "/usr/bin/reset", SUDO_NO }, { "alice ALL = /opt/x/reset", "/usr/bin/reset", SUDO_UNSURE }, /* perhaps a link to it */
		{ "alice ALL = /usr/bin/other", "/usr/bin/reset", SUDO_NO }, { "alice ALL = /usr/bin/re*", "/usr/bin/reset", SUDO_UNSURE },
	};
	const struct account who = { .name = STR("alice"), .uid = 1000, .gid = 1000 };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sudoers s;
		enum sudo_answer answer;

		CHECK_OK(sudoers_parse(str_of(cases[i].text), &arena, &s));
		answer = sudoers_may_run(&s, &who, STR("web1"), str_of(cases[i].path));
		if (answer != cases[i].answer) {
			test_failures++;
			printf("%s, %s: %d\n", cases[i].text, cases[i].path, answer);
		}
	}
}

CASE(hostile_texts)
{
	struct buf b = BUF(2 << 20);
	struct sudoers s;

	for (size_t i = 0; i < 1 << 20; i++)
		CHECK_OK(buf_add_byte(&b, 'a'));
	CHECK_OK(sudoers_parse(buf_str(&b), &arena, &s));
	CHECK(s.broken);
	buf_reset(&b);
	for (size_t i = 0; i < 30000; i++)
		CHECK_OK(buf_add(&b, STR("a b=c\n")));
	CHECK_RC(sudoers_parse(buf_str(&b), &arena, &s), RC_LIMIT);
	CHECK_OK(sudoers_parse((struct str){ "alice ALL=ALL\0", 14 }, &arena, &s));
	CHECK(s.broken == 1 && s.count == 0);
	CHECK_OK(sudoers_parse(STR("alice ALL = \"ALL"), &arena, &s));
	CHECK(s.broken == 1);
	CHECK_OK(sudoers_parse(STR("alice ALL = ALL \\"), &arena, &s));
	buf_free(&b);
}

static void
put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	if (fd >= 0)
		CHECK_INT(close(fd), 0);
}

/* Files that include each other end, and the way out of the tree is closed. */
CASE(includes_that_go_round)
{
	static const struct { const char *first, *second; bool loads; } cases[] = {
		{ "@include sudoers\n", "", false }, { "alice ALL = ALL\n@include other\n", "@include sudoers\n", false }, { "@include away\nalice ALL = ALL\n", "", true },
		{ "@include other\n", "alice ALL = ALL\n", true },
	};
	const struct account who = { .name = STR("alice"), .uid = 1000, .gid = 1000 };
	char folder[] = "/tmp/sudoers-XXXXXX", outside[] = "/tmp/outside-XXXXXX", here[256];
	int out = mkstemp(outside), was = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	CHECK(mkdtemp(folder) && out >= 0 && was >= 0 && write(out, "bob ALL = ALL\n", 14) == 14);
	CHECK(chdir(folder) == 0 && mkdir("root", 0700) == 0 && mkdir("root/etc", 0700) == 0 && symlink(outside, "root/etc/away") == 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct host *h = host_open_tree(folder);
		struct sudoers s = { 0 };
		struct sudo_right right = { 0 };
		enum rc rc;

		put("root/etc/sudoers", cases[i].first);
		put("root/etc/other", cases[i].second);
		rc = sudoers_load(h, "/etc/sudoers", STR("web1"), &arena, &s);
		if (cases[i].loads) {
			CHECK_OK(rc);
			sudoers_right(&s, &who, STR("web1"), &right);
			CHECK_INT(right.answer, SUDO_ANY);
			CHECK_INT(s.count, 1); /* nothing from outside */
		} else {
			CHECK(rc == RC_LIMIT || (rc == RC_OK && s.broken)); /* either is "not all could be seen" */
		}
		host_close(h);
	}
	(void)snprintf(here, sizeof(here), "%s", folder);
	CHECK(unlink("root/etc/sudoers") == 0 && unlink("root/etc/other") == 0 && unlink("root/etc/away") == 0 && rmdir("root/etc") == 0 && rmdir("root") == 0);
	CHECK(fchdir(was) == 0 && rmdir(here) == 0 && unlink(outside) == 0 && close(out) == 0 && close(was) == 0);
}

CASE(aliases_that_say_no)
{
	static const struct { const char *text; enum sudo_answer answer; } cases[] = {
		{ "User_Alias A = ALL, !alice\nA ALL = ALL", SUDO_NO }, { "User_Alias A = !alice\n!A ALL = ALL", SUDO_ANY }, { "Cmnd_Alias C = ALL, !/bin/su\nalice ALL = C", SUDO_ANY },
		{ "Runas_Alias R = ALL, !root\nalice ALL = (R) ALL", SUDO_NO }, { "Host_Alias H = ALL, !web1\nalice H = ALL", SUDO_NO }, { "User_Alias A = !A\nA ALL = ALL", SUDO_UNSURE },
	};
	const struct account who = { .name = STR("alice"), .uid = 1000, .gid = 1000 };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sudo_right right = { 0 };
		struct sudoers s;

		CHECK_OK(sudoers_parse(str_of(cases[i].text), &arena, &s));
		sudoers_right(&s, &who, STR("web1"), &right);
		if (right.answer != cases[i].answer) {
			test_failures++;
			printf("%s: %d\n", cases[i].text, right.answer);
		}
	}
}

TEST_MAIN
