// SPDX-License-Identifier: Apache-2.0
#include "control/control_test.h"

#include "base/time_text.h"
#include "control/gunzip_test.h"
#include "control/maps.h"
#include "control/pam_stage.h"

#define LISTS "/var/lib/apt/lists/"

extern const struct control control_os_patches;

static void
trial(struct trial *t, const char *machine, int64_t seen_days_ago)
{
	trial_look(t, &control_os_patches, machine);
	facts_carry(&t->facts, NULL, control_os_patches.remember, t->now_us - seen_days_ago * DAY_US);
	trial_judge(t, &control_os_patches);
}

CASE(nothing_waits) /*= S-2-3 type=test */
{
	struct trial t;

	trial(&t, "kept", 0);
	CHECK_INT(t.finding.verdict, VERDICT_PASS);
	CHECK_INT(t.finding.message, MSG_PATCHES_NONE_PENDING);
	CHECK_INT(fact_n(&t.facts, 0, "packages", -1), 4);
	trial_end(&t);
}

CASE(a_fix_waits_and_then_is_overdue) /*= S-2-3 type=test */
{
	struct trial t;

	trial(&t, "fresh", 13);
	CHECK_INT(t.finding.verdict, VERDICT_PASS);
	CHECK_INT(t.finding.message, MSG_PATCHES_WAITING);
	CHECK_INT(trial_n(&t, "count"), 1); /* two packages of one source: one fix */
	CHECK_STR(trial_s(&t, "first"), "openssl 3.0.17-1~deb12u3");
	CHECK_INT(trial_n(&t, "days"), 1);
	CHECK_INT(fact_n(&t.facts, 0, "other_updates", -1), 1); /* curl: newer, but no security list names it */
	trial_end(&t);
	trial(&t, "fresh", 14);
	CHECK_INT(t.finding.verdict, VERDICT_PASS);
	trial_end(&t);
	trial(&t, "fresh", 15);
	CHECK_INT(t.finding.verdict, VERDICT_FAIL);
	CHECK_INT(t.finding.message, MSG_PATCHES_UNDECIDED);
	CHECK_INT(trial_n(&t, "days"), 15);
	fact_text(&t.facts, 9, "fix_decision.package", STR("libssl3")); /* the contractor decided: any package of the source names it */
	fact_text(&t.facts, 9, "fix_decision.decision", STR("apply"));
	fact_time(&t.facts, 9, "fix_decision.by", t.now_us);
	trial_judge(&t, &control_os_patches);
	CHECK_INT(t.finding.verdict, VERDICT_PASS);
	CHECK_INT(t.finding.message, MSG_PATCHES_DECIDED);
	t.now_us += DAY_US; /* its day is over: a decision is due again, not at once a failure */
	trial_judge(&t, &control_os_patches);
	CHECK_INT(t.finding.message, MSG_PATCHES_WAITING);
	t.now_us += 15 * DAY_US;
	trial_judge(&t, &control_os_patches);
	CHECK_INT(t.finding.message, MSG_PATCHES_UNDECIDED);
	trial_end(&t);
	trial(&t, "fresh", 15);
	fact_text(&t.facts, 9, "fix_decision.package", STR("openssl"));
	fact_text(&t.facts, 9, "fix_decision.version", STR("3.0.17-1~deb12u2")); /* of another fix */
	fact_time(&t.facts, 9, "fix_decision.by", t.now_us);
	trial_judge(&t, &control_os_patches);
	CHECK_INT(t.finding.message, MSG_PATCHES_UNDECIDED);
	trial_end(&t);
	trial_look(&t, &control_os_patches, "fresh"); /* nobody knows since when it waits */
	trial_judge(&t, &control_os_patches);
	CHECK_INT(t.finding.verdict, VERDICT_UNKNOWN);
	trial_end(&t);
}

CASE(kernel_and_replaced_code)
{
	struct trial t;
	bool kernel = false, restart = false, held = false, reboot = false;

	trial(&t, "broken", 1);
	CHECK_INT(t.finding.verdict, VERDICT_PASS);
	CHECK_INT(trial_n(&t, "count"), 4);
	for (uint32_t row = 1; row <= fact_rows(&t.facts); row++) {
		struct str kind = fact_s(&t.facts, row, "kind"), fix = fact_s(&t.facts, row, "fix");

		kernel |= str_eq(kind, STR("kernel")) && str_eq(fix, STR("linux-image-6.1.0-39-amd64")); /* not the cloud flavour */
		restart |= str_eq(kind, STR("restart")) && str_eq(fix, STR("/usr/sbin/sshd")) && str_eq(fact_s(&t.facts, row, "file"), STR("/usr/lib/x86_64-linux-gnu/libssl.so.3"));
		held |= str_eq(fix, STR("bash 5.2.15-2+deb12u1")) && fact_n(&t.facts, row, "held", 0); /* a hold is not a decision */
		reboot |= str_eq(kind, STR("reboot"));
	}
	CHECK(kernel && restart && held && !reboot);
	trial_end(&t);
}

CASE(what_cannot_be_known)
{
	struct trial t;

	trial(&t, "silent", 0); /* the machine did not answer */
	CHECK(t.looked != RC_OK);
	CHECK_INT(t.finding.message, MSG_PATCHES_NO_ANSWER);
	trial_end(&t);
	trial(&t, "hostile", 0);
	CHECK_RC(t.looked, RC_SYNTAX);
	CHECK_INT(t.finding.verdict, VERDICT_UNKNOWN);
	trial_end(&t);
	trial(&t, "container", 0);
	CHECK_INT(t.finding.message, MSG_PATCHES_NO_LISTS);
	CHECK_INT(fact_n(&t.facts, 0, "container", -1), 1);
	trial_end(&t);
	trial(&t, "kept", 0);
	t.now_us += 6 * DAY_US;
	trial_judge(&t, &control_os_patches);
	CHECK_INT(t.finding.verdict, VERDICT_PASS);
	t.now_us += 12 * HOUR_US + SECOND_US; /* past Valid-Until of the security list */
	trial_judge(&t, &control_os_patches);
	CHECK_INT(t.finding.message, MSG_PATCHES_LISTS_OLD);
	for (size_t i = 0; i < t.facts.count; i++)
		if (str_eq(t.facts.list[i].key, STR("maps_whole")))
			t.facts.list[i].n = 0;
	t.now_us -= 6 * DAY_US;
	trial_judge(&t, &control_os_patches);
	CHECK_INT(t.finding.message, MSG_PATCHES_MAPS_UNSEEN);
	trial_end(&t);
}

CASE(lines_of_maps)
{
	static const struct { const char *maps, *path; enum rc rc; } cases[] = {
		{ "", "", RC_OK }, { "1-2 r-xp 0 fe:01 5    /usr/lib/a.so (deleted)\n", "/usr/lib/a.so", RC_OK }, { "1-2 r--p 0 fe:01 5    /usr/lib/a.so (deleted)\n", "", RC_OK },
		{ "1-2 r-xp 0 fe:01 5    /usr/lib/a.so\n", "", RC_OK }, { "1-2 r-xp 0 00:00 0 \n", "", RC_OK }, { "1-2 r-xp 0 00:00 0\n", "", RC_OK },
		{ "1-2 r-xp 0 00:01 5 /memfd:x (deleted)\n1-2 r-xp 0 00:01 5 /tmp/usr/x (deleted)\n", "", RC_OK }, { "1-2 r-xp\n", "", RC_SYNTAX }, { "1-2 x 0 0 0\n", "", RC_SYNTAX },
		{ "1-2 r-xp 0 fe:01 5 /usr/bin/with space (deleted)\n", "/usr/bin/with space", RC_OK },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str path;

		CHECK_RC(maps_replaced(str_of(cases[i].maps), &path), cases[i].rc);
		CHECK_STR(path, cases[i].path);
	}
}

/* Acquire::GzipIndexes: the lists of "fresh" as apt keeps them packed; damaged, they are no answer. */
CASE(lists_packed_by_gzip) /*= S-2-3 type=test */
{
	static const char *const files[] = { "/var/lib/dpkg/status", LISTS "deb.debian.org_debian-security_dists_bookworm-security_InRelease", LISTS "deb.debian.org_debian-security_dists_bookworm-security_main_binary-amd64_Packages",
		LISTS "deb.debian.org_debian_dists_bookworm_InRelease", LISTS "deb.debian.org_debian_dists_bookworm_main_binary-amd64_Packages" };

	for (int damaged = 0; damaged < 2; damaged++) {
		struct host *fresh = host_open_tree("tests/hosts/fresh");
		struct stage s;
		struct trial t;

		CHECK(fresh != NULL);
		if (fresh == NULL)
			return;
		stage_begin(&s, "");
		stage_put(&s, "/uname", "6.1.0-28-amd64\n");
		stage_put(&s, "/root" LISTS "lock", "");
		stage_put(&s, "/root/var/lib/dpkg/lock", "");
		for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
			struct buf text = BUF(1 << 20), packed = BUF(1 << 20);
			bool list = str_ends(str_of(files[i]), STR("_Packages"));
			char path[300];

			CHECK_OK(host_read(fresh, files[i], 1 << 20, &text));
			gzip(buf_str(&text), &packed);
			(void)snprintf(path, sizeof(path), "/root%s%s", files[i], list ? ".gz" : "");
			gzip_put(s.folder, path, list ? str_sub(buf_str(&packed), 0, packed.n - (size_t)damaged) : buf_str(&text));
			buf_free(&text);
			buf_free(&packed);
		}
		stage_look(&s, &t, &control_os_patches);
		CHECK_RC(t.looked, damaged ? RC_SYNTAX : RC_OK);
		if (!damaged) {
			CHECK_INT(fact_n(&t.facts, 0, "packages", -1), 4);
			CHECK_INT(fact_n(&t.facts, 0, "other_updates", -1), 1);
		}
		trial_end(&t);
		stage_end(&s);
		host_close(fresh);
	}
}

TEST_MAIN
