// SPDX-License-Identifier: Apache-2.0
/* db_test: the door to SQLite keeps what it was given, refuses what it should, and names why. */
#include "store/db.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/test.h"

static const char *const schema[] = {
	"CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, body BLOB);",
	"CREATE TABLE tally (n INTEGER NOT NULL); INSERT INTO tally VALUES (7);",
};

static char folder[64], path[80];

static void
folder_make(void)
{
	(void)snprintf(folder, sizeof folder, "/tmp/db-test-XXXXXX");
	CHECK(mkdtemp(folder) != NULL);
	(void)snprintf(path, sizeof path, "%s/name.db", folder);
}

static void
folder_remove(void)
{
	static const char *const tails[] = { "", "-wal", "-shm", "-journal" };
	char                     name[96];

	for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
		(void)snprintf(name, sizeof name, "%s%s", path, tails[i]);
		(void)unlink(name);
	}
	CHECK(rmdir(folder) == 0);
}

static enum rc
item_add(struct db *db, int64_t id, struct str name, struct str body)
{
	struct query *q = NULL;
	enum rc       rc = RC_OK;

	TRY(db_query(db, "INSERT INTO item (name, body, id) VALUES ($2, $3, $1)", &q)); /* not in the order of appearance */
	TRY(db_put_int(q, 1, id));
	TRY(db_put_text(q, 2, name));
	TRY(body.p ? db_put_blob(q, 3, body) : db_put_null(q, 3));
	TRY(db_run(q));
out:
	db_done(q);
	return rc;
}

static int64_t
number(struct db *db, const char *sql)
{
	struct query *q = NULL;
	bool          row = false;
	int64_t       n = -1;

	if (db_query(db, sql, &q) == RC_OK && db_step(q, &row) == RC_OK && row)
		n = db_int(q, 0);
	db_done(q);
	return n;
}

CASE(values_come_back_as_they_went)
{
	struct db    *db = NULL;
	struct query *q = NULL;
	bool          row = false;

	folder_make();
	CHECK_OK(db_open(path, schema, 2, &db));
	CHECK_OK(item_add(db, INT64_MIN, STR("番所"), (struct str){ "a\0b", 3 }));
	CHECK_OK(item_add(db, INT64_MAX, STR(""), STR_NONE));
	CHECK_INT(db_changed(db), 1);
	CHECK_OK(db_query(db, "SELECT id, name, body FROM item ORDER BY id", &q));
	CHECK_OK(db_step(q, &row));
	CHECK(row && db_int(q, 0) == INT64_MIN);
	CHECK_STR(db_text(q, 1), "番所");
	CHECK(str_eq(db_blob(q, 2), (struct str){ "a\0b", 3 }) && !db_is_null(q, 2));
	CHECK_OK(db_step(q, &row));
	CHECK(row && db_int(q, 0) == INT64_MAX && db_text(q, 1).n == 0 && db_is_null(q, 2) && !db_is_null(q, 1));
	CHECK_OK(db_step(q, &row));
	CHECK(!row);
	db_done(q);
	db_close(db);
	folder_remove();
}

CASE(parameters_outside_the_text_are_our_mistake)
{
	struct db    *db = NULL;
	struct query *q = NULL;

	folder_make();
	CHECK_OK(db_open(path, schema, 2, &db));
	CHECK_OK(db_query(db, "SELECT $2", &q));
	CHECK_OK(db_put_int(q, 2, 1));
	CHECK_RC(db_put_int(q, 1, 1), RC_BUG);
	CHECK_RC(db_put_int(q, 0, 1), RC_BUG);
	CHECK_RC(db_put_int(q, 33, 1), RC_BUG);
	db_done(q);
	CHECK_RC(db_query(db, "SELECT 1; SELECT 2", &q), RC_BUG);
	CHECK_RC(db_query(db, "SELECT nothing FROM nowhere", &q), RC_BUG);
	db_close(db);
	folder_remove();
}

CASE(a_transaction_is_whole_or_not)
{
	struct db *db = NULL;

	folder_make();
	CHECK_OK(db_open(path, schema, 2, &db));
	CHECK_OK(db_begin(db));
	CHECK_RC(db_begin(db), RC_BUG);
	CHECK_OK(item_add(db, 1, STR("one"), STR_NONE));
	db_rollback(db);
	db_rollback(db);
	CHECK_INT(number(db, "SELECT count(*) FROM item"), 0);
	CHECK_OK(db_begin(db));
	CHECK_OK(item_add(db, 1, STR("one"), STR_NONE));
	CHECK_RC(item_add(db, 2, STR("one"), STR_NONE), RC_CONFLICT);
	CHECK_OK(db_commit(db));
	CHECK_RC(db_commit(db), RC_BUG);
	CHECK_INT(number(db, "SELECT count(*) FROM item"), 1);
	db_close(db);
	CHECK_OK(db_open(path, schema, 2, &db));
	CHECK_INT(number(db, "SELECT count(*) FROM item"), 1);
	db_close(db);
	folder_remove();
}

CASE(migrations_run_once_and_a_newer_file_is_refused)
{
	static const char *const broken[] = { "CREATE TABLE item (id INTEGER PRIMARY KEY);", "CREATE TABLE t (n INTEGER); CREATE TABLE item (n INTEGER);" };
	struct db               *db = NULL;

	folder_make();
	CHECK_OK(db_open(path, schema, 1, &db));
	CHECK_INT(number(db, "PRAGMA user_version"), 1);
	db_close(db);
	CHECK_OK(db_open(path, schema, 2, &db));
	CHECK_INT(number(db, "PRAGMA user_version"), 2);
	db_close(db);
	CHECK_OK(db_open(path, schema, 2, &db));
	CHECK_INT(number(db, "SELECT sum(n) FROM tally"), 7);
	db_close(db);
	CHECK_RC(db_open(path, schema, 1, &db), RC_CONFLICT);
	CHECK(strstr(rc_trail(), "newer program") != NULL);
	CHECK_RC(db_open_reading(path, 1, &db), RC_CONFLICT);
	folder_remove();

	folder_make();
	CHECK_RC(db_open(path, broken, 2, &db), RC_BUG);
	CHECK_OK(db_open(path, broken, 1, &db));
	CHECK_INT(number(db, "SELECT count(*) FROM sqlite_schema WHERE name = 't'"), 0);
	db_close(db);
	folder_remove();
}

CASE(durable_and_hardened)
{
	struct db  *db = NULL;
	struct stat st;

	folder_make();
	CHECK_OK(db_open(path, schema, 2, &db));
	CHECK_INT(number(db, "PRAGMA synchronous"), 2);
	CHECK_INT(number(db, "PRAGMA trusted_schema"), 0);
	CHECK_INT(number(db, "PRAGMA temp_store"), 2);
	CHECK_RC(db_exec(db, "ATTACH ':memory:' AS other"), RC_BUG);
	CHECK_RC(db_exec(db, "SELECT load_extension('x')"), RC_BUG);
	CHECK_RC(db_exec(db, "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'x'"), RC_BUG);
	CHECK(stat(path, &st) == 0 && (st.st_mode & 07777) == 0600);
	db_close(db);
	folder_remove();
}

CASE(a_full_disk_is_a_limit)
{
	struct db *db = NULL;
	char      *big = calloc(1, 200000);

	folder_make();
	CHECK_OK(db_open(path, schema, 2, &db));
	CHECK_OK(db_exec(db, "PRAGMA max_page_count = 20"));
	CHECK_OK(db_begin(db));
	CHECK_RC(item_add(db, 1, STR("big"), (struct str){ big, 200000 }), RC_LIMIT);
	CHECK(strstr(rc_trail(), "disk full") != NULL);
	db_rollback(db);
	CHECK_OK(item_add(db, 1, STR("small"), STR_NONE));
	CHECK_INT(number(db, "SELECT count(*) FROM item"), 1);
	db_close(db);
	free(big);
	folder_remove();
}

CASE(what_is_no_database_is_tampered)
{
	struct db *db = NULL;
	char       page[4096];
	int        fd;

	folder_make();
	memset(page, 'x', sizeof page);
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	CHECK(write(fd, page, sizeof page) == (ssize_t)sizeof page);
	(void)close(fd);
	CHECK_RC(db_open(path, schema, 2, &db), RC_TAMPERED);
	(void)unlink(path);
	CHECK(symlink("/dev/null", path) == 0);
	CHECK_RC(db_open(path, schema, 2, &db), RC_IO);
	(void)unlink(path);
	CHECK_RC(db_open("/nonexistent/x.db", schema, 2, &db), RC_IO);
	CHECK_RC(db_open_reading(path, 2, &db), RC_IO);
	CHECK(db == NULL);
	folder_remove();
}

CASE(a_reader_beside_the_writer)
{
	struct db *db = NULL, *other = NULL;

	folder_make();
	CHECK_OK(db_open(path, schema, 2, &db));
	CHECK_OK(db_open_reading(path, 2, &other));
	CHECK_OK(db_begin(db));
	CHECK_OK(item_add(db, 1, STR("one"), STR_NONE));
	CHECK_INT(number(other, "SELECT count(*) FROM item"), 0);
	CHECK_OK(db_commit(db));
	CHECK_INT(number(other, "SELECT count(*) FROM item"), 1);
	CHECK_RC(item_add(other, 2, STR("two"), STR_NONE), RC_IO);
	db_close(other);
	CHECK_OK(db_fold(db));
	db_close(db);
	folder_remove();
}

/* What the WAL is made of in advance is no part of the database, whatever stands in it already. */
CASE(a_wal_made_in_advance)
{
	struct db *db = NULL;
	struct stat st;
	char wal[160];

	folder_make();
	(void)snprintf(wal, sizeof wal, "%s-wal", path);
	CHECK_OK(db_open(path, schema, 2, &db));
	db_wal_make(db, 100);
	CHECK(stat(wal, &st) == 0 && st.st_size >= 100 * 4120 && st.st_size < 200 * 4120);
	CHECK_OK(item_add(db, 1, STR("one"), STR_NONE));
	db_wal_make(db, 200);
	CHECK(stat(wal, &st) == 0 && st.st_size >= 200 * 4120);
	CHECK_OK(item_add(db, 2, STR("two"), STR_NONE));
	db_wal_make(db, 10); /* it is longer already */
	CHECK(stat(wal, &st) == 0 && st.st_size >= 200 * 4120);
	CHECK_INT(number(db, "SELECT count(*) FROM item"), 2);
	CHECK_OK(db_fold(db));
	CHECK_OK(item_add(db, 3, STR("three"), STR_NONE));
	db_close(db);
	CHECK_OK(db_open(path, schema, 2, &db));
	CHECK_INT(number(db, "SELECT count(*) FROM item"), 3);
	db_close(db);
	folder_remove();
}

static void *
writer(void *arg)
{
	struct db *db = arg;
	long       failed = 0;

	for (int i = 0; i < 50; i++) {
		struct query *q = NULL;
		bool          row = false;

		failed += db_begin(db) != RC_OK;
		failed += db_query(db, "SELECT n FROM tally", &q) != RC_OK || db_step(q, &row) != RC_OK || !row;
		int64_t n = db_int(q, 0);
		db_done(q);
		failed += db_query(db, "UPDATE tally SET n = $1", &q) != RC_OK || db_put_int(q, 1, n + 1) != RC_OK || db_run(q) != RC_OK;
		db_done(q);
		failed += db_commit(db) != RC_OK;
	}
	return (void *)failed;
}

CASE(threads_take_turns)
{
	struct db *db = NULL;
	pthread_t  threads[4];
	void      *failed = NULL;

	folder_make();
	CHECK_OK(db_open(path, schema, 2, &db));
	for (int i = 0; i < 4; i++)
		CHECK(pthread_create(&threads[i], NULL, writer, db) == 0);
	for (int i = 0; i < 4; i++) {
		CHECK(pthread_join(threads[i], &failed) == 0);
		CHECK(failed == NULL);
	}
	CHECK_INT(number(db, "SELECT n FROM tally"), 7 + 4 * 50);
	db_close(db);
	folder_remove();
}

TEST_MAIN
