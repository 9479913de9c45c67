// SPDX-License-Identifier: Apache-2.0
/* A change of where administration comes from: in force at once, undone by itself unless its author confirms over a new connection. */
#include "core/core_fake.h"

#include <stdio.h>
#include <string.h>

#include "base/test.h"
#include "base/time_text.h"

#define HERE "198.51.100.7"

static enum rc
from_here(struct core *c, enum act act, const char *token, int64_t connected_at_us, const char *arguments, json_t **ret)
{
	struct act_request q = { act, { str_of(token), STR(HERE), DOOR_ADMIN, connected_at_us }, str_of(arguments) };
	struct buf b = BUF(16 << 20);
	enum rc rc = act_do(c, &q, &b);

	if (ret)
		*ret = rc == RC_OK ? json_loadb(b.p, b.n, JSON_REJECT_DUPLICATES, NULL) : NULL;
	buf_free(&b);
	return rc;
}

#define ROW(prefix) "{\"id\":\"admin-address\",\"values\":{\"prefix\":\"" prefix "\",\"owner\":\"見本\",\"reason\":\"保守\",\"approval\":\"見本\",\"until\":\"2037-03-31\"}}"

static void
first_row(struct core *c, char id[40])
{
	json_t *a;

	CHECK_OK(core_ask(c, ACT_REGISTER_ADD, "administrator", ROW(HERE), &a)); /* at the machine itself: no trial */
	(void)snprintf(id, 40, "%s", a ? json_string_value(json_object_get(a, "id")) : "");
	CHECK(!json_is_true(json_object_get(a, "trial")));
	json_decref(a);
}

/* The state of the newest change, its id in `id`. */
static const char *
newest(struct core *c, char id[24])
{
	static char state[16];
	const json_t *one;
	json_t *a;

	CHECK_OK(core_ask(c, ACT_TRIAL_LIST, "client-officer", "{}", &a));
	one = json_array_get(json_object_get(a, "rows"), 0);
	(void)snprintf(state, sizeof(state), "%s", one ? json_string_value(json_object_get(one, "state")) : "none");
	(void)snprintf(id, 24, "%s", one ? json_string_value(json_object_get(one, "id")) : "");
	json_decref(a);
	return state;
}

/* Its time is over. */
static void
let_pass(struct core *c)
{
	struct query *q = NULL;

	CHECK_OK(db_query(c->db, "update note set arguments = json_set(arguments, '$.until', 1) where act = 'trial-open'", &q));
	CHECK_OK(db_run(q));
	db_done(q);
	c->trial_next_us = 0;
}

/*= S-3-3 type=test */
/*= O1-1-2 type=test */
CASE(who_cuts_himself_off_gets_his_way_back)
{
	struct core *c = core_up(true);
	char id[40], q[100], trial[24];
	json_t *a;

	first_row(c, id);
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\"}", id);
	CHECK_OK(from_here(c, ACT_REGISTER_END, "administrator", 1, q, &a));
	CHECK(json_is_true(json_object_get(a, "trial")));
	json_decref(a);
	CHECK(!place_declared(c, STR(HERE), core_now_us())); /* in force at once */
	CHECK(strcmp(newest(c, trial), "waiting") == 0);
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\"}", trial);
	CHECK_RC(from_here(c, ACT_TRIAL_CONFIRM, "administrator", INT64_MAX, q, NULL), RC_DENIED); /* he is out */
	CHECK_OK(trial_run_due(c));
	CHECK(strcmp(newest(c, trial), "waiting") == 0);
	let_pass(c);
	CHECK_OK(trial_run_due(c));
	CHECK(strcmp(newest(c, trial), "undone") == 0);
	CHECK(place_declared(c, STR(HERE), core_now_us()));
	CHECK_INT(c->rows_count, 1);
	CHECK(strcmp(c->rows[0].id, id) == 0); /* the same row, with its history */
	CHECK_OK(trial_run_due(c));
	CHECK_INT(c->rows_count, 1);
	core_down(c);
}

/*= S-3-3 type=test */
CASE(a_change_stays_when_its_author_confirms_over_a_new_connection)
{
	struct core *c = core_up(true);
	char id[40], q[100], trial[24];

	first_row(c, id);
	CHECK_OK(from_here(c, ACT_REGISTER_ADD, "administrator", 1, ROW("192.0.2.0/24"), NULL));
	CHECK(strcmp(newest(c, trial), "waiting") == 0);
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\"}", trial);
	CHECK_RC(from_here(c, ACT_TRIAL_CONFIRM, "administrator", 1, q, NULL), RC_CONFLICT);              /* the connection it was made over */
	CHECK_RC(from_here(c, ACT_TRIAL_CONFIRM, "security-lead", INT64_MAX, q, NULL), RC_CONFLICT);      /* somebody else */
	CHECK_RC(from_here(c, ACT_TRIAL_CONFIRM, "operator", INT64_MAX, q, NULL), RC_DENIED);
	CHECK_OK(from_here(c, ACT_TRIAL_CONFIRM, "administrator", INT64_MAX, q, NULL));
	CHECK_RC(from_here(c, ACT_TRIAL_CONFIRM, "administrator", INT64_MAX, q, NULL), RC_CONFLICT);
	let_pass(c);
	CHECK_OK(trial_run_due(c));
	CHECK(strcmp(newest(c, trial), "confirmed") == 0);
	CHECK_INT(c->rows_count, 2);
	CHECK_RC(from_here(c, ACT_TRIAL_UNDO, "administrator", INT64_MAX, q, NULL), RC_DENIED);           /* nobody asks for that */
	CHECK_RC(from_here(c, ACT_TRIAL_ROLLBACK, "administrator", INT64_MAX, q, NULL), RC_CONFLICT);     /* confirmed is confirmed */
	core_down(c);
}

/*= S-3-3 type=test */
CASE(its_author_or_the_machine_undoes_it_at_once)
{
	struct core *c = core_up(true);
	char id[40], q[100], trial[24];
	json_t *a;

	first_row(c, id);
	for (int at_machine = 0; at_machine < 2; at_machine++) {
		CHECK_OK(from_here(c, ACT_REGISTER_ADD, "administrator", 1, ROW("192.0.2.0/24"), NULL));
		CHECK_INT(c->rows_count, 2);
		CHECK(strcmp(newest(c, trial), "waiting") == 0);
		(void)snprintf(q, sizeof(q), "{\"id\":\"%s\"}", trial);
		CHECK_RC(from_here(c, ACT_TRIAL_ROLLBACK, "security-lead", 1, q, NULL), RC_CONFLICT); /* somebody else */
		CHECK_RC(from_here(c, ACT_TRIAL_ROLLBACK, "operator", 1, q, NULL), RC_DENIED);
		if (at_machine) {
			CHECK_OK(core_ask(c, ACT_TRIAL_ROLLBACK, "security-lead", q, &a));
			json_decref(a);
		} else {
			CHECK_OK(from_here(c, ACT_TRIAL_ROLLBACK, "administrator", 1, q, NULL));
		}
		CHECK_RC(from_here(c, ACT_TRIAL_CONFIRM, "administrator", INT64_MAX, q, NULL), RC_CONFLICT); /* its time is over */
		CHECK_OK(trial_run_due(c));
		CHECK(strcmp(newest(c, trial), "undone") == 0);
		CHECK_INT(c->rows_count, 1);
	}
	CHECK_RC(from_here(c, ACT_TRIAL_ROLLBACK, "administrator", 1, "{\"id\":\"4711\"}", NULL), RC_NOTFOUND);
	core_down(c);
}

/*= S-3-3 type=test */
CASE(a_change_of_a_row_goes_back_to_what_it_was_and_a_later_one_is_not_touched)
{
	struct core *c = core_up(true);
	char id[40], q[200], trial[24];
	json_t *a;

	first_row(c, id);
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\",\"values\":{\"owner\":\"別の見本\"}}", id);
	CHECK_OK(from_here(c, ACT_REGISTER_CHANGE, "administrator", 1, q, NULL));
	let_pass(c);
	CHECK_OK(trial_run_due(c));
	CHECK(strcmp(json_string_value(json_object_get(c->rows[0].values, "owner")), "見本") == 0);
	CHECK_OK(from_here(c, ACT_REGISTER_CHANGE, "administrator", 1, q, NULL));
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\",\"values\":{\"owner\":\"三番目の見本\"}}", id);
	CHECK_OK(core_ask(c, ACT_REGISTER_CHANGE, "administrator", q, &a));
	json_decref(a);
	let_pass(c);
	CHECK_OK(trial_run_due(c));
	CHECK(strcmp(newest(c, trial), "undone") == 0);
	CHECK(strcmp(json_string_value(json_object_get(c->rows[0].values, "owner")), "三番目の見本") == 0);
	core_down(c);
}

/*= S-3-3 type=test */
CASE(an_import_is_undone_whole)
{
	struct core *c = core_up(true);
	char id[40];

	first_row(c, id);
	CHECK_OK(from_here(c, ACT_REGISTER_IMPORT, "administrator", 1, "{\"id\":\"admin-address\",\"csv\":\"prefix,owner,reason,approval,until\\n" HERE ",x,x,x,2037-01-01\\n192.0.2.1,x,x,x,2037-01-01\\n\"}", NULL));
	CHECK_INT(c->rows_count, 2);
	let_pass(c);
	CHECK_OK(trial_run_due(c));
	CHECK_INT(c->rows_count, 1);
	CHECK(strcmp(json_string_value(json_object_get(c->rows[0].values, "owner")), "見本") == 0);
	core_down(c);
}

/*= S-3-3 type=test */
CASE(a_restart_and_a_lost_store_forget_no_trial)
{
	for (int lost = 0; lost < 2; lost++) {
		struct core *c = core_up(true);
		char id[40], q[100], trial[24];

		first_row(c, id);
		(void)snprintf(q, sizeof(q), "{\"id\":\"%s\"}", id);
		CHECK_OK(from_here(c, ACT_REGISTER_END, "administrator", 1, q, NULL));
		if (lost)
			core_lose(c);
		else
			core_down(c);
		c = core_up(false);
		c->started_at_us = core_now_us() + SECOND_US; /* what stands in the ledger is of the run before */
		CHECK_OK(index_follow(c));
		CHECK(strcmp(newest(c, trial), "waiting") == 0);
		let_pass(c);
		CHECK_OK(trial_run_due(c));
		CHECK(place_declared(c, STR(HERE), core_now_us()));
		if (lost)
			core_lose(c);
		else
			core_down(c);
		c = core_up(false);
		c->started_at_us = core_now_us() + SECOND_US;
		CHECK_OK(index_follow(c));
		CHECK(strcmp(newest(c, trial), "undone") == 0); /* and the undo is told again */
		CHECK(place_declared(c, STR(HERE), core_now_us()));
		CHECK_INT(c->rows_count, 1);
		core_down(c);
	}
}

TEST_MAIN
