// SPDX-License-Identifier: Apache-2.0
/* The month of a clause: its verdict by period_sum(), its minutes so that they add up to the calendar's. */
#include "catalogue/month.h"

#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "base/time_text.h"

enum rc
month_parse(struct str text, struct range *ret)
{
	int64_t year = 0, month = 0;

	if (text.n != MONTH_TEXT_BYTES || text.p[4] != '-' || num_parse(str_sub(text, 0, 4), 2000, 9998, &year) != RC_OK || num_parse(text.p[5] == '0' ? str_sub(text, 6, 1) : str_sub(text, 5, 2), 1, 12, &month) != RC_OK) {
		rc_trail_clear();
		return FAIL(RC_SYNTAX, "月は 2026-10 のように書きます / a month is written like 2026-10");
	}
	*ret = month_range(time_of_civil((struct civil){ (int)year, (int)month, 1, 0, 0, 0 }));
	return RC_OK;
}

void
month_text(int64_t at_us, char ret[MONTH_TEXT_BYTES + 1])
{
	struct civil t = time_civil(at_us);

	(void)snprintf(ret, MONTH_TEXT_BYTES + 1, "%04u-%02u", (unsigned)t.year % 10000u, (unsigned)t.month % 100u); /* fits */
}

/* How long each status stood within [from, to). */
static void
times_of(const struct interval *list, size_t n, int64_t from_us, int64_t to_us, int64_t us[STATUS_COUNT])
{
	enum status now = STATUS_UNKNOWN;
	int64_t at = from_us;

	for (size_t i = 0; i <= n && at < to_us; i++) {
		int64_t until = i < n && list[i].from_us < to_us ? list[i].from_us : to_us;

		if (until > at) {
			us[now] += until - at;
			at = until;
		}
		if (i < n)
			now = (unsigned)list[i].status < STATUS_COUNT ? list[i].status : STATUS_UNKNOWN;
	}
}

/* Whole minutes that add up: parts of a minute were somewhere, and there they go; one too many is taken from what is good. */
static void
fit(struct month_minutes *m, int64_t before_us, int64_t other_us, int64_t pass_us)
{
	struct { int64_t *min, us; } parts[] = { { &m->before_min, before_us }, { &m->other_min, other_us }, { &m->pass_min, pass_us } };
	int64_t left;

	m->fail_min = m->fail_min > m->total_min ? m->total_min : m->fail_min;
	m->unknown_min = m->unknown_min > m->total_min - m->fail_min ? m->total_min - m->fail_min : m->unknown_min;
	left = m->total_min - m->fail_min - m->unknown_min;
	for (size_t i = 0; i < 3; i++)
		left -= *parts[i].min = parts[i].us / MINUTE_US;
	for (size_t i = 0; i < 3 && left > 0; i++)
		if (parts[i].us % MINUTE_US) {
			(*parts[i].min)++;
			left--;
		}
	for (size_t i = 3; i-- > 0;)
		while (left < 0 && *parts[i].min > 0) {
			(*parts[i].min)--;
			left++;
		}
}

void
month_sum(const struct clause *c, const struct interval *list, size_t n, int64_t first_us, struct range month, struct month_minutes *ret)
{
	struct month_minutes m = { .total_min = (month.to_us - month.from_us) / MINUTE_US, .worst = STATUS_UNKNOWN, .end = STATUS_UNKNOWN, .verdict = STATUS_UNKNOWN };
	int64_t from_us = first_us == 0 || first_us > month.to_us ? month.to_us : first_us < month.from_us ? month.from_us : first_us, us[STATUS_COUNT] = { 0 }, other_us = 0;
	struct period p;

	if (from_us < month.to_us) {
		period_sum(c, list, n, from_us, month.to_us, &p);
		m.worst = p.worst;
		m.end = p.end;
		m.verdict = p.verdict;
		m.fail_min = p.fail_min;
		m.unknown_min = p.unknown_min;
	}
	times_of(list, n, from_us, month.to_us, us);
	for (int s = 0; s < STATUS_COUNT; s++)
		if (s != STATUS_PASS && s != STATUS_FAIL && s != STATUS_UNKNOWN && s != STATUS_EXPIRED)
			other_us += us[s];
	fit(&m, from_us - month.from_us, other_us, us[STATUS_PASS]);
	*ret = m;
}
