// SPDX-License-Identifier: Apache-2.0
#include "control/control_test.h"

#include "base/time_text.h"

extern const struct control control_other_antivirus;
#define C (&control_other_antivirus)

CASE(a_report_about_this_machine) /*= S-2-1 type=test */
{
	static const struct { const char *host, *running; int64_t reported_days, signatures_days; enum verdict verdict; uint16_t message; } cases[] = {
		{ "kept", "yes", 0, 0, VERDICT_PASS, MSG_OTHER_AV_RUNS },
		{ "KEPT.example.org", "yes", 7, 8, VERDICT_PASS, MSG_OTHER_AV_RUNS }, /* case and domain */
		{ "kept", "yes", 9, 9, VERDICT_UNKNOWN, MSG_OTHER_AV_REPORT_OLD },
		{ "kept", "no", 0, 0, VERDICT_FAIL, MSG_OTHER_AV_STOPPED },
		{ "kept", "perhaps", 0, 0, VERDICT_UNKNOWN, MSG_OTHER_AV_NO_ANSWER },
		{ "kept", "yes", 1, 5, VERDICT_FAIL, MSG_OTHER_AV_SIGNATURES_OLD },
		{ "kept", "yes", 1, 4, VERDICT_PASS, MSG_OTHER_AV_RUNS },
		{ "kept", "yes", -2, 0, VERDICT_UNKNOWN, MSG_OTHER_AV_NO_ANSWER },    /* from the future */
		{ "kept2", "yes", 0, 0, VERDICT_UNKNOWN, MSG_OTHER_AV_NOT_LISTED },
		{ "www.example.org", "yes", 0, 0, VERDICT_UNKNOWN, MSG_OTHER_AV_NOT_LISTED },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t;

		trial_begin(&t, C);
		fact_text(&t.given, 1, "antivirus_report.host", str_of(cases[i].host));
		fact_text(&t.given, 1, "antivirus_report.product", STR("Other"));
		fact_text(&t.given, 1, "antivirus_report.running", str_of(cases[i].running));
		fact_time(&t.given, 1, "antivirus_report.reported_on", t.now_us - cases[i].reported_days * DAY_US);
		fact_time(&t.given, 1, "antivirus_report.signatures_on", t.now_us - cases[i].signatures_days * DAY_US);
		trial_look_given(&t, C, "kept");
		trial_judge(&t, C);
		CHECK_INT(t.finding.verdict, cases[i].verdict);
		CHECK_INT(t.finding.message, cases[i].message);
		trial_end(&t);
	}
}

CASE(nothing_imported)
{
	static const struct trial_case cases[] = {
		{ "kept", VERDICT_UNKNOWN, MSG_OTHER_AV_NO_REPORT }, { "fresh", VERDICT_UNKNOWN, MSG_OTHER_AV_NO_REPORT },
		{ "silent", VERDICT_UNKNOWN, MSG_OTHER_AV_NO_ANSWER }, /* the machine did not answer */
	};

	TRIAL_TABLE(C, cases);
}

TEST_MAIN
