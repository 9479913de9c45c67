// SPDX-License-Identifier: Apache-2.0
/* Walks a ruleset with sets of source addresses instead of one packet. */
#include "control/nft_reach.h"

#include <stdlib.h>
#include <string.h>

#include "control/nft_hit.h"

#define DEPTH_MAX 16 /* of jumps, as in the kernel */

/* Those who may still be on their way, and those who surely are, or were let in already. */
struct flow { struct nft_ranges live, sure; };

struct walk {
	struct nft_view_of v;
	struct nft_ranges  accept_sure, accept_maybe, drop_sure;
};

static enum rc walk_chain(struct walk *w, const struct nft_chain *chain, int depth, struct flow *flow);

static enum rc
add(struct walk *w, struct nft_ranges *to, const struct nft_ranges *more)
{
	return nft_ranges_union(to, more, w->v.arena, to);
}

static enum rc
take_away(struct walk *w, struct nft_ranges *from, const struct nft_region *what)
{
	if (what->all) {
		from->count = 0;
		return RC_OK;
	}
	return nft_ranges_less(from, &what->r, w->v.arena, from);
}

static enum rc
part(struct walk *w, const struct nft_ranges *of, const struct nft_region *where, struct nft_ranges *ret)
{
	if (where->all) {
		*ret = *of;
		return RC_OK;
	}
	return nft_ranges_both(of, &where->r, w->v.arena, ret);
}

static const char *
only_key(const json_t *object)
{
	return json_object_iter_key(json_object_iter((json_t *)(uintptr_t)object));
}

/* A rule with a limit: it holds for a packet that comes alone (limit rate 3/second), or only in a flood (limit rate over 3/second). */
enum often { ALWAYS = 0, BELOW_LIMIT, ABOVE_LIMIT };

/* Whom the rule's conditions hold for goes where its last word says. `left`: those who leave this chain by its end. */
static enum rc
verdict(struct walk *w, const struct nft_chain *in, const char *word, const json_t *value, const struct nft_hit *when, enum often often, int depth, struct flow *flow, struct flow *left)
{
	struct nft_hit limited = { .maybe = when->maybe };
	const struct nft_hit *hit = often == ALWAYS || (often == BELOW_LIMIT && nft_is(word, "accept")) ? when : &limited;
	struct flow sub;
	bool jump = nft_is(word, "jump"), leap = nft_is(word, "goto");
	enum rc rc = RC_OK;

	TRY(part(w, &flow->live, &hit->maybe, &sub.live));
	TRY(part(w, &flow->sure, &hit->sure, &sub.sure));
	if (nft_is(word, "continue"))
		return RC_OK;
	if (nft_is(word, "accept")) {
		TRY(add(w, &w->accept_maybe, &sub.live));
		TRY(add(w, &w->accept_sure, &sub.sure));
		if (often != ALWAYS)
			return RC_OK;
	} else if (nft_is(word, "drop") || nft_is(word, "reject")) {
		if (often == ABOVE_LIMIT) /* who comes alone passes it by */
			return RC_OK;
		TRY(add(w, &w->drop_sure, &sub.sure));
	} else if (jump || leap) {
		const struct nft_chain *to = nft_chain_of(w->v.rules, in->family, in->table, nft_text(value, "target"));

		if (to == NULL || depth >= DEPTH_MAX)
			return FAIL(RC_SYNTAX, "nft: a jump to nowhere, or without end");
		TRY(walk_chain(w, to, depth + 1, &sub));
	} else if (!nft_is(word, "return")) { /* a queue, a word of tomorrow: it may let in */
		TRY(add(w, &w->accept_maybe, &sub.live));
		return take_away(w, &flow->sure, &hit->maybe);
	}
	TRY(take_away(w, &flow->live, &hit->sure));
	TRY(take_away(w, &flow->sure, nft_is(word, "accept") ? &hit->sure : &hit->maybe));
	if (leap || nft_is(word, "return")) {
		TRY(add(w, &left->live, &sub.live));
		TRY(add(w, &left->sure, &sub.sure));
	} else if (jump) {
		TRY(add(w, &flow->live, &sub.live));
		TRY(add(w, &flow->sure, &sub.sure));
	}
out:
	return rc;
}

/* {"vmap": {"key": …, "data": {"set": [[value, verdict], …]} or "@map"}} */
static enum rc
verdict_map(struct walk *w, const struct nft_chain *in, const json_t *vmap, const struct nft_hit *hit, enum often often, int depth, struct flow *flow, struct flow *left)
{
	const json_t *key = json_object_get(vmap, "key"), *data = json_object_get(vmap, "data"), *list = nft_elements(&w->v, in, data), *one;
	size_t i;
	enum rc rc = RC_OK;

	if (!json_is_array(list))
		return verdict(w, in, "", NULL, hit, often, depth, flow, left);
	json_array_foreach(list, i, one) {
		const json_t *word = json_array_get(one, 1);
		struct nft_hit here;

		if (json_array_size(one) != 2 || json_object_size(word) != 1)
			return FAIL(RC_SYNTAX, "nft: a map of verdicts that is none");
		TRY(nft_hit_value(&w->v, in, key, json_array_get(one, 0), &here));
		TRY(nft_hit_both(&w->v, &here, hit, &here));
		if (here.maybe.all || here.maybe.r.count)
			TRY(verdict(w, in, only_key(word), json_object_get(word, only_key(word)), &here, often, depth, flow, left));
		if (flow->live.count == 0)
			break;
	}
out:
	return rc;
}

static const char *const silent[] = { "counter", "log", "mangle", "notrack", "flow", "dup", "ct helper", "ct timeout", "ct expectation", "set", "comment", "last", NULL };

/* The kind of a refusal is a condition of its own: nft leaves out of its listing what follows from it ("meta nfproto ipv4"). */
static bool
answers(const struct nft_ask *ask, const json_t *reject)
{
	const char *type = nft_text(reject, "type");

	return nft_is(type, "tcp reset") ? ask->protocol == NFT_TCP : nft_is(type, "icmp") ? ask->family == NFT_IPV4 : !nft_is(type, "icmpv6") || ask->family == NFT_IPV6;
}

static enum rc
walk_rule(struct walk *w, const struct nft_chain *in, const json_t *rule, int depth, struct flow *flow, struct flow *left)
{
	const json_t *expr = json_object_get(rule, "expr"), *one, *value;
	struct nft_hit hit = { { .all = true }, { .all = true } }, here;
	bool strange = false;
	enum often often = ALWAYS;
	const char *word;
	size_t i;
	enum rc rc = RC_OK;

	json_array_foreach(expr, i, one) {
		word = json_is_object(one) ? only_key(one) : NULL;
		if (word == NULL)
			return FAIL(RC_SYNTAX, "nft: a rule with an empty word");
		value = json_object_get(one, word);
		if (nft_listed(silent, word))
			continue;
		if (nft_is(word, "match")) {
			TRY(nft_hit_match(&w->v, in, value, &here));
			TRY(nft_hit_both(&w->v, &hit, &here, &hit));
			if (!hit.maybe.all && hit.maybe.r.count == 0)
				return RC_OK;
		} else if (nft_is(word, "limit") || nft_is(word, "quota") || nft_is(word, "ct count")) {
			often = json_is_true(json_object_get(value, "inv")) || often == ABOVE_LIMIT ? ABOVE_LIMIT : BELOW_LIMIT;
		} else if (nft_is(word, "vmap")) {
			TRY(verdict_map(w, in, value, &hit, often, depth, flow, left));
		} else if (nft_is(word, "xt")) { /* of the old iptables: a condition or a verdict, and no telling which */
			hit.sure = (struct nft_region){ .all = false };
			strange = true;
		} else if (nft_is(word, "accept") || nft_is(word, "drop") || nft_is(word, "reject") || nft_is(word, "return") || nft_is(word, "continue") || nft_is(word, "jump") ||
		    nft_is(word, "goto")) {
			if (nft_is(word, "reject") && !answers(w->v.ask, value))
				return RC_OK;
			return verdict(w, in, word, value, &hit, often, depth, flow, left);
		} else {
			strange = true;
		}
	}
	if (strange)
		rc = verdict(w, in, "", NULL, &hit, often, depth, flow, left);
out:
	return rc;
}

/* What is left in `flow` comes out at the end. */
static enum rc
walk_chain(struct walk *w, const struct nft_chain *chain, int depth, struct flow *flow)
{
	struct flow left = { { NULL, 0 }, { NULL, 0 } };
	enum rc rc = RC_OK;

	for (size_t i = 0; i < chain->rules_count && flow->live.count; i++) {
		TRY(nft_step(&w->v, 1));
		TRY(walk_rule(w, chain, chain->rules[i], depth, flow, &left));
	}
	TRY(add(w, &flow->live, &left.live));
	TRY(add(w, &flow->sure, &left.sure));
out:
	return rc;
}

/* May a packet change its port or address between prerouting and input? */
static bool
redirected(const struct nft_rules *rules, const struct nft_ask *ask)
{
	for (size_t i = 0; i < rules->chains_count; i++) {
		const struct nft_chain *c = &rules->chains[i];

		if (nft_is(c->type, "nat") && nft_is(c->hook, "prerouting") && c->rules_count && (nft_is(c->family, "inet") || nft_is(c->family, ask->family == NFT_IPV4 ? "ip" : "ip6")))
			return true;
	}
	return false;
}

/* Is a base chain in the way of this packet? MAYBE: only of some, as it may have come by another port then; or its table may sleep. */
static enum nft_holds
in_the_way(const struct nft_ask *ask, const struct nft_chain *c, bool moved)
{
	static const char *const hooks[NFT_HOOKS] = { "input", "forward" };
	bool family = nft_is(c->family, "inet") || nft_is(c->family, ask->family == NFT_IPV4 ? "ip" : "ip6");

	if (!nft_is(c->type, "filter"))
		return NFT_NO;
	if (nft_is(c->family, "netdev"))
		return nft_is(c->hook, "ingress") ? NFT_MAYBE : NFT_NO;
	if (!nft_is(c->hook, hooks[ask->hook]) && !nft_is(c->hook, "prerouting") && !(nft_is(c->hook, "ingress") && family))
		return NFT_NO;
	if (nft_is(c->family, "bridge"))
		return NFT_MAYBE;
	if (!family)
		return NFT_NO;
	return c->table_flags || nft_is(c->hook, "ingress") || (moved && nft_is(c->hook, "prerouting")) ? NFT_MAYBE : NFT_YES;
}

static enum rc
base_chain(struct walk *w, const struct nft_chain *c, enum nft_holds way, struct nft_reach *r)
{
	bool drops = nft_is(c->policy, "drop"), closed, open;
	struct nft_ranges sure, maybe;
	struct flow flow;
	enum rc rc = RC_OK;

	TRY(nft_ranges_all(w->v.ask->family, w->v.arena, &flow.live));
	flow.sure = flow.live;
	w->accept_sure = w->accept_maybe = w->drop_sure = (struct nft_ranges){ NULL, 0 };
	TRY(walk_chain(w, c, 0, &flow));
	/* what nobody speaks of: dropped by the policy, or by a last rule for everyone */
	closed = drops || (flow.live.count == 0 && nft_ranges_any(&w->drop_sure, w->v.ask->family));
	open = !drops && nft_ranges_any(&flow.sure, w->v.ask->family);
	r->drops |= closed && way == NFT_YES;
	r->drops_maybe |= !open;
	TRY(nft_ranges_both(&r->rule_sure, &w->accept_sure, w->v.arena, &r->rule_sure));
	if (way == NFT_YES)
		TRY(nft_ranges_both(&r->rule_maybe, &w->accept_maybe, w->v.arena, &r->rule_maybe));
	sure = w->accept_sure;
	maybe = w->accept_maybe;
	if (!drops) {
		TRY(add(w, &sure, &flow.sure));
		TRY(add(w, &maybe, &flow.live));
	}
	TRY(nft_ranges_both(&r->sure, &sure, w->v.arena, &r->sure));
	if (way == NFT_YES)
		TRY(nft_ranges_both(&r->maybe, &maybe, w->v.arena, &r->maybe));
out:
	return rc;
}

/*
 * A chain whose rules accept nobody and whose policy lets everyone pass (a counter, a mangle) says nothing about "by a rule":
 * it must not hide that another chain's rule does. So rules count where a chain decides at all.
 */
static bool
decides(const struct nft_chain *c, const struct walk *w)
{
	return nft_is(c->policy, "drop") || w->accept_maybe.count || w->drop_sure.count;
}

enum rc
nft_reach(struct nft_rules *rules, const struct nft_ask *ask, struct arena *arena, struct nft_reach *ret)
{
	struct walk w = { .v = { .rules = rules, .ask = ask, .arena = arena } };
	struct nft_reach r = { .chains = false };
	bool moved = redirected(rules, ask);
	enum rc rc = RC_OK;

	TRY(nft_ranges_all(ask->family, arena, &r.sure));
	r.maybe = r.rule_sure = r.rule_maybe = r.sure;
	for (size_t i = 0; i < rules->chains_count; i++) {
		const struct nft_chain *c = &rules->chains[i];
		enum nft_holds way = in_the_way(ask, c, moved);
		struct nft_reach before = r;

		if (way == NFT_NO)
			continue;
		TRY(base_chain(&w, c, way, &r));
		if (!decides(c, &w)) {
			r.rule_sure = before.rule_sure;
			r.rule_maybe = before.rule_maybe;
		} else if (way == NFT_YES) {
			r.chains = true;
		}
	}
	if (!r.chains)
		r.rule_sure.count = r.rule_maybe.count = 0;
	*ret = r;
out:
	return rc;
}
