// SPDX-License-Identifier: Apache-2.0
/* Screens of what is due: all of it with its load a month, and what one person is to look at today. */
#include "core/deadline.h"

#include <string.h>

#include "base/calendar.h"
#include "core/paper_int.h"

#define LOAD_MONTHS 12

static bool
state_is(const json_t *one, const char *state)
{
	return strcmp(json_string_value(json_object_get(one, "state")), state) == 0;
}

/* How many fall into each of the next twelve months: what April brings is seen in the autumn. */
static json_t *
load_of(const json_t *rows, int64_t now_us)
{
	struct civil t = time_civil(now_us);
	json_int_t counts[LOAD_MONTHS] = { 0 };
	json_t *list = json_array();
	const json_t *one;
	size_t i;

	json_array_foreach(rows, i, one) {
		const json_t *due = json_object_get(one, "due");
		struct civil at;
		int month;

		if (!json_is_integer(due) || state_is(one, "done"))
			continue;
		at = time_civil(json_integer_value(due));
		month = (at.year - t.year) * 12 + at.month - t.month;
		if (month < LOAD_MONTHS)
			counts[month > 0 ? month : 0] += json_integer_value(json_object_get(one, "n")); /* what is overdue is this month's work */
	}
	for (int m = 0; m < LOAD_MONTHS; m++) {
		int at = t.month - 1 + m;

		json_array_append_new(list, json_pack("{s:i, s:i, s:I}", "year", t.year + at / 12, "month", at % 12 + 1, "n", counts[m]));
	}
	return list;
}

enum rc
view_deadlines(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	int64_t now_us = core_now_us();
	json_t *rows;

	(void)arguments;
	core_lock(c);
	rows = deadlines_json(c, who->lang, now_us);
	core_unlock(c);
	*ret = json_pack("{s:I, s:o, s:o, s:b}", "at", (json_int_t)now_us, "load", load_of(rows, now_us), "rows", rows, "can_name", act_permitted(ACT_REGISTER_ADD, who->session.roles) && roles_side(who->session.roles) == SIDE_CONTRACTOR);
	return RC_OK;
}

/* Whoever passed a stage of the version that waits. Under lock. */
static bool
passed(const struct core *c, const struct actor *who, const char *paper_id)
{
	const struct paper *p = paper_get(c, paper_id);
	int64_t version = 0;

	for (size_t i = 0; p && i < p->count; i++)
		version = p->steps[i].event.step == PAPER_FILE ? p->steps[i].event.version : version;
	return p && paper_passed_by(p, version, &who->session.account);
}

/* Whose it is: what waits for a signature, of those who may give it; else the one named for it or the deputy; of nobody's, everybody's of that side. */
static bool
mine(const struct core *c, const struct actor *who, const json_t *one)
{
	const char *owner = json_string_value(json_object_get(one, "owner")), *deputy = json_string_value(json_object_get(one, "deputy"));
	const char *role = json_string_value(json_object_get(one, "role")), *act = json_string_value(json_object_get(one, "act"));
	enum side side = strcmp(json_string_value(json_object_get(one, "side")), "client") == 0 ? SIDE_CLIENT : SIDE_CONTRACTOR;

	if (side != roles_side(who->session.roles))
		return false;
	if ((*role || *act) && passed(c, who, json_string_value(json_object_get(one, "link"))))
		return false; /* a later one is another person's */
	if (*role)
		return (who->session.roles & ROLE_BIT(role_of(str_of(role)))) != 0;
	if (*act)
		return act_permitted(act_of(str_of(act)), who->session.roles);
	return *owner == '\0' || strcmp(owner, who->session.name) == 0 || strcmp(deputy, who->session.name) == 0;
}

enum rc
view_today(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	int64_t now_us = core_now_us();
	json_t *open = json_pack("{s:s}", "state", "open"), *found = NULL;
	json_int_t approvals = 0;
	json_t *all, *due = json_array(), *waiting = json_array(), *named = json_array(), *one;
	json_int_t requests, alerts;
	size_t i;

	enum rc rc = RC_OK;

	(void)arguments;
	TRY(view_approvals(c, who, open, &found));
	json_array_foreach(json_object_get(found, "rows"), i, one)
		approvals += json_is_true(json_object_get(one, "can_approve"));
	core_lock(c);
	all = deadlines_json(c, who->lang, now_us);
	requests = act_permitted(ACT_EXCEPTION_DECIDE, who->session.roles) ? c->requests_waiting : 0;
	alerts = act_permitted(ACT_WATCH_SHOW, who->session.roles) ? c->alerts_urgent : 0;
	json_array_foreach(all, i, one) {
		if (!mine(c, who, one))
			continue;
		if (state_is(one, "waiting"))
			json_array_append(waiting, one);
		else if (state_is(one, "never"))
			json_array_append(named, one);
		else if (!state_is(one, "done") && !state_is(one, "later"))
			json_array_append(due, one);
	}
	core_unlock(c);
	json_decref(all);
	*ret = json_pack("{s:I, s:O, s:O, s:O, s:I, s:I, s:I}", "at", (json_int_t)now_us, "rows", due, "waiting", waiting, "never", named, "requests", requests, "alerts", alerts, "approvals", approvals);
out:
	json_decref(due);
	json_decref(waiting);
	json_decref(named);
	json_decref(open);
	json_decref(found);
	return rc;
}
