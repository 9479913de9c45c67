// SPDX-License-Identifier: Apache-2.0
/* routes - links, default routes, the rules that lead to them and the neighbours they name, from the kernel's own dumps (rtnetlink). */
#ifndef CONTROL_ROUTES_H
#define CONTROL_ROUTES_H

#include "os/host.h"

#define LINKS_MAX  512
#define ROUTES_MAX 256
#define RULES_MAX  512
#define NEIGHBOURS_MAX ROUTES_MAX

struct link { int32_t index, master /* bond or bridge it belongs to; 0: none */, below /* device it stands on (VLAN); 0: none */; bool carrier, bond; char name[16]; };
struct default_route { int32_t link; uint32_t metric, table; uint8_t family; char gateway[48]; /* empty: none */ };
/* `only`: for packets this machine cannot name in general (a mark, a port, those it passes on). */
struct route_rule { uint32_t priority, table; uint8_t family, action /* FR_ACT_… */; bool only, source; char out[16] /* by this interface only; empty: any */; };
struct neighbour { int32_t link; char address[48], mac[24]; };
enum route_way { ROUTE_NONE = 0, ROUTE_BY_SOURCE /* for packets from certain addresses of ours */, ROUTE_YES };
struct routes {
	struct link          links[LINKS_MAX];
	size_t               links_count;
	struct default_route routes[ROUTES_MAX];
	size_t               routes_count;
	struct route_rule    rules[RULES_MAX];  /* in the kernel's order, family by family */
	size_t               rules_count;
	struct neighbour     neighbours[NEIGHBOURS_MAX]; /* those that are gateways of a default route, by whatever interface */
	size_t               neighbours_count;
};

/* RC_SYNTAX: not such a dump; RC_LIMIT: more than fits. */
MUST_USE enum rc   links_parse(struct str dump, struct routes *);
MUST_USE enum rc   routes_parse(struct str dump, struct routes *); /* of every table: policy routing has its own */
MUST_USE enum rc   rules_parse(struct str dump, struct routes *);
MUST_USE enum rc   routes_look(const struct host *, struct routes *ret);
MUST_USE enum rc   neighbours_parse(struct str dump, struct routes *);          /* after routes_parse                */
MUST_USE enum rc   neighbours_look(const struct host *, struct routes *);       /* after routes_look: ask when there was a reason to speak to them */
const struct link *link_named(const struct routes *, struct str name);
const struct link *link_of(const struct routes *, int32_t index);
/* Do the rules lead what goes out by this link to a default route by it (by that gateway, unless empty)? */
enum route_way     routes_way(const struct routes *, const struct link *, struct str gateway);
/* The device a line really goes through: without VLANs on it and without the bond around it. */
int32_t            link_root(const struct routes *, const struct link *);

#endif
