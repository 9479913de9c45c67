// SPDX-License-Identifier: Apache-2.0
#include "control/control_test.h"

extern const struct control control_lock_survives_restart;

CASE(a_count_in_a_folder_that_is_emptied_is_lost) /*= S-3-4 type=test */
{
	static const struct { const char *lockout, *dir; enum verdict verdict; uint16_t message; } cases[] = {
		{ "pass", "/var/run/faillock", VERDICT_FAIL, MSG_LOCK_KEPT_FORGETS }, /* Debian's default */
		{ "pass", "/run/faillock", VERDICT_FAIL, MSG_LOCK_KEPT_FORGETS },
		{ "pass", "/tmp/x", VERDICT_FAIL, MSG_LOCK_KEPT_FORGETS },
		{ "pass", "/running/faillock", VERDICT_UNKNOWN, MSG_LOCK_KEPT_ON_DISK },
		{ "pass", "/var/lib/faillock", VERDICT_UNKNOWN, MSG_LOCK_KEPT_ON_DISK }, /* shown by doing it, as a statement */
		{ "pass", "", VERDICT_UNKNOWN, MSG_LOCK_KEPT_NO_LOCK },
		{ "fail", "/run/faillock", VERDICT_UNKNOWN, MSG_LOCK_KEPT_NO_LOCK }, /* nothing locks, so nothing is kept */
		{ "unknown", "/run/faillock", VERDICT_UNKNOWN, MSG_LOCK_KEPT_NO_LOCK },
		{ "none", "", VERDICT_UNKNOWN, MSG_LOCK_KEPT_NO_LOCK },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t;

		trial_begin(&t, &control_lock_survives_restart);
		fact_text(&t.facts, 0, "member.lockout", str_of(cases[i].lockout));
		if (*cases[i].dir)
			fact_text(&t.facts, 0, "dir", str_of(cases[i].dir));
		trial_judge(&t, &control_lock_survives_restart);
		CHECK_INT(t.finding.verdict, cases[i].verdict);
		CHECK_INT(t.finding.message, cases[i].message);
		trial_end(&t);
	}
}

CASE(the_station_kept_counts_of_before_its_start) /*= S-3-4 type=test */
{
	for (int kept = 0; kept < 2; kept++) {
		struct trial t;

		trial_begin(&t, &control_lock_survives_restart);
		fact_bool(&t.facts, 0, "station", true);
		if (kept)
			fact_time(&t.facts, 0, "kept_at", t.now_us - 1);
		trial_judge(&t, &control_lock_survives_restart);
		CHECK_INT(t.finding.verdict, kept ? VERDICT_PASS : VERDICT_UNKNOWN);
		CHECK_INT(t.finding.message, kept ? MSG_LOCK_KEPT_STATION : MSG_LOCK_KEPT_STATION_UNSEEN);
		trial_end(&t);
	}
}

TEST_MAIN
