// SPDX-License-Identifier: Apache-2.0
/* Servers that take what is sound, and what is not. */
#include "control/web_controls_test.h"

extern const struct control control_tls_profile;

CASE(recorded_servers) /*= S-4-2 type=test */
{
	static const struct web_case cases[] = {
		{ "192.0.2.20", "https", 443, VERDICT_PASS, MSG_TLS_PROFILE_SOUND },
		{ "192.0.2.41", "https", 443, VERDICT_FAIL, MSG_TLS_PROFILE_TAKES }, /* TLS 1.0 */
		{ "192.0.2.42", "https", 443, VERDICT_FAIL, MSG_TLS_PROFILE_TAKES }, /* only TLS 1.1 */
		{ "192.0.2.43", "https", 443, VERDICT_PASS, MSG_TLS_PROFILE_ONLY_12 },
		{ "192.0.2.44", "https", 443, VERDICT_FAIL, MSG_TLS_PROFILE_TAKES }, /* key exchange by RSA alone */
		{ "192.0.2.45", "https", 443, VERDICT_FAIL, MSG_TLS_PROFILE_TAKES }, /* a cipher that encrypts nothing */
		{ "192.0.2.46", "https", 443, VERDICT_FAIL, MSG_TLS_PROFILE_KEY }, /* 1024 bits */
		{ "192.0.2.47", "https", 443, VERDICT_FAIL, MSG_TLS_PROFILE_DIGEST }, /* SHA-1 */
		{ "192.0.2.10", "https", 80, VERDICT_UNKNOWN, MSG_TLS_PROFILE_NO_ANSWER }, /* no TLS */
		{ "192.0.2.12", "https", 80, VERDICT_UNKNOWN, MSG_TLS_PROFILE_NO_ANSWER }, /* it hangs */
		{ "192.0.2.99", "https", 443, VERDICT_UNKNOWN, MSG_TLS_PROFILE_NO_ANSWER }, /* nobody there */
		{ "nonsense", "https", 443, VERDICT_UNKNOWN, MSG_TLS_PROFILE_NO_ANSWER }, /* no address */
		{ "192.0.2.30", "http", 80, VERDICT_NOT_APPLICABLE, MSG_TLS_PROFILE_NO_TLS },
	};

	WEB_TABLE(&control_tls_profile, cases);
}

TEST_MAIN
