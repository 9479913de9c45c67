// SPDX-License-Identifier: Apache-2.0
/* What no one does alone: guards, a second person, the window, restarts, and the same from the ledger again. */
#include "core/core_fake.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* The hash of what would change now. */
static void
preview(struct core *c, const char *token, const char *act, const char *arguments, char seen[HASH_CHARS + 1])
{
	char q[2048];
	json_t *a;

	(void)snprintf(q, sizeof(q), "{\"act\":\"%s\",\"arguments\":%s}", act, arguments);
	if (ask(c, ACT_ACT_PREVIEW, token, q, &a) != RC_OK)
		rc_trail_clear(); /* not permitted to this role */
	(void)snprintf(seen, HASH_CHARS + 1, "%s", core_text(a, "seen"));
	json_decref(a);
}

struct asked { char id[40], hash[HASH_CHARS + 1]; };

/* person2 (an operator) gets another role. */
static enum rc
ask_roles(struct core *c, const char *token, const char *who, const char *roles, const char *words, struct asked *ret)
{
	char plain[256], q[1024], seen[HASH_CHARS + 1];
	json_t *a;
	enum rc rc;

	*ret = (struct asked){ .id = "" };
	(void)snprintf(plain, sizeof(plain), "{\"id\":\"%s\",\"role\":\"%s\"}", who, roles);
	preview(c, token, "account-roles", plain, seen);
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\",\"role\":\"%s\",\"lang\":\"en\",\"guard\":{\"reason\":\"夜勤に入るため\",\"words\":\"%s\",\"seen\":\"%s\"}}", who, roles, words, seen);
	rc = ask(c, ACT_ACCOUNT_ROLES, token, q, &a);
	if (a) {
		(void)snprintf(ret->id, sizeof(ret->id), "%s", core_text(a, "request"));
		(void)snprintf(ret->hash, sizeof(ret->hash), "%s", core_text(a, "hash"));
	}
	json_decref(a);
	return rc;
}

static enum rc
decide(struct core *c, enum act act, const char *token, const struct asked *x, const char *ret_state_wanted)
{
	char q[512];
	json_t *a;
	enum rc rc;

	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\",\"hash\":\"%s\",\"reason\":\"確かめた\",\"lang\":\"en\"}", x->id, x->hash);
	rc = ask(c, act, token, q, &a);
	if (rc == RC_OK)
		CHECK_STR(str_of(core_text(a, "state")), ret_state_wanted);
	json_decref(a);
	return rc;
}

static const char *
state_of(struct core *c, const struct asked *x)
{
	static char state[32];
	char q[128];
	json_t *a;

	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\"}", x->id);
	state[0] = '\0';
	if (ask(c, ACT_APPROVAL_SHOW, "client-auditor", q, &a) == RC_OK)
		(void)snprintf(state, sizeof(state), "%s", core_text(a, "state"));
	json_decref(a);
	return state;
}

static int
leaves(enum leaf_type type, const char *name)
{
	int n = 0;

	for (size_t i = 0; i < fake.count; i++)
		n += fake.entries[i].leaf.type == type && str_eq_c(fake.entries[i].leaf.name, name);
	return n;
}

CASE(each_guard_is_asked_for)
{
	static const char *const cases[] = {
		"{\"id\":\"person2\",\"role\":\"on-call\"}",
		"{\"id\":\"person2\",\"role\":\"on-call\",\"guard\":{\"words\":\"person2\"}}",
		"{\"id\":\"person2\",\"role\":\"on-call\",\"guard\":{\"reason\":\"夜勤\"}}",
		"{\"id\":\"person2\",\"role\":\"on-call\",\"guard\":{\"reason\":\"  \",\"words\":\"person2\"}}",
		"{\"id\":\"person2\",\"role\":\"on-call\",\"guard\":{\"reason\":\"夜勤\",\"words\":\"person2\",\"seen\":\"0000000000000000000000000000000000000000000000000000000000000000\"}}",
		"{\"id\":\"person2\",\"role\":\"on-call\",\"guard\":\"reason\"}",
	};
	struct core *c = core_up(true);
	struct asked x;
	json_t *a;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CHECK_RC(ask(c, ACT_ACCOUNT_ROLES, "administrator", cases[i], &a), RC_DENIED);
		CHECK(strstr(rc_trail(), "guard:") != NULL);
	}
	CHECK_RC(ask(c, ACT_ACCOUNT_ROLES, "administrator", "{\"id\":\"person2\",\"role\":\"on-call\",\"guard\":{\"reason\":7}}", &a), RC_SYNTAX);
	CHECK_RC(ask_roles(c, "administrator", "person2", "on-call", "person3", &x), RC_DENIED);
	CHECK_RC(ask_roles(c, "operator", "person2", "on-call", "person2", &x), RC_DENIED);
	CHECK_INT(fake.accounts[2].roles, ROLE_BIT(ROLE_OPERATOR));
	core_down(c);
}

/*= O1-1-2 type=test */
CASE(a_second_person_approves_and_it_is_done_once)
{
	struct core *c = core_up(true);
	struct asked x;

	CHECK_OK(ask_roles(c, "administrator", "person2", "operator,on-call", "person2", &x));
	CHECK_INT(fake.accounts[2].roles, ROLE_BIT(ROLE_OPERATOR));
	CHECK_INT(leaves(LEAF_ACT_BEGIN, "account-roles"), 0);
	CHECK_RC(decide(c, ACT_APPROVAL_APPROVE, "administrator", &x, ""), RC_DENIED);
	CHECK_RC(decide(c, ACT_APPROVAL_APPROVE, "operator", &x, ""), RC_DENIED);
	CHECK_RC(decide(c, ACT_APPROVAL_APPROVE, "console", &x, ""), RC_DENIED);
	CHECK_OK(decide(c, ACT_APPROVAL_APPROVE, "security-lead", &x, "done"));
	CHECK_INT(fake.accounts[2].roles, ROLE_BIT(ROLE_OPERATOR) | ROLE_BIT(ROLE_ON_CALL));
	CHECK_INT(leaves(LEAF_ACT_BEGIN, "account-roles"), 1);
	CHECK_RC(decide(c, ACT_APPROVAL_APPROVE, "client-officer", &x, ""), RC_CONFLICT);
	CHECK_OK(approval_run_due(c));
	CHECK_INT(leaves(LEAF_ACT_BEGIN, "account-roles"), 1);
	CHECK_OK(decide(c, ACT_APPROVAL_RESULT, "administrator", &x, "done"));
	core_down(c);
}

/*= O1-1-2 type=test */
CASE(one_person_under_two_accounts_is_one)
{
	static struct person_link links[] = { { { { 1, ROLE_ADMINISTRATOR } }, { { 77 } } }, { { { 1, ROLE_SECURITY_LEAD } }, { { 77 } } } };
	struct core *c = core_up(true);
	struct asked x;

	c->persons = links;
	c->persons_count = 2;
	CHECK_OK(ask_roles(c, "administrator", "person2", "on-call", "person2", &x));
	CHECK_RC(decide(c, ACT_APPROVAL_APPROVE, "security-lead", &x, ""), RC_DENIED);
	CHECK_OK(decide(c, ACT_APPROVAL_APPROVE, "administrator#2", &x, "done"));
	/* two accounts found out to be one person's between approval and doing it */
	c->persons_count = 0;
	core_down(c);
}

CASE(the_console_counts_as_anyone_of_the_contractor)
{
	struct core *c = core_up(true);
	struct asked x;

	CHECK_OK(ask_roles(c, "console", "person2", "on-call", "person2", &x));
	CHECK(x.id[0]);
	CHECK_RC(decide(c, ACT_APPROVAL_APPROVE, "security-lead", &x, ""), RC_DENIED);
	CHECK_OK(decide(c, ACT_APPROVAL_APPROVE, "client-officer", &x, "done"));
	core_down(c);
	/* alone only as long as nobody has enrolled who could approve */
	c = core_up(true);
	for (int i = 0; i < FAKE_ACCOUNTS; i++)
		fake.accounts[i].enrolled = i % (ROLE_COUNT - 1) == ROLE_OPERATOR - 1;
	CHECK_OK(ask_roles(c, "console", "person2", "on-call", "person2", &x));
	CHECK_INT(fake.accounts[2].roles, ROLE_BIT(ROLE_ON_CALL));
	core_down(c);
}

CASE(what_changed_after_the_request_is_not_approved)
{
	struct core *c = core_up(true);
	struct asked x, y;

	CHECK_OK(ask_roles(c, "administrator", "person2", "on-call", "person2", &x));
	CHECK_RC(ask_roles(c, "administrator", "person2", "on-call", "person2", &y), RC_CONFLICT); /* it waits already */
	fake.accounts[2].roles = ROLE_BIT(ROLE_AUDITOR);
	CHECK_RC(decide(c, ACT_APPROVAL_APPROVE, "security-lead", &x, ""), RC_CONFLICT);
	CHECK_INT(fake.accounts[2].roles, ROLE_BIT(ROLE_AUDITOR));
	/* another request's number approves nothing */
	CHECK_OK(ask_roles(c, "administrator", "person2", "on-call", "person2", &y));
	memcpy(x.hash, y.hash, sizeof(x.hash));
	CHECK_RC(decide(c, ACT_APPROVAL_APPROVE, "security-lead", &x, ""), RC_CONFLICT);
	memcpy(y.hash, "", 1);
	CHECK_RC(decide(c, ACT_APPROVAL_APPROVE, "security-lead", &y, ""), RC_CONFLICT);
	core_down(c);
}

CASE(who_left_meanwhile_changes_nothing)
{
	struct core *c = core_up(true);
	struct asked x;

	CHECK_OK(ask_roles(c, "administrator", "person2", "on-call", "person2", &x));
	fake.accounts[0].suspended_at_us = core_now_us();
	CHECK_OK(decide(c, ACT_APPROVAL_APPROVE, "security-lead", &x, "changed"));
	CHECK_INT(fake.accounts[2].roles, ROLE_BIT(ROLE_OPERATOR));
	core_down(c);
}

CASE(restart_between_request_and_approval)
{
	struct core *c = core_up(true);
	struct asked x;

	CHECK_OK(ask_roles(c, "administrator", "person2", "on-call", "person2", &x));
	core_down(c);
	c = core_up(false);
	CHECK_STR(str_of(state_of(c, &x)), "waiting");
	CHECK_OK(decide(c, ACT_APPROVAL_APPROVE, "client-approver", &x, "done"));
	CHECK_INT(fake.accounts[2].roles, ROLE_BIT(ROLE_ON_CALL));
	core_down(c);
}

/* The store is lost: the ledger tells every step again, and nothing is done a second time. */
CASE(told_again_by_the_ledger)
{
	struct core *c = core_up(true);
	struct asked done, waits, refused;
	json_t *before, *after;
	char q[128];

	CHECK_OK(ask_roles(c, "administrator", "person2", "on-call", "person2", &done));
	CHECK_OK(decide(c, ACT_APPROVAL_APPROVE, "security-lead", &done, "done"));
	CHECK_OK(ask_roles(c, "administrator", "person4", "client-auditor,client-department", "person4", &waits));
	CHECK_OK(ask_roles(c, "administrator", "person5", "on-call", "person5", &refused));
	CHECK_OK(decide(c, ACT_APPROVAL_REFUSE, "security-lead", &refused, "refused"));
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\"}", done.id);
	CHECK_OK(ask(c, ACT_APPROVAL_SHOW, "client-auditor", q, &before));
	CHECK_OK(db_exec(c->db, "delete from approval; delete from approval_step; delete from entry"));
	core_down(c);

	c = core_up(false);
	CHECK_STR(str_of(state_of(c, &done)), "");
	CHECK_OK(index_follow(c));
	CHECK_STR(str_of(state_of(c, &done)), "done");
	CHECK_STR(str_of(state_of(c, &waits)), "waiting");
	CHECK_STR(str_of(state_of(c, &refused)), "refused");
	CHECK_OK(ask(c, ACT_APPROVAL_SHOW, "client-auditor", q, &after));
	CHECK(json_equal(json_object_get(before, "steps"), json_object_get(after, "steps")));
	CHECK(json_equal(json_object_get(before, "preview"), json_object_get(after, "preview")));
	json_decref(before);
	json_decref(after);
	CHECK_OK(approval_run_due(c));
	CHECK_INT(leaves(LEAF_ACT_BEGIN, "account-roles"), 1);
	CHECK_OK(decide(c, ACT_APPROVAL_CANCEL, "administrator", &waits, "cancelled"));
	core_down(c);
}

/* Begun, and then core fell: never again, and it is said that nobody knows how far it came. */
CASE(begun_before_a_fall_is_not_done_again)
{
	static const struct opaque_id station;
	struct core *c = core_up(true);
	struct approval a;
	struct asked x;

	CHECK_OK(ask_roles(c, "administrator", "person2", "on-call", "person2", &x));
	CHECK_OK(approval_get(c, x.id, &a));
	CHECK_OK(approval_store(c, NULL, &(struct approval_taken){ x.id, a.version, APPROVAL_APPROVED, "", &fake.accounts[1].id, "見本", core_now_us(), 900 }));
	CHECK_OK(approval_store(c, NULL, &(struct approval_taken){ x.id, a.version + 1, APPROVAL_STARTED, "", &station, "", core_now_us(), 901 }));
	approval_free(&a);
	core_down(c);
	usleep(2000);
	c = core_up(false);
	CHECK_STR(str_of(state_of(c, &x)), "interrupted");
	CHECK_OK(approval_run_due(c));
	CHECK_INT(fake.accounts[2].roles, ROLE_BIT(ROLE_OPERATOR));
	core_down(c);
}

/* Approved, and then core fell before it began: it is done afterwards, once. A clock that went back waits. */
CASE(approved_before_a_fall_is_done_after_it)
{
	struct core *c = core_up(true);
	struct approval a;
	struct asked x;

	CHECK_OK(ask_roles(c, "administrator", "person2", "on-call", "person2", &x));
	CHECK_OK(approval_get(c, x.id, &a));
	CHECK_OK(approval_store(c, NULL, &(struct approval_taken){ x.id, a.version, APPROVAL_APPROVED, "", &fake.accounts[1].id, "見本", core_now_us() + 3600 * SECOND_US, 900 }));
	approval_free(&a);
	core_down(c);
	c = core_up(false);
	CHECK_OK(approval_run_due(c));
	CHECK_INT(fake.accounts[2].roles, ROLE_BIT(ROLE_OPERATOR)); /* approved in a time to come */
	CHECK_OK(db_exec(c->db, "update approval_step set at_us = at_us - 3601000000"));
	CHECK_OK(approval_run_due(c));
	CHECK_OK(approval_run_due(c));
	CHECK_INT(fake.accounts[2].roles, ROLE_BIT(ROLE_ON_CALL));
	CHECK_INT(leaves(LEAF_ACT_BEGIN, "account-roles"), 1);
	core_down(c);
}

/* Who asks, by who approves: every pair of roles of both sides, the other account of a role, and the same account; as a person can read it. */
/*= O1-1-2 type=test */
/*= S-7-1 type=test */
CASE(sides_of_who_asks_and_who_approves)
{
	struct core *c = core_up(true);
	struct buf b = BUF(65536), golden = BUF(65536);
	char line[512];
	FILE *f;

	CHECK_OK(buf_add_c(&b, "# who asks: x may approve, in the order of the roles as permissions.txt has them; then another account of the same role, the same account, the console\n"));
	for (enum role by = ROLE_NONE; by < ROLE_COUNT; by++) {
		struct approval x = { .act = ACT_ACCOUNT_ROLES, .arguments = json_pack("{s:s, s:s}", "id", "person2", "role", "on-call"), .at_us = core_now_us(), .leaf = 700 + by };
		const char *who = by ? role_name(by) : "console";
		char second[64];

		CHECK_OK(preview_of(c, x.act, x.arguments, &x.preview));
		CHECK_OK(approval_hash(x.act, x.arguments, x.preview, x.hash));
		(void)snprintf(x.id, sizeof(x.id), "%032x", 0xabc0u + (unsigned)by);
		(void)snprintf(x.who, sizeof(x.who), "%s", who);
		x.by = (struct party){ .n = 1, .side = by ? role_side(by) : SIDE_CONTRACTOR };
		x.by.accounts[0] = by ? (struct opaque_id){ { 1, (uint8_t)by } } : CONSOLE_ID;
		CHECK_OK(approval_store(c, &x, &(struct approval_taken){ x.id, 0, APPROVAL_OPENED, "", &x.by.accounts[0], x.who, x.at_us, x.leaf }));
		CHECK_OK(buf_addf(&b, "%-17s %-10s ", who, x.by.side == SIDE_CLIENT ? "client" : "contractor"));
		(void)snprintf(second, sizeof(second), "%s#2", by ? who : "administrator");
		for (int with = 1; with < ROLE_COUNT + 3; with++) {
			const char *token = with < ROLE_COUNT ? role_name((enum role)with) : with == ROLE_COUNT ? second : with == ROLE_COUNT + 1 ? who : "console";
			char q[160];
			json_t *a = NULL;
			enum rc rc;

			if (with < ROLE_COUNT && with == (int)by)
				token = second;
			/* a wrong hash stops whoever may before it is done: CONFLICT instead of DENIED is the yes */
			(void)snprintf(q, sizeof(q), "{\"id\":\"%s\",\"hash\":\"%s\"}", x.id, x.hash);
			fake.accounts[2].suspended_at_us = 1; /* the object changed: nothing is done even with a yes */
			rc = ask(c, ACT_APPROVAL_APPROVE, token, q, &a);
			fake.accounts[2].suspended_at_us = 0;
			json_decref(a);
			CHECK(rc == RC_DENIED || rc == RC_CONFLICT);
			CHECK_OK(buf_addf(&b, "%s%s", with == ROLE_COUNT ? " " : "", rc == RC_CONFLICT ? "x" : "-"));
			rc_trail_clear();
		}
		CHECK_OK(buf_add_c(&b, "\n"));
		approval_free(&x);
	}
	if (getenv("WRITE_GOLDEN")) {
		f = fopen("tests/golden/approvers.txt", "w");
		CHECK(f && fwrite(b.p, 1, b.n, f) == b.n);
		if (f)
			(void)fclose(f);
	}
	f = fopen("tests/golden/approvers.txt", "r");
	CHECK(f != NULL);
	while (f && fgets(line, sizeof(line), f))
		CHECK_OK(buf_add_c(&golden, line));
	if (f)
		(void)fclose(f);
	CHECK_STR(buf_str(&b), buf_cstr(&golden));
	buf_free(&b);
	buf_free(&golden);
	core_down(c);
}

/* A new account with a privileged role is no way around account-roles. */
/*= S-7-1 type=test */
CASE(a_privileged_account_is_added_by_two_persons)
{
	static const char plain[] = "{\"name\":\"jiro\",\"display\":\"見本 次郎\",\"role\":\"operator,administrator\"}", operator[] = "{\"name\":\"saburo\",\"display\":\"見本 三郎\",\"role\":\"operator\"}";
	struct core *c = core_up(true);
	char q[1024], seen[HASH_CHARS + 1];
	struct asked x = { .id = "" };
	json_t *a;

	CHECK_RC(ask(c, ACT_ACCOUNT_ADD, "administrator", plain, &a), RC_DENIED); /* no reason, no words */
	CHECK(strstr(rc_trail(), "guard:reason") != NULL);
	CHECK_INT(fake.accounts_added, 0);
	preview(c, "administrator", "account-add", plain, seen);
	(void)snprintf(q, sizeof(q), "{\"name\":\"jiro\",\"display\":\"見本 次郎\",\"role\":\"operator,administrator\",\"guard\":{\"reason\":\"交代のため\",\"words\":\"jiro\",\"seen\":\"%s\"}}", seen);
	for (int i = 0; i < 2; i++) { /* at the console too, once the client has who could approve */
		CHECK_OK(ask(c, ACT_ACCOUNT_ADD, i ? "console" : "administrator", q, &a));
		(void)snprintf(x.id, sizeof(x.id), "%s", core_text(a, "request"));
		(void)snprintf(x.hash, sizeof(x.hash), "%s", core_text(a, "hash"));
		CHECK(json_object_get(a, "link") == NULL);
		json_decref(a);
		CHECK_INT(fake.accounts_added, i);
		CHECK_RC(decide(c, ACT_APPROVAL_APPROVE, i ? "administrator" : "security-lead", &x, i ? "" : "done"), i ? RC_DENIED : RC_OK);
		if (i)
			CHECK_OK(decide(c, ACT_APPROVAL_APPROVE, "client-officer", &x, "done"));
		CHECK_INT(fake.accounts_added, i + 1);
	}
	CHECK_OK(ask(c, ACT_ACCOUNT_ADD, "administrator", operator, &a)); /* no privilege: no second person */
	json_decref(a);
	CHECK_INT(fake.accounts_added, 3);
	for (int i = 0; i < FAKE_ACCOUNTS; i++)
		fake.accounts[i].enrolled = roles_side(fake.accounts[i].roles) != SIDE_CLIENT;
	CHECK_RC(ask(c, ACT_ACCOUNT_ADD, "administrator", plain, &a), RC_DENIED);
	CHECK_OK(ask(c, ACT_ACCOUNT_ADD, "console", plain, &a)); /* who builds the station has nobody to ask yet */
	json_decref(a);
	CHECK_INT(fake.accounts_added, 4);
	fake.accounts[ROLE_CLIENT_OFFICER - 1].removed_at_us = 1; /* who was there once ends that for good */
	CHECK_RC(ask(c, ACT_ACCOUNT_ADD, "console", plain, &a), RC_DENIED);
	core_down(c);
}

/* A display name that passes for another's is told at the form, before reason, words and a second person are asked for. */
/*= S-3-2 type=test */
CASE(a_bad_name_to_show_is_told_first)
{
	static const struct { const char *display, *rule; enum rc rc; } cases[] = {
		{ "見本 t\u0430ro", "display-mixed:", RC_SYNTAX }, { "見本 Ａdministrator", "display-alike:", RC_CONFLICT }, { " ", "display-length:", RC_SYNTAX }, { "見本 administrator", "guard:reason", RC_DENIED } /* a namesake */,
	};
	struct core *c = core_up(true);
	char q[512];
	json_t *a;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		(void)snprintf(q, sizeof(q), "{\"name\":\"jiro\",\"display\":\"%s\",\"role\":\"administrator\"}", cases[i].display);
		CHECK_RC(ask(c, ACT_ACCOUNT_ADD, "administrator", q, &a), cases[i].rc);
		CHECK(strstr(rc_trail(), cases[i].rule) != NULL);
		rc_trail_clear();
		CHECK_RC(ask(c, ACT_ACCOUNT_ADD, "operator", q, &a), RC_DENIED); /* who may not add learns of nobody's name */
		CHECK(strstr(rc_trail(), "display-") == NULL);
		rc_trail_clear();
	}
	CHECK_INT(fake.accounts_added, 0);
	core_down(c);
}

CASE(nobody_asks_for_what_core_does_by_itself)
{
	struct core *c = core_up(true);
	json_t *a;

	CHECK_RC(ask(c, ACT_APPROVAL_OPEN, "administrator", "{\"act\":\"account-roles\",\"arguments\":{}}", &a), RC_DENIED);
	CHECK_RC(ask(c, ACT_APPROVAL_RUN, "administrator", "{\"id\":\"x\"}", &a), RC_DENIED);
	CHECK_RC(ask(c, ACT_APPROVAL_RUN, "console", "{\"id\":\"x\"}", &a), RC_DENIED);
	CHECK_RC(ask(c, ACT_ACT_PREVIEW, "operator", "{\"act\":\"account-roles\",\"arguments\":{\"id\":\"person2\",\"role\":\"operator\"}}", &a), RC_DENIED);
	core_down(c);
}

CASE(what_nobody_decides_lapses)
{
	struct core *c = core_up(true);
	struct asked x, y;

	CHECK_OK(ask_roles(c, "administrator", "person2", "on-call", "person2", &x));
	CHECK_OK(db_exec(c->db, "update approval set at_us = at_us - 604800000000"));
	CHECK_STR(str_of(state_of(c, &x)), "lapsed");
	CHECK_RC(decide(c, ACT_APPROVAL_APPROVE, "security-lead", &x, ""), RC_CONFLICT);
	CHECK_OK(ask_roles(c, "administrator", "person2", "on-call", "person2", &y));
	core_down(c);
}

TEST_MAIN
