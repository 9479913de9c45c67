// SPDX-License-Identifier: Apache-2.0
/* Certificates far from their end, near it, and behind it; the machine stands at 2026-01-01. */
#include "control/web_controls_test.h"

extern const struct control control_expiry_notice;

CASE(recorded_servers) /*= S-4-2 type=test */
{
	static const struct web_case cases[] = {
		{ "192.0.2.20", "https", 443, VERDICT_PASS, MSG_EXPIRY_FAR },
		{ "192.0.2.60", "https", 443, VERDICT_FAIL, MSG_EXPIRY_LATE }, /* nine days */
		{ "192.0.2.61", "https", 443, VERDICT_FAIL, MSG_EXPIRY_OVER },
		{ "192.0.2.62", "https", 443, VERDICT_PASS, MSG_EXPIRY_NOTICE }, /* twenty days */
		{ "192.0.2.63", "https", 443, VERDICT_FAIL, MSG_EXPIRY_URGENT }, /* three days */
		{ "192.0.2.12", "https", 80, VERDICT_UNKNOWN, MSG_EXPIRY_NO_ANSWER }, /* it hangs */
		{ "192.0.2.30", "http", 80, VERDICT_NOT_APPLICABLE, MSG_EXPIRY_NO_TLS },
	};

	WEB_TABLE(&control_expiry_notice, cases);
}

TEST_MAIN
