// SPDX-License-Identifier: Apache-2.0
#include "control/pam_stage.h"

extern const struct control control_mfa;

CASE(machines) /*= S-3-4 type=test */
{
	static const struct trial_case cases[] = {
		{ "kept", VERDICT_FAIL, MSG_MFA_SINGLE },     /* passwords and a lock: the other half of the row */
		{ "fresh", VERDICT_FAIL, MSG_MFA_SINGLE },    /* Debian asks for a password alone as installed */
		{ "hardened", VERDICT_PASS, MSG_MFA_TWO_KINDS },
		{ "half", VERDICT_FAIL, MSG_MFA_SINGLE },     /* `sufficient` stands before the code */
		{ "broken", VERDICT_FAIL, MSG_MFA_LETS_IN },
		{ "container", VERDICT_UNKNOWN, MSG_MFA_NO_DOOR },
		{ "hostile", VERDICT_UNKNOWN, MSG_MFA_NO_ANSWER },
		{ "silent", VERDICT_UNKNOWN, MSG_MFA_NO_ANSWER }, /* the machine did not answer */
	};

	TRIAL_TABLE(&control_mfa, cases);
}

#define UNIX "auth required pam_unix.so\n"
#define CODE "auth required pam_google_authenticator.so"

CASE(two_kinds_on_every_way) /*= S-3-4 type=test */
{
	static const struct stage_case cases[] = {
		{ UNIX, VERDICT_FAIL, MSG_MFA_SINGLE, "/etc/pam.d/login:1" },
		{ UNIX CODE "\n", VERDICT_PASS, MSG_MFA_TWO_KINDS, NULL },
		{ UNIX "auth required pam_google_authenticator.so nullok\n", VERDICT_UNKNOWN, MSG_MFA_UNCLEAR, NULL }, /* whoever has not enrolled */
		{ UNIX "auth optional pam_google_authenticator.so\n", VERDICT_FAIL, MSG_MFA_SINGLE, NULL },
		{ "auth sufficient pam_u2f.so\n" UNIX, VERDICT_FAIL, MSG_MFA_SINGLE, NULL }, /* either is enough */
		{ "auth required pam_u2f.so\n" CODE "\n", VERDICT_FAIL, MSG_MFA_SINGLE, NULL }, /* two things one holds are one kind */
		{ UNIX "auth required pam_sss.so\n", VERDICT_UNKNOWN, MSG_MFA_UNCLEAR, NULL }, /* another machine may ask for more */
		{ "auth required pam_fprintd.so\n" UNIX, VERDICT_PASS, MSG_MFA_TWO_KINDS, NULL },
		{ "auth required pam_u2f.so pinverification=1\n", VERDICT_PASS, MSG_MFA_TWO_KINDS, NULL },
		{ "auth required pam_u2f.so\n" UNIX, VERDICT_PASS, MSG_MFA_TWO_KINDS, NULL },
		{ "auth required pam_u2f.so nouserok\n" UNIX, VERDICT_UNKNOWN, MSG_MFA_UNCLEAR, NULL },
		{ "auth required pam_pkcs11.so\n", VERDICT_UNKNOWN, MSG_MFA_UNCLEAR, NULL }, /* with or without its PIN */
		{ "auth requisite pam_oath.so usersfile=/etc/users.oath\n" UNIX, VERDICT_PASS, MSG_MFA_TWO_KINDS, NULL },
		{ "auth [success=done new_authtok_reqd=done user_unknown=ignore default=die] pam_oath.so\n" UNIX, VERDICT_FAIL, MSG_MFA_SINGLE, "/etc/pam.d/login:1" },
		{ "auth required pam_unix.so nullok\n" CODE "\n", VERDICT_UNKNOWN, MSG_MFA_UNCLEAR, NULL }, /* nobody could read whether a password is empty */
		{ "auth [success=1 default=ignore] pam_succeed_if.so user ingroup trusted\n" CODE "\n" UNIX, VERDICT_UNKNOWN, MSG_MFA_UNCLEAR, NULL },
		{ "auth [success=1 default=ignore] pam_succeed_if.so uid >= 1000 quiet\n" CODE "\n" UNIX, VERDICT_FAIL, MSG_MFA_SINGLE, "/etc/pam.d/login:3" },
		{ "auth sufficient pam_rootok.so\n" UNIX CODE "\n", VERDICT_FAIL, MSG_MFA_LETS_IN, "/etc/pam.d/login:1" }, /* login runs as root */
		{ UNIX "auth required pam_house_rules.so\n", VERDICT_UNKNOWN, MSG_MFA_UNCLEAR, NULL },
		{ "auth required pam_deny.so\n", VERDICT_UNKNOWN, MSG_MFA_NO_DOOR, NULL },
	};

	STAGE_TABLE(&control_mfa, cases);
}

CASE(keys_of_sshd) /*= S-3-4 type=test */
{
	static const struct { const char *pam, *conf; enum verdict verdict; const char *at; } cases[] = {
		{ UNIX CODE "\n", "UsePAM yes\nKbdInteractiveAuthentication yes\n", VERDICT_FAIL, "/etc/ssh/sshd_config: publickey" },
		{ UNIX CODE "\n", "UsePAM yes\nPubkeyAuthentication no\n", VERDICT_PASS, "" },
		{ UNIX, "UsePAM yes\nAuthenticationMethods publickey,password\n", VERDICT_PASS, "" },
		{ CODE "\n", "UsePAM yes\nAuthenticationMethods publickey,keyboard-interactive:pam\n", VERDICT_FAIL, "/etc/pam.d/sshd:1" }, /* held twice */
		{ UNIX, "UsePAM yes\nAuthenticationMethods publickey,publickey\n", VERDICT_FAIL, "/etc/ssh/sshd_config: publickey" },
		{ UNIX, "UsePAM yes\nAuthenticationMethods publickey,password password\n", VERDICT_FAIL, "/etc/pam.d/sshd:1" },
		{ UNIX, "UsePAM no\nAuthenticationMethods publickey,password\n", VERDICT_PASS, "" },
		{ UNIX CODE "\n", "UsePAM no\nPubkeyAuthentication no\n", VERDICT_FAIL, "/etc/ssh/sshd_config: UsePAM no" }, /* the stack is not asked */
		{ UNIX, "UsePAM yes\nAuthenticationMethods publickey,password\nMatch Address 192.0.2.0/24\nAuthenticationMethods publickey\n", VERDICT_FAIL, "/etc/ssh/sshd_config: publickey" },
		{ UNIX, "UsePAM yes\nAuthenticationMethods publickey,password\nMatch User robot\nAuthenticationMethods publickey\n", VERDICT_UNKNOWN, "/etc/ssh/sshd_config: Match User, Group" }, /* whose accounts? */
		{ UNIX, "UsePAM yes\nAuthenticationMethods publickey,password\nMatch User robot\nAuthenticationMethods publickey\n#passwd robot\n", VERDICT_FAIL, "/etc/ssh/sshd_config: publickey" },
		{ UNIX, "UsePAM yes\nAuthenticationMethods publickey,password\nMatch User nobody\nAuthenticationMethods publickey\n#passwd robot\n", VERDICT_PASS, "" },
		{ UNIX, "Nonsense\n", VERDICT_UNKNOWN, "/etc/ssh/sshd_config" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct stage s;
		struct trial t;

		stage_begin(&s, UNIX CODE "\n");
		stage_put(&s, "/root/usr/sbin/sshd", "");
		stage_put(&s, "/root/etc/pam.d/sshd", cases[i].pam);
		stage_put(&s, "/root/etc/ssh/sshd_config", cases[i].conf);
		if (strstr(cases[i].conf, "#passwd")) {
			stage_put(&s, "/root/etc/passwd", "root:x:0:0::/root:/bin/bash\nrobot:x:1000:1000::/home/robot:/bin/sh\nnobody:x:65534:65534::/nonexistent:/usr/sbin/nologin\n");
			stage_put(&s, "/root/etc/group", "root:x:0:\nrobot:x:1000:\n");
		}
		stage_look(&s, &t, &control_mfa);
		if (t.finding.verdict != cases[i].verdict)
			printf("case %zu: %s", i, cases[i].conf);
		CHECK_INT(t.finding.verdict, cases[i].verdict);
		CHECK_STR(trial_s(&t, "at"), cases[i].at);
		CHECK((t.finding.message == MSG_MFA_SSH_SINGLE || t.finding.message == MSG_MFA_SSH_UNCLEAR) == (strncmp(cases[i].at, "/etc/ssh", 8) == 0));
		trial_end(&t);
		stage_end(&s);
	}
}

CASE(empty_passwords)
{
	static const struct { const char *shadow; enum verdict verdict; } cases[] = {
		{ "root:*:1::::::\nsomeone:$y$x:1::::::\n", VERDICT_PASS }, { "someone::1::::::\n", VERDICT_FAIL }, { "someone:!:1\nother:!\n", VERDICT_PASS }, { "nonsense\n::\n", VERDICT_PASS },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct stage s;
		struct trial t;

		stage_begin(&s, "auth required pam_unix.so nullok\n" CODE "\n");
		stage_put(&s, "/root/etc/shadow", cases[i].shadow);
		stage_look(&s, &t, &control_mfa);
		CHECK_INT(t.finding.verdict, cases[i].verdict);
		for (size_t k = 0; k < t.facts.count; k++)
			CHECK(!str_eq_c(t.facts.list[k].text, "$y$x")); /* nothing of the file is kept */
		trial_end(&t);
		stage_end(&s);
	}
}

TEST_MAIN
