// SPDX-License-Identifier: Apache-2.0
/* Messages of RTM_GETLINK and RTM_GETROUTE dumps; every length is checked before it is believed. */
#include "control/routes.h"

#include <arpa/inet.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
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
		else if (type == IFLA_CARRIER)
			l.carrier = value.n == 1 && value.p[0] == 1;
		else if (type == IFLA_LINKINFO)
			rc = link_info(value, &l);
		if (rc != RC_OK)
			return rc;
	}
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
	while (next(&body, &type, &value, &rc)) {
		if (type == RTA_OIF)
			d.link = number(value);
		else if (type == RTA_PRIORITY)
			d.metric = (uint32_t)number(value);
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
routes_look(const struct host *h, struct routes *ret)
{
	static const uint8_t families[] = { AF_INET, AF_INET6 };
	const struct ifinfomsg any = { .ifi_family = AF_UNSPEC };
	struct buf dump = BUF(DUMP_MAX);
	enum rc rc = RC_OK;

	ret->links_count = ret->routes_count = 0;
	TRY(host_netlink(h, NETLINK_ROUTE, RTM_GETLINK, (struct str){ (const char *)&any, sizeof(any) }, DUMP_MAX, &dump));
	TRY(links_parse(buf_str(&dump), ret));
	for (size_t i = 0; i < 2; i++) {
		const struct rtmsg question = { .rtm_family = families[i] };

		buf_reset(&dump);
		TRY(host_netlink(h, NETLINK_ROUTE, RTM_GETROUTE, (struct str){ (const char *)&question, sizeof(question) }, DUMP_MAX, &dump));
		TRY(routes_parse(buf_str(&dump), ret));
	}
out:
	buf_free(&dump);
	return rc;
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
