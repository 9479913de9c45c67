// SPDX-License-Identifier: Apache-2.0
/* Walks the chains of a ruleset as the kernel would for a newcomer. */
#include "control/nft.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 16 /* of jumps, as in the kernel */
#define STEPS_MAX 4000000 /* rules looked at in all: a ceiling for hostile jumps */

enum holds { NO = 0, MAYBE, YES };
enum outcome_of { GOES_ON = 0, ACCEPTED, DROPPED };

/* A rule, or with the chain "" a table: in the order of their names, and in it as listed. */
struct placed { const char *family, *table, *chain; size_t order; const json_t *what; };

struct listing { const json_t *items /* the array "nftables" */; struct placed *placed; size_t placed_n, steps; bool notrack; /* some rule leaves every connection untracked: none of them is new */ };

struct walk {
	struct listing   *all;
	enum nft_family   family;
	bool              unsure;
	struct nft_view  *forwards;/* collect into it, or NULL */
};

static const char *
text(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	return s ? s : "";
}

static bool
is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

/* Does the value of a match name `what`: alone, in a list or in a set? `only`: nothing else stands beside it. */
static bool
names(const json_t *right, const char *what, bool *only)
{
	const json_t *list = json_is_object(right) ? json_object_get(right, "set") : right;
	const json_t *one;
	size_t i;
	bool found = false;

	if (json_is_string(list)) {
		*only = true;
		return is(json_string_value(list), what);
	}
	*only = json_array_size(list) == 1;
	json_array_foreach(list, i, one)
		found |= json_is_string(one) && is(json_string_value(one), what);
	return found;
}

static int
by_name(const struct placed *a, const struct placed *b)
{
	int n = strcmp(a->chain, b->chain);

	if (n == 0)
		n = strcmp(a->table, b->table);
	return n ? n : strcmp(a->family, b->family);
}

static int
by_place(const void *x, const void *y)
{
	const struct placed *a = x, *b = y;
	int n = by_name(a, b);

	return n ? n : (a->order > b->order) - (a->order < b->order);
}

/* What stands under a name is found by halving: a listing of many chains and many rules is not read once for each chain. */
static void
place_all(struct listing *l)
{
	const json_t *item, *rule, *what;
	size_t i;

	l->placed = calloc(json_array_size(l->items) + 1, sizeof(l->placed[0]));
	if (l->placed == NULL)
		abort();
	json_array_foreach(l->items, i, item) {
		rule = json_object_get(item, "rule");
		what = rule ? rule : json_object_get(item, "table");
		if (what)
			l->placed[l->placed_n++] = (struct placed){ text(what, "family"), text(what, rule ? "table" : "name"), rule ? text(rule, "chain") : "", i, what };
	}
	qsort(l->placed, l->placed_n, sizeof(l->placed[0]), by_place);
}

/* Its first; the others follow as long as they have this name. */
static size_t
place_of(const struct listing *l, const struct placed *name)
{
	size_t low = 0, high = l->placed_n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (by_name(&l->placed[middle], name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static enum holds
not_if(enum holds h, bool negated)
{
	return h == MAYBE || !negated ? h : h == YES ? NO : YES;
}

static enum holds
match_holds(const struct listing *l, const json_t *match, enum nft_family family)
{
	const json_t *left = json_object_get(match, "left"), *right = json_object_get(match, "right");
	const char *op = text(match, "op"), *meta = text(json_object_get(left, "meta"), "key"), *payload = text(json_object_get(left, "payload"), "protocol");
	bool negated = is(op, "!="), only;

	if (!negated && !is(op, "==") && !is(op, "in"))
		return MAYBE;
	if (is(meta, "nfproto")) {
		if (!json_is_string(right))
			return MAYBE;
		return not_if(is(json_string_value(right), family == NFT_IPV4 ? "ipv4" : "ipv6") ? YES : NO, negated);
	}
	if (is(meta, "iif") || is(meta, "iifname")) /* it comes from outside, from wherever that is */
		return names(right, "lo", &only) && only ? not_if(NO, negated) : MAYBE;
	if (is(text(json_object_get(left, "ct"), "key"), "state"))
		return not_if(names(right, l->notrack ? "untracked" : "new", &only) ? YES : NO, negated);
	if ((is(payload, "ip") && family == NFT_IPV6) || (is(payload, "ip6") && family == NFT_IPV4))
		return NO;
	return MAYBE;
}

static bool
family_is(const char *name, enum nft_family family)
{
	return is(name, "inet") || is(name, family == NFT_IPV4 ? "ip" : "ip6");
}

static void
forward_add(struct walk *w, unsigned protocols, json_int_t first, json_int_t last)
{
	struct nft_view *v = w->forwards;

	if (first < 0 || first > last || last > 65535 || v->forwards_count == NFT_FORWARDS_MAX)
		v->forwards_unsure = true;
	else
		v->forwards[v->forwards_count++] = (struct nft_forward){ protocols, (uint16_t)first, (uint16_t)last };
}

/* A number, {"range": [a, b]}, {"set": […]}; a map's element [key, value] counts by its key. */
static void
forward_values(struct walk *w, unsigned protocols, const json_t *v, int depth)
{
	const json_t *range = json_object_get(v, "range"), *set = json_object_get(v, "set"), *one;
	size_t i;

	if (json_is_integer(v))
		forward_add(w, protocols, json_integer_value(v), json_integer_value(v));
	else if (json_array_size(range) == 2 && json_is_integer(json_array_get(range, 0)) && json_is_integer(json_array_get(range, 1)))
		forward_add(w, protocols, json_integer_value(json_array_get(range, 0)), json_integer_value(json_array_get(range, 1)));
	else if (json_is_array(set) && depth < 2)
		json_array_foreach(set, i, one)
			forward_values(w, protocols, json_is_array(one) ? json_array_get(one, 0) : one, depth + 1);
	else
		w->forwards->forwards_unsure = true;
}

static unsigned
protocols_of(const char *name)
{
	return is(name, "tcp") ? NFT_TCP : is(name, "udp") ? NFT_UDP : is(name, "th") ? NFT_TCP | NFT_UDP : 0;
}

static unsigned
l4proto_of(const json_t *match)
{
	const json_t *left = json_object_get(match, "left"), *right = json_object_get(match, "right");
	bool only;

	if (!is(text(json_object_get(left, "meta"), "key"), "l4proto") && !is(text(json_object_get(left, "payload"), "field"), "protocol") &&
	    !is(text(json_object_get(left, "payload"), "field"), "nexthdr"))
		return NFT_TCP | NFT_UDP;
	return (names(right, "tcp", &only) ? NFT_TCP : 0) | (names(right, "udp", &only) ? NFT_UDP : 0);
}

/* One rule that sends packets elsewhere: which ports of this machine does it take? */
static void
forward(struct walk *w, const json_t *expr, const json_t *statement)
{
	const json_t *one, *key = NULL, *map;
	unsigned l4 = NFT_TCP | NFT_UDP;
	bool said = false;
	size_t i;

	json_array_foreach(expr, i, one) {
		const json_t *match = json_object_get(one, "match");

		if (match)
			l4 &= l4proto_of(match);
	}
	json_array_foreach(expr, i, one) {
		const json_t *match = json_object_get(one, "match"), *payload = json_object_get(json_object_get(match, "left"), "payload");

		if (!is(text(payload, "field"), "dport"))
			continue;
		said = true;
		if (is(text(match, "op"), "==") && (protocols_of(text(payload, "protocol")) & l4))
			forward_values(w, protocols_of(text(payload, "protocol")) & l4, json_object_get(match, "right"), 0);
		else
			w->forwards->forwards_unsure = true;
	}
	map = json_object_get(json_object_get(statement, "addr"), "map");
	if (map == NULL)
		map = json_object_get(json_object_get(statement, "port"), "map");
	if (map && !said) {
		key = json_object_get(json_object_get(map, "key"), "payload");
		said = true;
		if (is(text(key, "field"), "dport") && (protocols_of(text(key, "protocol")) & l4))
			forward_values(w, protocols_of(text(key, "protocol")) & l4, json_object_get(map, "data"), 0);
		else
			w->forwards->forwards_unsure = true;
	}
	if (!said && l4)
		forward_add(w, l4, 0, 65535);
}

static const char *const silent[] = { "counter", "log", "mangle", "notrack", "flow", "dup", "ct helper", "ct timeout", "ct expectation", "set", "comment", NULL };
static const char *const needs_more[] = { "limit", "quota", "ct count", "vmap", NULL };

static bool
listed(const char *const *list, const char *name)
{
	for (; *list; list++)
		if (is(*list, name))
			return true;
	return false;
}

/* nft leaves out of its listing what follows from the kind of a refusal: a reset is for TCP alone, ICMP for IPv4. */
static bool
refuses_anyone(const json_t *reject, enum nft_family family)
{
	const char *type = text(reject, "type");

	return !is(type, "tcp reset") && !is(type, family == NFT_IPV4 ? "icmpv6" : "icmp");
}

static enum outcome_of chain_walk(struct walk *w, const char *family, const char *table, const char *chain, int depth);

/* What one rule does to the newcomer. `ends`: the chain is left (return, goto). */
static enum outcome_of
rule_walk(struct walk *w, const json_t *rule, int depth, bool *ends)
{
	const json_t *expr = json_object_get(rule, "expr"), *one, *value;
	enum holds holds = YES;
	enum outcome_of outcome = GOES_ON;
	const char *key;
	size_t i;

	json_array_foreach(expr, i, one) {
		key = json_object_iter_key(json_object_iter((json_t *)(uintptr_t)one));
		value = key ? json_object_get(one, key) : NULL;
		if (key == NULL || listed(silent, key))
			continue;
		if (is(key, "match")) {
			enum holds here = match_holds(w->all, value, w->family);

			holds = here < holds ? here : holds;
		} else if (listed(needs_more, key)) {
			holds = holds == NO ? NO : MAYBE;
		} else if (holds == NO || (is(key, "reject") && !refuses_anyone(value, w->family))) {
			return GOES_ON;
		} else if (is(key, "dnat") || is(key, "redirect") || (is(key, "xt") && w->forwards)) {
			if (w->forwards && is(key, "xt"))
				w->forwards->forwards_unsure |= is(text(value, "type"), "target") || !json_is_object(value);
			else if (w->forwards)
				forward(w, expr, value);
		} else if (is(key, "jump") || is(key, "goto")) {
			if (holds == YES || w->forwards) { /* when collecting, every way is gone */
				outcome = chain_walk(w, text(rule, "family"), text(rule, "table"), text(value, "target"), depth + 1);
				if (holds == YES)
					*ends = is(key, "goto");
			}
			if (holds != YES)
				outcome = GOES_ON;
		} else if (is(key, "accept") || is(key, "drop") || is(key, "reject")) {
			outcome = holds != YES ? GOES_ON : is(key, "accept") ? ACCEPTED : DROPPED;
		} else if (is(key, "return")) {
			*ends = holds == YES;
		} else {
			w->unsure = true; /* "xt", "queue" and whatever comes after this was written */
			holds = MAYBE;
		}
	}
	return outcome;
}

static enum outcome_of
chain_walk(struct walk *w, const char *family, const char *table, const char *chain, int depth)
{
	const struct placed name = { family, table, chain, 0, NULL };
	const struct listing *l = w->all;
	enum outcome_of outcome = GOES_ON;
	bool ends = false;

	if (depth > DEPTH_MAX) {
		w->unsure = true;
		return GOES_ON;
	}
	for (size_t i = chain[0] ? place_of(l, &name) : l->placed_n; i < l->placed_n && by_name(&l->placed[i], &name) == 0; i++) {
		if (++w->all->steps > STEPS_MAX) {
			w->unsure = true;
			return GOES_ON;
		}
		outcome = rule_walk(w, l->placed[i].what, depth, &ends);
		if ((outcome != GOES_ON || ends) && w->forwards == NULL)
			break;
	}
	return w->forwards ? GOES_ON : outcome;
}

/* "flags" of a table: dormant, or a word this reader does not trust. */
static bool
table_in_force(const struct listing *l, const json_t *chain)
{
	const struct placed name = { text(chain, "family"), text(chain, "table"), "", 0, NULL };
	size_t i = place_of(l, &name);

	return i < l->placed_n && by_name(&l->placed[i], &name) == 0 && json_object_get(l->placed[i].what, "flags") == NULL;
}

static enum nft_input
better(enum nft_input a, enum nft_input b)
{
	static const int weight[] = { [NFT_NO_CHAIN] = 0, [NFT_LETS_IN] = 1, [NFT_UNSURE] = 2, [NFT_DROPS] = 3 };

	return weight[b] > weight[a] ? b : a;
}

static enum nft_input
input_of(struct listing *l, enum nft_family family)
{
	enum nft_input answer = NFT_NO_CHAIN, here;
	const json_t *item, *chain;
	size_t i;

	json_array_foreach(l->items, i, item) {
		struct walk w = { .all = l, .family = family };
		enum outcome_of outcome;

		chain = json_object_get(item, "chain");
		if (chain == NULL || !is(text(chain, "type"), "filter") || !family_is(text(chain, "family"), family) ||
		    (!is(text(chain, "hook"), "input") && !is(text(chain, "hook"), "prerouting")))
			continue;
		outcome = chain_walk(&w, text(chain, "family"), text(chain, "table"), text(chain, "name"), 0);
		if (outcome == GOES_ON)
			outcome = is(text(chain, "policy"), "drop") ? DROPPED : ACCEPTED;
		here = outcome == DROPPED ? NFT_DROPS : w.unsure ? NFT_UNSURE : NFT_LETS_IN;
		if (here == NFT_DROPS && !table_in_force(l, chain))
			here = NFT_UNSURE;
		answer = better(answer, here);
	}
	return answer;
}

static void
forwards_of(struct listing *l, struct nft_view *v)
{
	const json_t *item, *chain;
	size_t i;

	json_array_foreach(l->items, i, item) {
		struct walk w = { .all = l, .forwards = v };

		chain = json_object_get(item, "chain");
		if (chain == NULL || !is(text(chain, "type"), "nat") || !is(text(chain, "hook"), "prerouting"))
			continue;
		w.family = is(text(chain, "family"), "ip6") ? NFT_IPV6 : NFT_IPV4;
		(void)chain_walk(&w, text(chain, "family"), text(chain, "table"), text(chain, "name"), 0); /* collects */
		v->forwards_unsure |= w.unsure;
	}
}

/* "iifname X accept" with nothing else asked: all that comes in there is let in. "lo" is the machine itself. */
static const char *
whole_interface(const json_t *rule)
{
	const json_t *expr = json_object_get(rule, "expr"), *one, *value, *right;
	const char *name = NULL, *key;
	bool accepts = false;
	size_t i;

	json_array_foreach(expr, i, one) {
		key = json_object_iter_key(json_object_iter((json_t *)(uintptr_t)one));
		value = key ? json_object_get(one, key) : NULL;
		if (key == NULL || listed(silent, key))
			continue;
		if (is(key, "accept")) {
			accepts = true;
			continue;
		}
		value = is(key, "match") && is(text(value, "op"), "==") ? value : NULL;
		key = text(json_object_get(json_object_get(value, "left"), "meta"), "key");
		if (name || (!is(key, "iifname") && !is(key, "iif")))
			return NULL;
		right = json_object_get(value, "right");
		name = json_string_value(right);
		for (size_t k = 0; k < json_array_size(json_object_get(right, "set")) && (name == NULL || is(name, "lo")); k++)
			name = json_string_value(json_array_get(json_object_get(right, "set"), k)); /* of several, the first that is not loopback */
		if (name == NULL || is(name, "lo"))
			return NULL;
	}
	return accepts ? name : NULL;
}

/* "notrack" under no condition; under one it is of some ports, and says nothing of the others. */
static bool
untracks_all(const json_t *rule)
{
	const json_t *one;
	bool all = false;
	size_t i;

	json_array_foreach(json_object_get(rule, "expr"), i, one) {
		all |= json_object_get(one, "notrack") != NULL;
		if (!all && json_object_get(one, "counter") == NULL && json_object_get(one, "log") == NULL)
			return false;
	}
	return all;
}

enum rc
nft_read(struct str json, struct nft_view *ret)
{
	json_error_t error;
	json_t *root = json_loadb(json.n ? json.p : "", json.n, JSON_REJECT_DUPLICATES, &error);
	struct listing l = { .items = json_object_get(root, "nftables") };
	const json_t *item;
	struct nft_view v = { 0 };
	size_t i;
	enum rc rc = RC_OK;

	if (!json_is_array(l.items)) {
		rc = FAIL(RC_SYNTAX, "nft: not a listing of its ruleset (line %d)", root ? 0 : error.line);
		goto out;
	}
	json_array_foreach(l.items, i, item) {
		if (!json_is_object(item) || json_object_size(item) != 1) {
			rc = FAIL(RC_SYNTAX, "nft: an item that is not one thing");
			goto out;
		}
		v.rules += json_object_get(item, "rule") != NULL;
		l.notrack |= untracks_all(json_object_get(item, "rule"));
		if (v.whole[0] == '\0' && whole_interface(json_object_get(item, "rule")))
			(void)snprintf(v.whole, sizeof(v.whole), "%s", whole_interface(json_object_get(item, "rule")));
	}
	if (json_object_get(json_array_get(l.items, 0), "metainfo") == NULL ||
	    json_integer_value(json_object_get(json_object_get(json_array_get(l.items, 0), "metainfo"), "json_schema_version")) != 1) {
		rc = FAIL(RC_SYNTAX, "nft: an unknown version of the listing");
		goto out;
	}
	place_all(&l);
	for (enum nft_family f = 0; f < NFT_FAMILIES; f++)
		v.input[f] = input_of(&l, f);
	forwards_of(&l, &v);
	*ret = v;
out:
	free(l.placed);
	json_decref(root);
	return rc;
}
