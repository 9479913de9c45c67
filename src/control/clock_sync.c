// SPDX-License-Identifier: Apache-2.0
/*
 * clock-sync - is this machine's clock in step? Asked of the kernel (adjtimex).
 *
 * The kernel knows whether something disciplines the clock, the offset that
 * remains, and a bound that grows by 500 µs a second until the next
 * measurement. The offset is judged; a bound that has grown too far only says
 * that nobody measured lately: UNKNOWN.
 */
#include "control/control.h"
#include "message/messages.h"

static const struct param_def params[] = {
	{ "max_offset_ms", "ms", 1, 60000, 1000 },
	{ "max_error_ms", "ms", 1, 16000, 5000 }, /* two long polls of systemd-timesyncd fit in it */
};

static enum rc
look(const struct host *h, const struct subject *s, struct facts *f)
{
	struct host_clock clock;
	enum rc rc = RC_OK;

	(void)s;
	TRY(host_clock(h, &clock));
	fact_bool(f, 0, "synchronised", clock.synchronised);
	fact_int(f, 0, "offset_us", clock.offset_us);
	fact_int(f, 0, "max_error_us", clock.max_error_us);
out:
	return rc;
}

/*= S-3-5 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	const struct fact *synchronised = fact_get(f, 0, "synchronised"), *offset = fact_get(f, 0, "offset_us"), *error = fact_get(f, 0, "max_error_us");
	int64_t offset_ms;

	(void)now_us;
	if (f->overflow || synchronised == NULL || offset == NULL || error == NULL) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_CLOCK_NO_ANSWER);
		return;
	}
	offset_ms = offset->n == INT64_MIN ? INT64_MAX : offset->n < 0 ? -offset->n : offset->n;
	offset_ms = offset_ms / 1000 + (offset_ms % 1000 != 0);
	if (!synchronised->n) {
		finding_set(ret, VERDICT_FAIL, MSG_CLOCK_NOT_DISCIPLINED);
	} else if (offset_ms > param_n(p, "max_offset_ms")) {
		finding_set(ret, VERDICT_FAIL, MSG_CLOCK_OFF);
		finding_int(ret, "offset_ms", offset_ms);
		finding_int(ret, "max_offset_ms", param_n(p, "max_offset_ms"));
	} else if (error->n < 0 || error->n / 1000 > param_n(p, "max_error_ms")) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_CLOCK_UNSURE);
		finding_int(ret, "max_error_ms", error->n / 1000);
	} else {
		finding_set(ret, VERDICT_PASS, MSG_CLOCK_IN_STEP);
		finding_int(ret, "offset_ms", offset_ms);
	}
}

const struct control control_clock_sync = {
	.id = "clock-sync", .params = params, .params_count = sizeof(params) / sizeof(params[0]), .subject = SUBJECT_HOST, .by = LOOK_BY_PROBE,
	.every_s = 600, .timeout_ms = 2000, .look = look, .judge = judge,
};
