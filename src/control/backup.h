// SPDX-License-Identifier: Apache-2.0
/*
 * backup - what a restic repository lists, and what its controls share.
 *
 * Snapshots are grouped by host and paths. A generation is a snapshot at least
 * half the declared interval older than the next one counted: copies taken
 * minutes apart are one. When a snapshot began is what restic recorded itself
 * (summary.backup_start, since 0.17); without it a time of whole seconds is one
 * somebody may have typed (--time): said, not seen. Not counted: snapshots without tree, id or time, of
 * the future, or of no file at all. Every time a snapshot tells is what its writer wrote into it; the file that
 * holds it was written when it was taken, or later when it was copied or tagged: one that is older than the time it
 * tells was not taken then, and of one that is younger nobody knows. Whether the data can be read back is not
 * seen here; a restore shows that.
 */
#ifndef CONTROL_BACKUP_H
#define CONTROL_BACKUP_H

#include "control/control.h"

#define SNAPSHOTS_MAX 20000
#define SNAPSHOT_SETS_MAX 256

struct snapshot { struct str set, id; int64_t at_us; bool retired, said; };
struct snapshots { struct snapshot *list; size_t count, unusable; }; /* by set, then newest first */

/* Output of `restic --json snapshots`. RC_SYNTAX: it is not; RC_LIMIT: more than can be. */
MUST_USE enum rc snapshots_read(struct str json, int64_t now_us, struct arena *, struct snapshots *ret);
/* The files of the repository at `path`: asked before restic, for then no file opens any more. Those whose time they do not bear out count as said. */
struct snapshot_file { struct str id; int64_t written_us; };
struct snapshot_files { struct snapshot_file *list; size_t count; };
MUST_USE enum rc snapshot_files_read(const struct host *, struct str path, struct arena *, struct snapshot_files *ret);
void             snapshots_compare(const struct snapshot_files *, struct snapshots *);
/* Row 0 as a whole, a row for each set: "set", "latest_at", "oldest_at", "copies", "generations", "generations_seen" when fewer, "latest_seen_at" (of the newest whose time is not only said; missing: none), "retired". */
MUST_USE enum rc snapshots_facts(const struct snapshots *, int64_t every_us, struct facts *);

int64_t backup_every_us(const struct facts *);                                    /* as declared; 0: it is not */
bool    backup_answered(const struct facts *, struct finding *);                  /* else the finding says why not */

#endif
