// SPDX-License-Identifier: Apache-2.0
/* Entries of an access list. Pure. */
#include "control/acl.h"

#define HEAD  4
#define ENTRY 8
enum { ACL_USER = 2, ACL_GROUP = 8, ACL_MASK = 16, ACL_EXECUTE = 1 };

struct entry { unsigned tag, rights; uint32_t id; };

static struct entry
entry_at(struct str acl, size_t i)
{
	const unsigned char *e = (const unsigned char *)acl.p + i;

	return (struct entry){ e[0] | (unsigned)e[1] << 8, e[2] | (unsigned)e[3] << 8, (uint32_t)e[4] | (uint32_t)e[5] << 8 | (uint32_t)e[6] << 16 | (uint32_t)e[7] << 24 };
}

static bool
in_group(const struct account *a, const struct accounts *all, uint32_t gid)
{
	for (size_t g = 0; g < all->groups_count; g++)
		if (all->groups[g].gid == gid && account_in(a, all->groups[g].name))
			return true;
	return false;
}

enum acl_answer
acl_lets_execute(struct str acl, const struct account *a, const struct accounts *all)
{
	if (acl.n == 0)
		return ACL_NO; /* there is none */
	if (acl.n < HEAD || (acl.n - HEAD) % ENTRY != 0 || acl.p[0] != 2 || acl.p[1] || acl.p[2] || acl.p[3])
		return ACL_UNSURE;
	for (size_t i = HEAD; i < acl.n; i += ENTRY)
		if (entry_at(acl, i).tag == ACL_MASK && !(entry_at(acl, i).rights & ACL_EXECUTE))
			return ACL_NO;
	for (size_t i = HEAD; i < acl.n; i += ENTRY) {
		struct entry e = entry_at(acl, i);

		if (e.rights & ACL_EXECUTE && ((e.tag == ACL_USER && e.id == a->uid) || (e.tag == ACL_GROUP && in_group(a, all, e.id))))
			return ACL_YES;
	}
	return ACL_NO;
}
