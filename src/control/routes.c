// SPDX-License-Identifier: Apache-2.0
/* Messages of RTM_GETLINK, RTM_GETROUTE and RTM_GETRULE dumps; every length is checked before it is believed. */
#include "control/routes.h"

#include <arpa/inet.h>
#include <linux/fib_rules.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>

#define DUMP_MAX (4 << 20)

/* The next attribute of `*rest`; false: none left. Broken ones end it with RC_SYNTAX in `*rc`. */
static bool
next(struct str *rest, uint16_t *type, struct str *value, enum rc *rc)
{
	struct rtattr a;
	size_t whole;

	if (rest->n < sizeof(a))
		return false;
	memcpy(&a, rest->p, sizeof(a));
	if (a.rta_len < sizeof(a) || a.rta_len > rest->n) {
		*rc = FAIL(RC_SYNTAX, "rtnetlink: an attribute of impossible length");
		return false;
	}
	*type = a.rta_type & NLA_TYPE_MASK;
	*value = str_sub(*rest, sizeof(a), a.rta_len - sizeof(a));
	whole = RTA_ALIGN((size_t)a.rta_len);
	*rest = str_sub(*rest, whole < rest->n ? whole : rest->n, rest->n);
	return true;
}

static int32_t
number(struct str v)
{
	int32_t n = 0;

	if (v.n == sizeof(n))
		memcpy(&n, v.p, sizeof(n));
	return n;
}

static enum rc
link_info(struct str rest, struct link *l)
{
	struct str value;
	uint16_t type;
	enum rc rc = RC_OK;

	while (next(&rest, &type, &value, &rc))
		if (type == IFLA_INFO_KIND)
			l->bond |= str_starts(value, STR("bond"));
	return rc;
}

static enum rc
take_link(struct str body, struct routes *r)
{
	struct ifinfomsg m;
	struct link l = { .index = 0 };
	bool elsewhere = false;
	struct str value;
	uint16_t type;
	enum rc rc = RC_OK;

	if (body.n < sizeof(m))
		return FAIL(RC_SYNTAX, "rtnetlink: a link cut short");
	memcpy(&m, body.p, sizeof(m));
	body = str_sub(body, NLMSG_ALIGN(sizeof(m)), body.n);
	l.index = m.ifi_index;
	while (next(&body, &type, &value, &rc)) {
		if (type == IFLA_IFNAME && value.n && value.n <= sizeof(l.name))
			memcpy(l.name, value.p, strnlen(value.p, value.n < sizeof(l.name) - 1 ? value.n : sizeof(l.name) - 1));
		else if (type == IFLA_MASTER)
			l.master = number(value);
		else if (type == IFLA_LINK)
			l.below = number(value);
		else if (type == IFLA_LINK_NETNSID) /* its other end is a device of another namespace, whatever has its number here */
			elsewhere = true;
		else if (type == IFLA_CARRIER)
			l.carrier = value.n == 1 && value.p[0] == 1;
		else if (type == IFLA_LINKINFO)
			rc = link_info(value, &l);
		if (rc != RC_OK)
			return rc;
	}
	if (elsewhere)
		l.below = 0;
	if (rc == RC_OK && r->links_count == LINKS_MAX)
		return FAIL(RC_LIMIT, "rtnetlink: more than %d links", LINKS_MAX);
	if (rc == RC_OK)
		r->links[r->links_count++] = l;
	return rc;
}

static enum rc
add_route(struct routes *r, const struct default_route *d)
{
	if (r->routes_count == ROUTES_MAX)
		return FAIL(RC_LIMIT, "rtnetlink: more than %d default routes", ROUTES_MAX);
	r->routes[r->routes_count++] = *d;
	return RC_OK;
}

static void
gateway(struct str v, struct default_route *d)
{
	if (v.n == (d->family == AF_INET ? 4u : 16u) && inet_ntop(d->family, v.p, d->gateway, sizeof(d->gateway)) == NULL)
		d->gateway[0] = '\0';
}

/* Several ways of one route. */
static enum rc
multipath(struct str rest, const struct default_route *like, struct routes *r)
{
	enum rc rc = RC_OK;

	while (rest.n >= sizeof(struct rtnexthop)) {
		struct default_route d = *like;
		struct rtnexthop hop;
		struct str inner, value;
		uint16_t type;
		size_t whole;

		memcpy(&hop, rest.p, sizeof(hop));
		if (hop.rtnh_len < sizeof(hop) || hop.rtnh_len > rest.n)
			return FAIL(RC_SYNTAX, "rtnetlink: a way of impossible length");
		inner = str_sub(rest, sizeof(hop), hop.rtnh_len - sizeof(hop));
		d.link = hop.rtnh_ifindex;
		while (next(&inner, &type, &value, &rc))
			if (type == RTA_GATEWAY)
				gateway(value, &d);
		TRY(rc);
		TRY(add_route(r, &d));
		whole = RTA_ALIGN((size_t)hop.rtnh_len);
		rest = str_sub(rest, whole < rest.n ? whole : rest.n, rest.n);
	}
out:
	return rc;
}

static enum rc
take_route(struct str body, struct routes *r)
{
	struct rtmsg m;
	struct default_route d = { .link = 0 };
	struct str value, ways = STR_NONE;
	uint16_t type;
	enum rc rc = RC_OK;

	if (body.n < sizeof(m))
		return FAIL(RC_SYNTAX, "rtnetlink: a route cut short");
	memcpy(&m, body.p, sizeof(m));
	body = str_sub(body, NLMSG_ALIGN(sizeof(m)), body.n);
	if (m.rtm_dst_len != 0 || m.rtm_type != RTN_UNICAST || (m.rtm_family != AF_INET && m.rtm_family != AF_INET6))
		return RC_OK;
	d.family = m.rtm_family;
	d.table = m.rtm_table;
	while (next(&body, &type, &value, &rc)) {
		if (type == RTA_OIF)
			d.link = number(value);
		else if (type == RTA_PRIORITY)
			d.metric = (uint32_t)number(value);
		else if (type == RTA_TABLE)
			d.table = (uint32_t)number(value);
		else if (type == RTA_GATEWAY)
			gateway(value, &d);
		else if (type == RTA_MULTIPATH)
			ways = value;
	}
	if (rc != RC_OK)
		return rc;
	return ways.n ? multipath(ways, &d, r) : d.link ? add_route(r, &d) : RC_OK;
}

static enum rc
take_rule(struct str body, struct routes *r)
{
	struct fib_rule_hdr m;
	struct route_rule u = { .priority = 0 };
	struct str value;
	uint16_t type;
	enum rc rc = RC_OK;

	if (body.n < sizeof(m))
		return FAIL(RC_SYNTAX, "rtnetlink: a rule cut short");
	memcpy(&m, body.p, sizeof(m));
	body = str_sub(body, NLMSG_ALIGN(sizeof(m)), body.n);
	if (m.family != AF_INET && m.family != AF_INET6)
		return RC_OK;
	u.family = m.family;
	u.action = m.action;
	u.table = m.table;
	u.source = m.src_len != 0;
	u.only = m.dst_len != 0 || m.tos != 0 || (m.flags & FIB_RULE_INVERT);
	while (next(&body, &type, &value, &rc)) {
		if (type == FRA_PRIORITY)
			u.priority = (uint32_t)number(value);
		else if (type == FRA_TABLE)
			u.table = (uint32_t)number(value);
		else if (type == FRA_OIFNAME && value.n && value.n <= sizeof(u.out))
			memcpy(u.out, value.p, strnlen(value.p, value.n < sizeof(u.out) - 1 ? value.n : sizeof(u.out) - 1));
		else if (type == FRA_SUPPRESS_PREFIXLEN) /* -1: none is suppressed; 0 and more: never a default route */
			u.only |= number(value) >= 0;
		else if (type == FRA_FWMARK || type == FRA_TUN_ID)
			u.only |= number(value) != 0 || value.n != 4;
		else if (type == FRA_IIFNAME || type == FRA_UID_RANGE || type == FRA_IP_PROTO || type == FRA_SPORT_RANGE || type == FRA_DPORT_RANGE || type == FRA_L3MDEV)
			u.only = true;
	}
	if (rc == RC_OK && r->rules_count == RULES_MAX)
		return FAIL(RC_LIMIT, "rtnetlink: more than %d rules", RULES_MAX);
	if (rc == RC_OK)
		r->rules[r->rules_count++] = u;
	return rc;
}

static bool
is_gateway(const struct routes *r, const char *address)
{
	for (size_t i = 0; i < r->routes_count; i++)
		if (strcmp(r->routes[i].gateway, address) == 0)
			return true;
	return false;
}

/* Of the many neighbours of a machine only gateways are kept. */
static enum rc
take_neighbour(struct str body, struct routes *r)
{
	struct neighbour n = { .link = 0 };
	struct ndmsg m;
	struct str value;
	uint16_t type;
	enum rc rc = RC_OK;

	if (body.n < sizeof(m))
		return FAIL(RC_SYNTAX, "rtnetlink: a neighbour cut short");
	memcpy(&m, body.p, sizeof(m));
	body = str_sub(body, NLMSG_ALIGN(sizeof(m)), body.n);
	if ((m.ndm_family != AF_INET && m.ndm_family != AF_INET6) || (m.ndm_state & (NUD_INCOMPLETE | NUD_FAILED | NUD_NOARP)))
		return RC_OK;
	n.link = m.ndm_ifindex;
	while (next(&body, &type, &value, &rc)) {
		if (type == NDA_DST && (value.n != (m.ndm_family == AF_INET ? 4u : 16u) || inet_ntop(m.ndm_family, value.p, n.address, sizeof(n.address)) == NULL))
			n.address[0] = '\0';
		else if (type == NDA_LLADDR && value.n && value.n <= 8)
			for (size_t i = 0; i < value.n; i++)
				(void)snprintf(n.mac + 3 * i, sizeof(n.mac) - 3 * i, i + 1 < value.n ? "%02x:" : "%02x", (unsigned char)value.p[i]);
	}
	if (rc != RC_OK || n.address[0] == '\0' || n.mac[0] == '\0' || !is_gateway(r, n.address))
		return rc;
	if (r->neighbours_count == NEIGHBOURS_MAX)
		return FAIL(RC_LIMIT, "rtnetlink: more than %d gateways", NEIGHBOURS_MAX);
	r->neighbours[r->neighbours_count++] = n;
	return RC_OK;
}

static enum rc
parse(struct str dump, uint16_t kind, enum rc (*take)(struct str, struct routes *), struct routes *r)
{
	enum rc rc = RC_OK;

	while (dump.n) {
		struct nlmsghdr head;
		size_t whole;

		if (dump.n < sizeof(head))
			return FAIL(RC_SYNTAX, "rtnetlink: cut short");
		memcpy(&head, dump.p, sizeof(head));
		if (head.nlmsg_len < sizeof(head) || head.nlmsg_len > dump.n)
			return FAIL(RC_SYNTAX, "rtnetlink: a message of impossible length");
		if (head.nlmsg_type == kind)
			TRY(take(str_sub(dump, sizeof(head), head.nlmsg_len - sizeof(head)), r));
		whole = NLMSG_ALIGN((size_t)head.nlmsg_len);
		dump = str_sub(dump, whole < dump.n ? whole : dump.n, dump.n);
	}
out:
	return rc;
}

enum rc
links_parse(struct str dump, struct routes *r)
{
	return parse(dump, RTM_NEWLINK, take_link, r);
}

enum rc
routes_parse(struct str dump, struct routes *r)
{
	return parse(dump, RTM_NEWROUTE, take_route, r);
}

enum rc
rules_parse(struct str dump, struct routes *r)
{
	return parse(dump, RTM_NEWRULE, take_rule, r);
}

enum rc
neighbours_parse(struct str dump, struct routes *r)
{
	return parse(dump, RTM_NEWNEIGH, take_neighbour, r);
}

enum rc
neighbours_look(const struct host *h, struct routes *r)
{
	const struct ndmsg every = { .ndm_family = AF_UNSPEC };
	struct buf dump = BUF(DUMP_MAX);
	enum rc rc = RC_OK;

	r->neighbours_count = 0;
	TRY(host_netlink(h, NETLINK_ROUTE, RTM_GETNEIGH, (struct str){ (const char *)&every, sizeof(every) }, DUMP_MAX, &dump));
	TRY(neighbours_parse(buf_str(&dump), r));
out:
	buf_free(&dump);
	return rc;
}

enum rc
routes_look(const struct host *h, struct routes *ret)
{
	static const uint8_t families[] = { AF_INET, AF_INET6 };
	const struct ifinfomsg any = { .ifi_family = AF_UNSPEC };
	const struct fib_rule_hdr every = { .family = AF_UNSPEC };
	struct buf dump = BUF(DUMP_MAX);
	enum rc rc = RC_OK;

	ret->links_count = ret->routes_count = ret->rules_count = ret->neighbours_count = 0;
	TRY(host_netlink(h, NETLINK_ROUTE, RTM_GETLINK, (struct str){ (const char *)&any, sizeof(any) }, DUMP_MAX, &dump));
	TRY(links_parse(buf_str(&dump), ret));
	for (size_t i = 0; i < 2; i++) {
		const struct rtmsg question = { .rtm_family = families[i] };

		buf_reset(&dump);
		TRY(host_netlink(h, NETLINK_ROUTE, RTM_GETROUTE, (struct str){ (const char *)&question, sizeof(question) }, DUMP_MAX, &dump));
		TRY(routes_parse(buf_str(&dump), ret));
	}
	buf_reset(&dump);
	TRY(host_netlink(h, NETLINK_ROUTE, RTM_GETRULE, (struct str){ (const char *)&every, sizeof(every) }, DUMP_MAX, &dump));
	TRY(rules_parse(buf_str(&dump), ret));
out:
	buf_free(&dump);
	return rc;
}

enum route_way
routes_way(const struct routes *r, const struct link *l, struct str gateway)
{
	static const uint8_t families[] = { AF_INET, AF_INET6 };
	enum route_way way = ROUTE_NONE;

	for (size_t f = 0; f < 2; f++)
		for (size_t i = 0; i < r->rules_count; i++) {
			const struct route_rule *u = &r->rules[i];

			if (u->family != families[f] || u->only || (u->out[0] && strcmp(u->out, l->name) != 0))
				continue;
			if (!u->source && (u->action == FR_ACT_BLACKHOLE || u->action == FR_ACT_UNREACHABLE || u->action == FR_ACT_PROHIBIT))
				break;
			for (size_t k = 0; u->action == FR_ACT_TO_TBL && k < r->routes_count; k++)
				if (r->routes[k].family == u->family && r->routes[k].table == u->table && r->routes[k].link == l->index && (gateway.n == 0 || str_eq_c(gateway, r->routes[k].gateway)))
					way = u->source && way != ROUTE_YES ? ROUTE_BY_SOURCE : ROUTE_YES;
		}
	return way;
}

const struct link *
link_named(const struct routes *r, struct str name)
{
	for (size_t i = 0; i < r->links_count; i++)
		if (name.n && str_eq_c(name, r->links[i].name))
			return &r->links[i];
	return NULL;
}

const struct link *
link_of(const struct routes *r, int32_t index)
{
	for (size_t i = 0; i < r->links_count; i++)
		if (index && r->links[i].index == index)
			return &r->links[i];
	return NULL;
}

int32_t
link_root(const struct routes *r, const struct link *l)
{
	for (int depth = 0; depth < 8; depth++) { /* a loop of devices ends */
		const struct link *under = link_of(r, l->below), *around = link_of(r, l->master);

		if (under && under != l && !str_eq_c(str_of(l->name), under->name))
			l = under;
		else if (around && around->bond)
			l = around;
		else
			break;
	}
	return l->index;
}
