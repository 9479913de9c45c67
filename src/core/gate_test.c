// SPDX-License-Identifier: Apache-2.0
/* Gates: what is missing, for how long nothing is stopped, and what is never stopped. */
#include <string.h>

#include "base/test.h"
#include "base/time_text.h"
#include "core/core_fake.h"

/* One gate alone, over the control that the test answers for. */
static struct gate *
only_gate(struct core *c, int64_t grace_days)
{
	struct gate *g = &c->catalogue->gates[0];

	c->catalogue->gates_count = 1;
	*g = (struct gate){ .id = STR("test"), .name = { STR("試し"), STR("test") }, .about = g->about, .side = SIDE_CONTRACTOR, .needs = { STR("seismic") }, .needs_count = 1, .acts = { ACT_ACCOUNT_ADD }, .acts_count = 1, .exports = true,
		.grace_days = grace_days };
	return g;
}

static void
answer(struct core *c, enum verdict v)
{
	fake.look[0].verdict = v;
	CHECK_OK(schedule_run(c, STR("seismic"), core_now_us() + 5 * SECOND_US));
}

static enum rc
add(struct core *c, const char *role)
{
	struct actor who = { .lang = LANG_JA };
	json_t *q = json_pack("{s:s}", "role", role);
	enum rc rc;

	who.session.roles = ROLE_BIT(ROLE_ADMINISTRATOR);
	rc = gate_ask(c, ACT_ACCOUNT_ADD, &who, q);
	json_decref(q);
	return rc;
}

/*= S-1-1 type=test */
CASE(a_closed_gate_stops_new_starts_of_its_side_alone)
{
	struct core *c = core_up(true);
	struct actor who = { .lang = LANG_JA };
	json_t *q = json_object(), *a;

	only_gate(c, 0);
	answer(c, VERDICT_PASS);
	CHECK_OK(add(c, "operator"));
	answer(c, VERDICT_FAIL);
	CHECK_RC(add(c, "operator"), RC_CONFLICT);
	CHECK(strstr(rc_trail(), "試し") != NULL);
	rc_trail_clear();
	CHECK_OK(add(c, "client-officer"));
	who.session.roles = ROLE_BIT(ROLE_ADMINISTRATOR);
	CHECK_OK(gate_ask(c, ACT_ACCOUNT_SUSPEND, &who, q)); /* containment */
	CHECK_OK(gate_ask(c, ACT_BOARD_SHOW, &who, q));      /* looking     */
	json_object_set_new(q, "export", json_string("csv"));
	CHECK_RC(gate_ask(c, ACT_BOARD_SHOW, &who, q), RC_CONFLICT);
	rc_trail_clear();
	who.session.roles = ROLE_BIT(ROLE_CLIENT_AUDITOR);
	CHECK_OK(gate_ask(c, ACT_BOARD_SHOW, &who, q));
	json_decref(q);
	CHECK_RC(core_ask(c, ACT_BOARD_SHOW, "operator", "{\"export\":\"csv\"}", &a), RC_CONFLICT);
	CHECK_INT(fake.entries[fake.count - 1].leaf.verdict, OUTCOME_REFUSED); /* and on record */
	rc_trail_clear();
	answer(c, VERDICT_PASS);
	CHECK_OK(core_ask(c, ACT_BOARD_SHOW, "operator", "{\"export\":\"csv\"}", &a));
	json_decref(a);
	core_down(c);
}

CASE(days_of_grace_count_from_when_it_ceased_to_hold)
{
	struct core *c = core_up(true);
	json_t *a, *row;

	only_gate(c, 30);
	answer(c, VERDICT_UNKNOWN);
	CHECK_OK(add(c, "operator"));
	CHECK_OK(core_ask(c, ACT_GATE_LIST, "client-auditor", "{\"lang\":\"en\"}", &a));
	row = json_array_get(json_object_get(a, "rows"), 0);
	CHECK_STR(str_of(core_text(row, "state")), "grace");
	CHECK_STR(str_of(core_text(json_array_get(json_object_get(row, "missing"), 0), "control")), "seismic");
	json_decref(a);
	/* a change from unknown to failing begins no new grace */
	CHECK_OK(db_exec(c->db, "update verdict_change set from_us = from_us - 2678400000000 where control = 'seismic'"));
	answer(c, VERDICT_FAIL);
	CHECK_RC(add(c, "operator"), RC_CONFLICT);
	rc_trail_clear();
	core_down(c);
}

/* The store is made again from the ledger: grace that was used up does not begin anew. */
CASE(days_of_grace_survive_a_lost_store)
{
	struct core *c = core_up(true);

	answer(c, VERDICT_PASS);
	answer(c, VERDICT_FAIL);
	for (uint64_t i = 0; i < fake.count; i++) /* 40 days ago, and the rest before that */
		fake.entries[i].leaf.claimed_at_us -= 40 * DAY_US - (int64_t)(fake.count - i);
	core_lose(c);
	c = core_up(false);
	only_gate(c, 30);
	CHECK_OK(index_follow(c));
	answer(c, VERDICT_FAIL);
	CHECK_RC(add(c, "operator"), RC_CONFLICT);
	CHECK(strstr(rc_trail(), "受託者") != NULL && strstr(rc_trail(), "/gate") != NULL);
	rc_trail_clear();
	only_gate(c, 60);
	CHECK_OK(add(c, "operator"));
	core_down(c);
	/* what held in between begins it anew */
	c = core_up(true);
	answer(c, VERDICT_FAIL);
	for (uint64_t i = 0; i < fake.count; i++)
		fake.entries[i].leaf.claimed_at_us -= 40 * DAY_US;
	answer(c, VERDICT_PASS);
	core_lose(c);
	c = core_up(false);
	only_gate(c, 30);
	CHECK_OK(index_follow(c));
	answer(c, VERDICT_FAIL);
	CHECK_OK(add(c, "operator"));
	core_down(c);
}

CASE(what_is_with_the_client_closes_no_gate)
{
	struct core *c = core_up(true);
	struct held *h;

	only_gate(c, 0);
	answer(c, VERDICT_UNKNOWN);
	CHECK_RC(add(c, "operator"), RC_CONFLICT);
	rc_trail_clear();
	core_lock(c);
	h = held_find(c, "seismic", "contract", "");
	CHECK(h != NULL);
	if (h)
		h->why = WHY_CONFIRMED;
	core_unlock(c);
	CHECK_OK(add(c, "operator"));
	core_down(c);
}

TEST_MAIN
