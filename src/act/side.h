// SPDX-License-Identifier: Apache-2.0
/* side - the two sides of a contract and the roles people have on them. Their names and words are auth's. */
#ifndef ACT_SIDE_H
#define ACT_SIDE_H

enum role {
	ROLE_NONE = 0,
	ROLE_ADMINISTRATOR,      /* contractor: system administrator  */
	ROLE_SECURITY_LEAD,      /* contractor                        */
	ROLE_OPERATOR,           /* contractor                        */
	ROLE_CLIENT_OFFICER,     /* client                            */
	ROLE_CLIENT_AUDITOR,     /* client                            */
	ROLE_COUNT
};
enum side { SIDE_NONE = 0, SIDE_CONTRACTOR, SIDE_CLIENT };

#endif
