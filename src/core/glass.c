// SPDX-License-Identifier: Apache-2.0
/*
 * Sealed codes for emergencies: making one, and what is known of those that were opened. auth opens them; the ledger tells it,
 * and each opening waits on the list of containments until another person has looked at it.
 */
#include "core/guard_int.h"

#include <string.h>

#include "base/num.h"

enum rc
do_glass_seal(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	const char *minutes = json_string_value(json_object_get(arguments, "minutes"));
	struct buf code = BUF(64);
	uint32_t roles = 0;
	int64_t n = 0;
	enum rc rc = RC_OK;

	if (!view_roles_chosen(arguments, &roles))
		TRY(FAIL(RC_SYNTAX, "role: 役割を、受託者の側から1つ以上選んでください / choose one or more roles of the contractor"));
	if (minutes == NULL || num_parse(str_of(minutes), 5, 1440, &n) != RC_OK)
		TRY(FAIL(RC_SYNTAX, "minutes: 何分入れるかを、5分からの数で入れてください / for how many minutes, from 5"));
	TRY(ask_auth_seal(c->auth, &who->session.account, roles, n, &code));
	*ret = json_pack("{s:I, s:s, s:o, s:I}", "at", (json_int_t)core_now_us(), "code", buf_cstr(&code), "roles", view_roles(roles), "minutes", (json_int_t)n);
out:
	if (code.p)
		wipe(code.p, code.cap);
	buf_free(&code);
	return rc;
}

struct openings { int64_t opened, reviewed, waiting, overdue; };

static enum rc
openings_get(struct core *c, struct openings *ret)
{
	struct actor station = { .session = { .roles = ROLE_BIT(ROLE_ADMINISTRATOR) }, .at_us = core_now_us() };
	json_t *list = NULL, *row;
	size_t i;
	enum rc rc = RC_OK;

	*ret = (struct openings){ 0 };
	TRY(view_containments(c, &station, NULL, &list));
	json_array_foreach(json_object_get(list, "rows"), i, row) {
		const char *state = json_string_value(json_object_get(row, "state"));

		if (strcmp(json_string_value(json_object_get(row, "act")), act_row(ACT_GLASS_OPEN)->id) != 0)
			continue;
		ret->opened++;
		ret->reviewed += strcmp(state, "reviewed") == 0;
		ret->waiting += strcmp(state, "waiting") == 0;
		ret->overdue += strcmp(state, "overdue") == 0;
	}
out:
	json_decref(list);
	return rc;
}

enum rc
glass_load(struct core *c)
{
	struct openings o;
	enum rc rc = RC_OK;

	TRY(openings_get(c, &o));
	core_lock(c);
	c->version += c->glass_waiting != o.waiting + o.overdue;
	c->glass_waiting = o.waiting + o.overdue;
	core_unlock(c);
out:
	return rc;
}

enum rc
glass_facts(struct core *c, struct facts *f)
{
	struct openings o;
	enum rc rc = RC_OK;

	TRY(openings_get(c, &o));
	fact_int(f, 0, "opened", o.opened);
	fact_int(f, 0, "reviewed", o.reviewed);
	fact_int(f, 0, "waiting", o.waiting);
	fact_int(f, 0, "overdue", o.overdue);
out:
	return rc;
}
