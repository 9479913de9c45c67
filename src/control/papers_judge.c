// SPDX-License-Identifier: Apache-2.0
/* One judge for all of them; a spec at a time, the best paper of each decides. */
#include "control/papers.h"

#include <stdio.h>
#include <string.h>

#include "base/calendar.h"
#include "message/messages.h"

#define FORM_KEY_MAX 96 /* "REGISTER.field" */

/* ---- one spec */

struct answer { enum verdict verdict; uint16_t message; uint32_t row; int64_t due_us; };

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
		MSG_PAPER_YEAR, MSG_PAPER_RENEWAL, MSG_PAPER_REVIEW, MSG_PAPER_IN_FORCE };

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (order[i] == a.message)
			return (int)i;
	return -1;
}

static struct answer
of_row(const struct paper_spec *spec, const struct facts *f, uint32_t row, int64_t now_us)
{
	struct str state = fact_s(f, row, "paper.state");
	int64_t review_us = fact_n(f, row, "paper.review", 0), from_us = fact_n(f, row, "paper.from", 0);

	if (str_eq_c(state, "in-force")) {
		if (!fact_n(f, row, "paper.complete", 0))
			return (struct answer){ VERDICT_UNKNOWN, MSG_PAPER_INCOMPLETE, row };
		if (spec->within_months && now_us >= day_months_later(from_us, (int)spec->within_months))
			return (struct answer){ VERDICT_FAIL, MSG_PAPER_TOO_OLD, row };
		if (spec->each_year && from_us < fact_n(f, 0, "year.from", INT64_MAX))
			return from_us >= fact_n(f, 0, "year.before", INT64_MAX) ? (struct answer){ VERDICT_UNKNOWN, MSG_PAPER_YEAR, row } : (struct answer){ VERDICT_FAIL, MSG_PAPER_TOO_OLD, row };
		return (struct answer){ VERDICT_PASS, review_us && now_us >= review_us ? MSG_PAPER_REVIEW : MSG_PAPER_IN_FORCE, row };
	}
	if (str_eq_c(state, "expired"))
		return (struct answer){ VERDICT_UNKNOWN, fact_n(f, row, "paper.renewal", 0) ? MSG_PAPER_RENEWAL : MSG_PAPER_EXPIRED, row };
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
	char from[48], to[48], due[48], owed[48];
	struct answer best = { VERDICT_UNKNOWN, MSG_PAPER_NONE, 0 };
	bool any = false, waits = false;

	(void)snprintf(from, sizeof(from), "period.%zu.from", at); /* fit */
	(void)snprintf(to, sizeof(to), "period.%zu.to", at);
	(void)snprintf(due, sizeof(due), "period.%zu.due", at);
	(void)snprintf(owed, sizeof(owed), "period.%zu.owed", at);
	any = fact_n(f, 0, owed, 0) != 0;
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
		best.message = MSG_PAPER_FILED;
	else if (any && now_us < fact_n(f, 0, due, 0))
		best.message = MSG_PAPER_DUE, best.due_us = fact_n(f, 0, due, 0);
	else if (any)
		best = (struct answer){ VERDICT_FAIL, MSG_PAPER_MISSED, best.row };
	return best;
}

/* A field of yes or no is a bool among the facts. */
static bool
says(const struct fact *f, struct str value)
{
	return f->kind == FACT_BOOL ? str_eq_c(value, f->n ? "yes" : "no") : str_eq(f->text, value);
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
		if (spec->denied_field.n ? str_eq_c(f->list[i].key, prefix) && says(&f->list[i], spec->denied_value) : str_starts(f->list[i].key, (struct str){ prefix, n }))
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

enum why
papers_why(uint16_t message)
{
	switch (message) {
	case MSG_PAPER_DUE:
		return WHY_AWAITED;
	case MSG_PAPER_FILED:
	case MSG_PAPER_RENEWAL:
		return WHY_CONFIRMED;
	case MSG_PAPER_EXPIRED:
		return WHY_EXPIRED;
	case MSG_PAPER_YEAR:
		return WHY_EARLY;
	default:
		return WHY_NONE;
	}
}

/* Of several specs the worst is said; an UNKNOWN is as bad as what explains it. */
static int
severity(struct answer a)
{
	static const int unknown[WHY_COUNT] = { [WHY_EARLY] = 1, [WHY_CONFIRMED] = 1, [WHY_AWAITED] = 2, [WHY_NONE] = 3, [WHY_EXPIRED] = 4 };

	return a.verdict == VERDICT_FAIL ? 5 : a.verdict == VERDICT_PASS ? 0 : unknown[papers_why(a.message)];
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

		if (i == 0 || severity(one) > severity(all) || (severity(one) == severity(all) && rank(one) < rank(all)))
			all = one;
	}
	finding_set(ret, all.verdict, all.message);
	if (all.due_us)
		finding_int(ret, "due", all.due_us - DAY_US);
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
		bool due = fact->row == 0 && (str_eq_c(fact->key, "year.next") || (str_starts(fact->key, STR("period.")) && (str_ends(fact->key, STR(".due")) || str_ends(fact->key, STR(".next")))));

		for (size_t k = 0; k < sizeof(instants) / sizeof(instants[0]); k++)
			due |= str_eq_c(fact->key, instants[k]);
		if (due && fact->kind == FACT_TIME && fact->n > now_us && fact->n < next)
			next = fact->n;
	}
	return next;
}
