// SPDX-License-Identifier: Apache-2.0
/*
 * os_account - one account of this machine is locked, or unlocked again.
 *
 * Locking: the password no longer opens it and the account ended (shadow(5), field 8), so that keys do not open it
 * either wherever PAM asks for the account; then what still runs under it is killed. Unlocking takes both back, and
 * starts nothing. Both are looked at afterwards in /etc/shadow: what did not take is an error, whatever usermod(8) said.
 * Refused: an account that is not exactly one line of /etc/passwd, one below ACCOUNT_UID_MIN (root and the system's
 * own), one that shares its number with another.
 */
#ifndef APPLY_OS_ACCOUNT_H
#define APPLY_OS_ACCOUNT_H

#include "os/host.h"

#define ACCOUNT_UID_MIN 1000  /* Debian policy 9.2.2: people's accounts begin here */
#define ACCOUNT_UID_MAX 60000 /* and end before those without a person             */

enum apply_change {
	APPLY_NONE,
#define CHANGE(number, NAME, program, UNDO, timeout_ms) APPLY_##NAME,
#include "apply/changes.def"
};

/* What locking ended; `hidden`: /proc does not show the processes of others here, so nobody knows. */
struct applied { uint32_t processes; bool hidden; };

/* RC_NOTFOUND: no such account; RC_DENIED: not one that may be changed; RC_IO: it did not take. */
MUST_USE enum rc os_account_change(struct host *, enum apply_change, struct str account, struct applied *ret);

/* ---- parts, for tests ---- */

/* Its line of passwd(5), by the rules above. */
MUST_USE enum rc os_account_find(struct str passwd, struct str account, uint32_t *ret_uid);
/* Does its line of shadow(5) let nobody in: the password locked and the account ended? RC_NOTFOUND: no line. */
MUST_USE enum rc os_account_locked(struct str shadow, struct str account, bool *ret);

#endif
