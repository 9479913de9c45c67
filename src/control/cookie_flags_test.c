// SPDX-License-Identifier: Apache-2.0
/* Cookies as servers set them. */
#include "control/web_controls_test.h"

extern const struct control control_cookie_flags;

CASE(recorded_servers) /*= S-4-2 type=test */
{
	static const struct web_case cases[] = {
		{ "192.0.2.50", "https", 443, VERDICT_PASS, MSG_COOKIES_GUARDED },
		{ "192.0.2.20", "https", 443, VERDICT_PASS, MSG_COOKIES_NONE },
		{ "192.0.2.51", "https", 443, VERDICT_FAIL, MSG_COOKIES_BARE }, /* the second one lacks HttpOnly */
		{ "192.0.2.52", "https", 443, VERDICT_FAIL, MSG_COOKIES_BARE }, /* SameSite=None */
		{ "192.0.2.53", "https", 443, VERDICT_FAIL, MSG_COOKIES_BARE }, /* its value says Secure, its attributes do not */
		{ "192.0.2.56", "https", 443, VERDICT_UNKNOWN, MSG_COOKIES_NO_ANSWER }, /* 503: an error of the server is not the site */
		{ "192.0.2.12", "https", 80, VERDICT_UNKNOWN, MSG_COOKIES_NO_ANSWER }, /* it hangs */
		{ "192.0.2.10", "tcp", 80, VERDICT_NOT_APPLICABLE, MSG_COOKIES_NO_WEB },
	};

	WEB_TABLE(&control_cookie_flags, cases);
}

TEST_MAIN
