// SPDX-License-Identifier: Apache-2.0
#include "control/control_test.h"

#include "base/num.h"

extern const struct control control_upload_scan;

/* What clamd of a recorded machine says, with what core adds. */
static void
asked(struct trial *t, const char *host, int64_t files, int64_t waits, int64_t none)
{
	trial_look(t, &control_upload_scan, host);
	fact_int(&t->facts, 0, "files", files);
	fact_int(&t->facts, 0, "waiting", waits);
	fact_int(&t->facts, 0, "unscanned", none);
	trial_judge(t, &control_upload_scan);
}

CASE(what_nobody_scanned_is_no_pass) /*= S-2-1 type=test */
{
	static const struct { const char *host; int64_t files, waits, none; enum verdict verdict; enum msg message; } rows[] = {
		{ "kept", 0, 0, 0, VERDICT_PASS, MSG_UPLOAD_SCAN_ALL },
		{ "kept", 9, 0, 0, VERDICT_PASS, MSG_UPLOAD_SCAN_ALL },
		{ "kept", 9, 1, 0, VERDICT_FAIL, MSG_UPLOAD_SCAN_UNSEEN },
		{ "kept", 9, 0, 1, VERDICT_FAIL, MSG_UPLOAD_SCAN_UNSEEN },
		{ "fresh", 0, 0, 0, VERDICT_FAIL, MSG_UPLOAD_SCAN_ABSENT },
		{ "silent", 0, 0, 0, VERDICT_UNKNOWN, MSG_UPLOAD_SCAN_NO_ANSWER },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct trial t;

		asked(&t, rows[i].host, rows[i].files, rows[i].waits, rows[i].none);
		CHECK_INT(t.finding.verdict, rows[i].verdict);
		CHECK_INT(t.finding.message, rows[i].message);
		trial_end(&t);
	}
}

TEST_MAIN
