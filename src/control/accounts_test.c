// SPDX-License-Identifier: Apache-2.0
#include "control/accounts.h"

#include <utmp.h>

#include "base/test.h"
#include "base/time_text.h"

static struct arena arena = ARENA(64 << 20);

CASE(passwd_shadow_group)
{
	static const char passwd[] = "root:x:0:0:root:/root:/bin/bash\nalice:x:1000:1000::/home/alice:/bin/bash\nold:x:1001:1001::/home/old:/usr/sbin/nologin\n\n# c\n+nis\nbad:x:no:1::/:/bin/sh\n"
				     "alice:x:7:7::/:/bin/sh\nhere:$y$abc:1003:1003::/:/bin/sh\nnobodyelse:x:1004:1004::/:\n";
	static const char group[] = "root:x:0:\nsudo:x:27:alice,old\nalice:x:1000:\nbroken\n";
	const struct str shadow = STR("root:*:19000:0:99999:7:::\nalice:$y$j9T$x$y:19000:0:99999:7::20000:\nold:!$y$x:19000:0:99999:7:::\nalice::1::::::\n");
	const struct account *a;
	struct accounts all;

	CHECK_OK(accounts_parse(str_of(passwd), &shadow, str_of(group), &arena, &all));
	CHECK_INT(all.count, 5);
	a = account_named(&all, STR("alice"));
	CHECK(a && a->uid == 1000 && a->password == PASSWORD_SET && a->shell_opens && account_in(a, STR("sudo")) && account_in(a, STR("alice")) && a->groups_count == 2);
	CHECK(!account_expired(a, INT64_C(20000) * DAY_US - 1) && account_expired(a, INT64_C(20000) * DAY_US));
	CHECK(account_named(&all, STR("root"))->password == PASSWORD_LOCKED && !account_expired(account_named(&all, STR("root")), INT64_MAX));
	CHECK(account_named(&all, STR("old"))->password == PASSWORD_LOCKED && !account_named(&all, STR("old"))->shell_opens);
	CHECK(account_named(&all, STR("here"))->password == PASSWORD_SET);
	CHECK(account_named(&all, STR("nobodyelse"))->password == PASSWORD_LOCKED && account_named(&all, STR("nobodyelse"))->shell_opens);
	CHECK_OK(accounts_parse(str_of(passwd), NULL, str_of(group), &arena, &all));
	CHECK(account_named(&all, STR("alice"))->password == PASSWORD_UNSEEN);
}

/* What getent(1) shows of each: glibc skips blanks before the name, the numbers and a member, and needs no last fields. */
CASE(lines_as_glibc_takes_them)
{
	static const char *const roots[] = { "bd:x: 0:0::/root:/bin/bash\n", "bd:x:+0:0::/root:/bin/bash\n", " bd:x:0:0::/root:/bin/bash\n", "bd:x:0:0::/root\n", "bd:x:0:+0::/root:/bin/bash\n", "bd:x:00:0\n", "bd:x:-0:0::/root:/bin/bash\n" };
	static const char *const groups[] = { "sudo:x:27:alice, bd\n", " sudo:x:27:bd\n", "sudo:x: 27:bd\n", "sudo:x:+27: bd\n" };
	static const char *const odd[] = { "bd:x\n", "bd:x:0x0:0::/root:/bin/bash\n", "+bd::::::\n", ":x:0:0::/root:/bin/bash\n" };
	const struct str shadow = STR(" bd:$y$j9T$x$y:20000:0:99999\n");
	const struct account *a;
	struct accounts all;

	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
		CHECK_OK(accounts_parse(str_of(roots[i]), &shadow, STR(""), &arena, &all));
		a = account_named(&all, STR("bd"));
		CHECK(a && a->uid == 0 && a->password == PASSWORD_SET && a->shell_opens && !all.elsewhere);
	}
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		CHECK_OK(accounts_parse(STR("bd:x:5:5::/:/bin/sh\n"), &shadow, str_of(groups[i]), &arena, &all));
		a = account_named(&all, STR("bd"));
		CHECK(a && account_in(a, STR("sudo")));
	}
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) { /* nobody of that name here; and nothing passes for it */
		CHECK_OK(accounts_parse(str_of(odd[i]), &shadow, STR(""), &arena, &all));
		CHECK(all.elsewhere);
	}
	CHECK_OK(accounts_parse(STR("bd:x:5:5::/:/usr/local/sbin/nologin\n"), &shadow, STR(""), &arena, &all));
	CHECK(account_named(&all, STR("bd"))->shell_opens); /* of such a name alone */
}

#define ED "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g"
#define SK "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gAAAABHNzaDo="

struct seen { size_t count; struct key last; };

static enum rc
count(void *context, const struct key *k)
{
	struct seen *s = context;

	s->count++;
	s->last = *k;
	return RC_OK;
}

CASE(keys)
{
	static const struct { const char *line; bool usable; const char *from; bool authority, forced, verify, token; } cases[] = {
		{ ED, true, "", false, false, false, false }, { ED " comment here", true, "", false, false, false, false }, { "  \t" ED, true, "", false, false, false, false },
		{ "# " ED, false, NULL, false, false, false, false }, { "from=\"192.0.2.0/24,!192.0.2.9\",command=\"/bin/x \\\"y z\\\"\",no-pty " ED, true, "192.0.2.0/24,!192.0.2.9", false, true, false, false },
		{ "cert-authority " ED, true, "", true, false, false, false }, { "VERIFY-REQUIRED " SK " x", true, "", false, false, true, true }, { "new-option=3 " ED, true, "", false, false, false, false },
		{ "from=\"192.0.2.1 " ED, false, NULL, false, false, false, false }, { "ssh-ed25519 !!!!", false, NULL, false, false, false, false }, { "ssh-ed25519", false, NULL, false, false, false, false },
		{ "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g", false, NULL, false, false, false, false }, { "nonsense", false, NULL, false, false, false, false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct seen s = { 0 };

		CHECK_OK(keys_parse(str_of(cases[i].line), count, &s));
		if ((s.count == 1) != cases[i].usable || (s.count && (!str_eq_c(s.last.from, cases[i].from) || s.last.authority != cases[i].authority || s.last.forced != cases[i].forced ||
		    s.last.verify != cases[i].verify || s.last.on_token != cases[i].token))) {
			test_failures++;
			printf("%s: %zu\n", cases[i].line, s.count);
		}
	}
}

CASE(a_key_with_a_long_comment)
{
	static char line[40000];
	struct seen s = { 0 };

	memset(line, 'x', sizeof(line));
	memcpy(line, ED " ", sizeof(ED));
	CHECK_OK(keys_parse((struct str){ line, sizeof(line) }, count, &s));
	CHECK_INT(s.count, 1);
}

CASE(keys_that_end)
{
	static const struct { const char *line; int64_t at; } cases[] = {
		{ "expiry-time=\"20260101Z\" " ED, INT64_C(1767225600) * SECOND_US }, { "expiry-time=\"20260101090000\" " ED, INT64_C(1767225600) * SECOND_US }, { "expiry-time=\"soon\" " ED, 1 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct seen s = { 0 };

		CHECK_OK(keys_parse(str_of(cases[i].line), count, &s));
		CHECK_INT(s.last.expires_us, cases[i].at);
	}
}

CASE(where_keys_are)
{
	const struct account a = { .name = STR("alice"), .uid = 1000, .home = STR("/home/alice") };

	CHECK_STR(keys_path(STR(".ssh/authorized_keys"), &a, &arena), "/home/alice/.ssh/authorized_keys");
	CHECK_STR(keys_path(STR("/etc/keys/%u-%U%%"), &a, &arena), "/etc/keys/alice-1000%");
	CHECK_STR(keys_path(STR("%h/k"), &a, &arena), "/home/alice/k");
	CHECK_STR(keys_path(STR("/%x"), &a, &arena), "");
}

CASE(sign_ins) /*= S-3-2 type=test */
{
	struct utmp u[4] = { { .ut_type = USER_PROCESS, .ut_user = "alice", .ut_tv = { .tv_sec = 500 } }, { .ut_type = USER_PROCESS, .ut_user = "alice", .ut_tv = { .tv_sec = 400 } },
		{ .ut_type = USER_PROCESS, .ut_user = "alice", .ut_tv = { .tv_sec = 2000 } }, { .ut_type = BOOT_TIME, .ut_user = "reboot", .ut_tv = { .tv_sec = 300 } } };
	struct lastlog l[3] = { { .ll_time = 0 }, { .ll_time = 600 }, { .ll_time = 2000 } };
	const struct account alice = { .name = STR("alice"), .uid = 0 }, bob = { .name = STR("bob"), .uid = 1 }, carol = { .name = STR("carol"), .uid = 2 }, far = { .name = STR("far"), .uid = 3 };
	struct sign_ins s = { .lastlog = BUF(4096) };

	wtmp_names_feed(&s, (struct str){ (const char *)u, sizeof(u) - 7 }, &arena, 1000 * SECOND_US); /* the last is cut */
	CHECK(s.future && s.count == 1);
	CHECK_OK(buf_add(&s.lastlog, (struct str){ (const char *)l, sizeof(l) }));
	CHECK_INT(signed_in_at(&s, &alice, 1000 * SECOND_US), 500 * SECOND_US);
	CHECK_INT(signed_in_at(&s, &bob, 1000 * SECOND_US), 600 * SECOND_US);
	CHECK_INT(signed_in_at(&s, &carol, 1000 * SECOND_US), 0); /* from the future: not believed */
	CHECK_INT(signed_in_at(&s, &far, 1000 * SECOND_US), 0);
	buf_free(&s.lastlog);
}

TEST_MAIN
