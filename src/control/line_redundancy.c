// SPDX-License-Identifier: Apache-2.0
/*
 * line-redundancy - do two declared lines of two carriers reach the outside, each its own way?
 *
 * A line holds when its interface has a carrier signal and a default route, and
 * an address declared for it answers by way of that interface (being refused is
 * an answer). A route counts when the routing rules lead to it what goes out by
 * that interface; one for certain sources alone may be for others than the one
 * we come from, so silence there proves nothing. Two interfaces on one device, as VLANs or a bond, are one line,
 * and so are two behind one gateway: its hardware address, which the kernel knows once a line was used, tells it.
 * Two of one maker (the same first half) may be two ports of one router: nobody can tell from here.
 * Without one nobody can tell either: what is declared of carriers alone passes nothing.
 * What this machine cannot see of a line is UNKNOWN.
 */
#include <string.h>

#include "base/num.h"
#include "control/control.h"
#include "control/given.h"
#include "control/routes.h"
#include "message/messages.h"

#define REACH_MS 3000

/* "reached", "silent", or "not-declared" when nobody said what to reach. */
static enum rc
reach(const struct host *h, const struct link *l, const char *address, int64_t port, const char **ret)
{
	struct host_tcp *t = NULL;
	enum rc rc;

	*ret = "not-declared";
	if (address == NULL || address[0] == '\0' || port < 1 || port > 65535)
		return RC_OK;
	rc = host_tcp_open(h, &(struct host_to){ address, (uint16_t)port, l->name }, 1024, REACH_MS, &t);
	host_tcp_close(t);
	*ret = rc == RC_OK || rc == RC_NOTFOUND ? "reached" : rc == RC_TIMEOUT ? "silent" : "not-asked";
	return RC_OK;
}

/* Behind whom does it go out, to such an address? `known`: the hardware address of each is. */
static void
behind(const struct routes *r, const struct link *l, struct str declared, bool six, struct facts *f, uint32_t row)
{
	struct buf gateways = BUF(1024), macs = BUF(1024);
	size_t all = 0, known = 0;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < r->routes_count && rc == RC_OK; i++) {
		const struct default_route *d = &r->routes[i];
		bool found = false;

		if (d->link != l->index || d->gateway[0] == '\0' || (strchr(d->gateway, ':') != NULL) != six || (declared.n && !str_eq_c(declared, d->gateway)))
			continue;
		all++;
		rc = buf_addf(&gateways, "%s%s", gateways.n ? " " : "", d->gateway);
		for (size_t k = 0; k < r->neighbours_count; k++)
			found |= r->neighbours[k].link == l->index && strcmp(r->neighbours[k].address, d->gateway) == 0;
		known += found;
	}
	for (size_t k = 0; k < r->neighbours_count && rc == RC_OK; k++) /* another line's gateway, too: then both stand in one net */
		if (r->neighbours[k].link == l->index)
			rc = buf_addf(&macs, "%s%s", macs.n ? " " : "", r->neighbours[k].mac);
	if (gateways.n)
		fact_text(f, row, "gateway", buf_str(&gateways));
	if (macs.n)
		fact_text(f, row, "gateway_mac", buf_str(&macs));
	fact_bool(f, row, "gateway_known", rc == RC_OK && all > 0 && known == all);
	rc_trail_clear();
	buf_free(&gateways);
	buf_free(&macs);
}

static enum rc
look(const struct host *h, const struct subject *s, struct facts *f)
{
	static const struct facts nothing = { .list = NULL };
	const struct facts *given = s->given ? s->given : &nothing;
	struct routes *r = arena_get(f->arena, sizeof(*r));
	uint32_t row = 0;
	enum rc rc = RC_OK;

	if (r == NULL)
		return FAIL(RC_LIMIT, "no room");
	TRY(routes_look(h, r));
	fact_bool(f, 0, "looked", true);
	for (uint32_t i = 1; i <= fact_rows(given); i++) {
		struct str carrier = fact_s(given, i, "line.carrier");
		const struct link *l = link_named(r, fact_s(given, i, "line.interface"));
		int64_t port = fact_n(given, i, "line.probe_port", 0);
		enum route_way way = ROUTE_NONE;
		const char *word = "no-interface";

		if (carrier.n == 0)
			continue;
		if (num_parse(fact_s(given, i, "line.probe_port"), 1, 65535, &port) != RC_OK)
			rc_trail_clear();
		row++;
		fact_text(f, row, "name", fact_s(given, i, "line.name"));
		fact_text(f, row, "carrier", carrier);
		if (fact_s(given, i, "line.interface").n && l == NULL)
			word = "no-such-interface";
		else if (l && !l->carrier)
			word = "no-carrier";
		else if (l && (way = routes_way(r, l, fact_s(given, i, "line.gateway"))) == ROUTE_NONE)
			word = "no-route";
		else if (l)
			TRY(reach(h, l, arena_cstr(f->arena, fact_s(given, i, "line.probe_address")), port, &word));
		if (way == ROUTE_BY_SOURCE && strcmp(word, "silent") == 0)
			word = "by-source";
		fact_text(f, row, "state", str_of(word));
		if (l)
			fact_int(f, row, "device", link_root(r, l));
	}
	if (neighbours_look(h, r) != RC_OK) /* behind the questions that made the kernel find its gateways */
		r->neighbours_count = 0;
	row = 0;
	for (uint32_t i = 1; i <= fact_rows(given); i++) {
		const struct link *l = link_named(r, fact_s(given, i, "line.interface"));

		if (fact_s(given, i, "line.carrier").n == 0)
			continue;
		row++;
		if (l)
			behind(r, l, fact_s(given, i, "line.gateway"), str_find(fact_s(given, i, "line.probe_address"), STR(":"), NULL), f, row);
	}
	rc_trail_clear();
out:
	return rc;
}

enum apart { APART_ONE_DEVICE, APART_ONE_GATEWAY, APART_UNSEEN, APART_ALIKE, APART_YES };

/* "02:11:22", of whoever made it. */
static bool
one_maker(struct str macs, struct str others)
{
	struct str mac, other, rest;

	while (str_cut(&macs, ' ', &mac))
		for (rest = others; str_cut(&rest, ' ', &other);)
			if (mac.n > 8 && other.n > 8 && str_eq(str_sub(mac, 0, 8), str_sub(other, 0, 8)))
				return true;
	return false;
}

/* Do two lines go their own ways, as far as this machine sees? */
static enum apart
apart(const struct facts *f, uint32_t a, uint32_t b)
{
	struct str macs = fact_s(f, a, "gateway_mac"), mac;

	if (fact_get(f, a, "device") && fact_n(f, a, "device", 0) == fact_n(f, b, "device", -1))
		return APART_ONE_DEVICE;
	while (str_cut(&macs, ' ', &mac))
		if (names_have(fact_s(f, b, "gateway_mac"), mac))
			return APART_ONE_GATEWAY;
	if (!fact_n(f, a, "gateway_known", 0) || !fact_n(f, b, "gateway_known", 0))
		return APART_UNSEEN;
	return one_maker(fact_s(f, a, "gateway_mac"), fact_s(f, b, "gateway_mac")) ? APART_ALIKE : APART_YES;
}

/*= S-7-4 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	static const char *const down[] = { "no-such-interface", "no-carrier", "no-route", NULL };
	uint32_t rows = fact_rows(f), bad = 0, unseen = 0, first = 0, found[APART_YES] = { 0 };
	bool carriers = false, anyone = false, two = false;
	int64_t good = 0, declared = 0;

	(void)p;
	(void)now_us;
	for (uint32_t row = 1; row <= rows; row++)
		anyone |= str_eq(fact_s(f, row, "state"), STR("reached"));
	for (uint32_t row = 1; row <= rows; row++) {
		struct str state = fact_s(f, row, "state");
		bool is_down = str_eq(state, STR("silent")) && anyone; /* nobody reached: it may be the far end */

		if (state.n == 0)
			continue;
		declared++;
		first = first ? first : row;
		carriers |= !same_name(fact_s(f, row, "carrier"), fact_s(f, first, "carrier"));
		for (size_t i = 0; down[i]; i++)
			is_down |= str_eq_c(state, down[i]);
		if (is_down)
			bad = bad ? bad : row;
		else if (!str_eq(state, STR("reached")))
			unseen = unseen ? unseen : row;
		else
			good++;
	}
	for (uint32_t row = 1; row <= rows; row++) /* two that hold are enough, whatever the third does */
		for (uint32_t other = 1; other < row; other++) {
			bool reached = str_eq(fact_s(f, row, "state"), STR("reached")) && str_eq(fact_s(f, other, "state"), STR("reached"));
			enum apart how = apart(f, row, other);

			two |= how == APART_YES && reached && !same_name(fact_s(f, row, "carrier"), fact_s(f, other, "carrier"));
			if (how == APART_ONE_DEVICE || (how != APART_YES && reached))
				found[how] = found[how] ? found[how] : row;
		}
	if (f->overflow || !fact_n(f, 0, "looked", 0)) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_LINES_NO_ANSWER);
	} else if (declared == 0) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_LINES_NOTHING);
	} else if (two) {
		finding_set(ret, VERDICT_PASS, MSG_LINES_TWO);
		finding_int(ret, "count", good);
	} else if (!carriers) {
		finding_set(ret, VERDICT_FAIL, MSG_LINES_ONE_CARRIER);
	} else {
		const struct { uint32_t row; enum verdict verdict; uint16_t message; } why[] = {
			{ bad, VERDICT_FAIL, MSG_LINES_DOWN }, { found[APART_ONE_DEVICE], VERDICT_FAIL, MSG_LINES_SAME_DEVICE },
			{ found[APART_UNSEEN] || found[APART_ALIKE] || unseen ? 0 : found[APART_ONE_GATEWAY], VERDICT_FAIL, MSG_LINES_ONE_GATEWAY }, /* a third that is not seen may be the second */
			{ unseen, VERDICT_UNKNOWN, MSG_LINES_UNSEEN }, { found[APART_UNSEEN], VERDICT_UNKNOWN, MSG_LINES_GATEWAY_UNSEEN },
			{ found[APART_ALIKE], VERDICT_UNKNOWN, MSG_LINES_GATEWAY_ALIKE },
		};
		size_t i = 0;

		while (i + 1 < sizeof(why) / sizeof(why[0]) && why[i].row == 0)
			i++;
		finding_set(ret, why[i].verdict, why[i].message);
		finding_text(ret, "name", fact_s(f, why[i].row, "name"));
		finding_text(ret, "why", fact_s(f, why[i].row, why[i].message == MSG_LINES_ONE_GATEWAY || why[i].message == MSG_LINES_GATEWAY_ALIKE ? "gateway_mac" : why[i].message == MSG_LINES_GATEWAY_UNSEEN ? "gateway" : "state"));
	}
}

static const char *const registers[] = { "line", NULL };

const struct control control_line_redundancy = {
	.id = "line-redundancy", .subject = SUBJECT_HOST, .by = LOOK_BY_READER, .reader = 5, .every_s = 300, .timeout_ms = 30000, .registers = registers, .look = look, .judge = judge,
};
