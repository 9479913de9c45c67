// SPDX-License-Identifier: Apache-2.0
/*
 * side - the two sides of a contract and the roles people have on them. Names and sides: role.c; words: messages/words.yaml.
 *
 * A person may hold several roles of one side, never roles of both: a set is a `uint32_t` of 1 << role.
 */
#ifndef ACT_SIDE_H
#define ACT_SIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* Stored by number: new ones go to the end. */
enum role {
	ROLE_NONE = 0,
	ROLE_ADMINISTRATOR,      /* contractor: runs the station and the machines; reads no citizen's record  */
	ROLE_SECURITY_LEAD,      /* contractor: answers for security                                         */
	ROLE_OPERATOR,           /* contractor: takes and answers enquiries                                  */
	ROLE_CLIENT_OFFICER,     /* client: in charge of the contract                                        */
	ROLE_CLIENT_AUDITOR,     /* client: reads everything that is evidence, changes nothing               */
	ROLE_SUPERVISOR,         /* contractor: leads operators                                              */
	ROLE_MAINTAINER,         /* contractor: works on the machines                                        */
	ROLE_ON_CALL,            /* contractor: contains an incident, at any hour, alone                     */
	ROLE_AUDITOR,            /* contractor: reads evidence                                               */
	ROLE_CLIENT_APPROVER,    /* client: decides what the contract leaves to the client                   */
	ROLE_CLIENT_SECURITY,    /* client: information-security officer                                     */
	ROLE_CLIENT_DEPARTMENT,  /* client: department that answers                                          */
	ROLE_COUNT
};
enum side { SIDE_NONE = 0, SIDE_CONTRACTOR, SIDE_CLIENT };

#define ROLE_BIT(role) (UINT32_C(1) << (role))

const char *role_name(enum role);                        /* "administrator", …; NULL out of range */
enum role   role_of(struct str name);                    /* ROLE_NONE when unknown                */
enum side   role_side(enum role);
bool        roles_privileged(uint32_t set);              /* one of them may change how the station or a machine is run, or decide for the client */
enum side   roles_side(uint32_t set);                    /* SIDE_NONE: empty, unknown, or of both sides: nobody may hold that */
enum role   roles_next(uint32_t set, enum role after);   /* from ROLE_NONE on; ROLE_NONE at the end */

#endif
