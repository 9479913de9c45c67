// SPDX-License-Identifier: Apache-2.0
/*
 * retention - what the settings of journald, logrotate and auditd promise to keep. Pure.
 *
 * Read as their owners read them. Days: RETENTION_EVER: never dropped by time;
 * RETENTION_SIZE: dropped when there is too much of it, whenever that is.
 */
#ifndef CONTROL_RETENTION_H
#define CONTROL_RETENTION_H

#include "base/str.h"

#define RETENTION_EVER (-1)
#define RETENTION_SIZE (-2)

struct journald { struct str storage; int64_t retention_us, file_us, files_max; uint64_t bytes_max; }; /* "" and 0: not set; file_us -1: for ever */
void journald_add(struct journald *, struct str conf);                        /* one more file: it overrides */
MUST_USE enum rc systemd_span(struct str, int64_t *ret_us);                    /* "2week 3d", "1month", "86400"; RC_SYNTAX */
MUST_USE enum rc systemd_bytes(struct str, uint64_t *ret);                     /* "500M", "1.5G" */

struct rotation { int64_t count, every_days, maxage_days; bool by_size, max_size; }; /* what holds for a log; max_size: when it is large, sooner than its time */
#define ROTATION { 0, 7, 0, false, false }                                            /* logrotate's own defaults */
/*
 * Reads one file. `defaults` holds what stands outside of braces, and is changed by it. When a stanza names `log`,
 * *ret is what holds for it and *ret_found is set. `include` is handed each include directive.
 */
typedef void rotation_include(void *context, struct str path);
void    rotation_read(struct str conf, struct str log, struct rotation *defaults, struct rotation *ret, bool *ret_found, rotation_include *, void *context);
int64_t rotation_days(const struct rotation *);

/* What two that drop from one log leave of it; `ret_by_size`: one of them drops by size, so the days are the most there can be. */
int64_t retention_both(int64_t days, int64_t other, bool *ret_by_size);
int64_t auditd_days(struct str conf); /* of auditd.conf; 0: it writes none */

#endif
