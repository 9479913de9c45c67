// SPDX-License-Identifier: Apache-2.0
/*
 * service-monitoring - does an endpoint answer, asked every minute?
 *
 * A web endpoint answers when it gives an HTTP answer other than an error of
 * its own (5xx), any other when it takes the connection. The minutes it did
 * not come from the history of the fact "up". Not being able to ask is not
 * "down": it is nothing known.
 */
#include "control/control.h"
#include "control/endpoint.h"
#include "message/messages.h"

#define SCRATCH_BYTES (4 << 20)

static enum rc
look(const struct host *h, const struct subject *s, struct facts *f)
{
	struct arena scratch = ARENA(SCRATCH_BYTES);
	struct endpoint e = endpoint_own(s, &scratch);
	struct web_answer a = { .kind = WEB_NONE };
	int64_t begun_us = host_now_us(h);
	bool web = !str_eq(e.kind, STR("tcp")), up;
	enum rc rc = RC_OK;

	if (!e.whole)
		TRY(FAIL(RC_SYNTAX, "the endpoint's address, port or name is not declared"));
	if (web)
		TRY(endpoint_get(h, &e, ENDPOINT_TIMEOUT_MS, &scratch, &a));
	else
		TRY(web_ask(h, &(struct web_ask){ .to = e.to, .timeout_ms = ENDPOINT_TIMEOUT_MS }, &scratch, &a));
	up = a.kind == WEB_OPEN || (a.kind == WEB_ANSWERED && a.http.status < 500) || (a.kind == WEB_TOO_LONG && a.begins);
	fact_bool(f, 0, "up", up);
	fact_int(f, 0, "answer_ms", (host_now_us(h) - begun_us) / 1000);
	fact_text(f, 1, "answer", str_of(web_kind_words[a.kind]));
	if (a.kind == WEB_ANSWERED)
		fact_int(f, 1, "status", a.http.status);
out:
	arena_free(&scratch);
	return rc;
}

/*= S-5-1 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	int64_t month = fact_n(f, 0, "up.outside_month_min", 0), now_down = fact_n(f, 0, "up.outside_now_min", 0);

	(void)now_us;
	if (f->overflow || fact_get(f, 0, "up") == NULL) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_SERVICE_NO_ANSWER);
	} else if (!fact_n(f, 0, "up", 0)) {
		finding_set(ret, now_down < param_n(p, "down_min") ? VERDICT_UNKNOWN : VERDICT_FAIL, now_down < param_n(p, "down_min") ? MSG_SERVICE_BLINKED : MSG_SERVICE_DOWN);
		finding_int(ret, "minutes", now_down);
		finding_int(ret, "month", month);
	} else if (month > param_n(p, "month_max_min")) {
		finding_set(ret, VERDICT_FAIL, MSG_SERVICE_MUCH_DOWN);
		finding_int(ret, "month", month);
		finding_int(ret, "allowed", param_n(p, "month_max_min"));
	} else {
		finding_set(ret, VERDICT_PASS, MSG_SERVICE_UP);
		finding_int(ret, "ms", fact_n(f, 0, "answer_ms", 0));
		finding_int(ret, "month", month);
	}
}

static const struct param_def params[] = { { "down_min", "min", 1, 1440, 2 }, { "month_max_min", "min", 0, 44640, 44640 } };
static const struct series_def series[] = { { .fact = "up", .zero_is_outside = true }, { .fact = NULL } };

const struct control control_service_monitoring = {
	.id = "service-monitoring", .params = params, .params_count = 2, .subject = SUBJECT_ENDPOINT, .by = LOOK_BY_READER, .reader = 5, .every_s = 60, .timeout_ms = 15000, .series = series, .look = look, .judge = judge,
};
