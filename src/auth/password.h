// SPDX-License-Identifier: Apache-2.0
/*
 * password - which passwords may be set, and which account names.
 *
 * At least 12 characters of any printable Unicode, letters, digits and symbols
 * freely mixed; not one everybody tries, not the holder's own name. A refusal's
 * sentence starts with its key ("password-short: …") so that a page can say it in its language.
 */
#ifndef AUTH_PASSWORD_H
#define AUTH_PASSWORD_H

#include "base/str.h"

#define PASSWORD_CHARS_MIN 12

MUST_USE enum rc password_allowed(struct str password, struct str name, struct str display); /* RC_SYNTAX */
MUST_USE enum rc account_name_allowed(struct str name);                                       /* RC_SYNTAX */
MUST_USE enum rc account_display_allowed(struct str display);                                 /* RC_SYNTAX */

#endif
