// SPDX-License-Identifier: Apache-2.0
#include "control/sudoers.h"

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

TEST_MAIN
