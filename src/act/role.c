// SPDX-License-Identifier: Apache-2.0
/* The roles and the side each belongs to: one table. */
#include "act/side.h"

static const struct { const char *name; enum side side; bool privileged; } roles[ROLE_COUNT] = {
	[ROLE_ADMINISTRATOR]  = { "administrator",  SIDE_CONTRACTOR, true },
	[ROLE_SECURITY_LEAD]  = { "security-lead",  SIDE_CONTRACTOR, true },
	[ROLE_OPERATOR]       = { "operator",       SIDE_CONTRACTOR },
	[ROLE_CLIENT_OFFICER] = { "client-officer", SIDE_CLIENT, true },
	[ROLE_CLIENT_AUDITOR] = { "client-auditor", SIDE_CLIENT },
	[ROLE_SUPERVISOR]     = { "supervisor",     SIDE_CONTRACTOR },
	[ROLE_MAINTAINER]     = { "maintainer",     SIDE_CONTRACTOR, true },
	[ROLE_ON_CALL]        = { "on-call",        SIDE_CONTRACTOR, true },
	[ROLE_AUDITOR]        = { "auditor",        SIDE_CONTRACTOR },
	[ROLE_CLIENT_APPROVER]   = { "client-approver",   SIDE_CLIENT, true },
	[ROLE_CLIENT_SECURITY]   = { "client-security",   SIDE_CLIENT, true },
	[ROLE_CLIENT_DEPARTMENT] = { "client-department", SIDE_CLIENT },
};

const char *
role_name(enum role role)
{
	return role > ROLE_NONE && role < ROLE_COUNT ? roles[role].name : NULL;
}

enum role
role_of(struct str name)
{
	for (enum role r = ROLE_NONE + 1; r < ROLE_COUNT; r++)
		if (str_eq_c(name, roles[r].name))
			return r;
	return ROLE_NONE;
}

enum side
role_side(enum role role)
{
	return role > ROLE_NONE && role < ROLE_COUNT ? roles[role].side : SIDE_NONE;
}

enum role
roles_next(uint32_t set, enum role after)
{
	for (enum role r = after + 1; r < ROLE_COUNT; r++)
		if (set & ROLE_BIT(r))
			return r;
	return ROLE_NONE;
}

bool
roles_privileged(uint32_t set)
{
	for (enum role r = roles_next(set, ROLE_NONE); r != ROLE_NONE; r = roles_next(set, r))
		if (roles[r].privileged)
			return true;
	return false;
}

enum side
roles_side(uint32_t set)
{
	enum side side = SIDE_NONE;

	if (set & ~(ROLE_BIT(ROLE_COUNT) - 2))
		return SIDE_NONE;
	for (enum role r = roles_next(set, ROLE_NONE); r != ROLE_NONE; r = roles_next(set, r)) {
		if (side != SIDE_NONE && side != role_side(r))
			return SIDE_NONE;
		side = role_side(r);
	}
	return side;
}
