// SPDX-License-Identifier: Apache-2.0
/*
 * auth_init - the store of accounts with its first administrator, made before
 * the station has ever run. The leaf of this account is written when auth first starts.
 */
#ifndef AUTH_AUTH_INIT_H
#define AUTH_AUTH_INIT_H

#include "auth/ask_auth.h"

/* `path` of auth.db, which must not exist (RC_CONFLICT). The link is spent by the first enrolment. */
MUST_USE enum rc auth_init(const char *path, int64_t now_us, struct str name, struct str display, char ret_link[TOKEN_CHARS + 1]);

#endif
