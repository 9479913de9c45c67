// SPDX-License-Identifier: Apache-2.0
/*
 * journal - the database that holds every leaf with its payload; all else in
 * the ledger's folder is made from it.
 *
 * One transaction holds whole appends: leaves, payloads, the counters of their sources and
 * the acts they open or close. Used by one thread, but journal_synced() by any.
 * Failures as in store/db.h.
 */
#ifndef LEDGER_JOURNAL_H
#define LEDGER_JOURNAL_H

#include "evidence/leaf.h"

#define ORIGIN_BYTES_MAX 256
#define JOURNAL_NAME "journal.db"

struct journal;

struct journal_state {
	uint64_t    entries;
	int64_t     received_at_us;  /* of the last leaf; 0: none           */
	uint64_t    seq[PROC_COUNT]; /* last of each source                 */
	uint32_t    epoch;           /* 0: nothing yet                      */
	char        origin[ORIGIN_BYTES_MAX]; /* the log's name in this epoch; empty: nothing yet */
	uint64_t    synced;          /* tiles of this many entries are on the disk */
	struct hash synced_root;
};

MUST_USE enum rc journal_open(const char *folder, struct journal **ret, struct journal_state *ret_state);
MUST_USE enum rc journal_open_reading(const char *folder, struct journal **ret, struct journal_state *ret_state);
void             journal_close(struct journal *); /* accepts NULL */

MUST_USE enum rc journal_begin(struct journal *);
MUST_USE enum rc journal_put(struct journal *, uint64_t index, struct str leaf, struct str payload);
MUST_USE enum rc journal_act_open(struct journal *, uint64_t index, enum proc_id source);
MUST_USE enum rc journal_act_close(struct journal *, uint64_t index);
/* Writes the counters that differ from `before`, and commits. When it fails nothing happened. */
MUST_USE enum rc journal_commit(struct journal *, const struct journal_state *before, const struct journal_state *now);
void             journal_rollback(struct journal *);
MUST_USE enum rc journal_synced(struct journal *, uint64_t size, const struct hash *root);
MUST_USE enum rc journal_fold(struct journal *);

/* Entries from `from` on, one after the other; what is lent is valid until the next call. */
struct walk { struct query *query; uint64_t next; };
MUST_USE enum rc journal_walk(struct journal *, uint64_t from, struct walk *ret);
MUST_USE enum rc walk_next(struct walk *, struct str *ret_leaf, struct str *ret_payload); /* RC_NOTFOUND: the end; RC_TAMPERED: an index is missing */
void             walk_end(struct walk *);                                                 /* born { 0 } is fine */

struct open_act { uint64_t index; enum proc_id source; bool closing, interrupted; };
MUST_USE enum rc journal_open_acts(struct journal *, size_t max, struct open_act *ret, size_t *ret_n); /* in the order of index */

#endif
