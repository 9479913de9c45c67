// SPDX-License-Identifier: Apache-2.0
/*
 * pam_conf - faillock.conf and pwquality.conf, read as pam_faillock 1.5 and libpwquality 1.4 do.
 *
 * Arguments of the module come after the files and win. What the owner of the
 * format ignores is ignored here; where it stops reading, so does this.
 */
#ifndef CONTROL_PAM_CONF_H
#define CONTROL_PAM_CONF_H

#include "base/str.h"

struct faillock {
	unsigned short deny;                       /* 0: never locks */
	unsigned       fail_interval_s, unlock_s;  /* unlock 0: only by hand */
	unsigned       root_unlock_s;
	char           dir[256];
	bool           root, local_only, admins;   /* root is locked too; admins: a group is treated as root */
};
void             faillock_default(struct faillock *);
MUST_USE enum rc faillock_read(struct faillock *, struct str file); /* RC_SYNTAX: the module then fails whatever happens */
void             faillock_set(struct faillock *, struct str name, struct str value);

struct pwquality {
	int  min_length, credits[4] /* digits, upper, lower, other */, min_class, enforcing, retry;
	bool root, local_only;
};
void             pwquality_default(struct pwquality *);
/* RC_SYNTAX: reading stopped, what came before holds. It then reads no further file. */
MUST_USE enum rc pwquality_read(struct pwquality *, struct str file);
MUST_USE enum rc pwquality_set(struct pwquality *, struct str name, struct str value);
int              pwquality_classes(const struct pwquality *); /* kinds of characters it insists on, 1 to 4 */
int              pwquality_length(const struct pwquality *);  /* of the shortest password it lets through  */

/* "name=value" of a module's argument; "name" alone has the empty value. */
struct str       setting_cut(struct str word, struct str *ret_value);

#endif
