// SPDX-License-Identifier: Apache-2.0
#include "control/sshd_config.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/test.h"

static struct arena arena = ARENA(64 << 20);

static struct sshd_settings
settings(const char *text, const char *user, const char *address, const char *group)
{
	static struct str groups[1];
	struct sshd_peer p = { .user = str_of(user), .address = str_of(address), .host = str_of(address), .local_port = 22, .groups = groups, .groups_count = group != NULL };
	struct sshd_settings s = { 0 };
	struct sshd_config c;

	groups[0] = str_of(group);
	CHECK_OK(sshd_config_parse(str_of(text), &arena, &c));
	CHECK_OK(sshd_config_for(&c, user ? &p : NULL, &s));
	return s;
}

CASE(first_value_wins_and_match_overrides)
{
	static const char text[] = "PasswordAuthentication yes\npasswordauthentication NO\nPort 22\nPort=2222\nMatch User alice,bob\n PasswordAuthentication no\n PermitRootLogin Prohibit-Password\n"
				   "Match Address 192.0.2.0/24,!192.0.2.7\nAuthenticationMethods publickey,password\nMatch all\nPermitRootLogin no\nPasswordAuthentication yes\n";
	struct sshd_settings s = settings(text, NULL, NULL, NULL);

	CHECK(sshd_yes(&s, SSHD_PASSWORD));
	CHECK_INT(s.counts[SSHD_PORT], 2);
	CHECK_STR(sshd_value(&s, SSHD_ROOT), "no"); /* Match all is in force for the service, too */
	s = settings(text, "alice", "192.0.2.8", NULL);
	CHECK(!sshd_yes(&s, SSHD_PASSWORD));
	CHECK_STR(sshd_value(&s, SSHD_ROOT), "without-password");
	CHECK_STR(sshd_value(&s, SSHD_METHODS), "publickey,password");
	s = settings(text, "carol", "192.0.2.7", NULL);
	CHECK(sshd_yes(&s, SSHD_PASSWORD));
	CHECK_STR(sshd_value(&s, SSHD_METHODS), "any");
}

CASE(what_sshd_refuses)
{
	static const char *const bad[] = { "Nonsense yes", "PasswordAuthentication maybe", "PasswordAuthentication yes no", "Port", "Port 0", "Port 70000", "Match", "Match User", "Match all User x",
		"Match User x\nPort 22", "Match Address 192.0.2.1/24", "Match nobody", "AllowUsers a@192.0.2.1/24", "AuthenticationMethods any publickey", "AuthenticationMethods x",
		"Banner \"open", "Include", "PermitRootLogin true", "Match LocalPort x", "AuthenticationMethods publickey,", "ForceCommand",
		"PubkeyAuthentication no\nAuthenticationMethods publickey", "AuthorizedKeysCommand /x", "AddressFamily inet\nListenAddress ::1", "AuthenticationMethods publickey\nAuthenticationMethods any" };
	static const char *const good[] = { "", "# x", "\n\n  \t\n", "PORT = 22", "Port \"22\"", "Match User x # c\nX11Forwarding no", "\"Port\" 22", "DenyUsers # x", "Protocol 1,2 3", "Port=22 # x",
		"Match all # x", "ForceCommand echo # this stays" };
	struct sshd_config c;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (sshd_config_parse(str_of(bad[i]), &arena, &c) != RC_SYNTAX) {
			test_failures++;
			printf("taken: %s\n", bad[i]);
		}
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (sshd_config_parse(str_of(good[i]), &arena, &c) != RC_OK) {
			test_failures++;
			printf("refused: %s (%s)\n", good[i], rc_trail());
		}
	CHECK_RC(sshd_config_parse((struct str){ "Port 22\0", 8 }, &arena, &c), RC_SYNTAX);
}

CASE(who_may_try)
{
	static const struct { const char *text, *user, *address, *group; bool allowed; } cases[] = {
		{ "", "a", "192.0.2.1", NULL, true },
		{ "AllowUsers a@192.0.2.0/24 b", "a", "192.0.2.1", NULL, true }, { "AllowUsers a@192.0.2.0/24 b", "a", "198.51.100.1", NULL, false },
		{ "AllowUsers a@192.0.2.0/24,!192.0.2.1", "a", "192.0.2.1", NULL, false }, { "AllowUsers *", "a", "::1", NULL, true },
		{ "AllowUsers a\nDenyUsers a*", "a", "::1", NULL, false }, { "AllowGroups sudo", "a", "::1", NULL, false }, { "AllowGroups s?do", "a", "::1", "sudo", true },
		{ "DenyGroups *", "a", "::1", "sudo", false }, { "AllowUsers a@192.0.2.*", "a", "192.0.2.77", NULL, true }, { "AllowUsers A", "a", "::1", NULL, false },
		{ "AllowUsers b\nMatch User a\nAllowUsers a", "a", "::1", NULL, true }, /* a block's list takes the place of the other */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str group = str_of(cases[i].group);
		struct sshd_peer p = { .user = str_of(cases[i].user), .address = str_of(cases[i].address), .groups = &group, .groups_count = cases[i].group != NULL };
		struct sshd_settings s = settings(cases[i].text, cases[i].user, cases[i].address, cases[i].group);

		if (sshd_lets_in(&s, &p) != cases[i].allowed) {
			test_failures++;
			printf("%s: %s from %s\n", cases[i].text, cases[i].user, cases[i].address);
		}
	}
}

CASE(ways_in)
{
	struct str ways[SSHD_WAYS_MAX];
	struct sshd_settings s = settings("", "a", "::1", NULL);

	CHECK_INT(sshd_ways(&s, ways), 3);
	s = settings("AuthenticationMethods publickey,keyboard-interactive:pam gssapi-with-mic publickey,password\nPasswordAuthentication no", "a", "::1", NULL);
	CHECK_INT(sshd_ways(&s, ways), 1);
	CHECK_STR(ways[0], "publickey,keyboard-interactive:pam");
	s = settings("AuthenticationMethods publickey\nMatch User a\nPubkeyAuthentication no", "a", "::1", NULL);
	CHECK_INT(sshd_ways(&s, ways), 0);
	s = settings("Ciphers -aes*,chacha20*\nMACs +hmac-md5\nKexAlgorithms ^diffie-hellman-group1-sha1", NULL, NULL, NULL);
	CHECK_STR(sshd_algorithms(&s, SSHD_CIPHERS, &arena), "");
	CHECK(str_ends(sshd_algorithms(&s, SSHD_MACS, &arena), STR(",hmac-sha1,hmac-md5")));
	CHECK(str_starts(sshd_algorithms(&s, SSHD_KEX, &arena), STR("diffie-hellman-group1-sha1,sntrup")));
}

struct tally { size_t all, with_password; };

static enum rc
tally(void *context, const struct sshd_peer *p, const struct sshd_settings *s)
{
	struct tally *t = context;

	(void)p;
	t->all++;
	t->with_password += sshd_yes(s, SSHD_PASSWORD);
	return RC_OK;
}

CASE(every_place_that_makes_a_difference)
{
	const struct sshd_peer who = { .user = STR("a") };
	static const char *const odd[] = { "Match Address 192.0.2.*\nX11Forwarding no", "Match Host *.example.org\nX11Forwarding no", "Match RDomain x\nX11Forwarding no",
		"UseDNS yes\nMatch Host example.org\nX11Forwarding no" };
	struct sshd_config c;
	struct tally t = { 0 };

	CHECK_OK(sshd_config_parse(STR("PasswordAuthentication no\nMatch Address 192.0.2.64/26,!192.0.2.100\nPasswordAuthentication yes\n"), &arena, &c));
	CHECK_OK(sshd_config_each(&c, &who, tally, &t));
	CHECK_INT(t.all, 9); /* 63 64 127 128, 99 100 101, and one of nowhere in each family */
	CHECK_INT(t.with_password, 4);
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		CHECK_OK(sshd_config_parse(str_of(odd[i]), &arena, &c));
		CHECK_RC(sshd_config_each(&c, &who, tally, &t), RC_LIMIT);
	}
}

CASE(patterns_and_addresses)
{
	struct prefix a, b;

	CHECK(pattern_matches(STR("sudo"), STR("s*o")) && pattern_matches(STR(""), STR("**")) && !pattern_matches(STR("sudo"), STR("s?o")) && pattern_matches(STR("aXbXc"), STR("a*b*c")));
	CHECK_INT(pattern_list(STR("a"), STR("b,!a,a"), false), LISTED_AGAINST);
	CHECK_INT(pattern_list(STR("a"), STR("b,A"), true), LISTED);
	CHECK_INT(pattern_list(STR("a"), STR("!b"), false), LISTED_NOT);
	CHECK_OK(prefix_parse(STR("::ffff:192.0.2.0/120"), &a));
	CHECK_OK(prefix_parse(STR("192.0.2.0/24"), &b));
	CHECK(!prefix_holds(&a, &b));
	prefix_unmap(&a);
	CHECK(prefix_holds(&a, &b) && prefix_holds(&b, &a));
	CHECK_STR(prefix_text(&a, &arena), "192.0.2.0/24");
	CHECK_RC(prefix_parse(STR("192.0.2.1/24"), &a), RC_LIMIT);
	CHECK_RC(prefix_parse(STR("192.0.2.0/33"), &a), RC_LIMIT);
	CHECK_RC(prefix_parse(STR("192.0.2.0/x"), &a), RC_SYNTAX);
	CHECK_RC(prefix_parse(STR(""), &a), RC_SYNTAX);
	CHECK_OK(prefix_parse(STR("::/0"), &a));
	CHECK(a.is6 && a.bits == 0);
}

CASE(long_and_deep)
{
	struct buf b = BUF(2 << 20);
	struct sshd_config c;
	struct sshd_settings s;

	for (size_t i = 0; i < 1 << 20; i++)
		CHECK_OK(buf_add_byte(&b, 0x78));
	CHECK_RC(sshd_config_parse(buf_str(&b), &arena, &c), RC_SYNTAX);
	buf_reset(&b);
	CHECK_OK(buf_add(&b, STR("AllowUsers")));
	for (size_t i = 0; i < 100000; i++)
		CHECK_OK(buf_add(&b, STR(" a")));
	CHECK_RC(sshd_config_parse(buf_str(&b), &arena, &c), RC_LIMIT);
	buf_reset(&b);
	for (size_t i = 0; i < 30000; i++)
		CHECK_OK(buf_add(&b, STR("Port 1\n")));
	CHECK_RC(sshd_config_parse(buf_str(&b), &arena, &c), RC_LIMIT);
	(void)s;
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

/* Includes that go round are refused as sshd refuses them; what the running sshd was given otherwise is said. */
CASE(files_and_the_running_sshd)
{
	static const char *const paths[] = { "root/proc/77/cmdline", "root/run/sshd.pid", "root/etc/ssh/sshd_config", "root/etc/ssh/b", "stat" };
	static const char *const folders[] = { "root", "root/etc", "root/etc/ssh", "root/run", "root/proc", "root/proc/77" };
	static const struct { const char *config, *b, *title, *stat; enum rc rc; bool otherwise, changed; } cases[] = {
		{ "Include b\n", "Port 22\n", "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups", "20 /run/sshd.pid\n10 /etc/ssh/sshd_config\n10 /etc/ssh/b\n", RC_OK, false, false },
		{ "Include b\n", "Port 22\n", "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups", "20 /run/sshd.pid\n10 /etc/ssh/sshd_config\n30 /etc/ssh/b\n", RC_OK, false, true },
		{ "Include b\n", "Port 22\n", "sshd: /usr/sbin/sshd -D -f /x [listener] 0 of 10-100 startups", "20 /run/sshd.pid\n10 /etc/ssh/sshd_config\n10 /etc/ssh/b\n", RC_OK, true, false },
		{ "Include b\n", "Port 22\n", "another", "20 /run/sshd.pid\n30 /etc/ssh/sshd_config\n10 /etc/ssh/b\n", RC_OK, false, false },
		{ "Include sshd_config\n", "", "", "", RC_SYNTAX, false, false }, { "Include b\n", "Include sshd_config\n", "", "", RC_SYNTAX, false, false },
	};
	char folder[] = "/tmp/sshd-XXXXXX";
	int was = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	CHECK(was >= 0 && mkdtemp(folder) && chdir(folder) == 0);
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		CHECK_INT(mkdir(folders[i], 0700), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sshd_config c = { 0 };
		struct host *h;

		put(paths[0], cases[i].title);
		put(paths[1], "77\n");
		put(paths[2], cases[i].config);
		put(paths[3], cases[i].b);
		put(paths[4], cases[i].stat);
		h = host_open_tree(folder);
		CHECK_RC(sshd_config_load(h, "/etc/ssh/sshd_config", &arena, &c), cases[i].rc);
		CHECK(c.started_otherwise == cases[i].otherwise && c.changed_since == cases[i].changed);
		host_close(h);
	}
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		CHECK_INT(unlink(paths[i]), 0);
	for (size_t i = sizeof(folders) / sizeof(folders[0]); i > 0; i--)
		CHECK_INT(rmdir(folders[i - 1]), 0);
	CHECK(fchdir(was) == 0 && rmdir(folder) == 0 && close(was) == 0);
}

TEST_MAIN
