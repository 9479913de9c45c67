// SPDX-License-Identifier: Apache-2.0
#include "control/control_test.h"

#include "base/time_text.h"
#include "control/retention.h"

extern const struct control control_log_retention;
#define C (&control_log_retention)

CASE(machines) /*= S-3-5 type=test */
{
	static const struct trial_case cases[] = {
		{ "kept", VERDICT_PASS, MSG_RETENTION_KEPT },                 /* 400 days are held, no limit by time */
		{ "fresh", VERDICT_UNKNOWN, MSG_RETENTION_BY_SIZE },          /* three days are held; the size alone promises nothing */
		{ "broken", VERDICT_FAIL, MSG_RETENTION_NOTHING },            /* auth.log is empty */
		{ "logs-short", VERDICT_FAIL, MSG_RETENTION_SETTING },        /* a drop-in keeps a month, logrotate four weeks */
		{ "logs-volatile", VERDICT_FAIL, MSG_RETENTION_SETTING },     /* the journal is in memory from now on */
		{ "logs-young", VERDICT_PASS, MSG_RETENTION_KEPT },           /* a month old; rotated weekly, 60 times */
		{ "logs-cut", VERDICT_FAIL, MSG_RETENTION_SHORT },            /* settings are right; what is held is not */
		{ "logs-rate", VERDICT_PASS, MSG_RETENTION_KEPT },            /* its size lasts for years at this rate */
		{ "container", VERDICT_FAIL, MSG_RETENTION_NOTHING },
		{ "silent", VERDICT_UNKNOWN, MSG_RETENTION_NO_ANSWER },       /* the machine did not answer */
		{ "hostile", VERDICT_UNKNOWN, MSG_RETENTION_NO_ANSWER },
	};
	struct trial t;

	TRIAL_TABLE(C, cases);
	trial_look(&t, C, "logs-cut"); /* the service began a month ago: there was nothing to keep before */
	fact_text(&t.facts, 0, "setting.go_live", STR("2025-12-02"));
	trial_judge(&t, C);
	CHECK_INT(t.finding.verdict, VERDICT_PASS);
	trial_end(&t);
}

CASE(spans_and_sizes)
{
	static const struct { const char *text; int64_t seconds; } spans[] = {
		{ "86400", 86400 }, { "1month", 2629800 }, { "2week 3d", 17 * 86400 }, { "1y", 31557600 }, { "5min 20s", 320 }, { "1 h", 3600 }, { "01d", 86400 }, { "1fortnight", -1 }, { "", -1 }, { "-1", -1 },
		{ "99999999999999999999", -1 }, { "day", -1 }, { "1.5d", 129600 }, { "0.5h 30s", 1830 }, { "1.", -1 }, { ".5d", -1 }, { "infinity", 0 },
	};
	static const struct { const char *text; int64_t bytes; } sizes[] = { { "500M", 500 << 20 }, { "4G", INT64_C(4) << 30 }, { "1024", 1024 }, { "1K", 1024 }, { "1.5K", 1536 }, { "1.5G", 3 * (INT64_C(1) << 29) }, { "1.G", -1 }, { "1.5.5G", -1 }, { "x", -1 }, { "", -1 }, { "99999999999P", -1 } };

	for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
		int64_t us = -SECOND_US;

		CHECK_RC(systemd_span(str_of(spans[i].text), &us), spans[i].seconds < 0 ? RC_SYNTAX : RC_OK);
		CHECK_INT(us / SECOND_US, spans[i].seconds);
	}
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		uint64_t bytes = (uint64_t)-1;

		CHECK_RC(systemd_bytes(str_of(sizes[i].text), &bytes), sizes[i].bytes < 0 ? RC_SYNTAX : RC_OK);
		CHECK_INT((int64_t)bytes, sizes[i].bytes);
	}
}

CASE(settings_of_journald)
{
	struct journald j = { .retention_us = 0 };

	journald_add(&j, STR("[Journal]\nStorage=volatile\nMaxRetentionSec=1month\nSystemMaxUse=1G\n[Other]\nStorage=none\n"));
	CHECK_STR(j.storage, "volatile");
	CHECK_INT(j.retention_us / DAY_US, 30);
	journald_add(&j, STR("# Storage=none\n[Journal]\nStorage = persistent\nMaxRetentionSec=\nSystemMaxUse=nonsense\nStorage=odd\n"));
	CHECK_STR(j.storage, "persistent"); /* a later file overrides, an empty value undoes, nonsense is passed over */
	CHECK_INT(j.retention_us, 0);
	CHECK_INT((int64_t)j.bytes_max, 1 << 30);
}

CASE(words_lines_and_files_of_journald)
{
	static const struct { const char *conf, *storage; int64_t retention_days, files, file_days; } cases[] = {
		{ "[Journal]\nStorage=Persistent\n", "", 0, 0, 0 },                          /* no word of journald's: as if it were not there */
		{ "[Journal]\nMaxRetentionSec=\\\n# a comment between\n 400day\n", "", 400, 0, 0 },
		{ "[Journal]\nMaxRetentionSec=1.5week\n", "", 10, 0, 0 },
		{ "[Journal]\n# Storage=none \\\nStorage=volatile\n", "volatile", 0, 0, 0 }, /* a comment does not go on */
		{ "[Journal]\nSystemMaxFiles=2\nMaxFileSec=1day\n", "", 0, 2, 1 },
		{ "[Journal]\nSystemMaxFiles=many\nMaxFileSec=\n", "", 0, 0, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct journald j = { .retention_us = 0 };

		journald_add(&j, str_of(cases[i].conf));
		CHECK_STR(j.storage, cases[i].storage);
		CHECK_INT(j.retention_us / DAY_US, cases[i].retention_days);
		CHECK_INT(j.files_max, cases[i].files);
		CHECK_INT(j.file_us / DAY_US, cases[i].file_days);
	}
}

CASE(two_that_drop_from_one_log)
{
	static const struct { int64_t a, b, days; bool by_size; } cases[] = {
		{ RETENTION_EVER, 28, 28, false }, { RETENTION_SIZE, 28, 28, true }, { 400, 28, 28, false }, { 28, 400, 28, false }, { RETENTION_EVER, RETENTION_EVER, RETENTION_EVER, false },
		{ RETENTION_EVER, RETENTION_SIZE, RETENTION_SIZE, true }, { 0, RETENTION_EVER, 0, false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool by_size;

		CHECK_INT(retention_both(cases[i].a, cases[i].b, &by_size), cases[i].days);
		CHECK_INT(by_size, cases[i].by_size);
	}
}

CASE(rotations)
{
	static const struct { const char *conf; int64_t days; } cases[] = {
		{ "weekly\nrotate 4\n/var/log/auth.log {\n}\n", 28 },
		{ "weekly\nrotate 4\n/var/log/syslog\n/var/log/auth.log\n{\n\trotate 53\n\tpostrotate\n\t\trotate 1\n\tendscript\n}\nrotate 1\n", 371 },
		{ "/var/log/a*.log {\n daily\n rotate=400\n}\n", 400 },
		{ "\"/var/log/auth.log\" {\n monthly\n rotate -1\n}\n", RETENTION_EVER },
		{ "/var/log/auth.log {\n monthly\n rotate -1\n maxage 90\n}\n", 90 },
		{ "/var/log/auth.log {\n rotate 100\n size 10M\n}\n", RETENTION_SIZE },
		{ "/var/log/auth.log {\n rotate 100\n weekly\n maxsize 10M\n}\n", RETENTION_SIZE },
		{ "/var/log/auth.log {\n rotate 100\n maxsize 10M\n weekly\n}\n", RETENTION_SIZE }, /* beside the time, wherever it stands */
		{ "/var/log/auth.log {\n rotate 100\n size 10M\n weekly\n}\n", 700 },            /* of the two the last one counts */
		{ "/var/log/auth.log {\n weekly\n rotate = 5\n}\n", 35 },
		{ "/var/log/auth.log {\n weekly\n rotate =5\n}\n", 35 },
		{ "/var/log/other {\n rotate 1\n}\n", -3 },
		{ "/var/log/auth.log {\n monthly\n rotate 12\n}\n", 365 }, /* twelve months are a year */
		{ "/var/log/auth.log {\n monthly\n rotate 11\n}\n", 334 },
		{ "/var/log/auth.log {\n monthly\n rotate 25\n}\n", 758 },
		{ "/var/log/auth.log {\n weekly\n rotate 4\n}\n/var/log/*.log {\n weekly\n rotate 520\n}\n", 28 }, /* logrotate: duplicate entry, the first holds */
		{ "/var/log/auth.log { rotate 3\n weekly\n}\n", 21 },
		{ "\"/var/log/auth.log\" {\n rotate 3\n daily\n}\n", 3 },
		{ "rotate 7\ndaily\n/var/log/auth.log {\n", -3 }, /* cut off in the middle: it is not read so */
		{ "", -3 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct rotation defaults = ROTATION, found = ROTATION;
		bool any = false;

		rotation_read(str_of(cases[i].conf), STR("/var/log/auth.log"), &defaults, &found, &any, NULL, NULL);
		CHECK_INT(any ? rotation_days(&found) : -3, cases[i].days);
	}
	CHECK_INT(auditd_days(STR("num_logs = 5\nmax_log_file_action = ROTATE\n")), RETENTION_SIZE);
	CHECK_INT(auditd_days(STR("max_log_file_action = keep_logs\n")), RETENTION_EVER);
	CHECK_INT(auditd_days(STR("max_log_file_action = ignore\nwrite_logs = no\n")), 0);
	CHECK_INT(auditd_days(STR("max_log_file_action = ignore\nwrite_logs = yes\nlog_format = ENRICHED\n")), RETENTION_EVER);
}

TEST_MAIN
