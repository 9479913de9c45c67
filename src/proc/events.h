// SPDX-License-Identifier: Apache-2.0
/* events - what became of a process, told to core in order; kept until core is back. Its own thread: warden never waits for core. */
#ifndef PROC_EVENTS_H
#define PROC_EVENTS_H

#include "core/ask_core.h"

MUST_USE enum rc events_start(void);
void             events_lanes(const int *fds, size_t n); /* takes the descriptors: fresh lanes to core */
void             event_add(enum proc_id, enum child_event, int detail, int64_t at_us);

#endif
