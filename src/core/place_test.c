// SPDX-License-Identifier: Apache-2.0
/* From where administration may come: declared addresses of both families by their own listener, or the machine itself. */
#include "core/core_fake.h"

#include <stdio.h>
#include <string.h>

#include "base/test.h"
#include "base/time_text.h"

static enum rc
declare(struct core *c, const char *prefix, const char *until)
{
	char q[400];

	(void)snprintf(q, sizeof(q), "{\"id\":\"admin-address\",\"values\":{\"prefix\":\"%s\",\"owner\":\"見本\",\"reason\":\"保守\",\"approval\":\"見本 第1号\",\"until\":\"%s\"},\"lang\":\"en\"}", prefix, until);
	return core_ask_from(c, ACT_REGISTER_ADD, "administrator", DOOR_LOCAL, "local uid 0", q, NULL);
}

/*= S-3-3 type=test */
CASE(administration_comes_from_declared_addresses_alone)
{
	static const struct { enum door door; const char *address; bool may; } cases[] = {
		{ DOOR_ADMIN, "198.51.100.7", true }, { DOOR_ADMIN, "::ffff:198.51.100.7", true }, { DOOR_ADMIN, "198.51.100.8", false }, { DOOR_ADMIN, "2001:db8:7::9", true },
		{ DOOR_ADMIN, "2001:db8:8::9", false }, { DOOR_ADMIN, "::198.51.100.7", false }, { DOOR_ADMIN, "", false }, { DOOR_ADMIN, "local uid 0", false }, { DOOR_ADMIN, "127.0.0.1", false },
		{ DOOR_ADMIN, "203.0.113.5", true }, { DOOR_ADMIN, "203.0.113.16", false },
		{ DOOR_CONSOLE, "198.51.100.7", false }, { DOOR_CONSOLE, "local uid 0", false }, { DOOR_LOCAL, "local uid 0", true },
	};
	struct core *c = core_up(true);

	CHECK_OK(declare(c, "198.51.100.7", "2037-03-31"));
	CHECK_OK(declare(c, "2001:db8:7::/48", "2037-03-31"));
	CHECK_OK(declare(c, "::ffff:203.0.113.0/124", "2037-03-31"));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum rc rc = core_ask_from(c, ACT_ACCOUNT_UNLOCK, "administrator", cases[i].door, cases[i].address, "{\"id\":\"person0\"}", NULL);

		if ((rc == RC_OK) != cases[i].may || (!cases[i].may && (rc != RC_DENIED || !strstr(rc_trail(), "guard:address")))) {
			test_failures++;
			printf("%s by door %d: %s\n", cases[i].address, (int)cases[i].door, rc_name(rc));
		}
		if (cases[i].door == DOOR_ADMIN)
			CHECK_INT(place_door(c, str_of(cases[i].address), DOOR_ADMIN) == RC_OK, cases[i].may);
		if (!cases[i].may)
			CHECK_INT(fake.entries[fake.count - 1].leaf.verdict, OUTCOME_REFUSED);
		rc_trail_clear();
	}
	CHECK_OK(core_ask_from(c, ACT_BOARD_SHOW, "administrator", DOOR_CONSOLE, "192.0.2.1", "{}", NULL)); /* looking is no administration */
	core_down(c);
}

/*= S-3-3 type=test */
CASE(an_address_that_ran_out_declares_nothing)
{
	struct core *c = core_up(true);
	int64_t last_us;

	CHECK_OK(declare(c, "198.51.100.7", "2037-03-31"));
	CHECK_OK(time_parse_date(STR("2037-03-31"), &last_us));
	CHECK(place_declared(c, STR("198.51.100.7"), last_us + DAY_US - 1)); /* that day in Japan is included */
	CHECK(!place_declared(c, STR("198.51.100.7"), last_us + DAY_US));
	core_down(c);
}

/*= S-3-3 type=test */
CASE(what_is_no_fixed_address_is_refused_in_words)
{
	static const struct { const char *prefix, *until, *word; } bad[] = {
		{ "0.0.0.0/0", "2037-03-31", "/0" }, { "::/0", "2037-03-31", "/0" }, { "::ffff:0.0.0.0/96", "2037-03-31", "/0" }, { "10.0.0.0/8", "2037-03-31", "Too wide" },
		{ "198.51.0.0/23", "2037-03-31", "Too wide" }, { "2001:db8::/47", "2037-03-31", "Too wide" }, { "::ffff:198.51.0.0/112", "2037-03-31", "Too wide" },
		{ "198.51.100.7", "2020-03-31", "over" }, { "198.51.100.7", "", "Fill this in" }, { "198.51.100.7/24", "2037-03-31", "first" },
	};
	struct core *c = core_up(true);

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CHECK_RC(declare(c, bad[i].prefix, bad[i].until), RC_SYNTAX);
		if (!strstr(rc_trail(), bad[i].word)) {
			test_failures++;
			printf("%s: %s\n", bad[i].prefix, rc_trail());
		}
	}
	CHECK_INT(c->rows_count, 0);
	core_down(c);
}

/*= S-3-3 type=test */
CASE(who_changes_the_list_administers)
{
	struct core *c = core_up(true);
	const char *row = "{\"id\":\"admin-address\",\"values\":{\"prefix\":\"192.0.2.1\",\"owner\":\"x\",\"reason\":\"x\",\"approval\":\"x\",\"until\":\"2037-01-01\"}}";
	const char *import = "{\"id\":\"admin-address\",\"csv\":\"prefix,owner,reason,approval,until\\n192.0.2.1,x,x,x,2037-01-01\\n\"}";
	char q[200];

	CHECK_RC(core_ask_from(c, ACT_REGISTER_ADD, "administrator", DOOR_CONSOLE, "192.0.2.1", row, NULL), RC_DENIED);
	CHECK_RC(core_ask_from(c, ACT_REGISTER_IMPORT, "administrator", DOOR_ADMIN, "192.0.2.1", import, NULL), RC_DENIED);
	CHECK_OK(core_ask_from(c, ACT_REGISTER_IMPORT, "administrator", DOOR_LOCAL, "local uid 0", import, NULL));
	CHECK_INT(c->rows_count, 1);
	(void)snprintf(q, sizeof(q), "{\"id\":\"%s\"}", c->rows[0].id);
	CHECK_RC(core_ask_from(c, ACT_REGISTER_END, "administrator", DOOR_CONSOLE, "192.0.2.1", q, NULL), RC_DENIED);
	CHECK(strstr(rc_trail(), "guard:address") != NULL);
	CHECK_OK(core_ask_from(c, ACT_REGISTER_END, "administrator", DOOR_LOCAL, "local uid 0", q, NULL)); /* the last one: the machine itself stays */
	CHECK_OK(core_ask_from(c, ACT_ACCOUNT_UNLOCK, "administrator", DOOR_LOCAL, "local uid 0", "{\"id\":\"person0\"}", NULL));
	core_down(c);
}

/*= S-7-1 type=test */
CASE(the_client_never_comes_by_the_listener_of_administration)
{
	struct core *c = core_up(true);

	CHECK_OK(declare(c, "198.51.100.7", "2037-03-31"));
	CHECK_RC(core_ask_from(c, ACT_BOARD_SHOW, "client-officer", DOOR_ADMIN, "198.51.100.7", "{}", NULL), RC_DENIED);
	CHECK(strstr(rc_trail(), "door:client") != NULL);
	CHECK_INT(fake.entries[fake.count - 1].leaf.verdict, OUTCOME_REFUSED);
	CHECK_OK(core_ask_from(c, ACT_BOARD_SHOW, "client-officer", DOOR_CONSOLE, "198.51.100.7", "{}", NULL));
	core_down(c);
}

/*= S-3-5 type=test */
CASE(who_was_turned_away_is_recorded_once_a_minute_whatever_he_does)
{
	struct core *c = core_up(true);
	char address[40];
	size_t before = fake.count;

	for (int i = 0; i < 200; i++) {
		(void)snprintf(address, sizeof(address), "203.0.113.%d", i);
		CHECK_RC(place_door(c, str_of(address), DOOR_ADMIN), RC_DENIED);
	}
	place_flush(c);
	CHECK_INT(fake.count, before + 1);
	CHECK(str_eq_c(fake.entries[before].leaf.name, "door-refused"));
	place_flush(c);
	CHECK_INT(fake.count, before + 1);
	core_down(c);
}

TEST_MAIN
