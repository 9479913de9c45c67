// SPDX-License-Identifier: Apache-2.0
/* db: opens a SQLite file the way this house wants it, and turns its answers into ours. */
#include "store/db.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#define PARAMETERS_MAX   32
#define VALUE_BYTES_MAX  (16 * 1024 * 1024)
#define BUSY_TIMEOUT_MS  2000
#define WAL_HEAD_BYTES   32
#define WAL_FRAME_BYTES  (24 + 4096)

struct query {
	struct db    *db;
	struct query *next;
	const char   *sql;
	sqlite3_stmt *stmt;
	bool          in_use;
	int           index[PARAMETERS_MAX + 1]; /* SQLite numbers $n by appearance; 0: not in the text */
};

struct db {
	sqlite3        *lite;
	struct query   *queries;
	pthread_mutex_t mutex; /* recursive: held by a query in use and by an open transaction */
	int             transactions;
};

/* The class of a SQLite result: what the caller does next depends on it alone. */
static enum rc
class_of(sqlite3 *lite, int code)
{
	int os = lite ? sqlite3_system_errno(lite) : 0;

	switch (code & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return RC_OK;
	case SQLITE_FULL:
	case SQLITE_TOOBIG:
	case SQLITE_NOMEM:
		return RC_LIMIT;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_CONSTRAINT:
		return RC_CONFLICT;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return RC_TAMPERED;
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
		return os == ENOSPC || os == EDQUOT ? RC_LIMIT : RC_IO;
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return RC_IO;
	default:
		return RC_BUG;
	}
}

static enum rc
fail(struct db *db, int code, const char *what)
{
	enum rc rc = class_of(db->lite, code);

	if (rc == RC_OK)
		return RC_OK;
	if (rc == RC_LIMIT && (code & 0xff) != SQLITE_TOOBIG && (code & 0xff) != SQLITE_NOMEM)
		return FAIL(RC_LIMIT, "%s: disk full", what);
	return FAIL(rc, "%s: %s", what, sqlite3_errmsg(db->lite));
}

static _Thread_local int held; /* how often this thread holds a store */

bool
db_held(void)
{
	return held > 0;
}

static void
lock(struct db *db)
{
	(void)pthread_mutex_lock(&db->mutex); /* a recursive mutex of our own cannot fail here */
	held++;
}

static void
unlock(struct db *db)
{
	held--;
	(void)pthread_mutex_unlock(&db->mutex);
}

enum rc
db_exec(struct db *db, const char *sql)
{
	enum rc rc;

	lock(db);
	rc = fail(db, sqlite3_exec(db->lite, sql, NULL, NULL, NULL), "store");
	unlock(db);
	return rc;
}

static enum rc
mutex_make(pthread_mutex_t *mutex)
{
	pthread_mutexattr_t attr;
	int                 e;

	(void)pthread_mutexattr_init(&attr);
	(void)pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE);
	e = pthread_mutex_init(mutex, &attr);
	(void)pthread_mutexattr_destroy(&attr);
	return e ? FAIL(RC_LIMIT, "store: no mutex") : RC_OK;
}

/* SQLite would make the file readable for all; its WAL inherits what stands here. */
static enum rc
file_make(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return errno == ENOSPC || errno == EDQUOT ? FAIL(RC_LIMIT, "open %s: disk full", path) : FAIL_OS("open %s", path);
	if (close(fd))
		return FAIL_OS("close %s", path);
	return RC_OK;
}

/* Switches off what a hostile file could use against its reader. */
static enum rc
harden(struct db *db)
{
	static const struct { int what, value; } configs[] = {
		{ SQLITE_DBCONFIG_DEFENSIVE, 1 },     { SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 }, { SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
		{ SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0 }, { SQLITE_DBCONFIG_DQS_DDL, 0 },        { SQLITE_DBCONFIG_DQS_DML, 0 },
		{ SQLITE_DBCONFIG_ENABLE_FKEY, 1 },
	};
	int now = 0;

	for (size_t i = 0; i < sizeof configs / sizeof *configs; i++)
		if (sqlite3_db_config(db->lite, configs[i].what, configs[i].value, &now) != SQLITE_OK || now != configs[i].value)
			return FAIL(RC_BUG, "store: this SQLite does not let itself be hardened (option %d)", configs[i].what);
	sqlite3_limit(db->lite, SQLITE_LIMIT_ATTACHED, 0);
	sqlite3_limit(db->lite, SQLITE_LIMIT_LENGTH, VALUE_BYTES_MAX);
	sqlite3_limit(db->lite, SQLITE_LIMIT_VARIABLE_NUMBER, PARAMETERS_MAX);
	sqlite3_busy_timeout(db->lite, BUSY_TIMEOUT_MS);
	return RC_OK;
}

static enum rc
version_get(struct db *db, int64_t *ret)
{
	sqlite3_stmt *stmt = NULL;
	int           code = sqlite3_prepare_v2(db->lite, "PRAGMA user_version", -1, &stmt, NULL);
	enum rc       rc;

	if (code == SQLITE_OK)
		code = sqlite3_step(stmt);
	rc = fail(db, code, "store version");
	if (rc == RC_OK)
		*ret = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return rc;
}

static enum rc
migrate(struct db *db, const char *path, const char *const *migrations, size_t n)
{
	char    text[64];
	int64_t version = 0;
	enum rc rc = RC_OK;

	TRY(version_get(db, &version));
	if (version < 0 || version > (int64_t)n)
		TRY(FAIL(RC_CONFLICT, "%s: schema version %lld was written by a newer program; this one knows up to %zu", path, (long long)version, n));
	for (size_t i = (size_t)version; i < n; i++) {
		TRY(db_begin(db));
		TRY(db_exec(db, migrations[i]));
		(void)snprintf(text, sizeof text, "PRAGMA user_version = %zu", i + 1); /* fits */
		TRY(db_exec(db, text));
		TRY(db_commit(db));
	}
out:
	db_rollback(db);
	return rc;
}

static enum rc
open_with(const char *path, int flags, struct db **ret)
{
	struct db *db = calloc(1, sizeof *db);
	enum rc    rc = RC_OK;
	int        code;

	if (!db)
		return FAIL(RC_LIMIT, "store: no memory");
	rc = mutex_make(&db->mutex);
	if (rc != RC_OK) {
		free(db);
		return rc;
	}
	code = sqlite3_open_v2(path, &db->lite, flags | SQLITE_OPEN_FULLMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
	if (code != SQLITE_OK)
		TRY(FAIL(class_of(db->lite, code), "open %s: %s", path, db->lite ? sqlite3_errmsg(db->lite) : "no memory"));
	TRY(harden(db));
	*ret = db;
	db = NULL;
out:
	db_close(db);
	return rc;
}

enum rc
db_open(const char *path, const char *const *migrations, size_t n, struct db **ret)
{
	struct db *db = NULL;
	enum rc    rc = RC_OK;

	TRY(file_make(path));
	TRY(open_with(path, SQLITE_OPEN_READWRITE, &db));
	TRY(db_exec(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY;"
			"PRAGMA cache_size = -1024; PRAGMA mmap_size = 0; PRAGMA secure_delete = ON; PRAGMA journal_size_limit = 16777216;"));
	TRY(migrate(db, path, migrations, n));
	*ret = db;
	db = NULL;
out:
	db_close(db);
	return rc;
}

enum rc
db_open_reading(const char *path, size_t version, struct db **ret)
{
	struct db *db = NULL;
	int64_t    found = 0;
	enum rc    rc = RC_OK;

	TRY(open_with(path, SQLITE_OPEN_READONLY, &db));
	TRY(db_exec(db, "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -1024; PRAGMA mmap_size = 0; PRAGMA query_only = ON;"));
	TRY(version_get(db, &found));
	if (found != (int64_t)version)
		TRY(FAIL(RC_CONFLICT, "%s: schema version %lld, this program reads %zu", path, (long long)found, version));
	*ret = db;
	db = NULL;
out:
	db_close(db);
	return rc;
}

void
db_close(struct db *db)
{
	if (!db)
		return;
	for (struct query *q = db->queries, *next; q; q = next) {
		next = q->next;
		sqlite3_finalize(q->stmt);
		free(q);
	}
	sqlite3_close(db->lite);
	(void)pthread_mutex_destroy(&db->mutex);
	free(db);
}

enum rc
db_begin(struct db *db)
{
	enum rc rc;

	lock(db);
	if (db->transactions > 0) {
		unlock(db);
		return FAIL(RC_BUG, "store: a transaction is open already");
	}
	rc = fail(db, sqlite3_exec(db->lite, "BEGIN IMMEDIATE", NULL, NULL, NULL), "begin");
	if (rc == RC_OK)
		db->transactions = 1; /* keeps the lock */
	else
		unlock(db);
	return rc;
}

static void
transaction_end(struct db *db)
{
	db->transactions = 0;
	unlock(db);
}

enum rc
db_commit(struct db *db)
{
	enum rc rc;

	lock(db);
	if (!db->transactions) {
		unlock(db);
		return FAIL(RC_BUG, "store: no transaction to commit");
	}
	rc = fail(db, sqlite3_exec(db->lite, "COMMIT", NULL, NULL, NULL), "commit");
	if (rc != RC_OK)
		db_rollback(db);
	else
		transaction_end(db);
	unlock(db);
	return rc;
}

void
db_rollback(struct db *db)
{
	lock(db);
	if (db->transactions) {
		if (!sqlite3_get_autocommit(db->lite)) /* SQLite rolls back by itself on some failures */
			(void)sqlite3_exec(db->lite, "ROLLBACK", NULL, NULL, NULL); /* what stays is undone by the next open */
		transaction_end(db);
	}
	unlock(db);
}

enum rc
db_fold(struct db *db)
{
	enum rc rc;

	lock(db);
	rc = fail(db, sqlite3_wal_checkpoint_v2(db->lite, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL), "fold");
	unlock(db);
	return rc;
}

void
db_fold_every(struct db *db, int wal_pages)
{
	(void)sqlite3_wal_autocheckpoint(db->lite, wal_pages); /* a number in memory */
}

void
db_wal_make(struct db *db, int wal_pages)
{
	static char       zeros[64 * 1024]; /* only read: takes no memory; SQLite writes less than 128 KiB at once */
	sqlite3_file     *wal = NULL;
	sqlite3_int64     size = 0, start, end = WAL_HEAD_BYTES + (sqlite3_int64)wal_pages * WAL_FRAME_BYTES;
	int               code;

	lock(db);
	code = sqlite3_file_control(db->lite, "main", SQLITE_FCNTL_JOURNAL_POINTER, &wal);
	if (code != SQLITE_OK || !wal || !wal->pMethods || wal->pMethods->xFileSize(wal, &size) != SQLITE_OK || size >= end)
		goto out;
	for (start = size; size < end && code == SQLITE_OK; size += (sqlite3_int64)sizeof zeros) /* no frame begins with zeros: SQLite reads none of it */
		code = wal->pMethods->xWrite(wal, zeros, (int)sizeof zeros, size);
	if (code != SQLITE_OK)
		(void)wal->pMethods->xTruncate(wal, start); /* gives back what was taken; else SQLite overwrites it */
	else
		(void)wal->pMethods->xSync(wal, SQLITE_SYNC_NORMAL); /* else the first commit waits for it */
out:
	unlock(db);
}

static enum rc
query_make(struct db *db, const char *sql, struct query **ret)
{
	struct query *q = calloc(1, sizeof *q);
	const char   *tail = NULL;
	char          name[8];
	enum rc       rc = RC_OK;

	if (!q)
		return FAIL(RC_LIMIT, "store: no memory");
	TRY(fail(db, sqlite3_prepare_v3(db->lite, sql, -1, SQLITE_PREPARE_PERSISTENT, &q->stmt, &tail), "prepare"));
	if (!q->stmt || (tail && *tail))
		TRY(FAIL(RC_BUG, "store: not exactly one statement: %.60s", sql));
	for (int i = 1; i <= PARAMETERS_MAX; i++) {
		(void)snprintf(name, sizeof name, "$%d", i); /* fits */
		q->index[i] = sqlite3_bind_parameter_index(q->stmt, name);
	}
	q->db = db;
	q->sql = sql;
	q->next = db->queries;
	db->queries = q;
	*ret = q;
	q = NULL;
out:
	if (q)
		sqlite3_finalize(q->stmt);
	free(q);
	return rc;
}

enum rc
db_query(struct db *db, const char *sql, struct query **ret)
{
	struct query *q = NULL;
	enum rc       rc = RC_OK;

	lock(db);
	for (q = db->queries; q; q = q->next)
		if (!q->in_use && (q->sql == sql || !strcmp(q->sql, sql)))
			break;
	if (!q)
		TRY(query_make(db, sql, &q));
	q->in_use = true;
	*ret = q;
	return RC_OK; /* keeps the lock until db_done */
out:
	unlock(db);
	return rc;
}

void
db_reset(struct query *q)
{
	(void)sqlite3_reset(q->stmt); /* repeats the failure db_step has told already */
}

void
db_done(struct query *q)
{
	if (!q)
		return;
	db_reset(q);
	(void)sqlite3_clear_bindings(q->stmt); /* cannot fail */
	q->in_use = false;
	unlock(q->db);
}

static enum rc
bound(struct query *q, int at, int code)
{
	return code == SQLITE_OK ? RC_OK : FAIL(code == SQLITE_TOOBIG || code == SQLITE_NOMEM ? RC_LIMIT : RC_BUG, "store: $%d of: %.60s", at, q->sql);
}

static int
place(const struct query *q, int at)
{
	return at >= 1 && at <= PARAMETERS_MAX ? q->index[at] : 0; /* 0: SQLITE_RANGE */
}

enum rc
db_put_int(struct query *q, int at, int64_t value)
{
	return bound(q, at, sqlite3_bind_int64(q->stmt, place(q, at), value));
}

enum rc
db_put_text(struct query *q, int at, struct str s)
{
	return bound(q, at, sqlite3_bind_text64(q->stmt, place(q, at), s.n ? s.p : "", s.n, SQLITE_STATIC, SQLITE_UTF8));
}

enum rc
db_put_blob(struct query *q, int at, struct str s)
{
	return bound(q, at, sqlite3_bind_blob64(q->stmt, place(q, at), s.n ? s.p : "", s.n, SQLITE_STATIC));
}

enum rc
db_put_null(struct query *q, int at)
{
	return bound(q, at, sqlite3_bind_null(q->stmt, place(q, at)));
}

enum rc
db_step(struct query *q, bool *ret_row)
{
	int     code = sqlite3_step(q->stmt);
	enum rc rc = RC_OK;

	if (code == SQLITE_ROW) {
		*ret_row = true;
		return RC_OK;
	}
	rc = fail(q->db, code, "store");
	if (rc == RC_OK)
		*ret_row = false;
	db_reset(q);
	return rc;
}

enum rc
db_run(struct query *q)
{
	enum rc rc = fail(q->db, sqlite3_step(q->stmt), "store");

	db_reset(q);
	return rc;
}

int64_t
db_changed(struct db *db)
{
	return sqlite3_changes64(db->lite);
}

int64_t
db_int(struct query *q, int column)
{
	return sqlite3_column_int64(q->stmt, column);
}

struct str
db_text(struct query *q, int column)
{
	const char *p = (const char *)sqlite3_column_text(q->stmt, column); /* before _bytes: it may convert */

	return (struct str){ p, p ? (size_t)sqlite3_column_bytes(q->stmt, column) : 0 };
}

struct str
db_blob(struct query *q, int column)
{
	const char *p = sqlite3_column_blob(q->stmt, column);

	return (struct str){ p, p ? (size_t)sqlite3_column_bytes(q->stmt, column) : 0 };
}

bool
db_is_null(struct query *q, int column)
{
	return sqlite3_column_type(q->stmt, column) == SQLITE_NULL;
}
