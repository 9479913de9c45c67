// SPDX-License-Identifier: Apache-2.0
/* Servers that answer, fail, hang and are not there. */
#include "control/web_controls_test.h"

extern const struct control control_service_monitoring;

CASE(recorded_servers) /*= S-5-1 type=test */
{
	static const struct web_case cases[] = {
		{ "192.0.2.20", "https", 443, VERDICT_PASS, MSG_SERVICE_UP },
		{ "192.0.2.30", "http", 80, VERDICT_PASS, MSG_SERVICE_UP }, /* a redirect is an answer */
		{ "192.0.2.10", "tcp", 80, VERDICT_PASS, MSG_SERVICE_UP },
		{ "192.0.2.56", "https", 443, VERDICT_UNKNOWN, MSG_SERVICE_BLINKED }, /* 503 */
		{ "192.0.2.12", "http", 80, VERDICT_UNKNOWN, MSG_SERVICE_BLINKED }, /* it hangs */
		{ "192.0.2.99", "tcp", 443, VERDICT_UNKNOWN, MSG_SERVICE_BLINKED }, /* refused */
		{ "", "tcp", 443, VERDICT_UNKNOWN, MSG_SERVICE_NO_ANSWER }, /* no address */
	};

	WEB_TABLE(&control_service_monitoring, cases);
}

CASE(minutes_down) /*= S-5-1 type=test */
{
	static const struct { bool up; int64_t now, month, allowed; enum verdict verdict; uint16_t message; } cases[] = {
		{ false, 1, 1, 44640, VERDICT_UNKNOWN, MSG_SERVICE_BLINKED }, { false, 2, 9, 44640, VERDICT_FAIL, MSG_SERVICE_DOWN },
		{ true, 0, 300, 44640, VERDICT_PASS, MSG_SERVICE_UP }, { true, 0, 300, 216, VERDICT_FAIL, MSG_SERVICE_MUCH_DOWN }, { true, 0, 216, 216, VERDICT_PASS, MSG_SERVICE_UP },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t;

		trial_begin(&t, &control_service_monitoring);
		t.params.values[1] = cases[i].allowed;
		fact_bool(&t.facts, 0, "up", cases[i].up);
		fact_int(&t.facts, 0, "up.outside_now_min", cases[i].now);
		fact_int(&t.facts, 0, "up.outside_month_min", cases[i].month);
		trial_judge(&t, &control_service_monitoring);
		CHECK_INT(t.finding.verdict, cases[i].verdict);
		CHECK_INT(t.finding.message, cases[i].message);
		trial_end(&t);
	}
}

TEST_MAIN
