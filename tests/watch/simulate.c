// SPDX-License-Identifier: Apache-2.0
/*
 * simulate SEED…: a year of a contact centre, made up, with abuse planted in it; what the misuse watch finds.
 *
 * 40 operators, 5 supervisors, 3 maintainers, by the calendar of fiscal 2026. Ordinary noise: busy days after holidays, late
 * shifts, overtime with and without a word beforehand, weekend duty, new laptops, a moved office, days at home, mistyped
 * passwords, long leaves, month-end exports, two browsers at one desk. Planted: see `plant()`. A planted abuse counts as
 * found when an alarm of a rule made for it, about that person, comes while it goes on or by the next day (small
 * surpluses: within a week of its end); an alarm that is about no planted abuse of that person and time is a false one.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/time_text.h"
#include "watch/watch.h"

#define OPERATORS   40
#define PEOPLE      48
#define PLANTED_MAX 128
#define EVENTS_MAX  4000000

enum abuse { SLOW, SLOW_RAMP, COLLEAGUE, SHARED_DESK, SHARED_FAR, NIGHT, WEEKEND, EXPORTS, STOLEN, GUESSED, DORMANT, TAKE_OUT, UNASSIGNED, ABUSES };
#define BY(rule) (1u << WATCH_##rule)
static const struct { const char *name; unsigned times, rules; } abuses[ABUSES] = {
	[SLOW] = { "slow exfiltration, +40 % a day for six months", 1, BY(SLOW_READS) }, [SLOW_RAMP] = { "slow exfiltration, growing to +60 % over eight months", 1, BY(SLOW_READS) }, [COLLEAGUE] = { "look-up of a colleague", 4, BY(COLLEAGUE) },
	[SHARED_DESK] = { "password shared in one office, three months", 1, BY(FAR_APART) }, [SHARED_FAR] = { "password shared with another site, three months", 1, BY(FAR_APART) }, [NIGHT] = { "night session", 4, BY(OFF_HOURS) },
	[WEEKEND] = { "session on a closed day", 3, BY(CLOSED_DAY) }, [EXPORTS] = { "bulk export", 3, BY(BULK_EXPORT) }, [STOLEN] = { "stolen sign-in from elsewhere, by day", 3, BY(NEW_DEVICE) | BY(NEW_ADDRESS) | BY(FAR_APART) }, [GUESSED] = { "guessing of a password", 3, BY(FAILED_BURST) },
	[DORMANT] = { "sleeping account used", 2, BY(DORMANT) }, [TAKE_OUT] = { "one day's take-out, four times the usual", 3, BY(MANY_READS) }, [UNASSIGNED] = { "records without assignment", 4, BY(UNASSIGNED) },
};
struct planted { enum abuse what; uint64_t person; int64_t from_us, until_us, found_us; };
struct person { double pace; uint32_t role; uint64_t network, laptop_day; int64_t leave_from_us, leave_until_us; };

static uint64_t seed_state;
static struct watch_event *events;
static size_t events_n;
static struct planted planted[PLANTED_MAX];
static size_t planted_n;
static struct person people[PEOPLE + 1];
static const struct calendar calendar = { NULL, 0, 29 };
static struct { size_t urgent, digest, by_rule[WATCH_RULES], alarms; } falses;
static struct watch_rules rules;
static uint64_t session_next;

static uint64_t
random_next(void)
{
	seed_state ^= seed_state << 13;
	seed_state ^= seed_state >> 7;
	seed_state ^= seed_state << 17;
	return seed_state * UINT64_C(2685821657736338717);
}

static double
random_unit(void)
{
	return (double)(random_next() >> 11) / 9007199254740992.0;
}

static bool
chance(double p)
{
	return random_unit() < p;
}

static double
random_normal(void)
{
	double sum = 0;

	for (int i = 0; i < 12; i++)
		sum += random_unit();
	return sum - 6;
}

static struct watch_event *
add(int64_t at_us, uint64_t person, enum watch_kind kind, int64_t n)
{
	struct watch_event *e = &events[events_n];

	if (events_n + 1 == EVENTS_MAX)
		abort();
	events_n++;
	*e = (struct watch_event){ .at_us = at_us, .person = person, .role = people[person].role, .kind = kind, .n = n, .network = people[person].network, .address = people[person].network };
	return e;
}

/* One stay at the screen: a sign-in, then reads spread over its hours. */
static void
stay(uint64_t person, int64_t from_us, int64_t until_us, int64_t n, bool duty, uint64_t network, bool new_device)
{
	int64_t step_us = 8 * MINUTE_US, slots = (until_us - from_us) / step_us;
	uint64_t session = ++session_next;
	struct watch_event *e = add(from_us, person, WATCH_SIGN_IN, 1);

	e->network = network;
	e->session = session;
	e->on_duty = duty;
	e->new_device = new_device;
	for (int64_t i = 0; i < slots; i++) {
		int64_t now = n * (i + 1) / slots - n * i / slots;

		if (now == 0)
			continue;
		e = add(from_us + i * step_us + (int64_t)(random_unit() * 400) * SECOND_US, person, WATCH_READ, now);
		e->network = network;
		e->session = session;
		e->on_duty = duty;
	}
}

/* ---- ordinary days */

static int64_t
reads_of(const struct person *p, double busy)
{
	double mean = (p->role == 1 ? 70 : p->role == 2 ? 45 : 20) * busy * p->pace, n = mean * exp(0.22 * random_normal());

	return n < 1 ? 1 : (int64_t)n;
}

static void
noise(uint64_t who, int64_t day_us, int64_t leave_us)
{
	struct person *p = &people[who];

	if (chance(0.05)) /* mistyped, once or twice */
		for (int i = 0; i < 1 + (int)(random_unit() * 2.5); i++)
			add(day_us + 9 * HOUR_US - (3 - i) * MINUTE_US, who, WATCH_SIGN_IN_FAILED, 1);
	if (chance(0.0004)) /* after a change of the password: many times, honestly */
		for (int i = 0; i < 9; i++)
			add(day_us + 9 * HOUR_US - (10 - i) * MINUTE_US, who, WATCH_SIGN_IN_FAILED, 1);
	if (p->role == 2 && time_civil(day_us).day >= 28) /* month's end */
		for (int i = 0; i < 3; i++)
			add(day_us + (16 + i) * HOUR_US / 1, who, WATCH_EXPORT, 300);
	if (p->role == 2 && chance(0.006)) /* the year's statistics */
		add(day_us + 15 * HOUR_US, who, WATCH_EXPORT, 4000);
	if (chance(0.01)) { /* a second browser for an hour */
		struct watch_event *e;
		uint64_t other = ++session_next;

		for (int i = 0; i < 3; i++) {
			e = add(day_us + 14 * HOUR_US + i * 25 * MINUTE_US, who, WATCH_READ, 1);
			e->session = other;
		}
	}
	(void)leave_us;
}

static void
work_day(uint64_t who, int64_t day_us, double busy, double factor)
{
	struct person *p = &people[who];
	bool late = chance(0.1), over = !late && chance(0.06), told = chance(0.85), home = p->role != 1 && chance(0.08), laptop = (uint64_t)day_us == p->laptop_day;
	int64_t from_us = day_us + (late ? 11 : 9) * HOUR_US - (int64_t)(random_unit() * 25) * MINUTE_US;
	int64_t until_us = day_us + (late ? 20 : 18) * HOUR_US - 10 * MINUTE_US + (over ? (int64_t)(60 + random_unit() * 150) * MINUTE_US : 0);

	if (day_us >= p->leave_from_us && day_us < p->leave_until_us)
		return;
	if (chance(0.06))
		return; /* a day off */
	stay(who, from_us, until_us, (int64_t)((double)reads_of(p, busy) * factor * (over ? 1.2 : 1)), over && told, home ? 500 + who : p->network, laptop);
	noise(who, day_us, until_us);
}

static double
factor_of(uint64_t who, int64_t day_us)
{
	double factor = 1;

	for (size_t i = 0; i < planted_n; i++) {
		const struct planted *p = &planted[i];
		double part;

		if (p->person != who || day_us < p->from_us || day_us >= p->until_us)
			continue;
		part = (double)(day_us - p->from_us) / (double)(p->until_us - p->from_us);
		factor *= p->what == SLOW ? 1.4 : p->what == SLOW_RAMP ? 1.1 + 0.5 * part : 1;
	}
	return factor;
}

/* ---- planted */

static uint64_t
victim(void)
{
	for (;;) {
		uint64_t who = 1 + (uint64_t)(random_unit() * OPERATORS);
		bool taken = people[who].leave_from_us != 0;

		for (size_t i = 0; i < planted_n; i++)
			taken |= planted[i].person == who;
		if (!taken)
			return who;
	}
}

static int64_t
some_day(int64_t first_us, bool closed)
{
	for (;;) {
		int64_t day_us = first_us + (int64_t)(60 + random_unit() * 290) * DAY_US;

		if (day_closed(&calendar, day_us) == closed)
			return day_us;
	}
}

static void
plant(enum abuse what, int64_t first_us)
{
	int64_t day_us = some_day(first_us, what == WEEKEND);
	struct planted *p = &planted[planted_n];

	*p = (struct planted){ what, 0, day_us, day_us + DAY_US, 0 };
	p->person = victim();
	if (what == SLOW || what == SLOW_RAMP || what == SHARED_DESK || what == SHARED_FAR) {
		p->from_us = first_us + (int64_t)(70 + random_unit() * 40) * DAY_US;
		p->until_us = p->from_us + (what == SLOW ? 180 : what == SLOW_RAMP ? 240 : 90) * DAY_US;
	}
	if (what == DORMANT) {
		people[p->person].leave_from_us = first_us + 40 * DAY_US;
		people[p->person].leave_until_us = INT64_MAX;
		p->from_us = day_us = first_us + (int64_t)(120 + random_unit() * 200) * DAY_US;
		p->until_us = p->from_us + DAY_US;
	}
	planted_n++;
}

static void
act_out(const struct planted *p, int64_t day_us)
{
	int64_t n = 0;

	if (p->what == SHARED_DESK || p->what == SHARED_FAR) {
		if (day_closed(&calendar, day_us) || !chance(0.25))
			return;
		stay(p->person, day_us + 13 * HOUR_US, day_us + 15 * HOUR_US, 20, false, p->what == SHARED_FAR ? 900 : people[p->person].network, false);
		return;
	}
	if (day_us != day_first(p->from_us))
		return;
	switch (p->what) {
	case COLLEAGUE:  add(day_us + 11 * HOUR_US, p->person, WATCH_READ, 1)->colleague = true; break;
	case UNASSIGNED: for (n = 0; n < 6; n++) add(day_us + (10 + n) * HOUR_US, p->person, WATCH_READ, 1)->unassigned = true; break;
	case NIGHT:      stay(p->person, day_us + 2 * HOUR_US, day_us + 4 * HOUR_US, 40, false, people[p->person].network, false); break;
	case WEEKEND:    stay(p->person, day_us + 13 * HOUR_US, day_us + 15 * HOUR_US, 40, false, people[p->person].network, false); break;
	case EXPORTS:    for (n = 0; n < 10; n++) add(day_us + 17 * HOUR_US + n * MINUTE_US, p->person, WATCH_EXPORT, 400); break;
	case STOLEN:     stay(p->person, day_us + 12 * HOUR_US, day_us + 14 * HOUR_US, 30, false, 7000 + planted_n, true); break;
	case GUESSED:    for (n = 0; n < 20; n++) add(day_us + 12 * HOUR_US + n * 20 * SECOND_US, p->person, WATCH_SIGN_IN_FAILED, 1); break;
	case DORMANT:    stay(p->person, day_us + 10 * HOUR_US, day_us + 12 * HOUR_US, 20, false, people[p->person].network, false); break;
	case TAKE_OUT:   stay(p->person, day_us + 10 * HOUR_US, day_us + 17 * HOUR_US, (int64_t)(210 * people[p->person].pace), false, people[p->person].network, false); break;
	default: break;
	}
}

/* ---- the year */

static int
by_time(const void *a, const void *b)
{
	const struct watch_event *x = a, *y = b;

	return x->at_us < y->at_us ? -1 : x->at_us > y->at_us;
}

static void
heard(void *context, const struct watch_alarm *a)
{
	bool real = false;

	(void)context;
	for (size_t i = 0; i < planted_n; i++) {
		struct planted *p = &planted[i];

		if (p->person == a->event.person && a->event.at_us >= p->from_us && a->event.at_us < p->until_us + (p->what == SLOW || p->what == SLOW_RAMP ? 7 : 1) * DAY_US) {
			real = true;
			if ((abuses[p->what].rules >> a->rule & 1) && p->found_us == 0)
				p->found_us = a->event.at_us;
		}
	}
	falses.alarms++;
	if (real)
		return;
	falses.by_rule[a->rule]++;
	if (rules.urgent[a->rule])
		falses.urgent++;
	else
		falses.digest++;
}

static size_t days[ABUSES]; /* until found, together */

static void
year(uint64_t seed, size_t found[ABUSES], size_t all[ABUSES])
{
	int64_t first_us = time_of_civil((struct civil){ .year = 2026, .month = 4, .day = 1 }), last_us = time_of_civil((struct civil){ .year = 2027, .month = 4, .day = 1 });
	struct watch *w;
	bool closed_before = false;

	seed_state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	events_n = planted_n = 0;
	memset(&falses, 0, sizeof(falses));
	session_next = 1000;
	for (uint64_t i = 1; i <= PEOPLE; i++) {
		people[i] = (struct person){ .pace = exp(0.2 * random_normal()), .role = i <= OPERATORS ? 1 : i <= 45 ? 2 : 3, .network = 10 };
		people[i].laptop_day = (uint64_t)(first_us + (int64_t)(random_unit() * 365) * DAY_US);
		if (i % 16 == 7) { /* a long leave, and back */
			people[i].leave_from_us = first_us + (int64_t)(random_unit() * 150) * DAY_US;
			people[i].leave_until_us = people[i].leave_from_us + (int64_t)(25 + random_unit() * 90) * DAY_US;
		}
	}
	for (enum abuse a = 0; a < ABUSES; a++)
		for (unsigned k = 0; k < abuses[a].times; k++)
			plant(a, first_us);
	for (int64_t day_us = first_us; day_us < last_us; day_us += DAY_US) {
		bool closed = day_closed(&calendar, day_us);
		double busy = (closed_before ? 1.6 : 1) * exp(0.15 * random_normal()) * (chance(0.01) ? 3 : 1);

		if (day_us == first_us + 200 * DAY_US) /* the office moves */
			for (uint64_t i = 1; i <= PEOPLE; i++)
				people[i].network = 11;
		for (uint64_t i = 1; i <= PEOPLE; i++) {
			if (!closed)
				work_day(i, day_us, busy, factor_of(i, day_us));
			else if (chance(0.02) && !(day_us >= people[i].leave_from_us && day_us < people[i].leave_until_us)) /* duty on a closed day, on the roster; now and then forgotten there */
				stay(i, day_us + 9 * HOUR_US, day_us + 17 * HOUR_US, 15, chance(0.95), people[i].network, false);
		}
		for (size_t i = 0; i < planted_n; i++)
			if (day_us >= day_first(planted[i].from_us) && day_us < planted[i].until_us)
				act_out(&planted[i], day_us);
		closed_before = closed;
	}
	qsort(events, events_n, sizeof(*events), by_time);
	w = watch_new(&rules, &calendar);
	for (size_t i = 0; i < events_n; i++)
		watch_feed(w, &events[i], heard, NULL);
	watch_until(w, last_us, heard, NULL);
	watch_free(w);
	for (size_t i = 0; i < planted_n; i++) {
		all[planted[i].what]++;
		found[planted[i].what] += planted[i].found_us != 0;
		if (planted[i].found_us)
			days[planted[i].what] += (size_t)((planted[i].found_us - planted[i].from_us) / DAY_US);
	}
}

int
main(int argc, char **argv)
{
	size_t found[ABUSES] = { 0 }, all[ABUSES] = { 0 }, f = 0, n = 0, worst = 0, urgent = 0, digest = 0, by_rule[WATCH_RULES] = { 0 };
	int years = 0;

	watch_rules_default(&rules);
	events = calloc(EVENTS_MAX, sizeof(*events));
	if (events == NULL)
		return 1;
	for (int i = 1; i < argc; i++) {
		int64_t seed;

		if (num_parse(str_of(argv[i]), 1, INT32_MAX, &seed) != RC_OK) {
			fprintf(stderr, "usage: simulate SEED…\n");
			return 2;
		}
		year((uint64_t)seed, found, all);
		years++;
		urgent += falses.urgent;
		digest += falses.digest;
		worst = falses.urgent > worst ? falses.urgent : worst;
		for (enum watch_rule r = 1; r < WATCH_RULES; r++)
			by_rule[r] += falses.by_rule[r];
		printf("seed %lld: %zu events, %zu alarms, false: %zu urgent, %zu in digests\n", (long long)seed, events_n, falses.alarms, falses.urgent, falses.digest);
	}
	if (years == 0)
		return 2;
	for (enum abuse a = 0; a < ABUSES; a++) {
		printf("%-55s %zu of %zu, after %zu days\n", abuses[a].name, found[a], all[a], found[a] ? days[a] / found[a] : 0);
		f += found[a];
		n += all[a];
	}
	printf("planted: %zu of %zu found (%.1f %%); false alarms per week: %.2f urgent (worst year %.2f), %.2f in digests\n", f, n, 100.0 * (double)f / (double)n, (double)urgent / years / 52.0,
	    (double)worst / 52.0, (double)digest / years / 52.0);
	for (enum watch_rule r = 1; r < WATCH_RULES; r++)
		printf("  false by %s: %.2f a week\n", watch_rule_id(r), (double)by_rule[r] / years / 52.0);
	free(events);
	return 0;
}
