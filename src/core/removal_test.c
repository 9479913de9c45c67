// SPDX-License-Identifier: Apache-2.0
/* Removal for good: a second person, a window in which it is called off, and nothing begun that would stop midway. */
#include "core/core_fake.h"

#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "base/test.h"
#include "base/time_text.h"
#include "core/guard_int.h"

static enum rc
done(struct core *c, enum act act, const char *token, const char *arguments)
{
	json_t *a = NULL;
	enum rc rc = core_ask(c, act, token, arguments, &a);

	json_decref(a);
	return rc;
}

struct asked { char id[40], hash[HASH_CHARS + 1]; };

/* How it is done is declared, and the administrator has read it. */
static void
read_procedure(struct core *c, const char *act)
{
	char q[512];
	json_t *a;

	(void)snprintf(q, sizeof(q), "{\"id\":\"operation\",\"values\":{\"name\":\"%s\",\"system\":\"station\",\"act\":\"%s\",\"effect\":\"irreversible\",\"procedure\":\"手順書9\",\"version\":\"1\",\"who\":\"管理者\",\"alert\":\"not-built\"}}", act, act);
	CHECK_OK(core_ask(c, ACT_REGISTER_ADD, "administrator", q, &a));
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\",\"version\":\"1\"}", core_text(a, "id"));
	json_decref(a);
	CHECK_OK(done(c, ACT_PROCEDURE_READ, "administrator", q));
}

static enum rc
ask_removal(struct core *c, enum act act, const char *what, struct asked *ret)
{
	char q[1024], seen[HASH_CHARS + 1];
	json_t *a;
	enum rc rc;

	*ret = (struct asked){ .id = "" };
	(void)snprintf(q, sizeof(q), "{\"act\":\"%s\",\"arguments\":{\"id\":\"%s\"}}", act_row(act)->id, what);
	rc = core_ask(c, ACT_ACT_PREVIEW, "administrator", q, &a);
	if (rc != RC_OK)
		return rc;
	(void)snprintf(seen, sizeof(seen), "%s", core_text(a, "seen"));
	json_decref(a);
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\",\"guard\":{\"reason\":\"退職\",\"ticket\":\"T-1\",\"words\":\"%s\",\"seen\":\"%s\"}}", what, what, seen);
	rc = core_ask(c, act, "administrator", q, &a);
	if (a) {
		(void)snprintf(ret->id, sizeof(ret->id), "%s", core_text(a, "request"));
		(void)snprintf(ret->hash, sizeof(ret->hash), "%s", core_text(a, "hash"));
	}
	json_decref(a);
	return rc;
}

static enum rc
decide(struct core *c, enum act act, const char *token, const struct asked *x)
{
	char q[512];

	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\",\"hash\":\"%s\",\"reason\":\"確かめた\"}", x->id, x->hash);
	return done(c, act, token, q);
}

static const char *
state_of(struct core *c, const struct asked *x)
{
	static char state[32];
	char q[128];
	json_t *a;

	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\"}", x->id);
	CHECK_OK(core_ask(c, ACT_APPROVAL_SHOW, "client-auditor", q, &a));
	(void)snprintf(state, sizeof(state), "%s", core_text(a, "state"));
	json_decref(a);
	return state;
}

static void
let_window_pass(struct core *c)
{
	char sql[128];

	(void)snprintf(sql, sizeof(sql), "update approval_step set at_us = at_us - %lld", (long long)APPROVAL_WINDOW_US);
	CHECK_OK(db_exec(c->db, sql));
}

/*= O1-1-2 type=test */
CASE(removed_by_two_after_a_window)
{
	struct core *c = core_up(true);
	struct asked x;

	CHECK_RC(ask_removal(c, ACT_ACCOUNT_REMOVE, "person2", &x), RC_DENIED); /* its procedure was not read */
	read_procedure(c, "account-remove");
	CHECK_OK(ask_removal(c, ACT_ACCOUNT_REMOVE, "person2", &x));
	CHECK_RC(decide(c, ACT_APPROVAL_APPROVE, "administrator", &x), RC_DENIED);
	CHECK_OK(decide(c, ACT_APPROVAL_APPROVE, "security-lead", &x));
	CHECK_STR(str_of(state_of(c, &x)), "window");
	CHECK_OK(approval_run_due(c));
	CHECK(fake.accounts[2].removed_at_us == 0);
	core_down(c); /* the window outlives a restart, and so does what is left of it */
	c = core_up(false);
	CHECK_STR(str_of(state_of(c, &x)), "window");
	CHECK_OK(approval_run_due(c));
	CHECK(fake.accounts[2].removed_at_us == 0);
	let_window_pass(c);
	CHECK_OK(approval_run_due(c));
	CHECK(fake.accounts[2].removed_at_us != 0);
	CHECK_STR(str_of(state_of(c, &x)), "done");
	core_down(c);
}

/*= O1-1-2 type=test */
CASE(called_off_within_the_window)
{
	struct core *c = core_up(true);
	struct asked x;

	read_procedure(c, "account-remove");
	CHECK_OK(ask_removal(c, ACT_ACCOUNT_REMOVE, "person2", &x));
	CHECK_OK(decide(c, ACT_APPROVAL_APPROVE, "client-officer", &x));
	CHECK_RC(decide(c, ACT_APPROVAL_CANCEL, "operator", &x), RC_DENIED);
	CHECK_OK(decide(c, ACT_APPROVAL_CANCEL, "client-approver", &x)); /* stopping is never the dangerous part */
	let_window_pass(c);
	CHECK_OK(approval_run_due(c));
	CHECK_STR(str_of(state_of(c, &x)), "cancelled");
	CHECK(fake.accounts[2].removed_at_us == 0);
	core_down(c);
}

CASE(changed_within_the_window)
{
	struct core *c = core_up(true);
	struct asked x;

	read_procedure(c, "account-remove");
	CHECK_OK(ask_removal(c, ACT_ACCOUNT_REMOVE, "person2", &x));
	CHECK_OK(decide(c, ACT_APPROVAL_APPROVE, "security-lead", &x));
	fake.accounts[2].roles = ROLE_BIT(ROLE_ON_CALL);
	let_window_pass(c);
	CHECK_OK(approval_run_due(c));
	CHECK_STR(str_of(state_of(c, &x)), "changed");
	CHECK(fake.accounts[2].removed_at_us == 0);
	core_down(c);
}

CASE(nobody_approves_in_time)
{
	struct core *c = core_up(true);
	char sql[160];
	struct asked x;

	read_procedure(c, "account-remove");
	CHECK_OK(ask_removal(c, ACT_ACCOUNT_REMOVE, "person2", &x));
	(void)snprintf(sql, sizeof(sql), "update approval set at_us = at_us - %lld; update approval_step set at_us = at_us - %lld", (long long)APPROVAL_LAPSE_US, (long long)APPROVAL_LAPSE_US);
	CHECK_OK(db_exec(c->db, sql));
	CHECK_STR(str_of(state_of(c, &x)), "lapsed");
	CHECK_RC(decide(c, ACT_APPROVAL_APPROVE, "security-lead", &x), RC_CONFLICT);
	CHECK_OK(approval_run_due(c));
	CHECK(fake.accounts[2].removed_at_us == 0);
	core_down(c);
}

/* ---- a person */

static void
person_add(struct core *c, struct opaque_id *ret)
{
	char q[512];
	json_t *a;

	CHECK_OK(core_ask(c, ACT_REGISTER_ADD, "administrator", "{\"id\":\"company\",\"values\":{\"name\":\"見本\",\"kind\":\"contractor\"}}", &a));
	(void)snprintf(q, sizeof(q), "{\"id\":\"person\",\"values\":{\"number\":\"P-1\",\"name\":\"見本 花子\",\"company\":\"%s\",\"employment\":\"employee\",\"work\":\"保守\",\"from\":\"2026-04-01\"}}", core_text(a, "id"));
	json_decref(a);
	CHECK_OK(core_ask(c, ACT_REGISTER_ADD, "administrator", q, &a));
	CHECK_OK(hex_decode(str_of(core_text(a, "id")), ret->b, ID_BYTES));
	(void)snprintf(q, sizeof(q), "{\"id\":\"os-account\",\"values\":{\"account\":\"mihon\",\"person\":\"見本\",\"owner\":\"%s\",\"kind\":\"user\"}}", core_text(a, "id"));
	json_decref(a);
	CHECK_OK(done(c, ACT_REGISTER_ADD, "administrator", q));
}

/*= S-3-2 type=test */
CASE(a_person_goes_whole_or_not_at_all)
{
	struct core *c = core_up(true);
	struct opaque_id id;
	struct asked x;

	read_procedure(c, "person-remove");
	person_add(c, &id);
	fake.accounts[2].person = fake.accounts[5].person = id;
	CHECK_OK(ask_removal(c, ACT_PERSON_REMOVE, "P-1", &x));
	CHECK_OK(decide(c, ACT_APPROVAL_APPROVE, "security-lead", &x));
	let_window_pass(c);
	CHECK_OK(approval_run_due(c));
	CHECK_STR(str_of(state_of(c, &x)), "done");
	CHECK(fake.accounts[2].removed_at_us && fake.accounts[5].removed_at_us);
	core_down(c);

	/* both client officers are this person: the side would be left without; nothing is begun */
	c = core_up(true);
	read_procedure(c, "person-remove");
	person_add(c, &id);
	for (int i = 0; i < FAKE_ACCOUNTS; i++)
		if (fake.accounts[i].roles & (ROLE_BIT(ROLE_CLIENT_OFFICER) | ROLE_BIT(ROLE_OPERATOR)))
			fake.accounts[i].person = id;
	CHECK_RC(ask_removal(c, ACT_PERSON_REMOVE, "P-1", &x), RC_CONFLICT);
	for (int i = 0; i < FAKE_ACCOUNTS; i++)
		CHECK(fake.accounts[i].removed_at_us == 0);
	core_down(c);
}

TEST_MAIN
