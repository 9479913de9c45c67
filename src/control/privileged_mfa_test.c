// SPDX-License-Identifier: Apache-2.0
#include "control/people_test.h"

#include "control/pam_stage.h"

extern const struct control control_privileged_mfa;

CASE(machines) /*= O1-1-1 type=test */
{
	static const struct people_case cases[] = {
		{ "accounts/cut", { NULL }, VERDICT_UNKNOWN, MSG_PEOPLE_EMPTY_LIST }, /* no list proves nothing, whatever is declared */
		{ "silent", { NULL }, VERDICT_UNKNOWN, MSG_PEOPLE_NO_ANSWER }, /* the machine did not answer */
		{ "hostile", { NULL }, VERDICT_UNKNOWN, MSG_PEOPLE_NO_ANSWER },
		{ "container", { NULL }, VERDICT_UNKNOWN, MSG_PEOPLE_NO_ANSWER }, /* no passwd was recorded */
		{ "accounts/fresh", { NULL }, VERDICT_UNKNOWN, MSG_PRIVILEGED_NO_WAY }, /* root has no key and its password does not count over ssh */
		{ "accounts/kept", { NULL }, VERDICT_PASS, MSG_PRIVILEGED_TWO_KINDS }, /* key and password */
		{ "accounts/broken", { NULL }, VERDICT_FAIL, MSG_PRIVILEGED_PASSWORD_ONLY },
		{ "accounts/shared", { NULL }, VERDICT_FAIL, MSG_PRIVILEGED_KEY_ONLY }, /* touched, not verified */
	};

	PEOPLE_TABLE(&control_privileged_mfa, cases);
}

#define TITLE "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups"
#define TOKEN "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABHNzaDo= taro\n"
#define PLAIN "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA taro\n"

/* One administrator, taro, with a password and a token whose PIN is asked for. */
CASE(ways_that_are_easily_missed) /*= O1-1-1 type=test */
{
	static const struct { const char *config, *second, *sudoers, *other_keys; enum verdict verdict; uint16_t message; } cases[] = {
		{ "PasswordAuthentication no\nKbdInteractiveAuthentication no\nPubkeyAuthOptions verify-required\n", NULL, "taro ALL=(ALL) ALL\n", NULL, VERDICT_PASS, MSG_PRIVILEGED_TWO_KINDS },
		/* touched twice is not verified */
		{ "PasswordAuthentication no\nKbdInteractiveAuthentication no\nPubkeyAuthOptions touch-required touch-required\n", NULL, "taro ALL=(ALL) ALL\n", NULL, VERDICT_FAIL, MSG_PRIVILEGED_KEY_ONLY },
		/* a key that counts from some addresses only */
		{ "PasswordAuthentication no\nKbdInteractiveAuthentication no\nPubkeyAuthOptions verify-required\nMatch Address 198.51.100.0/24\nAuthorizedKeysFile /etc/ssh/%u.keys\n", NULL, "taro ALL=(ALL) ALL\n", PLAIN,
		    VERDICT_FAIL, MSG_PRIVILEGED_KEY_ONLY },
		/* perhaps no administrator at all: no fact against him */
		{ "UsePAM no\nPasswordAuthentication yes\nKbdInteractiveAuthentication no\nPubkeyAuthentication no\n", NULL, "+admins ALL=(ALL) ALL\n", NULL, VERDICT_UNKNOWN, MSG_PEOPLE_UNSURE },
		{ "UsePAM no\nPasswordAuthentication yes\nKbdInteractiveAuthentication no\nPubkeyAuthentication no\n", NULL, "taro ALL=(ALL) ALL\n", NULL, VERDICT_FAIL, MSG_PRIVILEGED_PASSWORD_ONLY },
		/* two sshd: what PAM asks says nothing of the one that does not ask it */
		{ "UsePAM yes\nPasswordAuthentication no\nKbdInteractiveAuthentication yes\nPubkeyAuthentication no\n", "UsePAM no\nPasswordAuthentication yes\nPubkeyAuthentication no\n", "taro ALL=(ALL) ALL\n", NULL,
		    VERDICT_UNKNOWN, MSG_PEOPLE_UNSURE },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct stage s;
		struct trial t;

		stage_begin(&s, "");
		stage_put(&s, "/root/usr/sbin/sshd", "");
		stage_put(&s, "/root/usr/bin/sudo", "");
		stage_put(&s, "/root/proc/1/cmdline", "/sbin/init");
		stage_put(&s, "/root/proc/100/cmdline", TITLE);
		if (cases[i].second) {
			stage_put(&s, "/root/proc/200/cmdline", "sshd: /usr/sbin/sshd -Df /srv/two [listener] 0 of 10-100 startups");
			stage_put(&s, "/root/srv/two", cases[i].second);
		}
		stage_put(&s, "/root/etc/pam.d/sshd", "auth required pam_unix.so\nauth required pam_google_authenticator.so\n");
		stage_put(&s, "/root/etc/ssh/sshd_config", cases[i].config);
		stage_put(&s, "/root/etc/sudoers", cases[i].sudoers);
		stage_put(&s, "/root/etc/passwd", "root:x:0:0:root:/root:/usr/sbin/nologin\ntaro:x:1000:1000::/home/taro:/bin/bash\n");
		stage_put(&s, "/root/etc/shadow", "root:*:20000:0:99999:7:::\ntaro:$y$j9T$none$none:20000:0:99999:7:::\n");
		stage_put(&s, "/root/etc/group", "root:x:0:\ntaro:x:1000:\n");
		stage_put(&s, "/root/home/taro/.ssh/authorized_keys", TOKEN);
		if (cases[i].other_keys)
			stage_put(&s, "/root/etc/ssh/taro.keys", cases[i].other_keys);
		stage_look(&s, &t, &control_privileged_mfa);
		if (t.finding.verdict != cases[i].verdict || t.finding.message != cases[i].message) {
			test_failures++;
			printf("case %zu: %d %u, want %d %u [%s]\n", i, t.finding.verdict, t.finding.message, cases[i].verdict, cases[i].message, t.looked ? rc_trail() : "");
		}
		trial_end(&t);
		stage_end(&s);
	}
}

CASE(root_by_forced_commands_only) /*= O1-1-1 type=test */
{
	static const struct { const char *key; enum verdict verdict; uint16_t message; } cases[] = {
		{ PLAIN, VERDICT_UNKNOWN, MSG_PRIVILEGED_NO_WAY }, /* sshd does not take it */
		{ "command=\"/usr/bin/backup\" " PLAIN, VERDICT_FAIL, MSG_PRIVILEGED_KEY_ONLY },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct stage s;
		struct trial t;

		stage_begin(&s, "");
		stage_put(&s, "/root/usr/sbin/sshd", "");
		stage_put(&s, "/root/proc/1/cmdline", "/sbin/init");
		stage_put(&s, "/root/proc/100/cmdline", TITLE);
		stage_put(&s, "/root/etc/ssh/sshd_config", "PermitRootLogin forced-commands-only\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n");
		stage_put(&s, "/root/etc/passwd", "root:x:0:0:root:/root:/bin/bash\n");
		stage_put(&s, "/root/etc/shadow", "root:*:20000:0:99999:7:::\n");
		stage_put(&s, "/root/etc/group", "root:x:0:\n");
		stage_put(&s, "/root/root/.ssh/authorized_keys", cases[i].key);
		stage_look(&s, &t, &control_privileged_mfa);
		CHECK_INT(t.finding.verdict, cases[i].verdict);
		CHECK_INT(t.finding.message, cases[i].message);
		trial_end(&t);
		stage_end(&s);
	}
}

TEST_MAIN
