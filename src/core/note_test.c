// SPDX-License-Identifier: Apache-2.0
/* Roles that are lent, procedures that are read, containments that are looked at; and the same from the ledger again. */
#include "core/core_fake.h"

#include <pthread.h>
#include <string.h>

#include "base/test.h"
#include "base/time_text.h"
#include "core/guard_int.h"

static enum rc
ask(struct core *c, enum act act, const char *token, const char *arguments, json_t **ret)
{
	struct act_request q = { act, { str_of(token), STR("192.0.2.7"), DOOR_LOCAL, 0 }, str_of(arguments) };
	struct buf b = BUF(16 << 20);
	enum rc rc = act_do(c, &q, &b);

	*ret = rc == RC_OK ? json_loadb(b.p, b.n, JSON_REJECT_DUPLICATES, NULL) : NULL;
	buf_free(&b);
	return rc;
}

static enum rc
do_act(struct core *c, enum act act, const char *token, const char *arguments)
{
	json_t *a;
	enum rc rc = ask(c, act, token, arguments, &a);

	json_decref(a);
	return rc;
}

/* The day `days` from today. */
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

/* What stands in the first row of a list. */
static void
first(struct core *c, enum act act, const char *key, char *ret, size_t size)
{
	json_t *a, *v;

	ret[0] = '\0';
	CHECK_OK(ask(c, act, "client-auditor", "{}", &a));
	v = json_object_get(json_array_get(json_object_get(a, "rows"), 0), key);
	(void)snprintf(ret, size, "%s", json_string_value(v) ? json_string_value(v) : "");
	json_decref(a);
}

static enum rc
lend(struct core *c, const char *token, const char *to, const char *roles, const char *until)
{
	char q[512];

	(void)snprintf(q, sizeof(q), "{\"to\":\"%s\",\"role\":\"%s\",\"until\":\"%s\",\"reason\":\"休暇のため\",\"lang\":\"en\"}", to, roles, until);
	return do_act(c, ACT_DELEGATION_ADD, token, q);
}

/* A change of roles asked for; its id and hash. */
struct asked { char id[40], hash[HASH_CHARS + 1]; };

static enum rc
ask_roles(struct core *c, const char *token, const char *who, const char *roles, struct asked *ret)
{
	char q[1024], seen[HASH_CHARS + 1] = "";
	json_t *a;
	enum rc rc;

	(void)snprintf(q, sizeof(q), "{\"act\":\"account-roles\",\"arguments\":{\"id\":\"%s\",\"role\":\"%s\"}}", who, roles);
	if (ask(c, ACT_ACT_PREVIEW, token, q, &a) == RC_OK)
		(void)snprintf(seen, sizeof(seen), "%s", core_text(a, "seen"));
	json_decref(a);
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\",\"role\":\"%s\",\"guard\":{\"reason\":\"夜勤\",\"words\":\"%s\",\"seen\":\"%s\"}}", who, roles, who, seen);
	rc = ask(c, ACT_ACCOUNT_ROLES, token, q, &a);
	(void)snprintf(ret->id, sizeof(ret->id), "%s", core_text(a, "request"));
	(void)snprintf(ret->hash, sizeof(ret->hash), "%s", core_text(a, "hash"));
	json_decref(a);
	return rc;
}

static enum rc
approve(struct core *c, const char *token, const struct asked *x)
{
	char q[256];

	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\",\"hash\":\"%s\"}", x->id, x->hash);
	return do_act(c, ACT_APPROVAL_APPROVE, token, q);
}

CASE(a_role_is_lent_within_a_side_and_never_on)
{
	struct core *c = core_up(true);

	CHECK_RC(lend(c, "administrator", "person2", "on-call", day(3)), RC_SYNTAX);          /* not his own */
	CHECK_RC(lend(c, "administrator", "person0", "administrator", day(3)), RC_SYNTAX);    /* to himself */
	CHECK_RC(lend(c, "administrator", "person3", "administrator", day(3)), RC_DENIED);    /* to the client */
	CHECK_RC(lend(c, "administrator", "nobody", "administrator", day(3)), RC_NOTFOUND);
	CHECK_RC(lend(c, "administrator", "person2", "administrator", day(-1)), RC_SYNTAX);
	CHECK_RC(lend(c, "administrator", "person2", "administrator", day(400)), RC_SYNTAX);
	CHECK_RC(lend(c, "administrator", "person2", "administrator", "2026-02-30"), RC_SYNTAX);
	CHECK_RC(lend(c, "console", "person2", "administrator", day(3)), RC_DENIED);
	CHECK_RC(do_act(c, ACT_ACCOUNT_ADD, "operator", "{\"name\":\"a\",\"display\":\"見本\",\"role\":\"operator\"}"), RC_DENIED);
	CHECK_OK(lend(c, "administrator", "person2", "administrator", day(0)));
	CHECK_OK(do_act(c, ACT_ACCOUNT_ADD, "operator", "{\"name\":\"a\",\"display\":\"見本\",\"role\":\"operator\"}"));
	CHECK_RC(lend(c, "operator", "person5", "administrator", day(3)), RC_SYNTAX);         /* not lent on */
	fake.accounts[0].suspended_at_us = core_now_us();                                     /* whose lender is suspended */
	CHECK_RC(do_act(c, ACT_ACCOUNT_ADD, "operator", "{\"name\":\"b\",\"display\":\"見本\",\"role\":\"operator\"}"), RC_DENIED);
	core_down(c);
}

CASE(a_loan_ends_with_its_day_in_japan)
{
	struct core *c = core_up(true);
	struct civil d;

	CHECK_OK(lend(c, "administrator", "person2", "administrator", day(1)));
	CHECK_INT(c->delegations_count, 1);
	d = time_civil(c->delegations[0].until_us);
	CHECK(d.hour == 0 && d.minute == 0 && d.second == 0);
	CHECK(c->delegations[0].until_us > core_now_us() + DAY_US && c->delegations[0].until_us <= core_now_us() + 2 * DAY_US);
	c->delegations[0].until_us = core_now_us();
	CHECK_RC(do_act(c, ACT_ACCOUNT_ADD, "operator", "{\"name\":\"a\",\"display\":\"見本\",\"role\":\"operator\"}"), RC_DENIED);
	core_down(c);
}

/*= O1-1-2 type=test */
CASE(who_acts_for_another_counts_as_both)
{
	struct core *c = core_up(true);
	struct asked x;

	/* asked by the lender, approved by the borrower: one and the same */
	CHECK_OK(lend(c, "security-lead", "person2", "security-lead", day(3)));
	CHECK_OK(ask_roles(c, "administrator", "person5", "on-call", &x));
	CHECK_OK(approve(c, "operator", &x)); /* the lead lent it, and did not ask */
	CHECK_INT(fake.accounts[5].roles, ROLE_BIT(ROLE_ON_CALL));
	CHECK_OK(lend(c, "administrator", "person6", "administrator", day(3)));
	CHECK_OK(ask_roles(c, "maintainer", "person5", "supervisor", &x)); /* person6, for the administrator */
	CHECK_RC(approve(c, "administrator", &x), RC_DENIED);
	CHECK_RC(approve(c, "maintainer", &x), RC_DENIED);
	CHECK_OK(ask_roles(c, "administrator", "person4", "client-auditor,client-department", &x));
	CHECK_RC(approve(c, "maintainer", &x), RC_DENIED); /* never back to who asked */
	CHECK_OK(approve(c, "security-lead", &x));
	core_down(c);
}

CASE(a_loan_is_ended_and_told_again)
{
	struct core *c = core_up(true);
	char id[40], state[40], q[64];

	CHECK_OK(lend(c, "administrator", "person2", "administrator", day(3)));
	CHECK_OK(lend(c, "security-lead", "person6", "security-lead", day(3)));
	first(c, ACT_DELEGATION_LIST, "id", id, sizeof(id));
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\"}", id);
	CHECK_RC(do_act(c, ACT_DELEGATION_END, "client-auditor", q), RC_DENIED);
	CHECK_OK(do_act(c, ACT_DELEGATION_END, "maintainer", q));
	CHECK_RC(do_act(c, ACT_DELEGATION_END, "maintainer", q), RC_NOTFOUND);
	CHECK_OK(db_exec(c->db, "delete from note; delete from entry"));
	core_down(c);
	c = core_up(false);
	CHECK_INT(c->delegations_count, 0);
	CHECK_OK(index_follow(c));
	CHECK_INT(c->delegations_count, 1);
	CHECK_STR(str_of(c->delegations[0].to), "person2");
	first(c, ACT_DELEGATION_LIST, "state", state, sizeof(state));
	CHECK_STR(str_of(state), "ended");
	core_down(c);
}

/* ---- procedures */

#define ROW(version) "{\"id\":\"operation\",\"values\":{\"name\":\"定義の読み直し\",\"system\":\"station\",\"act\":\"catalogue-reload\",\"effect\":\"service\",\"procedure\":\"手順書7\",\"version\":\"" version "\",\"who\":\"管理者\",\"alert\":\"not-built\"}}"

static enum rc
reload(struct core *c, const char *token)
{
	char q[512], seen[HASH_CHARS + 1] = "";
	json_t *a;

	CHECK_OK(ask(c, ACT_ACT_PREVIEW, token, "{\"act\":\"catalogue-reload\",\"arguments\":{}}", &a));
	(void)snprintf(seen, sizeof(seen), "%s", core_text(a, "seen"));
	json_decref(a);
	(void)snprintf(q, sizeof(q), "{\"guard\":{\"reason\":\"見直し\",\"ticket\":\"T-1\",\"words\":\"60\",\"seen\":\"%s\"}}", seen);
	return do_act(c, ACT_CATALOGUE_RELOAD, token, q);
}

/*= O1-1-2 type=test */
CASE(the_procedure_in_force_is_read_first)
{
	struct core *c = core_up(true);
	char row[40], q[128];
	json_t *a;

	CHECK_RC(reload(c, "administrator"), RC_DENIED);
	CHECK(strstr(rc_trail(), "guard:procedure:") != NULL);
	CHECK_OK(ask(c, ACT_REGISTER_ADD, "administrator", ROW("1"), &a));
	(void)snprintf(row, sizeof(row), "%s", core_text(a, "id"));
	json_decref(a);
	CHECK_RC(reload(c, "administrator"), RC_DENIED);
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\",\"version\":\"2\"}", row);
	CHECK_RC(do_act(c, ACT_PROCEDURE_READ, "administrator", q), RC_CONFLICT);
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\",\"version\":\"1\"}", row);
	CHECK_OK(do_act(c, ACT_PROCEDURE_READ, "administrator#2", q)); /* somebody else read it */
	CHECK_RC(reload(c, "administrator"), RC_DENIED);
	CHECK_OK(do_act(c, ACT_PROCEDURE_READ, "administrator", q));
	CHECK_OK(reload(c, "administrator"));
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\",\"values\":{\"version\":\"2\"}}", row);
	CHECK_OK(do_act(c, ACT_REGISTER_CHANGE, "administrator", q));
	CHECK_RC(reload(c, "administrator"), RC_DENIED); /* another version */
	CHECK_OK(ask(c, ACT_OPERATION_LIST, "client-officer", "{}", &a));
	CHECK_INT(json_integer_value(json_object_get(a, "missing")), json_integer_value(json_object_get(a, "total")) - 1);
	json_decref(a);
	core_down(c);
}

/* ---- containment */

CASE(containment_waits_for_nobody_and_is_looked_at_by_another)
{
	struct core *c = core_up(true);
	char id[40], state[40], q[128];

	CHECK_OK(do_act(c, ACT_ACCOUNT_SUSPEND, "on-call", "{\"id\":\"person2\"}"));
	first(c, ACT_CONTAINMENT_LIST, "state", state, sizeof(state));
	CHECK_STR(str_of(state), "waiting");
	first(c, ACT_CONTAINMENT_LIST, "id", id, sizeof(id));
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\",\"reason\":\"記録のとおり\"}", id);
	CHECK_RC(do_act(c, ACT_CONTAINMENT_REVIEW, "on-call", q), RC_DENIED);
	CHECK_OK(db_exec(c->db, "delete from note; delete from entry"));
	core_down(c);
	c = core_up(false);
	CHECK_OK(index_follow(c));
	first(c, ACT_CONTAINMENT_LIST, "id", state, sizeof(state));
	CHECK_STR(str_of(state), id);
	CHECK_OK(do_act(c, ACT_CONTAINMENT_REVIEW, "security-lead", q));
	CHECK_RC(do_act(c, ACT_CONTAINMENT_REVIEW, "client-officer", q), RC_CONFLICT);
	first(c, ACT_CONTAINMENT_LIST, "state", state, sizeof(state));
	CHECK_STR(str_of(state), "reviewed");
	CHECK_OK(do_act(c, ACT_ACCOUNT_RESUME, "on-call", "{\"id\":\"person2\"}")); /* its undo the same way */
	first(c, ACT_CONTAINMENT_LIST, "state", state, sizeof(state));
	CHECK_STR(str_of(state), "waiting");
	core_down(c);
}

TEST_MAIN
