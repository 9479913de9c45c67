// SPDX-License-Identifier: Apache-2.0
/*
 * stable-power - is there a supply that never breaks off, so that no UPS is needed?
 *
 * The station cannot see a CVCF: a statement shows it. What is declared can only speak
 * against it: a generator alone leaves a gap until it starts.
 */
#include "control/power.h"
#include "message/messages.h"

static enum rc
look(const struct host *h, const struct subject *s, struct facts *f)
{
	(void)h;
	(void)s;
	(void)f;
	return RC_OK;
}

/*= S-6-4 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	(void)p;
	(void)now_us;
	if (!power_concerns(f, "stable", ret))
		return;
	if (!f->overflow && str_eq(fact_s(f, 0, "own.supply"), STR("generator")))
		finding_set(ret, VERDICT_FAIL, MSG_STABLE_GENERATOR_ALONE);
	else
		finding_set(ret, VERDICT_UNKNOWN, MSG_POWER_BY_STATEMENT);
}

const struct control control_stable_power = {
	.id = "stable-power", .subject = SUBJECT_POWER, .by = LOOK_BY_PROBE, .every_s = 24 * 3600, .timeout_ms = 2000, .registers = power_registers, .look = look, .judge = judge,
};
