// SPDX-License-Identifier: Apache-2.0
/* A third contract: drafted in registers, taken up by the client alone, judged at once, told again by the ledger. */
#include "core/contract.h"

#include <string.h>

#include "base/test.h"
#include "core/core_fake.h"

#define DRAFT "{\"id\":\"contract-draft\",\"values\":{\"id\":\"kobe\",\"prefix\":\"K\",\"name\":\"架空市の契約\",\"version\":\"2026-04-01\",\"client\":\"架空市\",\"contractor\":\"架空株式会社\",\"phase\":\"operate\"}}"
#define CSV "項番,契約,区分,求められること,確かめ方（確認項目）\\n1-10,kobe,管理,鍵をかける。ほか,\\n1-2,kobe,管理,時刻を合わせる,mfa and lockout\\n第3条,kobe,その他,控えを残す,\\n"

static void
drafted(struct core *c, const char *csv)
{
	char q[2048];
	json_t *a;

	CHECK_OK(core_ask(c, ACT_REGISTER_ADD, "security-lead", DRAFT, &a));
	json_decref(a);
	(void)snprintf(q, sizeof(q), "{\"id\":\"clause-draft\",\"csv\":\"%s\"}", csv);
	CHECK_OK(core_ask(c, ACT_REGISTER_IMPORT, "security-lead", q, &a));
	json_decref(a);
}

/* What the page of contracts says of the one draft; "" when there is none. */
static void
draft_says(struct core *c, const char *key, char *ret, size_t size)
{
	json_t *a, *d;

	CHECK_OK(core_ask(c, ACT_CONTRACT_LIST, "client-officer", "{}", &a));
	d = json_array_get(json_object_get(a, "drafts"), 0);
	if (json_is_integer(json_object_get(d, key)))
		(void)snprintf(ret, size, "%lld", (long long)json_integer_value(json_object_get(d, key)));
	else
		(void)snprintf(ret, size, "%s", core_text(d, key));
	json_decref(a);
}

static enum rc
adopt(struct core *c, const char *token, const char *hash)
{
	char q[256];
	json_t *a;
	enum rc rc;

	(void)snprintf(q, sizeof(q), "{\"id\":\"kobe\",\"hash\":\"%s\",\"reason\":\"契約 第1号\"}", hash);
	rc = core_ask(c, ACT_CONTRACT_ADOPT, token, q, &a);
	json_decref(a);
	return rc;
}

static const struct clause *
clause(struct core *c, const char *id)
{
	return catalogue_clause(c->catalogue, str_of(id), NULL);
}

CASE(a_list_of_clauses_becomes_a_contract_when_the_client_takes_it_up)
{
	struct core *c = core_up(true);
	char hash[80], text[64];
	const struct contract *k = NULL;

	drafted(c, CSV);
	draft_says(c, "state", text, sizeof(text));
	CHECK(strcmp(text, "new") == 0);
	draft_says(c, "clauses", text, sizeof(text));
	CHECK(strcmp(text, "3") == 0);
	draft_says(c, "statements", text, sizeof(text));
	CHECK(strcmp(text, "2") == 0);
	draft_says(c, "hash", hash, sizeof(hash));
	CHECK(clause(c, "K-1-2") == NULL);
	CHECK_RC(adopt(c, "security-lead", hash), RC_DENIED); /* the contractor decides nothing about what it owes */
	CHECK_RC(adopt(c, "client-auditor", hash), RC_DENIED);
	CHECK_RC(adopt(c, "client-officer", "00"), RC_CONFLICT);
	CHECK_OK(adopt(c, "client-officer", hash));
	CHECK(clause(c, "K-1-2") && clause(c, "K-1-10") && clause(c, "K-3") == NULL);
	CHECK(catalogue_clause(c->catalogue, STR("K-1-10"), &k) && k->clauses_count == 3);
	CHECK(k && str_eq_c(k->clauses[0].id, "K-1-2") && str_starts(k->clauses[2].id, STR("K-r")));      /* numbers count as numbers; what is no ASCII is named by its row */
	CHECK(k && str_eq_c(k->clauses[1].title.ja, "鍵をかける") && k->sections_count == 2);
	CHECK(catalogue_control(c->catalogue, STR("statement-of-k-1-10")) && catalogue_judge(c->catalogue, STR("statement-of-k-1-10")));
	draft_says(c, "state", text, sizeof(text));
	CHECK(strcmp(text, "same") == 0);
	core_down(c);
}

static enum verdict
verdict_of(struct core *c, const char *control)
{
	const struct held *h;
	enum verdict v;

	CHECK_OK(schedule_run(c, str_of(control), core_now_us() + 5 * SECOND_US));
	core_lock(c);
	h = held_find(c, control, "contract", "");
	v = h ? h->verdict : VERDICT_NOT_APPLICABLE;
	core_unlock(c);
	return v;
}

/* A clause nobody can look at is unknown until both sides agreed on a statement about exactly it. */
CASE(a_clause_without_controls_is_shown_by_an_agreed_statement)
{
	struct core *c = core_up(true);
	char hash[80], q[256];
	json_t *a;

	drafted(c, CSV);
	draft_says(c, "hash", hash, sizeof(hash));
	CHECK_OK(adopt(c, "client-officer", hash));
	CHECK_INT(verdict_of(c, "statement-of-k-1-10"), VERDICT_UNKNOWN);
	CHECK_OK(core_ask(c, ACT_PAPER_FILE, "security-lead", "{\"id\":\"clause-statement\",\"values\":{\"clause\":\"K-1-10\",\"effective_on\":\"2026-04-01\",\"how\":\"毎日\",\"shown\":\"日誌\"}}", &a));
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\",\"leaf\":%lld}", core_text(a, "id"), (long long)json_integer_value(json_object_get(a, "shown_leaf")));
	json_decref(a);
	CHECK_INT(verdict_of(c, "statement-of-k-1-10"), VERDICT_UNKNOWN);
	CHECK_OK(core_ask(c, ACT_PAPER_APPROVE, "client-approver", q, &a));
	json_decref(a);
	CHECK_INT(verdict_of(c, "statement-of-k-1-10"), VERDICT_PASS);
	core_down(c);
}

CASE(a_draft_that_changed_meanwhile_is_not_taken_up)
{
	struct core *c = core_up(true);
	char hash[80], text[64];
	json_t *a;

	drafted(c, CSV);
	draft_says(c, "hash", hash, sizeof(hash));
	CHECK_OK(core_ask(c, ACT_REGISTER_IMPORT, "security-lead", "{\"id\":\"clause-draft\",\"csv\":\"number,contract,text\\n1-2,kobe,時刻は合わせなくてよい\\n\"}", &a));
	json_decref(a);
	CHECK_RC(adopt(c, "client-officer", hash), RC_CONFLICT);
	draft_says(c, "hash", hash, sizeof(hash));
	CHECK_OK(adopt(c, "client-officer", hash));
	CHECK_OK(core_ask(c, ACT_REGISTER_IMPORT, "security-lead", "{\"id\":\"clause-draft\",\"csv\":\"number,contract,text\\n1-2,kobe,もとに戻す\\n\"}", &a));
	json_decref(a);
	draft_says(c, "state", text, sizeof(text));
	CHECK(strcmp(text, "changed") == 0 && clause(c, "K-1-2"));
	core_down(c);
}

/* Refused with a sentence, and the catalogue stands as it stood. */
CASE(what_does_not_read_as_a_contract_is_refused_whole)
{
	struct core *c = core_up(true);
	size_t contracts = c->catalogue->contracts_count;
	char hash[80], text[512];
	json_t *a;

	CHECK_RC(core_ask(c, ACT_REGISTER_ADD, "security-lead", DRAFT, &a), RC_OK);
	json_decref(a);
	CHECK_RC(core_ask(c, ACT_REGISTER_ADD, "security-lead", "{\"id\":\"clause-draft\",\"values\":{\"contract\":\"kobe\",\"number\":\"1\",\"text\":\"x\",\"holds\":\"no-such-control\"}}", &a), RC_SYNTAX);
	CHECK_RC(core_ask(c, ACT_REGISTER_ADD, "security-lead", "{\"id\":\"clause-draft\",\"values\":{\"contract\":\"kobe\",\"number\":\"1\",\"text\":\"x\",\"holds\":\"mfa and lockout or seismic\"}}", &a), RC_SYNTAX);
	draft_says(c, "state", text, sizeof(text));
	CHECK(strcmp(text, "wrong") == 0); /* no clause yet */
	CHECK_OK(core_ask(c, ACT_REGISTER_IMPORT, "security-lead", "{\"id\":\"clause-draft\",\"csv\":\"number,contract,text\\n1-2,kobe,一\\n1(2),kobe,二\\n\"}", &a)); /* both would be K-1-2 */
	json_decref(a);
	draft_says(c, "state", text, sizeof(text));
	CHECK(strcmp(text, "wrong") == 0);
	draft_says(c, "problem", text, sizeof(text));
	CHECK(strstr(text, "K-1-2") != NULL || strstr(text, "statement-of-k-1-2") != NULL);
	draft_says(c, "hash", hash, sizeof(hash));
	CHECK_RC(adopt(c, "client-officer", hash), RC_SYNTAX);
	CHECK_INT(c->catalogue->contracts_count, contracts);
	core_down(c);
}

CASE(a_contract_survives_a_restart_and_a_lost_store_and_can_be_taken_back)
{
	struct core *c = core_up(true);
	char hash[80];
	json_t *a;

	drafted(c, CSV);
	draft_says(c, "hash", hash, sizeof(hash));
	CHECK_OK(adopt(c, "client-officer", hash));
	/* what was drafted later is not what was taken up */
	CHECK_OK(core_ask(c, ACT_REGISTER_IMPORT, "security-lead", "{\"id\":\"clause-draft\",\"csv\":\"number,contract,text\\n9,kobe,後から\\n\"}", &a));
	json_decref(a);
	core_down(c);
	c = core_up(false);
	CHECK(clause(c, "K-1-2") && clause(c, "K-9") == NULL);
	core_lose(c);
	c = core_up(false);
	CHECK(clause(c, "K-1-2") == NULL);
	CHECK_OK(index_follow(c));
	CHECK(clause(c, "K-1-2") && clause(c, "K-9") == NULL);
	CHECK_INT(c->adopted_count, 1);
	CHECK(c->adopted_count && strcmp(c->adopted[0].hash, hash) == 0);
	CHECK_RC(core_ask(c, ACT_CONTRACT_END, "security-lead", "{\"id\":\"kobe\",\"reason\":\"x\"}", &a), RC_DENIED);
	CHECK_RC(core_ask(c, ACT_CONTRACT_END, "client-officer", "{\"id\":\"sapporo\",\"reason\":\"x\"}", &a), RC_NOTFOUND);
	CHECK_OK(core_ask(c, ACT_CONTRACT_END, "client-officer", "{\"id\":\"kobe\",\"reason\":\"解約\"}", &a));
	json_decref(a);
	CHECK(clause(c, "K-1-2") == NULL);
	core_lose(c);
	c = core_up(false);
	CHECK_OK(index_follow(c));
	CHECK(clause(c, "K-1-2") == NULL);
	core_down(c);
}

/* The acceptance table: what to look at and what is to be seen stand beside what stands. */
CASE(each_clause_has_its_line_of_acceptance)
{
	struct core *c = core_up(true);
	json_t *a, *row;

	CHECK_OK(core_ask(c, ACT_CONTRACT_SHOW, "client-auditor", "{\"id\":\"sapporo\"}", &a));
	CHECK_INT(json_array_size(json_object_get(a, "rows")), 33);
	row = json_array_get(json_object_get(a, "rows"), 0);
	CHECK(*core_text(row, "do") && *core_text(row, "expect") && *core_text(row, "status") && *core_text(row, "cite"));
	json_decref(a);
	CHECK_RC(core_ask(c, ACT_CONTRACT_SHOW, "client-auditor", "{\"id\":\"nowhere\"}", &a), RC_NOTFOUND);
	core_down(c);
}

TEST_MAIN
