// SPDX-License-Identifier: Apache-2.0
/*
 * look_remote - one function that looks, wherever the look must run.
 *
 * Asks probe, or has warden start the reader of the control's row, or both;
 * adds the settings the judge needs. It takes at most the control's timeout
 * for each half and may be called from several threads at once, so a control
 * that hangs delays no other. The caller carries the facts of the look before (facts_carry).
 */
#ifndef CONTROL_LOOK_REMOTE_H
#define CONTROL_LOOK_REMOTE_H

#include "control/control.h"
#include "proc/run.h"

/* `facts->arena` is the caller's. RC_OK, or: could not look (the trail says why). RC_BUG: LOOK_BY_CORE, which the caller fills itself. */
MUST_USE enum rc look_control(struct proc *, const struct control *, const struct subject *, struct facts *facts);

#endif
