// SPDX-License-Identifier: Apache-2.0
/* Exceptions: who may ask and decide, what they make of a clause and until when, and the same from the ledger again. */
#include "core/core_fake.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "base/test.h"
#include "base/time_text.h"

#define CLAUSE "S-6-5" /* it rests on the first control of the fake */

/* The day `days` from today, as people write it. */
static const char *
day(int days)
{
	static char text[4][16];
	static int at;
	struct civil d = time_civil(core_now_us() + days * DAY_US);
	char *s = text[at++ % 4];

	(void)snprintf(s, 16, "%04d-%02d-%02d", d.year % 10000, d.month % 100, d.day % 100);
	return s;
}

static enum status
status_of(struct core *c)
{
	for (size_t i = 0; i < c->clauses_count; i++)
		if (strcmp(c->clauses[i].id, CLAUSE) == 0)
			return c->clauses[i].status;
	return STATUS_COUNT;
}

static void
look(struct core *c, enum verdict verdict)
{
	fake.look[0].verdict = verdict;
	CHECK_OK(schedule_run(c, STR("seismic"), core_now_us() + 5 * SECOND_US));
	statuses_update(c);
}

struct asked { char id[40]; int64_t leaf; };

static enum rc
request(struct core *c, const char *token, const char *kind, const char *control, const char *until, struct asked *ret)
{
	char q[512];
	json_t *a;
	enum rc rc;

	(void)snprintf(q, sizeof(q), "{\"id\":\"" CLAUSE "\",\"lang\":\"en\",\"values\":{\"kind\":\"%s\",\"control\":\"%s\",\"reason\":\"工事は来年\",\"instead\":\"毎週の点検\",\"until\":\"%s\"}}", kind, control, until);
	rc = core_ask(c, ACT_EXCEPTION_REQUEST, token, q, &a);
	(void)snprintf(ret->id, sizeof(ret->id), "%s", core_text(a, "id"));
	ret->leaf = json_integer_value(json_object_get(a, "leaf"));
	json_decref(a);
	return rc;
}

static enum rc
step(struct core *c, enum act act, const char *token, const struct asked *x, const char *decision, json_t **ret)
{
	char q[512];

	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\",\"leaf\":%lld,\"decision\":\"%s\",\"reason\":\"確かめた\"}", x->id, (long long)x->leaf, decision);
	return core_ask(c, act, token, q, ret);
}

static void
approve(struct core *c, struct asked *x)
{
	json_t *a;

	CHECK_OK(step(c, ACT_EXCEPTION_DECIDE, "client-approver", x, "approve", &a));
	x->leaf = json_integer_value(json_object_get(a, "leaf"));
	CHECK(strcmp(core_text(a, "state"), "approved") == 0);
	json_decref(a);
}

CASE(a_failing_clause_is_conditional_from_approval_to_revocation)
{
	struct core *c = core_up(true);
	struct asked x;
	json_t *a;

	look(c, VERDICT_FAIL);
	CHECK_INT(status_of(c), STATUS_FAIL);
	CHECK_OK(request(c, "security-lead", "exception", "", day(30), &x));
	CHECK_INT(status_of(c), STATUS_FAIL); /* asked is not permitted */
	CHECK_INT(c->requests_waiting, 1);
	approve(c, &x);
	CHECK_INT(c->requests_waiting, 0);
	CHECK_INT(status_of(c), STATUS_CONDITIONAL);
	CHECK_OK(core_ask(c, ACT_CLAUSE_SHOW, "operator", "{\"id\":\"" CLAUSE "\",\"lang\":\"en\"}", &a));
	CHECK_INT(json_array_size(json_object_get(a, "exceptions")), 1);
	CHECK(strstr(core_text(a, "missing"), "The client permits an exception until") != NULL);
	CHECK(json_is_false(json_object_get(a, "can_request")));
	json_decref(a);
	look(c, VERDICT_PASS);
	CHECK_INT(status_of(c), STATUS_PASS); /* what holds needs no exception */
	look(c, VERDICT_FAIL);
	CHECK_INT(status_of(c), STATUS_CONDITIONAL);
	CHECK_OK(step(c, ACT_EXCEPTION_REVOKE, "client-officer", &x, "", &a));
	CHECK(strcmp(core_text(a, "state"), "revoked") == 0);
	json_decref(a);
	CHECK_INT(status_of(c), STATUS_FAIL);
	CHECK_RC(step(c, ACT_EXCEPTION_REVOKE, "client-officer", &x, "", &a), RC_CONFLICT);
	core_down(c);
}

CASE(the_contractor_asks_and_the_client_decides)
{
	static const char *const asks_not[] = { "operator", "maintainer", "auditor", "client-officer", "client-approver" };
	static const char *const decides_not[] = { "administrator", "security-lead", "operator", "on-call", "client-auditor", "client-department" };
	struct core *c = core_up(true);
	struct asked x, none;
	struct query *q = NULL;
	struct session same;
	json_t *a;

	for (size_t i = 0; i < sizeof(asks_not) / sizeof(asks_not[0]); i++)
		CHECK_RC(request(c, asks_not[i], "exception", "", day(30), &none), RC_DENIED);
	CHECK_OK(request(c, "administrator", "exception", "", day(30), &x));
	for (size_t i = 0; i < sizeof(decides_not) / sizeof(decides_not[0]); i++) {
		CHECK_RC(step(c, ACT_EXCEPTION_DECIDE, decides_not[i], &x, "approve", &a), RC_DENIED);
		CHECK_RC(step(c, ACT_EXCEPTION_REVOKE, decides_not[i], &x, "", &a), RC_DENIED);
	}
	CHECK_RC(step(c, ACT_EXCEPTION_WITHDRAW, "client-officer", &x, "", &a), RC_DENIED);
	CHECK_OK(ask_auth_session_get(NULL, STR("client-security"), &same));
	CHECK_OK(db_query(c->db, "update exception_step set actor = $1", &q)); /* a person who was on the other side then */
	CHECK_OK(db_put_blob(q, 1, (struct str){ (const char *)same.account.b, ID_BYTES }));
	CHECK_OK(db_run(q));
	db_done(q);
	CHECK_RC(step(c, ACT_EXCEPTION_DECIDE, "client-security", &x, "approve", &a), RC_DENIED);
	CHECK_OK(step(c, ACT_EXCEPTION_DECIDE, "client-approver", &x, "refuse", &a));
	CHECK(strcmp(core_text(a, "state"), "refused") == 0);
	json_decref(a);
	CHECK_INT(c->spans_count, 0);
	core_down(c);
}

CASE(what_is_asked_is_bounded_and_said_in_words)
{
	struct core *c = core_up(true);
	struct asked x;
	json_t *a;

	CHECK_RC(request(c, "administrator", "exception", "", day(-1), &x), RC_SYNTAX);
	CHECK(strstr(rc_trail(), "up to one year ahead") != NULL);
	CHECK_RC(request(c, "administrator", "exception", "", day(367), &x), RC_SYNTAX);
	CHECK_RC(request(c, "administrator", "exception", "", "2026-02-30", &x), RC_SYNTAX);
	CHECK_RC(request(c, "administrator", "forever", "", day(1), &x), RC_SYNTAX);
	CHECK_RC(request(c, "administrator", "exception", "sshd-config", day(1), &x), RC_SYNTAX); /* no control of this clause */
	CHECK_RC(request(c, "administrator", "not-applicable", "seismic", day(1), &x), RC_SYNTAX);
	CHECK_RC(core_ask(c, ACT_EXCEPTION_REQUEST, "administrator", "{\"id\":\"" CLAUSE "\",\"values\":{\"kind\":\"exception\",\"reason\":\"x\",\"until\":\"2026-12-31\"}}", &a), RC_SYNTAX); /* nothing instead */
	CHECK_RC(core_ask(c, ACT_EXCEPTION_REQUEST, "administrator", "{\"id\":\"no-such\",\"values\":{}}", &a), RC_NOTFOUND);
	CHECK_RC(core_ask(c, ACT_EXCEPTION_SHOW, "administrator", "{\"id\":\"00\"}", &a), RC_NOTFOUND);
	CHECK_RC(core_ask(c, ACT_EXCEPTION_SHOW, "administrator", "{}", &a), RC_NOTFOUND);
	CHECK_OK(request(c, "administrator", "exception", "", day(0), &x)); /* the last day counts */
	CHECK_RC(request(c, "security-lead", "exception", "", day(3), &x), RC_CONFLICT); /* one of them waits */
	CHECK_OK(core_ask(c, ACT_EXCEPTION_FORM, "administrator", "{\"id\":\"" CLAUSE "\",\"lang\":\"en\",\"values\":{\"kind\":\"exception\"}}", &a));
	CHECK(strcmp(core_text(json_object_get(a, "errors"), "reason"), "Fill this in.") == 0);
	CHECK(strcmp(core_text(json_object_get(a, "errors"), "instead"), "Fill this in.") == 0);
	json_decref(a);
	core_down(c);
}

CASE(what_was_seen_is_what_is_decided)
{
	struct core *c = core_up(true);
	struct asked x, old;
	char q[128];
	json_t *a;

	CHECK_OK(request(c, "administrator", "exception", "", day(30), &x));
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\",\"decision\":\"approve\",\"reason\":\"x\"}", x.id);
	CHECK_RC(core_ask(c, ACT_EXCEPTION_DECIDE, "client-officer", q, &a), RC_SYNTAX); /* which state was seen? */
	CHECK_RC(step(c, ACT_EXCEPTION_DECIDE, "client-officer", &x, "perhaps", &a), RC_SYNTAX);
	old = (struct asked){ .leaf = x.leaf + 1 };
	memcpy(old.id, x.id, sizeof(old.id));
	CHECK_RC(step(c, ACT_EXCEPTION_DECIDE, "client-officer", &old, "approve", &a), RC_CONFLICT);
	CHECK_OK(step(c, ACT_EXCEPTION_WITHDRAW, "security-lead", &x, "", &a));
	json_decref(a);
	CHECK_RC(step(c, ACT_EXCEPTION_DECIDE, "client-officer", &x, "approve", &a), RC_CONFLICT);
	CHECK_RC(step(c, ACT_EXCEPTION_WITHDRAW, "security-lead", &x, "", &a), RC_CONFLICT);
	core_down(c);
}

struct decider { struct core *c; const struct asked *x; const char *token; const char *decision; enum rc rc; };

static void *
decide(void *context)
{
	struct decider *d = context;
	json_t *a;

	d->rc = step(d->c, ACT_EXCEPTION_DECIDE, d->token, d->x, d->decision, &a);
	json_decref(a);
	rc_trail_clear();
	return NULL;
}

CASE(of_two_who_decide_at_once_one_does)
{
	struct core *c = core_up(true);

	for (int i = 0; i < 20; i++) {
		struct asked x;
		struct decider d[2] = { { c, &x, "client-officer", "approve", RC_OK }, { c, &x, "client-approver", "refuse", RC_OK } };
		pthread_t t[2];
		char q[64];
		json_t *a;

		CHECK_OK(request(c, "administrator", "exception", "", day(30), &x));
		for (int k = 0; k < 2; k++)
			CHECK_INT(pthread_create(&t[k], NULL, decide, &d[k]), 0);
		for (int k = 0; k < 2; k++)
			CHECK_INT(pthread_join(t[k], NULL), 0);
		CHECK((d[0].rc == RC_OK && d[1].rc == RC_CONFLICT) || (d[0].rc == RC_CONFLICT && d[1].rc == RC_OK));
		(void)snprintf(q, sizeof(q), "{\"id\":\"%s\"}", x.id);
		CHECK_OK(core_ask(c, ACT_EXCEPTION_SHOW, "operator", q, &a));
		CHECK_INT(json_array_size(json_object_get(a, "steps")), 2);
		CHECK(strcmp(core_text(a, "state"), d[0].rc == RC_OK ? "approved" : "refused") == 0);
		json_decref(a);
	}
	core_down(c);
}

/* As if the approval had been given and had ended then; the test does not wait. */
static void
spanned(struct core *c, int64_t from_us, int64_t until_us)
{
	struct query *q = NULL;

	CHECK_OK(db_query(c->db, "update exception_request set until_us = $1", &q));
	CHECK_OK(db_put_int(q, 1, until_us));
	CHECK_OK(db_run(q));
	db_done(q);
	CHECK_OK(db_query(c->db, "update exception_step set at_us = $1", &q));
	CHECK_OK(db_put_int(q, 1, from_us));
	CHECK_OK(db_run(q));
	db_done(q);
	CHECK_OK(exception_load(c));
}

static struct clause_now *
row_of(struct core *c)
{
	for (size_t i = 0; i < c->clauses_count; i++)
		if (strcmp(c->clauses[i].id, CLAUSE) == 0)
			return &c->clauses[i];
	return NULL;
}

CASE(it_ends_at_its_instant_also_while_the_station_was_stopped)
{
	struct core *c = core_up(true);
	int64_t now_us, ended_us;
	struct interval list[8];
	struct asked x;
	json_t *a;
	size_t n;

	look(c, VERDICT_FAIL);
	CHECK_OK(request(c, "administrator", "exception", "", day(1), &x));
	approve(c, &x);
	CHECK_INT(status_of(c), STATUS_CONDITIONAL);
	now_us = core_now_us();
	ended_us = now_us - HOUR_US;
	spanned(c, now_us - 3 * HOUR_US, ended_us);
	row_of(c)->since_us = now_us - 3 * HOUR_US; /* it has been so for three hours, and nobody watched for two */
	c->lapsed_us = now_us - 2 * HOUR_US;
	CHECK_INT(exception_next(c, c->lapsed_us), ended_us);
	CHECK_INT(exception_next(c, ended_us), INT64_MAX);
	statuses_lapse(c);
	CHECK_INT(status_of(c), STATUS_FAIL);
	CHECK_INT(row_of(c)->since_us, ended_us);
	n = state_intervals(c, CLAUSE, ended_us - 1, ended_us + 1, list, 8);
	CHECK(n >= 1 && list[n - 1].from_us == ended_us && list[n - 1].status == STATUS_FAIL);
	CHECK_OK(core_ask(c, ACT_EXCEPTION_LIST, "operator", "{\"state\":\"over\"}", &a));
	CHECK_INT(json_array_size(json_object_get(a, "rows")), 1);
	CHECK(strcmp(core_text(json_array_get(json_object_get(a, "rows"), 0), "state"), "ended") == 0);
	json_decref(a);
	core_down(c);
}

CASE(the_last_day_of_the_year_counts_to_its_end_in_japan)
{
	struct core *c = core_up(true);
	struct civil d = time_civil(core_now_us());
	char until[16];
	struct asked x;
	struct clause_state before = { 0 }, after = { 0 };
	const struct clause *clause;
	int64_t end_us = time_of_civil((struct civil){ d.year + 1, 1, 1, 0, 0, 0 });

	(void)snprintf(until, sizeof(until), "%04d-12-31", d.year % 10000);
	look(c, VERDICT_FAIL);
	CHECK_OK(request(c, "administrator", "exception", "", until, &x));
	approve(c, &x);
	CHECK_INT(c->spans_count, 1);
	CHECK_INT(c->spans[0].until_us, end_us);
	clause = catalogue_clause(c->catalogue, STR(CLAUSE), NULL);
	exception_state(c, clause, CLAUSE, end_us - 1, &before);
	exception_state(c, clause, CLAUSE, end_us, &after);
	CHECK(before.exception_approved && before.exception_until_us == end_us);
	CHECK(!after.exception_approved);
	core_down(c);
}

CASE(not_applicable_is_reviewed_and_a_named_control_excuses_no_other)
{
	struct core *c = core_up(true);
	struct asked x;
	json_t *a;

	look(c, VERDICT_FAIL);
	CHECK_OK(request(c, "administrator", "not-applicable", "", day(10), &x));
	approve(c, &x);
	CHECK_INT(status_of(c), STATUS_NOT_APPLICABLE);
	CHECK_OK(step(c, ACT_EXCEPTION_REVOKE, "client-security", &x, "", &a));
	json_decref(a);
	CHECK_INT(status_of(c), STATUS_FAIL);
	CHECK_OK(request(c, "administrator", "exception", "seismic", day(10), &x));
	approve(c, &x);
	CHECK_INT(status_of(c), STATUS_CONDITIONAL);
	(void)snprintf(c->spans[c->spans_count - 1].control, sizeof(c->spans[0].control), "area-management"); /* another one's */
	statuses_update(c);
	CHECK_INT(status_of(c), STATUS_FAIL);
	core_down(c);
}

static char *
standing(struct core *c)
{
	json_t *a, *one, *taken;
	size_t i, k;
	char *text;

	CHECK_OK(core_ask(c, ACT_EXCEPTION_LIST, "client-auditor", "{\"page\":0}", &a));
	json_array_foreach(json_object_get(a, "rows"), i, one)
		json_array_foreach(json_object_get(one, "steps"), k, taken)
			json_object_del(taken, "who"); /* the fake of auth knows two people only */
	text = json_dumps(json_object_get(a, "rows"), JSON_SORT_KEYS | JSON_INDENT(1));
	json_decref(a);
	return text;
}

/* Announced 30, 7 and 1 days before the end, in Japanese days; said once when another takes over. */
CASE(an_end_is_announced)
{
	static const struct { int before; size_t n; int left; bool urgent; } cases[] = {
		{ 40, 0, 0, false }, { 31, 0, 0, false }, { 30, 1, 30, false }, { 8, 1, 8, false }, { 7, 1, 7, true }, { 1, 1, 1, true }, { 0, 1, 0, true },
	};
	struct core *c = core_up(true);
	int64_t end_us;
	struct asked x;
	json_t *a, *list;

	look(c, VERDICT_FAIL);
	CHECK_OK(request(c, "administrator", "exception", "seismic", day(60), &x));
	approve(c, &x);
	end_us = c->spans[0].until_us;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (int late = 0; late < 2; late++) { /* in the first and the last second of that day */
			const json_t *one;

			list = exception_spans(c, "", true, LANG_JA, end_us - (cases[i].before + 1) * DAY_US + (late ? DAY_US - SECOND_US : 0));
			one = json_array_get(list, 0);
			CHECK_INT(json_array_size(list), cases[i].n);
			CHECK_INT(json_integer_value(json_object_get(one, "days_left")), cases[i].left);
			CHECK_INT(json_is_true(json_object_get(one, "urgent")), cases[i].urgent);
			json_decref(list);
		}
	list = exception_spans(c, "", true, LANG_JA, end_us);
	CHECK_INT(json_array_size(list), 0);
	json_decref(list);
	CHECK_OK(core_ask(c, ACT_CONTROL_SHOW, "operator", "{\"id\":\"seismic\"}", &a)); /* and its page says what answers for it, and until when */
	CHECK_INT(json_array_size(json_object_get(a, "exceptions")), 1);
	CHECK(strcmp(core_text(json_array_get(json_object_get(a, "exceptions"), 0), "clause"), CLAUSE) == 0);
	CHECK(strcmp(core_text(json_array_get(json_object_get(a, "exceptions"), 0), "until_date"), day(60)) == 0);
	CHECK(strcmp(core_text(a, "verdict"), "FAIL") == 0);
	json_decref(a);
	CHECK_OK(core_ask(c, ACT_CONTROL_SHOW, "operator", "{\"id\":\"area-management\"}", &a)); /* nothing of another control */
	CHECK_INT(json_array_size(json_object_get(a, "exceptions")), 0);
	json_decref(a);
	CHECK_OK(request(c, "administrator", "exception", "", day(90), &x));
	approve(c, &x);
	list = exception_spans(c, "", true, LANG_JA, end_us - 2 * DAY_US);
	CHECK_INT(json_array_size(list), 0); /* the whole clause is excused beyond it */
	json_decref(list);
	exception_notice_days(c, "3");
	list = exception_spans(c, "", true, LANG_JA, c->spans[1].until_us - 5 * DAY_US);
	CHECK_INT(json_array_size(list), 0);
	json_decref(list);
	core_down(c);
}

CASE(a_lost_store_is_made_again_from_the_ledger)
{
	struct core *c = core_up(true);
	char *before, *after;
	struct span span;
	struct asked x;
	json_t *a;

	CHECK_OK(request(c, "administrator", "exception", "", day(30), &x));
	CHECK_OK(step(c, ACT_EXCEPTION_WITHDRAW, "security-lead", &x, "", &a));
	json_decref(a);
	CHECK_OK(request(c, "administrator", "exception", "seismic", day(30), &x));
	approve(c, &x);
	CHECK_RC(step(c, ACT_EXCEPTION_DECIDE, "client-officer", &x, "refuse", &a), RC_CONFLICT);
	CHECK_OK(request(c, "administrator", "not-applicable", "", day(300), &x));
	approve(c, &x);
	CHECK_OK(step(c, ACT_EXCEPTION_REVOKE, "client-officer", &x, "", &a));
	json_decref(a);
	CHECK_OK(request(c, "administrator", "not-applicable", "", day(20), &x));
	before = standing(c);
	span = c->spans[0];
	core_lose(c);
	c = core_up(false);
	CHECK_INT(c->spans_count, 0);
	CHECK_OK(index_follow(c));
	CHECK_INT(c->spans_count, 2);
	CHECK_INT(c->requests_waiting, 1);
	CHECK_INT(c->spans[0].from_us, span.from_us);
	CHECK_INT(c->spans[0].until_us, span.until_us);
	after = standing(c);
	if (strcmp(before, after) != 0)
		printf("before: %s\nafter: %s\n", before, after);
	CHECK(strcmp(before, after) == 0);
	free(before);
	free(after);
	core_down(c);
}

TEST_MAIN
