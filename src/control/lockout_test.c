// SPDX-License-Identifier: Apache-2.0
#include "control/pam_stage.h"

extern const struct control control_lockout;

CASE(machines) /*= S-3-4 type=test */
{
	static const struct trial_case cases[] = {
		{ "kept", VERDICT_PASS, MSG_LOCKOUT_LOCKS },
		{ "fresh", VERDICT_FAIL, MSG_LOCKOUT_UNCOUNTED },   /* Debian counts nothing as installed: the duty truly is not met */
		{ "hardened", VERDICT_PASS, MSG_LOCKOUT_LOCKS_FOR_GOOD },
		{ "half", VERDICT_FAIL, MSG_LOCKOUT_UNCHECKED },    /* counted after a `sufficient` that lets the right password by */
		{ "broken", VERDICT_FAIL, MSG_LOCKOUT_LETS_IN },    /* pam_rootok in sshd, which runs as root */
		{ "container", VERDICT_UNKNOWN, MSG_LOCKOUT_NO_PASSWORD },
		{ "hostile", VERDICT_UNKNOWN, MSG_LOCKOUT_NO_ANSWER }, /* a file that includes itself */
		{ "silent", VERDICT_UNKNOWN, MSG_LOCKOUT_NO_ANSWER },  /* the machine did not answer */
	};

	TRIAL_TABLE(&control_lockout, cases);
}

#define F "auth required pam_faillock.so "

CASE(a_counter_has_to_be_written_and_read) /*= S-3-4 type=test */
{
	static const struct stage_case cases[] = {
		{ "auth required pam_unix.so\n", VERDICT_FAIL, MSG_LOCKOUT_UNCOUNTED, "/etc/pam.d/login:1" },
		{ "# a\nauth [success=1 default=ignore] \\\n pam_unix.so\nauth requisite pam_deny.so\nauth required pam_permit.so\n", VERDICT_FAIL, MSG_LOCKOUT_UNCOUNTED, "/etc/pam.d/login:2" },
		{ "auth required pam_env.so\n" F "preauth silent\nauth sufficient pam_unix.so\nauth [default=die] pam_faillock.so authfail\nauth required pam_deny.so\n", VERDICT_PASS, MSG_LOCKOUT_LOCKS, NULL },
		{ "AUTH Required pam_env.so\nAuth REQUIRED pam_faillock.so preauth\naUTH SUFFICIENT pam_unix.so\nauth [DEFAULT=die] pam_faillock.so authfail\n", VERDICT_PASS, MSG_LOCKOUT_LOCKS, NULL }, /* words in brackets have no case: what cannot be read is bad, and counts all the same */
		{ F "preauth\nauth required pam_unix.so\naccount required pam_faillock.so\n", VERDICT_FAIL, MSG_LOCKOUT_UNCOUNTED, "/etc/pam.d/login:2" }, /* read, never written */
		{ "auth sufficient pam_unix.so\nauth [default=die] pam_faillock.so authfail\nauth required pam_deny.so\n", VERDICT_FAIL, MSG_LOCKOUT_UNCHECKED, "/etc/pam.d/login:1" }, /* written, never read */
		{ "auth optional pam_faillock.so preauth\nauth sufficient pam_unix.so\nauth [default=die] pam_faillock.so authfail\n", VERDICT_FAIL, MSG_LOCKOUT_UNCHECKED, "/etc/pam.d/login:2" },
		{ F "preauth deny=0\nauth sufficient pam_unix.so\nauth [default=die] pam_faillock.so authfail\n", VERDICT_FAIL, MSG_LOCKOUT_UNCHECKED, "/etc/pam.d/login:2" },
		{ "auth [success=1 default=bad] pam_unix.so\nauth [default=die] pam_faillock.so authfail\nauth sufficient pam_faillock.so authsucc\nauth required pam_deny.so\n", VERDICT_PASS, MSG_LOCKOUT_LOCKS, NULL },
		{ "auth [success=1 default=ignore] pam_unix.so\nauth [default=die] pam_faillock.so authfail\nauth optional pam_faillock.so authsucc\nauth required pam_permit.so\n", VERDICT_FAIL, MSG_LOCKOUT_UNCHECKED,
		  "/etc/pam.d/login:1" },
		{ F "preauth\nauth [success=1 default=ignore] pam_unix.so\nauth optional pam_faillock.so authfail\nauth optional pam_faillock.so authsucc\nauth required pam_unix.so use_first_pass\n", VERDICT_FAIL,
		  MSG_LOCKOUT_UNCOUNTED, NULL }, /* counted, and set to 0 at once */
		{ F "preauth\nauth [success=7 default=ignore] pam_unix.so\nauth [default=die] pam_faillock.so authfail\n", VERDICT_UNKNOWN, MSG_LOCKOUT_NO_PASSWORD, NULL }, /* a jump past the end fails: nobody enters */
		{ F "preauth deny=9\nauth sufficient pam_unix.so\nauth [default=die] pam_faillock.so authfail\n", VERDICT_FAIL, MSG_LOCKOUT_TOO_LATE, NULL },
		{ F "preauth dir=/not/here\nauth sufficient pam_unix.so\nauth [default=die] pam_faillock.so authfail dir=/not/here\n", VERDICT_FAIL, MSG_LOCKOUT_UNCOUNTED, NULL }, /* cannot be written */
		{ F "preauth conf=/not/here\nauth sufficient pam_unix.so\nauth [default=die] pam_faillock.so authfail conf=/not/here\n", VERDICT_UNKNOWN, MSG_LOCKOUT_NO_PASSWORD, NULL }, /* nobody enters */
		{ "auth optional pam_faillock.so preauth conf=/not/here\nauth sufficient pam_unix.so\nauth [default=die] pam_faillock.so authfail conf=/not/here\n", VERDICT_FAIL, MSG_LOCKOUT_UNCOUNTED, NULL },
		{ F "preauth\nauth sufficient pam_unix.so\nauth sufficient pam_sss.so use_first_pass\nauth [default=die] pam_faillock.so authfail\n", VERDICT_PASS, MSG_LOCKOUT_LOCKS, NULL },
		{ F "preauth\nauth sufficient pam_unix.so\nauth [default=die user_unknown=ignore] pam_sss.so\nauth [default=die] pam_faillock.so authfail\n", VERDICT_UNKNOWN, MSG_LOCKOUT_UNCLEAR, "/etc/pam.d/login:2" },
		{ F "preauth\nauth requisite pam_succeed_if.so uid >= 1000 quiet\nauth sufficient pam_unix.so\nauth [default=die] pam_faillock.so authfail\n", VERDICT_PASS, MSG_LOCKOUT_LOCKS, NULL },
		{ "auth [success=1 default=ignore] pam_succeed_if.so user ingroup staff\n" F "preauth\nauth sufficient pam_unix.so\nauth [default=die] pam_faillock.so authfail\n", VERDICT_UNKNOWN, MSG_LOCKOUT_UNCLEAR, NULL },
		{ "auth [success=1 default=ignore] pam_succeed_if.so uid >= 1000\n" F "preauth\nauth sufficient pam_unix.so\nauth [default=die] pam_faillock.so authfail\n", VERDICT_FAIL, MSG_LOCKOUT_UNCHECKED, NULL },
		{ "auth required pam_house_rules.so\nauth required pam_unix.so\n", VERDICT_UNKNOWN, MSG_LOCKOUT_UNCLEAR, NULL }, /* who knows what it counts */
		{ "auth sufficient pam_permit.so\n" F "preauth\nauth sufficient pam_unix.so\n", VERDICT_FAIL, MSG_LOCKOUT_LETS_IN, "/etc/pam.d/login:1" },
		{ "auth required pam_unix.so\nauth sufficient pam_permit.so\n", VERDICT_FAIL, MSG_LOCKOUT_UNCOUNTED, NULL }, /* `sufficient` does not mend what failed before */
		{ "auth optional pam_unix.so\nauth required pam_permit.so\n", VERDICT_FAIL, MSG_LOCKOUT_LETS_IN, "/etc/pam.d/login:1" },
		{ "auth required pam_tally2.so deny=5\nauth required pam_unix.so\n", VERDICT_UNKNOWN, MSG_LOCKOUT_NUMBER_UNSEEN, NULL },
		{ "auth required pam_u2f.so\n", VERDICT_UNKNOWN, MSG_LOCKOUT_NO_PASSWORD, NULL },
		{ "auth required pam_unix.so use_first_pass\n", VERDICT_UNKNOWN, MSG_LOCKOUT_NO_PASSWORD, NULL },
		{ "@include nowhere\n", VERDICT_UNKNOWN, MSG_LOCKOUT_NO_PASSWORD, NULL },  /* libpam refuses the service */
		{ "auth include login\n", VERDICT_UNKNOWN, MSG_LOCKOUT_NO_ANSWER, NULL },
		{ "auth substack login\nauth required pam_permit.so\n", VERDICT_UNKNOWN, MSG_LOCKOUT_NO_PASSWORD, NULL }, /* ends at sixteen levels, with lines that fail */
		{ "", VERDICT_UNKNOWN, MSG_LOCKOUT_NO_PASSWORD, NULL },  /* then "other" counts: pam_deny */
	};

	STAGE_TABLE(&control_lockout, cases);
}

CASE(numbers_come_from_files_and_arguments) /*= S-3-4 type=test */
{
	static const struct { const char *conf, *args; enum verdict verdict; int64_t count, seconds; } cases[] = {
		{ "deny = 4\nunlock_time = 60\n", "", VERDICT_PASS, 4, 60 }, { "deny = 40\n", "deny=2 unlock_time=never", VERDICT_PASS, 2, -1 }, { "deny = 2\n", "deny=40", VERDICT_FAIL, 40, -1 },
		{ "#deny = 2\n deny\t=\t 5 # x\n", "", VERDICT_PASS, 5, 600 }, { "deny=x\n", "", VERDICT_PASS, 3, 600 }, { "deny = 0\n", "", VERDICT_FAIL, -1, -1 }, { "unlock_time = 0\n", "", VERDICT_PASS, 3, -1 },
		{ "deny = 70000\n", "", VERDICT_FAIL, 4464, -1 },
		{ "deny = 5\nfail_interval = 0\n", "", VERDICT_FAIL, -1, -1 }, { "deny = 5\nfail_interval = 1\n", "", VERDICT_FAIL, -1, -1 }, { "deny = 5\nunlock_time = 1\n", "", VERDICT_FAIL, -1, -1 }, /* whoever waits tries on */
		{ "deny = 5\nfail_interval = 60\n", "", VERDICT_PASS, 5, 600 }, { "deny = 5\nadmin_group = users\n", "", VERDICT_UNKNOWN, -1, -1 }, { "deny = 5\nadmin_group = users\neven_deny_root\n", "", VERDICT_PASS, 5, 600 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct stage s;
		struct trial t;
		char login[512];

		(void)snprintf(login, sizeof(login), F "preauth %s\nauth sufficient pam_unix.so\nauth [default=die] pam_faillock.so authfail %s\n", cases[i].args, cases[i].args);
		stage_begin(&s, login);
		stage_put(&s, "/root/etc/security/faillock.conf", cases[i].conf);
		stage_look(&s, &t, &control_lockout);
		CHECK_INT(t.finding.verdict, cases[i].verdict);
		CHECK_INT(trial_n(&t, "count"), cases[i].count);
		CHECK_INT(trial_n(&t, "seconds"), cases[i].seconds);
		trial_end(&t);
		stage_end(&s);
	}
}

CASE(doors)
{
	static const struct { const char *sshd, *pam, *sshd_conf; enum verdict verdict; const char *service; } cases[] = {
		{ "/root/usr/sbin/sshd", "auth required pam_unix.so\n", "PasswordAuthentication yes\nUsePAM yes\n", VERDICT_FAIL, "sshd" },
		{ "/root/usr/sbin/sshd", "auth required pam_unix.so\n", "PasswordAuthentication no\nKbdInteractiveAuthentication no\nUsePAM yes\n", VERDICT_PASS, "" },
		{ "/root/usr/sbin/sshd", "auth include login\n", "UsePAM no\n", VERDICT_FAIL, "sshd" },
		{ "/root/usr/sbin/sshd", "auth required pam_unix.so\n", "UsePAM perhaps\n", VERDICT_UNKNOWN, "sshd" },
		{ "/root/usr/bin/nobody-asks", "auth required pam_unix.so\n", "", VERDICT_UNKNOWN, "sshd" }, /* see below: a service of an unknown name */
		{ "/root/usr/bin/su", "", "", VERDICT_FAIL, "su" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct stage s;
		struct trial t;

		stage_begin(&s, F "preauth\nauth sufficient pam_unix.so\nauth [default=die] pam_faillock.so authfail\n");
		stage_put(&s, cases[i].sshd, "");
		stage_put(&s, i == 4 ? "/root/etc/pam.d/site-portal" : i == 5 ? "/root/etc/pam.d/other" : "/root/etc/pam.d/sshd", i == 5 ? "auth required pam_unix.so\n" : cases[i].pam);
		stage_put(&s, "/root/etc/ssh/sshd_config", cases[i].sshd_conf);
		stage_look(&s, &t, &control_lockout);
		CHECK_INT(t.finding.verdict, cases[i].verdict);
		CHECK_STR(trial_s(&t, "service"), i == 4 ? "site-portal" : cases[i].service);
		trial_end(&t);
		stage_end(&s);
	}
}

CASE(hostile_files)
{
	struct stage s;
	struct trial t;
	char *line = malloc((1 << 20) + 64);

	memset(line, 'x', (1 << 20) + 63);
	line[(1 << 20) + 63] = '\0';
	stage_begin(&s, line); /* a line of a megabyte */
	stage_look(&s, &t, &control_lockout);
	CHECK_RC(t.looked, RC_LIMIT);
	CHECK_INT(t.finding.verdict, VERDICT_UNKNOWN);
	trial_end(&t);
	stage_end(&s);
	memcpy(line, "auth required pam_permit.so ", 28);
	line[5000] = '\0';
	stage_begin(&s, line); /* cut in pieces by libpam's buffer: the pieces are lines that fail */
	stage_look(&s, &t, &control_lockout);
	CHECK_RC(t.looked, RC_OK);
	CHECK_INT(t.finding.verdict, VERDICT_UNKNOWN);
	trial_end(&t);
	stage_end(&s);
	stage_begin(&s, "auth required pam_permit.so\n");
	CHECK(snprintf(line, 200, "%s/root/etc/pam.d/login", s.folder) > 0 && unlink(line) == 0 && symlink("../../../../../../../../etc/hostname", line) == 0); /* out of the tree: it stays inside */
	stage_look(&s, &t, &control_lockout);
	CHECK(t.finding.verdict == VERDICT_UNKNOWN);
	trial_end(&t);
	CHECK(unlink(line) == 0 && symlink("login", line) == 0);
	stage_look(&s, &t, &control_lockout);
	CHECK_RC(t.looked, RC_DENIED); /* a link to itself */
	CHECK_INT(t.finding.verdict, VERDICT_UNKNOWN);
	trial_end(&t);
	stage_end(&s);
	free(line);
}

TEST_MAIN
