// SPDX-License-Identifier: Apache-2.0
/* One judge for all of them; a spec at a time, the best paper of each decides. */
#include "control/papers.h"

#include <stdio.h>
#include <string.h>

#include "base/calendar.h"
#include "message/messages.h"

#define FORM_KEY_MAX 96 /* "REGISTER.field" */

/* ---- one spec */

struct answer { enum verdict verdict; uint16_t message; uint32_t row; };

static bool
of_spec(const struct facts *f, uint32_t row, size_t spec)
{
	return fact_n(f, row, "paper.spec", -1) == (int64_t)spec;
}

/* Higher is better. What is in force and whole beats everything; what waits beats what was sent back. */
static int
rank(struct answer a)
{
	static const uint16_t order[] = { MSG_PAPER_NONE, MSG_PAPER_ENDED, MSG_PAPER_RETURNED, MSG_PAPER_EXPIRED, MSG_PAPER_TOO_OLD, MSG_PAPER_NOT_YET, MSG_PAPER_WAITING, MSG_PAPER_INCOMPLETE,
		MSG_PAPER_RENEWAL, MSG_PAPER_REVIEW, MSG_PAPER_IN_FORCE };

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (order[i] == a.message)
			return (int)i;
	return -1;
}

static struct answer
of_row(const struct paper_spec *spec, const struct facts *f, uint32_t row, int64_t now_us)
{
	struct str state = fact_s(f, row, "paper.state");
	int64_t review_us = fact_n(f, row, "paper.review", 0);

	if (str_eq_c(state, "in-force")) {
		if (!fact_n(f, row, "paper.complete", 0))
			return (struct answer){ VERDICT_UNKNOWN, MSG_PAPER_INCOMPLETE, row };
		if (spec->within_months && now_us >= day_months_later(fact_n(f, row, "paper.from", 0), (int)spec->within_months))
			return (struct answer){ VERDICT_FAIL, MSG_PAPER_TOO_OLD, row };
		return (struct answer){ VERDICT_PASS, review_us && now_us >= review_us ? MSG_PAPER_REVIEW : MSG_PAPER_IN_FORCE, row };
	}
	if (str_eq_c(state, "expired"))
		return fact_n(f, row, "paper.renewal", 0) ? (struct answer){ VERDICT_UNKNOWN, MSG_PAPER_RENEWAL, row } : (struct answer){ VERDICT_FAIL, MSG_PAPER_EXPIRED, row };
	if (str_eq_c(state, "waiting"))
		return (struct answer){ VERDICT_UNKNOWN, MSG_PAPER_WAITING, row };
	if (str_eq_c(state, "not-yet"))
		return (struct answer){ VERDICT_UNKNOWN, MSG_PAPER_NOT_YET, row };
	return (struct answer){ VERDICT_UNKNOWN, str_eq_c(state, "returned") ? MSG_PAPER_RETURNED : MSG_PAPER_ENDED, row };
}

/* The papers of a form that every period wants: the last period that is over decides. */
static struct answer
of_period(const struct facts *f, size_t at, int64_t now_us)
{
	char from[48], to[48], due[48];
	struct answer best = { VERDICT_UNKNOWN, MSG_PAPER_NONE, 0 };
	bool any = false, waits = false;

	(void)snprintf(from, sizeof(from), "period.%zu.from", at); /* fit */
	(void)snprintf(to, sizeof(to), "period.%zu.to", at);
	(void)snprintf(due, sizeof(due), "period.%zu.due", at);
	for (uint32_t row = 1; row <= fact_rows(f); row++) {
		int64_t of_us = fact_n(f, row, "paper.of", 0);

		if (!of_spec(f, row, at))
			continue;
		any |= of_us < fact_n(f, 0, from, 0);
		if (of_us < fact_n(f, 0, from, 0) || of_us >= fact_n(f, 0, to, 0))
			continue;
		if (str_eq_c(fact_s(f, row, "paper.state"), "in-force") && fact_n(f, row, "paper.complete", 0))
			return (struct answer){ VERDICT_PASS, fact_n(f, row, "paper.filed", 0) >= fact_n(f, 0, due, 0) ? MSG_PAPER_LATE : MSG_PAPER_PERIOD, row };
		waits |= str_eq_c(fact_s(f, row, "paper.state"), "waiting") && fact_n(f, row, "paper.filed", 0) < fact_n(f, 0, due, 0);
		best.row = row;
	}
	if (waits)
		best.message = MSG_PAPER_WAITING;
	else if (any && now_us < fact_n(f, 0, due, 0))
		best.message = MSG_PAPER_DUE;
	else if (any)
		best = (struct answer){ VERDICT_FAIL, MSG_PAPER_MISSED, best.row };
	return best;
}

/* A row of the register that the paper says there is none of. */
static bool
denied(const struct paper_spec *spec, const struct facts *f)
{
	char prefix[FORM_KEY_MAX];
	size_t n;

	(void)snprintf(prefix, sizeof(prefix), STR_FMT "." STR_FMT, STR_ARG(spec->denied_by), STR_ARG(spec->denied_field)); /* fits: both were checked where they were read */
	n = strlen(prefix);
	for (size_t i = 0; i < n; i++)
		prefix[i] = prefix[i] == '-' ? '_' : prefix[i];
	for (size_t i = 0; spec->denied_by.n && i < f->count; i++)
		if (spec->denied_field.n ? str_eq_c(f->list[i].key, prefix) && str_eq(f->list[i].text, spec->denied_value) : str_starts(f->list[i].key, (struct str){ prefix, n }))
			return true;
	return false;
}

static struct answer
of_spec_best(const struct paper_spec *spec, const struct facts *f, size_t at, int64_t now_us)
{
	struct answer best = { VERDICT_UNKNOWN, MSG_PAPER_NONE, 0 }, one;
	char due[48];

	if (denied(spec, f))
		return (struct answer){ VERDICT_FAIL, MSG_PAPER_DENIED, 0 };
	(void)snprintf(due, sizeof(due), "period.%zu.due", at); /* fits */
	if (fact_get(f, 0, due))
		return of_period(f, at, now_us);
	for (uint32_t row = 1; row <= fact_rows(f); row++) {
		if (!of_spec(f, row, at))
			continue;
		one = of_row(spec, f, row, now_us);
		if (rank(one) > rank(best))
			best = one;
	}
	return best;
}

static int
severity(enum verdict v)
{
	return v == VERDICT_FAIL ? 2 : v == VERDICT_PASS ? 0 : 1;
}

void
papers_judge(const struct paper_specs *specs, const struct facts *f, int64_t now_us, struct finding *ret)
{
	struct answer all = { VERDICT_UNKNOWN, MSG_PAPER_NONE, 0 };

	if (f->overflow || specs->count == 0) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_PAPER_NONE);
		return;
	}
	for (size_t i = 0; i < specs->count; i++) {
		struct answer one = of_spec_best(&specs->list[i], f, i, now_us);

		if (i == 0 || severity(one.verdict) > severity(all.verdict) || (one.verdict == all.verdict && rank(one) < rank(all)))
			all = one;
	}
	finding_set(ret, all.verdict, all.message);
	if (all.row == 0)
		return;
	finding_text(ret, "paper", fact_s(f, all.row, "paper.title"));
	finding_int(ret, "from", fact_n(f, all.row, "paper.from", 0));
	finding_int(ret, "until", fact_n(f, all.row, "paper.until", 0) - DAY_US);
	finding_int(ret, "review", fact_n(f, all.row, "paper.review", 0));
	finding_int(ret, "filed", fact_n(f, all.row, "paper.filed", 0));
}

/* ---- when the answer may be another one */

int64_t
papers_until(const struct facts *f, int64_t now_us)
{
	static const char *const instants[] = { "paper.from", "paper.until" };
	int64_t next = INT64_MAX;

	for (size_t i = 0; i < f->count; i++) {
		const struct fact *fact = &f->list[i];
		bool due = fact->row == 0 && str_starts(fact->key, STR("period.")) && (str_ends(fact->key, STR(".due")) || str_ends(fact->key, STR(".next")));

		for (size_t k = 0; k < sizeof(instants) / sizeof(instants[0]); k++)
			due |= str_eq_c(fact->key, instants[k]);
		if (due && fact->kind == FACT_TIME && fact->n > now_us && fact->n < next)
			next = fact->n;
	}
	return next;
}
