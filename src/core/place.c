// SPDX-License-Identifier: Apache-2.0
/*
 * From where administration may come: the machine itself, or the listener of
 * administration reached from an address of the register admin-address. The same rows are what sshd and
 * nft are compared with. Those turned away are counted, and become a leaf each minute.
 */
#include "core/hold.h"

#include <string.h>

#include "base/time_text.h"
#include "control/admin_list.h"

static const char *
value(const struct row *r, const char *field)
{
	const char *text = json_string_value(json_object_get(r->values, field));

	return text ? text : "";
}

/*= S-3-3 */
bool
place_declared(struct core *c, struct str address, int64_t now_us)
{
	struct prefix peer, p;
	bool declared = false;
	size_t end = 0;

	if (address_parse(address, &peer) != RC_OK) {
		rc_trail_clear(); /* who came over a socket that has none */
		return false;
	}
	prefix_unmap(&peer);
	core_lock(c);
	for (size_t at = register_range(c, STR("admin-address"), &end); at < end && !declared; at++) {
		const struct row *r = &c->rows[at];
		int64_t until;

		declared = time_parse_date(str_of(value(r, "until")), &until) == RC_OK && now_us < until + DAY_US && admin_prefix(str_of(value(r, "prefix")), &p) && prefix_holds(&p, &peer);
	}
	core_unlock(c);
	rc_trail_clear(); /* a row that does not read declares nothing */
	return declared;
}

bool
place_administers(struct core *c, enum door door, struct str address)
{
	return door == DOOR_LOCAL || (door == DOOR_ADMIN && place_declared(c, address, core_now_us()));
}

void
place_refused(struct core *c, struct str address)
{
	const size_t max = sizeof(c->refused) / sizeof(c->refused[0]);
	size_t at = 0;

	pthread_mutex_lock(&c->views_lock);
	while (at < c->refused_count && !str_eq_c(address, c->refused[at].address))
		at++;
	if (at == c->refused_count && at < max) {
		(void)snprintf(c->refused[at].address, sizeof(c->refused[at].address), STR_FMT, STR_ARG(address)); /* an address fits */
		c->refused[at].times = 0;
		c->refused_count++;
	}
	if (at < max)
		c->refused[at].times++;
	else
		c->refused_more++;
	pthread_mutex_unlock(&c->views_lock);
}

enum rc
place_door(struct core *c, struct str address, enum door door)
{
	bool held = hold_address(c, address, core_now_us());

	if (!held && (door != DOOR_ADMIN || place_declared(c, address, core_now_us())))
		return RC_OK;
	place_refused(c, address);
	return held ? FAIL(RC_DENIED, "hold:address: このアドレスからの利用は、いま止めています / use from this address is stopped for now") : FAIL(RC_DENIED, "届け出ていないアドレスです / this address is not declared");
}

/*= S-3-5 */
void
place_flush(struct core *c)
{
	struct leaf leaf = { .type = LEAF_STATION, .name = STR("door-refused"), .verdict = OUTCOME_REFUSED };
	json_t *payload, *list = json_array();
	int64_t times = 0;
	uint64_t index;

	pthread_mutex_lock(&c->views_lock);
	for (size_t i = 0; i < c->refused_count; i++) {
		json_array_append_new(list, json_pack("{s:s, s:I}", "address", c->refused[i].address, "times", (json_int_t)c->refused[i].times));
		times += c->refused[i].times;
	}
	times += c->refused_more;
	payload = json_pack("{s:o, s:I, s:{s:i, s:{s:I, s:s, s:I}}}", "refused", list, "more", (json_int_t)c->refused_more, "message", "number", MSG_DOOR_REFUSED, "args", "times", (json_int_t)times, "address",
	    c->refused_count ? c->refused[0].address : "?", "addresses", (json_int_t)c->refused_count);
	c->refused_count = 0;
	c->refused_more = 0;
	pthread_mutex_unlock(&c->views_lock);
	if (times && record_leaf(c, &leaf, payload, &index) != RC_OK)
		proc_log(RC_IO, "who was turned away could not be recorded");
	json_decref(payload);
}
