// SPDX-License-Identifier: Apache-2.0
#include "control/pam_stage.h"
#include "control/sshd_running.h"

extern const struct control control_mfa, control_lockout, control_admin_encryption, control_privileged_mfa;

CASE(titles)
{
	static const struct { const char *title, *config; bool listener, known; unsigned port; } cases[] = {
		{ "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups", SSHD_FILE, true, true, 0 },
		{ "sshd: /usr/sbin/sshd -D -f /srv/two -p 2222 [listener] 1 of 10-100 startups", "/srv/two", true, true, 2222 },
		{ "sshd: /usr/sbin/sshd -f/srv/two -p2222 [listener]", "/srv/two", true, true, 2222 },
		{ "sshd: /usr/sbin/sshd -D -o PermitRootLogin=yes [listener] 0 of", SSHD_FILE, true, false, 0 },
		{ "sshd: /usr/sbin/sshd -D -f relative [listener]", "relative", true, false, 0 },
		{ "/usr/sbin/sshd -D", SSHD_FILE, true, true, 0 },
		{ "sshd: /usr/sbin/sshd -Df /srv/two -ep2222 [listener]", "/srv/two", true, true, 2222 }, /* letters together, as getopt takes them */
		{ "sshd: /usr/sbin/sshd -Df/srv/two -E /var/log/x -eop=1 [listener]", "/srv/two", true, false, 0 },
		{ "sshd: /usr/sbin/sshd -c -R -D [listener]", SSHD_FILE, true, true, 0 }, { "/usr/sbin/sshd -DR", "", false, false, 0 },
		{ "/usr/sbin/sshd -D -R", "", false, false, 0 }, { "/usr/sbin/sshd -t", "", false, false, 0 },
		{ "sshd: taro [priv]", "", false, false, 0 }, { "sshd: /etc/ssh [priv]", "", false, false, 0 }, { "", "", false, false, 0 }, { "sshd: ", "", false, false, 0 },
		{ "vi /usr/sbin/sshd", "", false, false, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena arena = ARENA(65536);
		struct sshd_running r = { 0 };

		CHECK(sshd_running_title(&r, str_of(cases[i].title), &arena) == cases[i].listener);
		CHECK_INT(r.count, cases[i].listener);
		CHECK_STR(r.count ? r.configs[0] : STR_NONE, cases[i].config);
		CHECK(r.known[0] == cases[i].known);
		CHECK_INT(r.ports[0], cases[i].port);
		arena_free(&arena);
	}
}

#define STACK "auth required pam_faillock.so preauth\nauth sufficient pam_unix.so\nauth [default=die] pam_faillock.so authfail\n"
#define TITLE "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups"
#define OTHER "sshd: /usr/sbin/sshd -f /srv/sshd_two -p 2222 [listener] 0 of 10-100 startups"

/* A machine whose sshd_config lets in without counting; who runs decides whether that is a door. */
static void
stage(struct stage *s, const char *init, const char *first, const char *second, const char *second_config)
{
	stage_begin(s, STACK);
	stage_put(s, "/root/usr/sbin/sshd", "");
	stage_put(s, "/root/etc/pam.d/sshd", STACK);
	stage_put(s, "/root/etc/ssh/sshd_config", "UsePAM no\n");
	stage_put(s, "/root/srv/sshd_two", second_config);
	if (init)
		stage_put(s, "/root/proc/1/cmdline", init);
	if (first)
		stage_put(s, "/root/proc/100/cmdline", first);
	if (second)
		stage_put(s, "/root/proc/200/cmdline", second);
}

CASE(only_what_runs_is_a_door) /*= S-3-4 type=test */
{
	static const struct { const char *init, *first, *second, *two, *status, *stat; enum verdict lockout; uint16_t message; } cases[] = {
		{ "/sbin/init", NULL, NULL, "", NULL, NULL, VERDICT_PASS, MSG_LOCKOUT_LOCKS },                                            /* installed, not running */
		{ "/sbin/init", TITLE, NULL, "", NULL, NULL, VERDICT_FAIL, MSG_LOCKOUT_SSH_WITHOUT_PAM },
		{ NULL, NULL, NULL, "", NULL, NULL, VERDICT_FAIL, MSG_LOCKOUT_SSH_WITHOUT_PAM },                                          /* nobody can say whether it runs */
		{ "/sbin/init", NULL, OTHER, "UsePAM yes\n", NULL, NULL, VERDICT_PASS, MSG_LOCKOUT_LOCKS },                               /* the file that is in force */
		{ "/sbin/init", NULL, OTHER, "UsePAM no\n", NULL, NULL, VERDICT_FAIL, MSG_LOCKOUT_SSH_WITHOUT_PAM },
		{ "/sbin/init", TITLE, OTHER, "UsePAM yes\n", NULL, NULL, VERDICT_FAIL, MSG_LOCKOUT_SSH_WITHOUT_PAM },                    /* two: each of them */
		{ "/sbin/init", NULL, "sshd: /usr/sbin/sshd -o UsePAM=no [listener]", "", NULL, NULL, VERDICT_FAIL, MSG_LOCKOUT_SSH_WITHOUT_PAM },
		{ "/sbin/init", NULL, OTHER, "Nonsense yes\n", NULL, NULL, VERDICT_UNKNOWN, MSG_LOCKOUT_UNCLEAR },                        /* what it has nobody knows */
		{ "/sbin/init", NULL, TITLE, "", "Name:\tsshd\nNSpid:\t200\t7\n", NULL, VERDICT_PASS, MSG_LOCKOUT_LOCKS },                /* a container's */
		{ "/sbin/init", NULL, TITLE, "", NULL, "1 0555 1000 1000 /proc/200\n", VERDICT_PASS, MSG_LOCKOUT_LOCKS },                 /* somebody's own */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct stage s;
		struct trial t;

		stage(&s, cases[i].init, cases[i].first, cases[i].second, cases[i].two);
		if (cases[i].status)
			stage_put(&s, "/root/proc/200/status", cases[i].status);
		if (cases[i].stat)
			stage_put(&s, "/stat", cases[i].stat);
		stage_look(&s, &t, &control_lockout);
		if (t.finding.verdict != cases[i].lockout || t.finding.message != cases[i].message) {
			test_failures++;
			printf("case %zu: %d %u, want %d %u\n", i, t.finding.verdict, t.finding.message, cases[i].lockout, cases[i].message);
		}
		trial_end(&t);
		stage_end(&s);
	}
}

/* One thing more on a machine whose sshd counts: what cannot be read of who runs is no proof. */
CASE(who_runs_that_cannot_be_read) /*= S-3-4 type=test */
{
	static const struct { const char *path, *text; enum verdict verdict; uint16_t message; } cases[] = {
		{ "/root/etc/motd", "", VERDICT_PASS, MSG_LOCKOUT_LOCKS },
		{ "/refuse", "DENIED /proc/200/cmdline\n", VERDICT_UNKNOWN, MSG_LOCKOUT_UNCLEAR },                             /* hidepid=1: a process, and not which */
		{ "/refuse", "DENIED /proc/250/cmdline\n", VERDICT_PASS, MSG_LOCKOUT_LOCKS },                                  /* somebody's own: it is not opened */
		{ "/root/etc/systemd/system/ssh.socket", "[Socket]\nListenStream=2222\n", VERDICT_UNKNOWN, MSG_LOCKOUT_UNCLEAR }, /* it listens elsewhere than sshd_config says */
		{ "/root/etc/systemd/system/ssh.socket.d/port.conf", "[Socket]\nListenStream=2222\n", VERDICT_UNKNOWN, MSG_LOCKOUT_UNCLEAR },
		{ "/root/proc/300/cmdline", "/usr/sbin/dropbear -p 2222", VERDICT_UNKNOWN, MSG_LOCKOUT_UNCLEAR },
		{ "/root/etc/systemd/system/sockets.target.wants/tinysshd.socket", "", VERDICT_UNKNOWN, MSG_LOCKOUT_UNCLEAR },
		{ "/root/proc/300/cmdline", "vi /usr/sbin/dropbear", VERDICT_PASS, MSG_LOCKOUT_LOCKS },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct stage s;
		struct trial t;

		stage(&s, "/sbin/init", TITLE, NULL, "");
		stage_put(&s, "/root/etc/ssh/sshd_config", "UsePAM yes\nPubkeyAuthentication no\n");
		stage_put(&s, "/root/proc/200/cmdline", "/usr/sbin/cron");
		stage_put(&s, "/root/proc/250/cmdline", "vi");
		stage_put(&s, "/stat", "1 0555 1000 1000 /proc/250\n");
		stage_put(&s, "/root/etc/systemd/system/sockets.target.wants/ssh.socket", "");
		stage_put(&s, cases[i].path, cases[i].text);
		stage_look(&s, &t, &control_lockout);
		if (t.finding.verdict != cases[i].verdict || t.finding.message != cases[i].message) {
			test_failures++;
			printf("%s: %d %u, want %d %u\n", cases[i].path, t.finding.verdict, t.finding.message, cases[i].verdict, cases[i].message);
		}
		trial_end(&t);
		stage_end(&s);
	}
}

/* A socket of systemd starts it: then it is a door though none runs. */
CASE(a_socket_waits_for_sshd) /*= S-3-4 type=test */
{
	for (int i = 0; i < 2; i++) {
		struct stage s;
		struct trial t;

		stage(&s, "/sbin/init", NULL, NULL, "");
		if (i)
			stage_put(&s, "/root/etc/systemd/system/sockets.target.wants/ssh.socket", "");
		stage_look(&s, &t, &control_lockout);
		CHECK_INT(t.finding.verdict, i ? VERDICT_FAIL : VERDICT_PASS);
		CHECK_INT(t.finding.message, i ? MSG_LOCKOUT_SSH_WITHOUT_PAM : MSG_LOCKOUT_LOCKS);
		trial_end(&t);
		stage_end(&s);
	}
}

CASE(a_stopped_sshd_is_said) /*= S-3-4 type=test */
{
	struct stage s;
	struct trial t;
	bool said = false;

	stage(&s, "/sbin/init", NULL, NULL, "");
	stage_look(&s, &t, &control_mfa);
	CHECK_INT(t.finding.verdict, VERDICT_FAIL);
	CHECK_STR(trial_s(&t, "service"), "login"); /* a password alone; of sshd nothing */
	for (uint32_t row = 1; row <= fact_rows(&t.facts); row++)
		said |= str_eq(fact_s(&t.facts, row, "service"), STR("sshd")) && str_eq(fact_s(&t.facts, row, "why"), STR("stopped"));
	CHECK(said);
	trial_end(&t);
	stage_end(&s);
}

CASE(a_second_sshd_opens_a_privileged_account) /*= O1-1-1 type=test */
{
	static const char *const seconds[] = { NULL, OTHER };

	for (size_t i = 0; i < 2; i++) {
		struct stage s;
		struct trial t;

		stage(&s, "/sbin/init", TITLE, seconds[i], "UsePAM no\nPermitRootLogin yes\nPasswordAuthentication yes\n");
		stage_put(&s, "/root/etc/ssh/sshd_config", "PermitRootLogin no\nUsePAM no\n");
		stage_put(&s, "/root/etc/passwd", "root:x:0:0:root:/root:/bin/bash\n");
		stage_put(&s, "/root/etc/shadow", "root:$y$j9T$root$none:20000:0:99999:7:::\n");
		stage_put(&s, "/root/etc/group", "root:x:0:\n");
		stage_look(&s, &t, &control_privileged_mfa);
		CHECK_INT(t.finding.verdict, i ? VERDICT_FAIL : VERDICT_UNKNOWN);
		CHECK_INT(t.finding.message, i ? MSG_PRIVILEGED_PASSWORD_ONLY : MSG_PRIVILEGED_NO_WAY);
		trial_end(&t);
		stage_end(&s);
	}
}

TEST_MAIN
