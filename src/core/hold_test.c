// SPDX-License-Identifier: Apache-2.0
/* Holds: one person on call begins and ends them, they end by themselves, and what they stop is stopped for those it should be. */
#include "core/hold.h"

#include <string.h>

#include "base/test.h"
#include "core/core_fake.h"

/* By the person on call at the machine itself. */
static enum rc
begin(struct core *c, const char *arguments)
{
	rc_trail_clear();
	return core_ask_from(c, ACT_HOLD_BEGIN, "on-call", DOOR_LOCAL, "local uid 0", arguments, NULL);
}

static void
end_newest(struct core *c)
{
	json_t *list = NULL;
	char q[64];

	CHECK_OK(core_ask_from(c, ACT_HOLD_LIST, "on-call", DOOR_LOCAL, "local uid 0", "{}", &list));
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\"}", core_text(json_array_get(json_object_get(list, "rows"), 0), "id"));
	json_decref(list);
	CHECK_OK(core_ask_from(c, ACT_HOLD_END, "on-call", DOOR_LOCAL, "local uid 0", q, NULL));
	CHECK_RC(core_ask_from(c, ACT_HOLD_END, "on-call", DOOR_LOCAL, "local uid 0", q, NULL), RC_NOTFOUND);
	rc_trail_clear();
}

static bool
seen(struct core *c, const char *token, enum door door, const char *address)
{
	enum rc rc = core_ask_from(c, ACT_STATUS_SHOW, token, door, address, "{}", NULL);

	rc_trail_clear();
	return rc == RC_OK;
}

/*= S-1-3 type=test */
CASE(an_address_is_stopped_however_it_is_spelled)
{
	static const struct { const char *held, *address; bool stopped; } rows[] = {
		{ "203.0.113.9", "203.0.113.9", true }, { "203.0.113.9", "203.0.113.8", false }, { "203.0.113.9", "::ffff:203.0.113.9", true }, { "203.0.113.0/24", "203.0.113.200", true },
		{ "::ffff:203.0.113.0/120", "203.0.113.1", true }, { "2001:db8:7::/48", "2001:db8:7:1::5", true }, { "2001:db8:7::/48", "2001:db8:8::1", false }, { "203.0.113.9", "", false },
	};
	char q[160];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct core *c = core_up(true);

		(void)snprintf(q, sizeof(q), "{\"kind\":\"address\",\"address\":\"%s\"}", rows[i].held);
		CHECK_OK(begin(c, q));
		CHECK_INT(seen(c, "operator", DOOR_CONSOLE, rows[i].address), !rows[i].stopped);
		CHECK_INT(seen(c, "client-officer", DOOR_CONSOLE, rows[i].address), !rows[i].stopped); /* whoever it is */
		CHECK_INT(place_door(c, str_of(rows[i].address), DOOR_CONSOLE) == RC_OK, !rows[i].stopped);
		CHECK(seen(c, "operator", DOOR_LOCAL, rows[i].address));
		rc_trail_clear();
		end_newest(c);
		CHECK(seen(c, "operator", DOOR_CONSOLE, rows[i].address));
		core_down(c);
	}
}

CASE(what_is_typed_badly_stops_nothing)
{
	static const struct { const char *q; enum rc rc; } rows[] = {
		{ "{}", RC_SYNTAX }, { "{\"kind\":\"all\"}", RC_SYNTAX }, { "{\"kind\":\"address\"}", RC_SYNTAX }, { "{\"kind\":\"address\",\"address\":\"0.0.0.0/0\"}", RC_SYNTAX }, { "{\"kind\":\"address\",\"address\":\"203.0.0.0/15\"}", RC_SYNTAX },
		{ "{\"kind\":\"address\",\"address\":\"::/0\"}", RC_SYNTAX }, { "{\"kind\":\"address\",\"address\":\"::ffff:0:0/96\"}", RC_SYNTAX }, { "{\"kind\":\"address\",\"address\":\"203.0.113.9/24\"}", RC_SYNTAX },
		{ "{\"kind\":\"exports\",\"hours\":\"0\"}", RC_SYNTAX }, { "{\"kind\":\"exports\",\"hours\":\"73\"}", RC_SYNTAX }, { "{\"kind\":\"exports\",\"hours\":\"-1\"}", RC_SYNTAX }, { "{\"kind\":\"exports\",\"incident\":\"00\"}", RC_NOTFOUND },
	};
	struct core *c = core_up(true);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		CHECK_RC(begin(c, rows[i].q), rows[i].rc);
	rc_trail_clear();
	CHECK_INT((int64_t)c->holds_count, 0);
	/* not oneself */
	CHECK_OK(core_ask_from(c, ACT_REGISTER_ADD, "administrator", DOOR_LOCAL, "local uid 0", "{\"id\":\"admin-address\",\"values\":{\"prefix\":\"198.51.100.7\",\"owner\":\"見本\",\"reason\":\"保守\",\"approval\":\"見本 第1号\",\"until\":\"2037-03-31\"}}", NULL));
	CHECK_RC(core_ask_from(c, ACT_HOLD_BEGIN, "on-call", DOOR_ADMIN, "198.51.100.7", "{\"kind\":\"address\",\"address\":\"198.51.100.0/24\"}", NULL), RC_CONFLICT);
	CHECK_OK(core_ask_from(c, ACT_HOLD_BEGIN, "on-call", DOOR_ADMIN, "198.51.100.7", "{\"kind\":\"address\",\"address\":\"198.51.101.0/24\"}", NULL));
	CHECK_RC(core_ask_from(c, ACT_HOLD_BEGIN, "operator", DOOR_LOCAL, "local uid 0", "{\"kind\":\"exports\"}", NULL), RC_DENIED);
	CHECK_RC(core_ask_from(c, ACT_HOLD_BEGIN, "client-officer", DOOR_LOCAL, "local uid 0", "{\"kind\":\"exports\"}", NULL), RC_DENIED);
	rc_trail_clear();
	core_down(c);
}

/*= S-1-3 type=test */
CASE(the_console_is_closed_but_not_to_those_who_contain)
{
	struct core *c = core_up(true);
	json_t *list = NULL;

	CHECK_OK(begin(c, "{\"kind\":\"service\",\"hours\":\"2\",\"reason\":\"見本\"}"));
	CHECK(!seen(c, "operator", DOOR_CONSOLE, "192.0.2.1") && !seen(c, "supervisor", DOOR_CONSOLE, "192.0.2.1") && !seen(c, "maintainer", DOOR_CONSOLE, "192.0.2.1"));
	CHECK(seen(c, "on-call", DOOR_CONSOLE, "192.0.2.1") && seen(c, "security-lead", DOOR_CONSOLE, "192.0.2.1") && seen(c, "client-officer", DOOR_CONSOLE, "192.0.2.1") && seen(c, "client-auditor", DOOR_CONSOLE, "192.0.2.1"));
	CHECK_RC(core_ask_from(c, ACT_STATUS_SHOW, "operator", DOOR_CONSOLE, "192.0.2.1", "{}", NULL), RC_DENIED);
	CHECK(strstr(rc_trail(), "hold:service:1") != NULL);
	rc_trail_clear();
	CHECK_OK(core_ask_from(c, ACT_HOLD_LIST, "client-auditor", DOOR_CONSOLE, "192.0.2.1", "{}", &list));
	CHECK_INT((int64_t)json_array_size(json_object_get(list, "rows")), 1);
	CHECK(*core_text(json_array_get(json_object_get(list, "rows"), 0), "words"));
	json_decref(list);
	c->holds[0].until_us = core_now_us(); /* its time is over: nothing has to run for it */
	CHECK(seen(c, "operator", DOOR_CONSOLE, "192.0.2.1"));
	core_down(c);
}

/*= S-1-3 type=test */
CASE(the_contractor_takes_nothing_out)
{
	struct core *c = core_up(true);
	json_t *x = NULL;

	CHECK_OK(begin(c, "{\"kind\":\"exports\"}"));
	CHECK_RC(core_ask(c, ACT_CONTROL_LIST, "administrator", "{\"export\":\"csv\"}", &x), RC_CONFLICT);
	CHECK(strstr(rc_trail(), "/hold") != NULL);
	CHECK_RC(core_ask(c, ACT_PAPER_ATTACHMENT, "administrator", "{\"id\":\"00\"}", &x), RC_CONFLICT);
	rc_trail_clear();
	CHECK_OK(core_ask(c, ACT_CONTROL_LIST, "administrator", "{}", &x));      /* looking goes on */
	json_decref(x);
	CHECK_OK(core_ask(c, ACT_CONTROL_LIST, "client-officer", "{\"export\":\"csv\"}", &x)); /* and the client's own taking out */
	json_decref(x);
	core_down(c);
}

CASE(the_ledger_alone_tells_them_again)
{
	struct core *c = core_up(true);

	CHECK_OK(begin(c, "{\"kind\":\"address\",\"address\":\"203.0.113.9\"}"));
	CHECK_OK(begin(c, "{\"kind\":\"exports\"}"));
	end_newest(c);
	core_down(c);
	c = core_up(false);
	CHECK_INT((int64_t)c->holds_count, 1);
	CHECK_OK(db_exec(c->db, "delete from note; delete from entry"));
	core_down(c);
	c = core_up(false);
	CHECK_INT((int64_t)c->holds_count, 0);
	CHECK_OK(index_follow(c));
	CHECK_INT((int64_t)c->holds_count, 1);
	CHECK_INT(hold_count(c, core_now_us()), 1);
	CHECK_INT(hold_count(c, core_now_us() + 24 * HOUR_US), 0);
	CHECK(!seen(c, "operator", DOOR_CONSOLE, "203.0.113.9"));
	core_down(c);
}

TEST_MAIN
