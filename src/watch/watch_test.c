// SPDX-License-Identifier: Apache-2.0
/* Each rule by a few events: what it says, and what it must let pass. */
#include "watch/watch.h"

#include <string.h>

#include "base/test.h"

static struct watch_rules rules;
static const struct calendar calendar = { NULL, 0, 29 };
static struct { enum watch_rule rule; uint64_t person; int64_t seen, limit; } got[256];
static size_t got_n;

static void
take(void *context, const struct watch_alarm *a)
{
	(void)context;
	if (got_n < 256) {
		got[got_n].rule = a->rule;
		got[got_n].person = a->event.person;
		got[got_n].seen = a->seen;
		got[got_n++].limit = a->limit;
	}
}

static size_t
times(enum watch_rule rule)
{
	size_t n = 0;

	for (size_t i = 0; i < got_n; i++)
		n += got[i].rule == rule;
	return n;
}

static struct watch *
fresh(void)
{
	watch_rules_default(&rules);
	got_n = 0;
	return watch_new(&rules, &calendar);
}

static int64_t
at(int month, int day, int hour, int minute)
{
	return time_of_civil((struct civil){ .year = 2026, .month = month, .day = day, .hour = hour, .minute = minute });
}

static struct watch_event
event(int64_t at_us, uint64_t person, enum watch_kind kind, int64_t n)
{
	return (struct watch_event){ .at_us = at_us, .person = person, .role = 3, .kind = kind, .n = n, .address = 1, .network = 1, .session = person };
}

static void
feed(struct watch *w, struct watch_event e)
{
	watch_feed(w, &e, take, NULL);
}

/*= O2-3-2 type=test */
CASE(hours_and_closed_days_and_who_is_on_duty)
{
	static const struct { int month, day, hour, minute; bool duty; enum watch_rule rule; } cases[] = {
		{ 5, 7, 7, 59, false, WATCH_OFF_HOURS }, { 5, 7, 8, 0, false, WATCH_NONE }, { 5, 7, 19, 59, false, WATCH_NONE }, { 5, 7, 20, 0, false, WATCH_OFF_HOURS },
		{ 5, 7, 2, 0, true, WATCH_NONE }, { 5, 9, 10, 0, false, WATCH_CLOSED_DAY }, { 5, 6, 10, 0, false, WATCH_CLOSED_DAY } /* a substitute holiday */,
		{ 9, 22, 10, 0, false, WATCH_CLOSED_DAY } /* 国民の休日 */, { 12, 29, 10, 0, false, WATCH_CLOSED_DAY }, { 12, 28, 10, 0, false, WATCH_NONE }, { 12, 29, 10, 0, true, WATCH_NONE },
		{ 1, 3, 10, 0, false, WATCH_CLOSED_DAY }, { 1, 5, 10, 0, false, WATCH_NONE },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct watch *w = fresh();
		struct watch_event e = event(at(cases[i].month, cases[i].day, cases[i].hour, cases[i].minute), 7, WATCH_ACT, 1);

		e.on_duty = cases[i].duty;
		feed(w, e);
		CHECK_INT(got_n, cases[i].rule != WATCH_NONE);
		CHECK_INT(got_n ? got[0].rule : WATCH_NONE, cases[i].rule);
		e.at_us += MINUTE_US / 2;
		feed(w, e); /* once a day is enough */
		CHECK(got_n <= 1);
		watch_free(w);
	}
}

CASE(a_new_device_and_a_new_network_but_not_the_first_sign_in_ever)
{
	struct watch *w = fresh();
	struct watch_event e = event(at(5, 7, 9, 0), 7, WATCH_SIGN_IN, 1);

	e.new_device = true;
	feed(w, e);
	CHECK_INT(got_n, 0);
	e.at_us = at(5, 8, 9, 0);
	feed(w, e);
	CHECK_INT(times(WATCH_NEW_DEVICE), 1);
	CHECK_INT(times(WATCH_NEW_ADDRESS), 0);
	e.network = 2;
	e.new_device = false;
	e.at_us = at(5, 11, 9, 0);
	feed(w, e);
	CHECK_INT(times(WATCH_NEW_ADDRESS), 1);
	e.at_us = at(5, 12, 9, 0);
	feed(w, e);
	CHECK_INT(times(WATCH_NEW_ADDRESS), 1);
	CHECK(watch_network(STR("192.0.2.7")) == watch_network(STR("192.0.2.200")) && watch_network(STR("192.0.2.7")) != watch_network(STR("192.0.3.7")));
	CHECK(watch_network(STR("2001:db8:1::1")) == watch_network(STR("2001:db8:1:2::9")) && watch_network(STR_NONE) == 0);
	watch_free(w);
}

CASE(an_account_that_slept_and_a_burst_of_failures)
{
	struct watch *w = fresh();

	feed(w, event(at(1, 5, 9, 0), 7, WATCH_SIGN_IN, 1));
	feed(w, event(at(2, 10, 9, 0), 7, WATCH_SIGN_IN, 1));
	CHECK_INT(times(WATCH_DORMANT), 0);
	feed(w, event(at(4, 2, 9, 0), 7, WATCH_SIGN_IN, 1));
	CHECK_INT(times(WATCH_DORMANT), 1);
	CHECK_INT(got[0].seen, 51);
	for (int i = 0; i < 8; i++) {
		CHECK_INT(times(WATCH_FAILED_BURST), 0);
		feed(w, event(at(4, 2, 10, i), 8, WATCH_SIGN_IN_FAILED, 1));
	}
	CHECK_INT(times(WATCH_FAILED_BURST), 1);
	for (int i = 0; i < 12; i++)
		feed(w, event(at(4, 3, 8 + i, 0), 9, WATCH_SIGN_IN_FAILED, 1)); /* one an hour is a bad memory */
	CHECK_INT(times(WATCH_FAILED_BURST), 1);
	watch_free(w);
}

/* Open days of spring, six peers: person 1 reads `extra` more than the others from the 25th day on. */
static struct watch *
spring(int64_t usual, int64_t extra, int days)
{
	struct watch *w = fresh();
	int n = 0;

	for (int64_t day_us = at(4, 1, 0, 0); n < days; day_us += DAY_US) {
		int64_t busy = n % 9 == 0 ? 3 : 1; /* all alike */

		if (day_closed(&calendar, day_us))
			continue;
		for (int hour = 9; hour < 17; hour++)
			for (uint64_t person = 1; person <= 6; person++)
				feed(w, event(day_us + hour * HOUR_US, person, WATCH_READ, busy * (usual + (person == 1 && n >= 25 ? extra : 0)) / 8));
		n++;
	}
	return w;
}

CASE(many_reads_in_a_day_are_said_at_once_and_a_busy_day_is_not)
{
	struct watch *w = spring(40, 0, 30);
	size_t before;

	before = got_n;
	feed(w, event(at(5, 20, 10, 0), 2, WATCH_READ, 60));
	CHECK_INT(times(WATCH_MANY_READS), 0);
	for (int i = 0; i < 20; i++)
		feed(w, event(at(5, 20, 11, i), 2, WATCH_READ, 10));
	CHECK_INT(times(WATCH_MANY_READS), 1);
	CHECK_INT(got_n, before + 1);
	CHECK(got[before].seen > got[before].limit && got[before].limit >= 80);
	watch_free(w);
}

CASE(small_surpluses_that_go_on_are_summed_up)
{
	struct watch *w = spring(60, 0, 120);

	CHECK_INT(times(WATCH_SLOW_READS), 0);
	watch_free(w);
	w = spring(60, 24, 90); /* 40 % more a day: never much on one day */
	CHECK_INT(times(WATCH_MANY_READS), 0);
	CHECK(times(WATCH_SLOW_READS) >= 1);
	CHECK_INT(got[0].person, 1);
	watch_free(w);
}

CASE(one_account_in_two_hands)
{
	struct watch *w = fresh();
	struct watch_event e = event(at(5, 7, 10, 0), 7, WATCH_READ, 1);

	for (int i = 0; i < 6; i++) { /* home after the office: one change */
		e.at_us = at(5, 7, 10 + i, 0);
		e.network = e.session = i < 3 ? 1 : 2;
		feed(w, e);
	}
	CHECK_INT(times(WATCH_FAR_APART), 0);
	for (int i = 0; i < 6; i++) {
		e.at_us = at(5, 8, 10, 2 * i);
		e.network = e.session = i % 2 ? 5 : 6;
		feed(w, e);
	}
	CHECK_INT(times(WATCH_FAR_APART), 1);
	for (int i = 0; i < 12; i++) { /* two browsers of one desk, all the time */
		e.at_us = at(5, 11, 10, 2 * i);
		e.network = 5;
		e.session = i % 2 ? 7 : 8;
		feed(w, e);
	}
	CHECK_INT(times(WATCH_FAR_APART), 2);
	watch_free(w);
}

CASE(records_without_assignment_colleagues_exports_and_utilities)
{
	struct watch *w = fresh();
	struct watch_event e = event(at(5, 7, 10, 0), 7, WATCH_READ, 1);

	e.unassigned = true;
	feed(w, e);
	CHECK_INT(times(WATCH_UNASSIGNED), 1);
	e.unassigned = false;
	e.colleague = true;
	feed(w, e);
	CHECK_INT(times(WATCH_COLLEAGUE), 1);
	e = event(at(5, 7, 10, 0), 8, WATCH_EXPORT, 3000);
	feed(w, e);
	CHECK_INT(times(WATCH_BULK_EXPORT), 0);
	e.n = 1;
	feed(w, e);
	CHECK_INT(times(WATCH_BULK_EXPORT), 1);
	e = event(at(5, 7, 11, 0), 9, WATCH_RAN, 1);
	feed(w, e);
	CHECK_INT(times(WATCH_UTILITY), 0);
	e.unlisted = true;
	feed(w, e);
	CHECK_INT(times(WATCH_UTILITY), 1);
	watch_free(w);
}

CASE(numbers_outside_their_range_and_unknown_rules_are_refused)
{
	static const struct { const char *text; enum rc want; } cases[] = {
		{ "format: 1\nrules:\n  - {id: dormant, days: 60}\n", RC_OK }, { "format: 1\nrules:\n  - {id: dormant, days: 3}\n", RC_SYNTAX }, { "format: 1\nrules:\n  - {id: sleepy}\n", RC_SYNTAX },
		{ "format: 1\nrules:\n  - {id: dormant, files: 3}\n", RC_SYNTAX }, { "format: 1\nrules:\n  - {id: off-hours, from_h: 20, until_h: 9}\n", RC_SYNTAX },
		{ "format: 1\nrules:\n  - {id: dormant}\n  - {id: dormant}\n", RC_SYNTAX }, { "format: 1\nrules:\n  - {id: utility, on: no}\n", RC_OK },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena a = ARENA(1 << 20);
		const struct yaml_node *root;

		CHECK_OK(yaml_parse("watch.yaml", str_of(cases[i].text), &a, &root));
		CHECK_RC(watch_rules_load(root, &rules), cases[i].want);
		rc_trail_clear();
		arena_free(&a);
	}
	CHECK(!rules.on[WATCH_UTILITY] && rules.on[WATCH_DORMANT]);
}

TEST_MAIN
