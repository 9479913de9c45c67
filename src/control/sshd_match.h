// SPDX-License-Identifier: Apache-2.0
/*
 * sshd_match - patterns and address lists as sshd matches them.
 *
 * A pattern has '*' and '?'; a list is divided by commas and '!' negates: one
 * negated match decides. An address of another family never matches, and a
 * mapped address (::ffff:192.0.2.1) is not what it maps: callers unmap first.
 */
#ifndef CONTROL_SSHD_MATCH_H
#define CONTROL_SSHD_MATCH_H

#include "base/str.h"

struct prefix { bool is6; unsigned bits; unsigned char at[16]; };  /* an address has 32 or 128 bits */

MUST_USE enum rc address_parse(struct str, struct prefix *ret);     /* 192.0.2.1, 2001:db8::1            */
MUST_USE enum rc prefix_parse(struct str, struct prefix *ret);      /* also 192.0.2.0/24; RC_SYNTAX: not one; RC_LIMIT: bits set behind the prefix */
bool             prefix_holds(const struct prefix *net, const struct prefix *more); /* all of `more` lies in `net` */
void             prefix_unmap(struct prefix *);                     /* ::ffff:192.0.2.0/120 becomes 192.0.2.0/24 */
struct str       prefix_text(const struct prefix *, struct arena *);

enum listed { LISTED_BAD = -2, LISTED_AGAINST = -1, LISTED_NOT = 0, LISTED = 1 };

bool             pattern_matches(struct str, struct str pattern);
enum listed      pattern_list(struct str, struct str list, bool lower);      /* AGAINST: a negated pattern matched */
/* `address` NULL: only whether the list is well formed (NOT or BAD). */
enum listed      address_list(const struct str *address, struct str list);
enum listed      user_pattern(struct str user, struct str host, const struct str *address, struct str pattern); /* user, user@host, user@192.0.2.0/24 */

#endif
