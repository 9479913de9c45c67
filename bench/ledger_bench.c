// SPDX-License-Identifier: Apache-2.0
/*
 * ledger_bench - how fast an entry becomes durable, and provable, through the
 * real processes; beside SQLite and PostgreSQL on the same disk in the same run.
 *
 *	ledger_bench [--seconds N] [--where DIR] PROGRAMS
 *
 * Entries are findings with a sealed payload of 300 bytes. "64 writers": one entry in flight each.
 * SQLite: WAL, synchronous=FULL, one transaction per entry, the same two columns, a prepared statement; it takes turns with
 * the one writer, a quarter of a second each.
 * PostgreSQL: a cluster of its own with the defaults of Debian (fsync on), 64 connections, the same row.
 */
#include <libpq-fe.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/num.h"
#include "base/time_text.h"
#include "../tests/standin/pair.h"
#include "ledger/ask_ledger.h"
#include "os/file.h"
#include "store/db.h"

#define WRITERS       64
#define PAYLOAD_BYTES 300
#define BATCH         512
#define SAMPLES_MAX   2000000
#define SLICE_US      (250 * 1000)

struct run {
	int              seconds;
	struct peer     *ledger;
	const char      *conninfo;
	size_t           per_call;
	atomic_bool      stop;
	atomic_ullong    entries;
	atomic_ullong    failed;
	atomic_size_t    samples_n;
	int64_t         *samples;   /* microseconds */
};

static struct buf   sealed = BUF(4096);
static struct hash  commitment;
static struct entry batch[BATCH];

static void
entries_make(void)
{
	struct secret key = { NULL, 0 };
	char          json[PAYLOAD_BYTES];

	memset(json, 'a', sizeof json);
	if (secret_random(&key, SEAL_KEY_BYTES) != RC_OK || payload_seal(&key, 1, 202611, (struct str){ json, sizeof json }, &sealed, &commitment) != RC_OK)
		abort();
	secret_free(&key);
	for (size_t i = 0; i < BATCH; i++) {
		batch[i] = (struct entry){ .leaf = { .type = LEAF_FINDING, .source = PROC_PROBE, .claimed_at_us = now_us(), .name = STR("ports-closed"), .verdict = 1,
						    .valid_until_us = now_us() + DAY_US, .commitment = commitment },
			.payload = buf_str(&sealed) };
		batch[i].leaf.object.b[0] = (uint8_t)i;
	}
}

static int
order(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static void
sample(struct run *r, int64_t us)
{
	size_t at = atomic_fetch_add(&r->samples_n, 1);

	if (at < SAMPLES_MAX)
		r->samples[at] = us;
}

static double
percentile(struct run *r, double p)
{
	size_t n = r->samples_n < SAMPLES_MAX ? r->samples_n : SAMPLES_MAX;

	if (!n)
		return 0;
	qsort(r->samples, n, sizeof *r->samples, order);
	return (double)r->samples[(size_t)((double)(n - 1) * p)] / 1000;
}

static void *
ledger_writer(void *arg)
{
	struct run *r = arg;
	uint64_t    first;

	while (!atomic_load(&r->stop)) {
		int64_t t = monotonic_us();

		if (ask_ledger_append(r->ledger, batch, r->per_call, &first) != RC_OK) {
			if (atomic_fetch_add(&r->failed, 1) == 0)
				fprintf(stderr, "append: %s\n", rc_trail());
			break;
		}
		sample(r, monotonic_us() - t);
		atomic_fetch_add(&r->entries, r->per_call);
	}
	return NULL;
}

static void *
postgres_writer(void *arg)
{
	struct run *r = arg;
	PGconn     *c = PQconnectdb(r->conninfo);
	char        leaf[140] = { 1 };
	const char *values[2] = { leaf, sealed.p };
	const int   lengths[2] = { sizeof leaf, (int)sealed.n }, formats[2] = { 1, 1 };

	PQclear(PQprepare(c, "put", "INSERT INTO entry (leaf, payload) VALUES ($1, $2) RETURNING idx", 2, NULL));
	while (!atomic_load(&r->stop)) {
		int64_t   t = monotonic_us();
		PGresult *res = PQexecPrepared(c, "put", 2, values, lengths, formats, 0);

		if (PQresultStatus(res) != PGRES_TUPLES_OK) {
			if (atomic_fetch_add(&r->failed, 1) == 0)
				fprintf(stderr, "postgres: %s\n", PQerrorMessage(c));
			PQclear(res);
			break;
		}
		PQclear(res);
		sample(r, monotonic_us() - t);
		atomic_fetch_add(&r->entries, 1);
	}
	PQfinish(c);
	return NULL;
}

/* Entries per second of `n` threads. */
static double
together(struct run *r, size_t n, void *(*writer)(void *))
{
	pthread_t threads[WRITERS];
	int64_t   t = monotonic_us();

	r->samples_n = 0;
	r->entries = 0;
	r->failed = 0;
	r->stop = false;
	for (size_t i = 0; i < n; i++)
		if (pthread_create(&threads[i], NULL, writer, r))
			abort();
	(void)usleep((useconds_t)r->seconds * 1000000);
	atomic_store(&r->stop, true);
	for (size_t i = 0; i < n; i++)
		(void)pthread_join(threads[i], NULL);
	return (double)r->entries * 1e6 / (double)(monotonic_us() - t);
}

/* SQLite by itself, the same two columns. */
struct alone { struct db *db; char folder[96], path[128]; int64_t n; };

static void
alone_open(struct alone *a, const char *where)
{
	static const char *const schema[] = { "CREATE TABLE entry (idx INTEGER PRIMARY KEY, leaf BLOB NOT NULL, payload BLOB NOT NULL)" };

	*a = (struct alone){ .db = NULL };
	(void)snprintf(a->folder, sizeof a->folder, "%s/sqlite-bench-XXXXXX", where);
	if (!mkdtemp(a->folder))
		abort();
	(void)snprintf(a->path, sizeof a->path, "%s/x.db", a->folder);
	if (db_open(a->path, schema, 1, &a->db) != RC_OK)
		abort();
}

static void
alone_close(struct alone *a)
{
	db_close(a->db);
	(void)unlink(a->path);
	(void)rmdir(a->folder);
}

static void
alone_put(struct alone *a, struct run *r)
{
	char          leaf[140] = { 1 };
	struct query *q = NULL;
	int64_t       t = monotonic_us();

	if (db_query(a->db, "INSERT INTO entry (idx, leaf, payload) VALUES ($1, $2, $3)", &q) != RC_OK || db_put_int(q, 1, a->n++) != RC_OK ||
	    db_put_blob(q, 2, (struct str){ leaf, sizeof leaf }) != RC_OK || db_put_blob(q, 3, buf_str(&sealed)) != RC_OK || db_run(q) != RC_OK)
		abort();
	db_done(q);
	sample(r, monotonic_us() - t);
	atomic_fetch_add(&r->entries, 1);
}

/* One writer of each, a slice of time after the other, so that both meet the same disk; entries per second of both. */
static void
single(struct run *r, struct run *lite, const char *where, double *ret_ledger, double *ret_lite)
{
	struct alone a;
	int64_t      spent[2] = { 0, 0 };
	uint64_t     first;

	alone_open(&a, where);
	for (int64_t slice = 0; slice < r->seconds * SECOND_US / SLICE_US; slice++) {
		int64_t start = monotonic_us(), now;

		while ((now = monotonic_us()) - start < SLICE_US) {
			if (ask_ledger_append(r->ledger, batch, 1, &first) != RC_OK)
				abort();
			sample(r, monotonic_us() - now);
			atomic_fetch_add(&r->entries, 1);
		}
		spent[0] += monotonic_us() - start;
		for (start = monotonic_us(); monotonic_us() - start < SLICE_US;)
			alone_put(&a, lite);
		spent[1] += monotonic_us() - start;
	}
	alone_close(&a);
	*ret_ledger = (double)r->entries * 1e6 / (double)spent[0];
	*ret_lite = (double)lite->entries * 1e6 / (double)spent[1];
}

/* From the call to a proof that stands under a signed head. */
static void
provable(struct run *r)
{
	int64_t end = monotonic_us() + r->seconds * SECOND_US;

	r->samples_n = 0;
	while (monotonic_us() < end) {
		int64_t            t = monotonic_us();
		uint64_t           first = 0;
		struct ledger_head h = { 0 };

		if (ask_ledger_append(r->ledger, batch, 1, &first) != RC_OK)
			abort();
		do {
			buf_free(&h.checkpoint);
			(void)usleep(500);
			if (ask_ledger_head(r->ledger, &h) != RC_OK)
				abort();
		} while (h.covered <= first);
		buf_free(&h.checkpoint);
		sample(r, monotonic_us() - t);
		(void)usleep((useconds_t)(t % 30) * 1000); /* acts come when they come */
	}
}

static double
postgres(struct run *r, const char *where)
{
	char   folder[96], command[1024], conninfo[160];
	double rate = 0;
	bool   root = geteuid() == 0;
	/* the server refuses to run as root */
	const char *as = root ? "setpriv --reuid postgres --regid postgres --clear-groups" : "";

	(void)snprintf(folder, sizeof folder, "%s/postgres-bench-XXXXXX", where);
	if (!mkdtemp(folder))
		abort();
	if (root) {
		(void)snprintf(command, sizeof command, "chown postgres '%s'", folder);
		if (system(command) != 0)
			goto out;
	}
	(void)snprintf(command, sizeof command,
		"cd /; B=$(ls -d /usr/lib/postgresql/*/bin | tail -1); %s $B/initdb -D %s/db -U bench -A trust >/dev/null 2>&1 && %s $B/pg_ctl -w -D %s/db -l %s/log "
		"-o '-c listen_addresses= -c unix_socket_directories=%s' start >/dev/null",
		as, folder, as, folder, folder, folder);
	if (system(command) != 0)
		goto out;
	(void)snprintf(conninfo, sizeof conninfo, "host=%s user=bench dbname=postgres", folder);
	r->conninfo = conninfo;
	PGconn *c = PQconnectdb(conninfo);
	PQclear(PQexec(c, "CREATE TABLE entry (idx bigserial PRIMARY KEY, leaf bytea NOT NULL, payload bytea NOT NULL)"));
	PQfinish(c);
	rate = together(r, WRITERS, postgres_writer);
	(void)snprintf(command, sizeof command, "cd /; %s $(ls -d /usr/lib/postgresql/*/bin | tail -1)/pg_ctl -m fast -D %s/db stop >/dev/null",
		as, folder);
	if (system(command) != 0)
		fprintf(stderr, "postgres did not stop\n");
out:
	(void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
	if (system(command) != 0)
		fprintf(stderr, "%s stays\n", folder);
	return rate;
}

static void
line(const char *what, double rate, struct run *r)
{
	printf("%-44s %10.0f /s   p50 %8.3f ms   p99 %8.3f ms\n", what, rate, percentile(r, 0.5), percentile(r, 0.99));
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	struct run  r = { .seconds = 4 };
	const char *where = "/tmp", *programs = "build/bin";
	struct pair p;
	struct run  lite = { .seconds = 0 };
	double      alone, many, batched, sqlite, pg;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--seconds") && i + 1 < argc)
			r.seconds = (int)strtol(argv[++i], NULL, 10);
		else if (!strcmp(argv[i], "--where") && i + 1 < argc)
			where = argv[++i];
		else
			programs = argv[i];
	}
	r.samples = calloc(SAMPLES_MAX, sizeof *r.samples);
	lite.samples = calloc(SAMPLES_MAX, sizeof *lite.samples);
	entries_make();
	if (!r.samples || !lite.samples || pair_start(&p, programs, where, WRITERS) != RC_OK) {
		fprintf(stderr, "the processes do not start: %s\n", rc_trail());
		pair_stop(&p);
		return 1;
	}
	r.ledger = p.ledger;
	r.per_call = 1;
	single(&r, &lite, where, &alone, &sqlite);
	line("ledger, one writer, durable", alone, &r);
	line("SQLite WAL FULL, a transaction per entry", sqlite, &lite);
	provable(&r);
	line("ledger, one writer, provable", 0, &r);
	many = together(&r, WRITERS, ledger_writer);
	line("ledger, 64 writers, durable", many, &r);
	r.per_call = BATCH;
	batched = together(&r, 4, ledger_writer);
	line("ledger, batches of 512 by 4 writers", batched, &r);
	pair_stop(&p);
	pg = postgres(&r, where);
	line("PostgreSQL, 64 clients", pg, &r);
	printf("64 writers: %.1f x SQLite per entry, %.1f x PostgreSQL; batched: %.1f x SQLite per entry\n", many / sqlite, pg > 0 ? many / pg : 0, batched / sqlite);
	free(r.samples);
	free(lite.samples);
	buf_free(&sealed);
	return 0;
}
