// SPDX-License-Identifier: Apache-2.0
#include "base/test.h"
#include "control/acl.h"

#define V2          "\2\0\0\0"
#define OWNER       "\1\0\7\0\377\377\377\377"
#define TARO(r)     "\2\0" r "\0\350\3\0\0"
#define STAFF(r)    "\10\0" r "\0\62\0\0\0"
#define MASK(r)     "\20\0" r "\0\377\377\377\377"

CASE(entries) /*= O2-3-1 type=test */
{
	const struct { struct str acl; enum acl_answer want; } cases[] = {
		{ STR(""), ACL_NO }, { STR(V2), ACL_NO }, { STR(V2 OWNER MASK("\7")), ACL_NO }, { STR(V2 OWNER TARO("\5") MASK("\7")), ACL_YES }, { STR(V2 OWNER TARO("\6") MASK("\7")), ACL_NO },
		{ STR(V2 OWNER STAFF("\1") MASK("\7")), ACL_YES }, { STR(V2 OWNER TARO("\7") MASK("\6")), ACL_NO }, /* the mask takes it away */
		{ STR(V2 OWNER TARO("\7") "\20"), ACL_UNSURE }, { STR("\2\0\0"), ACL_UNSURE }, { STR("\3\0\0\0" TARO("\7")), ACL_UNSURE }, /* cut, or of another version */
	};
	struct str in = STR("staff");
	struct group group = { .name = STR("staff"), .gid = 50 };
	struct account a = { .name = STR("taro"), .uid = 1000, .gid = 1000, .groups = &in, .groups_count = 1 };
	struct accounts all = { .list = &a, .count = 1, .groups = &group, .groups_count = 1 };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CHECK_INT(acl_lets_execute(cases[i].acl, &a, &all), cases[i].want);
}

TEST_MAIN
