// SPDX-License-Identifier: Apache-2.0
/* expiry-notice - how many days are left on the certificates an endpoint shows? Said 30, 14 and 7 days ahead. */
#include "control/control.h"
#include "control/endpoint.h"
#include "message/messages.h"

#define SCRATCH_BYTES (4 << 20)
#define DAY_US        (86400 * INT64_C(1000000))

static enum rc
look(const struct host *h, const struct subject *s, struct facts *f)
{
	struct arena scratch = ARENA(SCRATCH_BYTES);
	struct endpoint e = endpoint_own(s, &scratch);
	const struct tls_ask tls = { .name = e.host_name };
	struct web_answer a = { .kind = WEB_NONE };
	const struct tls_cert *soonest = NULL;
	enum rc rc = RC_OK;

	fact_text(f, 0, "kind", e.kind);
	if (!e.whole || !str_eq(e.kind, STR("https")))
		goto out;
	TRY(web_ask(h, &(struct web_ask){ .to = e.to, .tls = &tls, .timeout_ms = ENDPOINT_TIMEOUT_MS }, &scratch, &a));
	fact_text(f, 0, "handshake", str_of(web_kind_words[a.kind]));
	for (size_t i = 0; a.shaken && i < a.tls.certs_count; i++) {
		const struct tls_cert *c = &a.tls.certs[i];

		if ((i == 0 || !c->self_signed) && (soonest == NULL || c->not_after_us < soonest->not_after_us)) /* a root sent along decides nothing */
			soonest = c;
	}
	if (soonest) {
		fact_time(f, 1, "not_after", soonest->not_after_us);
		fact_text(f, 1, "subject", soonest->subject);
		fact_int(f, 0, "days", (soonest->not_after_us - host_now_us(h)) / DAY_US - (soonest->not_after_us < host_now_us(h)));
	}
out:
	arena_free(&scratch);
	return rc;
}

/*= S-4-2 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	int64_t left_us = fact_n(f, 1, "not_after", 0) - now_us, days = left_us / DAY_US;

	if (f->count && fact_s(f, 0, "kind").n && !str_eq(fact_s(f, 0, "kind"), STR("https"))) {
		finding_set(ret, VERDICT_NOT_APPLICABLE, MSG_EXPIRY_NO_TLS);
		return;
	}
	if (f->overflow || fact_get(f, 1, "not_after") == NULL) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_EXPIRY_NO_ANSWER);
		return;
	}
	if (left_us <= 0)
		finding_set(ret, VERDICT_FAIL, MSG_EXPIRY_OVER);
	else if (days < param_n(p, "urgent_days"))
		finding_set(ret, VERDICT_FAIL, MSG_EXPIRY_URGENT);
	else if (days < param_n(p, "late_days"))
		finding_set(ret, VERDICT_FAIL, MSG_EXPIRY_LATE);
	else
		finding_set(ret, VERDICT_PASS, days < param_n(p, "notice_days") ? MSG_EXPIRY_NOTICE : MSG_EXPIRY_FAR);
	finding_text(ret, "name", fact_s(f, 1, "subject"));
	if (left_us > 0)
		finding_int(ret, "days", days);
	finding_int(ret, "until", fact_n(f, 1, "not_after", 0));
}

static const struct param_def params[] = { { "notice_days", "days", 1, 365, 30 }, { "late_days", "days", 1, 365, 14 }, { "urgent_days", "days", 1, 365, 7 } };
static const struct series_def series[] = { { .fact = "days", .lower = "late_days" }, { .fact = NULL } };

const struct control control_expiry_notice = {
	.id = "expiry-notice", .params = params, .params_count = 3, .subject = SUBJECT_ENDPOINT, .by = LOOK_BY_READER, .reader = 5, .every_s = 86400, .timeout_ms = 15000, .series = series, .look = look, .judge = judge,
};
