// SPDX-License-Identifier: Apache-2.0
/* Terms of persons: dates, renewals, consents, and what auth is told of them. */
#include "core/core_fake.h"

#include <string.h>

#include "base/test.h"
#include "base/time_text.h"
#include "core/people.h"

static int64_t
day(const char *text)
{
	int64_t ret = 0;

	CHECK_OK(time_parse_date(str_of(text), &ret));
	return ret;
}

/* A row as if it had been declared at that time. */
static const char *
put(struct core *c, const char *register_id, const char *name, const char *values, int64_t at_us)
{
	static char ids[64][40];
	static size_t n;
	char *id = ids[n++ % 64];
	struct edits e = { NULL, 0, 0 };

	(void)snprintf(id, 40, "%032zx", n + 1000);
	e.list = calloc(1, sizeof(*e.list));
	e.n = e.cap = 1;
	e.list[0].kind = EDIT_ADD;
	(void)snprintf(e.list[0].id, sizeof(e.list[0].id), "%s", id);
	(void)snprintf(e.list[0].register_id, sizeof(e.list[0].register_id), "%s", register_id);
	e.list[0].name = strdup(name);
	e.list[0].values = strdup(values);
	CHECK_OK(register_store(c, &e, &(struct opaque_id){ { 1 } }, "見本", at_us, n));
	CHECK_OK(register_load(c));
	edits_free(&e);
	return id;
}

static const char *
person(struct core *c, const char *number, const char *company, const char *dates)
{
	char values[512];

	(void)snprintf(values, sizeof(values), "{\"number\":\"%s\",\"name\":\"見本\",\"company\":\"%s\",\"work\":\"保守\",%s}", number, company, dates);
	return put(c, "person", number, values, day("2026-01-01"));
}

static struct term
term(struct core *c, const char *id, const char *on)
{
	struct term t;

	people_term(c, register_row(c, str_of(id)), day(on), &t);
	return t;
}

static const char *
asks(struct core *c, const char *what, const char *of, const char *id, const char *from, const char *until, const char *filed)
{
	char values[512], name[128];

	(void)snprintf(values, sizeof(values), "{\"%s\":\"%s\",\"from\":\"%s\",\"until\":\"%s\"}", of, id, from, until);
	(void)snprintf(name, sizeof(name), "%s\n%s", id, until);
	return put(c, what, name, values, day(filed));
}

static void
decides(struct core *c, const char *what, const char *id, const char *answer, const char *on)
{
	char values[128];

	(void)snprintf(values, sizeof(values), "{\"decision\":\"%s\"}", answer);
	(void)put(c, what, id, values, day(on));
}

/*= S-3-2 type=test */
CASE(a_day_is_whole_and_leap_days_and_the_turn_of_the_year_are_days)
{
	static const struct { const char *until, *last, *first; } cases[] = { { "2027-03-31", "2027-03-31", "2027-04-01" }, { "2028-02-29", "2028-02-29", "2028-03-01" }, { "2026-12-31", "2026-12-31", "2027-01-01" } };
	struct core *c = core_up(true);
	const char *company = put(c, "company", "見本", "{\"name\":\"見本\",\"kind\":\"contractor\"}", 1);

	for (size_t i = 0; i < 3; i++) {
		char dates[80], number[8];
		const char *id;
		struct term t;

		(void)snprintf(dates, sizeof(dates), "\"from\":\"2026-04-01\",\"until\":\"%s\"", cases[i].until);
		(void)snprintf(number, sizeof(number), "P-%zu", i);
		id = person(c, number, company, dates);
		CHECK_INT(term(c, id, cases[i].last).state, TERM_STATE_NOW);
		people_term(c, register_row(c, str_of(id)), day(cases[i].first) - 1, &t);
		CHECK_INT(t.state, TERM_STATE_NOW);
		CHECK_INT(term(c, id, cases[i].first).state, TERM_STATE_OVER);
		CHECK_INT(term(c, id, "2026-03-31").state, TERM_STATE_BEFORE);
	}
	core_down(c);
}

/*= S-3-2 type=test */
CASE(a_renewal_filed_in_time_ends_nobody_until_it_is_decided)
{
	struct core *c = core_up(true);
	const char *company = put(c, "company", "見本", "{\"name\":\"見本\",\"kind\":\"contractor\"}", 1);
	const char *a = person(c, "P-1", company, "\"from\":\"2026-04-01\",\"until\":\"2027-03-31\""), *b = person(c, "P-2", company, "\"from\":\"2026-04-01\",\"until\":\"2027-03-31\"");
	const char *r = asks(c, "renewal", "person", a, "", "2028-03-31", "2027-03-31");

	CHECK_INT(term(c, a, "2027-06-01").state, TERM_STATE_NOW);
	CHECK(term(c, a, "2027-06-01").waiting);
	decides(c, "renewal-decision", r, "no", "2027-06-10");
	CHECK_INT(term(c, a, "2027-06-10").state, TERM_STATE_NOW); /* to the end of the day of the decision */
	CHECK_INT(term(c, a, "2027-06-11").state, TERM_STATE_OVER);
	r = asks(c, "renewal", "person", b, "", "2028-03-31", "2027-04-01");
	CHECK_INT(term(c, b, "2027-04-01").state, TERM_STATE_OVER); /* filed a day late */
	decides(c, "renewal-decision", r, "yes", "2027-04-05");
	CHECK_INT(term(c, b, "2027-04-06").state, TERM_STATE_NOW);
	CHECK_INT(term(c, b, "2028-04-01").state, TERM_STATE_OVER);
	core_down(c);
}

/*= S-1-2 type=test */
CASE(nobody_of_a_company_without_consent)
{
	struct core *c = core_up(true);
	const char *company = put(c, "company", "再委託先の見本", "{\"name\":\"再委託先の見本\",\"kind\":\"subcontractor\"}", 1), *ask, *next;
	const char *p = person(c, "P-1", company, "\"from\":\"2026-04-01\"");
	json_t *arguments = json_pack("{s:s}", "person", "P-1");
	struct opaque_id id;
	int64_t from, until;

	CHECK_INT(term(c, p, "2026-06-01").state, TERM_STATE_REFUSED);
	CHECK_RC(person_for_account(c, arguments, ROLE_BIT(ROLE_OPERATOR), &id, &from, &until), RC_CONFLICT);
	CHECK(strstr(rc_trail(), "再委託の承諾") != NULL);
	ask = asks(c, "subcontract", "company", company, "2026-05-01", "2026-09-30", "2026-04-20");
	CHECK_INT(term(c, p, "2026-06-01").state, TERM_STATE_REFUSED); /* a first request waits for its consent */
	decides(c, "subcontract-consent", ask, "yes", "2026-04-25");
	CHECK_INT(term(c, p, "2026-04-30").state, TERM_STATE_BEFORE);
	CHECK_INT(term(c, p, "2026-09-30").state, TERM_STATE_NOW);
	CHECK_INT(term(c, p, "2026-10-01").state, TERM_STATE_OVER);
	next = asks(c, "subcontract", "company", company, "2026-10-01", "2027-03-31", "2026-09-20");
	CHECK(term(c, p, "2026-10-15").waiting);
	CHECK_INT(term(c, p, "2026-10-15").state, TERM_STATE_NOW);
	decides(c, "subcontract-consent", next, "yes", "2026-10-20");
	CHECK_INT(term(c, p, "2027-03-31").state, TERM_STATE_NOW);
	CHECK_INT(term(c, p, "2027-04-01").state, TERM_STATE_OVER);
	/* terms that overlap are one */
	decides(c, "subcontract-consent", asks(c, "subcontract", "company", company, "2027-01-01", "2027-06-30", "2026-12-01"), "yes", "2026-12-02");
	CHECK_INT(term(c, p, "2027-06-30").state, TERM_STATE_NOW);
	json_decref(arguments);
	core_down(c);
}

CASE(accounts_follow_the_roster)
{
	struct core *c = core_up(true);
	const char *company = put(c, "company", "見本", "{\"name\":\"見本\",\"kind\":\"contractor\"}", 1), *p = person(c, "P-1", company, "\"from\":\"2026-04-01\",\"until\":\"2099-03-31\"");
	json_t *arguments = json_pack("{s:s}", "person", "P-1"), *none = json_object();
	struct opaque_id id, of;
	int64_t from, until;

	CHECK_RC(person_for_account(c, none, ROLE_BIT(ROLE_OPERATOR), &id, &from, &until), RC_SYNTAX);
	CHECK_RC(person_for_account(c, arguments, ROLE_BIT(ROLE_CLIENT_OFFICER), &id, &from, &until), RC_CONFLICT);
	CHECK_OK(person_for_account(c, arguments, ROLE_BIT(ROLE_OPERATOR), &id, &from, &until));
	CHECK_INT(from, day("2026-04-01"));
	CHECK_INT(until, day("2099-04-01"));
	fake.accounts[0].person = id;
	fake.accounts[1].person = id;
	CHECK_OK(people_follow(c));
	CHECK_INT(fake.accounts[0].until_us, until);
	of = person_of_account(c, &fake.accounts[0].id);
	CHECK(memcmp(of.b, id.b, ID_BYTES) == 0); /* two accounts, one person */
	CHECK(p != NULL);
	json_decref(arguments);
	json_decref(none);
	core_down(c);
}

CASE(an_auditor_leaves_again)
{
	struct core *c = core_up(true);
	const char *company = put(c, "company", "見本", "{\"name\":\"見本\",\"kind\":\"contractor\"}", 1);
	json_t *stays = json_pack("{s:s}", "person", "P-1"), *leaves = json_pack("{s:s}", "person", "P-2");
	struct opaque_id id;
	int64_t from, until;

	CHECK(person(c, "P-1", company, "\"from\":\"2026-04-01\"") && person(c, "P-2", company, "\"from\":\"2026-04-01\",\"until\":\"2099-03-31\""));
	CHECK_RC(person_for_account(c, stays, ROLE_BIT(ROLE_AUDITOR) | ROLE_BIT(ROLE_OPERATOR), &id, &from, &until), RC_CONFLICT);
	CHECK(strstr(rc_trail(), "終わりの日") != NULL);
	rc_trail_clear();
	CHECK_OK(person_for_account(c, leaves, ROLE_BIT(ROLE_AUDITOR), &id, &from, &until));
	CHECK_OK(people_auditor_ends(c, ROLE_BIT(ROLE_AUDITOR), &id));
	CHECK_OK(person_for_account(c, stays, ROLE_BIT(ROLE_OPERATOR), &id, &from, &until));
	CHECK_RC(people_auditor_ends(c, ROLE_BIT(ROLE_AUDITOR), &id), RC_CONFLICT); /* nor does he become one */
	rc_trail_clear();
	json_decref(stays);
	json_decref(leaves);
	core_down(c);
}

CASE(a_hundred_thousand_people_are_listed_at_once)
{
	struct core *c = core_up(true);
	const char *company = put(c, "company", "見本", "{\"name\":\"見本\",\"kind\":\"contractor\"}", 1);
	static const char *const asks_of[] = { "{\"id\":\"person\"}", "{\"id\":\"person\",\"page\":900}", "{\"id\":\"person\",\"q\":\"P-77777\"}", "{\"id\":\"person\",\"q\":\"派遣\"}", "{\"id\":\"person\",\"sort\":\"-name\"}" };
	struct edits e = { calloc(100000, sizeof(*e.list)), 100000, 100000 };

	for (size_t i = 0; i < e.n; i++) {
		struct edit *one = &e.list[i];
		char number[32], values[256];

		(void)snprintf(number, sizeof(number), "P-%05zu", i);
		(void)snprintf(values, sizeof(values), "{\"company\":\"%s\",\"employment\":\"employee\",\"from\":\"2026-04-01\",\"name\":\"見本 %zu\",\"number\":\"%s\",\"work\":\"応対\"}", company, i * 7919 % 100000, number);
		one->kind = EDIT_ADD;
		(void)snprintf(one->id, sizeof(one->id), "%032zx", i + 1000000);
		(void)snprintf(one->register_id, sizeof(one->register_id), "person");
		one->name = strdup(number);
		one->values = strdup(values);
	}
	CHECK_OK(register_store(c, &e, &(struct opaque_id){ { 1 } }, "見本", 1, 1));
	edits_free(&e);
	CHECK_OK(register_load(c));
	for (size_t k = 0; k < sizeof(asks_of) / sizeof(asks_of[0]); k++) {
		int64_t worst = 0;

		for (int i = 0; i < 5; i++) {
			int64_t began = core_now_us();
			json_t *a = NULL;

			CHECK_OK(core_ask(c, ACT_REGISTER_SHOW, "administrator", asks_of[k], &a));
			worst = core_now_us() - began > worst ? core_now_us() - began : worst;
			json_decref(a);
		}
		printf("a list of 100000 %s: %lld ms\n", asks_of[k], (long long)worst / 1000);
		CHECK(worst < 2 * SECOND_US); /* the figure is in docs/; here only what a slow machine cannot excuse */
	}
	core_down(c);
}

TEST_MAIN
