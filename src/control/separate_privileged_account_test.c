// SPDX-License-Identifier: Apache-2.0
#include "control/pam_stage.h"
#include "control/people.h"
#include "control/people_test.h"

extern const struct control control_separate_privileged_account;

CASE(machines) /*= O1-1-1 type=test */
{
	static const struct people_case cases[] = {
		{ "accounts/cut", { NULL }, VERDICT_UNKNOWN, MSG_PEOPLE_EMPTY_LIST }, /* no list proves nothing, whatever is declared */
		{ "silent", { NULL }, VERDICT_UNKNOWN, MSG_PEOPLE_NO_ANSWER }, /* the machine did not answer */
		{ "hostile", { NULL }, VERDICT_UNKNOWN, MSG_PEOPLE_NO_ANSWER },
		{ "container", { NULL }, VERDICT_UNKNOWN, MSG_PEOPLE_NO_ANSWER }, /* no passwd was recorded */
		{ "accounts/fresh", { NULL }, VERDICT_UNKNOWN, MSG_ACCOUNTS_UNDECLARED }, /* root is shut over ssh: nothing to blame */
		{ "accounts/kept", { NULL }, VERDICT_UNKNOWN, MSG_ACCOUNTS_UNDECLARED },
		{ "accounts/kept", { "taro-adm:taro:privileged", "hanako-adm:hanako:privileged" }, VERDICT_PASS, MSG_PRIVILEGED_SEPARATE },
		{ "accounts/kept", { "taro-adm:taro:privileged" }, VERDICT_FAIL, MSG_PRIVILEGED_UNDECLARED },
		{ "accounts/kept", { "taro-adm:taro:privileged", "hanako-adm:hanako:user" }, VERDICT_FAIL, MSG_PRIVILEGED_NOT_SEPARATE },
		{ "accounts/kept", { "taro-adm:taro:privileged", "hanako-adm:hanako:privileged::2025-12-31" }, VERDICT_FAIL, MSG_PRIVILEGED_ENDED },
		{ "accounts/kept", { "taro-adm:taro:privileged", "hanako-adm:hanako:privileged::2026-01-01" }, VERDICT_PASS, MSG_PRIVILEGED_SEPARATE }, /* its last day is not over */
		{ "accounts/broken", { NULL }, VERDICT_FAIL, MSG_ROOT_BY_SSH }, /* a fact alone */
		{ "accounts/shared", { "taro:taro:user" }, VERDICT_FAIL, MSG_PRIVILEGED_UNDECLARED }, /* group docker */
	};

	PEOPLE_TABLE(&control_separate_privileged_account, cases);
}

/* One machine, one thing more on it each time. */
CASE(ways_beside_sudo) /*= O1-1-1 type=test */
{
	static const struct { const char *path, *text; enum verdict verdict; uint16_t message; const char *key, *want; } cases[] = {
		{ "/root/etc/gshadow", "docker:!::\n", VERDICT_UNKNOWN, MSG_PRIVILEGED_NONE, "root", "" },
		{ "/root/etc/gshadow", "docker:$6$salt$hash::\n", VERDICT_FAIL, MSG_PRIVILEGED_GROUP_PASSWORD, "root", "" },
		{ "/root/etc/gshadow", "users:$6$salt$hash:taro:\n", VERDICT_UNKNOWN, MSG_PRIVILEGED_NONE, "root", "" },      /* a group that leads nowhere */
		{ "/root/etc/gshadow", "docker:!:hanako,taro:\n", VERDICT_UNKNOWN, MSG_ACCOUNTS_UNDECLARED, "root", "group admin docker" },
		{ "/root/home/taro/.aws/credentials", "not read", VERDICT_UNKNOWN, MSG_PRIVILEGED_CLOUD, "cloud", "aws" },
		{ "/root/home/taro/.config/gcloud/credentials.db", "", VERDICT_UNKNOWN, MSG_PRIVILEGED_CLOUD, "cloud", "gcloud" },
		{ "/root/etc/ssh/sshd_config", "TrustedUserCAKeys /etc/ssh/ca.pub\n", VERDICT_UNKNOWN, MSG_PEOPLE_UNSURE, "certificate", "" },
		{ "/root/etc/ssh/sshd_config", "AuthorizedKeysCommand /usr/bin/keys\nAuthorizedKeysCommandUser nobody\n", VERDICT_UNKNOWN, MSG_PEOPLE_UNSURE, "root", "" },
		{ "/root/etc/ssh/sshd_config", "TrustedUserCAKeys /etc/ssh/ca.pub\nAuthorizedPrincipalsFile /etc/ssh/who/%u\n", VERDICT_UNKNOWN, MSG_PRIVILEGED_NONE, "root", "" }, /* no file: no certificate */
		{ "/root/etc/doas.conf", "permit taro as root\n", VERDICT_UNKNOWN, MSG_PEOPLE_UNSURE, "root", "" },             /* another way to root, and not read */
		{ "/root/proc/300/cmdline", "/usr/sbin/dropbear", VERDICT_UNKNOWN, MSG_PEOPLE_UNSURE, "root", "" },
		{ "/root/etc/shells", "/bin/sh\n", VERDICT_UNKNOWN, MSG_PRIVILEGED_NONE, "shell", "" },                      /* neither listed nor there */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct stage s;
		struct trial t;
		uint32_t row;

		stage_begin(&s, "auth required pam_unix.so\n");
		stage_put(&s, "/root/usr/sbin/sshd", "");
		stage_put(&s, "/root/proc/1/cmdline", "/sbin/init");
		stage_put(&s, "/root/proc/100/cmdline", "sshd: /usr/sbin/sshd -D [listener]");
		stage_put(&s, "/root/etc/ssh/sshd_config", "PermitRootLogin no\n");
		stage_put(&s, "/root/etc/passwd", "root:x:0:0:root:/root:/bin/bash\ntaro:x:1000:1000::/home/taro:/bin/bash\n");
		stage_put(&s, "/root/etc/shadow", "root:*:20000:0:99999:7:::\ntaro:$y$j9T$taro$none:20000:0:99999:7:::\n");
		stage_put(&s, "/root/etc/group", "root:x:0:\ndocker:x:999:\nusers:x:100:\ntaro:x:1000:\n");
		stage_put(&s, cases[i].path, cases[i].text);
		stage_look(&s, &t, &control_separate_privileged_account);
		row = people_row(&t.facts, STR("taro"));
		if (t.finding.verdict != cases[i].verdict || t.finding.message != cases[i].message || !str_eq(fact_s(&t.facts, row, cases[i].key), str_of(cases[i].want))) {
			test_failures++;
			printf("%s %s: %d %u " STR_FMT "\n", cases[i].path, cases[i].text, t.finding.verdict, t.finding.message, STR_ARG(fact_s(&t.facts, row, cases[i].key)));
		}
		CHECK(i != 6 || fact_n(&t.facts, row, "certificate", 0) == 1);
		CHECK(i != 11 || row == 0); /* an account that opens nothing */
		trial_end(&t);
		stage_end(&s);
	}
}

TEST_MAIN
