// SPDX-License-Identifier: Apache-2.0
/*
 * ups - does the uninterruptible power supply stand between mains and servers, now?
 *
 * Asked of NUT's upsd. On line, or on battery that is not about to end, is PASS; OFF,
 * BYPASS, overload, a battery to be replaced or about to end is FAIL. An alarm, a word
 * nobody knows, a low battery that may be charging, a device NUT only simulates, and
 * silence are UNKNOWN: silence is neither the worst nor a good reading.
 */
#include "base/time_text.h"
#include "control/milli.h"
#include "control/power.h"
#include "message/messages.h"

static const struct param_def params[] = {
	{ "runtime_min", "min", 0, 1440, 0 }, /* time on battery that was agreed; 0: none */
};

static const char *const texts[] = { "ups.status", "ups.alarm", "ups.model", NULL };
static const char *const sources[] = { "nut", NULL };

static enum rc
look(const struct host *h, const struct subject *s, struct facts *f)
{
	static const struct { const char *name, *fact; } numbers[] = {
		{ "battery.charge", "battery.charge_mp" }, { "battery.charge.low", "battery.charge.low_mp" }, { "battery.runtime", "battery.runtime_ms" }, { "input.voltage", "input.voltage_mv" },
		{ "ups.load", "ups.load_mp" },
	};
	struct nut_status status;
	struct nut_vars v;
	int64_t n;
	enum rc rc = RC_OK;

	TRY(power_look_nut(h, s, texts, &v, f));
	if (v.state != NUT_ANSWERED)
		goto out;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (milli_parse(nut_get(&v, numbers[i].name), &n) == RC_OK)
			fact_int(f, 0, numbers[i].fact, n);
	nut_status_read(nut_get(&v, "ups.status"), &status);
	fact_bool(f, 0, "on_battery", status.on_battery);
	if (status.on_battery)
		fact_text(f, 2, PEER_REMEMBER, STR("on-battery"));
out:
	return rc;
}

static void
say_status(struct finding *ret, enum verdict v, uint16_t message, const struct facts *f)
{
	finding_set(ret, v, message);
	finding_text(ret, "status", fact_s(f, 0, "ups.status"));
}

/* What the words alone decide against it; false: nothing. */
static bool
in_trouble(const struct facts *f, const struct nut_status *s, bool low, struct finding *ret)
{
	if (s->forced_down || (s->on_battery && low))
		say_status(ret, VERDICT_FAIL, MSG_UPS_ENDING, f);
	else if (s->off || s->bypass || s->overload)
		say_status(ret, VERDICT_FAIL, MSG_UPS_NOT_CARRYING, f);
	else if (s->replace)
		say_status(ret, VERDICT_FAIL, MSG_UPS_REPLACE_BATTERY, f);
	else
		return false;
	return true;
}

/* Working, with this much in the battery. */
static void
judge_charge(const struct facts *f, const struct params *p, const struct nut_status *s, int64_t now_us, struct finding *ret)
{
	const struct fact *charge = fact_get(f, 0, "battery.charge_mp"), *runtime = fact_get(f, 0, "battery.runtime_ms");
	int64_t wanted = param_n(p, "runtime_min"), since = fact_n(f, 2, "first_seen_at", now_us);

	if (wanted && (runtime == NULL || runtime->n < 0)) {
		say_status(ret, VERDICT_UNKNOWN, MSG_UPS_UNSURE, f);
	} else if (wanted && !s->on_battery && runtime->n / 60000 < wanted) {
		finding_set(ret, VERDICT_FAIL, MSG_UPS_RUNTIME_SHORT);
		finding_int(ret, "minutes", runtime->n / 60000);
		finding_int(ret, "wanted", wanted);
	} else if (s->on_battery) {
		finding_set(ret, VERDICT_PASS, MSG_UPS_ON_BATTERY);
		finding_int(ret, "minutes", now_us > since ? (now_us - since) / MINUTE_US : 0);
	} else if (charge == NULL) {
		finding_set(ret, VERDICT_PASS, MSG_UPS_ON_LINE_NO_CHARGE);
	} else {
		finding_set(ret, VERDICT_PASS, MSG_UPS_ON_LINE);
		finding_int(ret, "charge", charge->n / 1000);
	}
}

/*= S-6-4 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	int64_t charge = fact_n(f, 0, "battery.charge_mp", -1), least = fact_n(f, 0, "battery.charge.low_mp", 0);
	struct nut_status s;
	bool low;

	if (!power_concerns(f, "ups", ret) || !power_answered(f, sources, now_us, ret))
		return;
	nut_status_read(fact_s(f, 0, "ups.status"), &s);
	low = s.low || (charge >= 0 && charge <= least);
	if (in_trouble(f, &s, low, ret)) {
		return;
	} else if (s.alarm || fact_s(f, 0, "ups.alarm").n) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_UPS_ALARM);
		finding_text(ret, "alarm", fact_s(f, 0, "ups.alarm"));
	} else if (s.foreign.n || s.online == s.on_battery || charge > 100000 || (charge < 0 && fact_get(f, 0, "battery.charge_mp"))) {
		say_status(ret, VERDICT_UNKNOWN, MSG_UPS_UNSURE, f);
	} else if (low && s.charging && !s.discharging) {
		finding_set(ret, VERDICT_PASS, MSG_UPS_RECHARGING);
		finding_int(ret, "charge", charge < 0 ? 0 : charge / 1000);
	} else if (low) {
		say_status(ret, s.discharging ? VERDICT_FAIL : VERDICT_UNKNOWN, s.discharging ? MSG_UPS_ENDING : MSG_UPS_UNSURE, f);
	} else {
		judge_charge(f, p, &s, now_us, ret);
	}
}

static const struct series_def series[] = { { .fact = "battery.charge_mp" }, { .fact = "input.voltage_mv" }, { .fact = "on_battery" }, { .fact = NULL } };

const struct control control_ups = {
	.id = "ups", .params = params, .params_count = sizeof(params) / sizeof(params[0]), .subject = SUBJECT_POWER, .by = LOOK_BY_READER, .reader = 20, .every_s = 300, .timeout_ms = 15000,
	.remember = PEER_REMEMBER, .registers = power_registers, .series = series, .look = look, .judge = judge,
};
