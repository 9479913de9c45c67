// SPDX-License-Identifier: Apache-2.0
/*
 * maps - programs that still run code which was replaced on disk.
 *
 * From /proc/N/maps: an executable mapping of a file below the system's own
 * folders that is "(deleted)". Programs, not processes, are named: one row each.
 */
#ifndef CONTROL_MAPS_H
#define CONTROL_MAPS_H

#include "control/fact.h"
#include "os/host.h"

/* The first such file; empty: none. RC_SYNTAX: not lines of a maps file. */
MUST_USE enum rc maps_replaced(struct str maps, struct str *ret_path);

struct subject;
MUST_USE enum rc replaced_code_look(const struct host *, const struct subject *, struct facts *);

#endif
