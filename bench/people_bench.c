// SPDX-License-Identifier: Apache-2.0
/*
 * people_bench [PERSONS]: pages about a roster of 100,000 invented people in 40 offices and companies, as core answers them, and a change of one; needs the tests' fakes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/num.h"
#include "base/time_text.h"
#include "core/core_fake.h"
#include "os/file.h"

#define RUNS 40

static void
must(enum rc rc)
{
	if (rc == RC_OK)
		return;
	fprintf(stderr, "people_bench: %s\n", rc_trail());
	exit(1);
}

static int
order(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static void
report(const char *what, int64_t *us, size_t n, size_t bytes)
{
	qsort(us, n, sizeof(us[0]), order);
	printf("  %-44s p50 %7.2f ms, p99 %7.2f ms (%zu kB of JSON)\n", what, (double)us[n / 2] / 1e3, (double)us[n - 1 - n / 100] / 1e3, bytes / 1000);
	fflush(stdout);
}

static size_t
ask(struct core *c, enum act act, const char *arguments, int64_t *ret_us)
{
	struct act_request q = { act, { STR("administrator"), STR("192.0.2.7"), DOOR_LOCAL, 0 }, str_of(arguments) };
	struct buf b = BUF(64 << 20);
	int64_t from = monotonic_us();
	size_t n;

	must(act_do(c, &q, &b));
	*ret_us = monotonic_us() - from;
	n = b.n;
	buf_free(&b);
	return n;
}

static void
page(struct core *c, const char *what, enum act act, const char *arguments)
{
	int64_t us[RUNS];
	size_t bytes = 0;

	for (int i = 0; i < RUNS; i++) {
		c->version++; /* something changed: nothing is taken from the cache */
		bytes = ask(c, act, arguments, &us[i]);
	}
	report(what, us, RUNS, bytes);
}

static void
fill(struct core *c, int64_t persons)
{
	char sql[1600];

	must(db_begin(c->db));
	must(db_exec(c->db, "with recursive n(i) as (select 1 union all select i + 1 from n where i < 40) insert into register_row (id, version, register, name, row_values, since_us, who, actor, leaf)"
	    " select printf('c0000000%024x', i), 1, 'company', printf('試験会社%d', i), printf('{\"kind\":\"%s\",\"name\":\"試験会社%d\"}', case when i = 1 then 'contractor' when i < 37 then 'client' else 'subcontractor' end, i), 1, 'x', x'00', 0 from n"));
	(void)snprintf(sql, sizeof(sql), "with recursive n(i) as (select 1 union all select i + 1 from n where i < %lld) insert into register_row (id, version, register, name, row_values, since_us, who, actor, leaf)"
	    " select printf('%%08x%%024x', i * 2654435761 %% 4294967296, i), 1, 'person', printf('P%%06d', i),"
	    " printf('{\"company\":\"c0000000%%024x\",\"employment\":\"employee\",\"from\":\"2025-04-01\",\"name\":\"試験 太郎%%d\",\"number\":\"P%%06d\",\"until\":\"20%%02d-03-31\",\"work\":\"担当%%d\"}',"
	    " 1 + i %% 40, i * 7919 %% 1000003, i, 26 + i %% 6, i %% 17), 1000000 * i, 'x', x'00', 0 from n", (long long)persons); /* fits */
	must(db_exec(c->db, sql));
	must(db_commit(c->db));
	must(register_load(c));
	must(schedule_refit(c));
}

/* One person more, as an act does it: begin leaf, row, what follows of it. */
static void
changes(struct core *c)
{
	int64_t us[10];
	char q[600];
	size_t bytes = 0;

	for (int i = 0; i < 10; i++) {
		(void)snprintf(q, sizeof(q), "{\"id\":\"person\",\"values\":{\"number\":\"N%d\",\"name\":\"試験 花子%d\",\"company\":\"試験会社1\",\"employment\":\"employee\",\"work\":\"保守\",\"from\":\"2026-04-01\"}}", i, i); /* fits */
		bytes = ask(c, ACT_REGISTER_ADD, q, &us[i]);
	}
	report("a person is added", us, 10, bytes);
}

int
main(int argc, char **argv)
{
	int64_t persons = 100000, began = monotonic_us();
	char junk[96];
	struct core *c;

	if (argc > 1 && num_parse(str_of(argv[1]), 1, 1000000, &persons) != RC_OK)
		return 2;
	c = core_up(true);
	must(db_exec(c->db, "pragma synchronous = off"));
	fill(c, persons);
	printf("%lld persons, there in %.1f s; answers of core:\n", (long long)persons, (double)(monotonic_us() - began) / 1e6);
	page(c, "roster, first page", ACT_REGISTER_SHOW, "{\"id\":\"person\"}");
	page(c, "roster, last page", ACT_REGISTER_SHOW, "{\"id\":\"person\",\"page\":1000}");
	page(c, "roster, by name, downwards", ACT_REGISTER_SHOW, "{\"id\":\"person\",\"sort\":\"-name\"}");
	page(c, "roster, one name is looked for", ACT_REGISTER_SHOW, "{\"id\":\"person\",\"q\":\"太郎99991\"}");
	page(c, "roster, what nearly all have is looked for", ACT_REGISTER_SHOW, "{\"id\":\"person\",\"q\":\"太郎\",\"sort\":\"until\"}");
	page(c, "roster, a word of a choice is looked for", ACT_REGISTER_SHOW, "{\"id\":\"person\",\"q\":\"正規\"}");
	page(c, "registers", ACT_REGISTER_LIST, "{}");
	page(c, "accounts", ACT_ACCOUNT_LIST, "{}");
	page(c, "found about accounts", ACT_ACCOUNT_FOUND, "{}");
	page(c, "removals", ACT_REMOVAL_LIST, "{}");
	page(c, "what is due", ACT_DEADLINE_LIST, "{}");
	page(c, "today", ACT_TODAY_SHOW, "{}");
	page(c, "board", ACT_BOARD_SHOW, "{}");
	changes(c);
	page(c, "roster, first page, after a change", ACT_REGISTER_SHOW, "{\"id\":\"person\",\"sort\":\"-name\"}");
	for (const char *const *end = (const char *const[]){ "", "-wal", "-shm", NULL }; *end; end++) {
		(void)snprintf(junk, sizeof(junk), "%s%s", c->state_path, *end); /* short */
		(void)unlink(junk); /* it is open: it goes when the process does */
	}
	return 0;
}
