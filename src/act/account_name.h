/* SPDX-License-Identifier: Apache-2.0 */
/*
 * account_name - which names an account may bear: the one to sign in with, and the one to show.
 *
 * A refusal's sentence starts with its key ("name-letters: …") so that a page can say it at its field.
 */
#ifndef ACT_ACCOUNT_NAME_H
#define ACT_ACCOUNT_NAME_H

#include "base/rc.h"
#include "base/str.h"

#define ACCOUNT_NAME_MAX 64

MUST_USE enum rc account_name_allowed(struct str name);       /* RC_SYNTAX */
MUST_USE enum rc account_display_allowed(struct str display); /* RC_SYNTAX */

#endif
