// SPDX-License-Identifier: Apache-2.0
/* The roles and the side each belongs to: one table. */
#include "auth/ask_auth.h"

static const struct { const char *name; enum side side; } roles[ROLE_COUNT] = {
	[ROLE_ADMINISTRATOR]  = { "administrator",  SIDE_CONTRACTOR },
	[ROLE_SECURITY_LEAD]  = { "security-lead",  SIDE_CONTRACTOR },
	[ROLE_OPERATOR]       = { "operator",       SIDE_CONTRACTOR },
	[ROLE_CLIENT_OFFICER] = { "client-officer", SIDE_CLIENT },
	[ROLE_CLIENT_AUDITOR] = { "client-auditor", SIDE_CLIENT },
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
