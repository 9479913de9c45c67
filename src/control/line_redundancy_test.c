// SPDX-License-Identifier: Apache-2.0
/* Lines as the kernel lists them (tests/hosts/make_peers.py): two ways out, and ways that only look like two. */
#include "control/control_test.h"
#include "control/routes.h"

extern const struct control control_line_redundancy;

struct line { const char *name, *carrier, *interface; };

CASE(declared_lines) /*= S-7-4 type=test */
{
	static const struct { struct line lines[3]; const char *machine; enum verdict verdict; uint16_t message; } cases[] = {
		{ { { "a", "A", "eth0" }, { "b", "B", "eth1" } }, "lines", VERDICT_PASS, MSG_LINES_TWO },
		{ { { "a", "A", "eth0" }, { "b", "B", "eth1" }, { "c", "C", "eth2" } }, "lines", VERDICT_PASS, MSG_LINES_TWO }, /* the third is down */
		{ { { "a", "A", "eth0" }, { "b", "A", "eth1" } }, "lines", VERDICT_FAIL, MSG_LINES_ONE_CARRIER },
		{ { { "a", "NTT 東日本", "eth0" }, { "b", "ｎＴＴ東日本", "eth1" } }, "lines", VERDICT_FAIL, MSG_LINES_ONE_CARRIER }, /* one name, typed twice */
		{ { { "a", "NTT東日本", "eth0" }, { "b", "NTT西日本", "eth1" } }, "lines", VERDICT_PASS, MSG_LINES_TWO },
		{ { { "a", "A", "eth0" } }, "lines", VERDICT_FAIL, MSG_LINES_ONE_CARRIER },
		{ { { "a", "A", "eth0" }, { "b", "B", "eth2" } }, "lines", VERDICT_FAIL, MSG_LINES_DOWN },                     /* no carrier signal */
		{ { { "a", "A", "eth0" }, { "b", "B", "eth3" } }, "lines", VERDICT_FAIL, MSG_LINES_DOWN },                     /* no route */
		{ { { "a", "A", "eth0" }, { "b", "B", "eth4" } }, "lines", VERDICT_FAIL, MSG_LINES_DOWN },                     /* nothing answers that way */
		{ { { "a", "A", "eth0" }, { "b", "B", "eth9" } }, "lines", VERDICT_FAIL, MSG_LINES_DOWN },                     /* no such interface */
		{ { { "a", "A", "eth0" }, { "b", "B", "eth0.7" } }, "lines", VERDICT_FAIL, MSG_LINES_SAME_DEVICE },            /* a VLAN of the same */
		{ { { "a", "A", "eth5" }, { "b", "B", "eth6" } }, "lines", VERDICT_FAIL, MSG_LINES_SAME_DEVICE },              /* both in a bond */
		{ { { "a", "A", "eth0" }, { "b", "B", "eth7" } }, "lines", VERDICT_FAIL, MSG_LINES_ONE_GATEWAY },              /* two cables to one router */
		{ { { "a", "A", "eth1" }, { "b", "B", "eth7" } }, "lines", VERDICT_PASS, MSG_LINES_TWO },
		{ { { "a", "A", "eth0" }, { "b", "B", "eth7" }, { "c", "C", "eth1" } }, "lines", VERDICT_PASS, MSG_LINES_TWO },
		{ { { "a", "A", "eth0" }, { "b", "B", "eth7" }, { "c", "C", "ppp0" } }, "lines", VERDICT_UNKNOWN, MSG_LINES_GATEWAY_UNSEEN },
		{ { { "a", "A", "eth0" }, { "b", "B", "eth8" } }, "lines", VERDICT_FAIL, MSG_LINES_ONE_GATEWAY },              /* two routers on one switch */
		{ { { "a", "A", "eth0" }, { "b", "B", "ppp0" } }, "lines", VERDICT_UNKNOWN, MSG_LINES_GATEWAY_UNSEEN },        /* nothing tells where it leads */
		{ { { "a", "A", "eth0" }, { "b", "B", "eth10" } }, "lines", VERDICT_UNKNOWN, MSG_LINES_GATEWAY_ALIKE },        /* of one maker: one router with two ports, or two */
		{ { { "a", "A", "eth0" }, { "b", "B", "eth10" }, { "c", "C", "eth1" } }, "lines", VERDICT_PASS, MSG_LINES_TWO },
		{ { { "a", "A", "eth0" }, { "b", "B", NULL } }, "lines", VERDICT_UNKNOWN, MSG_LINES_UNSEEN },
		{ { { NULL } }, "lines", VERDICT_UNKNOWN, MSG_LINES_NOTHING },
		{ { { "a", "A", "eth0" }, { "b", "B", "eth1" } }, "silent", VERDICT_UNKNOWN, MSG_LINES_NO_ANSWER },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trial t;

		trial_begin(&t, &control_line_redundancy);
		for (uint32_t k = 0; k < 3 && cases[i].lines[k].name; k++) {
			fact_text(&t.given, k + 1, "line.name", str_of(cases[i].lines[k].name));
			fact_text(&t.given, k + 1, "line.carrier", str_of(cases[i].lines[k].carrier));
			if (cases[i].lines[k].interface)
				fact_text(&t.given, k + 1, "line.interface", str_of(cases[i].lines[k].interface));
			fact_text(&t.given, k + 1, "line.probe_address", STR("192.0.2.53"));
			fact_int(&t.given, k + 1, "line.probe_port", 53);
		}
		trial_look_given(&t, &control_line_redundancy, cases[i].machine);
		trial_judge(&t, &control_line_redundancy);
		if (t.finding.verdict != cases[i].verdict || t.finding.message != cases[i].message) {
			test_failures++;
			printf("case %zu: verdict %d message %u [%s %s]\n", i, t.finding.verdict, t.finding.message, rc_name(t.looked), t.looked ? rc_trail() : "");
		}
		trial_end(&t);
	}
}

CASE(dumps_that_mean_harm)
{
	static struct routes r;
	static const char *const cases[] = { "\x01", "\xff\xff\xff\x7f\x10\0\0\0\0\0\0\0\0\0\0\0", "\x10\0\0\0\x10\0\0\0\0\0\0\0\0\0\0\0", "\x0f\0\0\0\x10\0\0\0\0\0\0\0\0\0\0\0" };
	static const size_t n[] = { 1, 16, 16, 16 };

	for (size_t i = 0; i < 4; i++)
		CHECK_RC(links_parse((struct str){ cases[i], n[i] }, &r), RC_SYNTAX);
	CHECK(r.links_count == 0);
}

CASE(rules_that_lead_to_a_route) /*= S-7-4 type=test */
{
	static struct routes r = {
		.links = { { .index = 2, .name = "eth0" }, { .index = 3, .name = "eth1" } }, .links_count = 2,
		.routes = { { .link = 2, .table = 254, .family = 2 }, { .link = 3, .table = 77, .family = 2, .gateway = "192.0.2.1" } }, .routes_count = 2,
		.rules = { { 1000, 77, 2, 1, false, false, "" }, { 32766, 254, 2, 1, false, false, "" } }, .rules_count = 2,
	};

	CHECK_INT(routes_way(&r, &r.links[0], STR_NONE), ROUTE_YES);
	CHECK_INT(routes_way(&r, &r.links[1], STR_NONE), ROUTE_YES);
	CHECK_INT(routes_way(&r, &r.links[1], STR("192.0.2.2")), ROUTE_NONE);
	r.rules[0].source = true;
	CHECK_INT(routes_way(&r, &r.links[1], STR("192.0.2.1")), ROUTE_BY_SOURCE);
	r.rules[0] = (struct route_rule){ 1000, 77, 2, 1, true, false, "" };
	CHECK_INT(routes_way(&r, &r.links[1], STR_NONE), ROUTE_NONE); /* for a mark, a port: not for all */
	r.rules[0] = (struct route_rule){ 1000, 77, 2, 1, false, false, "eth1" };
	CHECK_INT(routes_way(&r, &r.links[1], STR_NONE), ROUTE_YES);
	r.rules[0] = (struct route_rule){ 1000, 0, 2, 8, false, false, "" };
	CHECK_INT(routes_way(&r, &r.links[0], STR_NONE), ROUTE_NONE); /* prohibited before it is asked */
	r.rules[0].family = 10;
	CHECK_INT(routes_way(&r, &r.links[0], STR_NONE), ROUTE_YES);  /* of another family */
}

TEST_MAIN
