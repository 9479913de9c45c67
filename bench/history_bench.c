// SPDX-License-Identifier: Apache-2.0
/*
 * history_bench - five years of 500 hosts in core's store: how long board and control page take, how many bytes it is.
 *
 * The shipped catalogue and controls; every finding turns bad and good again twice a year, is looked at every half of
 * its period otherwise; two numbers a host flicker and two stand still. usage: history_bench (about 30 seconds, 1 GB in /tmp)
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/time_text.h"
#include "control/look_remote.h"
#include "core/core_fake.h"
#include "core/day.h"

#define HOSTS 500
#define YEARS 5
#define RUNS  60

static double subject_years = HOSTS * YEARS;

enum rc
look_control(struct proc *p, const struct control *control, const struct subject *s, struct facts *f)
{
	return FAIL(RC_TIMEOUT, "nobody looks here");
}

static void
must(enum rc rc)
{
	if (rc == RC_OK)
		return;
	fprintf(stderr, "history_bench: %s\n", rc_trail());
	exit(1);
}

static void
run(struct core *c, const char *sql)
{
	must(db_begin(c->db));
	must(db_exec(c->db, sql));
	must(db_commit(c->db));
}

static double
store_bytes(struct core *c)
{
	struct stat st;

	must(db_fold(c->db));
	if (stat(c->state_path, &st) != 0)
		exit(1);
	return (double)st.st_size;
}

static void
grown(struct core *c, const char *what, double *before)
{
	double now = store_bytes(c);

	printf("  %-34s %7.0f kB a subject-year\n", what, (now - *before) / subject_years / 1000);
	fflush(stdout);
	*before = now;
}

/* Every row holds a finding of today, as long as one of patches usually is. */
static void
hold(struct core *c, int64_t now_us)
{
	static const char facts[] = "[{\"row\":0,\"key\":\"packages\",\"kind\":\"int\",\"value\":412},{\"row\":0,\"key\":\"kernel_running\",\"kind\":\"text\",\"value\":\"6.1.0-28-amd64\"},"
	    "{\"row\":0,\"key\":\"lists\",\"kind\":\"int\",\"value\":6},{\"row\":1,\"key\":\"fix\",\"kind\":\"text\",\"value\":\"openssl 3.0.15-1~deb12u1\"}]";

	for (size_t i = 0; i < c->held_count; i++) {
		struct held *h = &c->held[i];

		h->verdict = i % 97 == 0 ? VERDICT_FAIL : VERDICT_PASS;
		h->message = strdup("{\"number\": 2601, \"args\": {\"offset_ms\": 3}}");
		h->facts = strdup(facts);
		h->at_us = now_us - HOUR_US / 4;
		h->valid_until_us = now_us + 2 * HOUR_US;
		h->since_us = now_us - 60 * DAY_US;
		h->index = i + 1;
		h->route = ROUTE_OBSERVED;
		must(state_save_held(c, h, true));
	}
}

static void
days(struct core *c, const char *names, int noisy, int64_t now_us)
{
	struct buf packed = BUF(4096), sql = BUF(4096);
	struct hour hours[24];
	struct query *q = NULL;
	char text[400];

	for (int i = 0; i < 24; i++)
		hours[i] = noisy ? (struct hour){ 200 + i * 37 % 60, 420 + i * 91 % 200, 260 + i * 53 % 90, 0 } : (struct hour){ 412, 412, 412, 0 };
	must(day_pack(hours, &packed));
	(void)snprintf(text, sizeof(text), "insert into hours (series, day, packed) with recursive d(x) as (select 0 union all select x + 1 from d where x < %d)"
	    " select s.id, %lld - 40 - x, $1 from series s cross join d where s.name in (%s)", YEARS * 365 - 40, (long long)(now_us / DAY_US), names); /* constants of this file */
	must(buf_add_c(&sql, text));
	must(db_begin(c->db));
	must(db_query(c->db, buf_cstr(&sql), &q));
	must(db_put_blob(q, 1, buf_str(&packed)));
	must(db_run(q));
	db_done(q);
	must(db_commit(c->db));
	buf_free(&packed);
}

static int
order(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
page(struct core *c, const char *what, enum act act, const char *arguments)
{
	struct act_request q = { act, { STR("operator"), STR("192.0.2.7"), DOOR_LOCAL, 0 }, str_of(arguments) };
	double ms[RUNS];
	size_t bytes = 0;

	for (int i = 0; i < RUNS; i++) {
		struct buf b = BUF(64 << 20);
		int64_t from = core_now_us();

		c->version++; /* something changed: nothing is taken from the cache */
		must(act_do(c, &q, &b));
		ms[i] = (double)(core_now_us() - from) / 1000;
		bytes = b.n;
		buf_free(&b);
	}
	qsort(ms, RUNS, sizeof(ms[0]), order);
	printf("  %-34s p50 %.1f ms, p99 %.1f ms (%zu kB of JSON)\n", what, ms[RUNS / 2], ms[RUNS - 1 - RUNS / 100], bytes / 1000);
	fflush(stdout);
}

static const char *
some_host(const struct core *c)
{
	for (size_t i = c->held_count; i-- > 0;)
		if (strncmp(c->held[i].subject, "host:", 5) == 0 && strcmp(c->held[i].subject, "host:local") != 0)
			return c->held[i].subject;
	return "";
}

/* Of the ledger: what one finding and one confirmation of everything take, with what the journal keeps beside them. */
static void
ledger(struct core *c, int64_t now_us)
{
	struct leaf leaf = { .type = LEAF_FINDING, .name = STR("patch-deadlines"), .claimed_at_us = now_us };
	json_t *payload = json_pack("{s:s, s:s, s:s, s:s, s:s, s:{}, s:s}", "control", "patch-deadlines", "subject", "host:0a1b2c3d", "clause", "", "message", c->held[0].message, "facts", c->held[0].facts, "params", "route", "observed");
	size_t first = fake.count, rows = c->held_count;
	double finding, confirm, rounds, changes = 4.0 * (double)rows / HOSTS;
	uint64_t index;

	must(record_leaf(c, &leaf, payload, &index));
	for (size_t i = 0; i < c->held_count; i++)
		c->held[i].confirm_at_us = now_us;
	must(confirm_now(c, now_us));
	finding = 117 + 48 + (double)fake.entries[first].payload.n;
	confirm = 117 + 48 + (double)fake.entries[first + 1].payload.n;
	rounds = 2 * 24 * 365.0; /* as if every control had the period of an hour */
	printf("  a finding %.0f bytes, a confirmation of all %zu findings %.0f bytes\n", finding, rows, confirm);
	printf("  %-34s %7.0f kB a subject-year (%.0f changes)\n", "ledger: findings", finding * changes / 1000, changes);
	printf("  %-34s %7.0f kB a subject-year\n", "ledger: confirmations", confirm * rounds / HOSTS / 1000);
	json_decref(payload);
}

int
main(void)
{
	struct core *c = core_up(true);
	int64_t now_us = core_now_us(), began = now_us;
	double bytes;
	char sql[1200], junk[96];

	must(db_exec(c->db, "pragma synchronous = off; pragma cache_size = -200000"));
	run(c, "with recursive n(i) as (select 1 union all select i + 1 from n where i < 499) insert into register_row (id, version, register, name, row_values, since_us, who, actor, leaf)"
	    " select printf('%08x%024x', i * 2654435761 % 4294967296, i), 1, 'host', printf('h%d', i), printf('{\"name\":\"h%d\",\"system\":\"system %d\"}', i, i % 20), 1, 'x', x'00', 0 from n");
	must(register_load(c));
	must(schedule_refit(c));
	printf("%zu findings of %d hosts and the rest, on disk:\n", c->held_count, HOSTS);
	bytes = store_bytes(c);
	hold(c, now_us);
	statuses_update(c);
	grown(c, "findings that stand", &bytes);
	(void)snprintf(sql, sizeof(sql), "insert or ignore into verdict_change (control, subject, from_us, verdict, leaf) with recursive d(x) as (select 0 union all select x + 1 from d where x < %d)"
	    " select control, subject, %lld - x * 7889400000000 - rowid, 1 + x %% 2, x from held cross join d where clause = ''", YEARS * 4 - 1, (long long)now_us); /* fits */
	run(c, sql);
	grown(c, "changes of verdict", &bytes);
	run(c, "insert into series (id, control, subject, name) select row_number() over (), control, subject, name from (select distinct control, subject from held where control = 'os-patches'),"
	    " (select 'a' name union select 'b' union select 'c' union select 'd')");
	days(c, "'a', 'b'", 1, now_us);
	days(c, "'c', 'd'", 0, now_us);
	grown(c, "4 numbers, hours of 5 years", &bytes);
	(void)snprintf(sql, sizeof(sql), "insert into point (series, at_us, n) with recursive d(x) as (select 0 union all select x + 1 from d where x < 40 * 12)"
	    " select s.id, %lld - 7200000000 * (480 - x), 200 + x * 7919 %% 300 from series s cross join d where s.name in ('a', 'b')", (long long)now_us); /* fits */
	run(c, sql);
	subject_years = HOSTS;
	grown(c, "of these, points of 40 days, one in 2 h (once)", &bytes);
	subject_years = HOSTS * YEARS;
	(void)snprintf(sql, sizeof(sql), "insert into entry (leaf, type, source, seq, name, actor, object, verdict, claimed_us, received_us, words)"
	    " select row_number() over (order by from_us) + 1000000, 4, 2, 0, control, zeroblob(16), randomblob(16), verdict, from_us, from_us, '時計は合っています（ずれ 3ミリ秒以内）。' || char(10) || 'The clock is in step (offset within 3 ms).' || char(10) || subject from verdict_change");
	run(c, sql);
	grown(c, "search index", &bytes);
	ledger(c, now_us);
	printf("answers of core, filled in %.0f s:\n", (double)(core_now_us() - began) / 1e6);
	page(c, "board", ACT_BOARD_SHOW, "{\"lang\":\"ja\"}");
	page(c, "board, one system of 20", ACT_BOARD_SHOW, "{\"lang\":\"ja\",\"system\":\"system 7\"}");
	(void)snprintf(junk, sizeof(junk), "{\"lang\":\"ja\",\"subject\":\"%s\"}", some_host(c)); /* short */
	page(c, "board, one host", ACT_BOARD_SHOW, junk);
	page(c, "controls", ACT_CONTROL_LIST, "{\"lang\":\"ja\"}");
	page(c, "controls, one system of 20", ACT_CONTROL_LIST, "{\"lang\":\"ja\",\"system\":\"system 7\"}");
	page(c, "a clause", ACT_CLAUSE_SHOW, "{\"id\":\"S-2-3\"}");
	page(c, "a control, 30 days", ACT_CONTROL_SHOW, "{\"id\":\"os-patches\"}");
	page(c, "a control, five years", ACT_CONTROL_SHOW, "{\"id\":\"os-patches\",\"days\":1830}");
	for (const char *const *end = (const char *const[]){ "", "-wal", "-shm", NULL }; *end; end++) {
		(void)snprintf(junk, sizeof(junk), "%s%s", c->state_path, *end); /* short */
		(void)unlink(junk); /* it is open: it goes when the process does */
	}
	return 0;
}
