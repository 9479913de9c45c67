// SPDX-License-Identifier: Apache-2.0
/*
 * db - the only door to SQLite: one file, one owning process, numbered
 * migrations, statements with $1..$n.
 *
 * A committed transaction is on the disk (WAL, synchronous=FULL). A database is
 * shared by the threads of its process one at a time: db_query() and db_begin()
 * wait for the others until db_done() and db_commit() or db_rollback(); the same
 * thread may nest them. What a column lends is valid until the next db_step(),
 * db_run(), db_reset() or db_done() of that query.
 *
 * Failures: RC_LIMIT the disk is full (nothing was committed); RC_CONFLICT another
 * process holds the file, or a unique key stands already; RC_TAMPERED the file is
 * no database or damaged; RC_IO; RC_BUG a statement of ours is wrong. Ids are
 * ours, instants are int64 microseconds, so the same SQL can run elsewhere.
 */
#ifndef STORE_DB_H
#define STORE_DB_H

#include "base/str.h"

struct db;    /* an open database              */
struct query; /* a statement while it is in use */

/*
 * `path`: "/name.db" in a chrooted process. `migrations[i]` is SQL that brings the schema to
 * version i + 1; each runs once, whole, in its own transaction. A file of a newer version: RC_CONFLICT.
 */
MUST_USE enum rc db_open(const char *path, const char *const *migrations, size_t n, struct db **ret);
MUST_USE enum rc db_open_reading(const char *path, size_t version, struct db **ret); /* never writes; RC_CONFLICT: other version */
void             db_close(struct db *);                             /* accepts NULL; takes back the WAL */

MUST_USE enum rc db_begin(struct db *);                             /* takes the write lock at once     */
MUST_USE enum rc db_commit(struct db *);                            /* when it fails, nothing happened  */
void             db_rollback(struct db *);                          /* nothing open: does nothing       */
MUST_USE enum rc db_exec(struct db *, const char *sql);             /* constant statements, no answer   */
MUST_USE enum rc db_fold(struct db *);                              /* moves the WAL into the file      */
void             db_fold_every(struct db *, int wal_pages);         /* the same by itself; 0: never     */
/* Writes zeros as far as the WAL grows in so many pages: a commit that only overwrites need not wait for the file system's own log. */
void             db_wal_make(struct db *, int wal_pages);           /* no room: it grows as it is used  */

MUST_USE enum rc db_query(struct db *, const char *sql, struct query **ret); /* prepared once, kept; `sql` must be constant */
bool             db_held(void); /* this thread has a query in use or a transaction open: it must wait for nothing that others hold while they ask a store */
void             db_done(struct query *);                           /* accepts NULL                     */
MUST_USE enum rc db_put_int(struct query *, int at, int64_t);       /* $at, from 1                      */
MUST_USE enum rc db_put_text(struct query *, int at, struct str);   /* bytes must stay until run/reset  */
MUST_USE enum rc db_put_blob(struct query *, int at, struct str);
MUST_USE enum rc db_put_null(struct query *, int at);
MUST_USE enum rc db_step(struct query *, bool *ret_row);            /* false: no more rows, and reset   */
MUST_USE enum rc db_run(struct query *);                            /* no rows wanted; resets           */
void             db_reset(struct query *);
int64_t          db_changed(struct db *);                           /* rows the last statement changed  */

int64_t          db_int(struct query *, int column);                /* from 0; NULL reads as 0          */
struct str       db_text(struct query *, int column);               /* borrow; NULL reads as empty      */
struct str       db_blob(struct query *, int column);
bool             db_is_null(struct query *, int column);

#endif
