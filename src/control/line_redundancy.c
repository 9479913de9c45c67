// SPDX-License-Identifier: Apache-2.0
/*
 * line-redundancy - do two declared lines of two carriers reach the outside, each its own way?
 *
 * A line holds when its interface has a carrier signal and a default route, and
 * an address declared for it answers by way of that interface (being refused is
 * an answer). A route counts when the routing rules lead to it what goes out by
 * that interface; one for certain sources alone may be for others than the one
 * we come from, so silence there proves nothing. Two interfaces on one device, as VLANs or a bond, are one line.
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
	rc_trail_clear();
out:
	return rc;
}

/*= S-7-4 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	static const char *const down[] = { "no-such-interface", "no-carrier", "no-route", NULL };
	uint32_t rows = fact_rows(f), bad = 0, unseen = 0, same = 0, first = 0;
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
		for (uint32_t other = 1; other < row; other++)
			if (fact_get(f, row, "device") && fact_n(f, row, "device", 0) == fact_n(f, other, "device", -1))
				same = same ? same : row;
	}
	for (uint32_t row = 1; row <= rows; row++) /* two that hold are enough, whatever the third does */
		for (uint32_t other = 1; other < row; other++)
			two |= str_eq(fact_s(f, row, "state"), STR("reached")) && str_eq(fact_s(f, other, "state"), STR("reached")) &&
			    !same_name(fact_s(f, row, "carrier"), fact_s(f, other, "carrier")) && fact_n(f, row, "device", 0) != fact_n(f, other, "device", 0);
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
		uint32_t row = bad ? bad : same ? same : unseen;

		finding_set(ret, bad || same ? VERDICT_FAIL : VERDICT_UNKNOWN, bad ? MSG_LINES_DOWN : same ? MSG_LINES_SAME_DEVICE : MSG_LINES_UNSEEN);
		finding_text(ret, "name", fact_s(f, row, "name"));
		finding_text(ret, "why", fact_s(f, row, "state"));
	}
}

static const char *const registers[] = { "line", NULL };

const struct control control_line_redundancy = {
	.id = "line-redundancy", .subject = SUBJECT_HOST, .by = LOOK_BY_READER, .reader = 5, .every_s = 300, .timeout_ms = 30000, .registers = registers, .look = look, .judge = judge,
};
