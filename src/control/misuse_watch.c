// SPDX-License-Identifier: Apache-2.0
/*
 * misuse-watch - is use unlike the usual seen, decided about, and reviewed each month; and who looks at the logs of outside services?
 *
 * Own sources are the access log, followed by core. An outside service needs its log imported, or a review by hand within the
 * period: without one of them nobody knows what happens there. That there is no such service is a paper, not an empty register,
 * and before the first month's review is signed nothing shows that anybody watches.
 */
#include "control/control.h"

#include "base/time_text.h"
#include "control/papers.h"
#include "message/messages.h"

static const struct param_def params[] = {
	{ "urgent_h", "h", 1, 168, 24 },
	{ "open_days", "d", 1, 31, 7 },
	{ "review_days", "d", 1, 28, 10 },
	{ "service_days", "d", 1, 100, 35 },
};

/* The newest day on which anybody or anything looked at this service's log; 0: never. A day to come is no look. */
static int64_t
looked_us(const struct facts *f, struct str service, int64_t now_us)
{
	int64_t newest_us = 0, at_us;

	for (uint32_t i = 1; i <= fact_rows(f); i++) {
		if (str_eq(fact_s(f, i, "imported"), service))
			at_us = fact_n(f, i, "imported_until", 0);
		else if (str_eq(fact_s(f, i, "outside_review.service"), service))
			at_us = fact_n(f, i, "outside_review.checked_on", 0);
		else
			continue;
		newest_us = at_us > newest_us && at_us <= now_us ? at_us : newest_us;
	}
	return newest_us;
}

static int64_t
month_before(int64_t month_us)
{
	struct civil c = time_civil(month_us - DAY_US);

	return time_of_civil((struct civil){ .year = c.year, .month = c.month, .day = 1 });
}

/* Is there a paper in force that there are no outside services? */
static bool
none_declared(const struct facts *f)
{
	for (uint32_t row = 1; row <= fact_rows(f); row++)
		if (fact_n(f, row, "paper.spec", -1) == 0 && str_eq(fact_s(f, row, "paper.state"), STR("in-force")) && fact_n(f, row, "paper.complete", 0))
			return true;
	return false;
}

/* False: the finding says what is wrong with the station's own half, or not known of it. */
static bool
own_judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	int64_t urgent_us = fact_n(f, 0, "urgent_since", 0), open_us = fact_n(f, 0, "open_since", 0), since_us = fact_n(f, 0, "watched_since", 0);
	struct civil c = time_civil(now_us);
	int64_t month_us = time_of_civil((struct civil){ .year = c.year, .month = c.month, .day = 1 });
	int64_t last_us = month_before(month_us), due_us = now_us >= month_us + param_n(p, "review_days") * DAY_US ? last_us : month_before(last_us);
	int64_t after_due_us = due_us == last_us ? month_us : last_us;

	if (fact_n(f, 0, "following", 0) == 0) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_MISUSE_BLIND);
	} else if (urgent_us && now_us - urgent_us > param_n(p, "urgent_h") * HOUR_US) {
		finding_set(ret, VERDICT_FAIL, MSG_MISUSE_URGENT);
		finding_int(ret, "since", urgent_us);
		finding_int(ret, "hours", param_n(p, "urgent_h"));
	} else if (open_us && now_us - open_us > param_n(p, "open_days") * DAY_US) {
		finding_set(ret, VERDICT_FAIL, MSG_MISUSE_OPEN);
		finding_int(ret, "n", fact_n(f, 0, "open", 0));
		finding_int(ret, "since", open_us);
		finding_int(ret, "days", param_n(p, "open_days"));
	} else if (fact_n(f, 0, "rules_off", 0)) {
		finding_set(ret, VERDICT_FAIL, MSG_MISUSE_RULES_OFF);
		finding_int(ret, "n", fact_n(f, 0, "rules_off", 0));
	} else if (since_us && since_us < after_due_us && fact_n(f, 0, "reviewed_month", 0) < due_us) {
		finding_set(ret, VERDICT_FAIL, MSG_MISUSE_NOT_REVIEWED);
		finding_int(ret, "days", param_n(p, "review_days"));
	} else if (fact_n(f, 0, "reviewed_month", 0) == 0) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_MISUSE_NEVER_REVIEWED);
	} else {
		return true;
	}
	return false;
}

/*= O2-3-2 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	int64_t services = 0;

	if (!own_judge(f, p, now_us, ret))
		return;
	for (uint32_t i = 1; i <= fact_rows(f); i++) {
		struct str service = fact_s(f, i, "outside_service.name");

		if (service.n == 0)
			continue;
		services++;
		if (now_us - looked_us(f, service, now_us) > param_n(p, "service_days") * DAY_US) {
			finding_set(ret, VERDICT_UNKNOWN, MSG_MISUSE_SERVICE_BLIND);
			finding_text(ret, "service", service);
			finding_int(ret, "days", param_n(p, "service_days"));
			return;
		}
	}
	if (services == 0 && !none_declared(f)) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_MISUSE_SERVICES_UNDECLARED);
		return;
	}
	finding_set(ret, VERDICT_PASS, MSG_MISUSE_WATCHED);
	finding_int(ret, "services", services);
	finding_int(ret, "n", fact_n(f, 0, "open", 0));
}

static const char *const registers[] = { "outside-service", "outside-review", NULL };

static const struct paper_specs papers = { .list = { { .form = { "no-event", 8 }, .field = { "what", 4 }, .value = { "external-services", 17 } } }, .count = 1 };

const struct control control_misuse_watch = {
	.id = "misuse-watch", .params = params, .params_count = sizeof(params) / sizeof(params[0]), .subject = SUBJECT_STATION, .by = LOOK_BY_CORE,
	.every_s = 3600, .timeout_ms = 10000, .registers = registers, .papers = &papers, .judge = judge,
};
