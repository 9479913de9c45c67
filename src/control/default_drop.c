// SPDX-License-Identifier: Apache-2.0
/*
 * default-drop - is what no rule speaks of dropped, on IPv4 and on IPv6?
 *
 * The rules in force, walked with a packet of a port nobody names. The way in
 * always counts; the way through when this machine routes. What this reader
 * does not understand (and filters of the old iptables) makes it UNKNOWN.
 */
#include "control/control.h"
#include "control/nft_look.h"
#include "message/messages.h"

#define WALK_BYTES (48 << 20)

static const char *const ways[NFT_HOOKS][NFT_FAMILIES] = { { "input_ipv4", "input_ipv6" }, { "forward_ipv4", "forward_ipv6" } };

/* "drops", "lets-in", "none" (no chain at all), "unsure". */
static const char *
way_word(struct nft_look *l, enum nft_hook hook, enum nft_family family, uint16_t port)
{
	static const unsigned protocols[] = { NFT_TCP, NFT_UDP };
	bool drops = true, open = false, chains = false;

	for (size_t i = 0; i < 2; i++) {
		struct arena arena = ARENA(WALK_BYTES);
		struct nft_ask ask = { .hook = hook, .family = family, .protocol = protocols[i], .port = port, .outside = l->outside, .outside_count = l->outside_count };
		struct nft_reach r = { .chains = false };
		enum rc rc = nft_reach(l->rules, &ask, &arena, &r);

		if (rc != RC_OK) {
			drops = false;
			chains = true;
		} else {
			drops &= r.drops;
			open |= !r.drops && !r.drops_maybe;
			chains |= r.chains || r.drops || r.drops_maybe;
		}
		arena_free(&arena);
	}
	return !chains ? "none" : drops ? "drops" : open ? "lets-in" : "unsure";
}

static enum rc
look(const struct host *h, const struct subject *s, struct facts *f)
{
	struct arena arena = ARENA(WALK_BYTES);
	struct nft_look l = { .rules = NULL };
	struct nft_kind *kinds = NULL;
	size_t n = 0;
	enum rc rc = RC_OK;

	(void)s;
	TRY(nft_look_kinds(h, &arena, f->arena, &l, &kinds, &n));
	for (enum nft_hook hook = NFT_INPUT; hook < NFT_HOOKS; hook++)
		for (enum nft_family family = NFT_IPV4; family < NFT_FAMILIES; family++)
			if (hook == NFT_INPUT || l.routes[family] || l.routes_unknown)
				fact_text(f, 0, ways[hook][family], str_of(way_word(&l, hook, family, n ? kinds[0].port : 9)));
	fact_bool(f, 0, "old", l.old);
out:
	if (rc == RC_OK)
		rc_trail_clear(); /* what was passed over; a failure keeps its reason */
	nft_rules_free(l.rules);
	arena_free(&arena);
	return rc;
}

/*= S-3-1 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	static const struct { const char *key; const char *word; } rows[] = {
		{ "input_ipv4", "IPv4 input" }, { "input_ipv6", "IPv6 input" }, { "forward_ipv4", "IPv4 forward" }, { "forward_ipv6", "IPv6 forward" },
	};
	const char *open = NULL, *unsure = NULL;

	(void)p;
	(void)now_us;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct str word = fact_s(f, 0, rows[i].key);

		if (str_eq(word, STR("drops")) || (word.n == 0 && i >= 2))
			continue;
		if (str_eq(word, STR("lets-in")) || str_eq(word, STR("none"))) {
			if (fact_n(f, 0, "old", 1))
				unsure = unsure ? unsure : rows[i].word;
			else
				open = open ? open : rows[i].word;
		} else {
			unsure = unsure ? unsure : rows[i].word;
		}
	}
	if (f->overflow || f->count == 0) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_DEFAULT_DROP_NO_ANSWER);
	} else if (open) {
		finding_set(ret, VERDICT_FAIL, MSG_DEFAULT_DROP_OPEN);
		finding_text(ret, "way", str_of(open));
	} else if (unsure) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_DEFAULT_DROP_UNSURE);
		finding_text(ret, "way", str_of(unsure));
	} else {
		finding_set(ret, VERDICT_PASS, fact_s(f, 0, "forward_ipv4").n || fact_s(f, 0, "forward_ipv6").n ? MSG_DEFAULT_DROP_BOTH : MSG_DEFAULT_DROP_HOLDS);
	}
}

const struct control control_default_drop = {
	.id = "default-drop", .subject = SUBJECT_HOST, .by = LOOK_BY_READER, .reader = 2, .every_s = 900, .timeout_ms = 10000, .look = look, .judge = judge,
};
