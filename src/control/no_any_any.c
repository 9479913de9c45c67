// SPDX-License-Identifier: Apache-2.0
/*
 * no-any-any - does any rule let anyone in to any port?
 *
 * Counted by what rules do together: for how many ports is a stranger let in
 * by a rule, whoever he is? Loopback and answers to what this machine asked
 * do not count. A policy that accepts is default-drop's matter, and ours as
 * well: it is the widest rule of all.
 */
#include "control/control.h"
#include "control/nft_look.h"
#include "message/messages.h"

#define WALK_BYTES (48 << 20)

static const char *const names[2][NFT_FAMILIES][2] = {
	{ { "tcp_ipv4", "tcp_ipv4_maybe" }, { "tcp_ipv6", "tcp_ipv6_maybe" } },
	{ { "udp_ipv4", "udp_ipv4_maybe" }, { "udp_ipv6", "udp_ipv6_maybe" } },
};

/* Ports open to anyone: surely, and possibly. */
static enum rc
count_open(struct nft_look *l, enum nft_family family, unsigned protocol, const struct nft_kind *kinds, size_t n, int64_t ret[2])
{
	ret[0] = ret[1] = 0;
	for (size_t i = 0; i < n; i++) {
		struct arena arena = ARENA(WALK_BYTES);
		struct nft_ask ask = { .hook = NFT_INPUT, .family = family, .protocol = protocol, .port = kinds[i].port, .outside = l->outside, .outside_count = l->outside_count };
		struct nft_reach r;
		enum rc rc = nft_reach(l->rules, &ask, &arena, &r);

		if (rc == RC_OK) {
			ret[0] += nft_ranges_any(&r.sure, family) ? kinds[i].count : 0;
			ret[1] += nft_ranges_any(&r.maybe, family) ? kinds[i].count : 0;
		}
		arena_free(&arena);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

static enum rc
look(const struct host *h, const struct subject *s, struct facts *f)
{
	static const unsigned protocols[2] = { NFT_TCP, NFT_UDP };
	struct arena arena = ARENA(WALK_BYTES);
	struct nft_look l = { .rules = NULL };
	struct nft_kind *kinds = NULL;
	int64_t seen = 0;
	size_t n = 0;
	enum rc rc = RC_OK;

	(void)s;
	TRY(nft_look_kinds(h, &arena, f->arena, &l, &kinds, &n));
	for (size_t i = 0; i < n; i++)
		seen += kinds[i].count;
	for (size_t i = 0; i < 2; i++)
		for (enum nft_family family = NFT_IPV4; family < NFT_FAMILIES; family++) {
			int64_t open[2];

			TRY(count_open(&l, family, protocols[i], kinds, n, open));
			fact_int(f, 0, names[i][family][0], open[0]);
			fact_int(f, 0, names[i][family][1], open[1] + 65535 - seen); /* kinds left out may be open */
		}
	fact_bool(f, 0, "old", l.old);
out:
	nft_rules_free(l.rules);
	arena_free(&arena);
	return rc;
}

/*= S-3-1 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	int64_t most = 0, most_maybe = 0, limit = param_n(p, "ports_max");
	const char *way = "";
	bool old = fact_n(f, 0, "old", 1), whole = true;

	(void)now_us;
	for (size_t i = 0; i < 2; i++)
		for (enum nft_family family = NFT_IPV4; family < NFT_FAMILIES; family++) {
			int64_t n = fact_n(f, 0, names[i][family][0], -1), maybe = fact_n(f, 0, names[i][family][1], -1);

			whole &= n >= 0 && maybe >= 0;
			if (n > most) {
				most = n;
				way = names[i][family][0];
			}
			most_maybe = maybe > most_maybe ? maybe : most_maybe;
		}
	if (f->overflow || !whole) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_ANY_ANY_NO_ANSWER);
	} else if (most > limit && !old) {
		finding_set(ret, VERDICT_FAIL, MSG_ANY_ANY_OPEN);
		finding_int(ret, "count", most);
		finding_text(ret, "way", str_of(str_starts(str_of(way), STR("tcp")) ? (str_ends(str_of(way), STR("4")) ? "TCP (IPv4)" : "TCP (IPv6)") : str_ends(str_of(way), STR("4")) ? "UDP (IPv4)" : "UDP (IPv6)"));
	} else if (most > limit || most_maybe > limit) {
		finding_set(ret, VERDICT_UNKNOWN, old ? MSG_ANY_ANY_OLD : MSG_ANY_ANY_UNSURE);
	} else {
		finding_set(ret, VERDICT_PASS, MSG_ANY_ANY_NONE);
		finding_int(ret, "count", most);
	}
}

static const struct param_def params[] = { { "ports_max", "ports", 1, 65534, 32767 } };

const struct control control_no_any_any = {
	.id = "no-any-any", .params = params, .params_count = 1, .subject = SUBJECT_HOST, .by = LOOK_BY_READER, .reader = 2, .every_s = 900, .timeout_ms = 10000, .look = look, .judge = judge,
};
