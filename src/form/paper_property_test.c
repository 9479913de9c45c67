// SPDX-License-Identifier: Apache-2.0
/*
 * Papers over arbitrary histories: thousands of random ones, each told by the rules of paper.h a second way.
 *
 * What holds for each: what came later changes no earlier instant; the second way says the same state; a version that no
 * agreed validity ended did not run out; a review date ends nothing; a window set after its period changes nothing.
 * PAPER_SEED=n begins elsewhere; a failure says its seed.
 */
#include "form/paper.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/calendar.h"
#include "base/test.h"
#include "base/time_text.h"

#define RUNS       20000
#define EVENTS_MAX 24
#define DAYS       800

static uint64_t state;

static uint64_t
next(void) /* splitmix64 */
{
	uint64_t z = state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static int64_t
upto(int64_t n)
{
	return (int64_t)(next() % (uint64_t)n);
}

static uint64_t
begin(uint64_t offset)
{
	const char *given = getenv("PAPER_SEED");

	return (given ? strtoull(given, NULL, 10) : 1) + offset * RUNS;
}

struct history { struct form form; struct paper_event list[EVENTS_MAX]; size_t n; };

static int64_t
some_day(void)
{
	return day_add(time_of_civil((struct civil){ 2026, 2, 20, 0, 0, 0 }), (int)upto(DAYS)); /* over two ends of a fiscal year and the leap day of 2028 */
}

/* Not only what people may do: replay meets what an older catalogue allowed, too. */
static void
make(struct history *h)
{
	static const unsigned closes[] = { CLOSING_SUBMIT | CLOSING_APPROVE, CLOSING_AGREE, CLOSING_DRAW_UP, CLOSING_REPORT | CLOSING_EXPLAIN, CLOSING_PRESENT, CLOSING_DRAW_UP | CLOSING_AGREE };
	int64_t at_us = some_day() - 300 * DAY_US, versions = 0;

	h->form = (struct form){ .writes = upto(2) ? SIDE_CONTRACTOR : SIDE_CLIENT, .paper = { .closes = closes[upto(6)], .review_months = upto(2) * 12, .stages_count = (size_t)upto(3) } };
	h->n = 1 + (size_t)upto(EVENTS_MAX - 1);
	for (size_t i = 0; i < h->n; i++) {
		static const enum paper_step steps[] = { PAPER_FILE, PAPER_FILE, PAPER_FILE, PAPER_CLOSE, PAPER_CLOSE, PAPER_CLOSE, PAPER_CLOSE, PAPER_RETURN, PAPER_WITHDRAW, PAPER_PASS };
		struct paper_event *e = &h->list[i];

		at_us += upto(3) ? upto(90) * DAY_US + upto(DAY_US) : upto(3); /* at once, too */
		*e = (struct paper_event){ .step = i == 0 ? PAPER_FILE : upto(40) == 0 ? PAPER_END : steps[upto(10)], .at_us = at_us };
		if (e->step == PAPER_FILE) {
			e->version = ++versions;
			e->from_us = upto(3) ? some_day() : 0;
			e->until_us = upto(2) ? (e->from_us ? e->from_us : at_us) + (1 + upto(400)) * DAY_US : 0;
			e->review_us = upto(2) ? some_day() : 0;
		} else {
			e->version = upto(6) ? versions : 1 + upto(versions);
			e->closing = e->step == PAPER_CLOSE ? 1u << upto(10) : 0;
		}
	}
}

/* ---- the rules a second way: each version by itself, then which of them stands */

struct fate { int64_t closed_us; bool closed; };

static bool
does(unsigned closing, unsigned wanted) /* a closing act of the other side does those before it; of the author, only itself */
{
	if (closing & CLOSING_OF_AUTHOR)
		return closing == wanted;
	return !(wanted & CLOSING_OF_AUTHOR) && wanted <= closing;
}

static struct fate
fate_of(const struct history *h, size_t filed, int64_t now_us)
{
	bool done[10] = { false };
	struct fate fate = { 0, false };

	for (size_t i = filed; i < h->n && h->list[i].at_us <= now_us; i++) {
		const struct paper_event *e = &h->list[i];
		bool all = true;

		if (i > filed && (e->step == PAPER_FILE || e->step == PAPER_END))
			break; /* a later version took its place on the way */
		if (i > filed && e->version != h->list[filed].version)
			continue;
		if (e->step == PAPER_RETURN || e->step == PAPER_WITHDRAW)
			break;
		for (int b = 0; b < 10; b++) {
			unsigned bit = 1u << b;

			done[b] |= (bit & CLOSING_OF_AUTHOR) != 0 || (e->step == PAPER_CLOSE && does(e->closing, bit));
			all &= done[b] || !(h->form.paper.closes & bit);
		}
		if (all)
			return (struct fate){ e->at_us, true };
	}
	return fate;
}

static int64_t
later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* The version that stands: of those closed and begun by now the last one; else, none having begun, whichever begins. */
static enum paper_state
second_way(const struct history *h, int64_t now_us, int64_t *ret_version)
{
	enum paper_state last = PAPER_NONE;
	bool ahead = false;

	*ret_version = 0;
	for (size_t i = 0; i < h->n && h->list[i].at_us <= now_us; i++) {
		const struct paper_event *e = &h->list[i];
		struct fate fate;

		if (e->step == PAPER_END)
			return PAPER_ENDED;
		if (e->step != PAPER_FILE)
			continue;
		fate = fate_of(h, i, now_us);
		if (!fate.closed)
			continue;
		if (later(e->from_us, fate.closed_us) > now_us && !(e->until_us && now_us >= e->until_us)) {
			ahead = true;
			continue;
		}
		*ret_version = e->version;
		last = e->until_us && now_us >= e->until_us ? PAPER_EXPIRED : PAPER_IN_FORCE;
	}
	return *ret_version ? last : ahead ? PAPER_NOT_YET : PAPER_NONE;
}

static bool
same(const struct paper_now *a, const struct paper_now *b)
{
	return a->state == b->state && a->turn == b->turn && a->open == b->open && a->renewal == b->renewal && a->version == b->version && a->filed_us == b->filed_us && a->closed_us == b->closed_us &&
	    a->from_us == b->from_us && a->until_us == b->until_us && a->review_us == b->review_us;
}

/* An instant at which something may change, or just before it, or any. */
static int64_t
instant_of(const struct history *h)
{
	const struct paper_event *e = &h->list[upto((int64_t)h->n)];
	const int64_t edges[] = { e->at_us, e->from_us, e->until_us, e->review_us, some_day() };
	int64_t at_us = edges[upto(5)];

	return (at_us ? at_us : e->at_us) - upto(2);
}

static int
said(const char *what, uint64_t seed, int64_t at_us)
{
	printf("%s: PAPER_SEED=%llu at %lld\n", what, (unsigned long long)seed, (long long)at_us);
	return 0;
}

CASE(what_came_later_changes_no_earlier_instant)
{
	for (uint64_t run = 0, seed = begin(0); run < RUNS; run++, seed++) {
		struct history h;
		struct paper_now whole, known;
		size_t n = 0;
		int64_t at_us;

		state = seed;
		make(&h);
		at_us = instant_of(&h);
		while (n < h.n && h.list[n].at_us <= at_us)
			n++;
		paper_at(&h.form, h.list, h.n, at_us, &whole);
		paper_at(&h.form, h.list, n, at_us, &known); /* all that the ledger had by then */
		CHECK(same(&whole, &known) || said("later", seed, at_us));
		paper_at(&h.form, h.list, h.n, at_us, &known);
		CHECK(same(&whole, &known) || said("again", seed, at_us));
	}
}

CASE(the_rules_told_a_second_way_say_the_same)
{
	int seen[PAPER_STATE_COUNT] = { 0 };

	for (uint64_t run = 0, seed = begin(1); run < RUNS; run++, seed++) {
		struct history h;
		struct paper_now now;
		enum paper_state expected;
		int64_t at_us, version;

		state = seed;
		make(&h);
		at_us = instant_of(&h);
		paper_at(&h.form, h.list, h.n, at_us, &now);
		expected = second_way(&h, at_us, &version);
		seen[now.state]++;
		if (expected == PAPER_NONE)
			CHECK(now.state == PAPER_NONE || now.state == PAPER_WAITING || now.state == PAPER_RETURNED || now.state == PAPER_WITHDRAWN || said("state", seed, at_us));
		else
			CHECK(now.state == expected || said("state", seed, at_us));
		if (expected == PAPER_IN_FORCE || expected == PAPER_EXPIRED)
			CHECK(now.version == version || said("version", seed, at_us));
		if (now.state == PAPER_NOT_YET)
			CHECK((at_us < now.from_us && now.from_us < now.until_us) || said("ahead", seed, at_us));
		if (now.state == PAPER_IN_FORCE)
			CHECK((now.closed_us <= now.from_us && now.from_us <= at_us && at_us < now.until_us) || said("span", seed, at_us));
	}
	for (int s = PAPER_WAITING; s < PAPER_STATE_COUNT; s++)
		CHECK(seen[s] > RUNS / 1000); /* the histories reach every state */
}

CASE(only_an_agreed_validity_expires)
{
	for (uint64_t run = 0, seed = begin(2); run < RUNS; run++, seed++) {
		struct history h, other;
		struct paper_now now, without;
		int64_t at_us;

		state = seed;
		make(&h);
		at_us = instant_of(&h);
		paper_at(&h.form, h.list, h.n, at_us, &now);
		for (size_t i = 0; now.state == PAPER_EXPIRED && i < h.n; i++)
			if (h.list[i].step == PAPER_FILE && h.list[i].version == now.version)
				CHECK((h.list[i].until_us && h.list[i].until_us <= at_us && now.until_us == h.list[i].until_us) || said("until", seed, at_us));
		other = h;
		other.form.paper.review_months = 0;
		for (size_t i = 0; i < h.n; i++)
			other.list[i].review_us = 0;
		paper_at(&other.form, other.list, other.n, at_us, &without);
		now.review_us = without.review_us = 0;
		CHECK(same(&now, &without) || said("review", seed, at_us));
		for (size_t i = 0; i < h.n; i++)
			other.list[i].until_us = 0;
		paper_at(&other.form, other.list, other.n, at_us, &without);
		CHECK(without.state != PAPER_EXPIRED || said("no validity", seed, at_us));
	}
}

CASE(a_window_set_after_its_period_changes_nothing)
{
	static const enum paper_period periods[] = { PERIOD_MONTH, PERIOD_HALF_YEAR, PERIOD_FISCAL_YEAR };
	int moved = 0;

	for (uint64_t run = 0, seed = begin(3); run < RUNS; run++, seed++) {
		struct paper_window list[12];
		struct paper_span span;
		size_t n = (size_t)upto(6), all;
		int64_t at_us, end_us, before = 0;

		state = seed;
		span = paper_period(periods[upto(3)], some_day());
		at_us = span.from_us - 400 * DAY_US;
		for (all = 0; all < 12; all++) {
			if (all == n)
				at_us = later(at_us, span.to_us) + 1; /* over: from here on nothing counts */
			list[all] = (struct paper_window){ at_us, upto(60) };
			if (all < n && at_us <= span.to_us)
				before = list[all].days;
			at_us += upto(120) * DAY_US + upto(3);
		}
		end_us = paper_window_end(span, list, n);
		CHECK(end_us >= span.to_us || said("early", seed, end_us));
		CHECK(end_us >= day_add(span.to_us, (int)before) && end_us < day_add(span.to_us, (int)before + 12)); /* moved by closed days only */
		for (size_t k = n; k <= 12; k++)
			CHECK(paper_window_end(span, list, k) == end_us || said("window", seed, (int64_t)k));
		moved += end_us != day_add(span.to_us, (int)before);
		CHECK(paper_period(PERIOD_MONTH, span.to_us).from_us == span.to_us && paper_period(PERIOD_MONTH, span.to_us - 1).to_us == span.to_us);
	}
	CHECK(moved > 0);
}

TEST_MAIN
