// SPDX-License-Identifier: Apache-2.0
#include "control/pam_stage.h"

extern const struct control control_password_complexity;

CASE(machines) /*= S-3-4 type=test */
{
	static const struct trial_case cases[] = {
		{ "kept", VERDICT_PASS, MSG_COMPLEXITY_ENFORCED },
		{ "fresh", VERDICT_PASS, MSG_COMPLEXITY_CAN_BE_SET }, /* the row asks that it can be set */
		{ "hardened", VERDICT_PASS, MSG_COMPLEXITY_ENFORCED },
		{ "half", VERDICT_PASS, MSG_COMPLEXITY_NOT_ENFORCED },
		{ "broken", VERDICT_FAIL, MSG_COMPLEXITY_CANNOT },    /* its module is not installed */
		{ "container", VERDICT_UNKNOWN, MSG_COMPLEXITY_NO_ANSWER },
		{ "hostile", VERDICT_UNKNOWN, MSG_COMPLEXITY_NO_ANSWER }, /* not text */
		{ "silent", VERDICT_UNKNOWN, MSG_COMPLEXITY_NO_ANSWER },  /* the machine did not answer */
	};

	TRIAL_TABLE(&control_password_complexity, cases);
}

#define Q "password requisite pam_pwquality.so retry=3"
#define DEBIAN "password [success=1 default=ignore] pam_unix.so obscure use_authtok try_first_pass yescrypt\npassword requisite pam_deny.so\npassword required pam_permit.so\n"
#define ALONE "password [success=1 default=ignore] pam_unix.so obscure yescrypt\npassword requisite pam_deny.so\npassword required pam_permit.so\n"

CASE(what_can_be_set) /*= S-3-4 type=test */
{
	static const struct { const char *passwd, *conf, *more; enum verdict verdict; uint16_t message; int64_t classes, length, verdict_of_three; } cases[] = {
		{ ALONE, "", NULL, VERDICT_PASS, MSG_COMPLEXITY_CAN_BE_SET, -1, -1, VERDICT_FAIL },
		{ Q "\n" DEBIAN, "", NULL, VERDICT_PASS, MSG_COMPLEXITY_CAN_BE_SET, -1, -1, VERDICT_FAIL }, /* installed, with its defaults: length and words, no kinds */
		{ Q "\n" DEBIAN, "minclass = 3\nminlen = 12\n", NULL, VERDICT_PASS, MSG_COMPLEXITY_ENFORCED, 3, 12, VERDICT_PASS },
		{ Q " minclass=4\n" DEBIAN, "minclass = 1\n", NULL, VERDICT_PASS, MSG_COMPLEXITY_ENFORCED, 4, 8, VERDICT_PASS }, /* arguments win */
		{ Q "\n" DEBIAN, "dcredit = -1\nucredit=-1\nlcredit -1\nocredit = -2\nminlen = 4\n", NULL, VERDICT_PASS, MSG_COMPLEXITY_ENFORCED, 4, 6, VERDICT_PASS },
		{ Q "\n" DEBIAN, "minclass = 3\n", "minclass = 4\nminlen = 20\n", VERDICT_PASS, MSG_COMPLEXITY_ENFORCED, 3, 20, VERDICT_PASS }, /* the main file comes last */
		{ Q "\n" DEBIAN, "minclass = 3\n", "minclass = 2\nno_such_setting\n", VERDICT_PASS, MSG_COMPLEXITY_ENFORCED, 2, 8, VERDICT_FAIL }, /* reading stops at the mistake */
		{ Q "\n" DEBIAN, "minclass = 3\nenforcing = 0\n", NULL, VERDICT_PASS, MSG_COMPLEXITY_NOT_ENFORCED, 3, -1, VERDICT_FAIL },
		{ "password optional pam_pwquality.so\n" DEBIAN, "minclass = 3\n", NULL, VERDICT_PASS, MSG_COMPLEXITY_ENFORCED, 3, 8, VERDICT_PASS }, /* pam_unix takes no other password */
		{ "password optional pam_pwquality.so\n" ALONE, "minclass = 3\n", NULL, VERDICT_PASS, MSG_COMPLEXITY_NOT_ENFORCED, 3, -1, VERDICT_FAIL },
		{ "password required pam_pwquality.so\npassword required pam_unix.so\n", "minclass = 3\n", NULL, VERDICT_PASS, MSG_COMPLEXITY_NOT_ENFORCED, 3, -1, VERDICT_FAIL }, /* it fails, and yet pam_unix asks again and writes */
		{ ALONE Q "\n", "minclass = 3\n", NULL, VERDICT_PASS, MSG_COMPLEXITY_NOT_ENFORCED, 3, -1, VERDICT_FAIL }, /* tested after it was written */
		{ "password requisite pam_passwdqc.so\n" DEBIAN, "", NULL, VERDICT_PASS, MSG_COMPLEXITY_CAN_BE_SET, -1, -1, VERDICT_UNKNOWN },
		{ "password required pam_deny.so\n", "", NULL, VERDICT_FAIL, MSG_COMPLEXITY_CANNOT, -1, -1, VERDICT_FAIL },
		{ DEBIAN, "", NULL, VERDICT_FAIL, MSG_COMPLEXITY_CANNOT, -1, -1, VERDICT_FAIL }, /* use_authtok, and nothing before it asks */
		{ "password required pam_house_rules.so\npassword required pam_unix.so use_authtok\n", "", NULL, VERDICT_UNKNOWN, MSG_COMPLEXITY_UNCLEAR, -1, -1, VERDICT_UNKNOWN },
		{ "@include nowhere\n", "", NULL, VERDICT_FAIL, MSG_COMPLEXITY_REFUSED, -1, -1, VERDICT_FAIL },
		{ "", "", NULL, VERDICT_FAIL, MSG_COMPLEXITY_CANNOT, -1, -1, VERDICT_FAIL }, /* "other" refuses */
		{ "password required pam_env.so\n", "", NULL, VERDICT_UNKNOWN, MSG_COMPLEXITY_UNCLEAR, -1, -1, VERDICT_UNKNOWN },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct stage s;
		struct trial t;
		int before = test_failures;

		stage_begin(&s, "");
		stage_put(&s, "/root/etc/pam.d/passwd", cases[i].passwd);
		stage_put(&s, "/root/etc/security/pwquality.conf", cases[i].conf);
		if (cases[i].more)
			stage_put(&s, "/root/etc/security/pwquality.conf.d/10-more.conf", cases[i].more);
		stage_put(&s, "/root/etc/security/pwquality.conf.d/10-more.conf.bak", "minclass = 4\n");
		stage_look(&s, &t, &control_password_complexity);
		CHECK_INT(t.finding.verdict, cases[i].verdict);
		CHECK_INT(t.finding.message, cases[i].message);
		CHECK_INT(trial_n(&t, "classes"), cases[i].classes);
		CHECK_INT(trial_n(&t, "length"), cases[i].length);
		t.params.values[0] = 3; /* a contract that wants three kinds enforced */
		t.finding = (struct finding){ 0 };
		trial_judge(&t, &control_password_complexity);
		CHECK_INT(t.finding.verdict, cases[i].verdict_of_three);
		if (test_failures != before)
			printf("for case %zu:\n%s%s\n", i, cases[i].passwd, cases[i].conf);
		trial_end(&t);
		stage_end(&s);
	}
}

TEST_MAIN
