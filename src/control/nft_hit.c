// SPDX-License-Identifier: Apache-2.0
/* Conditions of rules: what is known of the packet decides; what is not known may hold or not. */
#include "control/nft_hit.h"

#include <arpa/inet.h>
#include <string.h>

static const struct nft_hit never = { { .all = false }, { .all = false } }, always = { { .all = true }, { .all = true } }, perhaps = { { .all = false }, { .all = true } };

static struct nft_hit
known(bool holds)
{
	return holds ? always : never;
}

static enum rc
region_both(struct nft_view_of *v, const struct nft_region *a, const struct nft_region *b, struct nft_region *ret)
{
	struct nft_region r = { .all = a->all && b->all };
	enum rc rc = RC_OK;

	if (!r.all && (a->all || b->all))
		r = a->all ? *b : *a;
	else if (!r.all)
		TRY(nft_ranges_both(&a->r, &b->r, v->arena, &r.r));
	*ret = r;
out:
	return rc;
}

enum rc
nft_hit_both(struct nft_view_of *v, const struct nft_hit *a, const struct nft_hit *b, struct nft_hit *ret)
{
	struct nft_hit h;
	enum rc rc = RC_OK;

	TRY(region_both(v, &a->sure, &b->sure, &h.sure));
	TRY(region_both(v, &a->maybe, &b->maybe, &h.maybe));
	*ret = h;
out:
	return rc;
}

static enum rc
region_add(struct nft_view_of *v, struct nft_region *to, const struct nft_region *more)
{
	if (to->all || more->all) {
		*to = (struct nft_region){ .all = true };
		return RC_OK;
	}
	return nft_ranges_union(&to->r, &more->r, v->arena, &to->r);
}

static enum rc
region_not(struct nft_view_of *v, const struct nft_region *a, struct nft_region *ret)
{
	struct nft_ranges all;
	enum rc rc = RC_OK;

	if (a->all || a->r.count == 0) {
		*ret = (struct nft_region){ .all = !a->all };
		return RC_OK;
	}
	TRY(nft_ranges_all(v->ask->family, v->arena, &all));
	*ret = (struct nft_region){ .all = false };
	TRY(nft_ranges_less(&all, &a->r, v->arena, &ret->r));
out:
	return rc;
}

/* ---- values ---- */

const json_t *
nft_element(const json_t *v)
{
	const json_t *inner = json_object_get(json_object_get(v, "elem"), "val");

	return inner ? inner : v;
}

/* "192.0.2.1", {"prefix": {"addr": …, "len": 24}}, {"range": [a, b]} */
static enum rc
address_range(const json_t *v, enum nft_family family, struct nft_range *ret)
{
	const json_t *prefix = json_object_get(v, "prefix"), *range = json_object_get(v, "range"), *len = json_object_get(prefix, "len");
	nft_address a, b;
	enum rc rc = RC_OK;

	if (json_is_string(v)) {
		TRY(nft_address_parse(json_string_value(v), family, &a));
		*ret = (struct nft_range){ a, a };
	} else if (json_is_string(json_object_get(prefix, "addr")) && json_is_integer(len) && json_integer_value(len) >= 0 && json_integer_value(len) <= 128) {
		TRY(nft_address_parse(json_string_value(json_object_get(prefix, "addr")), family, &a));
		*ret = nft_range_of_prefix(a, (unsigned)json_integer_value(len), family);
	} else if (json_array_size(range) == 2 && json_is_string(json_array_get(range, 0)) && json_is_string(json_array_get(range, 1))) {
		TRY(nft_address_parse(json_string_value(json_array_get(range, 0)), family, &a));
		TRY(nft_address_parse(json_string_value(json_array_get(range, 1)), family, &b));
		if (a > b)
			return FAIL(RC_SYNTAX, "nft: a range that ends before it begins");
		*ret = (struct nft_range){ a, b };
	} else {
		return FAIL(RC_SYNTAX, "nft: no address");
	}
out:
	return rc;
}

/* 22 or {"range": [1, 9]}; RC_SYNTAX: no port. */
static enum rc
port_range(const json_t *v, json_int_t *first, json_int_t *last)
{
	const json_t *range = json_object_get(v, "range");

	if (json_is_integer(v)) {
		*first = *last = json_integer_value(v);
	} else if (json_array_size(range) == 2 && json_is_integer(json_array_get(range, 0)) && json_is_integer(json_array_get(range, 1))) {
		*first = json_integer_value(json_array_get(range, 0));
		*last = json_integer_value(json_array_get(range, 1));
	} else {
		return FAIL(RC_SYNTAX, "nft: no port");
	}
	return RC_OK;
}

static struct nft_hit
hit_port(const struct nft_view_of *v, const json_t *value)
{
	json_int_t first, last;

	return port_range(value, &first, &last) == RC_OK ? known(v->ask->port >= first && v->ask->port <= last) : perhaps;
}

static struct nft_hit
hit_protocol(const struct nft_view_of *v, const json_t *value)
{
	bool tcp = v->ask->protocol == NFT_TCP;

	if (json_is_integer(value))
		return known(json_integer_value(value) == (tcp ? 6 : 17));
	return json_is_string(value) ? known(nft_is(json_string_value(value), tcp ? "tcp" : "udp")) : perhaps;
}

/* Does a pattern of an interface ("eth*") name this one? */
static bool
interface_named(const char *pattern, struct str name)
{
	size_t n = strlen(pattern);

	return n && pattern[n - 1] == '*' ? str_starts(name, (struct str){ pattern, n - 1 }) : str_eq_c(name, pattern);
}

static struct nft_hit
hit_interface(const struct nft_view_of *v, const json_t *value)
{
	size_t named = 0;

	if (!json_is_string(value))
		return perhaps;
	if (nft_is(json_string_value(value), "lo"))
		return never;
	for (size_t i = 0; i < v->ask->outside_count; i++)
		named += interface_named(json_string_value(value), v->ask->outside[i]);
	return v->ask->outside_count == 0 ? perhaps : named == 0 ? never : named == v->ask->outside_count ? always : perhaps;
}

/* The packet's destination: this machine, or one behind it; never loopback, multicast or broadcast. */
static struct nft_hit
hit_destination(const struct nft_view_of *v, const json_t *value)
{
	enum nft_family family = v->ask->family;
	nft_address end = nft_address_last(family), lo = family == NFT_IPV4 ? (nft_address)127 << 24 : 1, many = family == NFT_IPV4 ? (nft_address)224 << 24 : (nft_address)0xff << 120;
	struct nft_range r;

	if (address_range(value, family, &r) != RC_OK)
		return perhaps;
	if (r.first == 0 && r.last == end)
		return always;
	if (r.first >= many || (r.first >= lo && r.last <= (family == NFT_IPV4 ? lo | 0xffffff : 1)))
		return never;
	return perhaps;
}

static const struct { const char *name; unsigned bit; } flags[] = { { "fin", 1 }, { "syn", 2 }, { "rst", 4 }, { "psh", 8 }, { "ack", 16 }, { "urg", 32 }, { "ecn", 64 }, { "cwr", 128 } };

/* "syn", ["syn", "ack"], {"|": […]}, 2; false: not flags. */
static bool
flag_bits(const json_t *v, unsigned *ret, int depth)
{
	const json_t *list = json_is_array(v) ? v : json_object_get(v, "|"), *one;
	size_t i;

	if (json_is_integer(v) && json_integer_value(v) >= 0 && json_integer_value(v) < 256) {
		*ret |= (unsigned)json_integer_value(v);
		return true;
	}
	for (i = 0; json_is_string(v) && i < sizeof(flags) / sizeof(flags[0]); i++)
		if (nft_is(json_string_value(v), flags[i].name)) {
			*ret |= flags[i].bit;
			return true;
		}
	if (!json_is_array(list) || depth > 4)
		return false;
	json_array_foreach(list, i, one)
		if (!flag_bits(one, ret, depth + 1))
			return false;
	return true;
}

/* A first packet has SYN and nothing else. */
static struct nft_hit
hit_flags(const json_t *mask, const char *op, const json_t *right)
{
	unsigned m = mask ? 0 : 255, want = 0;

	if ((mask && !flag_bits(mask, &m, 0)) || !flag_bits(right, &want, 0))
		return perhaps;
	return known(nft_is(op, "in") ? (2 & m & want) != 0 : (2 & m) == want);
}

/* ---- one value against the left side ---- */

static struct nft_hit
word_is(const json_t *value, const char *yes, const char *const *no)
{
	if (!json_is_string(value))
		return perhaps;
	return nft_is(json_string_value(value), yes) ? always : no == NULL || nft_listed(no, json_string_value(value)) ? never : perhaps;
}

/* Parts of packets other than ours: a rule about them is not about it. */
static const char *const others[] = { "icmp", "icmpv6", "igmp", "sctp", "dccp", "esp", "ah", "comp", "udplite", "arp", "gre", "vxlan", "geneve", NULL };

/* Can the left side be asked of this packet at all? */
static bool
applies(const struct nft_view_of *v, const json_t *left)
{
	const json_t *inner = json_object_get(left, "&");
	const char *protocol = nft_text(json_object_get(json_is_array(inner) ? json_array_get(inner, 0) : left, "payload"), "protocol");

	if (nft_is(protocol, "ip") || nft_is(protocol, "ip6"))
		return nft_is(protocol, "ip") == (v->ask->family == NFT_IPV4);
	if (nft_is(protocol, "tcp") || nft_is(protocol, "udp"))
		return nft_is(protocol, "tcp") == (v->ask->protocol == NFT_TCP);
	return !nft_listed(others, protocol);
}

static enum rc
hit_one(struct nft_view_of *v, const json_t *left, const json_t *value, struct nft_hit *ret)
{
	static const char *const not_new[] = { "established", "related", "invalid", "untracked", NULL }, *const untracked[] = { "new", "untracked", NULL }, *const not_host[] = { "broadcast", "multicast", "other", NULL },
		*const not_local[] = { "broadcast", "multicast", "anycast", "unspec", "blackhole", NULL };
	const json_t *payload = json_object_get(left, "payload"), *fib = json_object_get(left, "fib");
	const char *meta = nft_text(json_object_get(left, "meta"), "key"), *ct = nft_text(json_object_get(left, "ct"), "key"), *field = nft_text(payload, "field"),
		   *protocol = nft_text(payload, "protocol");
	bool ip = nft_is(protocol, "ip") || nft_is(protocol, "ip6"), v4 = v->ask->family == NFT_IPV4;
	struct nft_range range;
	enum rc rc = RC_OK;

	if (!applies(v, left)) {
		*ret = never;
	} else if (ip && nft_is(field, "saddr")) {
		*ret = never;
		if (address_range(value, v->ask->family, &range) != RC_OK)
			*ret = perhaps;
		else {
			struct nft_region r = { .r = { arena_get(v->arena, sizeof(range)), 1 } };

			if (r.r.list == NULL)
				return FAIL(RC_LIMIT, "nft: too many addresses");
			r.r.list[0] = range;
			*ret = (struct nft_hit){ r, r };
		}
	} else if (ip && nft_is(field, "daddr")) {
		*ret = hit_destination(v, value);
	} else if ((ip && (nft_is(field, "protocol") || nft_is(field, "nexthdr"))) || nft_is(meta, "l4proto")) {
		*ret = hit_protocol(v, value);
	} else if (nft_is(field, "dport")) {
		*ret = hit_port(v, value);
	} else if (nft_is(meta, "nfproto")) {
		*ret = word_is(value, v4 ? "ipv4" : "ipv6", NULL);
	} else if (nft_is(meta, "protocol")) {
		*ret = word_is(value, v4 ? "ip" : "ip6", NULL);
	} else if (nft_is(meta, "iif") || nft_is(meta, "iifname")) {
		*ret = hit_interface(v, value);
	} else if (nft_is(meta, "pkttype")) {
		*ret = word_is(value, "host", not_host);
	} else if (nft_is(ct, "state")) {
		*ret = v->rules->notrack && nft_listed(untracked, json_string_value(value)) ? perhaps : word_is(value, "new", not_new);
	} else if (nft_is(ct, "direction")) {
		*ret = word_is(value, "original", NULL);
	} else if (nft_is(nft_text(fib, "result"), "type")) {
		*ret = word_is(value, v->ask->hook == NFT_INPUT ? "local" : "unicast", not_local);
	} else if (nft_is(nft_text(fib, "result"), "oif")) { /* a stranger comes by the way that leads back to him */
		*ret = json_is_boolean(value) ? known(json_is_true(value)) : perhaps;
	} else {
		*ret = perhaps;
	}
	rc_trail_clear();
	return rc;
}

/* "saddr . dport": each part against its part. */
enum rc
nft_hit_value(struct nft_view_of *v, const struct nft_chain *in, const json_t *left, const json_t *value, struct nft_hit *ret)
{
	const json_t *parts = json_object_get(left, "concat"), *values = json_object_get(nft_element(value), "concat"), *one;
	struct nft_hit all = always, here;
	size_t i;
	enum rc rc = RC_OK;

	(void)in;
	TRY(nft_step(v, 1));
	value = nft_element(value);
	if (json_is_string(value) && nft_is(json_string_value(value), "*")) { /* what no other element takes: it may be ours */
		*ret = perhaps;
		return RC_OK;
	}
	if (!json_is_array(parts))
		return hit_one(v, left, value, ret);
	if (json_array_size(parts) != json_array_size(values)) {
		*ret = perhaps;
		return RC_OK;
	}
	json_array_foreach(parts, i, one) {
		TRY(hit_one(v, one, json_array_get(values, i), &here));
		TRY(nft_hit_both(v, &all, &here, &all));
	}
	*ret = all;
out:
	return rc;
}

/* ---- sets ---- */

const json_t *
nft_elements(const struct nft_view_of *v, const struct nft_chain *in, const json_t *set)
{
	const char *name = json_string_value(set);
	const struct nft_rules *r = v->rules;

	if (name == NULL || name[0] != '@')
		return json_is_array(set) ? set : json_object_get(set, "set");
	for (size_t i = 0; i < r->sets_count; i++)
		if (nft_is(r->sets[i].name, name + 1) && nft_is(r->sets[i].table, in->table) && nft_is(r->sets[i].family, in->family))
			return r->sets[i].elements;
	return NULL;
}

/* A list of source addresses, read once. RC_SYNTAX: not all of it is addresses. */
static enum rc
addresses(struct nft_view_of *v, const json_t *list, struct nft_ranges *ret)
{
	struct nft_rules *rules = v->rules;
	struct nft_ranges r = { NULL, 0 };
	const json_t *one;
	size_t i;
	enum rc rc = RC_OK;

	for (i = 0; i < rules->cached_count; i++)
		if (rules->cached[i].list == list && rules->cached[i].family == v->ask->family) {
			*ret = rules->cached[i].ranges;
			return RC_OK;
		}
	TRY(nft_step(v, json_array_size(list)));
	r.list = arena_get(rules->arena, (json_array_size(list) + 1) * sizeof(r.list[0]));
	if (r.list == NULL)
		return FAIL(RC_LIMIT, "nft: too many addresses");
	json_array_foreach(list, i, one) {
		TRY(address_range(nft_element(one), v->ask->family, &r.list[r.count]));
		r.count++;
	}
	TRY(nft_ranges_order(&r));
	if (rules->cached_count < sizeof(rules->cached) / sizeof(rules->cached[0]))
		rules->cached[rules->cached_count++] = (struct nft_cached){ list, v->ask->family, r };
	*ret = r;
out:
	return rc;
}

static enum rc
hit_list(struct nft_view_of *v, const struct nft_chain *in, const json_t *left, const json_t *list, struct nft_hit *ret)
{
	const json_t *payload = json_object_get(left, "payload"), *one;
	struct nft_hit sum = never, here;
	struct nft_ranges r;
	size_t i;
	enum rc rc = RC_OK;

	if (nft_is(nft_text(payload, "field"), "saddr") && (nft_is(nft_text(payload, "protocol"), "ip") || nft_is(nft_text(payload, "protocol"), "ip6"))) {
		rc = addresses(v, list, &r);
		if (rc == RC_OK)
			*ret = (struct nft_hit){ { .r = r }, { .r = r } };
		if (rc != RC_SYNTAX)
			return rc;
		rc_trail_clear();
	}
	json_array_foreach(list, i, one) {
		TRY(nft_hit_value(v, in, left, one, &here));
		TRY(region_add(v, &sum.sure, &here.sure));
		TRY(region_add(v, &sum.maybe, &here.maybe));
		if (sum.sure.all)
			break;
	}
	*ret = sum;
out:
	return rc;
}

enum rc
nft_hit_match(struct nft_view_of *v, const struct nft_chain *in, const json_t *match, struct nft_hit *ret)
{
	const json_t *left = json_object_get(match, "left"), *right = json_object_get(match, "right"), *masked = json_object_get(left, "&"), *list = nft_elements(v, in, right);
	const json_t *payload = json_object_get(json_is_array(masked) ? json_array_get(masked, 0) : left, "payload");
	const char *op = nft_text(match, "op");
	bool set = json_is_array(list) || (json_is_string(right) && json_string_value(right)[0] == '@');
	struct nft_hit hit;
	enum rc rc = RC_OK;

	if (!applies(v, left)) {
		*ret = never;
		return RC_OK;
	}
	if (!nft_is(op, "==") && !nft_is(op, "!=") && !nft_is(op, "in")) { /* comparisons of size */
		json_int_t port = json_integer_value(right);

		*ret = perhaps;
		if (nft_is(nft_text(payload, "field"), "dport") && json_is_integer(right)) {
			if (nft_is(op, "<") || nft_is(op, "<="))
				*ret = known(nft_is(op, "<") ? v->ask->port < port : v->ask->port <= port);
			else if (nft_is(op, ">") || nft_is(op, ">="))
				*ret = known(nft_is(op, ">") ? v->ask->port > port : v->ask->port >= port);
		}
		return RC_OK;
	}
	if (nft_is(nft_text(payload, "field"), "flags") && nft_is(nft_text(payload, "protocol"), "tcp"))
		hit = hit_flags(json_is_array(masked) ? json_array_get(masked, 1) : NULL, op, right);
	else if (json_is_array(masked) || (set && list == NULL)) /* a set that is not in the listing */
		hit = perhaps;
	else if (set)
		TRY(hit_list(v, in, left, list, &hit));
	else
		TRY(nft_hit_value(v, in, left, right, &hit));
	if (nft_is(op, "!=")) {
		TRY(region_not(v, &hit.maybe, &ret->sure));
		TRY(region_not(v, &hit.sure, &ret->maybe));
	} else {
		*ret = hit;
	}
out:
	return rc;
}
