// SPDX-License-Identifier: Apache-2.0
/*
 * password - which passwords may be set.
 *
 * At least so many characters (the contract's number, 12 by default) of any printable Unicode, letters, digits and symbols
 * freely mixed; not one everybody tries, not a leaked one, not the holder's own name. A refusal's
 * sentence starts with its key ("password-short: …") so that a page can say it in its language.
 */
#ifndef AUTH_PASSWORD_H
#define AUTH_PASSWORD_H

#include "base/rc.h"
#include "base/str.h"

#define PASSWORD_CHARS_MIN 12

struct password_policy { int chars_min; int breach_fd; /* -1: no list */ int classes_min; /* kinds of characters: a-z, A-Z, 0-9, the rest */ };
MUST_USE enum rc password_allowed(const struct password_policy *, struct str password, struct str name, struct str display); /* RC_SYNTAX */

#endif
