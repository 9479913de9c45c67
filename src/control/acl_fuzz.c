// SPDX-License-Identifier: Apache-2.0
/* The bytes of an access list, and an account it may speak of. */
#include "control/acl.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct str in = STR("staff");
	struct group group = { .name = STR("staff"), .gid = 50 };
	struct account a = { .name = STR("taro"), .uid = 1000, .gid = 1000, .groups = &in, .groups_count = 1 };
	struct accounts all = { .list = &a, .count = 1, .groups = &group, .groups_count = 1 };

	return acl_lets_execute((struct str){ (const char *)p, n }, &a, &all) == ACL_YES && n < 12 ? __builtin_trap(), 0 : 0;
}
