// SPDX-License-Identifier: Apache-2.0
/* Screens of requests for approval: those that wait first, then the others; one with its preview, its steps and what came of it. */
#include "core/guard_int.h"

#include <string.h>

static json_t *
row_json(struct core *c, const struct approval *x, const struct actor *who, int64_t now_us)
{
	json_t *guard = json_object_get(x->arguments, "guard");

	return json_pack("{s:s, s:s, s:s, s:s, s:O, s:O?, s:O?, s:O?, s:s, s:s, s:I, s:s, s:I, s:o, s:I}", "id", x->id, "act", x->act ? act_row(x->act)->id : "", "act_text", x->act ? word_act(x->act, who->lang) : "?",
	    "danger", x->act && act_row(x->act)->danger == DANGER_IRREVERSIBLE ? "irreversible" : x->act && act_row(x->act)->danger == DANGER_SERVICE ? "service" : "none",
	    "preview", x->preview, "reason", json_object_get(guard, "reason"), "ticket", json_object_get(guard, "ticket"), "purpose", json_object_get(guard, "purpose"), "hash", x->hash, "who", x->who,
	    "asked_at", (json_int_t)x->at_us, "state", approval_state(c, x, now_us), "since", (json_int_t)x->step_us, "due_at", view_time(approval_due(x)), "leaf", (json_int_t)x->leaf);
}

static int
rank(const json_t *row)
{
	const char *state = json_string_value(json_object_get(row, "state"));

	return strcmp(state, "waiting") == 0 || strcmp(state, "window") == 0 || strcmp(state, "running") == 0 ? 0 : 1;
}

enum rc
view_approvals(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	const char *state = json_string_value(json_object_get(arguments, "state"));
	json_t *ids = NULL, *rows = json_array(), *id, *row;
	int64_t now_us = core_now_us(), waiting = 0;
	size_t i;
	struct approval x = { .act = ACT_NONE };
	enum rc rc = RC_OK;

	TRY(approval_ids(c, "select id from approval order by leaf desc limit 10000", &ids));
	for (int r = 0; r < 2; r++)
		json_array_foreach(ids, i, id) {
			TRY(approval_get(c, json_string_value(id), &x));
			row = row_json(c, &x, who, now_us);
			approval_free(&x);
			if (row && rank(row) == r) {
				waiting += r == 0;
				if (state == NULL || *state == '\0' || strcmp(state, r == 0 ? "open" : "over") == 0)
					json_array_append(rows, row);
			}
			json_decref(row);
		}
	*ret = json_pack("{s:I, s:O, s:I, s:I}", "at", (json_int_t)now_us, "rows", rows, "total", (json_int_t)json_array_size(rows), "waiting", (json_int_t)waiting);
out:
	approval_free(&x);
	json_decref(ids);
	json_decref(rows);
	return rc;
}

enum rc
view_approval(struct core *c, const struct actor *who, json_t *arguments, json_t **ret)
{
	const char *id = json_string_value(json_object_get(arguments, "id")), *state;
	struct party mine = party_of(who);
	struct approval x = { .act = ACT_NONE };
	json_t *steps = NULL, *one = NULL;
	int64_t now_us = core_now_us();
	bool may, own, open;
	enum rc rc = RC_OK;

	TRY(approval_get(c, id ? id : "", &x));
	TRY(approval_steps(c, x.id, &steps));
	one = row_json(c, &x, who, now_us);
	if (one == NULL)
		TRY(FAIL(RC_TAMPERED, "a request cannot be read"));
	state = approval_state(c, &x, now_us);
	may = act_permitted(ACT_APPROVAL_APPROVE, who->session.roles);
	own = party_meets(c, &x.by, &mine);
	open = strcmp(state, "waiting") == 0;
	json_object_set_new(one, "at", json_integer(now_us));
	json_object_set_new(one, "steps", json_incref(steps));
	json_object_set_new(one, "own", json_boolean(own));
	json_object_set_new(one, "can_approve", json_boolean(open && may && !own && (x.by.side != SIDE_CLIENT || mine.side == SIDE_CLIENT)));
	json_object_set_new(one, "can_refuse", json_boolean(open && may && (x.by.side != SIDE_CLIENT || mine.side == SIDE_CLIENT)));
	json_object_set_new(one, "can_cancel", json_boolean((open || strcmp(state, "window") == 0) && (may || own)));
	json_object_set_new(one, "can_result", json_boolean(x.step >= APPROVAL_STARTED && (may || own)));
	*ret = json_incref(one);
out:
	json_decref(one);
	json_decref(steps);
	approval_free(&x);
	return rc;
}
