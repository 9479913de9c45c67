// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>
#include <time.h>

#include "control/control_test.h"
#include "control/nft.h"

extern const struct control control_firewall;

CASE(machines) /*= S-3-1 type=test */
{
	static const struct trial_case cases[] = {
		{ "kept", VERDICT_PASS, MSG_FIREWALL_FILTERS },
		{ "fresh", VERDICT_FAIL, MSG_FIREWALL_NONE },
		{ "broken", VERDICT_FAIL, MSG_FIREWALL_HALF },
		{ "container", VERDICT_UNKNOWN, MSG_FIREWALL_NO_ANSWER }, /* no nft to ask */
		{ "silent", VERDICT_UNKNOWN, MSG_FIREWALL_NO_ANSWER },    /* the machine did not answer */
		{ "hostile", VERDICT_UNKNOWN, MSG_FIREWALL_NO_ANSWER },
	};

	TRIAL_TABLE(&control_firewall, cases);
}

CASE(the_family_that_is_open_is_named)
{
	struct trial t;

	trial_look(&t, &control_firewall, "broken");
	trial_judge(&t, &control_firewall);
	CHECK_STR(trial_s(&t, "family"), "IPv6");
	trial_end(&t);
}

#define HEAD  "{\"nftables\":[{\"metainfo\":{\"json_schema_version\":1}},"
#define TABLE "{\"table\":{\"family\":\"inet\",\"name\":\"f\",\"handle\":1}},"
#define INPUT(policy) TABLE "{\"chain\":{\"family\":\"inet\",\"table\":\"f\",\"name\":\"in\",\"handle\":1,\"type\":\"filter\",\"hook\":\"input\",\"prio\":0,\"policy\":\"" policy "\"}}"
#define RULE(chain, expr) ",{\"rule\":{\"family\":\"inet\",\"table\":\"f\",\"chain\":\"" chain "\",\"handle\":2,\"expr\":[" expr "]}}"
#define MATCH(op, left, right) "{\"match\":{\"op\":\"" op "\",\"left\":" left ",\"right\":" right "}}"
#define TAIL  "]}"
#define NFPROTO "{\"meta\":{\"key\":\"nfproto\"}}"
#define IIF     "{\"meta\":{\"key\":\"iifname\"}}"
#define STATE   "{\"ct\":{\"key\":\"state\"}}"
#define TCP22   MATCH("==", "{\"payload\":{\"protocol\":\"tcp\",\"field\":\"dport\"}}", "22")
#define CHAIN(name) ",{\"chain\":{\"family\":\"inet\",\"table\":\"f\",\"name\":\"" name "\",\"handle\":3}}"

CASE(what_happens_to_a_newcomer) /*= S-3-1 type=test */
{
	static const struct { const char *name, *json; enum nft_input v4, v6; } cases[] = {
		{ "empty", "{\"nftables\":[{\"metainfo\":{\"json_schema_version\":1}}]}", NFT_NO_CHAIN, NFT_NO_CHAIN },
		{ "policy drop", HEAD INPUT("drop") TAIL, NFT_DROPS, NFT_DROPS },
		{ "policy accept", HEAD INPUT("accept") TAIL, NFT_LETS_IN, NFT_LETS_IN },
		{ "accept all first", HEAD INPUT("drop") RULE("in", "{\"counter\":null},{\"accept\":null}") TAIL, NFT_LETS_IN, NFT_LETS_IN },
		{ "terminal reject", HEAD INPUT("accept") RULE("in", TCP22 ",{\"accept\":null}") RULE("in", "{\"reject\":{\"type\":\"icmpx\"}}") TAIL, NFT_DROPS, NFT_DROPS },
		{ "only one port dropped", HEAD INPUT("accept") RULE("in", TCP22 ",{\"drop\":null}") TAIL, NFT_LETS_IN, NFT_LETS_IN },
		{ "invalid dropped only", HEAD INPUT("accept") RULE("in", MATCH("in", STATE, "\"invalid\"") ",{\"drop\":null}") TAIL, NFT_LETS_IN, NFT_LETS_IN },
		{ "new dropped", HEAD INPUT("accept") RULE("in", MATCH("in", STATE, "{\"set\":[\"new\",\"invalid\"]}") ",{\"drop\":null}") TAIL, NFT_DROPS, NFT_DROPS },
		{ "untracked accepted, and nothing is untracked", HEAD INPUT("drop") RULE("in", MATCH("in", STATE, "{\"set\":[\"established\",\"untracked\"]}") ",{\"accept\":null}") TAIL, NFT_DROPS, NFT_DROPS },
		{ "untracked accepted, and everything is", HEAD INPUT("drop") RULE("raw", "{\"notrack\":null}") RULE("in", MATCH("in", STATE, "{\"set\":[\"established\",\"untracked\"]}") ",{\"accept\":null}") TAIL, NFT_LETS_IN, NFT_LETS_IN },
		{ "untracked accepted, and one port is", HEAD INPUT("drop") RULE("raw", TCP22 ",{\"notrack\":null}") RULE("in", MATCH("in", STATE, "\"untracked\"") ",{\"accept\":null}") TAIL, NFT_DROPS, NFT_DROPS },
		{ "new dropped, and nothing is new", HEAD INPUT("accept") RULE("raw", "{\"counter\":null},{\"notrack\":null}") RULE("in", MATCH("in", STATE, "\"new\"") ",{\"drop\":null}") TAIL, NFT_LETS_IN, NFT_LETS_IN },
		{ "from outside dropped", HEAD INPUT("accept") RULE("in", MATCH("!=", IIF, "\"lo\"") ",{\"drop\":null}") TAIL, NFT_DROPS, NFT_DROPS },
		{ "loopback accepted", HEAD INPUT("drop") RULE("in", MATCH("==", IIF, "\"lo\"") ",{\"accept\":null}") TAIL, NFT_DROPS, NFT_DROPS },
		{ "IPv6 accepted", HEAD INPUT("drop") RULE("in", MATCH("==", NFPROTO, "\"ipv6\"") ",{\"accept\":null}") TAIL, NFT_DROPS, NFT_LETS_IN },
		{ "limit before accept", HEAD INPUT("drop") RULE("in", "{\"limit\":{\"rate\":5}},{\"accept\":null}") TAIL, NFT_DROPS, NFT_DROPS },
		{ "jump that drops", HEAD INPUT("accept") CHAIN("c") RULE("in", "{\"jump\":{\"target\":\"c\"}}") RULE("c", "{\"drop\":null}") TAIL, NFT_DROPS, NFT_DROPS },
		{ "jump that returns", HEAD INPUT("accept") CHAIN("c") RULE("in", "{\"jump\":{\"target\":\"c\"}}") RULE("in", "{\"drop\":null}") RULE("c", "{\"return\":null}") RULE("c", "{\"accept\":null}") TAIL, NFT_DROPS, NFT_DROPS },
		{ "goto does not come back", HEAD INPUT("accept") CHAIN("c") RULE("in", "{\"goto\":{\"target\":\"c\"}}") RULE("in", "{\"drop\":null}") TAIL, NFT_LETS_IN, NFT_LETS_IN },
		{ "a loop of jumps", HEAD INPUT("accept") RULE("in", "{\"jump\":{\"target\":\"in\"}}") TAIL, NFT_UNSURE, NFT_UNSURE },
		{ "words of the old iptables", HEAD INPUT("accept") RULE("in", "{\"xt\":null},{\"drop\":null}") TAIL, NFT_UNSURE, NFT_UNSURE },
		{ "words of the old iptables, policy drop", HEAD INPUT("drop") RULE("in", "{\"xt\":null},{\"accept\":null}") TAIL, NFT_DROPS, NFT_DROPS },
		{ "a table with flags", "{\"nftables\":[{\"metainfo\":{\"json_schema_version\":1}},{\"table\":{\"family\":\"ip\",\"name\":\"f\",\"flags\":\"f\"}},"
		  "{\"chain\":{\"family\":\"ip\",\"table\":\"f\",\"name\":\"in\",\"type\":\"filter\",\"hook\":\"input\",\"policy\":\"drop\"}}]}", NFT_UNSURE, NFT_NO_CHAIN },
		{ "the forward hook is no input", "{\"nftables\":[{\"metainfo\":{\"json_schema_version\":1}},{\"table\":{\"family\":\"ip\",\"name\":\"f\"}},"
		  "{\"chain\":{\"family\":\"ip\",\"table\":\"f\",\"name\":\"in\",\"type\":\"filter\",\"hook\":\"forward\",\"policy\":\"drop\"}}]}", NFT_NO_CHAIN, NFT_NO_CHAIN },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct nft_view v = { 0 };

		CHECK_OK(nft_read(str_of(cases[i].json), &v));
		if (v.input[NFT_IPV4] != cases[i].v4 || v.input[NFT_IPV6] != cases[i].v6) {
			test_failures++;
			printf("%s: %d %d, want %d %d\n", cases[i].name, v.input[NFT_IPV4], v.input[NFT_IPV6], cases[i].v4, cases[i].v6);
		}
	}
}

CASE(a_whole_interface_is_said) /*= S-3-1 type=test */
{
	static const struct { const char *expr, *whole; } cases[] = {
		{ MATCH("==", IIF, "\"lo\"") ",{\"accept\":null}", "" }, { MATCH("==", IIF, "\"eth0\"") ",{\"counter\":null},{\"accept\":null}", "eth0" }, { MATCH("==", IIF, "\"eth0\"") "," TCP22 ",{\"accept\":null}", "" },
		{ MATCH("==", IIF, "{\"set\":[\"lo\",\"wg0\"]}") ",{\"accept\":null}", "wg0" }, { MATCH("!=", IIF, "\"eth0\"") ",{\"accept\":null}", "" }, { MATCH("==", IIF, "\"eth0\"") ",{\"drop\":null}", "" },
		{ MATCH("==", IIF, "7") ",{\"accept\":null}", "" }, { "{\"match\":null},{\"accept\":null}", "" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char json[2048];
		struct nft_view v = { 0 };

		(void)snprintf(json, sizeof(json), "%s,{\"rule\":{\"family\":\"inet\",\"table\":\"f\",\"chain\":\"in\",\"handle\":2,\"expr\":[%s]}}%s", HEAD INPUT("drop"), cases[i].expr, TAIL);
		CHECK_OK(nft_read(str_of(json), &v));
		CHECK_STR(str_of(v.whole), cases[i].whole);
	}
}

CASE(a_whole_interface_is_in_the_words) /*= S-3-1 type=test */
{
	struct arena arena = ARENA(1 << 16);
	struct facts f = { .arena = &arena };
	struct finding finding = { 0 };
	struct params params;

	params_default(&control_firewall, &params);
	fact_text(&f, 0, "ipv4", STR("drops"));
	fact_text(&f, 0, "ipv6", STR("drops"));
	fact_text(&f, 0, "whole_interface", STR("eth0"));
	control_firewall.judge(&f, &params, 1, &finding);
	CHECK_INT(finding.verdict, VERDICT_PASS);
	CHECK_INT(finding.message, MSG_FIREWALL_INTERFACE);
	arena_free(&arena);
}

CASE(a_hundred_thousand_rules) /*= S-3-1 type=test */
{
	struct buf b = BUF(64 << 20);
	struct nft_view *v = calloc(1, sizeof(*v));

	CHECK(v != NULL);
	CHECK_OK(buf_add(&b, STR(HEAD INPUT("drop"))));
	for (int i = 0; i < 100000; i++)
		CHECK_OK(buf_add(&b, STR(RULE("in", TCP22 ",{\"accept\":null}"))));
	CHECK_OK(buf_add(&b, STR(TAIL)));
	CHECK_OK(nft_read(buf_str(&b), v));
	CHECK(v && v->input[NFT_IPV4] != NFT_LETS_IN); /* more than it walks: nothing is proven, or it drops */
	buf_free(&b);
	free(v);
}

CASE(twenty_thousand_chains_beside_as_many_rules) /*= S-3-1 type=test */
{
	struct buf b = BUF(64 << 20);
	struct nft_view v = { .rules = 0 };
	clock_t before;

	CHECK_OK(buf_add(&b, STR(HEAD)));
	for (int i = 0; i < 20000; i++)
		CHECK_OK(buf_add(&b, i ? STR("," INPUT("accept")) : STR(INPUT("accept"))));
	for (int i = 0; i < 100000; i++)
		CHECK_OK(buf_add(&b, i ? STR(RULE("elsewhere", "")) : STR(RULE("in", "{\"jump\":{\"target\":\"in\"}}"))));
	CHECK_OK(buf_add(&b, STR(TAIL)));
	before = clock();
	CHECK_OK(nft_read(buf_str(&b), &v));
	CHECK((clock() - before) / CLOCKS_PER_SEC < 10); /* each chain against each rule would be minutes */
	CHECK_INT(v.input[NFT_IPV4], NFT_UNSURE);
	buf_free(&b);
}

#define NAT(expr) "{\"nftables\":[{\"metainfo\":{\"json_schema_version\":1}},{\"table\":{\"family\":\"ip\",\"name\":\"n\"}}," \
	"{\"chain\":{\"family\":\"ip\",\"table\":\"n\",\"name\":\"pre\",\"type\":\"nat\",\"hook\":\"prerouting\",\"policy\":\"accept\"}}," \
	"{\"rule\":{\"family\":\"ip\",\"table\":\"n\",\"chain\":\"pre\",\"expr\":[" expr "]}}]}"
#define DPORT(p, right) MATCH("==", "{\"payload\":{\"protocol\":\"" p "\",\"field\":\"dport\"}}", right)

CASE(ports_that_are_sent_elsewhere) /*= S-3-7a type=test */
{
	static const struct { const char *name, *json; size_t count; unsigned protocols; uint16_t first, last; bool unsure; } cases[] = {
		{ "one", NAT(DPORT("tcp", "8080") ",{\"dnat\":{\"addr\":\"10.0.0.1\",\"port\":80}}"), 1, NFT_TCP, 8080, 8080, false },
		{ "range in a set", NAT(DPORT("udp", "{\"set\":[{\"range\":[5000,5010]}]}") ",{\"redirect\":{\"port\":53}}"), 1, NFT_UDP, 5000, 5010, false },
		{ "either protocol", NAT(DPORT("th", "53") ",{\"dnat\":{\"addr\":\"10.0.0.1\"}}"), 1, NFT_TCP | NFT_UDP, 53, 53, false },
		{ "narrowed by l4proto", NAT(MATCH("==", "{\"meta\":{\"key\":\"l4proto\"}}", "\"udp\"") "," DPORT("th", "53") ",{\"dnat\":{\"addr\":\"10.0.0.1\"}}"), 1, NFT_UDP, 53, 53, false },
		{ "everything", NAT("{\"dnat\":{\"addr\":\"10.0.0.1\"}}"), 1, NFT_TCP | NFT_UDP, 0, 65535, false },
		{ "a map", NAT("{\"dnat\":{\"addr\":{\"map\":{\"key\":{\"payload\":{\"protocol\":\"tcp\",\"field\":\"dport\"}},\"data\":{\"set\":[[8081,\"10.0.0.3\"]]}}}}}"), 1, NFT_TCP, 8081, 8081, false },
		{ "a named set", NAT(DPORT("tcp", "\"@ports\"") ",{\"dnat\":{\"addr\":\"10.0.0.1\"}}"), 0, 0, 0, 0, true },
		{ "a port out of range", NAT(DPORT("tcp", "70000") ",{\"dnat\":{\"addr\":\"10.0.0.1\"}}"), 0, 0, 0, 0, true },
		{ "words of the old iptables", NAT("{\"xt\":{\"type\":\"target\",\"name\":\"DNAT\"}}"), 0, 0, 0, 0, true },
		{ "from loopback only", NAT(MATCH("==", IIF, "\"lo\"") "," DPORT("tcp", "9") ",{\"redirect\":{\"port\":10}}"), 0, 0, 0, 0, false },
		{ "an ordinary rule", NAT(DPORT("tcp", "9") ",{\"accept\":null}"), 0, 0, 0, 0, false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct nft_view v = { 0 };
		const struct nft_forward *f = &v.forwards[0];

		CHECK_OK(nft_read(str_of(cases[i].json), &v));
		if (v.forwards_count != cases[i].count || v.forwards_unsure != cases[i].unsure ||
		    (cases[i].count && (f->protocols != cases[i].protocols || f->first != cases[i].first || f->last != cases[i].last))) {
			test_failures++;
			printf("%s: %zu unsure %d: %u %u-%u\n", cases[i].name, v.forwards_count, v.forwards_unsure, f->protocols, f->first, f->last);
		}
	}
}

CASE(what_is_no_listing_is_refused)
{
	static const char *const cases[] = { "", "[]", "{}", "{\"nftables\":{}}", "{\"nftables\":[]}", "{\"nftables\":[{\"metainfo\":{\"json_schema_version\":2}}]}",
		"{\"nftables\":[{\"metainfo\":{\"json_schema_version\":1}}]} x", "{\"nftables\":[{\"metainfo\":{\"json_schema_version\":1}},7]}",
		"{\"nftables\":[{\"metainfo\":{\"json_schema_version\":1}}],\"nftables\":[]}", "{\"nftables\":[{\"metainfo\":{\"json_schema_version\":1},\"rule\":{}}]}" };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct nft_view v;

		CHECK_RC(nft_read(str_of(cases[i]), &v), RC_SYNTAX);
	}
}

TEST_MAIN
