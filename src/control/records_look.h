// SPDX-License-Identifier: Apache-2.0
/*
 * records_look - from when to when each kind of record of a machine reaches, as facts.
 *
 * A row a source: "source" (wtmp, journal, audit, auth.log), "readable", "acts" (privileged
 * acts stand in it, not only sign-ins), "records", "first_at", "last_at", "bytes" (journal); and
 * "machine_since" of row 0. What is not there has no row; what cannot be read says so.
 */
#ifndef CONTROL_RECORDS_LOOK_H
#define CONTROL_RECORDS_LOOK_H

#include "control/fact.h"
#include "os/host.h"

void records_look(const struct host *, struct facts *);
/* Since when records are needed: `days` back, but not before the service (setting go_live) or the machine was there. Pure. */
int64_t records_needed_since(const struct facts *, int64_t days, int64_t now_us);

#endif
