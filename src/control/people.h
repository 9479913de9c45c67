// SPDX-License-Identifier: Apache-2.0
/*
 * people - the accounts of this machine that somebody can sign in to, or that can become root: one look for the controls about them.
 *
 * A row each: keys_distinct (unforced, each once), key_owners (whom their comments name, "who" of "who@where"), keys_unnamed (whose comment names nobody); account, uid, password (set, empty, locked, unseen), opens (its shell), expired, root (how it becomes root:
 * uid, sudo, sudo-some, unsure, group NAME, group admin NAME), no_password, keys, keys_token, keys_verify, keys_from, from, same_key, same_password, same_uid, certificate (an authority sshd trusts may open it), shell (one /etc/shells does not list), cloud (aws gcloud azure oci), ways
 * (of sshd, from anywhere, divided by '|'), last_at, cron, runs. Row 0: looked, accounts (lines of passwd that were read, root among them or 0), sshd (absent, stopped, seen, refused), elsewhere, unseen, pam_in, pam_maybe.
 * Accounts nobody can use and that can do nothing have no row.
 */
#ifndef CONTROL_PEOPLE_H
#define CONTROL_PEOPLE_H

#include "control/control.h"
#include "message/messages.h"

#define PEOPLE_SUDO 1  /* who can become root                        */
#define PEOPLE_SSH  2  /* the ways of sshd and what PAM asks there   */
#define PEOPLE_LAST 4  /* when each signed in last                   */
#define PEOPLE_CLOUD 16 /* whose homes hold credentials for a cloud */
#define PEOPLE_ALIVE 8 /* what still runs for accounts that should be gone */

MUST_USE enum rc people_look(const struct host *, const struct subject *, unsigned what, struct facts *);

struct declared { bool there; struct str person, kind; int64_t until_us, unneeded_us; };
void     declared_get(const struct facts *, struct str account, struct declared *ret); /* of the register os-account */
bool     declared_any(const struct facts *);
uint32_t people_row(const struct facts *, struct str account);                         /* 0: no row           */
bool     people_open(const struct facts *, uint32_t row);                              /* by password or key  */
bool     people_privileged(const struct facts *, uint32_t row);
bool     people_none(const struct facts *, struct finding *ret);                       /* no account was read: says so, UNKNOWN */
bool     people_unsure(const struct facts *);                                          /* not everything could be seen */

/* One way of the text "ways". */
struct way { bool key, asked /* a password, or what PAM asks */, other; };
bool     way_cut(struct str *ways, struct way *ret);
bool     way_usable(const struct facts *, uint32_t row, const struct way *);

#endif
