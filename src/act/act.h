// SPDX-License-Identifier: Apache-2.0
/* act - the table of acts.def as an enum and rows; the one permission question. No system call, no allocation. */
#ifndef ACT_ACT_H
#define ACT_ACT_H

#include "auth/ask_auth.h"

enum act {
	ACT_NONE = 0,
#define ACT(NAME, ...) ACT_##NAME,
#include "act/acts.def"
	ACT_COUNT
};
enum act_danger { DANGER_NONE, DANGER_SERVICE, DANGER_IRREVERSIBLE };
enum act_record { RECORD_COUNTED, RECORD_LEAF };
enum act_method { METHOD_NOWHERE, METHOD_GET, METHOD_POST };

struct act_row {
	const char     *id;
	uint32_t        roles;       /* bit 1 << enum role */
	enum act_danger danger;
	enum act_record record;
	enum act_method method;
	const char     *path;        /* with {id} or {index} as a whole segment */
	int             menu;
	const char     *cli;
};

const struct act_row *act_row(enum act);          /* NULL out of range */
enum act              act_of(struct str id);      /* ACT_NONE when unknown */
enum act              act_of_path(enum act_method, struct str path, struct str *ret_segment); /* borrow of path */
bool                  act_permitted(enum act, enum role);

#endif
