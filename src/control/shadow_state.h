// SPDX-License-Identifier: Apache-2.0
/*
 * shadow_state - what of /etc/shadow is configuration, and what its people change themselves.
 *
 * A new password is a new hash and a new day in the line of its account: passwd's
 * work, no change of configuration. Names, order, whether a password is set, locked
 * or empty, and all limits are configuration.
 */
#ifndef CONTROL_SHADOW_STATE_H
#define CONTROL_SHADOW_STATE_H

#include "base/str.h"

/* `config`: the text with hash and day left out; `passwords`: hashes and days alone. `ret_day`: the newest day, since 1970; -1: none. */
MUST_USE enum rc shadow_split(struct str text, struct buf *config, struct buf *passwords, int64_t *ret_day);

#endif
