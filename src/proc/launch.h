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

/* What is started for one job: a row of readers.def or workers.def. */
struct shot_row { uint16_t number; enum proc_id process; const char *name; int timeout_ms; bool fonts; };
const struct shot_row *shot_row(enum proc_id process, uint16_t number); /* NULL: no such row */

size_t           launch_lanes(enum proc_id from, enum proc_id to);
/* Forks and executes; `row` is the number of a one-shot, or -1. The process waits for its orders. */
MUST_USE enum rc launch(const struct station *, enum proc_id, int row, pid_t *ret_pid, int *ret_orders_fd);
/* Its settings and descriptors. */
MUST_USE enum rc launch_equip(const struct station *, enum proc_id, int row, int orders_fd);

#endif
