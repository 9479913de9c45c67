// SPDX-License-Identifier: Apache-2.0
#include "control/people_test.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>

#include "control/pam_stage.h"

extern const struct control control_admin_encryption;

CASE(machines) /*= S-3-3 type=test */
{
	static const struct people_case cases[] = {
		{ "silent", { NULL }, VERDICT_UNKNOWN, MSG_ENCRYPTION_NO_ANSWER }, /* the machine did not answer */
		{ "hostile", { NULL }, VERDICT_UNKNOWN, MSG_ENCRYPTION_NO_ANSWER },
		{ "container", { NULL }, VERDICT_PASS, MSG_ENCRYPTION_NO_SSH },
		{ "accounts/fresh", { NULL }, VERDICT_PASS, MSG_ENCRYPTION_SSH },
		{ "accounts/kept", { NULL }, VERDICT_PASS, MSG_ENCRYPTION_SSH },
		{ "accounts/broken", { NULL }, VERDICT_FAIL, MSG_ENCRYPTION_PLAIN }, /* telnet */
	};

	PEOPLE_TABLE(&control_admin_encryption, cases);
}

/* A machine with one TCP listener, socket 77, and a process that holds it, or another. */
static void
stage_listener(const struct stage *s, uint16_t port, const char *exe, const char *socket_link)
{
	static const char *const others[] = { "/netlink/4-20-0211", "/netlink/4-20-0a06", "/netlink/4-20-0a11" };
	struct { struct nlmsghdr head; struct inet_diag_msg m; } dump;
	char path[256];
	FILE *out;

	memset(&dump, 0, sizeof(dump));
	dump.head = (struct nlmsghdr){ .nlmsg_len = sizeof(dump), .nlmsg_type = SOCK_DIAG_BY_FAMILY };
	dump.m.idiag_family = AF_INET;
	dump.m.idiag_state = 10;
	dump.m.id.idiag_sport = htons(port);
	dump.m.idiag_inode = 77;
	for (size_t i = 0; i < 3; i++)
		stage_put(s, others[i], "");
	stage_put(s, "/netlink/4-20-0206", "");
	stage_put(s, "/root/proc/1/fd/0", "");
	stage_put(s, "/root/proc/50/fd/0", "");
	(void)snprintf(path, sizeof(path), "%s/netlink/4-20-0206", s->folder);
	out = fopen(path, "w");
	CHECK(out && fwrite(&dump, sizeof(dump), 1, out) == 1 && fclose(out) == 0);
	(void)snprintf(path, sizeof(path), "%s/root/proc/1/fd/0", s->folder);
	CHECK(unlink(path) == 0 && symlink("/dev/null", path) == 0);
	(void)snprintf(path, sizeof(path), "%s/root/proc/50/fd/0", s->folder);
	CHECK(unlink(path) == 0 && symlink(socket_link, path) == 0);
	(void)snprintf(path, sizeof(path), "%s/root/proc/50/exe", s->folder);
	CHECK(symlink(exe, path) == 0);
}

CASE(other_doors_than_debians_sshd) /*= S-3-3 type=test */
{
	static const struct { uint16_t port; const char *exe, *holds; enum verdict verdict; uint16_t message; } cases[] = {
		{ 443, "/usr/sbin/nginx", "socket:[77]", VERDICT_PASS, MSG_ENCRYPTION_NO_SSH },
		{ 2222, "/usr/sbin/dropbear", "socket:[77]", VERDICT_UNKNOWN, MSG_ENCRYPTION_PERHAPS },
		{ 2375, "/usr/bin/dockerd", "socket:[77]", VERDICT_UNKNOWN, MSG_ENCRYPTION_PERHAPS },
		{ 22, "/usr/bin/python3.11", "socket:[77]", VERDICT_UNKNOWN, MSG_ENCRYPTION_PERHAPS },
		{ 22, "/usr/lib/systemd/systemd", "socket:[77]", VERDICT_UNKNOWN, MSG_ENCRYPTION_PERHAPS },
		{ 22, "/usr/local/sbin/sshd", "socket:[77]", VERDICT_UNKNOWN, MSG_SSHD_REFUSED }, /* what it was started with is not known */
		{ 22, "/usr/sbin/nginx", "socket:[78]", VERDICT_UNKNOWN, MSG_ENCRYPTION_UNSEEN }, /* held by nobody that is seen */
		{ 8022, "/usr/sbin/nginx", "socket:[78]", VERDICT_UNKNOWN, MSG_ENCRYPTION_UNSEEN },
		{ 2049, "/usr/sbin/nginx", "socket:[78]", VERDICT_PASS, MSG_ENCRYPTION_NO_SSH }, /* the kernel's own */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct stage s;
		struct trial t;

		stage_begin(&s, "");
		stage_listener(&s, cases[i].port, cases[i].exe, cases[i].holds);
		stage_look(&s, &t, &control_admin_encryption);
		if (t.finding.verdict != cases[i].verdict || t.finding.message != cases[i].message) {
			test_failures++;
			printf("case %zu: %d %u, want %d %u [%s]\n", i, t.finding.verdict, t.finding.message, cases[i].verdict, cases[i].message, t.looked ? rc_trail() : "");
		}
		trial_end(&t);
		stage_end(&s);
	}
}

TEST_MAIN
