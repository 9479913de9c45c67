// SPDX-License-Identifier: Apache-2.0
/* Rulesets loaded into a real kernel and listed by nft itself (tests/hosts/make_rules.sh): whom do they let in, and where? */
#include "control/nft_reach.h"

#include <stdlib.h>

#include "base/test.h"
#include "os/host.h"

static void
text(const struct nft_ranges *r, enum nft_family family, struct buf *ret)
{
	struct arena arena = ARENA(65536);

	buf_reset(ret);
	for (size_t i = 0; i < r->count; i++)
		CHECK_OK(buf_addf(ret, "%s" STR_FMT, i ? " " : "", STR_ARG(nft_range_text(&r->list[i], family, &arena))));
	arena_free(&arena);
}

CASE(sources_that_get_in) /*= S-3-1 type=test */ /*= S-3-3 type=test */
{
	static const struct { const char *name; enum nft_family family; unsigned protocol; uint16_t port; const char *sure, *maybe; } cases[] = {
		{ "open", NFT_IPV4, NFT_TCP, 22, "0.0.0.0/0", "0.0.0.0/0" },
		{ "policy-drop", NFT_IPV4, NFT_TCP, 22, "198.51.100.0/28 203.0.113.7", "198.51.100.0/28 203.0.113.7" },
		{ "policy-drop", NFT_IPV6, NFT_TCP, 22, "2001:db8:1::/48", "2001:db8:1::/48" },
		{ "policy-drop", NFT_IPV4, NFT_TCP, 443, "0.0.0.0/0", "0.0.0.0/0" },
		{ "policy-drop", NFT_IPV4, NFT_UDP, 443, "", "" },
		{ "policy-drop", NFT_IPV4, NFT_UDP, 60500, "0.0.0.0/0", "0.0.0.0/0" },
		{ "policy-drop", NFT_IPV4, NFT_TCP, 60500, "", "" },
		{ "any-any", NFT_IPV6, NFT_UDP, 9, "::/0", "::/0" },
		{ "any-any-jump", NFT_IPV4, NFT_TCP, 9, "0.0.0.0/0", "0.0.0.0/0" },
		{ "any-any-jump", NFT_IPV6, NFT_TCP, 9, "", "" },
		{ "any-any-jump", NFT_IPV6, NFT_TCP, 443, "::/0", "::/0" },
		{ "any-any-jump", NFT_IPV4, NFT_UDP, 443, "", "" },
		{ "last-rule", NFT_IPV4, NFT_TCP, 22, "0.0.0.0/0", "0.0.0.0/0" },
		{ "last-rule", NFT_IPV4, NFT_TCP, 23, "", "" },
		{ "half", NFT_IPV4, NFT_TCP, 23, "", "" },
		{ "half", NFT_IPV6, NFT_TCP, 23, "::/0", "::/0" },
		{ "blocklist", NFT_IPV4, NFT_TCP, 9, "0.0.0.0-192.0.1.255 192.0.3.0-198.51.100.8 198.51.100.10-255.255.255.255", "0.0.0.0-192.0.1.255 192.0.3.0-198.51.100.8 198.51.100.10-255.255.255.255" },
		{ "blocklist", NFT_IPV4, NFT_TCP, 23, "", "" },
		{ "inside", NFT_IPV4, NFT_TCP, 443, "", "0.0.0.0/0" },
		{ "marked", NFT_IPV4, NFT_TCP, 9, "", "0.0.0.0/0" },
		{ "marked", NFT_IPV4, NFT_TCP, 22, "0.0.0.0/0", "0.0.0.0/0" },
		{ "maps", NFT_IPV4, NFT_TCP, 443, "0.0.0.0/0", "0.0.0.0/0" },
		{ "maps", NFT_IPV4, NFT_TCP, 8050, "10.0.0.0/8", "10.0.0.0/8" },
		{ "maps", NFT_IPV6, NFT_TCP, 8050, "fd00::/8", "fd00::/8" },
		{ "maps", NFT_IPV4, NFT_TCP, 22, "198.51.100.1", "198.51.100.1" },
		{ "maps", NFT_IPV4, NFT_TCP, 5433, "203.0.113.0/24", "203.0.113.0/24" },
		{ "maps", NFT_IPV6, NFT_TCP, 5433, "", "" },
		{ "maps", NFT_IPV4, NFT_UDP, 443, "", "" },
		{ "two-chains", NFT_IPV4, NFT_TCP, 22, "0.0.0.0/0", "0.0.0.0/0" },
		{ "two-chains", NFT_IPV4, NFT_TCP, 23, "", "" },
		{ "netdev", NFT_IPV4, NFT_TCP, 23, "", "0.0.0.0/0" },
		{ "moved", NFT_IPV4, NFT_TCP, 22, "198.51.100.0/28", "0.0.0.0/0" }, /* by another port */
		{ "moved", NFT_IPV6, NFT_TCP, 22, "", "::/0" },
		{ "moved", NFT_IPV4, NFT_TCP, 23, "", "" },
		{ "refused", NFT_IPV4, NFT_TCP, 22, "", "" },
		{ "refused", NFT_IPV4, NFT_UDP, 22, "", "" },
		{ "refused", NFT_IPV6, NFT_TCP, 22, "", "" },
		{ "refused", NFT_IPV6, NFT_UDP, 22, "::/0", "::/0" },
		{ "limited", NFT_IPV4, NFT_TCP, 25, "", "0.0.0.0/0" },
		{ "limited", NFT_IPV4, NFT_TCP, 26, "0.0.0.0/0", "0.0.0.0/0" },
		{ "limited", NFT_IPV4, NFT_TCP, 27, "0.0.0.0/0", "0.0.0.0/0" },
		{ "limited", NFT_IPV4, NFT_TCP, 28, "", "0.0.0.0/0" },
		{ "limited", NFT_IPV4, NFT_TCP, 29, "", "0.0.0.0/0" },
		{ "limited", NFT_IPV4, NFT_TCP, 30, "", "0.0.0.0/0" },
	};
	struct buf json = BUF(1 << 20), got = BUF(65536);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena arena = ARENA(8 << 20);
		struct nft_rules *rules = NULL;
		struct nft_reach r = { .chains = false };
		char folder[128];
		struct host *h;

		(void)snprintf(folder, sizeof(folder), "tests/hosts/rules/%s", cases[i].name);
		h = host_open_tree(folder);
		buf_reset(&json);
		CHECK(h != NULL);
		CHECK_OK(host_run(h, "nft-sets", 1 << 20, &json));
		CHECK_OK(nft_rules_read(buf_str(&json), &arena, &rules));
		CHECK_OK(nft_reach(rules, &(struct nft_ask){ .family = cases[i].family, .protocol = cases[i].protocol, .port = cases[i].port }, &arena, &r));
		text(&r.sure, cases[i].family, &got);
		if (!str_eq_c(buf_str(&got), cases[i].sure)) {
			test_failures++;
			printf("%s %d/%u sure: %s\n", cases[i].name, cases[i].port, cases[i].protocol, buf_cstr(&got));
		}
		text(&r.maybe, cases[i].family, &got);
		if (!str_eq_c(buf_str(&got), cases[i].maybe)) {
			test_failures++;
			printf("%s %d/%u maybe: %s\n", cases[i].name, cases[i].port, cases[i].protocol, buf_cstr(&got));
		}
		nft_rules_free(rules);
		host_close(h);
		arena_free(&arena);
	}
	buf_free(&json);
	buf_free(&got);
}

#define LISTING(more) "{\"nftables\":[{\"metainfo\":{\"json_schema_version\":1}},{\"table\":{\"family\":\"ip\",\"name\":\"f\"}}," \
	"{\"chain\":{\"family\":\"ip\",\"table\":\"f\",\"name\":\"in\",\"type\":\"filter\",\"hook\":\"input\",\"policy\":\"drop\"}}" more "]}"
#define RULE(expr) ",{\"rule\":{\"family\":\"ip\",\"table\":\"f\",\"chain\":\"in\",\"expr\":[" expr "]}}"

/* Where some rule leaves connections untracked, one of them may be. */
CASE(a_connection_that_nobody_tracks) /*= S-3-1 type=test */
{
	static const struct { const char *json; bool sure, maybe; } cases[] = {
		{ LISTING(RULE("{\"match\":{\"op\":\"in\",\"left\":{\"ct\":{\"key\":\"state\"}},\"right\":\"untracked\"}},{\"accept\":null}")), false, false },
		{ LISTING(RULE("{\"notrack\":null}") RULE("{\"match\":{\"op\":\"in\",\"left\":{\"ct\":{\"key\":\"state\"}},\"right\":\"untracked\"}},{\"accept\":null}")), false, true },
		{ LISTING(RULE("{\"match\":{\"op\":\"in\",\"left\":{\"ct\":{\"key\":\"state\"}},\"right\":\"new\"}},{\"accept\":null}")), true, true },
		{ LISTING(RULE("{\"notrack\":null}") RULE("{\"match\":{\"op\":\"in\",\"left\":{\"ct\":{\"key\":\"state\"}},\"right\":\"new\"}},{\"accept\":null}")), false, true },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena arena = ARENA(8 << 20);
		struct nft_rules *rules = NULL;
		struct nft_reach r = { .chains = false };

		CHECK_OK(nft_rules_read(str_of(cases[i].json), &arena, &rules));
		CHECK_OK(nft_reach(rules, &(struct nft_ask){ .family = NFT_IPV4, .protocol = NFT_TCP, .port = 8080 }, &arena, &r));
		CHECK(nft_ranges_any(&r.sure, NFT_IPV4) == cases[i].sure && nft_ranges_any(&r.maybe, NFT_IPV4) == cases[i].maybe);
		nft_rules_free(rules);
		arena_free(&arena);
	}
}

CASE(listings_that_mean_harm)
{
	static const struct { const char *json; enum rc read, reach; } cases[] = {
		{ "", RC_SYNTAX, RC_OK }, { "[]", RC_SYNTAX, RC_OK }, { "{\"nftables\":7}", RC_SYNTAX, RC_OK }, { LISTING(",{}"), RC_SYNTAX, RC_OK },
		{ LISTING(",{\"rule\":{\"family\":\"ip\",\"table\":\"f\",\"chain\":\"nowhere\",\"expr\":[]}}"), RC_SYNTAX, RC_OK },
		{ LISTING(RULE("{\"jump\":{\"target\":\"in\"}}")), RC_OK, RC_SYNTAX },
		{ LISTING(RULE("{\"goto\":{\"target\":\"none\"}}")), RC_OK, RC_SYNTAX },
		{ LISTING(RULE("7")), RC_OK, RC_SYNTAX },
		{ LISTING(RULE("{\"vmap\":{\"key\":{\"meta\":{\"key\":\"iif\"}},\"data\":{\"set\":[7]}}}")), RC_OK, RC_SYNTAX },
		{ LISTING(RULE("{\"match\":{\"op\":\"==\",\"left\":{\"payload\":{\"protocol\":\"ip\",\"field\":\"saddr\"}},\"right\":{\"range\":[\"9.9.9.9\",\"1.1.1.1\"]}}},{\"accept\":null}")), RC_OK, RC_OK },
		{ LISTING(RULE("{\"match\":{\"op\":\"==\",\"left\":{\"payload\":{\"protocol\":\"tcp\",\"field\":\"dport\"}},\"right\":\"@gone\"}},{\"accept\":null}")), RC_OK, RC_OK },
		{ LISTING(RULE("{\"match\":{}},{\"drop\":null}")), RC_OK, RC_OK },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct arena arena = ARENA(8 << 20);
		struct nft_rules *rules = NULL;
		struct nft_reach r = { .chains = false };

		CHECK_RC(nft_rules_read(str_of(cases[i].json), &arena, &rules), cases[i].read);
		if (rules)
			CHECK_RC(nft_reach(rules, &(struct nft_ask){ .family = NFT_IPV4, .protocol = NFT_TCP, .port = 22 }, &arena, &r), cases[i].reach);
		CHECK(r.sure.count == 0); /* nonsense lets nobody in for sure */
		nft_rules_free(rules);
		arena_free(&arena);
	}
}

CASE(a_hundred_thousand_addresses)
{
	struct buf json = BUF(16 << 20);
	struct arena arena = ARENA(64 << 20);
	struct nft_rules *rules = NULL;
	struct nft_kind kinds[NFT_KINDS_MAX];
	struct nft_reach r = { .chains = false };
	size_t n = 0;

	CHECK_OK(buf_add(&json, STR("{\"nftables\":[{\"metainfo\":{\"json_schema_version\":1}},{\"table\":{\"family\":\"ip\",\"name\":\"f\"}},{\"set\":{\"family\":\"ip\",\"table\":\"f\",\"name\":\"s\",\"elem\":[")));
	for (unsigned i = 0; i < 100000; i++)
		CHECK_OK(buf_addf(&json, "%s\"10.%u.%u.%u\"", i ? "," : "", i >> 15 & 255, i >> 7 & 255, (i & 127) * 2));
	CHECK_OK(buf_add(&json, STR("]}},{\"chain\":{\"family\":\"ip\",\"table\":\"f\",\"name\":\"in\",\"type\":\"filter\",\"hook\":\"input\",\"policy\":\"accept\"}},"
	    "{\"rule\":{\"family\":\"ip\",\"table\":\"f\",\"chain\":\"in\",\"expr\":[{\"match\":{\"op\":\"==\",\"left\":{\"payload\":{\"protocol\":\"ip\",\"field\":\"saddr\"}},\"right\":\"@s\"}},{\"drop\":null}]}}]}")));
	CHECK_OK(nft_rules_read(buf_str(&json), &arena, &rules));
	CHECK_OK(nft_port_kinds(rules, kinds, &n));
	CHECK(n == 1 && kinds[0].count == 65535);
	CHECK_OK(nft_reach(rules, &(struct nft_ask){ .family = NFT_IPV4, .protocol = NFT_TCP, .port = 22 }, &arena, &r));
	CHECK_INT(r.sure.count, 100001);
	CHECK(nft_ranges_any(&r.sure, NFT_IPV4));
	nft_rules_free(rules);
	arena_free(&arena);
	buf_free(&json);
}

TEST_MAIN
