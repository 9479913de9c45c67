// SPDX-License-Identifier: Apache-2.0
/* Incidents: clocks by the law's own counting, what was told when, and the same from the ledger again. */
#include "core/incident.h"

#include <stdlib.h>
#include <string.h>

#include "base/test.h"
#include "core/core_fake.h"

static int64_t
jst(int year, int month, int day, int hour)
{
	return time_of_civil((struct civil){ year, month, day, hour, 0, 0 });
}

CASE(the_law_counts_the_day_of_knowing)
{
	static const struct calendar calendar = { NULL, 0, 29 };
	static const struct incident_terms terms = { 60, 15, 24 };
	struct incident_facts f = { .noticed_us = jst(2026, 12, 1, 23), .known = 101 };
	int64_t due[DUTY_COUNT];

	incident_due(&f, &terms, &calendar, due);
	CHECK_INT(due[DUTY_CALL], f.noticed_us + HOUR_US);
	CHECK_INT(due[DUTY_FIRST], f.noticed_us + DAY_US);
	CHECK_INT(due[DUTY_PROMPT], jst(2026, 12, 6, 0)); /* the fifth day is 12-05 */
	CHECK_INT(due[DUTY_FULL], jst(2027, 1, 5, 0));    /* day 30 is 12-30, offices are closed: 01-04 */
	f = (struct incident_facts){ .noticed_us = jst(2026, 12, 2, 0), .suspected = 1, .improper = true, .fault = true };
	incident_due(&f, &terms, &calendar, due);
	CHECK_INT(due[DUTY_CALL], f.noticed_us + 15 * MINUTE_US);
	CHECK_INT(due[DUTY_FULL], jst(2027, 2, 2, 0));    /* day 60 is Saturday 01-30: 02-01 */
	f = (struct incident_facts){ .noticed_us = jst(2026, 12, 1, 0), .known = 100 };
	incident_due(&f, &terms, &calendar, due);
	CHECK_INT(due[DUTY_PROMPT], 0);
	CHECK_INT(due[DUTY_FULL], 0);
}

CASE(who_would_have_to_report)
{
	static const struct { struct incident_facts f; bool office, business; } rows[] = {
		{ { .known = 100 }, false, false }, { { .known = 101 }, true, false }, { { .suspected = 1000 }, true, false }, { { .suspected = 1001 }, true, true },
		{ { .suspected = 1, .sensitive = true }, true, true }, { { .sensitive = true }, false, false }, { { .known = 1, .property = true }, true, true },
		{ { .known = 5000, .sensitive = true, .sealed = true }, false, false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CHECK_INT(incident_reportable_office(&rows[i].f), rows[i].office);
		CHECK_INT(incident_reportable_business(&rows[i].f), rows[i].business);
	}
}

static json_t *
asked(struct core *c, enum act act, const char *token, const char *arguments)
{
	json_t *a = NULL;

	CHECK_OK(core_ask(c, act, token, arguments, &a));
	return a;
}

static bool
clock_is(const json_t *incident, const char *what, const char *state)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(incident, "clocks"), i, one)
		if (strcmp(core_text(one, "what"), what) == 0)
			return strcmp(core_text(one, "state"), state) == 0;
	return state == NULL || *state == '\0';
}

CASE(told_contained_preserved_restored)
{
	struct core *c = core_up(true);
	json_t *a = asked(c, ACT_REGISTER_ADD, "security-lead", "{\"id\":\"incident\",\"values\":{\"name\":\"見本 11-23\",\"kind\":\"intrusion\",\"suspected\":\"120\"}}"), *x;
	char id[40], q[256];

	(void)snprintf(id, sizeof(id), "%s", core_text(a, "id"));
	json_decref(a);
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\"}", id);
	x = asked(c, ACT_INCIDENT_SHOW, "client-officer", q);
	CHECK(clock_is(x, "call", "running") && clock_is(x, "first", "running") && clock_is(x, "full", "running"));
	CHECK(json_is_true(json_object_get(x, "reportable_office")) && !json_is_true(json_object_get(x, "reportable_business")));
	json_decref(x);
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\",\"kind\":\"restore\",\"text\":\"元に戻した\"}", id);
	CHECK_RC(core_ask(c, ACT_INCIDENT_NOTE, "on-call", q, &x), RC_CONFLICT); /* preserve comes first */
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\",\"kind\":\"nonsense\",\"text\":\"x\"}", id);
	CHECK_RC(core_ask(c, ACT_INCIDENT_NOTE, "on-call", q, &x), RC_SYNTAX);
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\",\"kind\":\"preserve\",\"text\":\"  \"}", id);
	CHECK_RC(core_ask(c, ACT_INCIDENT_NOTE, "on-call", q, &x), RC_SYNTAX);
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\"}", id);
	CHECK_RC(core_ask(c, ACT_INCIDENT_RECEIVE, "security-lead", q, &x), RC_DENIED); /* the client alone says that it knows */
	rc_trail_clear();
	json_decref(asked(c, ACT_INCIDENT_RECEIVE, "client-officer", q));
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\",\"kind\":\"preserve\",\"text\":\"記録を別の機械に写した\"}", id);
	json_decref(asked(c, ACT_INCIDENT_NOTE, "on-call", q));
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\",\"kind\":\"restore\",\"text\":\"元に戻した\"}", id);
	json_decref(asked(c, ACT_INCIDENT_NOTE, "on-call", q));
	json_decref(asked(c, ACT_PAPER_FILE, "security-lead", "{\"id\":\"incident-report\",\"values\":{\"incident\":\"見本 11-23\",\"stage\":\"first\",\"outline\":\"x\"}}"));
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\"}", id);
	x = asked(c, ACT_INCIDENT_SHOW, "security-lead", q);
	CHECK(clock_is(x, "call", "done") && clock_is(x, "first", "done") && clock_is(x, "full", "running"));
	CHECK_INT((int64_t)json_array_size(json_object_get(x, "steps")), 4);
	json_decref(x);
	json_decref(asked(c, ACT_REGISTER_END, "security-lead", q));
	x = asked(c, ACT_INCIDENT_LIST, "client-auditor", "{}");
	CHECK(strcmp(core_text(json_array_get(json_object_get(x, "rows"), 0), "state"), "closed") == 0);
	json_decref(x);
	core_down(c);
}

struct calls { int64_t steps[16]; bool drill; size_t n; enum rc rc; };

static enum rc
call(void *context, const struct incident_call *one, int64_t *ret_n)
{
	struct calls *t = context;

	t->steps[t->n++ % 16] = one->step;
	t->drill = one->drill;
	*ret_n = one->step == 2 ? 0 : 3; /* nobody stands at 2 */
	return t->rc;
}

static int64_t
noticed(struct core *c, const char *id)
{
	char q[64];
	json_t *x;
	int64_t ret;

	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\"}", id);
	x = asked(c, ACT_INCIDENT_SHOW, "security-lead", q);
	ret = json_integer_value(json_object_get(x, "noticed"));
	json_decref(x);
	return ret;
}

/*= S-1-3 type=test */
CASE(the_ladder_is_climbed_until_somebody_takes_it_on)
{
	struct core *c = core_up(true);
	struct calls t = { .n = 0 };
	json_t *a = asked(c, ACT_REGISTER_ADD, "security-lead", "{\"id\":\"incident\",\"values\":{\"name\":\"見本 1\",\"kind\":\"intrusion\",\"drill\":\"yes\"}}"), *x;
	char id[40], q[128];
	int64_t at;

	(void)snprintf(id, sizeof(id), "%s", core_text(a, "id"));
	json_decref(a);
	at = noticed(c, id);
	CHECK_OK(incidents_call(c, at, 0, call, &t));
	CHECK_INT((int64_t)t.n, 0);                          /* nobody can be called */
	t.rc = RC_TIMEOUT;
	CHECK_RC(incidents_call(c, at, 3, call, &t), RC_TIMEOUT);
	t = (struct calls){ .n = 0 };
	CHECK_OK(incidents_call(c, at + 1, 3, call, &t));    /* what failed is done again */
	CHECK_OK(incidents_call(c, at + 14 * MINUTE_US, 3, call, &t));
	CHECK_INT((int64_t)t.n, 1);
	CHECK(t.steps[0] == 1 && t.drill);
	core_down(c);
	c = core_up(false);                                  /* a restart calls nobody twice */
	CHECK_OK(incidents_call(c, at + 14 * MINUTE_US, 3, call, &t));
	CHECK_INT((int64_t)t.n, 1);
	CHECK_OK(incidents_call(c, at + 31 * MINUTE_US, 3, call, &t));
	CHECK_INT((int64_t)t.n, 3);                          /* at 2 stands nobody, 3 is due */
	CHECK(t.steps[2] == 3);
	CHECK_OK(incidents_call(c, at + 600 * MINUTE_US, 3, call, &t));
	CHECK_INT((int64_t)t.n, 3);                          /* there are no more */
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\"}", id);
	x = asked(c, ACT_INCIDENT_SHOW, "on-call", q);
	CHECK_INT((int64_t)json_array_size(json_object_get(x, "steps")), 3);
	CHECK(json_is_null(json_object_get(x, "taken")) && json_is_true(json_object_get(x, "can_take")));
	json_decref(x);
	CHECK_RC(core_ask(c, ACT_INCIDENT_ACKNOWLEDGE, "client-officer", q, &x), RC_DENIED);
	CHECK_RC(core_ask(c, ACT_INCIDENT_CALL, "administrator", q, &x), RC_DENIED); /* the station's own */
	rc_trail_clear();
	json_decref(asked(c, ACT_INCIDENT_ACKNOWLEDGE, "on-call", q));
	CHECK_RC(core_ask(c, ACT_INCIDENT_ACKNOWLEDGE, "security-lead", q, &x), RC_CONFLICT);
	rc_trail_clear();
	x = asked(c, ACT_INCIDENT_SHOW, "client-officer", q);
	CHECK(json_is_integer(json_object_get(x, "taken")) && *core_text(x, "taker") && json_is_null(json_object_get(x, "next_call")));
	json_decref(x);
	core_down(c);
}

CASE(a_call_by_telephone_stops_the_ladder_too)
{
	struct core *c = core_up(true);
	struct calls t = { .n = 0 };
	json_t *a = asked(c, ACT_REGISTER_ADD, "security-lead", "{\"id\":\"incident\",\"values\":{\"name\":\"見本 1\",\"kind\":\"loss\"}}");
	char id[40], q[160];
	int64_t at;

	(void)snprintf(id, sizeof(id), "%s", core_text(a, "id"));
	json_decref(a);
	at = noticed(c, id);
	CHECK_OK(incidents_call(c, at + 2 * DAY_US, 9, call, &t)); /* an old one, as after a lost store */
	CHECK_INT((int64_t)t.n, 0);
	CHECK_OK(incidents_call(c, at, 9, call, &t));
	CHECK_INT((int64_t)t.n, 1);
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\",\"kind\":\"reached\",\"text\":\"当番に電話でつながった\"}", id);
	json_decref(asked(c, ACT_INCIDENT_NOTE, "on-call", q));
	CHECK_OK(incidents_call(c, at + HOUR_US, 9, call, &t));
	CHECK_INT((int64_t)t.n, 1);
	core_down(c);
}

/* What the parties wrote down is the setting: the paper in force, and the contract where it asks for more. */
CASE(the_paper_on_readiness_sets_the_clocks)
{
	struct core *c = core_up(true);
	struct calls t = { .n = 0 };
	json_t *a = asked(c, ACT_REGISTER_ADD, "security-lead", "{\"id\":\"incident\",\"values\":{\"name\":\"見本 1\",\"kind\":\"loss\"}}"), *x, *one;
	char id[40], q[160];
	int64_t at, due[2] = { 0 };
	size_t i;

	(void)snprintf(id, sizeof(id), "%s", core_text(a, "id"));
	json_decref(a);
	at = noticed(c, id);
	json_decref(asked(c, ACT_PAPER_FILE, "security-lead", "{\"id\":\"incident-plan\",\"values\":{\"title\":\"見本\",\"effective_on\":\"2026-04-01\",\"report\":\"x\",\"first_hours\":\"2\",\"report_hours\":\"6\",\"escalate_min\":\"5\",\"contain\":\"x\",\"on_call\":\"x\"}}"));
	CHECK_OK(incidents_call(c, at + 6 * MINUTE_US, 1, call, &t));
	CHECK_OK(incidents_call(c, at + 6 * MINUTE_US, 3, call, &t));
	CHECK_INT((int64_t)t.n, 2);
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\"}", id);
	x = asked(c, ACT_INCIDENT_SHOW, "on-call", q);
	json_array_foreach(json_object_get(x, "clocks"), i, one)
		if (i < 2)
			due[i] = json_integer_value(json_object_get(one, "due"));
	CHECK_INT(due[0], at + HOUR_US - 1);     /* the contract's hour is sooner than the two promised */
	CHECK_INT(due[1], at + 6 * HOUR_US - 1);
	json_decref(x);
	core_down(c);
}

static int64_t
incidents(struct core *c, const char *state)
{
	json_t *x = asked(c, ACT_INCIDENT_LIST, "security-lead", "{}"), *one;
	int64_t n = 0;
	size_t i;

	json_array_foreach(json_object_get(x, "rows"), i, one)
		n += strcmp(core_text(one, "state"), state) == 0;
	json_decref(x);
	return n;
}

static void
close_newest(struct core *c)
{
	json_t *x = asked(c, ACT_INCIDENT_LIST, "security-lead", "{}");
	char q[64];

	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\"}", core_text(json_array_get(json_object_get(x, "rows"), 0), "id"));
	json_decref(x);
	json_decref(asked(c, ACT_REGISTER_END, "security-lead", q));
}

static struct held *
seismic(struct core *c)
{
	for (size_t i = 0; i < c->held_count; i++)
		if (strcmp(c->held[i].control, "seismic") == 0 && c->held[i].clause[0] == '\0')
			return &c->held[i];
	abort();
}

/*= S-1-3 type=test */
CASE(a_failing_control_opens_one_as_long_as_it_fails)
{
	struct core *c = core_up(true);
	struct held *h;

	CHECK_OK(incidents_open(c, core_now_us()));
	CHECK_INT(incidents(c, "open"), 0);
	for (size_t i = 0; i < c->catalogue->controls_count; i++) /* the fakes stand for one that opens */
		if (str_eq_c(c->catalogue->controls[i].id, "seismic"))
			c->catalogue->controls[i].opens = "tampering";
	h = seismic(c);
	h->verdict = VERDICT_UNKNOWN;
	h->since_us = core_now_us() - MINUTE_US;
	CHECK_OK(incidents_open(c, core_now_us()));
	CHECK_INT(incidents(c, "open"), 0);          /* what nobody could look at is none */
	h->verdict = VERDICT_FAIL;
	CHECK_OK(incidents_open(c, core_now_us()));
	CHECK_OK(incidents_open(c, core_now_us()));
	CHECK_INT(incidents(c, "open"), 1);          /* one */
	close_newest(c);
	CHECK_OK(incidents_open(c, core_now_us()));
	CHECK_INT(incidents(c, "open"), 0);          /* it goes on failing: closed is closed */
	h = seismic(c);                              /* rows moved as registers changed */
	h->since_us = core_now_us() + MINUTE_US;     /* it held, and fails anew */
	CHECK_OK(incidents_open(c, core_now_us()));
	CHECK_INT(incidents(c, "open"), 1);
	CHECK_OK(db_exec(c->db, "delete from register_row; delete from entry"));
	core_down(c);
	c = core_up(false);
	CHECK_OK(index_follow(c));                   /* the ledger alone tells them again */
	CHECK_INT(incidents(c, "open"), 1);
	CHECK_INT(incidents(c, "closed"), 1);
	core_down(c);
}

CASE(an_alert_that_was_misuse_opens_one)
{
	struct core *c = core_up(true);
	char sql[200];

	(void)snprintf(sql, sizeof(sql), "insert into alert_step (leaf, alert, month, at_us, actor, verdict, words) values (7, 5, '', %lld, x'00', 'mistake', ''), (8, 6, '', %lld, x'00', 'misuse', '')", (long long)core_now_us(), (long long)core_now_us());
	CHECK_OK(db_exec(c->db, sql));
	CHECK_OK(incidents_open(c, core_now_us()));
	CHECK_OK(incidents_open(c, core_now_us()));
	CHECK_INT(incidents(c, "open"), 1);
	close_newest(c);
	CHECK_OK(incidents_open(c, core_now_us()));
	CHECK_INT(incidents(c, "open"), 0);          /* once for good */
	core_down(c);
}

/*= S-1-3 type=test */
CASE(what_contains_stands_in_the_chronology)
{
	struct core *c = core_up(true);
	json_t *a = asked(c, ACT_REGISTER_ADD, "security-lead", "{\"id\":\"incident\",\"values\":{\"name\":\"見本 1\",\"kind\":\"intrusion\"}}"), *x;
	char first[40], second[40], q[256];

	(void)snprintf(first, sizeof(first), "%s", core_text(a, "id"));
	json_decref(a);
	json_decref(asked(c, ACT_ACCOUNT_SUSPEND, "on-call", "{\"id\":\"person2\"}")); /* names none: of the only one that is open */
	a = asked(c, ACT_REGISTER_ADD, "security-lead", "{\"id\":\"incident\",\"values\":{\"name\":\"見本 2\",\"kind\":\"loss\"}}");
	(void)snprintf(second, sizeof(second), "%s", core_text(a, "id"));
	json_decref(a);
	json_decref(asked(c, ACT_ACCOUNT_SESSIONS_END, "on-call", "{\"id\":\"person2\"}")); /* of which is not told */
	(void)snprintf(q, sizeof(q), "{\"kind\":\"exports\",\"incident\":\"%s\"}", second);
	json_decref(asked(c, ACT_HOLD_BEGIN, "on-call", q));
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\"}", first);
	x = asked(c, ACT_INCIDENT_SHOW, "client-officer", q);
	CHECK_INT((int64_t)json_array_size(json_object_get(x, "steps")), 2);
	CHECK(strstr(core_text(json_array_get(json_object_get(x, "steps"), 1), "text"), "person2") != NULL && json_is_integer(json_object_get(x, "contained")));
	json_decref(x);
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\",\"lang\":\"en\"}", second);
	x = asked(c, ACT_INCIDENT_SHOW, "client-officer", q);
	CHECK_INT((int64_t)json_array_size(json_object_get(x, "steps")), 2);
	CHECK(strstr(core_text(json_array_get(json_object_get(x, "steps"), 1), "text"), "Taking out") != NULL && json_is_integer(json_object_get(x, "contained")));
	json_decref(x);
	core_down(c);
}

TEST_MAIN
