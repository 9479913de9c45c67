// SPDX-License-Identifier: Apache-2.0
/* The logic, exhaustively where it is small and by properties where it is not; the periods against a slow count. */
#include "catalogue/status.h"

#include <stdlib.h>
#include <time.h>

#include "base/test.h"
#include "base/time_text.h"

const struct control *
control_of(struct str id)
{
	return NULL; /* the logic asks no control */
}

#define U VERDICT_UNKNOWN
#define P VERDICT_PASS
#define F VERDICT_FAIL
#define N VERDICT_NOT_APPLICABLE

CASE(truth_tables)
{
	/*                                          U  P  F  N     (enum verdict's order) */
	static const enum verdict both[4][4] = { { U, U, F, U }, { U, P, F, P }, { F, F, F, F }, { U, P, F, N } };
	static const enum verdict either[4][4] = { { U, P, U, U }, { P, P, P, P }, { U, P, F, F }, { U, P, F, N } };

	for (int a = 0; a < 4; a++)
		for (int b = 0; b < 4; b++) {
			CHECK_INT(verdict_and((enum verdict)a, (enum verdict)b), both[a][b]);
			CHECK_INT(verdict_or((enum verdict)a, (enum verdict)b), either[a][b]);
			CHECK_INT(verdict_unless((enum verdict)a, (enum verdict)b), either[a][b]);
		}
}

CASE(grouping_never_matters)
{
	for (int i = 0; i < 64; i++) {
		enum verdict a = (enum verdict)(i & 3), b = (enum verdict)(i >> 2 & 3), c = (enum verdict)(i >> 4);

		CHECK_INT(verdict_and(verdict_and(a, b), c), verdict_and(a, verdict_and(b, c)));
		CHECK_INT(verdict_or(verdict_or(a, b), c), verdict_or(a, verdict_or(b, c)));
	}
}

/* ---- random worlds: an expression over controls, each with a finding about each of some hosts or about the whole */

#define CONTROLS 6
#define HOSTS    3
static const char *const control_names[CONTROLS] = { "a", "b", "c", "d", "e", "f" };
static const char *const host_names[HOSTS] = { "host:1", "host:2", "host:3" };

struct world {
	bool         whole[CONTROLS];          /* one finding, about the whole */
	enum verdict verdicts[CONTROLS][HOSTS];
	size_t       hosts, first;             /* `first`: which host comes first */
};

static size_t
from_world(void *context, const struct clause *c, struct str control, struct judged *ret, size_t max)
{
	const struct world *w = context;

	for (size_t i = 0; i < CONTROLS; i++) {
		if (!str_eq_c(control, control_names[i]))
			continue;
		for (size_t h = 0; h < (w->whole[i] ? 1 : w->hosts); h++) {
			size_t host = (h + w->first) % (w->whole[i] ? 1 : w->hosts);

			ret[h] = (struct judged){ w->verdicts[i][host], 1000, w->whole[i] ? STR_NONE : str_of(host_names[host]) };
		}
		return w->whole[i] ? 1 : w->hosts;
	}
	return 0;
}

static unsigned seed;
static unsigned
pick(unsigned below)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 16) % below;
}

static struct world
random_world(void)
{
	struct world w = { .hosts = 1 + pick(HOSTS) };

	for (int i = 0; i < CONTROLS; i++) {
		w.whole[i] = pick(2);
		for (int h = 0; h < HOSTS; h++)
			w.verdicts[i][h] = (enum verdict)pick(4);
	}
	return w;
}

static struct node *
random_node(struct arena *a, int depth)
{
	struct node *n = arena_get(a, sizeof(*n));

	if (depth == 0 || pick(3) == 0) {
		*n = (struct node){ .kind = NODE_CONTROL, .control = str_of(control_names[pick(CONTROLS)]) };
		return n;
	}
	n->kind = NODE_AND + (enum node_kind)pick(3);
	n->count = n->kind == NODE_UNLESS ? 2 : 2 + pick(3);
	n->children = arena_get(a, n->count * sizeof(*n->children));
	for (size_t i = 0; i < n->count; i++)
		n->children[i] = random_node(a, depth - 1);
	return n;
}

static void
shuffle(struct node *n)
{
	for (size_t i = 0; i < n->count; i++)
		shuffle(n->children[i]);
	for (size_t i = n->count; i > 1 && n->kind != NODE_UNLESS; i--) {
		size_t k = pick((unsigned)i);
		struct node *t = n->children[i - 1];

		n->children[i - 1] = n->children[k];
		n->children[k] = t;
	}
}

static enum verdict
ask(const struct node *n, struct world *w)
{
	static const struct clause c;

	return clause_node(&c, n, 1, from_world, w);
}

static void
seeded(void)
{
	const char *given = getenv("SEED");

	seed = given ? (unsigned)strtoul(given, NULL, 10) : (unsigned)time(NULL);
	printf("SEED=%u\n", seed);
}

CASE(order_of_operands_and_hosts_never_matters)
{
	seeded();
	for (int i = 0; i < 3000; i++) {
		struct arena a = ARENA(1 << 20);
		struct node *n = random_node(&a, 3);
		struct world w = random_world();
		enum verdict before = ask(n, &w);

		shuffle(n);
		w.first = pick((unsigned)w.hosts);
		CHECK_INT(ask(n, &w), before);
		arena_free(&a);
	}
}

static int
worth(enum verdict v)
{
	return v == P ? 2 : v == U ? 1 : 0;
}

CASE(a_better_finding_never_worsens_and_knowledge_never_turns_a_known_answer)
{
	seeded();
	for (int i = 0; i < 3000; i++) {
		struct arena a = ARENA(1 << 20);
		struct node *n = random_node(&a, 3);
		struct world w = random_world();
		enum verdict *one = &w.verdicts[pick(CONTROLS)][pick((unsigned)w.hosts)];
		enum verdict fail, unknown, pass;

		*one = F;
		fail = ask(n, &w);
		*one = U;
		unknown = ask(n, &w);
		*one = P;
		pass = ask(n, &w);
		if (fail == N || pass == N || unknown == N) { /* the one is not in the expression */
			CHECK(fail == unknown && unknown == pass);
		} else {
			CHECK(worth(fail) <= worth(unknown) && worth(unknown) <= worth(pass));
			CHECK(unknown == U || (unknown == fail && unknown == pass));
		}
		arena_free(&a);
	}
}

CASE(an_operand_that_does_not_apply_drops_out)
{
	seeded();
	for (int i = 0; i < 2000; i++) {
		struct arena a = ARENA(1 << 20);
		struct node f = { .kind = NODE_CONTROL, .control = STR("f") }, *two[2] = { random_node(&a, 2), &f };
		struct node both = { .kind = NODE_AND, .count = 2, .children = two }, either = { .kind = NODE_OR, .count = 2, .children = two };
		struct world w = random_world();

		for (int h = 0; h < HOSTS; h++)
			w.verdicts[5][h] = N;
		CHECK_INT(ask(&both, &w), ask(two[0], &w));
		CHECK_INT(ask(&either, &w), ask(two[0], &w));
		arena_free(&a);
	}
}

CASE(every_host_is_judged_by_itself)
{
	struct node a = { .kind = NODE_CONTROL, .control = STR("a") }, b = { .kind = NODE_CONTROL, .control = STR("b") };
	struct node *two[2] = { &a, &b };
	struct node either = { .kind = NODE_OR, .count = 2, .children = two };
	struct world w = { .hosts = 2, .verdicts = { { P, F }, { F, P } } };

	CHECK_INT(ask(&a, &w), F);
	CHECK_INT(ask(&b, &w), F);
	CHECK_INT(ask(&either, &w), P); /* each host has one of them */
	w.verdicts[1][1] = U;
	CHECK_INT(ask(&either, &w), U); /* the second may have none */
	w.verdicts[1][1] = F;
	CHECK_INT(ask(&either, &w), F);
	w.whole[1] = true; /* b stands for every host */
	w.verdicts[1][0] = P;
	CHECK_INT(ask(&either, &w), P);
}

static size_t
one_finding(void *context, const struct clause *c, struct str control, struct judged *ret, size_t max)
{
	ret[0] = *(const struct judged *)context;
	return 1;
}

static size_t
too_many(void *context, const struct clause *c, struct str control, struct judged *ret, size_t max)
{
	for (size_t i = 0; i < max; i++)
		ret[i] = (struct judged){ P, 1000, STR_NONE };
	return max + 1;
}

CASE(silence_age_and_overflow_are_unknown)
{
	static const struct clause c;
	struct judged j = { P, 100, STR_NONE };
	struct world none = { .hosts = 0 };

	CHECK_INT(clause_control(&c, STR("a"), 99, one_finding, &j), P);
	CHECK_INT(clause_control(&c, STR("a"), 100, one_finding, &j), U);
	j.valid_until_us = 0;
	CHECK_INT(clause_control(&c, STR("a"), 1, one_finding, &j), U);
	j = (struct judged){ N, 100, STR_NONE };
	CHECK_INT(clause_control(&c, STR("a"), 100, one_finding, &j), U); /* an old "does not apply" too */
	CHECK_INT(clause_control(&c, STR("a"), 1, from_world, &none), U);
	CHECK_INT(clause_control(&c, STR("a"), 1, too_many, NULL), U);
}

#define CROWD 600

struct crowd { enum verdict one[CROWD], other[CROWD]; char names[CROWD][16]; };

/* Control "a" is about all hosts, from the last to the first; "b" about every second one. */
static size_t
from_crowd(void *context, const struct clause *c, struct str control, struct judged *ret, size_t max)
{
	const struct crowd *crowd = context;
	bool all = str_eq_c(control, "a");
	size_t n = 0;

	for (size_t i = 0; i < CROWD; i += all ? 1 : 2) {
		size_t host = all ? CROWD - 1 - i : i;

		if (n < max)
			ret[n] = (struct judged){ all ? crowd->one[host] : crowd->other[host], 1000, str_of(crowd->names[host]) };
		n++;
	}
	return n;
}

CASE(six_hundred_hosts_are_judged_each_for_itself)
{
	static struct crowd crowd;
	struct node a = { .kind = NODE_CONTROL, .control = STR("a") }, b = { .kind = NODE_CONTROL, .control = STR("b") }, *children[] = { &a, &b };
	const struct node either = { .kind = NODE_OR, .count = 2, .children = children };
	static const struct clause c;

	for (size_t i = 0; i < CROWD; i++) {
		(void)snprintf(crowd.names[i], sizeof(crowd.names[i]), "host:%zu", i * 7919 % 1000); /* short */
		crowd.one[i] = P;
		crowd.other[i] = F;
	}
	CHECK_INT(clause_node(&c, &either, 1, from_crowd, &crowd), P);
	crowd.one[402] = F; /* both fail on this one */
	CHECK_INT(clause_node(&c, &either, 1, from_crowd, &crowd), F);
	crowd.other[402] = P;
	CHECK_INT(clause_node(&c, &either, 1, from_crowd, &crowd), P);
	crowd.one[403] = U; /* the other control does not know this one */
	CHECK_INT(clause_node(&c, &either, 1, from_crowd, &crowd), U);
	CHECK_INT(clause_control(&c, STR("b"), 1, from_crowd, &crowd), F);
}

/* ---- what becomes of a verdict */

static enum status
status_of(struct clause *c, const struct clause_state *s, enum verdict v)
{
	struct node a = { .kind = NODE_CONTROL, .control = STR("a") };
	struct judged j = { v, 1000, STR_NONE };
	enum status got;

	c->holds = &a;
	got = clause_status(c, s, 500, one_finding, &j);
	c->holds = NULL;
	return got;
}

CASE(statuses_row_by_row)
{
	static const struct {
		enum verdict verdict;
		enum trigger trigger;
		unsigned phases;
		struct clause_state state;
		enum status want;
	} rows[] = {
		{ P, 0, 7, { 0 }, STATUS_PASS },
		{ F, 0, 7, { 0 }, STATUS_FAIL },
		{ U, 0, 7, { 0 }, STATUS_UNKNOWN },
		{ N, 0, 7, { 0 }, STATUS_NOT_APPLICABLE },
		/* phases */
		{ F, 0, PHASE_END, { .contract_phase = PHASE_OPERATE }, STATUS_NOT_YET_DUE },
		{ P, 0, PHASE_OPERATE | PHASE_END, { .contract_phase = PHASE_BUILD }, STATUS_NOT_YET_DUE },
		{ F, 0, PHASE_END, { .contract_phase = PHASE_END }, STATUS_FAIL },
		{ F, 0, PHASE_BUILD, { .contract_phase = PHASE_OPERATE }, STATUS_FAIL }, /* what was due stays judged */
		{ F, 0, PHASE_END, { .contract_phase = 0 }, STATUS_FAIL },               /* phase not known */
		/* no such event */
		{ U, TRIGGER_WHEN_IT_HAPPENS, 7, { .declared_no_event = true }, STATUS_NO_EVENT },
		{ U, TRIGGER_IF_USED, 7, { .declared_no_event = true }, STATUS_NO_EVENT },
		{ U, TRIGGER_ON_ORDER, 7, { .declared_no_event = true }, STATUS_NO_EVENT },
		{ F, TRIGGER_WHEN_IT_HAPPENS, 7, { .declared_no_event = true }, STATUS_FAIL },
		{ U, TRIGGER_NONE, 7, { .declared_no_event = true }, STATUS_UNKNOWN },
		{ U, TRIGGER_PERIODIC, 7, { .declared_no_event = true }, STATUS_UNKNOWN },
		{ U, TRIGGER_YEARLY, 7, { .declared_no_event = true }, STATUS_UNKNOWN },
		/* exceptions, not applicable by approval */
		{ F, 0, 7, { .exception_approved = true, .exception_until_us = 501 }, STATUS_CONDITIONAL },
		{ U, 0, 7, { .exception_approved = true, .exception_until_us = 501 }, STATUS_CONDITIONAL },
		{ F, 0, 7, { .exception_approved = true, .exception_until_us = 500 }, STATUS_FAIL },
		{ P, 0, 7, { .exception_approved = true, .exception_until_us = 501 }, STATUS_PASS },
		{ F, 0, 7, { .not_applicable_approved = true }, STATUS_NOT_APPLICABLE },
		/* terms and windows */
		{ U, TRIGGER_YEARLY, 7, { .due_at_us = 501 }, STATUS_NOT_YET_DUE },
		{ U, TRIGGER_YEARLY, 7, { .due_at_us = 500 }, STATUS_EXPIRED },
		{ F, TRIGGER_YEARLY, 7, { .due_at_us = 501 }, STATUS_FAIL },
		{ U, 0, 7, { .due_at_us = 501 }, STATUS_UNKNOWN },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct clause c = { .trigger = rows[i].trigger, .phases = rows[i].phases };
		enum status got = status_of(&c, &rows[i].state, rows[i].verdict);

		if (got != rows[i].want)
			printf("row %zu: ", i);
		CHECK_INT(got, rows[i].want);
	}
}

static size_t
by_name(void *context, const struct clause *c, struct str control, struct judged *ret, size_t max)
{
	const enum verdict *ready = context;

	ret[0] = (struct judged){ str_eq_c(control, "ready") ? *ready : U, 1000, STR_NONE };
	return 1;
}

struct told_of { const char *control; struct judged is; };
static size_t
by_table(void *context, const struct clause *c, struct str control, struct judged *ret, size_t max)
{
	for (const struct told_of *t = context; t->control; t++)
		if (str_eq_c(control, t->control))
			ret[0] = t->is;
	return 1;
}

/* What papers explain decides only when it is all that stands between the clause and its verdict. */
CASE(papers_explain_an_unknown_that_rests_on_them_alone)
{
	struct node a = { .kind = NODE_CONTROL, .control = STR("a") }, b = { .kind = NODE_CONTROL, .control = STR("b") };
	struct node *two[2] = { &a, &b };
	struct node both = { .kind = NODE_AND, .count = 2, .children = two }, either = { .kind = NODE_OR, .count = 2, .children = two };
	static const struct { const char *how; enum verdict a, b; enum why a_why, b_why; int64_t until_us; enum status want; } rows[] = {
		{ "and", U, P, WHY_AWAITED, 0, 9, STATUS_AWAITING },
		{ "and", U, P, WHY_CONFIRMED, 0, 9, STATUS_CONFIRMING },
		{ "and", U, P, WHY_EXPIRED, 0, 9, STATUS_EXPIRED },
		{ "and", U, U, WHY_AWAITED, WHY_CONFIRMED, 9, STATUS_AWAITING },
		{ "and", U, U, WHY_AWAITED, 0, 9, STATUS_UNKNOWN },       /* something else is missing too */
		{ "and", U, U, WHY_AWAITED, WHY_EXPIRED, 9, STATUS_EXPIRED },
		{ "and", U, U, WHY_EXPIRED, 0, 9, STATUS_EXPIRED },
		{ "and", U, F, WHY_AWAITED, 0, 9, STATUS_FAIL },          /* a fact is a fact              */
		{ "and", U, P, WHY_AWAITED, 0, 5, STATUS_UNKNOWN },       /* what explained it ran out     */
		{ "and", P, U, WHY_AWAITED, 0, 9, STATUS_UNKNOWN },       /* only an UNKNOWN has a why     */
		{ "and", U, P, WHY_EARLY, 0, 9, STATUS_NOT_YET_DUE },
		{ "and", U, U, WHY_EARLY, WHY_AWAITED, 9, STATUS_AWAITING },
		{ "and", U, U, WHY_EARLY, 0, 9, STATUS_UNKNOWN },
		{ "or", U, U, WHY_EXPIRED, 0, 9, STATUS_UNKNOWN },
		{ "or", U, F, WHY_EXPIRED, 0, 9, STATUS_EXPIRED },
		{ "or", U, F, WHY_AWAITED, 0, 9, STATUS_AWAITING },
		{ "or", U, P, WHY_EXPIRED, 0, 9, STATUS_PASS },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct told_of told[] = { { "a", { rows[i].a, rows[i].until_us, STR_NONE, rows[i].a_why } }, { "b", { rows[i].b, 9, STR_NONE, rows[i].b_why } }, { NULL, { 0 } } };
		const struct clause c = { .phases = 7, .holds = rows[i].how[0] == 'a' ? &both : &either };
		const struct clause_state none = { 0 };
		enum status got = clause_status(&c, &none, 5, by_table, told);

		if (got != rows[i].want)
			printf("row %zu: ", i);
		CHECK_INT(got, rows[i].want);
	}
}

/*= S-1-3 type=test */
CASE(a_quiet_month_holds_by_readiness_not_by_silence)
{
	struct node ready = { .kind = NODE_CONTROL, .control = STR("ready") }, report = { .kind = NODE_CONTROL, .control = STR("report") };
	struct node *two[2] = { &ready, &report };
	struct node both = { .kind = NODE_AND, .count = 2, .children = two };
	struct str standing = STR("ready");
	const struct clause c = { .phases = 7, .trigger = TRIGGER_WHEN_IT_HAPPENS, .holds = &both, .standing = &standing, .standing_count = 1 };
	const struct clause_state quiet = { .declared_no_event = true };
	static const struct { enum verdict ready; enum status want; } rows[] = { { P, STATUS_NO_EVENT }, { U, STATUS_UNKNOWN }, { F, STATUS_FAIL }, { N, STATUS_UNKNOWN } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		enum verdict v = rows[i].ready;

		CHECK_INT(clause_status(&c, &quiet, 1, by_name, &v), rows[i].want);
	}
}

/* In every state there is: FAIL never reads as PASS, and better findings never make a worse status. */
CASE(no_state_turns_a_failure_into_conformity)
{
	static const int order[STATUS_COUNT] = { [STATUS_FAIL] = 0, [STATUS_EXPIRED] = 1, [STATUS_UNKNOWN] = 1, [STATUS_AWAITING] = 1, [STATUS_CONFIRMING] = 1, [STATUS_CONDITIONAL] = 1,
		[STATUS_NOT_YET_DUE] = 1, [STATUS_NO_EVENT] = 1, [STATUS_NOT_APPLICABLE] = 1, [STATUS_PASS] = 2 };

	for (unsigned bits = 0; bits < 1u << 9; bits++) {
		struct clause c = { .phases = 7, .trigger = (enum trigger)(bits % 8 % 7) };
		struct clause_state s = { .contract_phase = bits >> 3 & 3, .declared_no_event = bits >> 5 & 1, .due_at_us = bits >> 6 & 1 ? 501 : 499,
			.exception_approved = bits >> 7 & 1, .exception_until_us = 501, .not_applicable_approved = bits >> 8 & 1 };
		enum status fail = status_of(&c, &s, F), unknown = status_of(&c, &s, U), pass = status_of(&c, &s, P);

		CHECK(fail != STATUS_PASS && unknown != STATUS_PASS);
		CHECK(order[fail] <= order[unknown] && order[unknown] <= order[pass]);
		CHECK(fail == STATUS_FAIL || fail == STATUS_CONDITIONAL || fail == STATUS_NOT_APPLICABLE || fail == STATUS_NOT_YET_DUE);
	}
}

CASE(every_status_has_a_name)
{
	for (int s = 0; s < STATUS_COUNT; s++)
		for (int k = 0; k < s; k++)
			CHECK(strcmp(status_name((enum status)s), status_name((enum status)k)) != 0);
	CHECK_STR(str_of(status_name(STATUS_COUNT)), "UNKNOWN");
}

TEST_MAIN
