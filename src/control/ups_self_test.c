// SPDX-License-Identifier: Apache-2.0
/*
 * ups-self-test - did the UPS test its battery lately, and did it pass?
 *
 * The result is the device's own word; its day is the device's, or the one people declared
 * when the device keeps none. A result nobody can read for certain is UNKNOWN.
 */
#include "base/time_text.h"
#include "control/power.h"
#include "message/messages.h"

static const struct param_def params[] = {
	{ "every_days", "days", 1, 800, 184 },
};

static const char *const texts[] = { "ups.test.result", "ups.test.date", NULL };
static const char *const sources[] = { "nut", NULL };

static enum rc
look(const struct host *h, const struct subject *s, struct facts *f)
{
	struct nut_vars v;
	int64_t at;
	enum rc rc = RC_OK;

	TRY(power_look_nut(h, s, texts, &v, f));
	if (v.state == NUT_ANSWERED && nut_date(nut_get(&v, "ups.test.date"), &at) == RC_OK)
		fact_time(f, 0, "tested_at", at);
out:
	return rc;
}

/*= S-6-4 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	struct str result = fact_s(f, 0, "ups.test.result");
	int64_t at = fact_n(f, 0, "tested_at", fact_n(f, 0, "own.tested_on", 0)), days;
	enum nut_test test = nut_test_read(result);

	if (!power_concerns(f, "ups", ret) || !power_answered(f, sources, now_us, ret))
		return;
	if (test == NUT_TEST_FAILED) {
		finding_set(ret, VERDICT_FAIL, MSG_SELF_TEST_FAILED);
		finding_text(ret, "result", result);
	} else if (result.n == 0 || test == NUT_TEST_NONE || (test == NUT_TEST_PASSED && (at <= 0 || at > now_us))) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_SELF_TEST_NO_DATE);
	} else if (test != NUT_TEST_PASSED) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_SELF_TEST_UNSURE);
		finding_text(ret, "result", result);
	} else {
		days = (now_us - at) / DAY_US;
		if (days > param_n(p, "every_days")) {
			finding_set(ret, VERDICT_FAIL, MSG_SELF_TEST_OLD);
			finding_int(ret, "wanted", param_n(p, "every_days"));
		} else {
			finding_set(ret, VERDICT_PASS, MSG_SELF_TEST_PASSED);
		}
		finding_int(ret, "days", days);
	}
}

const struct control control_ups_self_test = {
	.id = "ups-self-test", .params = params, .params_count = sizeof(params) / sizeof(params[0]), .subject = SUBJECT_POWER, .by = LOOK_BY_READER, .reader = 20, .every_s = 12 * 3600,
	.timeout_ms = 15000, .remember = PEER_REMEMBER, .registers = power_registers, .look = look, .judge = judge,
};
