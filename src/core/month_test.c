// SPDX-License-Identifier: Apache-2.0
/* Closing a month: made of what the store knows, reviewed by another, submitted, returned, corrected, accepted; told again by the ledger. */
#include "core/month.h"

#include <pthread.h>
#include <string.h>

#include "base/test.h"
#include "base/time_text.h"
#include "core/core_fake.h"

static char month[MONTH_TEXT_BYTES + 1]; /* the one before this */
static struct range range;

static void
last_month(void)
{
	range = month_range(month_range(core_now_us()).from_us - 1);
	month_text(range.from_us, month);
}

static enum rc
make(struct core *c, const char *token, const char *contract, const char *of, const char *reason, json_t **ret)
{
	char q[256];

	(void)snprintf(q, sizeof(q), "{\"contract\":\"%s\",\"month\":\"%s\",\"reason\":\"%s\",\"report\":{\"rows\":[]},\"hash\":\"00\"}", contract, of, reason);
	return core_ask(c, ACT_MONTH_MAKE, token, q, ret);
}

static enum rc
step(struct core *c, enum act act, const char *token, const char *hash, const char *more)
{
	char q[512];
	json_t *a;
	enum rc rc;

	(void)snprintf(q, sizeof(q), "{\"id\":\"osaka-%s\",\"hash\":\"%s\"%s}", month, hash, more);
	rc = core_ask(c, act, token, q, &a);
	json_decref(a);
	if (rc != RC_OK)
		rc_trail_clear();
	return rc;
}

static json_t *
shown(struct core *c, const char *more)
{
	char q[128];
	json_t *a;

	(void)snprintf(q, sizeof(q), "{\"id\":\"osaka-%s\"%s}", month, more);
	CHECK_OK(core_ask(c, ACT_MONTH_SHOW, "client-auditor", q, &a));
	return a;
}

static const json_t *
row(const json_t *a, const char *id)
{
	const json_t *rows = json_object_get(a, "rows");

	for (size_t i = 0; i < json_array_size(rows); i++)
		if (strcmp(core_text(json_array_get(rows, i), "id"), id) == 0)
			return json_array_get(rows, i);
	return NULL;
}

static long long
number(const json_t *o, const char *key)
{
	return (long long)json_integer_value(json_object_get(o, key));
}

#define FAILED_MIN 90

/* O1-1-1 passes from before the month, fails for an hour and a half in it; another begins in the middle and is not known for a day. */
static void
happened(struct core *c, const char *first, const char *second)
{
	CHECK_OK(state_save_status(c, first, STATUS_PASS, range.from_us - DAY_US, 900001));
	CHECK_OK(state_save_status(c, first, STATUS_FAIL, range.from_us + DAY_US, 900002));
	CHECK_OK(state_save_status(c, first, STATUS_PASS, range.from_us + DAY_US + FAILED_MIN * MINUTE_US, 900003));
	CHECK_OK(state_save_status(c, second, STATUS_PASS, range.from_us + 10 * DAY_US, 900004));
	CHECK_OK(state_save_status(c, second, STATUS_UNKNOWN, range.from_us + 12 * DAY_US, 900005));
	CHECK_OK(state_save_status(c, second, STATUS_PASS, range.from_us + 13 * DAY_US, 900006));
}

CASE(a_month_is_closed_by_both_sides)
{
	struct core *c = core_up(true);
	char hash[80], again[80];
	json_t *a, *b;
	const json_t *r;

	last_month();
	happened(c, "O1-2-2", "O1-2-3");
	CHECK_RC(make(c, "client-officer", "osaka", month, "", &a), RC_DENIED);
	CHECK_RC(make(c, "security-lead", "nobody", month, "", &a), RC_NOTFOUND);
	CHECK_RC(make(c, "security-lead", "osaka", "2026-13", "", &a), RC_SYNTAX);
	CHECK_RC(make(c, "security-lead", "osaka", "9000-01", "", &a), RC_SYNTAX); /* not over */
	rc_trail_clear();
	CHECK_OK(make(c, "security-lead", "osaka", month, "", &a));
	CHECK_STR(str_of(core_text(a, "state")), "made");
	(void)snprintf(hash, sizeof(hash), "%s", core_text(a, "hash"));
	CHECK_INT(strlen(hash), 64); /* not the one that was said */
	r = row(a, "O1-2-2");
	CHECK_INT(number(r, "fail_min"), FAILED_MIN);
	CHECK_INT(number(r, "fail_min") + number(r, "unknown_min") + number(r, "pass_min") + number(r, "other_min") + number(r, "before_min"), number(r, "total_min"));
	CHECK_STR(str_of(core_text(r, "verdict")), "FAIL");
	CHECK_STR(str_of(core_text(r, "end")), "PASS");
	CHECK_INT(json_array_size(json_object_get(r, "intervals")), 1);
	r = row(a, "O1-2-3");
	CHECK_INT(number(r, "before_min"), 10 * 24 * 60);
	CHECK_INT(number(r, "unknown_min"), 24 * 60);
	CHECK_INT(number(json_object_get(json_object_get(a, "report"), "hosts"), "total"), 1);
	json_decref(a);

	CHECK_RC(step(c, ACT_MONTH_SUBMIT, "security-lead", hash, ""), RC_CONFLICT);       /* not reviewed */
	CHECK_RC(step(c, ACT_MONTH_REVIEW, "security-lead", hash, ""), RC_DENIED);         /* by who made it */
	CHECK_RC(step(c, ACT_MONTH_REVIEW, "administrator", "00", ""), RC_CONFLICT);       /* another version */
	CHECK_OK(step(c, ACT_MONTH_REVIEW, "administrator", hash, ""));
	CHECK_RC(step(c, ACT_MONTH_ACCEPT, "client-approver", hash, ",\"inspector\":\"検査員\""), RC_CONFLICT);
	CHECK_OK(step(c, ACT_MONTH_SUBMIT, "security-lead", hash, ""));
	CHECK_RC(step(c, ACT_MONTH_ACCEPT, "security-lead", hash, ",\"inspector\":\"検査員\""), RC_DENIED);
	CHECK_RC(step(c, ACT_MONTH_ACCEPT, "client-approver", hash, ""), RC_SYNTAX);       /* nobody inspected */
	CHECK_RC(step(c, ACT_MONTH_RETURN, "client-approver", hash, ",\"inspector\":\"検査員\""), RC_SYNTAX); /* no reason */
	CHECK_OK(step(c, ACT_MONTH_RETURN, "client-approver", hash, ",\"inspector\":\"検査員\",\"reason\":\"訓練の記録がない\""));
	CHECK_RC(step(c, ACT_MONTH_ACCEPT, "client-approver", hash, ",\"inspector\":\"検査員\""), RC_CONFLICT);
	CHECK_RC(make(c, "security-lead", "osaka", month, "", &a), RC_SYNTAX);             /* a correction says why */
	rc_trail_clear();

	CHECK_OK(state_save_status(c, "O1-2-2", STATUS_UNKNOWN, range.from_us + 20 * DAY_US, 900010));
	CHECK_OK(make(c, "security-lead", "osaka", month, "訓練の記録を加えた", &a));
	CHECK_INT(number(a, "version"), 2);
	CHECK_STR(str_of(core_text(json_array_get(json_object_get(a, "difference"), 0), "id")), "O1-2-2");
	(void)snprintf(again, sizeof(again), "%s", core_text(a, "hash"));
	CHECK(strcmp(hash, again) != 0);
	json_decref(a);
	CHECK_OK(step(c, ACT_MONTH_REVIEW, "administrator", again, ""));
	CHECK_OK(step(c, ACT_MONTH_SUBMIT, "security-lead", again, ""));
	CHECK_RC(step(c, ACT_MONTH_ACCEPT, "client-approver", hash, ",\"inspector\":\"検査員\""), RC_CONFLICT); /* the first one is not what stands */
	CHECK_OK(step(c, ACT_MONTH_ACCEPT, "client-approver", again, ",\"inspector\":\"検査員\",\"reason\":\"次は早めに\""));
	CHECK_OK(step(c, ACT_MONTH_ANSWER, "security-lead", again, ",\"reason\":\"5日までに出す\""));
	a = shown(c, "");
	CHECK_STR(str_of(core_text(a, "state")), "accepted");
	CHECK_INT(number(a, "accepted_version"), 2);
	CHECK_INT(json_array_size(json_object_get(a, "steps")), 7);
	CHECK_OK(state_save_status(c, "O1-2-2", STATUS_FAIL, range.to_us + DAY_US, 900011));
	CHECK_OK(core_ask(c, ACT_BOARD_SHOW, "client-officer", "{}", &b)); /* the first screen tells what changed since */
	{
		const json_t *changes = json_object_get(json_object_get(b, "now"), "changes");
		bool told = false;

		CHECK_STR(str_of(core_text(changes, "month")), month);
		for (size_t i = 0; i < json_array_size(json_object_get(changes, "clauses")); i++)
			told |= strcmp(json_string_value(json_array_get(json_object_get(changes, "clauses"), i)), "O1-2-2") == 0;
		CHECK(told);
	}
	json_decref(b);
	b = shown(c, ",\"version\":1");
	CHECK_INT(number(b, "shown_version"), 1);
	CHECK(json_is_false(json_object_get(b, "can_make")));
	CHECK_STR(str_of(core_text(row(b, "O1-2-2"), "end")), "PASS"); /* what was signed stays */
	json_decref(b);

	core_lose(c); /* the ledger has every word of it */
	c = core_up(false);
	CHECK_OK(index_follow(c));
	b = shown(c, "");
	CHECK(json_equal(json_object_get(a, "rows"), json_object_get(b, "rows")));
	CHECK(json_equal(json_object_get(a, "report"), json_object_get(b, "report")));
	CHECK(json_equal(json_object_get(a, "difference"), json_object_get(b, "difference")));
	CHECK_INT(json_array_size(json_object_get(b, "steps")), 7);
	CHECK_STR(str_of(core_text(b, "hash")), again);
	json_decref(a);
	json_decref(b);
	CHECK_OK(core_ask(c, ACT_MONTH_LIST, "client-officer", "{}", &a));
	CHECK_INT(json_array_size(json_object_get(a, "rows")), 1);
	json_decref(a);
	core_down(c);
}

/* What the client said of a month stands in the next one's report, with its answer. */
CASE(remarks_go_into_the_next_month)
{
	struct core *c = core_up(true);
	char hash[80], older[MONTH_TEXT_BYTES + 1];
	const json_t *last;
	json_t *a;

	range = month_range(month_range(month_range(core_now_us()).from_us - 1).from_us - 1);
	month_text(range.from_us, older);
	memcpy(month, older, sizeof(month));
	CHECK_OK(make(c, "security-lead", "osaka", older, "", &a));
	(void)snprintf(hash, sizeof(hash), "%s", core_text(a, "hash"));
	json_decref(a);
	CHECK_OK(step(c, ACT_MONTH_REVIEW, "administrator", hash, ""));
	CHECK_OK(step(c, ACT_MONTH_SUBMIT, "administrator", hash, ""));
	CHECK_OK(step(c, ACT_MONTH_ACCEPT, "client-officer", hash, ",\"inspector\":\"検査員\",\"reason\":\"鍵の台帳を直すこと\""));
	CHECK_OK(step(c, ACT_MONTH_ANSWER, "security-lead", hash, ",\"reason\":\"直した\""));
	last_month();
	CHECK_OK(make(c, "security-lead", "osaka", month, "", &a));
	last = json_object_get(json_object_get(a, "report"), "last");
	CHECK_STR(str_of(core_text(json_array_get(json_object_get(last, "remarks"), 0), "text")), "鍵の台帳を直すこと");
	CHECK_STR(str_of(core_text(json_array_get(json_object_get(last, "answers"), 0), "text")), "直した");
	json_decref(a);
	core_down(c);
}

/* ---- two officers at once */

#define AT_ONCE 6
#define ROUNDS  60

struct officer { struct core *c; pthread_barrier_t *gate; enum act act; char hash[80]; enum rc rc; };

static void *
decides(void *arg)
{
	struct officer *o = arg;

	(void)pthread_barrier_wait(o->gate);
	o->rc = step(o->c, o->act, "client-approver", o->hash, ",\"inspector\":\"検査員\",\"reason\":\"見本\"");
	return NULL;
}

CASE(of_two_who_decide_at_once_one_has_decided)
{
	struct core *c = core_up(true);
	json_t *a;

	last_month();
	for (int round = 0; round < ROUNDS; round++) {
		struct officer officers[AT_ONCE];
		pthread_t threads[AT_ONCE];
		pthread_barrier_t gate;
		char hash[80];
		int decided = 0;

		CHECK_OK(make(c, "security-lead", "osaka", month, round ? "見本" : "", &a));
		(void)snprintf(hash, sizeof(hash), "%s", core_text(a, "hash"));
		json_decref(a);
		CHECK_OK(step(c, ACT_MONTH_REVIEW, "administrator", hash, ""));
		CHECK_OK(step(c, ACT_MONTH_SUBMIT, "security-lead", hash, ""));
		(void)pthread_barrier_init(&gate, NULL, AT_ONCE); /* cannot fail here */
		for (int i = 0; i < AT_ONCE; i++) {
			officers[i] = (struct officer){ .c = c, .gate = &gate, .act = i % 2 ? ACT_MONTH_RETURN : ACT_MONTH_ACCEPT };
			(void)snprintf(officers[i].hash, sizeof(hash), "%s", hash);
			CHECK_INT(pthread_create(&threads[i], NULL, decides, &officers[i]), 0);
		}
		for (int i = 0; i < AT_ONCE; i++) {
			(void)pthread_join(threads[i], NULL);
			CHECK(officers[i].rc == RC_OK || officers[i].rc == RC_CONFLICT);
			decided += officers[i].rc == RC_OK;
		}
		pthread_barrier_destroy(&gate);
		CHECK_INT(decided, 1);
	}
	a = shown(c, "");
	CHECK_INT(json_array_size(json_object_get(a, "steps")), 3 * ROUNDS);
	json_decref(a);
	core_down(c);
}

TEST_MAIN
