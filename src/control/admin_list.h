// SPDX-License-Identifier: Apache-2.0
/*
 * admin_list - the declared maintenance addresses (register admin-address), as judges ask them. Pure.
 *
 * A row that has ended declares nothing, nor does one that is everybody (/0); mapped addresses are what they map.
 */
#ifndef CONTROL_ADMIN_LIST_H
#define CONTROL_ADMIN_LIST_H

#include "control/fact.h"
#include "control/sshd_match.h"

bool admin_prefix(struct str, struct prefix *ret); /* false: no prefix, or a wide one (base/fixed.h) */
bool admin_list_has(const struct facts *, const struct prefix *, int64_t now_us);
/* From `first` to `last`, both of one family, all of it in the list together. */
bool admin_list_has_range(const struct facts *, const struct prefix *first, const struct prefix *last, int64_t now_us);
bool admin_list_any(const struct facts *, int64_t now_us);
size_t admin_list_get(const struct facts *, int64_t now_us, struct prefix *ret, size_t max); /* all of them, up to `max` */

#endif
