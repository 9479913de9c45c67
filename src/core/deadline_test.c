// SPDX-License-Identifier: Apache-2.0
/* What is due: days as Japan counts them, and what papers, rows and those named for them make of the list. */
#include "core/deadline.h"

#include <string.h>

#include "base/calendar.h"
#include "base/test.h"
#include "core/core_fake.h"
#include "form/paper.h"

static int64_t
jst(int year, int month, int day, int hour, int minute)
{
	return time_of_civil((struct civil){ year, month, day, hour, minute, 0 });
}

CASE(days_are_days_of_japan)
{
	const struct { int64_t due_us, now_us; const char *state; int64_t left; } rows[] = {
		{ jst(2026, 12, 1, 0, 0), jst(2026, 11, 30, 23, 59), "today", 0 }, /* due on 30 November, whose end is midnight in Japan */
		{ jst(2026, 12, 1, 0, 0), jst(2026, 12, 1, 0, 0), "overdue", -1 },
		{ jst(2026, 12, 1, 0, 0), jst(2026, 11, 29, 0, 0), "week", 1 },
		{ jst(2026, 12, 1, 0, 0), jst(2026, 11, 23, 12, 0), "week", 7 },
		{ jst(2026, 12, 1, 0, 0), jst(2026, 11, 22, 12, 0), "month", 8 },
		{ jst(2026, 12, 1, 0, 0), jst(2026, 10, 31, 0, 0), "month", 30 },
		{ jst(2026, 12, 1, 0, 0), jst(2026, 10, 30, 23, 59), "later", 31 },
		{ jst(2028, 3, 1, 0, 0), jst(2028, 2, 29, 1, 0), "today", 0 }, /* a leap day is a day */
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CHECK_STR(str_of(deadline_state(rows[i].due_us, rows[i].now_us)), rows[i].state);
		CHECK_INT(deadline_days_left(rows[i].due_us, rows[i].now_us), rows[i].left);
	}
}

/* The row of the answer of this kind and form; NULL: none. */
static const json_t *
row_of(const json_t *answer, const char *part, const char *kind, const char *what)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(answer, part), i, one)
		if (strcmp(core_text(one, "kind"), kind) == 0 && strcmp(core_text(one, "what"), what) == 0)
			return one;
	return NULL;
}

static json_t *
asked(struct core *c, enum act act, const char *token, const char *arguments)
{
	json_t *a = NULL;

	CHECK_OK(core_ask(c, act, token, arguments, &a));
	return a;
}

CASE(a_paper_is_due_first_then_waits_then_is_looked_at_again)
{
	struct core *c = core_up(true);
	json_t *a = asked(c, ACT_DEADLINE_LIST, "security-lead", "{}"), *filed;
	const json_t *one = row_of(a, "rows", "first", "org-chart");
	char q[256];

	CHECK(one && strcmp(core_text(one, "state"), "never") == 0 && strcmp(core_text(one, "side"), "contractor") == 0);
	CHECK(row_of(a, "rows", "first", "no-event") == NULL); /* one of two ways: nobody owes it */
	one = row_of(a, "rows", "period", "monthly-report");
	CHECK(one && json_is_integer(json_object_get(one, "due")));
	CHECK_INT((int64_t)json_array_size(json_object_get(a, "load")), 12);
	json_decref(a);
	filed = asked(c, ACT_PAPER_FILE, "security-lead", "{\"id\":\"org-chart\",\"values\":{\"title\":\"体制\",\"effective_on\":\"2026-04-01\",\"lead\":\"所長\",\"roles\":\"班ごと\"}}");
	a = asked(c, ACT_TODAY_SHOW, "client-officer", "{}");
	one = row_of(a, "waiting", "close", "org-chart");
	CHECK(one && strcmp(core_text(one, "side"), "client") == 0);
	json_decref(a);
	a = asked(c, ACT_TODAY_SHOW, "security-lead", "{}");
	CHECK(row_of(a, "waiting", "close", "org-chart") == NULL && row_of(a, "never", "first", "org-chart") == NULL);
	json_decref(a);
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\",\"leaf\":%lld}", core_text(filed, "id"), (long long)json_integer_value(json_object_get(filed, "leaf")));
	json_decref(asked(c, ACT_PAPER_RECEIVE, "client-officer", q));
	a = asked(c, ACT_DEADLINE_LIST, "security-lead", "{}");
	one = row_of(a, "rows", "review", "org-chart"); /* twelve months after it closed */
	CHECK(one && strcmp(core_text(one, "state"), "later") == 0 && json_integer_value(json_object_get(one, "left")) > 360);
	CHECK(row_of(a, "rows", "first", "org-chart") == NULL);
	json_decref(a);
	json_decref(filed);
	core_down(c);
}

static bool
waits_for(struct core *c, const char *token, const char *what)
{
	json_t *a = asked(c, ACT_TODAY_SHOW, token, "{}");
	bool there = row_of(a, "waiting", "close", what) != NULL;

	json_decref(a);
	return there;
}

static void
stepped(struct core *c, enum act act, const char *token, const json_t *paper, const char *stage)
{
	json_t *q = json_pack("{s:s, s:O, s:s}", "id", core_text(paper, "id"), "leaf", json_object_get(paper, "shown_leaf"), "reason", "x");
	char *text;

	if (stage)
		json_object_set_new(q, "stage", json_string(stage));
	text = json_dumps(q, 0);
	json_decref(asked(c, act, token, text));
	free(text);
	json_decref(q);
}

/* Each of those who may sign a stage sees it in its turn; the rest of the side does not. */
CASE(a_stage_waits_for_those_alone_who_may_sign_it)
{
	struct core *c = core_up(true);
	json_t *paper = asked(c, ACT_PAPER_FILE, "security-lead", "{\"id\":\"subcontract-request\",\"values\":{\"company\":\"見本\",\"effective_on\":\"2026-04-01\",\"until\":\"2099-03-31\",\"address\":\"大阪\",\"scope\":\"part\",\"work\":\"x\",\"reason\":\"x\",\"measures\":\"x\"}}");
	json_t *a;

	CHECK(waits_for(c, "client-officer", "subcontract-request"));
	CHECK(!waits_for(c, "client-security", "subcontract-request"));
	CHECK(!waits_for(c, "client-approver", "subcontract-request"));
	a = asked(c, ACT_DEADLINE_LIST, "client-security", "{}"); /* the whole list tells it to all */
	CHECK(row_of(a, "rows", "close", "subcontract-request") != NULL);
	json_decref(a);
	stepped(c, ACT_PAPER_RECEIVE, "client-officer", paper, "intake");
	CHECK(!waits_for(c, "client-officer", "subcontract-request"));
	CHECK(waits_for(c, "client-security", "subcontract-request"));
	stepped(c, ACT_PAPER_RECEIVE, "client-security", paper, "measures");
	CHECK(!waits_for(c, "client-security", "subcontract-request")); /* approves nothing */
	CHECK(!waits_for(c, "security-lead", "subcontract-request"));
	CHECK(waits_for(c, "client-approver", "subcontract-request"));
	stepped(c, ACT_PAPER_RETURN, "client-approver", paper, NULL);
	CHECK(waits_for(c, "security-lead", "subcontract-request"));
	CHECK(!waits_for(c, "client-approver", "subcontract-request"));
	json_decref(paper);
	core_down(c);
}

CASE(a_row_that_ends_and_a_secret_to_change_are_due)
{
	struct core *c = core_up(true);
	struct civil t = time_civil(core_now_us() + 3 * DAY_US);
	char q[512];
	json_t *a;
	const json_t *one;

	(void)snprintf(q, sizeof(q), "{\"id\":\"os-account\",\"values\":{\"account\":\"backup\",\"person\":\"予備\",\"kind\":\"service\",\"until\":\"%d-%02d-%02d\"}}", t.year, t.month, t.day);
	json_decref(asked(c, ACT_REGISTER_ADD, "security-lead", q));
	a = asked(c, ACT_TODAY_SHOW, "security-lead", "{}");
	one = row_of(a, "rows", "row", "os-account");
	CHECK(one && strcmp(core_text(one, "state"), "week") == 0);
	CHECK_INT(json_integer_value(json_object_get(one, "left")), 3);
	json_decref(a);
	a = asked(c, ACT_TODAY_SHOW, "client-officer", "{}");
	CHECK(row_of(a, "rows", "row", "os-account") == NULL);
	json_decref(a);
	/* named: it stands on that person's page alone */
	json_decref(asked(c, ACT_REGISTER_ADD, "security-lead", "{\"id\":\"deadline-owner\",\"values\":{\"what\":\"os-account\",\"owner\":\"somebody\"}}"));
	a = asked(c, ACT_TODAY_SHOW, "security-lead", "{}");
	CHECK(row_of(a, "rows", "row", "os-account") == NULL);
	json_decref(a);
	a = asked(c, ACT_DEADLINE_LIST, "security-lead", "{}");
	one = row_of(a, "rows", "row", "os-account");
	CHECK(one && strcmp(core_text(one, "owner"), "somebody") == 0);
	json_decref(a);
	core_down(c);
}

/* The row of a duty in this period; NULL: none. */
static const json_t *
duty_of(const json_t *answer, const char *what, struct paper_span span)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(answer, "rows"), i, one)
		if (strcmp(core_text(one, "kind"), "duty") == 0 && strcmp(core_text(one, "what"), what) == 0 && json_integer_value(json_object_get(one, "due")) >= span.to_us - 1 &&
		    json_integer_value(json_object_get(one, "due")) < span.to_us + 28 * DAY_US)
			return one;
	return NULL;
}

/*= S-3-2 type=test */
CASE(reviews_that_only_a_control_counts_are_due_too)
{
	struct core *c = core_up(true);
	struct paper_span half = paper_period(PERIOD_HALF_YEAR, core_now_us()), month = paper_period(PERIOD_MONTH, core_now_us()), last = paper_period(PERIOD_MONTH, month.from_us - 1);
	struct civil t = time_civil(core_now_us());
	json_t *a = asked(c, ACT_DEADLINE_LIST, "security-lead", "{}");
	const json_t *one = duty_of(a, "account-review", half);
	char q[256];

	CHECK(one && strcmp(core_text(one, "state"), "done") != 0 && json_integer_value(json_object_get(one, "due")) == half.to_us - 1);
	CHECK_STR(str_of(core_text(one, "link")), "account-review");
	CHECK(duty_of(a, "account-review", paper_period(PERIOD_HALF_YEAR, half.from_us - 1)) == NULL); /* nothing was there then */
	one = duty_of(a, "misuse-watch", month);
	CHECK(one && json_integer_value(json_object_get(one, "due")) == month.to_us - 1); /* the days of its number are the control's, which is not linked here */
	json_decref(a);
	core_lock(c);
	c->watched_since_us = last.from_us - DAY_US; /* the ledger is older, and last month was not reviewed */
	core_unlock(c);
	a = asked(c, ACT_DEADLINE_LIST, "security-lead", "{}");
	one = duty_of(a, "misuse-watch", last);
	CHECK(one && strcmp(core_text(one, "state"), "done") != 0);
	json_decref(a);
	core_lock(c);
	c->watch_reviewed_us = last.from_us;
	core_unlock(c);
	(void)snprintf(q, sizeof(q), "{\"id\":\"account-review\",\"values\":{\"name\":\"今期\",\"reviewer\":\"統括\",\"opened_on\":\"%d-%02d-%02d\",\"closed_on\":\"%d-%02d-%02d\"}}", t.year, t.month, t.day, t.year, t.month, t.day);
	json_decref(asked(c, ACT_REGISTER_ADD, "security-lead", q));
	a = asked(c, ACT_DEADLINE_LIST, "security-lead", "{}");
	CHECK_STR(str_of(core_text(duty_of(a, "misuse-watch", last), "state")), "done");
	CHECK(strcmp(core_text(duty_of(a, "misuse-watch", month), "state"), "done") != 0);
	CHECK_STR(str_of(core_text(duty_of(a, "account-review", half), "state")), "done");
	CHECK(strcmp(core_text(duty_of(a, "account-review", paper_period(PERIOD_HALF_YEAR, half.to_us)), "state"), "done") != 0); /* and the next half again */
	json_decref(a);
	core_down(c);
}

CASE(many_rows_of_one_day_are_told_as_one)
{
	struct core *c = core_up(true);
	struct civil t = time_civil(core_now_us() + 3 * DAY_US);
	char q[512];
	json_t *a, *one;
	size_t i, load = 0;

	for (int n = 0; n <= 20; n++) {
		(void)snprintf(q, sizeof(q), "{\"id\":\"os-account\",\"values\":{\"account\":\"a%d\",\"person\":\"試験\",\"kind\":\"user\",\"until\":\"%d-%02d-%02d\"}}", n, t.year, t.month, t.day);
		json_decref(asked(c, ACT_REGISTER_ADD, "security-lead", q));
		if (n != 19)
			continue;
		a = asked(c, ACT_TODAY_SHOW, "security-lead", "{}"); /* twenty: each by itself */
		CHECK(strcmp(core_text(row_of(a, "rows", "row", "os-account"), "base"), "register-row") == 0);
		json_decref(a);
	}
	a = asked(c, ACT_DEADLINE_LIST, "security-lead", "{}");
	CHECK(row_of(a, "rows", "row", "os-account") != NULL);
	CHECK_INT(json_integer_value(json_object_get(row_of(a, "rows", "row", "os-account"), "n")), 21);
	CHECK_STR(str_of(core_text(row_of(a, "rows", "row", "os-account"), "base")), "register");
	CHECK(strstr(core_text(row_of(a, "rows", "row", "os-account"), "title"), "21") != NULL);
	json_array_foreach(json_object_get(a, "load"), i, one)
		load += (size_t)json_integer_value(json_object_get(one, "n"));
	CHECK(load >= 21); /* a month's load counts each of them */
	json_decref(a);
	core_down(c);
}

TEST_MAIN
