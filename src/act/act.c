// SPDX-License-Identifier: Apache-2.0
/* The rows of acts.def, and the one permission question over them. */
#include "act/act.h"

#define R(role) ROLE_BIT(ROLE_##role)
#define R_ALL   (ROLE_BIT(ROLE_COUNT) - 2)
#define R_WORK  (R(ADMINISTRATOR) | R(SECURITY_LEAD))
#define R_ADMIN R(ADMINISTRATOR)
#define R_SIDES (R_WORK | R(MAINTAINER) | R(CLIENT_OFFICER) | R(CLIENT_SECURITY)) /* those who declare for their side */
#define R_DECIDE (R(CLIENT_OFFICER) | R(CLIENT_APPROVER) | R(CLIENT_SECURITY)) /* the client decides */
#define R_APPROVE (R_WORK | R_DECIDE) /* the second person */
/* containing an incident and undoing it: one person, at any hour */
#define R_KEEP  (R_WORK | R(ON_CALL))
/* those who watch over what others do; reading it is itself recorded */
#define R_WATCH (R(SECURITY_LEAD) | R(AUDITOR) | R(CLIENT_OFFICER) | R(CLIENT_AUDITOR) | R(CLIENT_SECURITY))
#define R_REVIEW (R(SECURITY_LEAD) | R(CLIENT_OFFICER) | R(CLIENT_SECURITY))
/* those who keep accounts in order, and those who look whether they are */
#define R_LOOK  (R_KEEP | R_WATCH | R(CLIENT_APPROVER))
#define G(guard) GUARD_BIT(GUARD_##guard)
#define G_SERVICE (G(STEP_UP) | G(REASON) | G(TICKET) | G(PROCEDURE) | G(CONFIRM))
#define G_IRREVERSIBLE (G_SERVICE | G(SECOND) | G(WAIT))

static const struct act_row rows[ACT_COUNT] = {
#define ACT(NAME, id, ROLES, DANGER, RECORD, METHOD, path, MENU, cli, GUARDS) \
	[ACT_##NAME] = { id, ROLES, DANGER_##DANGER, RECORD_##RECORD, METHOD_##METHOD, path, MENU, cli, GUARDS },
#include "act/acts.def"
};

const struct act_row *
act_row(enum act act)
{
	return act > ACT_NONE && act < ACT_COUNT ? &rows[act] : NULL;
}

enum act
act_of(struct str id)
{
	for (enum act a = 1; a < ACT_COUNT; a++)
		if (str_eq_c(id, rows[a].id))
			return a;
	return ACT_NONE;
}

/* A segment of the pattern in braces matches any one non-empty segment. */
static bool
path_matches(struct str pattern, struct str path, struct str *ret_segment)
{
	struct str want, got;

	while (str_cut(&pattern, '/', &want)) {
		if (!str_cut(&path, '/', &got))
			return false;
		if (want.n && want.p[0] == '{') {
			if (got.n == 0)
				return false;
			*ret_segment = got;
		} else if (!str_eq(want, got)) {
			return false;
		}
	}
	return path.p == NULL;
}

enum act
act_of_path(enum act_method method, struct str path, struct str *ret_segment)
{
	for (enum act a = 1; a < ACT_COUNT; a++) {
		struct str segment = STR_NONE;

		if (rows[a].method == method && method != METHOD_NOWHERE && path_matches(str_of(rows[a].path), path, &segment)) {
			*ret_segment = segment;
			return a;
		}
	}
	return ACT_NONE;
}

bool
act_permitted(enum act act, uint32_t roles)
{
	const struct act_row *row = act_row(act);

	return row && roles_side(roles) != SIDE_NONE && (row->roles & roles);
}

/*= S-7-1 */
/*= O1-1-2 */
enum act_answer
act_decide(enum act act, const struct act_state *state, enum guard *ret_guard)
{
	const struct act_row *row = act_row(act);
	uint32_t met = state->met;

	if (!act_permitted(act, state->roles) || (state->by_token && !state->in_scope))
		return ACT_REFUSED;
	if (state->by_token) /* it shows no factor, whatever its holder showed */
		met &= ~GUARD_BIT(GUARD_STEP_UP);
	if (state->own_approval)
		met &= ~GUARD_BIT(GUARD_SECOND);
	for (enum guard g = 0; g < GUARD_COUNT; g++) {
		if (((row->guards | state->also) & GUARD_BIT(g)) && !(met & GUARD_BIT(g))) {
			*ret_guard = g;
			return ACT_GUARDED;
		}
	}
	return ACT_ALLOWED;
}

const char *
guard_name(enum guard guard)
{
	static const char *const names[GUARD_COUNT] = { "address", "step-up", "purpose", "reason", "ticket", "procedure", "confirm", "second", "wait" };

	return guard < GUARD_COUNT ? names[guard] : NULL;
}
