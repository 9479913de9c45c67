// SPDX-License-Identifier: Apache-2.0
/*
 * battery-age - is the battery of the UPS within its life?
 *
 * The day people declared comes first, then the device's own (battery.date, battery.mfr.date).
 * A day of the device that cannot be (ahead, or older than any battery: the maker's default) is none.
 */
#include "base/time_text.h"
#include "control/power.h"
#include "message/messages.h"

#define MONTH_US   (DAY_US * 3653 / 120)
#define OLDEST_US  (DAY_US * 365 * 15)

static const struct param_def params[] = {
	{ "life_years", "years", 1, 15, 5 },
	{ "warn_months", "months", 0, 60, 6 },
};

static const char *const texts[] = { NULL };
static const char *const sources[] = { "nut", NULL };

static enum rc
look(const struct host *h, const struct subject *s, struct facts *f)
{
	static const char *const names[] = { "battery.date", "battery.mfr.date" };
	struct nut_vars v;
	int64_t at, now = host_now_us(h);
	enum rc rc = RC_OK;

	TRY(power_look_nut(h, s, texts, &v, f));
	for (size_t i = 0; i < 2 && v.state == NUT_ANSWERED; i++)
		if (nut_date(nut_get(&v, names[i]), &at) == RC_OK && at <= now && at >= now - OLDEST_US) {
			fact_time(f, 0, "battery_at", at);
			break;
		}
out:
	return rc;
}

/*= S-6-4 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	int64_t at = fact_n(f, 0, "own.battery_on", 0), years = param_n(p, "life_years"), months;

	if (!power_concerns(f, "ups", ret))
		return;
	if (at <= 0 && !power_answered(f, sources, now_us, ret))
		return;
	if (at <= 0)
		at = fact_n(f, 0, "battery_at", 0);
	if (f->overflow || at <= 0 || at > now_us) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_BATTERY_NO_DATE);
		return;
	}
	months = (now_us - at) / MONTH_US;
	if (months >= years * 12)
		finding_set(ret, VERDICT_FAIL, MSG_BATTERY_PAST_LIFE);
	else
		finding_set(ret, VERDICT_PASS, months >= years * 12 - param_n(p, "warn_months") ? MSG_BATTERY_NEAR_END : MSG_BATTERY_IN_LIFE);
	finding_int(ret, "months", months);
	finding_int(ret, "years", years);
}

const struct control control_battery_age = {
	.id = "battery-age", .params = params, .params_count = sizeof(params) / sizeof(params[0]), .subject = SUBJECT_POWER, .by = LOOK_BY_READER, .reader = 20, .every_s = 12 * 3600,
	.timeout_ms = 15000, .remember = PEER_REMEMBER, .registers = power_registers, .look = look, .judge = judge,
};
