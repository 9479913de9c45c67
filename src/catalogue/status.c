// SPDX-License-Identifier: Apache-2.0
/* What a clause is worth at an instant and over a period, from findings alone. */
#include "catalogue/status.h"

#include <stdlib.h>
#include <string.h>

#include "base/time_text.h"

const char *
status_name(enum status s)
{
	static const char *const names[STATUS_COUNT] = { "UNKNOWN", "PASS", "FAIL", "CONDITIONAL", "NOT_APPLICABLE",
		"NO_EVENT", "NOT_YET_DUE", "AWAITING", "EXPIRED", "CONFIRMING" };

	return (unsigned)s < STATUS_COUNT ? names[s] : "UNKNOWN";
}

/* The neutral one drops out; of the rest the first of `strong`, UNKNOWN, the other wins. */
static enum verdict
join(enum verdict a, enum verdict b, enum verdict strong)
{
	if (a == VERDICT_NOT_APPLICABLE)
		return b;
	if (b == VERDICT_NOT_APPLICABLE)
		return a;
	if (a == strong || b == strong)
		return strong;
	if (a == VERDICT_UNKNOWN || b == VERDICT_UNKNOWN)
		return VERDICT_UNKNOWN;
	return a;
}

enum verdict
verdict_and(enum verdict a, enum verdict b)
{
	return join(a, b, VERDICT_FAIL);
}

enum verdict
verdict_or(enum verdict a, enum verdict b)
{
	return join(a, b, VERDICT_PASS);
}

enum verdict
verdict_unless(enum verdict duty, enum verdict exemption)
{
	return verdict_or(duty, exemption);
}

/* What is known of one control of the expression; asked once, whatever the number of hosts. */
struct told {
	struct judged *list;         /* of hosts, in the order of their names            */
	size_t         count, at;    /* `at`: where the next host in order is looked for */
	enum verdict   whole;        /* of what stands for every host                    */
	bool           has_whole;
};

struct question {
	const enum verdict  *as;     /* what an UNKNOWN of each why counts as */
	bool                 explained; /* some UNKNOWN has a why */
	const struct clause *clause;
	int64_t              now_us;
	finding_source      *source;
	void                *context;
	struct told         *told;   /* a place for each control, in the order the expression names them */
	size_t               count, cap, at;
};

static int
order(const void *a, const void *b)
{
	struct str x = ((const struct judged *)a)->subject, y = ((const struct judged *)b)->subject;
	int c = memcmp(x.p, y.p, x.n < y.n ? x.n : y.n);

	return c ? c : (x.n > y.n) - (x.n < y.n);
}

static enum verdict
fresh(struct question *q, const struct judged *j)
{
	if (q->now_us >= j->valid_until_us)
		return VERDICT_UNKNOWN;
	if (j->verdict != VERDICT_UNKNOWN || (unsigned)j->why >= WHY_COUNT)
		return j->verdict;
	q->explained |= j->why != WHY_NONE;
	return q->as[j->why];
}

static void *
grown(void *list, size_t count, size_t size)
{
	void *ret = realloc(list, (count ? count : 1) * size);

	if (ret == NULL)
		abort();
	return ret;
}

static void
ask(struct question *q, struct str control)
{
	struct told told = { .whole = VERDICT_NOT_APPLICABLE };
	size_t n, cap = 16;
	bool sorted = true;

	told.list = grown(NULL, cap, sizeof(*told.list));
	n = q->source(q->context, q->clause, control, told.list, cap);
	if (n > cap) {
		told.list = grown(told.list, cap = n, sizeof(*told.list));
		n = q->source(q->context, q->clause, control, told.list, cap);
	}
	if (n > cap) { /* it never ends */
		told.whole = VERDICT_UNKNOWN;
		told.has_whole = true;
	}
	for (size_t i = 0; i < n && i < cap; i++) {
		const struct judged *j = &told.list[i];

		if (j->subject.n == 0) {
			told.whole = verdict_and(told.whole, fresh(q, j));
			told.has_whole = true;
			continue;
		}
		sorted = sorted && (told.count == 0 || order(&told.list[told.count - 1], j) <= 0);
		told.list[told.count++] = *j;
	}
	if (!sorted)
		qsort(told.list, told.count, sizeof(*told.list), order);
	if (q->count == q->cap)
		q->told = grown(q->told, q->cap = q->cap ? q->cap * 2 : 8, sizeof(*q->told));
	q->told[q->count++] = told;
}

static void
ask_all(struct question *q, const struct node *node)
{
	if (node->kind == NODE_CONTROL)
		ask(q, node->control);
	for (size_t i = 0; node->kind != NODE_CONTROL && i < node->count; i++)
		ask_all(q, node->children[i]);
}

/* One control about one host; NULL: there is none, and what stands for every host speaks alone. Hosts come in order. */
static enum verdict
control_of_host(struct question *q, struct told *told, const struct judged *host)
{
	enum verdict v = told->whole;
	bool met = told->has_whole;

	while (host && told->at < told->count && order(&told->list[told->at], host) < 0)
		told->at++;
	for (size_t i = told->at; host && i < told->count && order(&told->list[i], host) == 0; i++) {
		v = verdict_and(v, fresh(q, &told->list[i]));
		met = true;
	}
	return met ? v : verdict_and(v, VERDICT_UNKNOWN);
}

/* Every control is met, whatever the others say: places of `told` are counted off. */
static enum verdict
node_of_host(struct question *q, const struct node *node, const struct judged *host)
{
	enum verdict v = VERDICT_NOT_APPLICABLE, duty;

	switch (node->kind) {
	case NODE_CONTROL:
		return control_of_host(q, &q->told[q->at++], host);
	case NODE_UNLESS:
		duty = node_of_host(q, node->children[0], host);
		return verdict_unless(duty, node_of_host(q, node->children[1], host));
	case NODE_AND:
		for (size_t i = 0; i < node->count; i++)
			v = verdict_and(v, node_of_host(q, node->children[i], host));
		return v;
	case NODE_OR:
		for (size_t i = 0; i < node->count; i++)
			v = verdict_or(v, node_of_host(q, node->children[i], host));
		return v;
	}
	return VERDICT_UNKNOWN;
}

/* All hosts any control knows, in order, each once. */
static struct judged *
hosts_of(const struct question *q, size_t *ret_count)
{
	struct judged *list;
	size_t n = 0, count = 0;

	for (size_t i = 0; i < q->count; i++)
		n += q->told[i].count;
	list = grown(NULL, n, sizeof(*list));
	n = 0;
	for (size_t i = 0; i < q->count; i++)
		for (size_t k = 0; k < q->told[i].count; k++)
			list[n++] = q->told[i].list[k];
	if (q->count > 1 && n > 1)
		qsort(list, n, sizeof(*list), order);
	for (size_t i = 0; i < n; i++)
		if (count == 0 || order(&list[count - 1], &list[i]) != 0)
			list[count++] = list[i];
	*ret_count = count;
	return list;
}

static enum verdict
node_as(const struct clause *c, const struct node *node, int64_t now_us, finding_source *source, void *context, const enum verdict as[WHY_COUNT], bool *ret_explained)
{
	struct question q = { .as = as, .clause = c, .now_us = now_us, .source = source, .context = context };
	enum verdict v = VERDICT_NOT_APPLICABLE;
	struct judged *hosts;
	size_t n;

	ask_all(&q, node);
	hosts = hosts_of(&q, &n);
	if (n == 0)
		v = node_of_host(&q, node, NULL);
	for (size_t i = 0; i < n; i++) {
		q.at = 0;
		v = verdict_and(v, node_of_host(&q, node, &hosts[i]));
	}
	for (size_t i = 0; i < q.count; i++)
		free(q.told[i].list);
	free(q.told);
	free(hosts);
	*ret_explained = q.explained;
	return v;
}

static const enum verdict as_it_is[WHY_COUNT] = { VERDICT_UNKNOWN };

enum verdict
clause_node(const struct clause *c, const struct node *node, int64_t now_us, finding_source *source, void *context)
{
	bool explained;

	return node_as(c, node, now_us, source, context, as_it_is, &explained);
}

enum verdict
clause_control(const struct clause *c, struct str control, int64_t now_us, finding_source *source, void *context)
{
	const struct node node = { .kind = NODE_CONTROL, .control = control };

	return clause_node(c, &node, now_us, source, context);
}

/* Duties that exist only when something happens, is used or is ordered; a term that comes anyway is none of them. */
bool
clause_waits_for_event(const struct clause *c)
{
	return c->trigger == TRIGGER_WHEN_IT_HAPPENS || c->trigger == TRIGGER_IF_USED || c->trigger == TRIGGER_ON_ORDER;
}

/*= S-1-3 */
/* A quiet month holds by readiness, not by silence. */
static bool
standing_passes(const struct clause *c, int64_t now_us, finding_source *source, void *context)
{
	for (size_t i = 0; i < c->standing_count; i++)
		if (clause_control(c, c->standing[i], now_us, source, context) != VERDICT_PASS)
			return false;
	return true;
}

static bool
phase_reached(const struct clause *c, unsigned phase)
{
	unsigned first = c->phases & (~c->phases + 1); /* the lowest bit: phases come in this order */

	return phase == 0 || first <= phase;
}

/* An UNKNOWN of which papers tell why: would it be one if they were what they are not? */
static enum status
explained_as(const struct clause *c, int64_t now_us, finding_source *source, void *context)
{
	static const struct { enum verdict as[WHY_COUNT], then; enum status status; } rows[] = {
		{ { [WHY_EXPIRED] = VERDICT_FAIL }, VERDICT_FAIL, STATUS_EXPIRED },
		{ { [WHY_EARLY] = VERDICT_PASS }, VERDICT_PASS, STATUS_NOT_YET_DUE },
		{ { [WHY_EARLY] = VERDICT_PASS, [WHY_CONFIRMED] = VERDICT_PASS }, VERDICT_PASS, STATUS_CONFIRMING },
		{ { [WHY_EARLY] = VERDICT_PASS, [WHY_CONFIRMED] = VERDICT_PASS, [WHY_AWAITED] = VERDICT_PASS }, VERDICT_PASS, STATUS_AWAITING },
	};
	bool explained;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (node_as(c, c->holds, now_us, source, context, rows[i].as, &explained) == rows[i].then)
			return rows[i].status;
	return STATUS_UNKNOWN;
}

enum status
clause_status(const struct clause *c, const struct clause_state *s, int64_t now_us, finding_source *source, void *context)
{
	enum status papers;
	enum verdict v;
	bool explained;

	if (!phase_reached(c, s->contract_phase))
		return STATUS_NOT_YET_DUE;
	if (s->not_applicable_approved)
		return STATUS_NOT_APPLICABLE;
	v = node_as(c, c->holds, now_us, source, context, as_it_is, &explained);
	if (v == VERDICT_PASS)
		return STATUS_PASS;
	if (v == VERDICT_NOT_APPLICABLE)
		return STATUS_NOT_APPLICABLE;
	if (s->exception_approved && now_us < s->exception_until_us)
		return STATUS_CONDITIONAL;
	if (v == VERDICT_FAIL)
		return STATUS_FAIL;
	if (s->declared_no_event && clause_waits_for_event(c) && standing_passes(c, now_us, source, context))
		return STATUS_NO_EVENT;
	papers = explained ? explained_as(c, now_us, source, context) : STATUS_UNKNOWN;
	if (papers != STATUS_UNKNOWN)
		return papers;
	if (c->trigger == TRIGGER_YEARLY && s->due_at_us)
		return now_us < s->due_at_us ? STATUS_NOT_YET_DUE : STATUS_EXPIRED;
	return STATUS_UNKNOWN;
}

struct range
day_range(int64_t at_us)
{
	struct civil c = time_civil(at_us);
	int64_t from = time_of_civil((struct civil){ c.year, c.month, c.day, 0, 0, 0 });

	return (struct range){ from, from + DAY_US };
}

struct range
month_range(int64_t at_us)
{
	struct civil c = time_civil(at_us);
	struct civil next = { c.month == 12 ? c.year + 1 : c.year, c.month == 12 ? 1 : c.month + 1, 1, 0, 0, 0 };

	return (struct range){ time_of_civil((struct civil){ c.year, c.month, 1, 0, 0, 0 }), time_of_civil(next) };
}

struct range
fiscal_year_range(int64_t at_us)
{
	struct civil c = time_civil(at_us);
	int year = c.month >= 4 ? c.year : c.year - 1;

	return (struct range){ time_of_civil((struct civil){ year, 4, 1, 0, 0, 0 }), time_of_civil((struct civil){ year + 1, 4, 1, 0, 0, 0 }) };
}

/* From best to worst. */
static int
rank(enum status s)
{
	static const int ranks[STATUS_COUNT] = { [STATUS_PASS] = 0, [STATUS_NOT_APPLICABLE] = 1, [STATUS_NO_EVENT] = 2, [STATUS_NOT_YET_DUE] = 3,
		[STATUS_CONDITIONAL] = 4, [STATUS_CONFIRMING] = 5, [STATUS_AWAITING] = 6, [STATUS_UNKNOWN] = 7,
		[STATUS_EXPIRED] = 8, [STATUS_FAIL] = 9 };

	return (unsigned)s < STATUS_COUNT ? ranks[s] : ranks[STATUS_UNKNOWN];
}

static int64_t
minutes_up(int64_t us)
{
	return us / MINUTE_US + (us % MINUTE_US > 0);
}

/* The verdict of a period whose minutes of FAIL and UNKNOWN are within what is tolerated. */
static enum status
verdict_within(const int64_t us[STATUS_COUNT], enum status worst, enum status end)
{
	if (end == STATUS_AWAITING || end == STATUS_CONFIRMING)
		return end; /* heals when the paper comes */
	if (us[STATUS_CONDITIONAL])
		return STATUS_CONDITIONAL;
	if (us[STATUS_PASS])
		return STATUS_PASS;
	if (us[STATUS_NO_EVENT])
		return STATUS_NO_EVENT;
	if (us[STATUS_NOT_YET_DUE])
		return STATUS_NOT_YET_DUE;
	if (us[STATUS_NOT_APPLICABLE])
		return STATUS_NOT_APPLICABLE;
	return worst; /* nothing but what is tolerated: that is no conformity */
}

void
period_sum(const struct clause *c, const struct interval *list, size_t n, int64_t from_us, int64_t to_us, struct period *ret)
{
	int64_t us[STATUS_COUNT] = { 0 }, other = 0;
	struct period p = { .worst = STATUS_UNKNOWN, .end = STATUS_UNKNOWN, .verdict = STATUS_UNKNOWN };
	enum status now = STATUS_UNKNOWN;
	int64_t at = from_us;
	bool first = true;

	for (size_t i = 0; i <= n && at < to_us; i++) {
		int64_t until = i < n ? list[i].from_us : to_us;

		until = until > to_us ? to_us : until;
		if (until > at) {
			us[now] += until - at;
			if (first || rank(now) > rank(p.worst))
				p.worst = now;
			first = false;
			p.end = now;
			at = until;
		}
		if (i < n)
			now = (unsigned)list[i].status < STATUS_COUNT ? list[i].status : STATUS_UNKNOWN;
	}
	for (int s = 0; s < STATUS_COUNT; s++)
		if (s != STATUS_PASS && s != STATUS_FAIL && s != STATUS_UNKNOWN && s != STATUS_EXPIRED)
			other += us[s];
	p.pass_min = us[STATUS_PASS] / MINUTE_US;
	p.fail_min = minutes_up(us[STATUS_FAIL]);
	p.unknown_min = minutes_up(us[STATUS_UNKNOWN] + us[STATUS_EXPIRED]);
	p.other_min = other / MINUTE_US;
	if (p.fail_min > c->fail_tolerance_min)
		p.verdict = STATUS_FAIL;
	else if (p.unknown_min > c->unknown_tolerance_min)
		p.verdict = STATUS_UNKNOWN;
	else if (!first)
		p.verdict = verdict_within(us, p.worst, p.end);
	*ret = p;
}
