// SPDX-License-Identifier: Apache-2.0
/* Headers as servers send them; RFC 6797 says which count. */
#include "control/web_controls_test.h"

extern const struct control control_hsts;

CASE(recorded_servers) /*= S-4-2 type=test */
{
	static const struct web_case cases[] = {
		{ "192.0.2.50", "https", 443, VERDICT_PASS, MSG_HSTS_HOLDS },
		{ "192.0.2.51", "https", 443, VERDICT_PASS, MSG_HSTS_HOLDS }, /* quoted, with other directives, by another case */
		{ "192.0.2.20", "https", 443, VERDICT_FAIL, MSG_HSTS_NONE },
		{ "192.0.2.52", "https", 443, VERDICT_FAIL, MSG_HSTS_SHORT }, /* an hour */
		{ "192.0.2.53", "https", 443, VERDICT_FAIL, MSG_HSTS_SHORT }, /* 0: browsers forget it */
		{ "192.0.2.54", "https", 443, VERDICT_FAIL, MSG_HSTS_SHORT }, /* said twice: browsers ignore it */
		{ "192.0.2.55", "https", 443, VERDICT_FAIL, MSG_HSTS_SHORT }, /* the first of two headers counts */
		{ "192.0.2.56", "https", 443, VERDICT_UNKNOWN, MSG_HSTS_NO_ANSWER }, /* 503: nginx leaves its headers out of errors */
		{ "192.0.2.12", "https", 80, VERDICT_UNKNOWN, MSG_HSTS_NO_ANSWER }, /* it hangs */
		{ "192.0.2.58", "https", 443, VERDICT_UNKNOWN, MSG_HSTS_NO_ANSWER }, /* 10 MB of it */
		{ "192.0.2.30", "http", 80, VERDICT_NOT_APPLICABLE, MSG_HSTS_NO_TLS },
	};

	WEB_TABLE(&control_hsts, cases);
}

TEST_MAIN
