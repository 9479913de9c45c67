// SPDX-License-Identifier: Apache-2.0
/*
 * acl - whom the access list of a file lets execute it.
 *
 * The bytes of system.posix_acl_access: a version, then entries of tag, rights and number,
 * little endian. What its mask takes away is taken away; a list of another version is not understood.
 */
#ifndef CONTROL_ACL_H
#define CONTROL_ACL_H

#include "control/accounts.h"

enum acl_answer { ACL_NO = 0, ACL_UNSURE, ACL_YES };
enum acl_answer acl_lets_execute(struct str acl, const struct account *, const struct accounts *all);

#endif
