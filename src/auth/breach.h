// SPDX-License-Identifier: Apache-2.0
/*
 * breach - is a password on a list of leaked ones? The list is a text file of the operator's: SHA-1 in
 * upper-case hexadecimal, sorted, one a line, perhaps with ":" and a count behind. It is searched by
 * halving, a few dozen short reads, so that it may be of any size and the machine needs no network.
 */
#ifndef AUTH_BREACH_H
#define AUTH_BREACH_H

#include "base/str.h"

/* RC_SYNTAX: the file is not such a list; the password is then neither known nor unknown. */
MUST_USE enum rc breach_find(int fd, struct str password, bool *ret_found);

#endif
