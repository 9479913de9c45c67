// SPDX-License-Identifier: Apache-2.0
#include "control/pam_conf.h"

#include "base/test.h"

CASE(faillock)
{
	struct faillock f;
	char line[1100];

	faillock_default(&f);
	CHECK_OK(faillock_read(&f, STR("# deny = 1\ndeny = 5 # five\n\tunlock_time 900\neven_deny_root\nfail_interval==30s\nno such thing\ndir = not/absolute\nroot_unlock_time = never\nadmin_group = wheel\n")));
	CHECK_INT(f.deny, 5);
	CHECK_INT(f.unlock_s, 900);
	CHECK_INT(f.fail_interval_s, 900); /* "=30s" is no number: the first = is the sign, the second is not */
	CHECK_INT(f.root_unlock_s, 0);
	CHECK(f.root && f.admins);
	CHECK_STR(str_of(f.dir), "/var/run/faillock");
	faillock_set(&f, STR("deny"), STR("7x"));
	CHECK_INT(f.deny, 7);
	faillock_set(&f, STR("deny"), STR("x7"));
	faillock_set(&f, STR("deny"), STR(""));
	CHECK_INT(f.deny, 7);
	faillock_set(&f, STR("deny"), STR("65536"));
	CHECK_INT(f.deny, 0); /* sixteen bits */
	faillock_set(&f, STR("unlock_time"), STR("604801"));
	CHECK_INT(f.unlock_s, 900);
	memset(line, 'x', sizeof(line));
	CHECK_RC(faillock_read(&f, (struct str){ line, 1024 }), RC_SYNTAX);
	CHECK_OK(faillock_read(&f, (struct str){ line, 1023 })); /* no newline, and it fits */
	CHECK_RC(faillock_read(&f, STR("deny\0")), RC_SYNTAX);
	CHECK_OK(faillock_read(&f, STR("   \n\t")));
}

CASE(pwquality)
{
	static const struct { const char *text; int classes, length; enum rc rc; } cases[] = {
		{ "", 1, 8, RC_OK }, { "minlen = 1\n", 1, 6, RC_OK }, { "MINLEN=12\nMinClass 9\n", 4, 12, RC_OK }, { "minclass = 3\ndcredit = -1\n", 3, 8, RC_OK },
		{ "dcredit=-1\nucredit=-1\nlcredit=-1\nocredit=-1\n", 4, 8, RC_OK }, { "minlen = 8\ndcredit = 1\nucredit = 1\nlcredit = 1\nocredit = 1\n", 1, 4, RC_OK },
		{ "minlen = 9\ndcredit = 2\n", 1, 7, RC_OK }, { "dcredit = 100\n", 1, 4, RC_OK }, { "dcredit = -20\n", 1, 20, RC_OK }, { "minclass = 2\nwhat = 3\nminclass = 4\n", 2, 8, RC_SYNTAX },
		{ "minclass = 2x\n", 1, 8, RC_SYNTAX }, { "minclass =\n", 1, 8, RC_SYNTAX }, { "minlen = 99999999999\n", 1, 8, RC_SYNTAX }, { "enforce_for_root\nlocal_users_only\nbadwords = a b\n", 1, 8, RC_OK },
		{ "minclass = -3\ndifok = 5\n", 1, 8, RC_OK }, { "minlen = 2147483646\ndcredit = -2147483646\nocredit = -2147483646\n", 2, 2147483647, RC_OK },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pwquality q;

		pwquality_default(&q);
		CHECK_RC(pwquality_read(&q, str_of(cases[i].text)), cases[i].rc);
		CHECK_INT(pwquality_classes(&q), cases[i].classes);
		CHECK_INT(pwquality_length(&q), cases[i].length);
	}
}

TEST_MAIN
