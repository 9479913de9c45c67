// SPDX-License-Identifier: Apache-2.0
#include "control/people_test.h"

#include "control/gunzip_test.h"
#include "control/pam_stage.h"

extern const struct control control_admin_source;

CASE(machines) /*= S-3-3 type=test */
{
	static const struct people_case cases[] = {
		{ "silent", { NULL }, VERDICT_UNKNOWN, MSG_ADMIN_NO_SSH }, /* the machine did not answer: not even a program of sshd */
		{ "hostile", { NULL }, VERDICT_UNKNOWN, MSG_ADMIN_NO_SSH },
		{ "accounts/fresh", { NULL }, VERDICT_UNKNOWN, MSG_ADMIN_NO_LIST },
		{ "accounts/kept", { "@192.0.2.0/28 2026-12-31", "@2001:db8:1::/64 2026-12-31" }, VERDICT_PASS, MSG_ADMIN_KEPT },
		{ "accounts/kept", { "@::ffff:192.0.2.0/124 2026-12-31", "@2001:db8:1::/64 2026-12-31" }, VERDICT_PASS, MSG_ADMIN_KEPT }, /* mapped */
		{ "accounts/kept", { "@192.0.2.0/28 2026-12-31" }, VERDICT_FAIL, MSG_ADMIN_OPEN }, /* IPv6 is open to more */
		{ "accounts/kept", { "@192.0.2.0/29 2026-12-31", "@192.0.2.8/29 2026-12-31", "@2001:db8:1::/64 2026-12-31" }, VERDICT_PASS, MSG_ADMIN_KEPT }, /* two halves */
		{ "accounts/kept", { "@192.0.2.0/29 2026-12-31", "@2001:db8:1::/64 2026-12-31" }, VERDICT_FAIL, MSG_ADMIN_OPEN },
		{ "accounts/kept", { "@192.0.2.0/28 2025-12-31", "@2001:db8:1::/64 2025-12-31" }, VERDICT_UNKNOWN, MSG_ADMIN_NO_LIST }, /* ended */
		{ "accounts/kept", { "@0.0.0.0/0 2026-12-31", "@::/0 2026-12-31" }, VERDICT_UNKNOWN, MSG_ADMIN_NO_LIST }, /* everybody is nobody's address */
		{ "accounts/kept", { "@192.0.2.3 2026-12-31", "@2001:db8:1::/64 2026-12-31" }, VERDICT_FAIL, MSG_ADMIN_SESSION_OUTSIDE }, /* 192.0.2.4, mapped in the record */
		{ "accounts/broken", { "@192.0.2.0/28 2026-12-31" }, VERDICT_FAIL, MSG_ADMIN_SESSION_OUTSIDE },
		{ "accounts/fresh", { "@192.0.2.0/28 2026-12-31" }, VERDICT_FAIL, MSG_ADMIN_OPEN },
	};

	PEOPLE_TABLE(&control_admin_source, cases);
}

#define NO_RULES "{\"nftables\": [{\"metainfo\": {\"version\": \"1.0.6\", \"release_name\": \"-\", \"json_schema_version\": 1}}]}"

/* What has no record, or one that cannot be dated, is not "nobody came from elsewhere". */
CASE(records_that_say_nothing) /*= S-3-3 type=test */
{
	static const struct { const char *log; enum verdict verdict; uint16_t message; } cases[] = {
		{ NULL, VERDICT_UNKNOWN, MSG_ADMIN_SESSIONS_UNREAD },
		{ "Dec 31 10:00:00 web1 sshd[7]: Accepted publickey for taro from 198.51.100.1 port 5 ssh2\n", VERDICT_UNKNOWN, MSG_ADMIN_SESSIONS_UNREAD }, /* rsyslog's older form */
		{ "2025-12-25T10:00:00+09:00 web1 sshd[7]: Server listening on :: port 22.\n", VERDICT_PASS, MSG_ADMIN_KEPT_SINCE }, /* a week is no month */
		{ "2025-11-01T10:00:00+09:00 web1 sshd[7]: Server listening on :: port 22.\n", VERDICT_PASS, MSG_ADMIN_KEPT },
		{ "2025-12-31T10:00:00+09:00 web1 sshd[7]: Accepted publickey for taro from 198.51.100.1 port 5 ssh2\n", VERDICT_FAIL, MSG_ADMIN_SESSION_OUTSIDE },
		{ "2025-11-01T10:00:00+09:00 web1 sshd[7]: Server listening on :: port 22.\n2025-12-31T10:00:00+09:00 web1 sshd[7]: Accepted publickey for taro from 127.0.0.1 port 5 ssh2\n", VERDICT_PASS, MSG_ADMIN_KEPT }, /* to itself */
		{ "2025-12-31T10:00:00+09:00 web1 sshd[7]: Accepted publickey for taro from fe80::1234%ens3 port 5 ssh2\n", VERDICT_FAIL, MSG_ADMIN_SESSION_OUTSIDE }, /* an address of the link */
	};
	static const char *const dumps[] = { "/netlink/4-20-0206", "/netlink/4-20-0211", "/netlink/4-20-0a06", "/netlink/4-20-0a11" };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct stage s;
		struct trial t;

		stage_begin(&s, "");
		for (size_t k = 0; k < 4; k++) /* behind a tunnel: nothing of it is reached from outside */
			stage_put(&s, dumps[k], "");
		stage_put(&s, "/root/usr/sbin/sshd", "");
		stage_put(&s, "/root/proc/1/cmdline", "/sbin/init");
		stage_put(&s, "/root/proc/100/cmdline", "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups");
		stage_put(&s, "/root/etc/ssh/sshd_config", "UsePAM yes\n");
		stage_put(&s, "/root/etc/passwd", "root:x:0:0:root:/root:/bin/bash\n");
		stage_put(&s, "/root/etc/group", "root:x:0:\n");
		stage_put(&s, "/run/nft", NO_RULES);
		stage_put(&s, "/run/nft-sets", NO_RULES);
		if (cases[i].log)
			stage_put(&s, "/root/var/log/auth.log", cases[i].log);
		stage_look(&s, &t, &control_admin_source);
		fact_text(&t.facts, 900, "admin_address.prefix", STR("192.0.2.0/28"));
		fact_text(&t.facts, 900, "admin_address.until", STR("2026-12-31"));
		t.now_us = INT64_C(1767225600000000);
		trial_judge(&t, &control_admin_source);
		if (t.finding.verdict != cases[i].verdict || t.finding.message != cases[i].message) {
			test_failures++;
			printf("case %zu: %d %u, want %d %u [%s]\n", i, t.finding.verdict, t.finding.message, cases[i].verdict, cases[i].message, t.looked ? rc_trail() : "");
		}
		trial_end(&t);
		stage_end(&s);
	}
}

/* One thing more on a machine whose sign-ins of a month are kept and which nothing reaches. */
CASE(what_is_no_proof) /*= S-3-3 type=test */
{
	static const struct { const char *path, *text; enum verdict verdict; uint16_t message; const char *program; } cases[] = {
		{ "/root/etc/motd", "", VERDICT_PASS, MSG_ADMIN_KEPT, NULL },
		{ "/root/etc/ssh/sshd_config", "Port 1\nPort 2\nPort 3\nPort 4\nPort 5\nPort 6\nPort 7\nPort 8\n", VERDICT_PASS, MSG_ADMIN_KEPT, NULL },
		{ "/root/etc/ssh/sshd_config", "Port 1\nPort 2\nPort 3\nPort 4\nPort 5\nPort 6\nPort 7\nPort 8\nPort 9\n", VERDICT_UNKNOWN, MSG_SSHD_REFUSED, NULL }, /* more than eight */
		{ "/root/proc/300/cmdline", "/usr/sbin/dropbear", VERDICT_UNKNOWN, MSG_ADMIN_OTHER_SSH, "dropbear" },
		{ "/root/etc/systemd/system/sockets.target.wants/tinysshd.socket", "", VERDICT_UNKNOWN, MSG_ADMIN_OTHER_SSH, "tinysshd.socket" },
		{ "/refuse", "DENIED /proc/300/cmdline\n", VERDICT_UNKNOWN, MSG_SSHD_REFUSED, NULL }, /* hidepid=1 */
		{ "/root/var/log/auth.log.2", "2025-12-25T10:00:00+09:00 web1 sshd[7]: Accepted publickey for taro from 198.51.100.1 port 5 ssh2\n", VERDICT_FAIL, MSG_ADMIN_SESSION_OUTSIDE, NULL },
		{ "/root/var/log/auth.log-20251226", "2025-12-25T10:00:00+09:00 web1 sshd[7]: Accepted publickey for taro from 198.51.100.1 port 5 ssh2\n", VERDICT_FAIL, MSG_ADMIN_SESSION_OUTSIDE, NULL },
		{ "/root/var/log/auth.log.old.txt", "2025-12-25T10:00:00+09:00 web1 sshd[7]: Accepted publickey for taro from 198.51.100.1 port 5 ssh2\n", VERDICT_PASS, MSG_ADMIN_KEPT, NULL }, /* nobody's rotation */
	};
	static const char *const dumps[] = { "/netlink/4-20-0206", "/netlink/4-20-0211", "/netlink/4-20-0a06", "/netlink/4-20-0a11" };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct stage s;
		struct trial t;

		stage_begin(&s, "");
		for (size_t k = 0; k < 4; k++)
			stage_put(&s, dumps[k], "");
		stage_put(&s, "/root/usr/sbin/sshd", "");
		stage_put(&s, "/root/proc/1/cmdline", "/sbin/init");
		stage_put(&s, "/root/proc/100/cmdline", "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups");
		stage_put(&s, "/root/proc/300/cmdline", "/usr/sbin/cron");
		stage_put(&s, "/root/etc/ssh/sshd_config", "UsePAM yes\n");
		stage_put(&s, "/root/etc/passwd", "root:x:0:0:root:/root:/bin/bash\n");
		stage_put(&s, "/root/etc/group", "root:x:0:\n");
		stage_put(&s, "/run/nft", NO_RULES);
		stage_put(&s, "/run/nft-sets", NO_RULES);
		stage_put(&s, "/root/var/log/auth.log", "2025-11-01T10:00:00+09:00 web1 sshd[7]: Server listening on :: port 22.\n");
		stage_put(&s, cases[i].path, cases[i].text);
		stage_look(&s, &t, &control_admin_source);
		fact_text(&t.facts, 900, "admin_address.prefix", STR("192.0.2.0/28"));
		fact_text(&t.facts, 900, "admin_address.until", STR("2026-12-31"));
		t.now_us = INT64_C(1767225600000000);
		trial_judge(&t, &control_admin_source);
		if (t.finding.verdict != cases[i].verdict || t.finding.message != cases[i].message || (cases[i].program && !str_eq_c(trial_s(&t, "program"), cases[i].program))) {
			test_failures++;
			printf("%s: %d %u, want %d %u [%s]\n", cases[i].path, t.finding.verdict, t.finding.message, cases[i].verdict, cases[i].message, t.looked ? rc_trail() : "");
		}
		trial_end(&t);
		stage_end(&s);
	}
}

/* A sign-in from elsewhere that logrotate has packed since; one that cannot be unpacked is no proof. */
CASE(packed_sign_ins_are_read) /*= S-3-3 type=test */
{
	static const char *const dumps[] = { "/netlink/4-20-0206", "/netlink/4-20-0211", "/netlink/4-20-0a06", "/netlink/4-20-0a11" };
	static const struct { const char *address, *stat; size_t cut; bool bomb; enum verdict verdict; uint16_t message; } cases[] = {
		{ "198.51.100.1", "1766700000 /var/log/auth.log.2.gz\n", 0, false, VERDICT_FAIL, MSG_ADMIN_SESSION_OUTSIDE },
		{ "192.0.2.1", "1766700000 /var/log/auth.log.2.gz\n", 0, false, VERDICT_PASS, MSG_ADMIN_KEPT },
		{ "198.51.100.1", "1766700000 /var/log/auth.log.2.gz\n", 1, false, VERDICT_UNKNOWN, MSG_ADMIN_SESSIONS_UNREAD }, /* cut short: nothing of it counts */
		{ "198.51.100.1", "1700000000 /var/log/auth.log.2.gz\n", 1, false, VERDICT_PASS, MSG_ADMIN_KEPT },               /* written before anything that is asked for */
		{ "198.51.100.1", "1766700000 /var/log/auth.log.2.gz\n", 0, true, VERDICT_PASS, MSG_ADMIN_KEPT_SINCE },          /* longer than is read: said */
	};
	static char bomb[17 << 20];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf packed = BUF(1 << 20);
		char line[200];
		struct stage s;
		struct trial t;

		stage_begin(&s, "");
		for (size_t k = 0; k < 4; k++)
			stage_put(&s, dumps[k], "");
		stage_put(&s, "/root/usr/sbin/sshd", "");
		stage_put(&s, "/root/proc/1/cmdline", "/sbin/init");
		stage_put(&s, "/root/proc/100/cmdline", "sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups");
		stage_put(&s, "/root/etc/ssh/sshd_config", "UsePAM yes\n");
		stage_put(&s, "/root/etc/passwd", "root:x:0:0:root:/root:/bin/bash\n");
		stage_put(&s, "/root/etc/group", "root:x:0:\n");
		stage_put(&s, "/run/nft", NO_RULES);
		stage_put(&s, "/run/nft-sets", NO_RULES);
		stage_put(&s, "/stat", cases[i].stat);
		stage_put(&s, "/root/var/log/auth.log", "2025-11-01T10:00:00+09:00 web1 sshd[7]: Server listening on :: port 22.\n");
		(void)snprintf(line, sizeof(line), "2025-12-25T10:00:00+09:00 web1 sshd[7]: Accepted publickey for taro from %s port 5 ssh2\n", cases[i].address);
		gzip(cases[i].bomb ? (struct str){ bomb, sizeof(bomb) } : str_of(line), &packed);
		gzip_put(s.folder, "/root/var/log/auth.log.2.gz", str_sub(buf_str(&packed), 0, packed.n - cases[i].cut));
		stage_look(&s, &t, &control_admin_source);
		fact_text(&t.facts, 900, "admin_address.prefix", STR("192.0.2.0/28"));
		fact_text(&t.facts, 900, "admin_address.until", STR("2026-12-31"));
		t.now_us = INT64_C(1767225600000000);
		trial_judge(&t, &control_admin_source);
		if (t.finding.verdict != cases[i].verdict || t.finding.message != cases[i].message) {
			test_failures++;
			printf("packed %zu: %d %u, want %d %u [%s]\n", i, t.finding.verdict, t.finding.message, cases[i].verdict, cases[i].message, t.looked ? rc_trail() : "");
		}
		trial_end(&t);
		stage_end(&s);
		buf_free(&packed);
	}
}

TEST_MAIN
