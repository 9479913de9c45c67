// SPDX-License-Identifier: Apache-2.0
/*
 * mail - notices to the destinations the client approved: urgent kinds at once, the rest as one digest at nine in Japan.
 *
 * A mail counts things and names nobody; it has no link, so that no one learns to follow one. Each is an entry of the
 * ledger before courier gets it.
 */
#ifndef CORE_MAIL_H
#define CORE_MAIL_H

#include "base/time_text.h"
#include "core/core.h"

#define MAIL_REGISTER "mail-destination"
#define MAIL_LEAF     "mail"           /* an entry of the station: to which row, of what kind */
#define MAIL_AWAY     "mail-away"      /* alarm: notices wait, and for MAIL_AWAY_US nobody took one */
#define MAIL_BACK     "mail-back"
#define MAIL_AWAY_US  (10 * MINUTE_US)

MUST_USE enum rc mail_follow(struct core *, int64_t now_us); /* what is to be said now; under no lock */

json_t         *mail_json(const struct core *);              /* for the first screen: whether somebody must see to it; under lock */

#endif
