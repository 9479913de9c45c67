// SPDX-License-Identifier: Apache-2.0
/*
 * launch - one process: what its row gives it, and the fork and exec.
 *
 * The table of processes stands in launch.c: a folder, descriptors, lanes.
 */
#ifndef PROC_LAUNCH_H
#define PROC_LAUNCH_H

#include <sys/types.h>

#include "proc/station.h"

extern const enum proc_id launch_order[]; /* each after those it asks */
extern const size_t       launch_count;

struct reader_row { uint16_t number; const char *name; int timeout_ms; };
const struct reader_row *reader_row(uint16_t number); /* NULL: no such row of readers.def */

size_t           launch_lanes(enum proc_id from, enum proc_id to);
/* Forks and executes; `reader` is its row number, or -1. The process waits for its orders. */
MUST_USE enum rc launch(const struct station *, enum proc_id, int reader, pid_t *ret_pid, int *ret_orders_fd);
/* Its settings and descriptors. */
MUST_USE enum rc launch_equip(const struct station *, enum proc_id, int orders_fd);

#endif
