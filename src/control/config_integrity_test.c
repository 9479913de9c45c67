// SPDX-License-Identifier: Apache-2.0
#include "control/control_test.h"

#include "base/time_text.h"
#include "control/dpkg_log.h"
#include "control/md5sums.h"
#include "control/watched.h"

extern const struct control control_config_integrity;
#define C (&control_config_integrity)

/* One inspection after another, as core does: the facts of each are the memory of the next. */
static void
inspect(struct trial *t, const char *machine, const struct facts *before)
{
	trial_look(t, C, machine);
	if (t->looked == RC_OK)
		C->recall(&t->facts, before, before ? t->now_us : t->now_us - 2 * DAY_US);
	trial_judge(t, C);
}

static uint32_t
row_at(const struct facts *f, const char *path)
{
	for (size_t i = 0; i < f->count; i++)
		if (str_eq_c(f->list[i].key, "path") && str_eq_c(f->list[i].text, path))
			return f->list[i].row;
	return 0;
}

CASE(the_first_inspection_is_the_baseline) /*= S-3-7c type=test */
{
	struct trial one, two;

	inspect(&one, "installed", NULL);
	CHECK_INT(one.finding.verdict, VERDICT_UNKNOWN);
	CHECK_INT(one.finding.message, MSG_CONFIG_BASELINE);
	CHECK_INT(trial_n(&one, "local"), 2);                            /* one changed, one deleted */
	CHECK(row_at(&one.facts, "/etc/nginx/nginx.conf") == 0);         /* as packaged, root's, 0644: only counted */
	CHECK(row_at(&one.facts, "/etc/diverted.by-other") == 0);        /* a diverted conffile is where it went */
	CHECK(row_at(&one.facts, "/etc/old.conf") == 0);                 /* obsolete and gone */
	CHECK_STR(fact_s(&one.facts, row_at(&one.facts, "/etc/sudoers"), "state"), "packaged:0440:0:0:-");
	CHECK_STR(fact_s(&one.facts, row_at(&one.facts, "/etc/sudo_logsrvd.conf"), "state"), "absent");
	inspect(&two, "installed", &one.facts);
	CHECK_INT(two.finding.verdict, VERDICT_PASS);
	CHECK_INT(two.finding.message, MSG_CONFIG_SAME);
	trial_end(&one);
	trial_end(&two);
}

CASE(ordinary_life_is_no_finding) /*= S-3-7c type=test */
{
	struct trial one, two, three;

	inspect(&one, "installed", NULL);
	inspect(&two, "week-later", &one.facts);
	CHECK_INT(two.finding.message, MSG_CONFIG_SAME);
	trial_end(&two);
	inspect(&two, "upgraded", &one.facts);
	CHECK_INT(two.finding.verdict, VERDICT_UNKNOWN); /* the conffile is the package's own, the command line names another kernel; who added the user, dpkg does not say */
	CHECK_INT(two.finding.message, MSG_CONFIG_DURING_WORK);
	CHECK_INT(trial_n(&two, "count"), 1);
	CHECK_STR(trial_s(&two, "first"), "/etc/passwd");
	inspect(&three, "installed", &two.facts); /* and going back is no change */
	CHECK_INT(three.finding.message, MSG_CONFIG_SAME);
	trial_end(&one);
	trial_end(&two);
	trial_end(&three);
}

CASE(rotation_takes_no_explanation_away) /*= S-3-7c type=test */
{
	static const char *const machines[] = { "rotated/plain", "rotated/dated", "rotated/packed" };

	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
		struct trial one, two;

		inspect(&one, "installed", NULL);
		inspect(&two, machines[i], &one.facts);
		CHECK_INT(two.finding.message, MSG_CONFIG_DURING_WORK); /* as the day before: "upgraded" */
		CHECK_INT(trial_n(&two, "count"), 1);
		CHECK(fact_get(&two.facts, row_at(&two.facts, "/etc/nginx/nginx.conf"), "explained") || row_at(&two.facts, "/etc/nginx/nginx.conf") == 0);
		trial_end(&one);
		trial_end(&two);
	}
}

CASE(whatever_was_tampered_with_is_found) /*= S-3-7c type=test */
{
	static const char *const paths[] = { "/etc/sudoers", "/etc/cron.d/backdoor", "/etc/nginx/nginx.conf", "/etc/passwd", "/etc/pam.d/common-auth", "/etc/shadow", "/etc/group",
		"/etc/systemd/system/multi-user.target.wants/nginx.service" };
	struct trial one, two, three;

	inspect(&one, "installed", NULL);
	inspect(&two, "tampered", &one.facts);
	CHECK_INT(two.finding.verdict, VERDICT_FAIL);
	CHECK_INT(two.finding.message, MSG_CONFIG_CHANGED);
	CHECK_INT(trial_n(&two, "count"), 8);
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		uint32_t row = row_at(&two.facts, paths[i]);

		CHECK(row && fact_get(&two.facts, row, "changed_at") && fact_s(&two.facts, row, "accept").n == 32);
	}
	CHECK(str_ends(fact_s(&two.facts, row_at(&two.facts, "/etc/group"), "was"), STR(":0644:0:0:-")));
	CHECK(!str_ends(fact_s(&two.facts, row_at(&two.facts, "/etc/group"), "state"), STR(":-"))); /* nothing but its access list */
	inspect(&three, "tampered", &two.facts); /* it stays so, since then */
	CHECK_INT(three.finding.verdict, VERDICT_FAIL);
	CHECK_INT(trial_n(&three, "count"), 8);
	CHECK_INT(fact_n(&three.facts, row_at(&three.facts, "/etc/cron.d/backdoor"), "changed_at", 0), fact_n(&two.facts, row_at(&two.facts, "/etc/cron.d/backdoor"), "changed_at", 1));
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) { /* a person accepts each of them */
		uint32_t row = fact_rows(&three.facts) + 1;

		fact_text(&three.facts, row, "config_change.path", str_of(paths[i]));
		fact_text(&three.facts, row, "config_change.state", fact_s(&three.facts, row_at(&three.facts, paths[i]), "accept"));
		trial_judge(&three, C);
		CHECK_INT(three.finding.verdict, i + 1 < sizeof(paths) / sizeof(paths[0]) ? VERDICT_FAIL : VERDICT_PASS);
	}
	CHECK_INT(trial_n(&three, "accepted"), 8);
	trial_end(&three);
	inspect(&three, "installed", &two.facts); /* reverted: as before */
	CHECK_INT(three.finding.verdict, VERDICT_PASS);
	CHECK_INT(three.finding.message, MSG_CONFIG_SAME);
	trial_end(&one);
	trial_end(&two);
	trial_end(&three);
}

/* 20454 is the day of NOW and of the inspection before it (2026-01-01, and two days earlier 20452). */
CASE(a_new_password_is_no_change_of_configuration) /*= S-3-7c type=test */
{
	static const struct { const char *machine; enum verdict verdict; uint16_t message; const char *how; } cases[] = {
		{ "shadow/passwd", VERDICT_PASS, MSG_CONFIG_EXPLAINED, "" },
		{ "shadow/swapped", VERDICT_FAIL, MSG_CONFIG_CHANGED, "passwords" },         /* another hash, and nobody set it */
		{ "shadow/unlocked", VERDICT_FAIL, MSG_CONFIG_CHANGED, "content, passwords" }, /* root has a password now */
		{ "shadow/added", VERDICT_FAIL, MSG_CONFIG_CHANGED, "content, passwords" },    /* an account more */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial one, two, three;
		uint32_t row;

		inspect(&one, "installed", NULL);
		inspect(&two, cases[i].machine, &one.facts);
		CHECK_INT(two.finding.verdict, cases[i].verdict);
		CHECK_INT(two.finding.message, cases[i].message);
		if (cases[i].verdict == VERDICT_FAIL) {
			CHECK_STR(trial_s(&two, "first"), "/etc/shadow");
			CHECK_STR(trial_s(&two, "how"), cases[i].how);
		} else {
			row = row_at(&two.facts, "/etc/shadow");
			CHECK_STR(fact_s(&two.facts, row, "work"), "passwd");
			inspect(&three, cases[i].machine, &two.facts); /* and it is the next baseline */
			CHECK_INT(three.finding.message, MSG_CONFIG_SAME);
			trial_end(&three);
		}
		trial_end(&one);
		trial_end(&two);
	}
}

CASE(the_machine_did_not_answer)
{
	struct trial t;

	inspect(&t, "silent", NULL);
	CHECK_RC(t.looked, RC_DENIED);
	CHECK_INT(t.finding.message, MSG_CONFIG_NO_ANSWER);
	trial_end(&t);
	inspect(&t, "hostile", NULL);
	CHECK_INT(t.finding.verdict, VERDICT_UNKNOWN);
	trial_end(&t);
	inspect(&t, "container", NULL); /* no conffiles, no log: what is there is taken down */
	CHECK_INT(t.finding.message, MSG_CONFIG_BASELINE);
	trial_end(&t);
}

CASE(only_what_dpkg_wrote_is_explained_by_its_work) /*= S-3-7c type=test */
{
	static const struct { const char *was, *state, *package; bool explained; } cases[] = {
		{ "aa:0640:0:0:-", "packaged:0640:0:0:-", "x", true },  { "packaged", "packaged:0440:0:0:-", "x", true },    { "absent", "packaged:0440:0:0:-", "x", true },
		{ "aa:0640:0:0:-", "bb:0640:0:0:-", "x", false },       { "packaged", "bb:0644:0:0:-", "x", false },          { "absent", "bb:0644:0:0:-", NULL, false },
		{ "aa:0640:0:0:-", "packaged:0666:0:0:-", "x", false }, { "packaged", "packaged:0646:0:0:-", "x", false },    { "packaged", "packaged:0440:1000:0:-", "x", false },
		{ "packaged", "packaged:4755:0:0:00", "x", false },     { "packaged", "packaged:4755:0:0:-", "x", false },    { "packaged", "absent", "x", false },                 { "link:aa", "link:bb", NULL, false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial one, two;

		trial_begin(&one, C);
		trial_begin(&two, C);
		fact_time(&one.facts, 0, "baseline_at", 1000);
		fact_time(&one.facts, 0, "inspected_at", 1000);
		fact_int(&one.facts, 0, "list", 1);
		fact_text(&one.facts, 1, "path", STR("/etc/x"));
		fact_text(&one.facts, 1, "state", str_of(cases[i].was));
		fact_int(&two.facts, 0, "list", 1);
		fact_bool(&two.facts, 0, "inspected", true);
		fact_text(&two.facts, 1, "path", STR("/etc/x"));
		fact_text(&two.facts, 1, "state", str_of(cases[i].state));
		if (cases[i].package)
			fact_text(&two.facts, 1, "package", str_of(cases[i].package));
		fact_time(&two.facts, 1, "worked_at", 2000);
		C->recall(&two.facts, &one.facts, 3000);
		CHECK_INT(fact_get(&two.facts, 1, "explained") != NULL, cases[i].explained);
		CHECK_INT(fact_get(&two.facts, 1, "during_work") != NULL, !cases[i].explained);
		trial_end(&one);
		trial_end(&two);
	}
}

CASE(a_fresh_machine)
{
	struct trial one, two;

	inspect(&one, "fresh", NULL);
	CHECK_INT(one.finding.message, MSG_CONFIG_BASELINE);
	inspect(&two, "fresh", &one.facts);
	CHECK_INT(two.finding.message, MSG_CONFIG_SAME);
	trial_end(&one);
	trial_end(&two);
}

CASE(a_declared_file_has_its_own_baseline)
{
	struct trial one, two;

	inspect(&one, "installed", NULL);
	trial_begin(&two, C);
	fact_text(&two.given, 1, "watched_file.path", STR("/etc/machine-id"));
	fact_text(&two.given, 2, "watched_file.path", STR("/etc/not/there"));
	fact_text(&two.given, 3, "watched_file.path", STR("relative/../x"));
	trial_look_given(&two, C, "installed");
	C->recall(&two.facts, &one.facts, two.now_us);
	trial_judge(&two, C);
	CHECK_INT(two.finding.message, MSG_CONFIG_SAME);
	CHECK_STR(fact_s(&two.facts, row_at(&two.facts, "/etc/not/there"), "state"), "absent");
	trial_end(&one);
	trial_end(&two);
}

/* Files of a package that are no conffiles: its md5sums say what it brought. */
CASE(a_declared_file_of_a_package) /*= S-3-7c type=test */
{
	static const struct { const char *path; bool explained; } cases[] = { { "/usr/share/tool/rules", true }, { "/usr/lib/tool/run", true }, { "/usr/share/tool/by-hand", false } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial one, two;
		uint32_t row;

		trial_begin(&one, C);
		fact_text(&one.given, 1, "watched_file.path", str_of(cases[i].path));
		trial_look_given(&one, C, "installed");
		C->recall(&one.facts, NULL, one.now_us - 2 * DAY_US);
		trial_begin(&two, C);
		fact_text(&two.given, 1, "watched_file.path", str_of(cases[i].path));
		trial_look_given(&two, C, "upgraded");
		C->recall(&two.facts, &one.facts, two.now_us);
		row = row_at(&two.facts, cases[i].path);
		CHECK(row && fact_n(&two.facts, row, "worked_at", 0));
		CHECK_INT(fact_get(&two.facts, row, "explained") != NULL, cases[i].explained);
		CHECK_INT(fact_get(&two.facts, row, "during_work") != NULL, !cases[i].explained);
		trial_end(&one);
		trial_end(&two);
	}
}

CASE(lines_of_sums)
{
	static const struct { const char *line, *path; enum rc rc; } cases[] = {
		{ "0123456789abcdef0123456789abcdef  usr/bin/x", "/usr/bin/x", RC_OK },      { "0123456789abcdef0123456789abcdef  bin/x", "/usr/bin/x", RC_OK },
		{ "0123456789abcdef0123456789abcdef  usr/lib64/x y", "/lib64/x y", RC_OK },  { "0123456789ABCDEF0123456789abcdef  usr/bin/x", "", RC_SYNTAX },
		{ "0123456789abcdef0123456789abcdef  /usr/bin/x", "", RC_SYNTAX },           { "0123456789abcdef0123456789abcdef usr/bin/x", "", RC_SYNTAX },
		{ "0123456789abcdef0123456789abcdef  ", "", RC_SYNTAX },                     { "", "", RC_SYNTAX },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str md5, path;

		CHECK_RC(md5sums_line(str_of(cases[i].line), &md5, &path), cases[i].rc);
		if (cases[i].rc == RC_OK) {
			CHECK(md5sums_same_path(str_of(cases[i].path), path));
			CHECK(!md5sums_same_path(STR("/share/x"), path) && !md5sums_same_path(STR("usr/bin/x"), path) && !md5sums_same_path(STR_NONE, path));
		}
	}
}

CASE(lines_of_conffiles)
{
	static const struct { const char *line, *path; bool obsolete; enum rc rc; } cases[] = {
		{ " /etc/a 0123", "/etc/a", false, RC_OK }, { " /etc/with blank 0123 obsolete", "/etc/with blank", true, RC_OK }, { " /etc/a newconffile", "/etc/a", false, RC_OK },
		{ " /etc/a 0123 obsolete remove-on-upgrade", "/etc/a", true, RC_OK }, { " etc/a 0123", "", false, RC_SYNTAX }, { " /etc/a", "", false, RC_SYNTAX }, { "", "", false, RC_SYNTAX },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str path = STR_NONE, md5;
		bool obsolete = false;

		CHECK_RC(conffile_line(str_of(cases[i].line), &path, &md5, &obsolete), cases[i].rc);
		CHECK_STR(path, cases[i].path);
		CHECK(obsolete == cases[i].obsolete);
	}
}

CASE(spans_of_the_log)
{
	struct dpkg_log l = DPKG_LOG;
	int64_t at = INT64_C(1767225600000000), from; /* 2026-01-01T00:00:00Z */
	static char line[1 << 20];

	dpkg_log_feed(&l, STR("2026-01-01 08:00:00 startup archives unpack\n2026-01-01 08:01:0"));
	dpkg_log_feed(&l, STR("0 status installed a:amd64 1\n2026-01-01 08:30:00 startup packages purge\nnonsense\n2026-13-45 99:00:00 x\n"));
	memset(line, 'x', sizeof(line));
	dpkg_log_feed(&l, (struct str){ line, sizeof(line) }); /* a line of a megabyte */
	dpkg_log_feed(&l, STR("\n2026-01-01 09:00:00 status installed b:amd64 1\n"));
	CHECK(l.odd);
	CHECK_INT(l.count, 3);
	dpkg_log_settle(&l, at);                                        /* nine hours ahead: Japan */
	CHECK(dpkg_log_during(&l, at - HOUR_US + 30 * SECOND_US, &from));
	CHECK(!dpkg_log_during(&l, at - 45 * MINUTE_US, &from));
	CHECK(dpkg_log_during(&l, at + 5 * SECOND_US, &from));
	CHECK(!dpkg_log_during(&l, at + MINUTE_US, &from));
	dpkg_log_free(&l);
	l = (struct dpkg_log)DPKG_LOG;
	dpkg_log_feed(&l, STR("2026-01-01 08:00:00 x\n"));
	dpkg_log_settle(&l, at + 7 * MINUTE_US); /* no zone fits: somebody else wrote to it */
	CHECK_INT(l.count, 0);
	dpkg_log_free(&l);
}

TEST_MAIN
